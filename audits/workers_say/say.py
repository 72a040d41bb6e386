"""The worker's say: two questions after each audit, answered in confidence, read as totals of a quarter that is over.

Nobody is told who said what: an answer is kept without its audit, its person and its moment, and the history has no
entry of it. Totals and words are shown once a quarter is over and at least five have answered in it, so that no answer
can be told by looking before and after it came (ADR 0041; strategy 2.1).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from audits.locking import lock_audit
from audits.models import Audit, SayGiven, WorkerSay
from people import trail
from people.models import User
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, written
from standards.timescales import Unknown, add_months, add_working_days

LEAST = 5
"""So many answers in a quarter, and not before, are shown as totals."""
ASKED_FOR = 20
"""Working days for which the questions are open after the audit became final."""
QUESTIONS = (("fair", "Was it fair?"), ("helped", "Did it help you?"))


def check_say(audit: Audit, *, by: User, on: date) -> None:
    """Refused: not the audit's keyworker (403); not final yet, answered already, or too late (409)."""
    if audit.keyworker_id != by.pk:
        raise NotAllowed("Only the keyworker who sat in the audit is asked how it was.")
    if not audit.final or audit.finalised_at is None:
        raise NotNow("You are asked once both have signed. Come back then.")
    if SayGiven.objects.filter(audit=audit).exists():
        raise NotNow("You have answered for this audit. It cannot be changed, as nobody knows which answer is yours.")
    if on > open_until(audit.finalised_at):
        raise NotNow(f"The questions were open for {ASKED_FOR} working days. Talk to the QA Team, if you like.")


def open_until(finalised_at: datetime) -> date:
    """The last day on which the questions of an audit are open; 28 days on where its working days are not known yet."""
    final = day_of(finalised_at)
    try:
        return add_working_days(final, ASKED_FOR)
    except Unknown:
        return final + timedelta(days=28)


def give_say(audit: Audit, *, by: User, at: datetime, fair: str, helped: str, words: str = "") -> None:
    """Keep the answers, apart from the fact that this audit's keyworker has answered.

    Refused: as `check_say`, or a question without an answer (422). No entry is written into the history: it would say
    who answered, and at which minute.
    """
    with trail.acting(by=by, at=at):
        audit = lock_audit(audit)
        check_say(audit, by=by, on=day_of(at))
        for (slug, question), answer in zip(QUESTIONS, (fair, helped), strict=True):
            if answer not in WorkerSay.Answer.values:
                raise Refused(f"Choose an answer: {question}", slug)
        SayGiven.objects.create(audit=audit)
        WorkerSay.objects.create(
            month=day_of(at).replace(day=1), fair=fair, helped=helped, words=written(words, "words")
        )


@dataclass(frozen=True, slots=True)
class QuarterSaid:
    """What the workers of one quarter said: answers to each question by what was answered, and the words, in no order.

    `quarter` is its first day.
    """

    quarter: date
    count: int
    fair: dict[str, int]
    helped: dict[str, int]
    words: tuple[str, ...]

    @property
    def count_in_words(self) -> str:
        """How many answered: 7 answers."""
        return f"{self.count} answers"

    @property
    def rows(self) -> list[tuple[str, list[int]]]:
        """Each question with its yes, in part and no."""
        counts = {"fair": self.fair, "helped": self.helped}
        return [(question, list(counts[slug].values())) for slug, question in QUESTIONS]


def said_in(quarter: date, *, on: date) -> QuarterSaid | None:
    """What was said in the quarter that begins on a day; None while it lasts, and where fewer than five answered."""
    after = add_months(quarter, 3)
    if on < after:
        return None
    answers = list(WorkerSay.objects.filter(month__gte=quarter, month__lt=after).order_by("pk"))
    if len(answers) < LEAST:
        return None
    fair, helped = Counter(answer.fair for answer in answers), Counter(answer.helped for answer in answers)
    return QuarterSaid(
        quarter,
        len(answers),
        {value: fair[value] for value in WorkerSay.Answer.values},
        {value: helped[value] for value in WorkerSay.Answer.values},
        tuple(answer.words for answer in answers if answer.words),
    )


def quarters_over(*, on: date) -> list[date]:
    """The council's last eight quarters that are over on the day, the newest first."""
    this = on.replace(month=(on.month - 1) // 3 * 3 + 1, day=1)
    return [add_months(this, -3 * back) for back in range(1, 9)]
