"""Monthly duties: draw, panel's sample and report of each month, owed until they are done or set aside with a reason.

The programme and what was audited say which months owe what; nothing else keeps a list of it. `audits.duties.owed`
makes the one list of it that pages show and rules ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, Min, QuerySet, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, TruncDate, TruncMonth

from audits.draw import draws
from audits.models import Activity, Audit, Draw, Panel, RedrawRequest, SetAside
from people.kept_questions import rows_for
from people.models import User
from qualitycounts.base.clock import LONDON, start_of
from standards.drafting import publishing
from standards.models import SetDraft
from standards.timescales import add_months

Duty = SetAside.Duty


@dataclass(frozen=True, slots=True)
class Kept:
    """What was done and set aside, month by month: the activities up to next month, whose panel's sample is drawn, what
    was set aside, the first month in which an audit was finalised (None before there was any), last month where there
    was one in it, the first month of which there are audits at all, and the draws that are made and not sent, each with
    its reference and the day it was made; without those left unsent. `asked`: draws that somebody asks to have made
    again, instead, each with the day and who. `to_publish`: sets of standards and tools that wait for the reader to
    publish, each with its draft's key, the day it was sent, by whom, its title, and whether it is a tool."""

    activities: list[Activity]
    panels: frozenset[date]
    set_aside: frozenset[tuple[str, date]]
    first: date | None
    last: date | None
    begun: date | None
    unsent: tuple[tuple[str, date], ...] = ()
    asked: tuple[tuple[str, date, str], ...] = ()
    to_publish: tuple[tuple[int, date, str, str, bool], ...] = ()

    def nothing_audited_yet(self, *, on: date) -> bool:
        """Whether the first audits are of this month or later: no report of an earlier one could tell of any."""
        this = on.replace(day=1)
        return (self.first is None or self.first >= this) and (self.begun is None or self.begun >= this)

    def months_owed(self, duty: Duty, *, on: date, done: Iterable[date]) -> list[date]:
        """The months that are over and since the first finalised audit, without those done or set aside."""
        if self.first is None:
            return []
        done = set(done)
        months, month = [], self.first
        while (following := add_months(month, 1)) <= on:
            if month not in done and (duty.value, month) not in self.set_aside:
                months.append(month)
            month = following
        return months


def read_duties(*, on: date, reader: User | None = None) -> Kept:
    """All that is known of the programme, of panels, of what was set aside and of finalised audits, and the sets of
    standards that wait for `reader`: one query."""
    known: dict[str, list[date]] = {}
    planned, not_sent, redraws, to_publish = [], [], [], []
    for what, month, pk, kind, title, state, drawn in rows_for(reader, facts_known, on=on):
        known.setdefault(what, []).append(month)
        if what == "activity":
            activity = Activity(pk=pk, kind=kind, month=month, title=title, state=state)
            vars(activity)["drawn"] = bool(drawn)
            planned.append(activity)
        elif what == "unsent":
            not_sent.append((kind, month))
        elif what == "asked":
            redraws.append((kind, month, title))
        elif what == "set":
            to_publish.append((pk, month, kind, title, bool(drawn)))
    return Kept(
        activities=planned,
        panels=frozenset(known.get("sample", ())),
        set_aside=frozenset((duty.value, month) for duty in Duty for month in known.get(duty.value, ())),
        first=next(iter(known.get("first", ())), None),
        last=next(iter(known.get("last", ())), None),
        begun=next(iter(known.get("begun", ())), None),
        unsent=tuple(not_sent),
        asked=tuple(redraws),
        to_publish=tuple(to_publish),
    )


