"""What was planned for the months of the period, and what of it is done, in time or late, by kind of audit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from django.db.models import BooleanField, Case, Count, F, Q, Value, When

from audits.models import Audit
from qualitycounts.base.spreadsheets import Cell
from reporting.sections.base import KINDS, NO_DRAW, Figure, Window, month_finalised
from reporting.sections.method import Method
from reporting.sections.section import Figures, Section, Table, View

PLANNED = "Audits drawn for the months of the period, by kind; those withdrawn or voided and re-audits left out."
OUTCOMES = {
    "in_time": ("Done in its month", "Of these, finalised by the end of the month they were planned for."),
    "late": ("Done later", "Of these, finalised after that month."),
    "missed": ("Not done, month over", "Of these, not finalised at “data as at”, though their month is over."),
    "ahead": ("Still to come", "Of these, not finalised at “data as at”, with their month not over."),
}


@dataclass(frozen=True)
class ProgrammeLine:
    """One kind of audit: how many were planned, and what became of them."""

    name: str
    planned: Figure
    outcomes: list[Figure]


@dataclass(frozen=True)
class Programme(Section):
    """The programme of the period, a line a kind, and all of it together."""

    name = "programme"
    key = "programme"
    template = "reports/programme.html"
    within = Method

    lines: list[ProgrammeLine]
    whole: ProgrammeLine

    @classmethod
    def count(cls, window: Window) -> Self:
        """Audits planned for the period's months by kind, and where they stand on the day: one query."""
        period = window.period
        rows = (
            Audit.objects.filter(month__gte=period.first, month__lte=period.last, re_audit_of=None)
            .exclude(state__in=Audit.WITHDRAWN_OR_VOIDED)
            .annotate(
                at=month_finalised(),
                activity=F("pick__draw__activity__kind"),
                over=Case(
                    When(month__lt=window.on.replace(day=1), then=Value(True)),
                    default=False,
                    output_field=BooleanField(),
                ),
                later=Case(
                    When(Q(at__gt=F("month")), then=Value(True)), default=Value(False), output_field=BooleanField()
                ),
            )
            .order_by()
            .values_list("activity", "state", "over", "later")
            .annotate(n=Count("pk"))
        )
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for kind, state, over, later, n in rows:
            done, undone = "late" if later else "in_time", "missed" if over else "ahead"
            counts[kind or NO_DRAW][done if state in Audit.FINAL else undone] += n
        lines = [_line(name, counts[kind]) for kind, name in KINDS.items() if counts[kind]]
        return cls(lines, _line("All audits", sum(counts.values(), Counter[str]())))

    def page(self, view: View) -> Self | None:
        """The lines; nothing where nothing was planned."""
        return self if self.whole.planned.count else None

    @property
    def lines_shown(self) -> list[ProgrammeLine]:
        """A line a kind where there are several."""
        return self.lines if len(self.lines) > 1 else []

    def tables(self, figures: Figures) -> Iterator[Table]:
        """Every kind, and all together."""
        heads = ("Kind of audit", "Planned", *(outcome.name for outcome in self.whole.outcomes))
        rows: list[list[Cell]] = [
            [line.name, line.planned.count, *(outcome.count for outcome in line.outcomes)]
            for line in (*self.lines, self.whole)
        ]
        yield Table("programme", "The programme", heads, rows)


def _line(name: str, counted: Counter[str]) -> ProgrammeLine:
    whole = sum(counted.values())
    outcomes = [Figure(words, definition, counted[key], whole) for key, (words, definition) in OUTCOMES.items()]
    return ProgrammeLine(name, Figure("Planned", PLANNED, whole), outcomes)
