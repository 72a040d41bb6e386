"""What themed and other work of the programme came to: the conclusions that were written in the period, and how much
partner agencies found and what practice was observed in it. A finding is of one child or worker, so it is counted here,
and told in words by the conclusion alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Self

from django.db.models import Count, Q

from audits.models import Activity, Finding
from qualitycounts.base.dates import month_in_words
from qualitycounts.base.spreadsheets import Cell
from reporting.sections.base import Window
from reporting.sections.frozen import WHERE_HELD
from reporting.sections.section import Figures, Section, Table, View
from reporting.sections.tool_answers import AnswerTable, answer_tables
from reporting.sections.wording import joined

ANSWER_HEADS = ("Kind", "About", "Planned for", "Answered by", "Question", "Answer", "Count")


@dataclass(frozen=True)
class Concluded:
    """One activity: its kind and title, the month it was planned for, what it came to, and where it has a tool what
    that was answered when the conclusion was written."""

    kind: str
    title: str
    month: str
    words: str
    answers: list[AnswerTable] | None = field(default=None, metadata=WHERE_HELD)


@dataclass(frozen=True)
class FoundIn:
    """One activity: its kind and title, and how often each agency, question or practice was written of; the month it
    was planned for tells it from another of its name, where it was frozen with it."""

    kind: str
    title: str
    about: list[str]
    counts: list[int]
    learning: int
    concluded: bool
    month: str | None = field(default=None, metadata=WHERE_HELD)

    @property
    def heading(self) -> str:
        """What it is called: Multi-agency audits: Neglect, June 2026."""
        return ", ".join(filter(None, (f"{self.kind}: {self.title}" if self.title else self.kind, self.month)))

    @property
    def in_words(self) -> str:
        """What was written, and by whom or of what: 5 findings: Health 3 and Police 2."""
        whole = sum(self.counts)
        each = joined([f"{about} {n}" for about, n in zip(self.about, self.counts, strict=True)])
        said = f"{whole} finding{'' if whole == 1 else 's'}: {each}."
        learning = f" Learning was written down in {self.learning}." if self.learning else ""
        return said + learning + ("" if self.concluded else " What they came to is not written yet.")


@dataclass(frozen=True)
class Conclusions(Section):
    """The conclusions of the period, in the order in which they were written."""

    name = "conclusions"
    key = "conclusions"
    template = "reports/conclusions.html"

    concluded: list[Concluded]
    found: list[FoundIn] | None = field(default=None, metadata=WHERE_HELD)

    @classmethod
    def count(cls, window: Window) -> Self:
        """The activities whose conclusion was written in the period, by UK date, and findings by their day: two
        queries, and one for each of these with a tool."""
        first, after = window.period.moments
        activities = Activity.objects.filter(concluded_at__gte=first, concluded_at__lt=after)
        return cls(
            [
                Concluded(
                    kind=activity.get_kind_display(),
                    title=activity.title,
                    month=month_in_words(activity.month),
                    words=activity.conclusion,
                    answers=answer_tables(activity, until=activity.concluded_at) or None,
                )
                for activity in activities.select_related("tool").order_by("concluded_at", "pk")
            ],
            found=findings_of(window) or None,
        )

    def page(self, view: View) -> Self | None:
        """Each with its words, and what was found; nothing where there is neither."""
        return self if self.concluded or self.found else None

    def tables(self, figures: Figures) -> Iterator[Table]:
        """Each with its words."""
        heads = ("Kind", "About", "Planned for", "Conclusion")
        rows: list[list[Cell]] = [[each.kind, each.title, each.month, each.words] for each in self.concluded]
        yield Table("conclusions", "Conclusions of themed and other work", heads, rows)
        yield Table("tool-answers", "What their own tools were answered", ANSWER_HEADS, list(answer_cells(self)))
        of = ("Kind", "About", "Written of", "Findings")
        finding_rows: list[list[Cell]] = [
            [each.kind, each.title, about, n]
            for each in self.found or ()
            for about, n in zip(each.about, each.counts, strict=True)
        ]
        yield Table("findings", "Findings of partner agencies and observations", of, finding_rows)


def answer_cells(conclusions: Conclusions) -> Iterator[list[Cell]]:
    """What was answered, a row for each answer to each question."""
    for each in conclusions.concluded:
        for table in each.answers or ():
            for row in table.rows:
                for answer, count in zip(table.heads, (*row.cells, row.whole), strict=True):
                    yield [each.kind, each.title, each.month, table.who, row.question, answer, count]


def findings_of(window: Window) -> list[FoundIn]:
    """The findings of the period by activity: how many of each agency, question or practice; one query."""
    rows = (
        Finding.objects.filter(on__gte=window.period.first, on__lte=window.period.last)
        .order_by("activity__month", "activity__pk", "agency", "question", "seen")
        .values_list(
            *("activity__pk", "activity__kind", "activity__title", "activity__month", "activity__conclusion"),
            *("agency", "question", "seen"),
        )
        .annotate(n=Count("pk"), learned=Count("pk", filter=~Q(learning="")))
    )
    activities = []
    for (_, kind, title, month, conclusion), group in groupby(rows, key=lambda row: row[:5]):
        each, counts = list(group), Counter[str]()
        for *_, agency, question, seen, n, _ in each:
            counts[agency or question or seen] += n
        activities.append(
            FoundIn(
                kind=str(Activity.Kind(kind).label),
                title=title,
                about=list(counts),
                counts=list(counts.values()),
                learning=sum(learned for *_, learned in each),
                concluded=bool(conclusion),
                month=month_in_words(month),
            )
        )
    return activities
