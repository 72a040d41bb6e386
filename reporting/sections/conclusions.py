"""What themed and other work of the programme came to: the conclusions that were written in the period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from audits.models import Activity
from qualitycounts.base.dates import month_in_words
from qualitycounts.base.spreadsheets import Cell
from reporting.sections.base import Window
from reporting.sections.section import Figures, Section, Table, View


@dataclass(frozen=True)
class Concluded:
    """One activity: its kind and title, the month it was planned for, and what it came to."""

    kind: str
    title: str
    month: str
    words: str


@dataclass(frozen=True)
class Conclusions(Section):
    """The conclusions of the period, in the order in which they were written."""

    name = "conclusions"
    key = "conclusions"
    template = "reports/conclusions.html"

    concluded: list[Concluded]

    @classmethod
    def count(cls, window: Window) -> Self:
        """The activities whose conclusion was written in the period, by UK date: one query."""
        first, after = window.period.moments
        activities = Activity.objects.filter(concluded_at__gte=first, concluded_at__lt=after)
        return cls(
            [
                Concluded(
                    kind=activity.get_kind_display(),
                    title=activity.title,
                    month=month_in_words(activity.month),
                    words=activity.conclusion,
                )
                for activity in activities.order_by("concluded_at", "pk")
            ]
        )

    def page(self, view: View) -> list[Concluded]:
        """Each with its words; nothing where none was written."""
        return self.concluded

    def tables(self, figures: Figures) -> Iterator[Table]:
        """Each with its words."""
        heads = ("Kind", "About", "Planned for", "Conclusion")
        rows: list[list[Cell]] = [[each.kind, each.title, each.month, each.words] for each in self.concluded]
        yield Table("conclusions", "Conclusions of themed and other work", heads, rows)
