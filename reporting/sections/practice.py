"""Good practice: in how many audits it was written down, by standard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.db.models import Count

from audits.form_boxes import HEADINGS
from audits.models import Note
from reporting.sections.bars import counts_in_words, figures_table
from reporting.sections.base import Figure, Window, counted, finalised_between
from reporting.sections.evidence import SeenEvidence
from reporting.sections.section import Figures, Section, Table, View
from standards.models import MOST_STANDARDS, Standard

PRACTICE = "Audits of the period in which good practice was written down under the standard."
SHARED = HEADINGS[-1][0]


@dataclass(frozen=True)
class Practice(Section):
    """Audits with good practice to share, by standard."""

    name = "practice"
    template = "reports/practice.html"
    within = SeenEvidence

    practice: list[Figure]

    @classmethod
    def count(cls, window: Window) -> Self:
        """Audits with good practice to share, by each standard of the sets they were graded with: two queries."""
        slugs = {f"s{number}-{SHARED}": number for number in range(1, MOST_STANDARDS + 1)}
        rows = (
            Note.objects.filter(
                counted("audit__"), finalised_between(window.period, window.period, "audit__"), slug__in=slugs
            )
            .exclude(text="")
            .order_by()
            .values_list("audit__standard_set__in_force_from", "audit__standard_set__title", "slug")
            .annotate(n=Count("pk"))
        )
        counts: Counter[tuple[date, str, int]] = Counter(
            {(since, title, slugs[slug]): n for since, title, slug, n in rows}
        )
        numbers: dict[tuple[date, str], list[int]] = {}
        standards = Standard.objects.order_by("standard_set__in_force_from", "standard_set__title", "number")
        for since, title, number in standards.filter(standard_set__in_force_from__lte=window.period.last).values_list(
            "standard_set__in_force_from", "standard_set__title", "number"
        ):
            numbers.setdefault((since, title), []).append(number)
        sets = sorted({key[:2] for key in counts}) or list(numbers)[-1:]
        return cls(
            [
                Figure(
                    f"Standard {number}" + (f", {title}" if len(sets) > 1 else ""),
                    PRACTICE,
                    counts[since, title, number],
                )
                for since, title in sets
                for number in numbers[since, title]
            ]
        )

    def page(self, view: View) -> str:
        """The standards with some, in a line; "" where there was none."""
        some = [figure for figure in self.practice if figure.count]
        return f"{some[0].definition} {counts_in_words(some)}." if some else ""

    def tables(self, figures: Figures) -> Iterator[Table]:
        """Every standard."""
        yield figures_table("good-practice", "Good practice written down", self.practice)
