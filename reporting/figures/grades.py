"""How many audits, with which grades, month by month; the seven standards; and how the grades were agreed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, Count, F, FilteredRelation, Q, Value, When

from audits.models import CASE_NUMBER, THAT_STANDS, Audit, Chair, Judgement
from reporting.figures.base import (
    MIX_MONTHS,
    STANDING,
    Figure,
    Series,
    Window,
    counted,
    finalised_between,
    month_finalised,
    same_month,
)
from reporting.figures.groups import UNKNOWN, Groups, groups, services
from reporting.figures.programme import KINDS, NO_DRAW
from reporting.periods import Kind, Period
from standards.grades import GOOD_OR_BETTER, Grade
from standards.models import Category

AUDIT = "A live audit of one child’s case file, finalised in the period by UK date and not voided; re-audits apart."
GRADE = (
    "The grade of the case as a whole: agreed on its own, never computed from the seven, as it stands at “data as at”."
)
GOOD = "Audits graded Good or Outstanding, as a share of those finalised in the period."
INADEQUATE = "Audits graded Inadequate, as a share of those finalised in the period."
STANDARD = (
    "Audits graded Good or Outstanding in the standard, as a share of those that looked at it and to which it applies."
)
RE_AUDITS = "Second audits of a case, finalised in the period; in no other number of this report."
BETTER = "Re-audits with a better case grade than the audit they follow."
VOIDED = "Audits finalised in the period and set aside since by the Head of Quality Assurance; in no other number."
STANDING_AT = "Audits planned for the months of the period, by where they stand at “data as at”."
ITS = ("its_team", "its_service", "its_category", "its_type")
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
class Audits:
    """What came of the audits month by month, of those planned for the period, and how the period's split."""

    finalised: Figure
    grades: list[Figure]
    good: Series
    inadequate: Series
    months: list[str]
    mix: list[list[int]]
    re_audits: Figure
    better: Figure
    voided: Figure
    standing: list[Figure]
    by_category: Groups
    by_service: Groups
    by_type: Groups


@dataclass(frozen=True)
class Standard:
    """One standard: its grades in the period, those to which it did not apply, and its row of shares."""

    number: int
    title: str
    grades: list[int]
    not_applicable: int
    good: Series


@dataclass(frozen=True)
class Agreement:
    """How the grades of the period came to be agreed, and how the first proposals differed."""

    ways: list[Figure]
    leaning: list[Figure]


def _four() -> list[int]:
    return [0] * len(Grade)


@dataclass
class _Tally:
    """Counts while the rows of `audits` are read."""

    mix: defaultdict[date, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    apart: Counter[str] = field(default_factory=Counter)
    standing: Counter[str] = field(default_factory=Counter)
    categories: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(_four))
    types: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(_four))
    teams: defaultdict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(_four))

    def add(self, row: Mapping[str, Any], period: Period) -> None:
        """Count one row of audits that are alike."""
        grade, n, now = row["grade"], row["n"], same_month(row["at"], period)
        if row["planned"]:
            self.standing[row["state"]] += n
        if now and row["state"] == Audit.State.VOIDED:
            self.apart["voided"] += n
        if row["at"] is None or row["state"] not in STANDING:
            return
        if row["re_audit_of__grade"] is None:
            self.mix[row["at"]][grade] += n
            if now:
                place = list(Grade).index(grade)
                self.categories[Category(row["its_category"]).label][place] += n
                self.types[KINDS[row["its_type"] or NO_DRAW]][place] += n
                self.teams[row["its_service"] or UNKNOWN, row["its_team"] or UNKNOWN][place] += n
        elif now:
            self.apart["re_audits"] += n
            self.apart["better"] += n if Grade(grade).rank > Grade(row["re_audit_of__grade"]).rank else 0

    def of(self, period: Period) -> dict[Grade, int]:
        """The grades of one period."""
        return {grade: sum(four[grade] for at, four in self.mix.items() if same_month(at, period)) for grade in Grade}


