"""Do panel and audits agree? Counted from decided reviews, each number with its definition (strategy 7).

The unit is an audit. The panel's grade of it is the middle one of its members' blind grades, of two middle ones the
lower; the audit's is the one that was signed. Members' blind grades are also counted one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from audits.models import CASE_NUMBER, BallotGrade, Judgement, Panel, Review
from audits.panel_agreement import LEAST_FOR_KAPPA, Agreement, agreement, middle
from qualitycounts.clock import day_of, start_of
from standards.models import Standard

DEFINITIONS = {
    "n": "Audits whose grade at least one member gave blind, and the panel decided on.",
    "exact": "Of these, audits whose signed grade is the panel’s: the middle one of the blind grades, of two middle "
    "ones the lower.",
    "within_one": "Audits whose signed grade is the panel’s, or next to it.",
    "lower": "Audits that the panel, blind, graded lower than was signed.",
    "higher": "Audits that the panel, blind, graded higher than was signed.",
    "kappa": "Agreement beyond chance, 1 being full and 0 what chance gives, near misses counting in part; with the "
    f"range that holds it 95 times in 100. Said only on {LEAST_FOR_KAPPA} audits or more.",
    "members": "Blind grades given by single members that are the signed one, of all that they gave.",
    "regraded": "Audits whose grade of the case the panel changed, of those that are counted here.",
}
OLDEST_QUARTERS = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a standard, the case, or a stretch of time, with its agreement."""

    name: str
    found: Agreement
    members: int
    members_of: int
    regraded: int
    decided: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything on the page of agreement: the case as a whole, by standard, and quarter by quarter."""

    whole: Row
    standards: tuple[Row, ...]
    quarters: tuple[Row, ...]

    @property
    def tables(self) -> tuple[tuple[str, tuple[Row, ...]], ...]:
        """The two tables: by what was graded, and over time."""
        return (("By standard", (self.whole, *self.standards)), ("The case as a whole, over time", self.quarters))

    @property
    def sentence(self) -> str:
        """What the figures say, in a sentence that claims no more than they do."""
        found = self.whole.found
        if found.kappa is None:
            return (
                f"{found.exact} of {found.n} audits have the panel’s grade. That cannot yet be told from chance: from "
                f"{LEAST_FOR_KAPPA} audits of more than one grade on, a kappa is said beside it."
            )
        words = (
            f"Panel and audits agree beyond chance: {found.kappa.word}. Kappa is {found.kappa}, on {found.n} audits."
        )
        apart = found.lower + found.higher
        if apart and abs(found.lower - found.higher) > 2 * apart**0.5:
            side = "lower" if found.lower > found.higher else "higher"
            words += f" Where they differ, the panel is mostly {side}: ask why."
        return words


@dataclass(frozen=True, slots=True)
class Graded:
    """One grade of one audit: what was signed, what the members gave blind, and when the panel decided."""

    number: int
    agreed: str
    blind: tuple[str, ...]
    on: date
    review: int
    regraded: bool

    @property
    def panel(self) -> str:
        """The panel's grade."""
        return middle(self.blind)


def graded(*, since: date | None = None, until: date | None = None) -> list[Graded]:
    """Every grade of every audit that a panel decided on, from a day to the day before another: four queries."""
    decided = Review.objects.filter(state=Review.State.DECIDED)
    if since is not None:
        decided = decided.filter(decided_at__gte=start_of(since))
    if until is not None:
        decided = decided.filter(decided_at__lt=start_of(until))
    reviews = {review.pk: review for review in decided}
    blind: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    given = BallotGrade.objects.filter(ballot__review__in=reviews, ballot__finished_at__isnull=False)
    for key, member, number, grade in given.values_list("ballot__review", "ballot__member", "number", "grade"):
        if str(member) not in reviews[key].near:
            blind[key, number].append(grade)
    audits = {review.audit_id: review for review in reviews.values()}
    judged = Judgement.objects.filter(audit__in=audits, applies=True).exclude(grade="").order_by("audit", "number")
    found = []
    for one in judged:
        review = audits[one.audit_id]
        given_blind = tuple(blind[review.pk, one.number])
        if given_blind and review.decided_at is not None:
            on = day_of(review.decided_at)
            found.append(Graded(one.number, one.grade, given_blind, on, review.pk, bool(one.regraded)))
    return found


def row(name: str, some: Iterable[Graded]) -> Row:
    """One line of agreement."""
    grades = list(some)
    single = [(blind, one.agreed) for one in grades for blind in one.blind]
    return Row(
        name=name,
        found=agreement((one.panel, one.agreed) for one in grades),
        members=sum(blind == agreed for blind, agreed in single),
        members_of=len(single),
        regraded=sum(one.regraded for one in grades),
        decided=len(grades),
    )


def figures(*, on: date) -> Figures:
    """The page's figures as they stand on a day: all that panels have decided, by standard and by quarter."""
    every = graded()
    case = [one for one in every if one.number == CASE_NUMBER]
    titles = dict(Standard.objects.order_by("standard_set__in_force_from").values_list("number", "short_title"))
    return Figures(
        whole=row("The case as a whole", case),
        standards=tuple(
            row(f"{number}. {titles.get(number, '')}", [one for one in every if one.number == number])
            for number in range(1, CASE_NUMBER)
        ),
        quarters=tuple(
            row(quarter_name(first), [one for one in case if quarter(one.on) == first])
            for first in sorted({quarter(one.on) for one in case})[-OLDEST_QUARTERS:]
        ),
    )


def quarter(day: date) -> date:
    """The first day of the quarter a day falls in; the council's quarters begin in April, July, October and January."""
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)


def quarter_name(first: date) -> str:
    """A quarter by its months: October to December 2026."""
    last = first.replace(month=first.month + 2)
    return f"{first:%B} to {last:%B %Y}"


def drift(since: date, turn: date, until: date) -> tuple[Row, Row]:
    """What a report says of moderation: the case as a whole from `since` to the day before `turn`, and from then to the
    day before `until`. Each number has its definition in `DEFINITIONS`; as many queries as for one stretch of time."""
    case = [one for one in graded(since=since, until=until) if one.number == CASE_NUMBER]
    before, now = ([one for one in case if (one.on >= turn) == later] for later in (False, True))
    return row("The time before", before), row("The case as a whole", now)


def any_decided() -> bool:
    """Whether a panel has decided on anything yet."""
    return Panel.objects.filter(reviews__state=Review.State.DECIDED).exists()
