"""The standards: their grades, and Good or better over time. Those of different standards sets are different things,
whatever their numbers: nothing is added up or compared across sets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from django.db.models import Count, DateField, QuerySet, Value
from django.utils.safestring import SafeString

from audits.models import CASE_NUMBER, THAT_STANDS, Judgement
from qualitycounts.base.dates import short_month
from qualitycounts.base.spreadsheets import Cell
from reporting import charts
from reporting.control_chart import in_words
from reporting.periods import Period, PeriodKind
from reporting.sections.base import Series, Window, core, counted, finalised_between, same_month
from reporting.sections.grade_charts import GRADES
from reporting.sections.grades import Grades
from reporting.sections.published import REVISED_IN_WORDS, is_revised, marked
from reporting.sections.row_lists import AuditList, AuditRow, RowList
from reporting.sections.section import Figures, Section, Table, View
from reporting.sections.shares import Row, row_of
from standards.grades import GOOD_OR_BETTER, Grade
from standards.models import Standard as StandardRow

STANDARD = (
    "Core audits graded Good or Outstanding in the standard, as a share of those that looked at it and to which it "
    "applies, under the same standards set."
)
Counted = list[tuple[date, bool, str, int]]
"""Of one standard: the month, whether it applied, the grade that stands, and how many."""
Key = tuple[date, str, int]
"""When a set came into force, its slug, and the number of a standard of it."""


@dataclass(frozen=True)
class SetInUse:
    """A standards set under which audits of the window were graded: the first and the last month of them."""

    slug: str
    title: str
    first: str
    last: str


@dataclass(frozen=True)
class Standard:
    """One standard of one set: its grades in the period, those to which it did not apply, and its row of shares."""

    number: int
    title: str
    set: str
    grades: list[int]
    not_applicable: int
    good: Series


@dataclass(frozen=True)
class Standards(Section):
    """The standards of every set that audits of the period were graded under, and the sets of the whole window."""

    name = "standards"
    template = "reports/standards.html"
    beside = ("standards", "The standards")

    standards: list[Standard]
    sets: list[SetInUse] = field(default_factory=list)

    @classmethod
    def count(cls, window: Window) -> Self:
        """Grades of the period and Good or better for each unit of the window, by set and standard: two queries.

        Standards of a set under which no audit of the period was graded are left out; where there is none at all, those
        of the newest set stand.
        """
        first, *later = map(_graded_in, window.months)
        rows = list(first.union(*later, all=True))
        graded = StandardRow.objects.select_related("standard_set").in_bulk({row[0] for row in rows})
        titles: dict[Key, str] = {}
        counts: defaultdict[Key, Counted] = defaultdict(list)
        called: dict[tuple[date, str], str] = {}
        months: defaultdict[tuple[date, str], set[date]] = defaultdict(set)
        for pk, applies, grade, n, at in rows:
            standard = graded[pk]
            key = standard.standard_set.in_force_from, standard.standard_set.slug
            titles[*key, standard.number], called[key] = standard.short_title, standard.standard_set.title
            counts[*key, standard.number].append((at, applies, grade, n))
            months[key].add(at)
        now = {key for key, some in months.items() if any(same_month(at, window.period) for at in some)}
        shown = now or set(sorted(months)[-1:])
        return cls(
            standards=[
                _standard(window, key, titles[key], called[key[:2]] if len(shown) > 1 else "", counts[key])
                for key in sorted(counts)
                if key[:2] in shown
            ],
            sets=[
                SetInUse(key[1], called[key], f"{min(months[key]):%Y-%m}", f"{max(months[key]):%Y-%m}")
                for key in sorted(months)
            ],
        )

    def rows(self, figures: Figures) -> list[Row]:
        """Good or better of each standard, with its reading."""
        return [
            row_of(standard.good, figures, number=standard.number, of_set=standard.set) for standard in self.standards
        ]

    def page(self, view: View) -> StandardsPage:
        """The small pictures, one a standard and one for the case, and the table of their grades."""
        figures, story, grades = view.figures, view.figures.story, view.figures.of(Grades)
        case = Standard(0, "", "", [figure.count for figure in grades.core_grades], 0, grades.good)
        readings = [*(reading.short for reading in story.readings), story.tiles[0].read]
        lines = zip([*self.standards, case], [*self.rows(figures), grades.good_row(figures)], readings, strict=True)
        revised = grades.revised or ()
        pictures = [
            Picture.of(place, standard, row, reading, revised)
            for place, (standard, row, reading) in enumerate(lines, 1)
        ]
        counted_in_words = len(self.standards) > 1 and not self.of_several_sets
        return StandardsPage(
            heading=f"The {in_words(len(self.standards))} standards" if counted_in_words else "The standards",
            definition=self.standards[0].good.definition if self.standards else "",
            pictures=pictures,
            reading=story.standards,
            sets=story.sets,
            revised=REVISED_IN_WORDS if revised else "",
            grades=grades.names,
        )

    @property
    def of_several_sets(self) -> bool:
        """Whether audits of the period were graded under more than one standards set."""
        return len({standard.set for standard in self.standards}) > 1

    @property
    def slugs(self) -> list[str]:
        """What each standard is called in addresses: its number, with its set where there are several."""
        several = self.of_several_sets
        return [
            f"standard-{standard.number}-{standard.set}" if several else f"standard-{standard.number}"
            for standard in self.standards
        ]

    def tables(self, figures: Figures) -> Iterator[Table]:
        """The grades of every standard; and each one's shares with their limits."""
        spread: list[list[Cell]] = [
            [f"{standard.number} {standard.title}", *standard.grades, standard.not_applicable]
            for standard in self.standards
        ]
        yield Table("standards", "Grades by standard", ("Standard", *GRADES, "Does not apply"), spread)
        for slug, row in zip(self.slugs, self.rows(figures), strict=True):
            yield row.table(slug)

    def row_lists(self) -> Iterator[RowList]:
        """The audits that were Good or better in each standard that was graded."""
        several = self.of_several_sets
        for slug, standard in zip(self.slugs, self.standards, strict=True):

            def counts(row: AuditRow, number: str = str(standard.number), of_set: str = standard.set) -> bool:
                return row.core and (not several or row.set == of_set) and row.grades.get(number) in GOOD_OR_BETTER

            title = f"Standard {standard.number} {standard.title}, Good or better"
            yield AuditList(slug, title, counts, standard.number)


