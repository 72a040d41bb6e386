"""The grades of the standards by what an inspection looks at: the council says which standard speaks to which area.

The framework grades help and protection, care and leaders, and not our standards: it is a way of reading them together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from django.db.models import Count

from audits.models import THAT_STANDS, Judgement
from people import council_settings
from qualitycounts.base.refusals import Refused
from qualitycounts.base.spreadsheets import Cell
from reporting.aims import GROUP
from reporting.odds import Share
from reporting.periods import PeriodKind
from reporting.sections.bars import share_of
from reporting.sections.base import Figure, Window, core, counted, finalised_between
from reporting.sections.grade_charts import GRADES
from reporting.sections.section import Figures, Section, Table, View
from reporting.sections.standards import Standards
from standards.grades import GOOD_OR_BETTER, Grade
from standards.models import Standard

AREA = (
    "Grades that core audits gave to the standards of an area, under the set in force when the period ended. One "
    "standard may speak to several areas. It is no judgement of an inspection."
)


@dataclass(frozen=True)
class AreaLines(council_settings.Lines):
    """A line an area: its name, a colon, and the standards that speak to it by their short names in the set's file."""

    def read(self, typed: str) -> str:
        """Refused (422) for a line without standards, or with one that no set has."""
        text = super().read(typed)
        known = set(Standard.objects.exclude(key="").values_list("key", flat=True))
        for name, keys in areas_in(text.splitlines()):
            if not name or not keys:
                raise Refused("Write each line as a name, a colon and standards: “Leaders: oversight”.", "value")
            if unknown := [key for key in keys if key not in known]:
                there = ", ".join(sorted(known))
                raise Refused(f"No standard is called “{unknown[0]}”. There are: {there}.", "value")
        return text


SHOWN = council_settings.Choice(
    "inspection_areas_shown",
    "Inspection areas in reports",
    GROUP,
    "Quarterly and longer reports then also show the grades of the standards together by inspection area. Ours.",
    choices=(("no", "No"), ("yes", "Yes, beside the standards")),
)
AREAS = AreaLines(
    "inspection_areas",
    "Inspection areas, and the standards that speak to them",
    GROUP,
    "A line an area: its name, a colon, and standards by their short names in the set’s file. The areas are those of "
    "Ofsted’s framework for children’s services; which standard speaks to which is the council’s own reading. Ours.",
    default=(
        "Help and protection: history, assessment, plan, partnership",
        "Children in care and care leavers: review, impact",
        "The impact of leaders on practice: oversight",
    ),
)


def areas_in(lines: list[str] | tuple[str, ...]) -> list[tuple[str, list[str]]]:
    """Each area with the keys of its standards."""
    parts = (line.rpartition(":") for line in lines)
    return [(name.strip(), [key.strip() for key in keys.split(",") if key.strip()]) for name, _, keys in parts]


@dataclass(frozen=True)
class InspectionArea:
    """One area: its name, the standards that speak to it, their grades, best first, and how many are Good or better."""

    name: str
    standards: list[str]
    grades: list[Figure]
    good: Figure

    @property
    def in_words(self) -> str:
        """The standards, in a line."""
        return "; ".join(self.standards)

    @property
    def share(self) -> Share:
        """How many of the grades are Good or better."""
        return share_of(self.good)


@dataclass(frozen=True)
class InspectionAreas(Section):
    """The areas that have a standard in the set in force; None where the council does not have them in reports."""

    name = "inspection_areas"
    key = "inspection_areas"
    template = "reports/inspection_areas.html"
    within = Standards

    areas: list[InspectionArea]

    @classmethod
    def count(cls, window: Window) -> Self | None:
        """The grades of the period by standard, added up by area: two queries."""
        if SHOWN.value() == "no" or window.period.kind == PeriodKind.MONTH:
            return None
        of_set = Standard.objects.filter(standard_set__in_force_from__lte=window.period.last).exclude(key="")
        latest = of_set.order_by("-standard_set__in_force_from", "-standard_set").values("standard_set")[:1]
        standards = {each.key: each for each in of_set.filter(standard_set__in=latest)}
        grades: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for key, grade, n in (
            Judgement.objects.filter(
                counted("audit__"),
                core("audit__"),
                finalised_between(window.period, window.period, "audit__"),
                standard__in=standards.values(),
                applies=True,
            )
            .annotate(standing=THAT_STANDS)
            .order_by()
            .values_list("standard__key", "standing")
            .annotate(n=Count("pk"))
        ):
            grades[key][Grade(grade)] += n
        return cls(
            [
                area_of(name, [standards[key] for key in keys if key in standards], grades)
                for name, keys in areas_in(AREAS.value())
                if any(key in standards for key in keys)
            ]
        )

    def page(self, view: View) -> Self | None:
        """The areas; nothing where there are none."""
        return self if self.areas else None

    def tables(self, figures: Figures) -> Iterator[Table]:
        """The grades of each area."""
        rows: list[list[Cell]] = [
            [area.name, area.in_words, *(figure.count for figure in area.grades)] for area in self.areas
        ]
        yield Table("inspection-areas", "Grades by inspection area", ("Area", "Standards", *GRADES), rows)


def area_of(name: str, standards: list[Standard], grades: defaultdict[str, Counter[str]]) -> InspectionArea:
    """One area, from the grades of each standard by its key."""
    counts = {grade: sum(grades[standard.key][grade] for standard in standards) for grade in Grade}
    whole = sum(counts.values())
    good = Figure("Good or better", AREA, sum(counts[grade] for grade in GOOD_OR_BETTER), whole)
    four = [Figure(str(grade.label), AREA, counts[grade], whole) for grade in Grade]
    return InspectionArea(name, [str(standard) for standard in standards], four, good)
