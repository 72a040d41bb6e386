"""Whether the audits look like the children: those audited beside the open caseload, by what is held of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from audits.models import Audit, Case
from reporting.figures.base import Window, counted, finalised_between
from reporting.figures.groups import groups
from reporting.masking import mask
from standards.grades import Grade
from standards.models import Category

COVERAGE = (
    "Audits finalised in the period and, beside them, cases open at “data as at”, by what the case system holds of the "
    "child. A share of each column; 1 to 4 shows as <5, and [c] is a larger number hidden so that none can be worked "
    "out from this table."
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
class Row:
    """One group: audited and open as they may be printed, each with its share where neither is masked."""

    name: str
    audited: str
    open: str
    audited_share: str
    open_share: str


@dataclass(frozen=True)
class Split:
    """One characteristic. `left_out` where nothing of it may be printed."""

    name: str
    rows: list[Row]
    left_out: bool


@dataclass(frozen=True)
class Coverage:
    """The splits, with how many were audited and how many were open."""

    definition: str
    audited: int
    open: int
    splits: list[Split]


def category(held: Held) -> str:
    """The category of need in words."""
    return str(Category(held[0]).label)


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
    ("Category of need", category, tuple(str(one.label) for one in Category)),
    ("Age", age, (*(name for _, name in AGES), ADULT, NOT_HELD)),
    ("Gender", gender, (*GENDERS.values(), "Another or not recorded")),
    ("Ethnicity", ethnicity, (*ETHNICITY.values(), NOT_HELD)),
    ("Disability", disability, (*DISABILITY.values(), NOT_HELD)),
)


def coverage(window: Window) -> Coverage:
    """Children audited in the period beside the open caseload, by each characteristic held: two queries."""
    fields = ("category", "gender", "ethnicity", "disability", "age")
    sample = (
        Audit.objects.filter(counted(), finalised_between(window.period, window.period))
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
        names = [one for one in order if one in sampled or one in held]
        shown = _audited(sampled, names, graded=group is category)
        beside = mask([[held[one]] for one in names])
        if not shown or beside.left_out:
            splits.append(Split(name, [], left_out=bool(whole)))
            continue
        rows = [
            Row(one, shown[one], row[0], _share(shown[one], whole), _share(row[0], opened))
            for one, row in zip(names, beside.rows, strict=True)
        ]
        splits.append(Split(name, rows, left_out=False))
    return Coverage(definition=COVERAGE, audited=whole, open=opened, splits=splits)


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
        found = {row.name: row.audits for row in groups(counts).rows}
        return {name: found.get(name, "0") for name in names} if found else {}
    split = mask([[sum(counts.get(name, ()))] for name in names])
    return {} if split.left_out else {name: row[0] for name, row in zip(names, split.rows, strict=True)}


def _share(cell: str, whole: int) -> str:
    return f"{100 * int(cell) / whole:.0f}%" if cell.isdigit() and whole else "–"
