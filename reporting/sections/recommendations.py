"""What the report recommends, and what became of the recommendations of the report before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

from django.db.models import QuerySet

from qualitycounts.base import clock
from qualitycounts.base.dates import date_in_words
from qualitycounts.base.spreadsheets import Cell
from reporting.models import OUT, Recommendation
from reporting.periods import PeriodKind
from reporting.sections.base import Window
from reporting.sections.narrative import figure_moved
from reporting.sections.put_right import PutRight
from reporting.sections.rows import Rows, rows_of
from reporting.sections.section import Figures, Section, Table, View


@dataclass(frozen=True)
class Recommended:
    """One recommendation as the report was frozen with it."""

    number: int
    kind: str
    words: str
    because: str
    standard: int | None


@dataclass(frozen=True)
class Recommendations(Section):
    """The recommendations of one version, in order."""

    name = "recommended"
    template = "reports/recommended.html"
    beside = ("staff", "In short, for every worker")

    recommendations: list[Recommended] = field(default_factory=list)

    @classmethod
    def count(cls, window: Window) -> Self:
        """Those of the version that is counted for: one query; none without one."""
        if window.report is None:
            return cls()
        return cls(
            [
                Recommended(
                    number=recommendation.number,
                    kind=recommendation.get_kind_display(),
                    words=recommendation.words,
                    because=recommendation.because,
                    standard=recommendation.standard,
                )
                for recommendation in Recommendation.objects.filter(report=window.report).order_by("number")
            ]
        )

    def page(self, view: View) -> list[Recommended]:
        """Each with its reason."""
        return self.recommendations

    def tables(self, figures: Figures) -> Iterator[Table]:
        """Each with its reason."""
        heads = ("No.", "Kind", "Recommendation", "Because")
        rows: list[list[Cell]] = [[each.number, each.kind, each.words, each.because] for each in self.recommendations]
        yield Table("recommendations", "Recommendations", heads, rows)


@dataclass(frozen=True)
class Followed:
    """What became of one recommendation: the answer to it, where it stands, and whether its figure moved."""

    words: str
    answer: str
    state: str
    moved: str


@dataclass(frozen=True)
class LastTime(Section):
    """What the report before recommended; nothing in a month's report, which recommends little."""

    name = "last_time"
    template = "reports/last_time.html"
    within = PutRight

    last_time: list[Followed] = field(default_factory=list)

    @classmethod
    def conclude(cls, window: Window, counted: Figures) -> Self:
        """Each with where it stands and whether its figure moved: one query."""
        if window.period.kind == PeriodKind.MONTH:
            return cls()
        asked = Recommendation.objects.filter(report__period=str(window.period.previous), report__state__in=OUT)
        return cls(followed_up(asked, rows_of(counted)))

    def page(self, view: View) -> list[Followed]:
        """Each with what became of it."""
        return self.last_time


def followed_up(asked: QuerySet[Recommendation], rows: Rows) -> list[Followed]:
    """Each recommendation with its answer, where it stands, and whether its figure moved: one query."""
    return [
        Followed(
            words=recommendation.words,
            answer=recommendation.get_answer_display() if recommendation.answer else "No response yet",
            state=_state_of(recommendation),
            moved=figure_moved(rows, recommendation.standard),
        )
        for recommendation in asked.select_related("plan_item__owner", "joins", "owner", "report").order_by("number")
    ]


def _state_of(recommendation: Recommendation) -> str:
    sent = recommendation.report.responded_at is not None
    item = (recommendation.joins if sent else None) or getattr(recommendation, "plan_item", None)
    if item is None:
        return "Not on the plan"
    if item.ended_at:
        day = clock.day_of(item.ended_at)
        return f"{item.get_state_display()}, {date_in_words(day)}"
    return f"Open, due {date_in_words(item.due_on)}"
