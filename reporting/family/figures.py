"""What families answered, by question, of one council year: how many were asked, how many answered and what, with small
numbers hidden as in every split (strategy 6.2.2: a report on the findings).

A year counts the people who were asked in it, by the day on which they said whether they agree, of audits that stand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Case, Count, Q, QuerySet, Value, When

from audits.models import Audit, FamilyAnswer, FamilyAsk, FamilyQuestion
from people import access
from people.models import User
from people.roles import Permission
from qualitycounts.base.clock import day_of
from reporting import masking
from reporting.periods import Period, council_year_of

ANSWERED, WAITING, DECLINED = "Answered", "No answer yet", "Did not want to be asked"
WORDS_ONLY, LEFT_OUT = "Words alone", "Left out, or no answer yet"
IN_WORDS = ("Answered in words", LEFT_OUT)


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """One row as it may be printed: its name, a cell a column, and how many were asked."""

    name: str
    cells: tuple[str, ...]
    asked: str


@dataclass(frozen=True, slots=True)
class FamilyTable:
    """Some rows with the same answers; `left_out` where too few answered for any of it to be shown."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[FamilyRow, ...]
    left_out: bool


@dataclass(frozen=True, slots=True)
class FamilyFigures:
    """All that is counted of one year."""

    year: Period
    people: FamilyTable
    questions: tuple[FamilyTable, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nobody was asked."""
        return not self.people.rows and not self.people.left_out


def years_offered(user: User, *, on: date) -> list[Period]:
    """The years of which a person may read the figures, the newest first: those that are over, since a year in progress
    would tell with each answer what that one was; and the present one for the QA Team, who read the answers."""
    first = asked_people().order_by("consent_at").values_list("consent_at", flat=True).first()
    this = council_year_of(on)
    years = []
    year = council_year_of(day_of(first)) if first else this
    while year.first < this.first:
        years.append(year)
        year = year.next
    if access.sees_all(user, Permission.SEE_AUDIT):
        years.append(this)
    return years[::-1]


def asked_people() -> QuerySet[FamilyAsk]:
    """Everybody of whom it is known whether they agreed, of audits that stand."""
    return FamilyAsk.objects.exclude(consent="").exclude(audit__state__in=Audit.WITHDRAWN_OR_VOIDED)


def family_figures(year: Period) -> FamilyFigures:
    """The figures of a year: three queries."""
    start, end = year.moments
    asks = asked_people().filter(consent_at__gte=start, consent_at__lt=end)
    return FamilyFigures(year, people_table(asks), tuple(question_tables(asks)))


def people_table(asks: QuerySet[FamilyAsk]) -> FamilyTable:
    """Who was asked, and who answered."""
    standing = Case(
        When(consent=FamilyAsk.Consent.NO, then=Value(DECLINED)),
        When(answered=None, then=Value(WAITING)),
        default=Value(ANSWERED),
    )
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for speaker, how, count in asks.order_by().values_list("speaker", standing).annotate(Count("pk")):
        counts[FamilyAsk.Speaker(speaker).label][how] = count
    return masked("Who was asked", (ANSWERED, WAITING, DECLINED), counts)


def question_tables(asks: QuerySet[FamilyAsk]) -> list[FamilyTable]:
    """What was answered: a table for the questions that share a scale, and one for those in words alone."""
    has_words = Case(When(~Q(words=""), then=True), default=False, output_field=BooleanField())
    rows = FamilyAnswer.objects.filter(ask__in=asks).order_by().values_list("question", "choice", has_words)
    answered: defaultdict[int, Counter[tuple[int | None, bool]]] = defaultdict(Counter)
    for question, choice, words, count in rows.annotate(Count("pk")):
        answered[question][choice, words] = count
    by_scale: defaultdict[tuple[str, ...], dict[str, Counter[str]]] = defaultdict(dict)
    for question in FamilyQuestion.objects.filter(pk__in=answered):
        scale = tuple(question.scale)
        by_scale[scale][question.text] = Counter()
        for (choice, words), count in answered[question.pk].items():
            by_scale[scale][question.text][column_of(scale, choice, words)] += count
    return [
        masked(
            "Questions with answers to choose from" if scale else "Questions in words",
            (*scale, WORDS_ONLY, LEFT_OUT) if scale else IN_WORDS,
            counts,
        )
        for scale, counts in by_scale.items()
    ]


def column_of(scale: Sequence[str], choice: int | None, words: bool) -> str:
    """Under which column one answer counts."""
    if choice:
        return scale[choice - 1]
    if words:
        return WORDS_ONLY if scale else IN_WORDS[0]
    return LEFT_OUT


def masked(caption: str, columns: tuple[str, ...], counts: Mapping[str, Mapping[str, int]]) -> FamilyTable:
    """A table with its small numbers hidden; the last cell of a row is how many were asked. No column's total is
    printed."""
    if not counts:
        return FamilyTable(caption, columns, (), left_out=False)
    shown = masking.mask_without_totals([[row.get(column, 0) for column in columns] for row in counts.values()])
    if not shown:
        return FamilyTable(caption, columns, (), left_out=True)
    printed = tuple(FamilyRow(name, cells[:-1], cells[-1]) for name, cells in zip(counts, shown, strict=True))
    return FamilyTable(caption, columns, printed, left_out=False)
