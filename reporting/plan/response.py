"""The written management response: the Assistant Director answers each recommendation, and it is tracked from there.

Heads of Service may draft answers; only the Assistant Director sends them. Sending puts what is accepted on the CQAWG
action plan, and what is to be learned before the Principal Social Worker (strategy 4.4, 4.7.5, 5.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from people import access, notices, trail
from people.directory import holders
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base import clock
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, allows
from reporting.models import Need, PlanItem, Recommendation, Report
from reporting.notice_texts import ResponseGiven
from reporting.plan import items
from reporting.reports import editions
from reporting.reports.audiences import READERS
from reporting.reports.drafting import fit, locked
from reporting.states import REPORT

A = Recommendation.Answer
TO_LEARN = (Recommendation.Kind.LEARNING, Recommendation.Kind.TRAINING)


@dataclass(frozen=True)
class Answer:
    """What is typed in answer to one recommendation."""

    number: int
    answer: str
    what: str
    owner: User | None
    by_on: date | None
    priority: int | None = None
    joins: PlanItem | None = None


def save(*, report: Report, answers: list[Answer], words: str, by: User, at: datetime) -> Report:
    """Keep the answers as far as they are, to go on later. Refuses (`NotNow`, 409) before the report is made and once
    the response was sent; (`NotAllowed`, 403) anyone but the Assistant Director and Heads of Service."""
    with trail.acting(by=by, at=at) as act:
        report = locked(report)
        check_answer(report, by)
        recommended = {each.number: each for each in report.recommended.select_for_update()}
        for answer in answers:
            if (recommendation := recommended.get(answer.number)) is not None and _differs(recommendation, answer):
                recommendation.answer, recommendation.what = answer.answer, fit(answer.what, f"what_{answer.number}")
                recommendation.owner, recommendation.by_on = answer.owner, answer.by_on
                recommendation.priority, recommendation.joins = answer.priority, answer.joins
                recommendation.answered_at, recommendation.answered_by = at, by
                recommendation.report = report
                recommendation.save()
                content = {"answer": recommendation.answer, "what": recommendation.what}
                act.add("report.answer", recommendation, content=content)
        report.response = fit(words, "words")
        report.save(update_fields=["response"])
    return report


def send_response(*, report: Report, by: User, at: datetime) -> Report:
    """Send the response that was saved: it is appended to the report, put on the plan, and its readers are told.

    Refuses (`NotAllowed`, 403) anyone but the Assistant Director; (`NotNow`, 409) before it is issued; (`Refused`, 422)
    while an answer is missing, or says neither what, who, when nor how soon, or joins an item that has ended.
    """
    with trail.acting(by=by, at=at) as act:
        report = locked(report)
        check_respond(report, by)
        recommended = list(report.recommended.select_for_update(of=("self",)).select_related("owner", "joins"))
        for recommendation in recommended:
            recommendation.report = report
            _check_whole(recommendation, on=clock.day_of(at))
        if not report.response:
            raise Refused("Write a sentence or two in your own words: readers look for them first.", "words")
        was = report.state
        report.state = REPORT.check(was, "respond")
        report.responded_at, report.responded_by = at, by
        report.save(update_fields=["state", "responded_at", "responded_by"])
        for recommendation in recommended:
            _track(recommendation, by=by, at=at)
        act.add("report.respond", report, was=was, now=report.state, content={"response": report.response})
        _tell(report, recommended, at=at)
        editions.request_editions(report=report, by=by, at=at)
    return report


def check_answer(report: Report, by: User) -> None:
    """Refuse whoever may not draft an answer (`NotAllowed`), and when there is nothing to answer (`NotNow`)."""
    access.check(by, Permission.RESPOND_TO_REPORT)
    if report.responded_at is not None:
        raise NotNow("The response to this report was sent. It stays as it is.")
    if not report.frozen or report.state == Report.State.SUPERSEDED:
        raise NotNow("Only a report that was made and stands can be answered. Open it again to see where it is.")


def check_respond(report: Report, by: User) -> None:
    """As `check_answer`; and only the Assistant Director sends, once it is issued."""
    check_answer(report, by)
    if not access.holds(by, Role.ASSISTANT_DIRECTOR):
        raise NotAllowed("The Assistant Director sends the response. What you drafted is saved for them.")
    if not REPORT.can(report.state, "respond"):
        raise NotNow("It is not issued yet. Your answers are saved: send them once it is.")


def can_answer(report: Report, by: User) -> bool:
    """Whether `check_answer` would let it pass."""
    return allows(check_answer, report, by)


def can_send(report: Report, by: User) -> bool:
    """Whether `check_respond` would let it pass."""
    return allows(check_respond, report, by)


def _differs(recommendation: Recommendation, answer: Answer) -> bool:
    was = (recommendation.answer, recommendation.what, recommendation.owner_id, recommendation.by_on)
    if was != (answer.answer, answer.what.strip(), answer.owner.pk if answer.owner else None, answer.by_on):
        return True
    joins = answer.joins.pk if answer.joins else None
    return (recommendation.priority, recommendation.joins_id) != (answer.priority, joins)


def _check_whole(recommendation: Recommendation, *, on: date) -> None:
    number = recommendation.number
    if not recommendation.answer:
        raise Refused(f"Answer recommendation {number}: accept, accept in part, or not.", f"answer_{number}")
    if not recommendation.what:
        asks = "why it is not accepted" if recommendation.answer == A.NO else "what will be done"
        raise Refused(f"Say of recommendation {number} {asks}.", f"what_{number}")
    if recommendation.answer == A.NO:
        return
    if recommendation.joins is not None:
        if recommendation.joins.ended_at is not None:
            ended = f"{recommendation.joins.ref} has ended, so recommendation {number} cannot join it."
            raise Refused(f"{ended} Choose another, or name who will do it.", f"joins_{number}")
        return
    if recommendation.owner is None:
        raise Refused(f"Name who will do what recommendation {number} asks.", f"owner_{number}")
    if recommendation.by_on is None or recommendation.by_on <= on:
        raise Refused(f"Give recommendation {number} a date that is still to come.", f"by_on_{number}")
    if recommendation.priority is None:
        raise Refused(f"Choose how soon recommendation {number} is to be done.", f"priority_{number}")


def _track(recommendation: Recommendation, *, by: User, at: datetime) -> None:
    """What is accepted goes on the plan, or joins what is on it; what is to be learned goes to the Principal Social
    Worker. A correction's answers, carried along, are there already."""
    accepted = recommendation.answer != A.NO
    if accepted and recommendation.joins is not None:
        items.join(recommendation.joins, recommendation, by=by, at=at)
    elif accepted and recommendation.owner and recommendation.by_on and recommendation.priority:
        item = items.Item(
            what=recommendation.words,
            doing=recommendation.what,
            why=recommendation.because,
            standard=recommendation.standard,
            owner=recommendation.owner,
            due_on=recommendation.by_on,
            priority=recommendation.priority,
        )
        items.take_up(item=item, recommendation=recommendation, by=by, at=at)
    if recommendation.kind in TO_LEARN:
        Need.objects.create(
            words=recommendation.words,
            standard=recommendation.standard,
            recommendation=recommendation,
            raised_at=at,
            raised_by=by,
        )


def _tell(report: Report, recommended: Sequence[Recommendation], *, at: datetime) -> None:
    on = clock.day_of(at)
    to = holders(*READERS, Role.QA_OFFICER, on=on)
    accepted = sum(recommendation.answer != A.NO for recommendation in recommended)
    text = ResponseGiven(report, len(recommended), accepted)
    notices.notify(to=to, text=text, key=f"report-responded-{report.ref}", at=at)