def audits(window: Window) -> Audits:
    """Audits of the window's months by grade, the re-audits and voided ones of the period, its splits, and where the
    audits planned for it stand: one query. A month has no splits, for a quarter less two months would tell the third.
    """
    period = window.period
    planned = Q(month__gte=period.first, month__lte=period.last)
    now = finalised_between(period, period)
    rows = (
        Audit.objects.filter(finalised_between(window.months[0], window.months[-1]) | planned)
        .annotate(
            at=month_finalised(),
            planned=Case(When(planned, then=Value(True)), default=False, output_field=BooleanField()),
            its_team=Case(When(now, then=F("team__name"))),
            its_service=Case(When(now, then=F("team__service__name"))),
            its_category=Case(When(now, then=F("category"))),
            its_type=Case(When(now, then=F("pick__draw__activity__kind"))),
        )
        .order_by()
        .values("at", "planned", "state", "re_audit_of__grade", "grade", *ITS)
        .annotate(n=Count("pk"))
    )
    tally = _Tally()
    for row in rows:
        tally.add(row, period)
    counts, earlier = tally.of(period), tally.of(period.previous)
    whole, before = sum(counts.values()), sum(earlier.values())
    good = [(at, sum(four[grade] for grade in GOOD_OR_BETTER)) for at, four in tally.mix.items()]
    inadequate = [(at, four[Grade.INADEQUATE]) for at, four in tally.mix.items()]
    totals = window.by_unit((at, sum(four.values())) for at, four in tally.mix.items())
    last = window.months[-MIX_MONTHS:]
    standing, apart = tally.standing, tally.apart
    if period.kind == Kind.MONTH:
        tally.categories, tally.teams, tally.types = defaultdict(_four), defaultdict(_four), defaultdict(_four)
    return Audits(
        finalised=Figure("Audits finalised", AUDIT, whole, None, before),
        grades=[Figure(str(grade.label), GRADE, counts[grade], whole, earlier[grade], before) for grade in Grade],
        good=Series("Graded Good or better", GOOD, window.by_unit(good), totals),
        inadequate=Series("Graded Inadequate", INADEQUATE, window.by_unit(inadequate), totals),
        months=[str(month) for month in last],
        mix=[[tally.mix[month.first][grade] for grade in Grade] for month in last],
        re_audits=Figure("Re-audits", RE_AUDITS, apart["re_audits"]),
        better=Figure("Better at re-audit", BETTER, apart["better"], apart["re_audits"]),
        voided=Figure("Voided", VOIDED, apart["voided"]),
        standing=[
            Figure(str(state.label), STANDING_AT, standing[state], sum(standing.values())) for state in Audit.State
        ],
        by_category=groups(tally.categories),
        by_service=services(tally.teams),
        by_type=groups(tally.types, told=True),
    )


def standards(window: Window) -> list[Standard]:
    """The seven standards: grades of the period and Good or better for each unit of the window: one query."""
    rows = (
        Judgement.objects.annotate(standing=THAT_STANDS)
        .filter(
            counted("audit__"),
            finalised_between(window.units[0], window.units[-1], "audit__"),
            number__lt=CASE_NUMBER,
        )
        .annotate(at=month_finalised("audit__"))
        .order_by()
        .values_list("number", "standard__short_title", "at", "applies", "standing")
        .annotate(n=Count("pk"))
    )
    titles: dict[int, tuple[date, str]] = {}
    counts: defaultdict[int, list[tuple[date, bool, str, int]]] = defaultdict(list)
    for number, title, at, applies, grade, n in rows:
        titles[number] = max(titles.get(number, (at, title)), (at, title))
        counts[number].append((at, applies, grade, n))
    return [_standard(window, number, titles[number][1], counts[number]) for number in sorted(counts)]


def _standard(window: Window, number: int, title: str, rows: list[tuple[date, bool, str, int]]) -> Standard:
    grades: Counter[str] = Counter()
    for at, applies, grade, n in rows:
        if same_month(at, window.period):
            grades[grade if applies else ""] += n
    good = window.by_unit((at, n) for at, _, grade, n in rows if grade in GOOD_OR_BETTER)
    whole = window.by_unit((at, n) for at, applies, _, n in rows if applies)
    return Standard(
        number=number,
        title=title,
        grades=[grades[grade] for grade in Grade],
        not_applicable=grades[""],
        good=Series(f"{number} {title}", STANDARD, good, whole),
    )


def agreement(window: Window) -> Agreement:
    """How the eight grades of each audit of the period were agreed, by their first proposals: one query."""
    rows = (
        Judgement.objects.filter(
            counted("audit__"), finalised_between(window.period, window.period, "audit__"), applies=True
        )
        .annotate(
            one=FilteredRelation("proposals", condition=Q(proposals__round=1, proposals__chair=Chair.AUDITOR)),
            other=FilteredRelation("proposals", condition=Q(proposals__round=1, proposals__chair=Chair.KEYWORKER)),
        )
        .order_by()
        .values_list("state", "one__grade", "other__grade")
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
    return Agreement(
        ways=[Figure(*AGREED[way], ways[way], whole) for way in AGREED],
        leaning=[Figure(*LEANING[kind], leaning[kind], bases[kind]) for kind in LEANING],
    )