def facts_known(reader: User | None, *, on: date) -> QuerySet[Activity, tuple[Any, ...]]:
    """The question of `read_duties`: a row for each thing that is known, what it is first."""
    empty = (Value(0), Value(""), Value(""), Value(""), Value(False))
    finalised = Audit.objects.final().order_by()
    last = finalised.filter(finalised_at__gte=start_of(last_month(on)), finalised_at__lt=start_of(on.replace(day=1)))
    moments = (
        audits.values(what=Value(what))
        .annotate(month=Cast(TruncMonth(Min("finalised_at"), tzinfo=LONDON), DateField()))
        .values_list("what", "month", *empty)
        for what, audits in (("first", finalised), ("last", last))
    )
    activities = draws.with_drawn(Activity.objects.filter(month__lte=next_month(on))).order_by()
    asked = RedrawRequest.objects.filter(answer="", draw__state=Draw.State.DRAWN).order_by()
    unsent = Draw.objects.filter(sent=None, left_at=None, state=Draw.State.DRAWN).order_by()
    unsent = unsent.exclude(pk__in=asked.values("draw"))
    asked_on = Cast(TruncDate("asked_at", tzinfo=LONDON), DateField())
    begun = Audit.objects.order_by().values(what=Value("begun")).annotate(begun=Min("month"))
    sets = (publishing.drafts_to_publish(reader) if reader else SetDraft.objects.none()).order_by()
    sent_on = Cast(TruncDate("sent_at", tzinfo=LONDON), DateField())
    return activities.values_list(Value("activity"), "month", "pk", "kind", "title", "state", "drawn").union(
        *moments,
        begun.values_list("what", "begun", *empty),
        Panel.objects.order_by().values_list(Value("sample"), "month", *empty),
        SetAside.objects.order_by().values_list("duty", "month", *empty),
        unsent.values_list(Value("unsent"), "on", "pk", "ref", "ref", "state", Value(False)),
        asked.values_list(Value("asked"), asked_on, "pk", "draw__ref", "asked_by__name", Value(""), Value(False)),
        sets.values_list(Value("set"), sent_on, "pk", "sent_by__name", KT("spec__title"), Value(""), "is_tool"),
        all=True,
    )


def last_month(on: date) -> date:
    """The first day of the month before."""
    return (on.replace(day=1) - timedelta(days=1)).replace(day=1)


def next_month(on: date) -> date:
    """The first day of the month after."""
    return add_months(on.replace(day=1), 1)


def draws_owed(kept: Kept, *, on: date) -> list[Activity]:
    """What is still to be drawn, the earliest month first: what the programme plans up to next month, the core audits
    of next month, planned or not, and those of a month without any since the first that were drawn."""
    core = {activity.month for activity in kept.activities if activity.kind == Activity.Kind.CORE}
    drawn = [
        activity.month
        for activity in kept.activities
        if activity.kind == Activity.Kind.CORE and draws.is_drawn(activity)
    ]
    month = min(drawn, default=next_month(on))
    unplanned = []
    while month <= next_month(on):
        if month not in core:
            unplanned.append(Activity(month=month))
        month = add_months(month, 1)
    owed = [
        activity
        for activity in kept.activities
        if activity.draws_cases and activity.state == Activity.State.PLANNED and not draws.is_drawn(activity)
    ]
    owed = [activity for activity in [*owed, *unplanned] if (Duty.DRAW.value, activity.month) not in kept.set_aside]
    return sorted(owed, key=lambda activity: (activity.month, activity.kind != Activity.Kind.CORE, activity.pk or 0))


def samples_owed(kept: Kept, *, on: date) -> list[date]:
    """The months that are over, with finalised audits, whose panel's sample is not drawn, from the first that ever was:
    one query where a month before the last has none drawn, else no query."""
    months = kept.months_owed(Duty.PANEL, on=on, done=kept.panels)
    months = [month for month in months if month >= min(kept.panels, default=month)]
    owed = [month for month in months if month == kept.last]
    if earlier := tuple(month for month in months if month != last_month(on)):
        for answers in rows_for(None, months_finalised, months=earlier):
            owed += [month for month, finalised in zip(earlier, answers, strict=True) if finalised]
    return sorted(owed)


def months_finalised(_: None, *, months: tuple[date, ...]) -> QuerySet[Audit, tuple[Any, ...]]:
    """A row that says of each month when an audit was first finalised in it, or None: each by the index, whatever there
    is before and after it. No row where there are no audits."""
    final = Audit.objects.final().order_by("finalised_at").values("finalised_at")
    moments = [(start_of(month), start_of(next_month(month))) for month in months]
    finalised = [Subquery(final.filter(finalised_at__gte=first, finalised_at__lt=end)[:1]) for first, end in moments]
    return Audit.objects.order_by("finalised_at").values_list(*finalised)[:1]
