"""What the months owe of the QA Team, as one list: My work and the board show it, and the rules ask nothing else.

Each stays, and grows later, until it is done or set aside with a reason. Draws and samples are told from here; what
later apps owe (the reports) they add to `PROVIDERS` as they start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.urls import reverse

from audits.booking.book_by import by_month
from audits.booking.notice_texts import DutyLate
from audits.draw.sending import SEND_DAYS
from audits.duties.monthly_duties import Duty, Kept, draws_owed, read_duties, samples_owed
from audits.models import Activity
from people import council_settings
from people.models import Notice, User
from people.notices import notices_to, told_before
from qualitycounts.base.dates import month_in_words
from standards.timescales import add_months, add_working_days, have_passed

ADDRESSES_KEPT = 500
"""Addresses kept in one process: a duty for each of many months."""
HEAD_DAYS = council_settings.Number(
    "duty_late_days",
    "The Head of QA is told of a late monthly duty",
    "Programme and month",
    "How long a draw, a panel’s sample or a report may be late before the Head of QA is told, once. Ours.",
    default=10,
    least=1,
    most=60,
    unit="working days late",
)


@dataclass(frozen=True, slots=True)
class OwedDuty:
    """One thing that a month owes: what and by when, the button that does it, and where it is set aside with a reason
    ("" while that is too early, or where it is in work). `key` names it for good; `waits`: others are at it."""

    duty: Duty
    key: str
    month: date
    due_on: date
    what: str
    about: str
    button: str
    url: str
    who: str
    more: str = ""
    aside: str = ""
    waits: bool = False


Provider = Callable[..., Iterable[OwedDuty]]
"""Is handed what was read, `user` (whose words and buttons; None for whoever does it) and `on`."""
PROVIDERS: dict[Provider, None] = {}
"""What later apps owe: each adds its own as it starts, and is asked once however often it starts."""


def owed_duties(kept: Kept, *, user: User | None, on: date) -> list[OwedDuty]:
    """Everything that is owed on a day: what is due first, first. Nothing before the programme or an audit is there."""
    if not (kept.activities or kept.begun):
        return []
    owed = [*draws_to_run(kept, on=on), *draws_to_send(kept), *samples_to_draw(kept, on=on)]
    owed += [duty for provider in PROVIDERS for duty in provider(kept, user=user, on=on)]
    return sorted(owed, key=lambda duty: (duty.due_on, duty.key))


def is_owed(duty: Duty, month: date, *, on: date) -> bool:
    """Whether a month owes the duty on a day: what may be set aside is what is asked for."""
    owed = owed_duties(read_duties(on=on), user=None, on=on)
    return any((owed_duty.duty, owed_duty.month) == (duty, month) for owed_duty in owed if owed_duty.aside)


@lru_cache(ADDRESSES_KEPT)
def aside_address(duty: Duty, month: date) -> str:
    """The page on which a duty of a month is set aside."""
    return reverse("duties", query={"duty": duty.value, "month": f"{month:%Y-%m}"})


def draws_to_run(kept: Kept, *, on: date) -> Iterator[OwedDuty]:
    """What is planned for a month is drawn in the one before (strategy, App. 2, before): asked for until it is drawn,
    dropped or set aside."""
    for activity in draws_owed(kept, on=on):
        core, over = activity.kind == Activity.Kind.CORE, activity.month < on.replace(day=1)
        of_month = month_in_words(activity.month)
        button, url = "Start the draw", reverse("draws", query={} if core else {"activity": activity.pk})
        aside = aside_address(Duty.DRAW, activity.month) if activity.month <= on else ""
        if activity.pk:
            aside = reverse("programme-drop", args=[activity.pk])
        if over:
            button, url = "Say what becomes of it", aside
            if activity.pk:
                url = reverse("programme-activity", args=[activity.pk])
        yield OwedDuty(
            duty=Duty.DRAW,
            key=f"draw:{activity.ref if activity.pk else format(activity.month, '%Y-%m')}",
            month=activity.month,
            due_on=by_month(add_months(activity.month, -1)),
            what=f"Run the draw for {of_month}" if core else f"Run the draw of “{activity.title}”",
            about=of_month,
            button=button,
            url=url,
            who=activity.get_kind_display(),
            more="A month ahead",
            aside=aside,
        )


def draws_to_send(kept: Kept) -> Iterator[OwedDuty]:
    """Draws that were made and looked at: until they are sent nobody knows of them."""
    for ref, drawn_on in kept.unsent:
        yield OwedDuty(
            duty=Duty.DRAW,
            key=f"send:{ref}",
            month=drawn_on.replace(day=1),
            due_on=add_working_days(drawn_on, SEND_DAYS.value()),
            what=f"Send the draw {ref}",
            about=ref,
            button="Look and send",
            url=reverse("draw", args=[ref]),
            who="Nobody knows of it yet",
        )


def samples_to_draw(kept: Kept, *, on: date) -> Iterator[OwedDuty]:
    """The panel’s sample of each month that is over, until it is drawn or set aside (strategy 7)."""
    for over in samples_owed(kept, on=on):
        yield OwedDuty(
            duty=Duty.PANEL,
            key=f"sample:{over:%Y-%m}",
            month=over,
            due_on=by_month(add_months(over, 1)),
            what=f"Draw the panel’s sample of {month_in_words(over)}",
            about=month_in_words(over),
            button="Draw it",
            url=reverse("panels"),
            who="Validation panel",
            aside=aside_address(Duty.PANEL, over),
        )


def late_key(duty: OwedDuty) -> str:
    """The key under which the Head of QA is told of it, once."""
    return f"duty:{duty.key}:late"


def late_duties_due(on: date, at: datetime, *, heads: list[User], officers: list[User]) -> list[Notice]:
    """Duties so late that these Heads of QA hear of them, once each; nothing before the council’s first draw. The
    `officers` are named as those who are late."""
    kept = read_duties(on=on)
    if kept.begun is None:
        return []
    days = HEAD_DAYS.value()
    late = [duty for duty in owed_duties(kept, user=None, on=on) if have_passed(days, duty.due_on, on=on)]
    said = told_before(late_key(duty) for duty in late)
    late = [duty for duty in late if late_key(duty) not in said]
    if not late:
        return []
    names = " or ".join(officer.name for officer in officers) or "nobody at present"
    return [
        notice
        for duty in late
        for notice in notices_to(heads, text=DutyLate(duty.what, duty.due_on, names), key=late_key(duty), at=at)
    ]


def told_of(duties: Iterable[OwedDuty]) -> dict[str, Notice]:
    """Of each duty that was told to a Head of QA the first notice of it, by the duty’s key: one query."""
    keys = {late_key(duty): duty.key for duty in duties}
    told_notices = Notice.objects.filter(key__in=keys).select_related("to").order_by("-pk")
    return {keys[notice.key]: notice for notice in told_notices}
