"""Spot views and case presentations of the directors (strategy 4.2, 4.3): how many, by whom, and whether the case files
have their notes. What was learned is of one child, so it is told in words by the report's writer alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from audits.models import Viewing
from reporting.sections.bars import figures_table
from reporting.sections.base import Figure, Window, same_month
from reporting.sections.section import Figures, Section, Table, View

HELD = (
    "Cases that the Assistant Director or the Executive Director looked at or were shown in the period, written down."
)
ON_FILE = "Of these, with the note on the child’s case file by “data as at”, said by name."
BY_CHANCE = "Of these, cases that were chosen by chance and not by their number."
UNWRITTEN = "Cases opened in the period of which it is not written down yet what was learned."


@dataclass(frozen=True)
class SpotViews(Section):
    """The cases that directors looked at in the period, by kind and by whom; None in reports frozen before them."""

    name = "spot_views"
    key = "spot_views"
    template = "reports/spot_views.html"
    beside = ("views", "What directors saw in the cases they looked at")

    kinds: list[Figure]
    by_whom: list[Figure]
    on_file: Figure
    by_chance: Figure
    unwritten: Figure

    @classmethod
    def count(cls, window: Window) -> Self:
        """Those held in the period and in the one before, and those still to be written down: two queries."""
        period = window.period
        first, after = period.moments
        rows = (
            Viewing.objects.filter(
                recorded_at__isnull=False, held_on__gte=period.previous.first, held_on__lte=period.last
            )
            .order_by()
            .values_list("kind", "opened_by__job_title", "by_chance", "on_file_on", "held_on")
        )
        now: Counter[str] = Counter()
        before: Counter[str] = Counter()
        by_whom: Counter[str] = Counter()
        on_file = by_chance = 0
        for kind, title, chosen_by_chance, filed, held in rows:
            is_now = same_month(held, period)
            (now if is_now else before)[kind] += 1
            if is_now:
                by_whom[title or "A director"] += 1
                by_chance += chosen_by_chance
                on_file += filed is not None and filed <= window.on
        whole = now.total()
        unwritten = Viewing.objects.filter(opened_at__gte=first, opened_at__lt=after, recorded_at=None).count()
        return cls(
            kinds=[
                Figure(str(kind.label), HELD, now[kind], whole, before[kind], before.total()) for kind in Viewing.Kind
            ],
            by_whom=[Figure(title, HELD, n, whole) for title, n in sorted(by_whom.items())],
            on_file=Figure("Note on the case file", ON_FILE, on_file, whole),
            by_chance=Figure("Chosen by chance", BY_CHANCE, by_chance, whole),
            unwritten=Figure("Not written down yet", UNWRITTEN, unwritten),
        )

    def page(self, view: View) -> Self | None:
        """The counts; nothing where no case was looked at."""
        return self if self.whole or self.unwritten.count else None

    @property
    def whole(self) -> int:
        """How many there were."""
        return sum(figure.count for figure in self.kinds)

    @property
    def in_words(self) -> str:
        """How many of each kind, and by whom: 3 cases: spot views 2, case presentations 1."""
        kinds = ", ".join(
            f"{figure.name[:1].lower()}{figure.name[1:]} {figure.count}" for figure in self.kinds if figure.count
        )
        by = ", ".join(f"{figure.name} {figure.count}" for figure in self.by_whom)
        cases = f"{self.whole} case{'' if self.whole == 1 else 's'}"
        return f"{cases} seen by directors: {kinds} ({by})." if self.whole else ""

    @property
    def filed_in_words(self) -> str:
        """How many were chosen by chance, and of how many the note is on the file; "" where there were none."""
        chance, filed = self.by_chance.count, self.on_file.count
        said = f"{chance} {'was' if chance == 1 else 'were'} chosen by chance; the note of {filed} is on the case file."
        return said if self.whole else ""

    def tables(self, figures: Figures) -> Iterator[Table]:
        """Each kind, by whom, and what was done with the note."""
        if self.whole or self.unwritten.count:
            lines = [*self.kinds, *self.by_whom, self.on_file, self.by_chance, self.unwritten]
            yield figures_table("spot-views", "Spot views and case presentations", lines)
