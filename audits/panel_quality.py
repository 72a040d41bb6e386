"""How good an audit is, apart from its grade: four plain questions, and a kind picture of them for each auditor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from audits.models import Ballot, Review
from people.models import User

YES, PARTLY, NO = "yes", "partly", "no"
ANSWERS = ((YES, "Yes"), (PARTLY, "In part"), (NO, "Not yet"))


@dataclass(frozen=True, slots=True)
class Question:
    """One question about the audit itself. `short` names it in a table."""

    slug: str
    text: str
    short: str


QUESTIONS = (
    Question("evidence", "Could someone who was not there see what each grade rests on?", "Evidence is named"),
    Question("child", "Is the child in it: what they said, and what changed for them?", "The child is in it"),
    Question("balance", "Are strengths and worries both said plainly?", "Strengths and worries"),
    Question("next", "Would the worker know what to do next, and why?", "What to do next"),
)
FEWEST_AUDITS, FEWEST_AUDITORS = 5, 3
"""Others' answers are shown beside one's own only of so many audits by so many auditors: nobody is picked out."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The answers to one question: how many of each, among how many."""

    question: Question
    yes: int
    partly: int
    no: int

    @property
    def of(self) -> int:
        """How many answers there are."""
        return self.yes + self.partly + self.no


@dataclass(frozen=True, slots=True)
class Said:
    """What the panel said of one audit, to its auditor."""

    review: Review
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """An auditor's own answers question by question, and everyone else's together where there are enough."""

    own: tuple[Tally, ...]
    others: tuple[Tally, ...]
    audits: int


def tally(ballots: Iterable[Ballot]) -> tuple[Tally, ...]:
    """The answers of some ballots, question by question."""
    some = list(ballots)
    found = []
    for question in QUESTIONS:
        counts = Counter(ballot.quality.get(question.slug, "") for ballot in some)
        found.append(Tally(question, counts[YES], counts[PARTLY], counts[NO]))
    return tuple(found)


def decided() -> QuerySet[Review]:
    """Every review that is decided, the latest first."""
    return Review.objects.filter(state=Review.State.DECIDED).order_by("-decided_at")


def that_count(reviews: Iterable[Review]) -> dict[int, list[Ballot]]:
    """The ballots of some reviews that count, by review: finished, by members not too near."""
    by_key = {review.pk: review for review in reviews}
    found: dict[int, list[Ballot]] = {key: [] for key in by_key}
    for ballot in Ballot.objects.filter(review__in=by_key, finished_at__isnull=False):
        if str(ballot.member_id) not in by_key[ballot.review_id].near:
            found[ballot.review_id].append(ballot)
    return found


def to_auditor(user: User) -> list[Said]:
    """What panels said of the audits that the person led, the latest first."""
    mine = list(decided().filter(audit__auditor=user).select_related("audit", "panel"))
    ballots = that_count(mine)
    return [Said(review, tally(ballots[review.pk])) for review in mine]


def picture(user: User) -> Picture:
    """The person's own answers beside those of all other auditors together; nobody is named, nothing is ranked."""
    every = list(decided().select_related("audit"))
    ballots = that_count(every)
    mine = [review for review in every if review.audit.auditor_id == user.pk]
    others = [review for review in every if review.audit.auditor_id != user.pk]
    enough = len(others) >= FEWEST_AUDITS and len({one.audit.auditor_id for one in others}) >= FEWEST_AUDITORS
    return Picture(
        own=tally(ballot for review in mine for ballot in ballots[review.pk]),
        others=tally(ballot for review in others for ballot in ballots[review.pk]) if enough else (),
        audits=len(mine),
    )
