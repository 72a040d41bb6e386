"""Do panel and audits agree? Counted from decided reviews, each number with its definition (strategy 7).

The unit is an audit. The panel's grade of it is the middle one of its members' blind grades, of two middle ones the
lower; the audit's is the one that was signed. Members' blind grades are also counted one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from audits.models import CASE_NUMBER, Audit, BallotGrade, Judgement, Review
from audits.panel.agreement import LEAST_FOR_KAPPA, GradeAgreement, agreement, middle
from qualitycounts.base.clock import day_of, start_of
from qualitycounts.base.dates import month_in_words, month_name
from standards.grades import Grade
from standards.models import Standard, StandardSet

DEFINITIONS = {
    "n": "Audits whose grade at least one member gave blind, and the panel decided on; neither re-audits nor what was "
    "voided since.",
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
FAR = 2
"""Steps between two blind grades from which members look at the audit together."""
MOST_FAR_APART = 20


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One line: a standard, the case, or a stretch of time, with its agreement."""

    name: str
    found: GradeAgreement
    members: int
    members_of: int
    regraded: int
    decided: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything on the page of agreement: the case as a whole, by standard, and quarter by quarter.

    `far_apart`: the audits, the latest first, of which members gave grades far apart, each with what these were of.
    """

    whole: AgreementRow
    standards: tuple[AgreementRow, ...]
    quarters: tuple[AgreementRow, ...]
    far_apart: tuple[tuple[Review, tuple[str, ...]], ...]

    @property
    def tables(self) -> tuple[tuple[str, tuple[AgreementRow, ...]], ...]:
        """The two tables: by what was graded, and over time."""
        return (("By standard", (self.whole, *self.standards)), ("The case as a whole, over time", self.quarters))

    @property
    def sentence(self) -> str:
        """What the figures say, in a sentence that claims no more than they do."""
        whole = self.whole.found
        if whole.kappa is None:
            if not whole.n:
                return "No audit has a blind grade of the panel and its decision yet."
            have = "audit has" if whole.n == 1 else "audits have"
            return (
                f"{whole.exact} of {whole.n} {have} the panel’s grade. That cannot yet be told from chance: from "
                f"{LEAST_FOR_KAPPA} audits of more than one grade on, a kappa is said beside it."
            )
        sentence = "It cannot be told from chance whether panel and audits agree"
        if whole.kappa.low > 0 or whole.kappa.high < 0:
            agree = (
                f"agree beyond chance: {whole.kappa.word}" if whole.kappa.low > 0 else "agree less than chance gives"
            )
            sentence = f"Panel and audits {agree}"
        words = f"{sentence}. Kappa is {whole.kappa}, on {whole.n} audits."
        apart = whole.lower + whole.higher
        if apart and abs(whole.lower - whole.higher) > 2 * apart**0.5:
            side = "lower" if whole.lower > whole.higher else "higher"
            words += f" Where they differ, the panel is mostly {side}: ask why."
        return words


@dataclass(frozen=True, slots=True)
class Graded:
    """One grade of one audit, of a standard or of the case: what was signed, what the members gave blind, and when the
    panel decided."""

    number: int
    standard: Standard | None
    agreed: str
    blind: tuple[str, ...]
    on: date
    finalised: date
    review: Review
    regraded: bool

    @property
    def is_case(self) -> bool:
        """Whether it is of the case as a whole."""
        return self.number == CASE_NUMBER

    @property
    def name(self) -> str:
        """What was graded."""
        return numbered_title(self.standard) if self.standard else "the case as a whole"

    @property
    def panel(self) -> str:
        """The panel's grade."""
        return middle(self.blind)

    @property
    def is_far_apart(self) -> bool:
        """Whether two members gave grades that are two or more steps apart."""
        ranks = [Grade(grade).rank for grade in self.blind]
        return max(ranks) - min(ranks) >= FAR


def numbered_title(standard: Standard) -> str:
    """A standard by its number and short title."""
    return f"{standard.number}. {standard.short_title}"


