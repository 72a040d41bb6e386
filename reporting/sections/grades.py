"""How many audits, with which grades, month by month; every audit by kind; and whether Good or better is changing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self

from django.db.models import Case, Count, F, Q, QuerySet, When

from audits.models import Audit
from qualitycounts.base.spreadsheets import Cell
from qualitycounts.base.templatetags import qc
from reporting import periods
from reporting.periods import Period, PeriodKind
from reporting.sections.base import Figure, Series, Window, as_flag, core, finalised_between, month_finalised
from reporting.sections.frozen import NO_LONGER_COUNTED, WHERE_HELD
from reporting.sections.grade_charts import GRADES, Mix, Trend, by_month, mix_of, trend_of
from reporting.sections.grade_counts import Core, OfKind, Tally, four_zeros, graded_in
from reporting.sections.groups import Groups, groups, services
from reporting.sections.held import days_counted, held_splits
from reporting.sections.published import REVISED_IN_WORDS, revised_months
from reporting.sections.row_lists import AuditList, AuditRow, RowList
from reporting.sections.section import Figures, Section, Table, View
from reporting.sections.shares import Row, row_of
from standards import categories
from standards.grades import BELOW_GOOD, GOOD_OR_BETTER, Grade

AUDIT = "A live audit of one child’s case file, finalised in the period by UK date and not voided; re-audits apart."
GOOD = "Core audits graded Good or Outstanding, as a share of those finalised in the period."
INADEQUATE = "Core audits graded Inadequate, as a share of those finalised in the period."
RE_AUDITS = (
    "Second audits of a case, finalised in the period: their grades are in no other number of this report but whether "
    "they are better; their actions and escalations are counted with the rest."
)
BETTER = "Re-audits with a better case grade than the audit they follow."
VOIDED = (
    "Audits finalised in the period and set aside since by the Head of Quality Assurance: neither they nor their "
    "actions are in another number; an escalation that one had opened stays counted as opened."
)
STANDING_AT = "Audits planned for the months of the period, by where they stand at “data as at”."
SPLIT_BY = {
    "its_team": "team__name",
    "its_service": "team__service__name",
    "its_category": "category",
    "its_type": "pick__draw__activity__kind",
}
"""What is read of every audit of the period."""
CHOSEN_BY = {
    "its_title": "pick__draw__activity__title",
    "its_origin": "pick__draw__activity__origin",
    "its_why": "pick__draw__activity__origin_words",
}
"""What is read of those that were chosen for a reason."""


@dataclass(frozen=True)
class Grades(Section):
    """What came of the audits month by month, of those planned for the period, and how the period's split.

    `finalised` and `grades` are all audits of the period, and so is `by_kind`, whose lines add up to them. Whatever is
    read as the state of practice is of the core audits alone: `core`, `good`, `inadequate`, `mix` and the splits. A
    report that was frozen before the core audits were told apart has neither `core` nor `by_kind`. `revised` are the
    months that were changed after a report had given them.
    """

    name = "grades"
    key = "audits"
    template = "reports/grades.html"
    beside = ("grades", "Grades and their trend")

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
    core: Core | None = None
    by_kind: list[OfKind] | None = None
    revised: list[str] | None = field(default=None, metadata=WHERE_HELD)
    by_type: Groups | None = field(default=None, metadata=NO_LONGER_COUNTED)

    @classmethod
    def count(cls, window: Window) -> Self:
        """Audits of the window's months by grade, the re-audits and voided ones of the period, its splits, and where
        the audits planned for it stand: three queries, two for the splits that readers hold, and two for what was
        revised. A month has no splits, for a quarter less two months would tell the third.
        """
        period = window.period
        tally = Tally(shown=window.shown[0].first)
        for row in _of_the_period(period):
            tally.add(row)
        for earlier in _of_earlier_months([month for month in window.months if month.first < period.first]):
            tally.add_earlier(earlier)
        tally.add_re_audits(_re_audits(period))
        by_category, by_service = held_splits(window)
        days, called = days_counted(period, window.on), categories.case_categories().names
        names = tally.names()
        finalised, grades = graded_in(tally.every, period, "Audits finalised", AUDIT, names)
        good = [(at, sum(four[grade] for grade in GOOD_OR_BETTER)) for at, four in tally.mix.items()]
        inadequate = [(at, four[Grade.INADEQUATE]) for at, four in tally.mix.items()]
        every = [(at, sum(four.values())) for at, four in tally.mix.items()]
        last = window.shown
        standing, apart = tally.standing, tally.apart
        if period.kind == PeriodKind.MONTH:
            tally.categories, tally.teams = defaultdict(four_zeros), defaultdict(four_zeros)
        return cls(
            finalised=finalised,
            grades=grades,
            core=tally.core(period, names),
            by_kind=tally.by_kind(),
            good=window.series("Graded Good or better", GOOD, good, every),
            inadequate=window.series("Graded Inadequate", INADEQUATE, inadequate, every),
            months=[str(month) for month in last],
            mix=[[tally.mix[month.first][grade] for grade in Grade] for month in last],
            re_audits=Figure("Re-audits", RE_AUDITS, apart["re_audits"]),
            better=Figure("Better at re-audit", BETTER, apart["better"], apart["re_audits"]),
            voided=Figure("Voided", VOIDED, apart["voided"]),
            standing=[
                Figure(str(state.label), STANDING_AT, standing[state], sum(standing.values())) for state in Audit.State
            ],
            revised=revised_months(last) or None,
            by_category=by_category.checked(
                groups({called[code]: four for code, four in tally.categories.items()}), days
            ),
            by_service=by_service.checked(services(tally.teams), days),
        )

    def fits_beside(self, window: Window) -> bool:
        """Whether its splits may still be printed beside those that went out since it was counted."""
        days, splits = days_counted(window.period, window.on), (self.by_category, self.by_service)
        return all(held.checked(split, days) == split for held, split in zip(held_splits(window), splits, strict=True))

    @property
    def core_grades(self) -> list[Figure]:
        """The grades that the headline counts: those of the core audits, or of all where they were not told apart."""
        return self.core.grades if self.core else self.grades

    @property
    def names(self) -> list[str]:
        """What the grades are called, best first."""
        return [figure.name for figure in self.grades]

    def good_row(self, figures: Figures) -> Row:
        """Good or better; where it was frozen without its months, read by the grades by month."""
        if figures.all_months or figures.all_units[-1].kind == PeriodKind.MONTH:
            return row_of(self.good, figures)
        months = [periods.parse(written) for written in self.months]
        return row_of(self.good, figures, months=months, by_month=[[sum(four[:2]), sum(four)] for four in self.mix])

    def inadequate_row(self, figures: Figures) -> Row:
        """Those graded Inadequate."""
        return row_of(self.inadequate, figures)

    def page(self, view: View) -> GradesPage:
        """Grades by month, every audit by kind, and whether Good or better is changing."""
        return GradesPage(
            figures=self,
            mix=mix_of(self.months, self.mix, self.core_grades, view.period, self.revised or ()),
            trend=trend_of(by_month(self.good_row(view.figures), view.period), self.revised or ()),
            kinds=self._kinds(),
            reading=view.figures.story.good.words,
            so_far=view.so_far,
            period=view.period.label,
            revised=REVISED_IN_WORDS if self.revised else "",
        )

    def _kinds(self) -> Kinds | None:
        if self.core is None or self.by_kind is None:
            return None
        whole, core = self.finalised.count, self.core.finalised.count
        definition = self.by_kind[0].definition if self.by_kind else ""
        total = [whole, *(figure.count for figure in self.grades)]
        return Kinds(core, whole - core, definition, self.by_kind, total, self.names)

    def tables(self, figures: Figures) -> Iterator[Table]:
        """Grades by month and by kind; the shares of Good or better and of Inadequate with their limits."""
        months = [periods.parse(written).label for written in self.months]
        mix: list[list[Cell]] = [[month, *four, sum(four)] for month, four in zip(months, self.mix, strict=True)]
        yield Table("grades-by-month", "Grades by month", ("Month", *GRADES, "All"), mix)
        good, period = self.good_row(figures), figures.all_units[-1]
        yield good.table("good-or-better")
        if period.kind != PeriodKind.MONTH:
            yield by_month(good, period).table("good-or-better-by-month")
        yield self.inadequate_row(figures).table("inadequate")
        kinds: list[list[Cell]] = [
            [kind.name, kind.audits, *kind.grades, kind.definition] for kind in self.by_kind or ()
        ]
        yield Table("kinds", "Every audit, by kind", ("Kind of audit", "Audits", *GRADES, "Definition"), kinds)

    def row_lists(self) -> Iterator[RowList]:
        """The audits by grade, those that the headline counts, and those that are counted apart."""
        yield AuditList("finalised", "Audits finalised", lambda row: row.stands)
        for grade in Grade:
            slug = f"grade-{grade.value}".replace("_", "-")
            yield AuditList(slug, f"Graded {grade.label}", partial(_is_graded, grade))
        yield AuditList("core", "Core audits finalised", lambda row: row.core)
        yield AuditList(
            "good-or-better",
            "Core audits graded Good or better",
            lambda row: row.core and row.grade in GOOD_OR_BETTER,
        )
        yield AuditList("below-good", "Graded below Good", lambda row: row.stands and row.grade in BELOW_GOOD)
        yield AuditList("re-audits", "Re-audits", lambda row: row.re_audited)
        yield AuditList(
            "better",
            "Better at re-audit",
            lambda row: row.re_audited and Grade(row.grade).rank > Grade(row.before).rank,
        )
        yield AuditList("voided", "Voided", lambda row: row.state == Audit.State.VOIDED)


@dataclass(frozen=True)
class Kinds:
    """Every audit by kind: the core ones, how many stand beside them, and a line a kind."""

    core: int
    beside: int
    definition: str
    rows: list[OfKind]
    total: list[int]
    names: list[str]

    @property
    def in_words(self) -> str:
        """How many were drawn and how many not: 12 drawn by chance, which the headline counts, and 3 of other kinds."""
        core, beside = qc.thousands(self.core), qc.thousands(self.beside)
        return f"{core} drawn by chance, which the headline counts, and {beside} of other kinds"

    @property
    def beside_in_words(self) -> str:
        """How many of all were not drawn by chance: Of the 15 audits, 3 were of another kind."""
        whole, beside = qc.thousands(self.core + self.beside), qc.thousands(self.beside)
        return f"Of the {whole} audits, {beside} {'was' if self.beside == 1 else 'were'} of another kind"


@dataclass(frozen=True)
class GradesPage:
    """What the part about grades shows."""

    figures: Grades
    mix: Mix
    trend: Trend
    kinds: Kinds | None
    reading: str
    so_far: bool
    period: str
    revised: str

    @property
    def finalised_in_words(self) -> str:
        """How many audits there were: 1,105 live audits finalised."""
        count = self.figures.finalised.count
        return f"{qc.thousands(count)} live audit{'' if count == 1 else 's'} finalised"

    @property
    def mix_in_words(self) -> str:
        """How often each grade was given in the period; "" where nothing was graded."""
        when = f"{self.period}, so far," if self.so_far else self.period
        core = self.figures.core or self.figures
        those = " in the core audits" if self.kinds and self.kinds.beside else ""
        return f"In {when} it was{those} {self.mix.words}." if core.finalised.count else ""

    @property
    def audits_shown(self) -> str:
        """Which audits the table of months counts."""
        return "Core audits" if self.kinds else "Audits"

    @property
    def all_shown(self) -> str:
        """The same at its foot."""
        return "Core audits" if self.kinds else "All audits"


def _of_the_period(period: Period) -> QuerySet[Audit, dict[str, Any]]:
    """Audits finalised in the period or planned for it, a row for all that are alike: one query."""
    now, planned = finalised_between(period, period), Q(month__gte=period.first, month__lte=period.last)
    split = {name: Case(When(now, then=F(read))) for name, read in SPLIT_BY.items()}
    chosen = {name: Case(When(now & ~core(), then=F(read))) for name, read in CHOSEN_BY.items()}
    rows = Audit.objects.filter(now | planned).annotate(planned=as_flag(planned), **split, **chosen)
    return _alike(rows, period.months, "planned", "state", *split, *chosen)


def _of_earlier_months(months: Sequence[Period]) -> QuerySet[Audit, dict[str, Any]]:
    """Standing audits of these months, a row for all that are alike in what is shown of every month: one query."""
    return _alike(Audit.objects.final().filter(finalised_between(months[0], months[-1])), months)


def _re_audits(period: Period) -> QuerySet[Audit, Any]:
    """The standing re-audits of the period: their grade, that of the audit they follow, and how many: one query."""
    again = Audit.objects.final().filter(finalised_between(period, period), re_audit_of__isnull=False)
    return again.order_by().values_list("grade", "re_audit_of__grade").annotate(n=Count("pk"))


def _alike(audits: QuerySet[Audit], months: Sequence[Period], *also: str) -> QuerySet[Audit, dict[str, Any]]:
    """How many of these audits (`n`) are alike in month, grade, set and whether they are core and no re-audit."""
    rows: QuerySet[Audit, dict[str, Any]] = (
        audits.annotate(
            at=month_finalised(months),
            is_core=as_flag(core()),
            is_first=as_flag(Q(re_audit_of=None)),
            its_set=F("standard_set"),
        )
        .order_by()
        .values("at", "grade", "is_core", "is_first", "its_set", *also)
        .annotate(n=Count("pk"))
    )
    return rows


def _is_graded(grade: Grade, row: AuditRow) -> bool:
    return row.stands and row.grade == grade
