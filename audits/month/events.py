"""What lies on which day: meetings, days by which something is due, panels; of a whole month, or of one person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.urls import reverse

from audits.access import attended_audits
from audits.booking.book_by import by_month
from audits.models import Action, Audit, Panel
from audits.reminders.awaited import sign_by
from people import access
from people.models import User
from people.roles import Permission
from qualitycounts.base.clock import day_of, start_of
from qualitycounts.base.dates import hour, month_name, short_day
from standards.timescales import add_months

MEETING, DUE, PANEL = "meeting", "due", "panel"
PROVIDERS: list[Callable[[User], Iterable[CalendarEvent]]] = []
"""What later apps know of a person's own days: each adds its own as it starts."""


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One thing on a day, at a time or all day. `about` names it for good; nothing of it tells of the child."""

    day: date
    at: datetime | None
    text: str
    url: str
    kind: str
    about: str
    place: str = ""

    @property
    def hour(self) -> str:
        """The time of day; "" for the whole day."""
        return hour(self.at)

    @property
    def order(self) -> tuple[object, ...]:
        """By day; what is all day first, then by time."""
        return self.day, self.at is not None, self.at.timestamp() if self.at else 0.0, self.text


def meetings(audits: Iterable[Audit], *, seen_by: User | None = None) -> Iterator[CalendarEvent]:
    """The meetings of some audits that are booked, going on or were held: each with its auditor’s name, in the calendar
    of `seen_by` with the name of whoever sits in the other chair."""
    for audit in audits:
        if audit.meets is not None and audit.state not in Audit.WITHDRAWN_OR_VOIDED:
            text, url = f"{audit.ref}, {audit.auditor}", reverse("audit", args=[audit.ref])
            if seen_by is not None:
                other = audit.keyworker if audit.auditor_id == seen_by.pk else audit.auditor
                text = f"{audit.ref} with {other or 'nobody now'}"
            yield CalendarEvent(day_of(audit.meets), audit.meets, text, url, MEETING, f"{audit.ref}:meets", audit.place)


def days_of_audits(audits: Iterable[Audit]) -> Iterator[CalendarEvent]:
    """By when some audits are to be booked, or signed."""
    for audit in audits:
        url = reverse("audit", args=[audit.ref])
        if audit.state == Audit.State.ALLOCATED and audit.auditor_id is not None:
            text = f"Book {audit.ref}"
            yield CalendarEvent(by_month(audit.month), None, text, url, DUE, f"{audit.ref}:book")
        elif audit.state == Audit.State.AGREED:
            yield CalendarEvent(sign_by(audit), None, f"Sign {audit.ref}", url, DUE, f"{audit.ref}:sign")


def days_of_month(month: date) -> Iterator[CalendarEvent]:
    """By when the draw of the next month, the report and the panel’s sample of the last are asked for."""
    day, last, coming = by_month(month), add_months(month, -1), add_months(month, 1)
    for text, route in (
        (f"Draw {month_name(coming)}", "draws"),
        (f"Report of {month_name(last)}", "reports"),
        (f"Panel’s sample of {month_name(last)}", "panels"),
    ):
        yield CalendarEvent(day, None, text, reverse(route), DUE, f"{month:%Y-%m}:{route}")


def panels_between(since: date, until: date, narrow: Q) -> Iterator[CalendarEvent]:
    """The days on which panels sit."""
    for panel in Panel.objects.filter(narrow, meets_on__gte=since, meets_on__lt=until).distinct():
        url = reverse("panel", args=[panel.ref])
        yield CalendarEvent(panel.meets_on, None, f"Panel {panel.ref}", url, PANEL, f"{panel.ref}:meets")


def events_of_month(month: date) -> list[CalendarEvent]:
    """Everything of a month (its first day), as the QA Officer sees it: three queries."""
    until = add_months(month, 1)
    audits = Audit.objects.standing().select_related("auditor")
    met = audits.filter(meets__gte=start_of(month), meets__lt=start_of(until))
    waiting = audits.unfinished().filter(month__gte=add_months(month, -2), month__lte=until)
    events = [
        *meetings(met),
        *days_of_audits(waiting),
        *days_of_month(month),
        *panels_between(month, until, Q()),
    ]
    return sorted((event for event in events if month <= event.day < until), key=lambda event: event.order)


def events_of_person(user: User, *, since: date, until: date) -> list[CalendarEvent]:
    """What lies on a person’s own days: the audits in whose chairs they sit, their actions, the panels they sit on,
    and what later apps know."""
    mine = attended_audits(user).standing().select_related("auditor", "keyworker")
    own = list(mine.filter(Q(meets__gte=start_of(since)) | Q(state__in=Audit.UNFINISHED)))
    actions = Action.objects.filter(owner=user, state=Action.State.OPEN, audit__state=Audit.State.FINALISED)
    sits = Q(members__user=user) | Q(chair=user) | Q(deputy=user)
    events = [
        *meetings(own, seen_by=user),
        *days_of_audits(
            audit
            for audit in own
            if audit.auditor_id == user.pk or (audit.keyworker_id == user.pk and audit.state == Audit.State.AGREED)
        ),
        *(
            CalendarEvent(
                action.due_on, None, f"Do {action.ref}", reverse("action", args=[action.ref]), DUE, action.ref
            )
            for action in actions.select_related("audit")
        ),
        *panels_between(since, until, sits),
        *(event for days in PROVIDERS for event in days(user)),
    ]
    if access.may(user, Permission.RUN_SELECTION):
        month = since.replace(day=1)
        while month < until:
            events += days_of_month(month)
            month = add_months(month, 1)
    return sorted((event for event in events if since <= event.day < until), key=lambda event: event.order)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day of a month’s table with what lies on it; outside the month it is empty."""

    day: date
    inside: bool
    today: bool
    events: list[CalendarEvent]

    @property
    def weekday(self) -> str:
        """The weekday in three letters."""
        return short_day(self.day).partition(" ")[0]


def weeks_of(month: date, events: Iterable[CalendarEvent], *, on: date) -> list[list[CalendarDay]]:
    """The weeks of a month from Monday to Sunday, each day with its events."""
    by_day: dict[date, list[CalendarEvent]] = {}
    for event in events:
        by_day.setdefault(event.day, []).append(event)
    first, until = month - timedelta(days=month.weekday()), add_months(month, 1)
    weeks = []
    while first < until:
        days = [first + timedelta(days=step) for step in range(7)]
        weeks.append([CalendarDay(day, month <= day < until, day == on, by_day.get(day, [])) for day in days])
        first += timedelta(days=7)
    return weeks
