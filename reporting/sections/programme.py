"""What was planned for the months of the period, and what of it is done, in time or late, by kind of audit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from django.db.models import Count, DateField, Q
from django.db.models.functions import TruncMonth

from audits.models import Activity, Audit, Finding
from qualitycounts.base import clock
from qualitycounts.base.spreadsheets import Cell
from reporting.sections.base import KINDS, NO_DRAW, Figure, Window
from reporting.sections.method import Method
from reporting.sections.section import Figures, Section, Table, View

PLANNED = (
    "What the programme planned for the months of the period, by kind; where it says no number, what was drawn, or "
    "observed. "
    "Audits that were withdrawn or voided and re-audits are left out."
)
OUTCOMES = {
    "in_time": ("Done in its month", "Of these, finalised or observed by the end of their month."),
    "late": ("Done later", "Of these, finalised or observed after that month."),
    "missed": ("Not done, month over", "Of these, not done at “data as at”, though their month is over."),
    "ahead": ("Still to come", "Of these, not done at “data as at”, with their month not over."),
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
        """What was planned for the period's months by kind, and what of it is done on the day: three queries."""
        period, activity = window.period, "pick__draw__activity"
        its_month = Q(month__gte=period.first, month__lte=period.last)
        audits = (
            Audit.objects.filter(its_month, re_audit_of=None)
            .exclude(state__in=Audit.WITHDRAWN_OR_VOIDED)
            .annotate(at=TruncMonth("finalised_at", tzinfo=clock.LONDON, output_field=DateField()))
            .order_by()
            .values_list(activity, f"{activity}__kind", f"{activity}__planned", "month", "state", "at")
            .annotate(n=Count("pk"))
        )
        works: dict[tuple[int | None, date], Work] = {
            (pk, month): Work(kind, month, planned)
            for pk, kind, month, planned in Activity.objects.filter(
                its_month, state=Activity.State.PLANNED
            ).values_list("pk", "kind", "month", "planned")
        }
        for pk, kind, planned, month, state, at, n in audits:
            work = works.setdefault((pk, month), Work(kind or NO_DRAW, month, planned or 0))
            work.drawn += n
            if state in Audit.FINAL:
                work.done["late" if at > month else "in_time"] += n
        seen = Finding.objects.filter(
            activity__in=[pk for (pk, _), work in works.items() if work.kind == Activity.Kind.OBSERVATION and pk]
        )
        for pk, month, on in seen.values_list("activity", "activity__month", "on"):
            works[pk, month].done["late" if on.replace(day=1) > month else "in_time"] += 1
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        planned_of: Counter[str] = Counter()
        for work in works.values():
            planned_of[work.kind] += work.planned or work.begun
            counts[work.kind] += work.outcomes(window.on)
        lines = [_line(name, planned_of[kind], counts[kind]) for kind, name in KINDS.items() if planned_of[kind]]
        return cls(lines, _line("All audits", planned_of.total(), sum(counts.values(), Counter[str]())))

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


@dataclass
class Work:
    """One activity while it is counted: what it planned, what was drawn for it, and what of that is done."""

    kind: str
    month: date
    planned: int
    drawn: int = 0
    done: Counter[str] = field(default_factory=Counter)

    @property
    def begun(self) -> int:
        """What stands for a number that was not planned: what was drawn, or what was observed."""
        return self.drawn or self.done.total()

    def outcomes(self, on: date) -> Counter[str]:
        """What became of what was planned."""
        undone = max(0, (self.planned or self.begun) - self.done.total())
        return self.done + Counter({"missed" if self.month < on.replace(day=1) else "ahead": undone})


def _line(name: str, planned: int, counted: Counter[str]) -> ProgrammeLine:
    outcomes = [Figure(words, definition, counted[key], planned) for key, (words, definition) in OUTCOMES.items()]
    return ProgrammeLine(name, Figure("Planned", PLANNED, planned), outcomes)
