"""The form of a live audit beyond its marks and grades: each box, what it asks, and the choices it offers.

The boxes are those of the strategy's App. 2 (audit meeting): the three Signs of Safety headings and good practice
for each standard, the quality of the child's record, service-user feedback, and the practice model.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from audits import graded
from audits.case_system import naming_it
from audits.models import CASE_NUMBER, CASE_SLUG, Audit, slug_of
from standards import standard_sets
from standards.models import MOST_STANDARDS, Indicator, StandardSet, usual_headings

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
PRACTICE_MODEL = ("assessment", "plan", "review", "partnership", "oversight")
"""The keys of the standards whose questions look for the practice model."""


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

RECORD_BOXES = (
    FormBox(
        "record-wishes",
        "The child’s wishes and feelings",
        "Are they in the record, in the child’s words?",
        QUALITY,
        True,
        of=("partnership",),
    ),
    FormBox(
        "record-professionals",
        "The views of other professionals",
        "Who said what, and was it weighed?",
        QUALITY,
        True,
        of=("assessment", "partnership"),
    ),
    FormBox(
        "record-decisions", "How decisions were made", "Who decided, when, and why", QUALITY, True, of=("oversight",)
    ),
    FormBox(
        "record-procedures",
        "The right procedures",
        "Were they followed, and does the record show it?",
        QUALITY,
        True,
        of=("review",),
    ),
    FormBox(
        "record-current",
        naming_it("The record against {}"),
        "Look together: is it up to date now?",
        CHECKED,
        True,
    ),
    FormBox(
        "feedback",
        "Feedback from the child and family",
        "What they said about the help, if they were asked",
        FEEDBACK,
        True,
    ),
    FormBox("signs-of-safety", "Signs of Safety", "How it was used in the work", USED, True, of=PRACTICE_MODEL),
    FormBox(
        "family-safeguarding",
        "The Family Safeguarding model",
        "How it was used in the work",
        USED,
        True,
        of=PRACTICE_MODEL,
    ),
    FormBox(
        "childs-eye",
        "What difference has this made for this child?",
        "One sentence, as the child might see it",
        (),
        True,
    ),
)


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
    """A box as a set calls it; those about the record are called the same in every set."""
    for heading in standard_set.headings if box.number else ():
        if box.slug.partition("-")[2] == heading["slug"]:
            return replace(box, title=heading["title"], hint=heading["hint"])
    return box


def box_asked(audit: Audit, slug: str) -> FormBox | None:
    """The box of this slug, if this audit asks it: the standard it stands under is of its set, and looked at."""
    box = BOXES.get(slug)
    asked = box is not None and (graded.grades(audit, box.number) if box.number else speaks_to(audit, box))
    return box if asked else None


def speaks_to(audit: Audit, box: FormBox) -> bool:
    """Whether a box about the record speaks of anything that this audit looks at."""
    numbers = standard_sets.numbers_by_key(audit.standard_set.pk, audit.standard_set.file_hash)
    return audit.looks_at_any([numbers[key] for key in box.of if key in numbers])


def record_boxes(audit: Audit) -> tuple[FormBox, ...]:
    """The boxes about the child's record that this audit asks: all of them, or those of the standards it looks at."""
    return tuple(box for box in RECORD_BOXES if speaks_to(audit, box))


def indicators_of(audit: Audit) -> list[Indicator]:
    """The headline indicators that this audit asks: all of its set, or those of the standards it looks at."""
    asked = standard_sets.indicators(audit.standard_set.pk, audit.standard_set.file_hash)
    return [indicator for indicator in asked if audit.looks_at_any(indicator.standards)]
