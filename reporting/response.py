"""The written management response: the Assistant Director answers each recommendation, and it is tracked from there.

Heads of Service may draft answers; only the Assistant Director sends them. Sending puts what is accepted on the CQAWG
action plan, and what is to be learned before the Principal Social Worker (strategy 4.4, 4.7.5, 5.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from people import access, notices, trail
from people.models import User
from people.roles import Permission, Role
from qualitycounts import clock
from qualitycounts.refusals import NotAllowed, NotNow, Refused
from reporting import editions, plan
from reporting.audiences import READERS
from reporting.drafting import fit, locked
from reporting.issue import holders
from reporting.models import Need, Recommendation, Report
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


def save(*, report: Report, answers: list[Answer], words: str, by: User, at: datetime) -> Report:
    """Keep the answers as far as they are, to go on later. Refuses (`NotNow`, 409) before the report is made and once
    the response was sent; (`NotAllowed`, 403) anyone but the Assistant Director and Heads of Service."""
    with trail.acting(by=by, at=at) as act:
        report = locked(report)
        check_answer(report, by)
        recommended = {one.number: one for one in report.recommended.select_for_update()}
        for given in answers:
            if (one := recommended.get(given.number)) is not None and _differs(one, given):
                one.answer, one.what = given.answer, fit(given.what, f"what_{given.number}")
                one.owner, one.by_on = given.owner, given.by_on
                one.answered_at, one.answered_by = at, by
                one.report = report
                one.save()
                act.add("report.answer", one, content={"answer": one.answer, "what": one.what})
        report.response = fit(words, "words")
        report.save(update_fields=["response"])
    return report


def respond(*, report: Report, by: User, at: datetime) -> Report:
    """Send the response that was saved: it is appended to the report, put on the plan, and its readers are told.

    Refuses (`NotAllowed`, 403) anyone but the Assistant Director; (`NotNow`, 409) before it is issued; (`Refused`, 422)
    while an answer is missing, or says neither what, who nor when.
    """
    with trail.acting(by=by, at=at) as act:
        report = locked(report)
        check_respond(report, by)
        recommended = list(report.recommended.select_for_update(of=("self",)).select_related("owner"))
        for one in recommended:
            one.report = report
            _check_whole(one, on=clock.day_of(at))
        if not report.response:
            raise Refused("Write a sentence or two in your own words: readers look for them first.", "words")
        was = report.state
        report.state = REPORT.check(was, "respond")
        report.responded_at, report.responded_by = at, by
        report.save(update_fields=["state", "responded_at", "responded_by"])
        for one in recommended:
            _track(one, by=by, at=at)
        act.add("report.respond", report, was=was, now=report.state, content={"response": report.response})
        _tell(report, at=at)
        editions.ask(report=report, by=by, at=at)
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
    try:
        check_answer(report, by)
    except Refused:
        return False
    return True


def can_send(report: Report, by: User) -> bool:
    """Whether `check_respond` would let it pass."""
    try:
        check_respond(report, by)
    except Refused:
        return False
    return True


def _differs(one: Recommendation, given: Answer) -> bool:
    was = (one.answer, one.what, one.owner_id, one.by_on)
    return was != (given.answer, given.what.strip(), given.owner.pk if given.owner else None, given.by_on)


def _check_whole(one: Recommendation, *, on: date) -> None:
    number = one.number
    if not one.answer:
        raise Refused(f"Answer recommendation {number}: accept, accept in part, or not.", f"answer_{number}")
    if not one.what:
        asks = "why it is not accepted" if one.answer == A.NO else "what will be done"
        raise Refused(f"Say of recommendation {number} {asks}.", f"what_{number}")
    if one.answer == A.NO:
        return
    if one.owner is None:
        raise Refused(f"Name who will do what recommendation {number} asks.", f"owner_{number}")
    if one.by_on is None or one.by_on <= on:
        raise Refused(f"Give recommendation {number} a date that is still to come.", f"by_on_{number}")


def _track(one: Recommendation, *, by: User, at: datetime) -> None:
    """What is accepted goes on the plan; what is to be learned goes to the Principal Social Worker. A correction's
    answers, carried along, are there already."""
    if one.answer != A.NO and one.owner is not None and one.by_on is not None:
        item = plan.Item(one.what, one.words, one.standard, one.owner, one.by_on, 1)
        plan.take_up(item=item, recommendation=one, by=by, at=at)
    if one.kind in TO_LEARN:
        Need.objects.create(words=one.words, standard=one.standard, recommendation=one, raised_at=at, raised_by=by)


def _tell(report: Report, *, at: datetime) -> None:
    on = clock.day_of(at)
    to = [*holders(*READERS, Role.QA_OFFICER, on=on), *holders(Role.PRINCIPAL_SOCIAL_WORKER, on=on)]
    notices.tell(
        to=to,
        key=f"report-responded-{report.ref}",
        subject=f"The response to the audit report for {report.about.short} is in",
        body="Each recommendation has its answer, and what was accepted is on the CQAWG action plan.",
        link=reverse("report", args=[report.ref]),
        at=at,
    )
