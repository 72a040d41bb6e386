"""What a draft of a set is made of: each kind of part, what is written of it, and what stands under it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from standards.grades import LONGEST_WORD, EscalationPath
from standards.set_faults import NO_PATH
from standards.tools import Answer, Asked


class Typed(StrEnum):
    """How something is typed, and so how it is kept."""

    LINE = "line"
    WORDS = "words"
    LINES = "lines"
    DAY = "day"
    CATEGORIES = "categories"
    FACTS = "facts"
    STANDARDS = "standards"
    KEYS = "keys"
    LEFT_OUT = "left out"
    PATH = "path"
    ANSWER = "answer"
    ASKED = "asked"


TICKED = (Typed.CATEGORIES, Typed.FACTS, Typed.STANDARDS, Typed.KEYS)
"""What is ticked in a list."""
CHOICES = {
    Typed.ANSWER: Answer.choices,
    Typed.ASKED: Asked.choices,
    Typed.PATH: [(NO_PATH, "None"), *EscalationPath.choices],
}
"""What one of is chosen."""


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
        if self.typed == Typed.ASKED:
            return Asked.EVERYONE.value
        return [] if self.typed == Typed.LINES or self.typed in TICKED else ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of part. `under`: the key of the list of parts under it, with `under_words` over it.

    `fixed`: there are always as many. `asked_first`: what is asked when one is added, if not all of it.
    """

    word: str
    fields: tuple[PartField, ...]
    under: str = ""
    fixed: bool = False
    under_words: str = ""
    asked_first: tuple[PartField, ...] = ()

    @property
    def one(self) -> str:
        """Its word within a sentence: a criterion, a SMART question."""
        return self.word if self.word[:2].isupper() else self.word[:1].lower() + self.word[1:]


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
TOOL_HEAD = Kind(
    "The tool",
    (
        PartField("title", "Title", hint="What it asks about, such as neglect."),
        PartField("slug", "Short name", hint="Letters, numbers and hyphens. No other tool has it.", most=50),
        PartField("source", "What it is for", Typed.WORDS, needed=False),
    ),
)
KINDS = {
    "headings": Kind(
        "Box under each grade",
        (PartField("title", "What it is called", most=80), PartField("hint", "Hint")),
        fixed=True,
    ),
    "record": Kind(
        "Box about the record",
        (
            PartField(
                "title",
                "What it is called",
                hint="“{case system}” becomes the name of your case system.",
                most=80,
            ),
            PartField("hint", "Hint"),
            PartField(
                "keys",
                "Standards it speaks of",
                Typed.KEYS,
                "An audit that looks at none of them does not ask it. None: every audit asks it.",
                needed=False,
            ),
        ),
        asked_first=(PartField("slug", "Which box comes back", Typed.LEFT_OUT),),
    ),
    "grades": Kind(
        "Grade",
        (
            PartField("word", "What it is called", most=LONGEST_WORD),
            PartField("short", "In a few words", most=80),
            PartField("descriptor", "What it means", Typed.WORDS),
            PartField(
                "path",
                "Which escalation path it starts",
                Typed.PATH,
                "Requires improvement: its manager acknowledges it and has a month. Inadequate: the Head of Service "
                "acknowledges it, some actions are due at once, and the case is audited again. The best grade starts "
                "none, the lowest that of Inadequate, and no grade a graver one than a lower grade.",
            ),
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
                "applies_note",
                "A note about whom it is for",
                Typed.WORDS,
                "Shown where it starts as not applicable.",
                needed=False,
            ),
        ),
        "sections",
        under_words="Its sections and criteria",
    ),
    "sections": Kind(
        "Section",
        (PartField("heading", "Heading", hint="May be empty.", needed=False),),
        "criteria",
        under_words="Its criteria",
    ),
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
        under_words="Points under it",
    ),
    "nested": Kind("Point under it", (TITLE, QUESTION)),
    "questions": Kind(
        "Question",
        (
            PartField("title", "Title", hint="In a few words, for lists.", most=80),
            PartField("question", "The question", Typed.WORDS, "One sentence. Do not name a child."),
            WHERE,
            PartField("answer", "How it is answered", Typed.ANSWER),
            PartField(
                "scale", "The steps of its scale", Typed.LINES, "One a line, for a scale alone: 2 to 7.", needed=False
            ),
            PartField("asked", "Who answers it where partner agencies take part", Typed.ASKED),
        ),
    ),
}
"""Every kind of part by the key of its list in the file."""