def panel_grades_between(*, since: date | None = None, until: date | None = None) -> list[Graded]:
    """Every grade of every audit that a panel decided on, of those finalised from a day to the day before another: four
    queries. Neither re-audits nor what was voided since: they count in no figure."""
    decided = Review.objects.filter(
        state=Review.State.DECIDED, audit__state__in=Audit.FINAL, audit__re_audit_of__isnull=True
    )
    if since is not None:
        decided = decided.filter(audit__finalised_at__gte=start_of(since))
    if until is not None:
        decided = decided.filter(audit__finalised_at__lt=start_of(until))
    reviews = {review.pk: review for review in decided.select_related("panel", "audit")}
    blind: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    given = BallotGrade.objects.filter(ballot__review__in=reviews, ballot__finished_at__isnull=False)
    for key, member, number, grade in given.values_list("ballot__review", "ballot__member", "number", "grade"):
        if str(member) not in reviews[key].near:
            blind[key, number].append(grade)
    audits = {review.audit_id: review for review in reviews.values()}
    judged = (
        Judgement.objects.filter(audit__in=audits, applies=True)
        .exclude(grade="")
        .select_related("audit", "standard__standard_set")
        .order_by("audit", "number")
    )
    gradeds = []
    for judgement in judged:
        review = audits[judgement.audit_id]
        given_blind = tuple(blind[review.pk, judgement.number])
        if given_blind and review.decided_at is not None:
            on = day_of(review.decided_at)
            finalised = day_of(judgement.audit.finalised_at) if judgement.audit.finalised_at else on
            gradeds.append(
                Graded(
                    judgement.number,
                    judgement.standard,
                    judgement.grade,
                    given_blind,
                    on,
                    finalised,
                    review,
                    bool(judgement.regraded),
                )
            )
    return gradeds


def agreement_row(name: str, gradeds: Iterable[Graded]) -> AgreementRow:
    """One line of agreement."""
    grades = list(gradeds)
    single = [(blind, grade.agreed) for grade in grades for blind in grade.blind]
    return AgreementRow(
        name=name,
        found=agreement((grade.panel, grade.agreed) for grade in grades),
        members=sum(blind == agreed for blind, agreed in single),
        members_of=len(single),
        regraded=sum(grade.regraded for grade in grades),
        decided=len(grades),
    )


def agreement_figures(*, on: date) -> Figures:
    """The page's figures as they stand on a day: all that panels have decided, by standard and by quarter.

    The standards are those in force, and those of other sets that panels have graded: they are other standards.
    """
    every = panel_grades_between()
    case = [graded for graded in every if graded.is_case]
    seen_by_panels = {graded.standard for graded in every if graded.standard}
    newest = StandardSet.objects.filter(in_force_from__lte=on).order_by("in_force_from", "pk").last()
    standards = sorted(
        {*seen_by_panels, *(newest.standards.select_related("standard_set") if newest else ())},
        key=lambda standard: (standard.standard_set.in_force_from, standard.standard_set_id, standard.number),
    )
    several = len({standard.standard_set_id for standard in standards}) > 1
    apart: defaultdict[Review, list[str]] = defaultdict(list)
    for graded in sorted(every, key=lambda graded: (graded.on, graded.review.pk), reverse=True):
        if graded.is_far_apart:
            apart[graded.review].append(graded.name)
    return Figures(
        far_apart=tuple((review, tuple(graded)) for review, graded in apart.items())[:MOST_FAR_APART],
        whole=agreement_row("The case as a whole", case),
        standards=tuple(
            agreement_row(
                numbered_title(standard) + (f" ({standard.standard_set})" if several else ""),
                [graded for graded in every if graded.standard == standard],
            )
            for standard in standards
        ),
        quarters=tuple(
            agreement_row(quarter_name(first), [graded for graded in case if quarter(graded.on) == first])
            for first in sorted({quarter(graded.on) for graded in case})[-OLDEST_QUARTERS:]
        ),
    )


def quarter(day: date) -> date:
    """The first day of the quarter a day falls in; the council's quarters begin in April, July, October and January."""
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)


def quarter_name(first: date) -> str:
    """A quarter by its months: October to December 2026."""
    last = first.replace(month=first.month + 2)
    return f"{month_name(first)} to {month_in_words(last)}"


def drift(since: date, turn: date, until: date) -> tuple[AgreementRow, AgreementRow]:
    """What a report says of the panel: the case as a whole of audits finalised from `since` to the day before `turn`,
    and from then to the day before `until`, whenever a panel decided on them: those that `validated` counts. Each
    number has its definition in `DEFINITIONS`; as many queries as for one stretch of time."""
    case = [graded for graded in panel_grades_between(since=since, until=until) if graded.is_case]
    before, now = ([graded for graded in case if (graded.finalised >= turn) == later] for later in (False, True))
    return agreement_row("The time before", before), agreement_row("The case as a whole", now)


def validated(since: date, until: date) -> tuple[int, int]:
    """Of the audits finalised from `since` to the day before `until`, re-audits apart: how many a panel has decided on,
    and of how many of these it changed a grade of the case. One query."""
    decided = Review.objects.filter(
        state=Review.State.DECIDED,
        audit__finalised_at__gte=start_of(since),
        audit__finalised_at__lt=start_of(until),
        audit__state__in=Audit.FINAL,
        audit__re_audit_of=None,
    )
    changed = Count("audit", filter=Q(regrades__judgement__number=CASE_NUMBER), distinct=True)
    counts = decided.aggregate(decided=Count("audit", distinct=True), changed=changed)
    return counts["decided"], counts["changed"]
