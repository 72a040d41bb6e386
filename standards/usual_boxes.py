"""The boxes that a set of standards has unless it says otherwise: under each grade, and about the child's record."""

from __future__ import annotations

from typing import Any


def usual_headings() -> list[dict[str, str]]:
    """The boxes under every grade, as Signs of Safety has them, and good practice under each standard: a set may call
    them otherwise."""
    return [
        {
            "slug": "works-well",
            "title": "What is working well?",
            "hint": "Strengths and safety you can point to",
        },
        {
            "slug": "worried",
            "title": "What are we worried about?",
            "hint": "Harm, danger, and what makes it harder",
        },
        {"slug": "needs", "title": "What needs to happen?", "hint": "This can become an action"},
        {
            "slug": "good-practice",
            "title": "Good practice to share",
            "hint": "Optional. Goes to QA, without names",
        },
    ]


CASE_SYSTEM = "{case system}"
"""Where it stands in the title of a box about the record, the name of the council's case system is put."""
PRACTICE_MODEL = ("assessment", "plan", "review", "partnership", "oversight")
"""The keys of the standards whose questions look for the practice model."""


def usual_record() -> list[dict[str, Any]]:
    """The boxes about the child's record and the practice model (strategy, App. 2, audit meeting), each with the keys
    of the standards it speaks of: a set may call them otherwise, tie them to others, or leave one out."""
    rows: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
        (
            "record-wishes",
            "The child’s wishes and feelings",
            "Are they in the record, in the child’s words?",
            ("partnership",),
        ),
        (
            "record-professionals",
            "The views of other professionals",
            "Who said what, and was it weighed?",
            ("assessment", "partnership"),
        ),
        ("record-decisions", "How decisions were made", "Who decided, when, and why", ("oversight",)),
        (
            "record-procedures",
            "The right procedures",
            "Were they followed, and does the record show it?",
            ("review",),
        ),
        ("record-current", f"The record against {CASE_SYSTEM}", "Look together: is it up to date now?", ()),
        ("feedback", "Feedback from the child and family", "What they said about the help, if they were asked", ()),
        ("signs-of-safety", "Signs of Safety", "How it was used in the work", PRACTICE_MODEL),
        ("family-safeguarding", "The Family Safeguarding model", "How it was used in the work", PRACTICE_MODEL),
        (
            "childs-eye",
            "What difference has this made for this child?",
            "One sentence, as the child might see it",
            (),
        ),
    )
    return [{"slug": slug, "title": title, "hint": hint, "keys": list(keys)} for slug, title, hint, keys in rows]