@dataclass(frozen=True)
class Picture:
    """One small picture, and the line of the table under it."""

    name: str
    svg: SafeString
    case: bool
    signal: bool
    grades: list[int]
    not_applicable: int
    share: str
    before: str
    changing: str

    @classmethod
    def of(cls, place: int, standard: Standard, row: Row, reading: str, revised: Collection[str]) -> Self:
        """The picture of a standard, or of the case as a whole, which has no number; `revised` months are marked."""
        name = row.name if standard.number else "The case as a whole"
        about = f"Standard {name}" if standard.number else name
        title = f"{about}: {row.now} Good or better, against {row.before} the time before. {reading}."
        svg = charts.small_multiple(
            f"s{place}",
            row.drawn,
            _ends(row.times),
            title,
            _each(row, revised),
            last=row.now,
            revised=[is_revised(unit, revised) for unit in row.times],
        )
        return cls(
            name=name,
            svg=svg,
            case=not standard.number,
            signal=reading.startswith("Signal"),
            grades=standard.grades,
            not_applicable=standard.not_applicable,
            share=row.now.percent,
            before=row.before.percent,
            changing=reading.replace("Signal, ", "Yes, "),
        )


@dataclass(frozen=True)
class StandardsPage:
    """What the part about the standards shows."""

    heading: str
    definition: str
    pictures: list[Picture]
    reading: str
    sets: str
    revised: str
    grades: list[str]


def _ends(times: Sequence[Period]) -> tuple[str, str]:
    name = [short_month(unit.first, year=True) if unit.kind == PeriodKind.MONTH else unit.short for unit in times]
    return name[0], name[-1]


def _each(row: Row, revised: Collection[str]) -> str:
    """Every share of the row in words, for those who cannot see its picture."""
    each = zip(row.drawn.names, row.times, row.drawn.shares, strict=True)
    return "; ".join(f"{marked(name, unit, revised)} {share}" for name, unit, share in each) + "."


def _graded_in(month: Period) -> QuerySet[Judgement, Any]:
    """Of the core audits that were finalised in a month: each standard, whether it applied, the grade that stands, how
    many, and the month. A month at a time, since a database then reads it by its index and works nothing out a row."""
    return (
        Judgement.objects.annotate(standing=THAT_STANDS)
        .filter(counted("audit__"), core("audit__"), finalised_between(month, month, "audit__"), number__lt=CASE_NUMBER)
        .order_by()
        .values_list("standard", "applies", "standing")
        .annotate(n=Count("pk"), at=Value(month.first, output_field=DateField()))
    )


def _standard(window: Window, key: Key, title: str, of_set: str, rows: Counted) -> Standard:
    grades: Counter[str] = Counter()
    for at, applies, grade, n in rows:
        if same_month(at, window.period):
            grades[grade if applies else ""] += n
    good = [(at, n) for at, applies, grade, n in rows if applies and grade in GOOD_OR_BETTER]
    whole = [(at, n) for at, applies, _, n in rows if applies]
    name = f"{title} ({of_set})" if of_set else title
    return Standard(
        number=key[2],
        title=name,
        set=key[1],
        grades=[grades[grade] for grade in Grade],
        not_applicable=grades[""],
        good=window.series(f"{key[2]} {name}", STANDARD, good, whole),
    )
