"""Before the meeting: both are reminded of it, and a meeting that nobody books is not forgotten (App. 2, before).

What has begun and does not come to its end is in `audits.lingering`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from audits import lingering
from audits.managers import holders
from audits.models import Audit
from people import council
from people.models import Notice, User
from people.roles import Role
from people.templatetags.qc import at as moment
from qualitycounts.clock import day_of
from standards.timescales import add_months, is_working_day

GROUP = "Before the meeting"
FIRST = council.Number(
    "remind_first",
    "First reminder of a meeting",
    GROUP,
    "How long before a booked meeting both chairs are reminded of it. Ours.",
    default=10,
    least=1,
    most=30,
    unit="working days before",
)
LAST = council.Number(
    "remind_last",
    "Last reminder of a meeting",
    GROUP,
    "How long before a booked meeting both chairs are reminded once more. Ours.",
    default=2,
    least=1,
    most=30,
    unit="working days before",
)
UNBOOKED = council.Number(
    "remind_unbooked",
    "Reminder to book",
    GROUP,
    "How long before its month ends an audit that is not booked is brought back to its auditor. Ours.",
    default=10,
    least=1,
    most=20,
    unit="working days before the month ends",
)
UNBOOKED_QA = council.Number(
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


def due(on: date, at: datetime) -> list[Notice]:
    """Every reminder that is due by a day and was not given yet; as many questions for one audit as for many."""
    wanted = [*of_meetings(on, at), *of_unbooked(on, at), *lingering.due(on, at)]
    said = set(Notice.objects.filter(key__in={one.key for one in wanted}).values_list("to", "key")) if wanted else set()
    return [one for one in wanted if (one.to_id, one.key) not in said]


def of_meetings(on: date, at: datetime) -> list[Notice]:
    """Reminders of booked meetings, to both chairs; a meeting booked later than a reminder's day has none for it."""
    found = []
    booked = Audit.objects.filter(state=Audit.State.BOOKED, meets__gte=at, meets__lt=at + LOOK_AHEAD)
    days = sorted({LAST.value(), FIRST.value()})
    for audit in booked.select_related("auditor", "keyworker").order_by("pk"):
        if audit.meets is None or audit.booked_at is None:
            continue
        meets, booked_on = audit.meets, day_of(audit.booked_at)
        reached = [n for n in days if booked_on <= working_days_before(day_of(meets), n) <= on < day_of(meets)]
        chairs = [person for person in (audit.auditor, audit.keyworker) if person is not None]
        found += [reminder(audit, one, meets, f"{meets.date()}:{reached[0]}", at) for one in chairs if reached]
    return found


def reminder(audit: Audit, person: User, meets: datetime, key: str, at: datetime) -> Notice:
    """One reminder, in the words of the chair it goes to."""
    leads = person.pk == audit.auditor_id
    other = audit.keyworker if leads else audit.auditor
    ready = audit.prepared_at is not None
    if leads:
        ask = (
            "The file is said to be up to date." if ready else "The keyworker has not said yet that the file is ready."
        )
    elif ready:
        ask = "You have said that the file is up to date; there is nothing more to do before you meet."
    else:
        ask = "Please bring the file on Mosaic up to date and say so on the preparation page."
    return Notice(
        to=person,
        key=f"{audit.ref}:remind:{key}",
        subject=f"Audit {audit.ref}: you meet on {moment(meets)}",
        body=f"You meet {other} for audit {audit.ref} on {moment(meets)}, {audit.place}. {ask}",
        link=f"/audits/{audit.ref}/{'pack' if leads else 'prepare'}/",
        made=at,
        next_try=at,
    )


def of_unbooked(on: date, at: datetime) -> list[Notice]:
    """Audits that nobody has booked as their month runs out: first their auditor is told, then the QA Officers."""
    waiting = Audit.objects.filter(
        state=Audit.State.ALLOCATED, auditor__isnull=False, month__gte=add_months(on.replace(day=1), -3), month__lte=on
    )
    audits = list(waiting.select_related("auditor", "keyworker").order_by("pk"))
    if not audits:
        return []
    officers = list(holders(Role.QA_OFFICER, on=on))
    found = []
    for audit in audits:
        after = add_months(audit.month, 1)
        if on >= working_days_before(after, UNBOOKED.value()) and audit.auditor is not None:
            found.append(unbooked(audit, audit.auditor, "unbooked", at))
        if on >= working_days_before(after, UNBOOKED_QA.value()):
            found += [unbooked(audit, officer, "unbooked-qa", at) for officer in officers]
    return found


def unbooked(audit: Audit, person: User, key: str, at: datetime) -> Notice:
    """One notice of a meeting that is not booked."""
    yours = person.pk == audit.auditor_id
    ask = (
        "Please agree a time with them and book it now; if that cannot be, tell the QA Officer."
        if yours
        else f"{audit.auditor} was reminded. Please ask them, or give the audit to another auditor."
    )
    return Notice(
        to=person,
        key=f"{audit.ref}:{key}:{audit.auditor_id}",
        subject=f"Audit {audit.ref} is not booked yet",
        body=f"{audit.month:%B} is running out and the meeting of {audit.ref} with "
        f"{audit.keyworker or 'its keyworker'} is not booked. {ask}",
        link=f"/audits/{audit.ref}/{'book/' if yours else ''}",
        made=at,
        next_try=at,
    )
