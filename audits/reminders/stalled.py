"""Reminders of what stalls: a meeting not ended, advice not given, a record not signed (lifecycle: agreed).

An Inadequate opens its escalation only once it is signed, so an audit that is left lying must not be overlooked.
"""

from __future__ import annotations

from datetime import date, datetime

from audits.managers import qa_team
from audits.meeting.advice import ADVICE_DAYS
from audits.models import Audit, Chair, Judgement, Signature
from audits.notice_texts import AdviceLate, MeetingNotEnded, SignatureDue, SignatureLate
from audits.record.signing import SIGN_DAYS
from audits.reminders.awaited import sign_by
from people import council_settings
from people.directory import holders
from people.models import Notice
from people.notices import notices_to
from people.roles import Role
from qualitycounts.base.clock import day_of
from standards.timescales import have_passed

OPEN_DAYS = council_settings.Number(
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


def stalled_due(on: date, at: datetime) -> list[Notice]:
    """Everything that has to be told by a day, told already or not, in as many questions for one as for many."""
    return [*stalled_meetings(on, at), *of_advice(on, at), *of_signatures(on, at)]


def stalled_meetings(on: date, at: datetime) -> list[Notice]:
    """Meetings whose day is over and which were not held or have not ended: told to the auditor and the QA Officers."""
    going = Audit.objects.still_to_meet(on).filter(state__in=Audit.MEETING_SET, auditor__isnull=False)
    stalled = []
    for audit in going.select_related("auditor").order_by("pk"):
        meets = audit.meets or audit.paused_at
        if meets is not None and have_passed(OPEN_DAYS.value() + 1, day_of(meets), on=on):
            stalled.append((audit, day_of(meets)))
    officers = holders(Role.QA_OFFICER, on=on) if stalled else []
    return [
        notice
        for audit, day in stalled
        for notice in notices_to(
            [audit.auditor, *officers], text=MeetingNotEnded(audit, day), key=f"{audit.ref}:lingering:{day}", at=at
        )
    ]


def of_advice(on: date, at: datetime) -> list[Notice]:
    """Grades on which the QA Team was asked and has not answered in time: told to all of it who may."""
    asked = Judgement.objects.filter(
        state=Judgement.State.REFERRED, advised_at=None, referred_at__isnull=False, audit__state=State.IN_MEETING
    )
    late = [
        judgement
        for judgement in asked.select_related("audit", "standard").order_by("pk")
        if judgement.referred_at and have_passed(ADVICE_DAYS.value() + 1, day_of(judgement.referred_at), on=on)
    ]
    team = qa_team(on=on) if late else []
    return [
        notice
        for judgement in late
        for notice in notices_to(
            [person for person in team if judgement.audit.chair_of(person) is None],
            text=AdviceLate(judgement.audit, judgement),
            key=f"{judgement.ref}:advice-late:{judgement.round}",
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
    notices = []
    for audit in audits:
        seats = ((Chair.AUDITOR, audit.auditor), (Chair.KEYWORKER, audit.keyworker))
        missing = [person for chair, person in seats if (audit.pk, chair) not in signed]
        names = " and ".join(str(person) for person in missing)
        key = f"{audit.ref}:unsigned:{audit.content_hash[:16]}"
        notices += notices_to(missing, text=SignatureDue(audit, sign_by(audit)), key=key, at=at)
        if is_over(audit, on, extra=1):
            others = [person for person in team if audit.chair_of(person) is None]
            notices += notices_to(others, text=SignatureLate(audit, names), key=f"{key}:qa", at=at)
    return notices


def is_over(audit: Audit, on: date, *, extra: int) -> bool:
    """Whether the last day on which both may sign has come, and so many working days more."""
    return have_passed(SIGN_DAYS.value() + extra, audit.met_on or audit.month, on=on)
