"""How good an audit is, apart from its grade: four plain questions, and a kind picture of them for each auditor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from audits.models import Audit, Ballot, Review
from people.models import User

YES, PARTLY, NO = "yes", "partly", "no"
ANSWERS = ((YES, "Yes"), (PARTLY, "In part"), (NO, "Not yet"))


@dataclass(frozen=True, slots=True)
class QualityQuestion:
    """One question about the audit itself. `short` names it in a table."""

    slug: str
    text: str
    short: str


QUESTIONS = (
    QualityQuestion("evidence", "Could someone who was not there see what each grade rests on?", "Evidence is named"),
    QualityQuestion("child", "Is the child in it: what they said, and what changed for them?", "The child is in it"),
    QualityQuestion("balance", "Are strengths and worries both said plainly?", "Strengths and worries"),
    QualityQuestion("next", "Would the worker know what to do next, and why?", "What to do next"),
)
FEWEST_AUDITS, FEWEST_AUDITORS = 5, 3
"""Others' answers are shown beside one's own only of so many audits by so many auditors: nobody is picked out."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The answers to one question: how many of each, among how many."""

    question: QualityQuestion
    yes: int
    partly: int
    no: int

    @property
    def of(self) -> int:
        """How many answers there are."""
        return self.yes + self.partly + self.no


@dataclass(frozen=True, slots=True)
class PanelFeedback:
    """What the panel said of one audit, to its auditor."""

    review: Review
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """An auditor's own answers question by question, and everyone else's together where there are enough."""

    own: tuple[Tally, ...]
    others: tuple[Tally, ...]
    audits: int


def tally_answers(ballots: Iterable[Ballot]) -> tuple[Tally, ...]:
    """The answers of some ballots, question by question."""
    some = list(ballots)
    tallies = []
    for question in QUESTIONS:
        counts = Counter(ballot.quality.get(question.slug, "") for ballot in some)
        tallies.append(Tally(question, counts[YES], counts[PARTLY], counts[NO]))
    return tuple(tallies)


def decided() -> QuerySet[Review]:
    """Every review that is decided, the latest first."""
    return Review.objects.filter(state=Review.State.DECIDED).order_by("-decided_at")


def that_count(reviews: Iterable[Review]) -> dict[int, list[Ballot]]:
    """The ballots of some reviews that count, by review: finished, by members not too near."""
    by_key = {review.pk: review for review in reviews}
    ballots_by_review: dict[int, list[Ballot]] = {key: [] for key in by_key}
    for ballot in Ballot.objects.filter(review__in=by_key, finished_at__isnull=False):
        if str(ballot.member_id) not in by_key[ballot.review_id].near:
            ballots_by_review[ballot.review_id].append(ballot)
    return ballots_by_review


def to_auditor(user: User) -> list[PanelFeedback]:
    """What panels said of the audits that the person led, the latest first."""
    mine = list(decided().filter(audit__auditor=user).select_related("audit", "panel"))
    ballots = that_count(mine)
    return [PanelFeedback(review, tally_answers(ballots[review.pk])) for review in mine]


def picture(user: User) -> Picture:
    """The person's own answers beside those of all other auditors together; nobody is named, nothing is ranked. What
    was voided since counts for neither."""
    every = list(decided().filter(audit__state__in=Audit.FINAL).select_related("audit"))
    ballots = that_count(every)
    mine = [review for review in every if review.audit.auditor_id == user.pk]
    others = [review for review in every if review.audit.auditor_id != user.pk]
    enough = len(others) >= FEWEST_AUDITS and len({review.audit.auditor_id for review in others}) >= FEWEST_AUDITORS
    return Picture(
        own=tally_answers(ballot for review in mine for ballot in ballots[review.pk]),
        others=tally_answers(ballot for review in others for ballot in ballots[review.pk]) if enough else (),
        audits=len(mine),
    )
