"""What all staff and wider readers get: no count at all, so that nothing can be worked out by subtraction.

A share is said to the nearest ten in a hundred (none as nothing, none as all), and only where at least five audits lie
on either side of it; how many audits there were is said to the nearest ten. Many counts fit each of these, within a
report and across reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qualitycounts.base.dates import date_in_words
from reporting.control_chart import Share, in_words
from reporting.models import Recommendation, Report
from reporting.sections.contents import read_figures
from reporting.sections.families import Families
from reporting.sections.rows import rows_of
from reporting.sections.themes import Quote, Themes

SMALL = 5
STEP = 10
TOO_FEW = "Too few audits to say"
FEWEST = 25
"""Audits of a share that is said at all: of fewer, many would fit one count alone."""


def about(share: Share) -> str:
    """A share as wider readers get it: about 60%, under 5%, 95% or more, or that there are too few to say."""
    other = share.of - share.count
    if share.of < FEWEST or min(share.count, other) < SMALL:
        return TOO_FEW
    tens = (100 * share.count // share.of + STEP // 2) // STEP
    if tens in (0, STEP):
        return "95% or more" if tens else "Under 5%"
    return f"About {STEP * tens}%"


def roughly(count: int) -> str:
    """How many audits, to the nearest ten, as reports said it until it read “about 20” of 15."""
    if count < STEP:
        return "Fewer than ten"
    return f"About {10 * ((count + 5) // 10)}"


def within(count: int) -> str:
    """How many audits, by the numbers that are as near to the same ten: Between 15 and 24."""
    nearest = STEP * ((count + STEP // 2) // STEP)
    return f"Between {nearest - STEP // 2} and {nearest + STEP // 2 - 1}" if count >= STEP else "Fewer than ten"


@dataclass(frozen=True)
class StandardInShort:
    """One standard, or the case as a whole, without a count."""

    name: str
    about: str
    reading: str


@dataclass(frozen=True)
class RecommendationForAll:
    """A recommendation with its answer, for those who are not to be pointed at: no owner's name, their part alone."""

    number: int
    kind: str
    words: str
    answer: str
    what: str
    by_on: date | None

    @property
    def answer_in_words(self) -> str:
        """What was answered, what will be done, and by when."""
        what = f": {self.what}" if self.what else ""
        return f"{self.answer}{what}" + (f" By {date_in_words(self.by_on)}." if self.by_on else "")

    @classmethod
    def of(cls, recommendation: Recommendation) -> RecommendationForAll:
        """The recommendation; its answer once the response is out."""
        answered = recommendation.report.responded_at is not None
        return cls(
            number=recommendation.number,
            kind=recommendation.get_kind_display(),
            words=recommendation.words,
            answer=recommendation.get_answer_display() if answered and recommendation.answer else "",
            what=recommendation.what if answered else "",
            by_on=recommendation.by_on if answered else None,
        )


@dataclass(frozen=True)
class Summary:
    """A report in short, as everybody may read it."""

    audits: str
    good: str
    reading: str
    standards: list[StandardInShort]
    last: int
    well: list[str]
    worried: list[str]
    quotes: list[Quote]
    recommended: list[RecommendationForAll]
    words: str

    @property
    def key(self) -> str:
        """What S1 and the like stand for in the names of themes; `last` is the highest number of a standard."""
        if self.last < 2:
            return "S1 is the standard." if self.last else ""
        return f"S1 to S{self.last} are the {in_words(self.last)} standards."


def compose_summary(report: Report) -> Summary:
    """What the summary of a report says, from its frozen figures and its recommendations; without the table of grades
    where there are too few audits to say anything. One that was frozen before it left that out still has it."""
    figures = read_figures(report.figures)
    rows, themes = rows_of(figures), figures.of(Themes)
    newer = figures.get(Families) is not None
    shown = [row for row in [rows.good, *rows.standards] if about(row.now) != TOO_FEW] or not newer
    return Summary(
        audits=within(rows.audits) if newer else roughly(rows.audits),
        good=about(rows.good.now) if shown else "",
        reading=rows.good.reading.short,
        last=max((row.number for row in rows.standards), default=0),
        standards=[StandardInShort(row.name, about(row.now), row.reading.short) for row in rows.standards if shown],
        well=[figure.name for figure in themes.well if figure.count >= SMALL],
        worried=[figure.name for figure in themes.worried if figure.count >= SMALL],
        quotes=themes.quotes,
        recommended=[RecommendationForAll.of(recommendation) for recommendation in report.recommended.all()],
        words=report.blocks.get("staff", ""),
    )
