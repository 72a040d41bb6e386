"""What a draft of a set is made of: each kind of part, what is written of it, and what stands under it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Typed(StrEnum):
    """How something is typed, and so how it is kept."""

    LINE = "line"
    WORDS = "words"
    LINES = "lines"
    DAY = "day"
    CATEGORIES = "categories"
    FACTS = "facts"
    STANDARDS = "standards"


@dataclass(frozen=True, slots=True)
class PartField:
    """One thing that is written of a part: its key in the file, and how a page asks for it."""

    name: str
    label: str
    typed: Typed = Typed.LINE
    hint: str = ""
    most: int = 120
    needed: bool = True

    @property
    def empty(self) -> str | list[str]:
        """What it is until something is written."""
        return [] if self.typed in (Typed.LINES, Typed.CATEGORIES, Typed.FACTS, Typed.STANDARDS) else ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of part. `under`: the key of the list of parts under it, and `fixed`: there are always as many."""

    word: str
    fields: tuple[PartField, ...]
    under: str = ""
    fixed: bool = False


TITLE = PartField("title", "Title", most=80)
QUESTION = PartField("question", "The question", Typed.WORDS, "One sentence: what to look for evidence of.")
WHERE = PartField("where_to_look", "Where to look", Typed.WORDS, "Which part of the case file.", needed=False)
FACTS = PartField("facts", "Dates from the extract that stand beside it", Typed.FACTS, needed=False)

HEAD = Kind(
    "The set",
    (
        PartField("title", "Title", most=200),
        PartField("slug", "Short name", hint="Letters, numbers and hyphens, such as v8. No other set has it.", most=50),
        PartField("in_force_from", "In force from", Typed.DAY, "Audits that begin from this day on are graded by it."),
        PartField("source", "Where it comes from", Typed.WORDS, needed=False),
    ),
)
KINDS = {
    "headings": Kind(
        "Box under each grade",
        (PartField("title", "What it is called", most=80), PartField("hint", "Hint")),
        fixed=True,
    ),
    "grades": Kind(
        "Grade",
        (
            PartField("short", "In a few words", most=80),
            PartField("descriptor", "What it means", Typed.WORDS),
        ),
        fixed=True,
    ),
    "smart": Kind("SMART question", (PartField("word", "Word", most=40), QUESTION)),
    "indicators": Kind(
        "Headline indicator",
        (
            TITLE,
            QUESTION,
            WHERE,
            PartField(
                "standards",
                "Standards it speaks of",
                Typed.STANDARDS,
                "An audit that looks at none of them does not ask it. None: every audit asks it.",
                needed=False,
            ),
            FACTS,
        ),
    ),
    "standards": Kind(
        "Standard",
        (
            PartField("title", "Title"),
            PartField("short_title", "Short title", hint="For lists and tables.", most=40),
            PartField("statement", "What it says", Typed.WORDS, "One or two sentences."),
            PartField("applies_to", "Whom it is for", Typed.CATEGORIES),
            PartField(
                "key",
                "Key",
                hint="What it is about, whatever its number: history, assessment, plan, review, partnership, impact or "
                "oversight. Boxes about the record go by it in a narrowed audit.",
                most=40,
                needed=False,
            ),
            PartField(
                "applies_note",
                "A note about whom it is for",
                Typed.WORDS,
                "Shown where it starts as not applicable.",
                needed=False,
            ),
        ),
        "sections",
    ),
    "sections": Kind("Section", (PartField("heading", "Heading", hint="May be empty.", needed=False),), "criteria"),
    "criteria": Kind(
        "Criterion",
        (
            TITLE,
            QUESTION,
            WHERE,
            PartField("tags", "Themes", Typed.LINES, "One a line, such as voice of the child.", needed=False),
            PartField(
                "applies_to", "Only for these children", Typed.CATEGORIES, "None ticked: every child.", needed=False
            ),
            FACTS,
        ),
        "nested",
    ),
    "nested": Kind("Point under it", (TITLE, QUESTION)),
}
"""Every kind of part by the key of its list in the file."""
