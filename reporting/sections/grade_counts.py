"""Counts of audits by grade while their rows are read, and what they come to: for `grades.py`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from audits.models import Activity, Audit
from reporting.periods import Period
from reporting.sections.base import KINDS, NO_DRAW, Figure, same_month
from reporting.sections.frozen import WHERE_HELD
from reporting.sections.groups import UNKNOWN
from reporting.sections.wording import joined
from standards.grades import Grade, word_of
from standards.models import GradeDescriptor

GRADE = (
    "The grade of the case as a whole: agreed on its own, never computed from the standards, as it stands at “data as "
    "at”."
)
CORE = "Of these, core audits: drawn by chance, within category of need. The headline and the trend are theirs alone."
KIND = (
    "Audits finalised in the period by kind. Every kind but the core audits was chosen for a reason, so it stands "
    "beside them and is never added to them."
)


@dataclass(frozen=True)
class Core:
    """The core audits of the period, and their grades."""

    finalised: Figure
    grades: list[Figure]


@dataclass(frozen=True)
class OfKind:
    """One kind of audit: how many were finalised in the period, with which grades."""

    kind: str
    name: str
    definition: str
    audits: int
    grades: list[int]
    chosen: list[Chosen] | None = field(default=None, metadata=WHERE_HELD)


@dataclass(frozen=True)
class Chosen:
    """The audits of one activity that chose its cases for a reason: what it is called, why, and their grades."""

    title: str
    why: str
    grades: list[int]

    @property
    def grades_in_words(self) -> str:
        """The grades that were given: 2 Good and 2 Requires improvement."""
        return joined([f"{n} {grade.label}" for grade, n in zip(Grade, self.grades, strict=True) if n])


def four_zeros() -> list[int]:
    """None of any grade."""
    return [0] * len(Grade)


@dataclass
class Tally:
    """Counts while the rows of `audits` are read. `mix` and the splits are the core audits', `every` is all.

    `sets` are those by which audits were graded since `shown`, and whether one of them has a word of its own.
    """

    mix: defaultdict[date, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    every: defaultdict[date, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    apart: Counter[str] = field(default_factory=Counter)
    standing: Counter[str] = field(default_factory=Counter)
    categories: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(four_zeros))
    kinds: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(four_zeros))
    chosen: defaultdict[tuple[str, str, str], list[int]] = field(default_factory=lambda: defaultdict(four_zeros))
    teams: defaultdict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(four_zeros))
    shown: date = date.min
    sets: set[int] = field(default_factory=set)
    called_otherwise: bool = False

    def add(self, row: Mapping[str, Any]) -> None:
        """Count one row of audits that are alike: of the period where it has a month (`at`), else only planned."""
        grade, n, at = row["grade"], row["n"], row["at"]
        if row["planned"]:
            self.standing[row["state"]] += n
        if at is None:
            return
        if row["state"] not in Audit.FINAL:
            self.apart["voided"] += n if row["state"] == Audit.State.VOIDED else 0
            return
        self.add_earlier(row)
        if not row["is_first"]:
            return
        kind, place = row["its_type"] or NO_DRAW, list(Grade).index(grade)
        self.kinds[kind][place] += n
        if kind not in (Activity.Kind.CORE, NO_DRAW):
            self.chosen[kind, row["its_title"], why(row["its_origin"], row["its_why"])][place] += n
        if row["is_core"]:
            self.categories[row["its_category"]][place] += n
            self.teams[row["its_service"] or UNKNOWN, row["its_team"] or UNKNOWN][place] += n

    def add_earlier(self, row: Mapping[str, Any]) -> None:
        """Count one row of standing audits in what is shown of every month: re-audits in no number."""
        at, grade, n = row["at"], row["grade"], row["n"]
        if at >= self.shown:
            self.sets.add(row["its_set"])
            self.called_otherwise |= word_of(grade) != Grade(grade).label
        if row["is_first"]:
            self.every[at][grade] += n
            self.mix[at][grade] += n if row["is_core"] else 0

    def add_re_audits(self, rows: Iterable[tuple[str, str, int]]) -> None:
        """Count re-audits of the period: their grade, that of the audit they follow, and how many are alike."""
        for grade, before, n in rows:
            self.apart["re_audits"] += n
            self.apart["better"] += n if Grade(grade).rank > Grade(before).rank else 0

    def core(self, period: Period, names: Sequence[str]) -> Core:
        """The core audits, with those of the period before beside them."""
        return Core(*graded_in(self.mix, period, "Core audits finalised", CORE, names))

    def names(self) -> list[str]:
        """What the grades are called, best first: by their usual words, unless an audit was graded by another. Then
        they go by the words of the sets: one query."""
        return names_in_sets(self.sets) if self.called_otherwise else [str(grade.label) for grade in Grade]

    def by_kind(self) -> list[OfKind]:
        """The audits of the period, a line a kind."""
        return [
            OfKind(kind, name, KIND, sum(self.kinds[kind]), self.kinds[kind], self._chosen(kind))
            for kind, name in KINDS.items()
            if kind in self.kinds
        ]

    def _chosen(self, kind: str) -> list[Chosen] | None:
        of_kind = sorted((title, reason, four) for (of, title, reason), four in self.chosen.items() if of == kind)
        return [Chosen(title, reason, four) for title, reason, four in of_kind] or None


def why(origin: str, words: str) -> str:
    """Why the cases of an activity were chosen: Complaints: three about contact."""
    label = str(Activity.Origin(origin).label)
    return f"{label}: {words}" if words else label


def names_in_sets(sets: Collection[int]) -> list[str]:
    """What these sets call each grade, best first: “Secure (Good)”, or where it changed “Good (later Secure)”."""
    rows = GradeDescriptor.objects.filter(standard_set__in=sets).order_by("standard_set__in_force_from")
    words: defaultdict[str, list[str]] = defaultdict(list)
    for given in rows.values_list("grade", flat=True):
        if word_of(given) not in words[given]:
            words[given].append(word_of(given))
    names = []
    for grade in Grade:
        first, *after = words[grade] or [str(grade.label)]
        beside = [f"later {word}" for word in after]
        beside += [] if grade.label in (first, *after) else [f"usually {grade.label}" if after else str(grade.label)]
        names.append(f"{first} ({', '.join(beside)})" if beside else first)
    return names


def graded_in(
    months: Mapping[date, Mapping[str, int]], period: Period, name: str, definition: str, names: Sequence[str]
) -> tuple[Figure, list[Figure]]:
    """How many audits of the period and of the one before, and their grades."""
    now, before = (
        {grade: sum(four[grade] for at, four in months.items() if same_month(at, which)) for grade in Grade}
        for which in (period, period.previous)
    )
    whole, earlier = sum(now.values()), sum(before.values())
    grades = [
        Figure(called, GRADE, now[grade], whole, before[grade], earlier)
        for grade, called in zip(Grade, names, strict=True)
    ]
    return Figure(name, definition, whole, None, earlier), grades
