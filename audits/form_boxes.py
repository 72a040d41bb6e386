"""The form of a live audit beyond its marks and grades: each box, what it asks, and the choices it offers.

The boxes are those of the strategy's App. 2 (audit meeting): the three Signs of Safety headings and good practice
for each standard, the quality of the child's record, service-user feedback, and the practice model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from audits import graded
from audits.case_system import naming_it
from audits.models import CASE_NUMBER, CASE_SLUG, Audit, slug_of
from standards import standard_sets
from standards.models import MOST_STANDARDS, Indicator, StandardSet
from standards.usual_boxes import CASE_SYSTEM, usual_headings, usual_record

RECORD = "record"
"""The step of a meeting with the boxes about the child's record."""
QUALITY = (("strong", "Strong"), ("enough", "Good enough"), ("weak", "Weak"), ("absent", "Not there"))
FEEDBACK = (
    ("given", "Asked, and given"),
    ("declined", "Asked, and declined"),
    ("asked", "Asked, no answer yet"),
    ("not_explored", "Not asked yet"),
)
USED = (("throughout", "Throughout the work"), ("in_part", "In parts"), ("not_seen", "Not seen"))
CHECKED = (("yes", naming_it("Up to date, checked on {}")), ("no", "Not up to date"))


@dataclass(frozen=True, slots=True)
class FormBox:
    """One box: its slug, its question, a hint, and any choices. A `needed` one keeps a meeting from ending.

    `number` is the place in line of the grade that it stands under; 0 for a box about the record.
    `of` are the keys of the standards it speaks of: an audit that looks at none of them does not ask it. Where it
    names none, or the set has none of them, every audit asks it.
    """

    slug: str
    title: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    needed: bool = False
    of: tuple[str, ...] = ()
    number: int = 0

    @property
    def step(self) -> str:
        """The step of the meeting that it is on."""
        return slug_of(self.number) if self.number else RECORD


HEADINGS = tuple((usual["slug"], usual["title"], usual["hint"]) for usual in usual_headings())

CHOICES = {
    **dict.fromkeys(("record-wishes", "record-professionals", "record-decisions", "record-procedures"), QUALITY),
    "record-current": CHECKED,
    "feedback": FEEDBACK,
    "signs-of-safety": USED,
    "family-safeguarding": USED,
    "childs-eye": (),
}
"""The answers that each box about the record offers: no set changes them, for figures of years are made of them."""


def record_box(row: Mapping[str, Any]) -> FormBox:
    """One box about the record as a set has it."""
    title = row["title"]
    if CASE_SYSTEM in title:
        title = naming_it(title.replace("{", "{{").replace("}", "}}").replace(f"{{{CASE_SYSTEM}}}", "{}"))
    return FormBox(row["slug"], title, row["hint"], CHOICES[row["slug"]], True, of=tuple(row["keys"]))


RECORD_BOXES = tuple(map(record_box, usual_record()))
"""The boxes about the child's record, as they usually are."""


def boxes_of(number: int) -> tuple[FormBox, ...]:
    """The boxes of one standard, or of the case as a whole, which has no good-practice box of its own."""
    headings, under = (HEADINGS[:3], CASE_SLUG) if number == CASE_NUMBER else (HEADINGS, f"s{number}")
    return tuple(FormBox(f"{under}-{slug}", title, hint, number=number) for slug, title, hint in headings)


BOXES = {box.slug: box for number in (*range(1, MOST_STANDARDS + 1), CASE_NUMBER) for box in boxes_of(number)} | {
    box.slug: box for box in RECORD_BOXES
}
"""Every box that an audit of any set may have, by its slug, as it is usually called."""


def boxes_in(audit: Audit, number: int) -> tuple[FormBox, ...]:
    """The boxes of one grade of this audit, as its set calls them."""
    return tuple(called_by(audit.standard_set, box) for box in boxes_of(number))


def called_by(standard_set: StandardSet, box: FormBox) -> FormBox:
    """A box as a set calls it; one that the set leaves out, as it usually is."""
    if not box.number:
        return next((record_box(row) for row in standard_set.record if row["slug"] == box.slug), box)
    for heading in standard_set.headings:
        if box.slug.partition("-")[2] == heading["slug"]:
            return replace(box, title=heading["title"], hint=heading["hint"])
    return box


def box_asked(audit: Audit, slug: str) -> FormBox | None:
    """The box of this slug, if this audit asks it: the standard it stands under is of its set, and looked at."""
    box = BOXES.get(slug)
    if box is None or not box.number:
        return next((box for box in record_boxes(audit) if box.slug == slug), None)
    return box if graded.grades(audit, box.number) else None


def speaks_to(audit: Audit, box: FormBox) -> bool:
    """Whether a box about the record speaks of anything that this audit looks at."""
    return audit.looks_at_any(standard_sets.numbers_of(audit.standard_set, box.of))


def boxes_about_record(standard_set: StandardSet) -> tuple[FormBox, ...]:
    """The boxes about the child's record of a set, in its order."""
    return tuple(map(record_box, standard_set.record))


def record_boxes(audit: Audit) -> tuple[FormBox, ...]:
    """The boxes about the child's record that this audit asks: all of its set, or those of the standards it looks
    at."""
    return tuple(box for box in boxes_about_record(audit.standard_set) if speaks_to(audit, box))


def indicators_of(audit: Audit) -> list[Indicator]:
    """The headline indicators that this audit asks: all of its set, or those of the standards it looks at."""
    asked = standard_sets.indicators(audit.standard_set.pk, audit.standard_set.file_hash)
    return [indicator for indicator in asked if audit.looks_at_any(indicator.standards)]
