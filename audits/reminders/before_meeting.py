"""Before the meeting: both are reminded of it, and a meeting that nobody books is not forgotten (App. 2, before).

What has begun and does not come to its end is in `audits.reminders.stalled`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from audits.models import Audit
from audits.notice_texts import (
    MeetingNotBooked,
    MeetingNotBookedForQa,
    MeetingSoonForAuditor,
    MeetingSoonForKeyworker,
    MeetingSoonForSecondWorker,
)
from audits.reminders import stalled
from people import council_settings
from people.directory import holders
from people.models import Notice
from people.notices import notices_to
from people.roles import Role
from qualitycounts.base.clock import day_of
from standards.timescales import add_months, is_working_day

GROUP = "Before the meeting"
FIRST = council_settings.Number(
    "remind_first",
    "First reminder of a meeting",
    GROUP,
    "How long before a booked meeting both chairs are reminded of it. Ours.",
    default=10,
    least=1,
    most=30,
    unit="working days before",
)
LAST = council_settings.Number(
    "remind_last",
    "Last reminder of a meeting",
    GROUP,
    "How long before a booked meeting both chairs are reminded once more. Ours.",
    default=2,
    least=1,
    most=30,
    unit="working days before",
)
UNBOOKED = council_settings.Number(
    "remind_unbooked",
    "Reminder to book",
    GROUP,
    "How long before its month ends an audit that is not booked is brought back to its auditor. Ours.",
    default=10,
    least=1,
    most=20,
    unit="working days before the month ends",
)
UNBOOKED_QA = council_settings.Number(
    "tell_unbooked",
    "QA is told that it is not booked",
    GROUP,
    "How long before its month ends the QA Officer is told of an audit that is still not booked. Ours.",
    default=5,
    least=0,
    most=20,
    unit="working days before the month ends",
)
LOOK_AHEAD = timedelta(days=90)
"""How far ahead booked meetings are looked at; no reminder goes out earlier."""


def working_days_before(day: date, days: int) -> date:
    """The `days`th working day before a day, which itself is not counted."""
    while days:
        day -= timedelta(days=1)
        days -= is_working_day(day)
    return day


def reminders_due(on: date, at: datetime) -> list[Notice]:
    """Every reminder that is due by a day and was not given yet; as many questions for one audit as for many."""
    wanted = [*meeting_reminders(on, at), *of_unbooked(on, at), *stalled.stalled_due(on, at)]
    keys = {notice.key for notice in wanted}
    said = set(Notice.objects.filter(key__in=keys).values_list("to", "key")) if keys else set()
    return [notice for notice in wanted if (notice.to_id, notice.key) not in said]


def meeting_reminders(on: date, at: datetime) -> list[Notice]:
    """Reminders of booked meetings, to every chair; a meeting booked later than a reminder's day has none for it."""
    notices = []
    booked = Audit.objects.still_to_meet(on).filter(state=Audit.State.BOOKED, meets__gte=at, meets__lt=at + LOOK_AHEAD)
    days = sorted({LAST.value(), FIRST.value()})
    for audit in booked.select_related("auditor", "keyworker", "second_worker").order_by("pk"):
        if audit.meets is None or audit.booked_at is None:
            continue
        meets, booked_on = audit.meets, day_of(audit.booked_at)
        reached = [n for n in days if booked_on <= working_days_before(day_of(meets), n) <= on < day_of(meets)]
        if reached:
            key = f"{audit.ref}:remind:{meets.date()}:{reached[0]}"
            notices += notices_to([audit.auditor], text=MeetingSoonForAuditor(audit), key=key, at=at)
            notices += notices_to([audit.keyworker], text=MeetingSoonForKeyworker(audit), key=key, at=at)
            notices += notices_to([audit.second_worker], text=MeetingSoonForSecondWorker(audit), key=key, at=at)
    return notices


def of_unbooked(on: date, at: datetime) -> list[Notice]:
    """Audits that nobody has booked as their month runs out: first their auditor is told, then the QA Officers."""
    waiting = (
        Audit.objects.still_to_meet(on)
        .told()
        .filter(
            state=Audit.State.ALLOCATED,
            auditor__isnull=False,
            month__gte=add_months(on.replace(day=1), -3),
            month__lte=on,
        )
    )
    audits = list(waiting.select_related("auditor", "keyworker").order_by("pk"))
    if not audits:
        return []
    officers = list(holders(Role.QA_OFFICER, on=on))
    notices = []
    for audit in audits:
        after = add_months(audit.month, 1)
        to_auditor, reminded = MeetingNotBooked(audit, on >= after), on >= working_days_before(after, UNBOOKED.value())
        if reminded:
            key = f"{audit.ref}:unbooked:{audit.auditor_id}"
            notices += notices_to([audit.auditor], text=to_auditor, key=key, at=at)
        if on >= working_days_before(after, UNBOOKED_QA.value()):
            key = f"{audit.ref}:unbooked-qa:{audit.auditor_id}"
            for officer in officers:
                leads = officer.pk == audit.auditor_id
                text = to_auditor if leads else MeetingNotBookedForQa(audit, on >= after, reminded)
                notices += notices_to([officer], text=text, key=key, at=at)
    return notices
