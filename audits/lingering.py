"""What has begun and does not come to its end: a meeting, an answer of the QA Team, two signatures (lifecycle: agreed).

An Inadequate opens its escalation only once it is signed, so an audit that is left lying must not be overlooked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from audits.grading import ADVICE_DAYS
from audits.managers import holders, qa_team
from audits.models import Audit, Chair, Judgement, Signature
from audits.signing import SIGN_DAYS
from people import council
from people.models import Notice, User
from people.roles import Role
from qualitycounts.clock import day_of
from standards.timescales import have_passed

OPEN_DAYS = council.Number(
    "meeting_open_days",
    "Working days for a meeting to end",
    "The meeting",
    "A meeting that has not ended so long after its day is brought back to its auditor and to the QA Team. Ours.",
    default=3,
    least=1,
    most=20,
    unit="working days",
)
State = Audit.State


def due(on: date, at: datetime) -> list[Notice]:
    """Everything that has to be told by a day, told already or not, in as many questions for one as for many."""
    return [*of_meetings(on, at), *of_advice(on, at), *of_signatures(on, at)]


def of_meetings(on: date, at: datetime) -> list[Notice]:
    """Meetings whose day is over and which were not held or have not ended: told to the auditor and the QA Officers."""
    going = Audit.objects.filter(state__in=(State.BOOKED, State.IN_MEETING), auditor__isnull=False)
    found = []
    for audit in going.select_related("auditor").order_by("pk"):
        meets = audit.meets or audit.paused_at
        if meets is not None and have_passed(OPEN_DAYS.value() + 1, day_of(meets), on=on):
            found.append((audit, day_of(meets)))
    officers = holders(Role.QA_OFFICER, on=on) if found else []
    return [
        one
        for audit, day in found
        for one in notices_to(
            [audit.auditor, *officers],
            key=f"{audit.ref}:lingering:{day}",
            subject=f"The meeting of {audit.ref} has not ended",
            body=f"The meeting of audit {audit.ref} was to be on {day:%A} {day.day} {day:%B} and has not ended. "
            "Nothing it found is followed up until it does. Please go on with it, or book another day.",
            link=f"/audits/{audit.ref}/",
            at=at,
        )
    ]


def of_advice(on: date, at: datetime) -> list[Notice]:
    """Grades on which the QA Team was asked and has not answered in time: told to all of it who may."""
    asked = Judgement.objects.filter(
        state=Judgement.State.REFERRED, advised_at=None, referred_at__isnull=False, audit__state=State.IN_MEETING
    )
    found = [
        one
        for one in asked.select_related("audit", "standard").order_by("pk")
        if one.referred_at and have_passed(ADVICE_DAYS.value() + 1, day_of(one.referred_at), on=on)
    ]
    team = qa_team(on=on) if found else []
    return [
        told
        for one in found
        for told in notices_to(
            [person for person in team if one.audit.chair_of(person) is None],
            key=f"{one.ref}:advice-late:{one.round}",
            subject=f"Advice on a grade of {one.audit.ref} is late",
            body=f"Advice was asked on “{one.title}” in audit {one.audit.ref} and is late. The meeting waits for it.",
            link=f"/audits/{one.audit.ref}/advice/{one.number}/",
            at=at,
        )
    ]


def of_signatures(on: date, at: datetime) -> list[Notice]:
    """Audits that wait for a signature: on the last day its chair is told, after it the QA Team."""
    waiting = Audit.objects.filter(state=State.AGREED, met_on__isnull=False).select_related("auditor", "keyworker")
    audits = [audit for audit in waiting.order_by("pk") if is_over(audit, on, extra=0)]
    if not audits:
        return []
    signed = set(Signature.objects.filter(audit__in=audits, voided_at=None).values_list("audit", "chair"))
    team = qa_team(on=on)
    found = []
    for audit in audits:
        seats = ((Chair.AUDITOR, audit.auditor), (Chair.KEYWORKER, audit.keyworker))
        missing = [person for chair, person in seats if (audit.pk, chair) not in signed]
        names = " and ".join(str(person) for person in missing)
        key, link = f"{audit.ref}:unsigned:{audit.content_hash[:16]}", f"/audits/{audit.ref}/"
        subject = f"Audit {audit.ref} is not signed yet"
        body = (
            f"Audit {audit.ref} waits for your signature, and today is the last day for it. "
            "Nothing it found is followed up until it is signed."
        )
        found += notices_to(missing, key=key, subject=subject, body=body, link=f"{link}sign/", at=at)
        if is_over(audit, on, extra=1):
            body = (
                f"Audit {audit.ref} still waits for the signature of {names}, and the days for it are over. Please ask "
                "them. The Head of QA may now finalise it without, with a reason."
            )
            others = [person for person in team if audit.chair_of(person) is None]
            found += notices_to(others, key=f"{key}:qa", subject=subject, body=body, link=link, at=at)
    return found


def is_over(audit: Audit, on: date, *, extra: int) -> bool:
    """Whether the last day on which both may sign has come, and so many working days more."""
    return have_passed(SIGN_DAYS.value() + extra, audit.met_on or audit.month, on=on)


def notices_to(
    people: Iterable[User | None], *, key: str, subject: str, body: str, link: str, at: datetime
) -> list[Notice]:
    """One notice for each person who is there."""
    return [
        Notice(to=person, key=key, subject=subject, body=body, link=link, made=at, next_try=at)
        for person in dict.fromkeys(people)
        if person is not None
    ]
