"""Whether the audits look like the children: those audited beside the open caseload, by what is held of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from django.db.models import Count, Q

from audits.models import Audit, Case
from reporting.masking import mask
from reporting.odds import LEAST_FOR_PERCENT, Share
from reporting.periods import PeriodKind
from reporting.sections.base import Window, core, counted, finalised_between
from reporting.sections.grades import Grades
from reporting.sections.groups import groups
from reporting.sections.method import Method
from reporting.sections.section import Figures, Section, Table
from standards import categories
from standards.grades import Grade

COVERAGE = (
    "Core audits finalised in the period and, beside them, cases open at “data as at”, by what the case system holds "
    "of the child. A share of each column; 1 to 4 shows as <5, and [c] is a larger number hidden so that none can be "
    "worked out from this table."
)
NOT_HELD = "Not recorded"
ETHNICITY = {
    "W": "White",
    "M": "Mixed",
    "A": "Asian or Asian British",
    "B": "Black or Black British",
    "C": "Chinese",
    "O": "Other",
}
GENDERS = {"F": "Girls", "M": "Boys"}
DISABILITY = {"Y": "Disabled", "N": "Not disabled"}
AGES = ((4, "Under 5"), (9, "5 to 9"), (15, "10 to 15"), (17, "16 and 17"))
ADULT = "18 and over"

Held = tuple[str, str, str, str, int | None]


@dataclass(frozen=True)
class CoverageRow:
    """One group: audited and open as they may be printed, each with its share where neither is masked."""

    name: str
    audited: str
    open: str
    audited_share: str
    open_share: str


@dataclass(frozen=True)
class CoverageSplit:
    """One characteristic. `left_out` where nothing of it may be printed."""

    name: str
    rows: list[CoverageRow]
    left_out: bool


def category(held: Held) -> str:
    """The category of need in words."""
    return categories.name_of(held[0])


def gender(held: Held) -> str:
    """Girls, boys, or what else is held."""
    return GENDERS.get(held[1].upper(), "Another or not recorded")


def ethnicity(held: Held) -> str:
    """The broad group of the code that the case system holds."""
    return ETHNICITY.get(held[2][:1].upper(), NOT_HELD)


def disability(held: Held) -> str:
    """Whether a disability is held."""
    return DISABILITY.get(held[3].upper(), NOT_HELD)


def age(held: Held) -> str:
    """The age in a band."""
    years = held[4]
    if years is None:
        return NOT_HELD
    return next((name for most, name in AGES if years <= most), ADULT)


Group = Callable[[Held], str]
SPLITS: tuple[tuple[str, Group, tuple[str, ...]], ...] = (
    ("Category of need", category, ()),
    ("Age", age, (*(name for _, name in AGES), ADULT, NOT_HELD)),
    ("Gender", gender, (*GENDERS.values(), "Another or not recorded")),
    ("Ethnicity", ethnicity, (*ETHNICITY.values(), NOT_HELD)),
    ("Disability", disability, (*DISABILITY.values(), NOT_HELD)),
)


@dataclass(frozen=True)
class Coverage(Section):
    """The splits, with how many were audited and how many were open."""

    name = "coverage"
    key = "coverage"
    template = "reports/coverage.html"
    within = Method

    definition: str
    audited: int
    open: int
    splits: list[CoverageSplit]

    @classmethod
    def count(cls, window: Window) -> Self | None:
        """Children of the core audits of the period beside the open caseload, by each characteristic held: two queries.
        None of a month, which has too few."""
        if window.period.kind == PeriodKind.MONTH:
            return None
        fields = ("category", "gender", "ethnicity", "disability", "age")
        sample = (
            Audit.objects.filter(counted(), core(), finalised_between(window.period, window.period))
            .order_by()
            .values_list("grade", "category", *(f"case__{name}" for name in fields[1:]))
            .annotate(n=Count("pk"))
        )
        caseload = (
            Case.objects.filter(Q(closed_on=None) | Q(closed_on__gt=window.on), opened_on__lte=window.on)
            .order_by()
            .values_list(*fields)
            .annotate(n=Count("pk"))
        )
        audited, cases = list(sample), list(caseload)
        whole, opened = sum(row[-1] for row in audited), sum(row[-1] for row in cases)
        splits = []
        for name, group, order in SPLITS:
            sampled, held = _by_grade(group, audited), _count(group, cases)
            names = [
                each for each in order or categories.case_categories().names.values() if each in sampled or each in held
            ]
            shown = _audited(sampled, names, graded=group is category)
            beside = mask([[held[each]] for each in names])
            if not shown or beside.left_out:
                splits.append(CoverageSplit(name, [], left_out=bool(whole)))
                continue
            rows = [
                CoverageRow(each, shown[each], row[0], _share(shown[each], whole), _share(row[0], opened))
                for each, row in zip(names, beside.rows, strict=True)
            ]
            splits.append(CoverageSplit(name, rows, left_out=False))
        return cls(definition=COVERAGE, audited=whole, open=opened, splits=splits)

    @classmethod
    def conclude(cls, window: Window, counted: Figures) -> Self | None:
        """By category as the table of their grades has it, which is held against those that readers have already."""
        section, printed = counted.get(cls), counted.of(Grades).by_category
        if section is None:
            return None
        audited = {row.name: row.audits for row in printed.rows}
        first, *others = section.splits
        rows = [
            replace(row, audited=cell, audited_share=_share(cell, section.audited))
            for row in (first.rows if audited else ())
            for cell in [audited.get(row.name, "0")]
        ]
        left_out = first.left_out or bool(first.rows and not rows)
        return replace(section, splits=[CoverageSplit(first.name, rows, left_out=left_out), *others])

    @property
    def sides(self) -> list[list[CoverageSplit]]:
        """The tables that may be printed, on the left and on the right of the page."""
        printed = [split for split in self.splits if split.rows]
        left = len(printed) // 2 or 1
        return [side for side in (printed[:left], printed[left:]) if side]

    @property
    def left_out(self) -> list[str]:
        """The names of those that may not."""
        return [split.name.lower() for split in self.splits if split.left_out]

    def tables(self, figures: Figures) -> Iterator[Table]:
        """Every characteristic, masked as it was when the report was made."""
        for split in self.splits:
            yield Table(
                f"coverage-{split.name.split(' ')[0].lower()}",
                f"Audited and open, by {split.name.lower()}",
                (split.name, "Audited", "Share of audited", "Open", "Share of open"),
                [[row.name, row.audited, row.audited_share, row.open, row.open_share] for row in split.rows],
            )


def _by_grade(group: Group, rows: Iterable[tuple[Any, ...]]) -> dict[str, list[int]]:
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(Grade))
    for grade, *held, n in rows:
        counts[group(tuple(held))][list(Grade).index(grade)] += n
    return dict(counts)


def _count(group: Group, rows: Iterable[tuple[Any, ...]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for *held, n in rows:
        counts[group(tuple(held))] += n
    return counts


def _audited(counts: dict[str, list[int]], names: Sequence[str], *, graded: bool) -> dict[str, str]:
    """How many were audited, as it may be printed; nothing where it may not. Where another table of the report has the
    grades of the same groups, exactly as masked there: what one hides, two together must not tell."""
    if graded:
        printed = {row.name: row.audits for row in groups(counts).rows}
        return {name: printed.get(name, "0") for name in names} if printed else {}
    split = mask([[sum(counts.get(name, ()))] for name in names])
    return {} if split.left_out else {name: row[0] for name, row in zip(names, split.rows, strict=True)}


def _share(cell: str, whole: int) -> str:
    return Share(int(cell), whole).percent if cell.isdigit() and whole >= LEAST_FOR_PERCENT else "–"
