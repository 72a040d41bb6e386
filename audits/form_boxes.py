"""The form of a live audit beyond its marks and grades: each box, what it asks, and the choices it offers.

The boxes are those of the strategy's App. 2 (audit meeting): the three Signs of Safety headings and good practice
for each standard, the quality of the child's record, service-user feedback, and the practice model.
"""

from __future__ import annotations

from dataclasses import dataclass

from audits.case_system import naming_it
from audits.models import CASE_NUMBER, Audit
from standards import standard_sets
from standards.models import Indicator

QUALITY = (("strong", "Strong"), ("enough", "Good enough"), ("weak", "Weak"), ("absent", "Not there"))
FEEDBACK = (
    ("given", "Asked, and given"),
    ("declined", "Asked, and declined"),
    ("asked", "Asked, no answer yet"),
    ("not_explored", "Not asked yet"),
)
USED = (("throughout", "Throughout the work"), ("in_part", "In parts"), ("not_seen", "Not seen"))
CHECKED = (("yes", naming_it("Up to date, checked on {}")), ("no", "Not up to date"))
PRACTICE_MODEL = (2, 3, 4, 5, 7)
"""The standards whose questions look for the practice model."""


@dataclass(frozen=True, slots=True)
class FormBox:
    """One box: its slug, its question, a hint, and any choices. A `needed` one keeps a meeting from ending.

    `of` are the standards it speaks of: an audit that looks at none of them does not ask it. Empty: every audit does.
    """

    slug: str
    title: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    needed: bool = False
    of: tuple[int, ...] = ()


HEADINGS = (
    ("works-well", "What is working well?", "Strengths and safety you can point to"),
    ("worried", "What are we worried about?", "Harm, danger, and what makes it harder"),
    ("needs", "What needs to happen?", "This can become an action"),
    ("good-practice", "Good practice to share", "Optional. Goes to QA, without names"),
)

RECORD_BOXES = (
    FormBox(
        "record-wishes",
        "The child’s wishes and feelings",
        "Are they in the record, in the child’s words?",
        QUALITY,
        True,
        of=(5,),
    ),
    FormBox(
        "record-professionals",
        "The views of other professionals",
        "Who said what, and was it weighed?",
        QUALITY,
        True,
        of=(2, 5),
    ),
    FormBox("record-decisions", "How decisions were made", "Who decided, when, and why", QUALITY, True, of=(7,)),
    FormBox(
        "record-procedures",
        "The right procedures",
        "Were they followed, and does the record show it?",
        QUALITY,
        True,
        of=(4,),
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
    """The boxes of one standard (1 to 7), or of the case as a whole (8), which has no good-practice box of its own."""
    headings = HEADINGS[:3] if number == CASE_NUMBER else HEADINGS
    return tuple(FormBox(f"s{number}-{slug}", title, hint) for slug, title, hint in headings)


BOXES = {box.slug: box for number in range(1, CASE_NUMBER + 1) for box in boxes_of(number)} | {
    box.slug: box for box in RECORD_BOXES
}


def record_boxes(audit: Audit) -> tuple[FormBox, ...]:
    """The boxes about the child's record that this audit asks: all of them, or those of the standards it looks at."""
    return tuple(box for box in RECORD_BOXES if audit.looks_at_any(box.of))


def indicators_of(audit: Audit) -> list[Indicator]:
    """The headline indicators that this audit asks: all of its set, or those of the standards it looks at."""
    asked = standard_sets.indicators(audit.standard_set.pk, audit.standard_set.file_hash)
    return [indicator for indicator in asked if audit.looks_at_any(indicator.standards)]
