"""How the grades came to be agreed: by their first proposals, which neither saw of the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from django.db.models import Count, FilteredRelation, Q

from audits.models import Chair, Judgement
from reporting.sections.bars import HALF, Bar, bars, figures_table
from reporting.sections.base import Figure, Window, counted, finalised_between
from reporting.sections.section import Figures, Section, Table, View
from reporting.sections.standards import Standards
from standards.grades import Grade

AGREED = {
    "equal": (
        "The same grade at once",
        "Grades for which auditor and worker, neither seeing the other’s, proposed the same.",
    ),
    "talked": ("Agreed after talking", "Grades proposed differently and then agreed by both."),
    "ruled": (
        "Settled by a QA adviser",
        "Grades that the two could not agree and an adviser settled; all three views are kept.",
    ),
}
LEANING = {
    "higher": (
        "Worker’s first grade higher",
        "Of grades proposed differently, those where the worker’s was the higher.",
    ),
    "far": ("More than one grade apart", "Of all grades, those whose two proposals lay more than one grade apart."),
}


@dataclass(frozen=True)
class Agreement(Section):
    """How the grades of the period came to be agreed, and how the first proposals differed."""

    name = "agreement"
    key = "agreement"
    template = "reports/agreement.html"
    within = Standards

    ways: list[Figure]
    leaning: list[Figure]

    @classmethod
    def count(cls, window: Window) -> Self:
        """How the eight grades of each audit of the period were agreed, by their first proposals: one query."""
        rows = (
            Judgement.objects.filter(
                counted("audit__"), finalised_between(window.period, window.period, "audit__"), applies=True
            )
            .annotate(
                auditors=FilteredRelation("proposals", condition=Q(proposals__round=1, proposals__chair=Chair.AUDITOR)),
                keyworkers=FilteredRelation(
                    "proposals", condition=Q(proposals__round=1, proposals__chair=Chair.KEYWORKER)
                ),
            )
            .order_by()
            .values_list("state", "auditors__grade", "keyworkers__grade")
            .annotate(n=Count("pk"))
        )
        ways: Counter[str] = Counter()
        leaning: Counter[str] = Counter()
        for state, auditor, keyworker, n in rows:
            apart = Grade(keyworker).rank - Grade(auditor).rank if auditor and keyworker else 0
            equal = bool(auditor) and auditor == keyworker
            ways["ruled" if state == Judgement.State.RULED else "equal" if equal else "talked"] += n
            leaning["differ"] += n if apart else 0
            leaning["higher"] += n if apart > 0 else 0
            leaning["far"] += n if abs(apart) > 1 else 0
        whole = sum(ways.values())
        bases = {"higher": leaning["differ"], "far": whole}
        return cls(
            ways=[Figure(*AGREED[way], ways[way], whole) for way in AGREED],
            leaning=[Figure(*LEANING[kind], leaning[kind], bases[kind]) for kind in LEANING],
        )

    def page(self, view: View) -> list[Bar]:
        """Both as lines with a bar."""
        return bars([*self.ways, *self.leaning], width=HALF)

    def tables(self, figures: Figures) -> Iterator[Table]:
        """Both as one table."""
        yield figures_table("agreement", "How the grades were agreed", [*self.ways, *self.leaning])
