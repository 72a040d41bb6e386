"""Bank holidays that the council adds: one announced late moves the open working-day dates, and only those.

What was counted in months, chosen by a person, or is done stays as it is (lifecycle: Action, working days).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from audits.follow_up import case_note
from audits.models import Action, Audit
from audits.plan.smart_plan import IMMEDIATE_DAYS
from escalation.models import Step
from escalation.notice_texts import ActionMoved, StepMoved
from escalation.steps import dates
from people import absence, access, notices, trail
from people.models import User
from people.roles import Permission
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import day_in_words
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, written
from standards import timescales
from standards.models import BankHoliday

FARTHEST = 10
"""Years past the last known one for which a bank holiday may be added."""


@dataclass(frozen=True, slots=True)
class Year:
    """The bank holidays of one year, and whether working days can be counted in it."""

    year: int
    known: bool
    days: list[BankHoliday]


def years(*, on: date) -> list[Year]:
    """This year's bank holidays and those to come, year by year."""
    by_year: dict[int, list[BankHoliday]] = {}
    for day in BankHoliday.objects.select_related("added_by"):
        by_year.setdefault(day.on.year, []).append(day)
    known = timescales.known_years(day.on for days in by_year.values() for day in days)
    return [Year(year, year in known, days) for year, days in by_year.items() if year >= on.year]


def check_keep(*, by: User) -> None:
    """The QA Team (403)."""
    if not access.may(by, Permission.KEEP_CALENDAR):
        raise NotAllowed("The QA Officer or the Head of QA adds a bank holiday. Ask them.")


def check_new(on: date, *, today: date) -> None:
    """Refused (422): a weekend, a day that is one already, a year too far away."""
    if on.weekday() >= timescales.SATURDAY:
        raise Refused(f"{day_in_words(on)} is no working day as it is. Give the weekday that is kept.", "on")
    if BankHoliday.objects.filter(on=on).exists():
        raise Refused("That day is a bank holiday already.", "on")
    if not today.year - 1 <= on.year <= timescales.calendar().last + FARTHEST:
        raise Refused("That year is too far away. Check the date.", "on")


def add(*, on: date, title: str, by: User, at: datetime, today: date) -> list[Step | Action]:
    """Add a bank holiday, and count again what is open and was counted in working days; owners are told once.

    Returns what moved. Refused: not the QA Team (403); a weekend, a day already there, no name (422).
    """
    check_keep(by=by)
    title = written(title, "title", "Say what the day is called, for example “Day of national mourning”.", most=80)
    with trail.acting(by=by, at=at) as act:
        check_new(on, today=today)
        with timescales.one_calendar():
            open_steps, open_actions = list(steps()), list(actions())
        holiday = BankHoliday.objects.create(on=on, title=title, added_at=at, added_by=by)
        with timescales.one_calendar():
            moved: list[Step | Action] = [step for step in open_steps if move_step(act, step, title)]
            moved += [action for action, start, days in open_actions if move_action(act, action, start, days, title)]
        act.add("holiday.added", holiday, why=title, content={"moved": [dated.ref for dated in moved]})
        for dated in moved:
            notify_owner_of_new_date(act, dated, title)
    return moved


def steps() -> Iterator[Step]:
    """Open steps that were counted in working days, and still stand as they were counted. Locked."""
    rows = Step.objects.open().filter(counted_days__isnull=False).order_by("pk").select_for_update(of=("self",))
    for step in rows.select_related("escalation__audit", "owner"):
        if step.due_on == dates.recounted(step):
            yield step


def actions() -> Iterator[tuple[Action, date, int]]:
    """Open immediate actions of final audits whose date was counted in working days, with the day it was counted from
    and how many. Locked."""
    rows = Action.objects.filter(
        state=Action.State.OPEN, kind=Action.Kind.IMMEDIATE, audit__state=Audit.State.FINALISED
    )
    for action in rows.order_by("pk").select_for_update(of=("self",)).select_related("audit", "owner"):
        for start, days in starts(action.audit):
            if action.due_on == timescales.add_working_days(start, days):
                yield action, start, days
                break


def starts(audit: Audit) -> Iterator[tuple[date, int]]:
    """What an action's date may be counted from: the meeting, the panel's regrade, and a signature that came late."""
    if audit.met_on is not None:
        yield audit.met_on, IMMEDIATE_DAYS
    if audit.regraded_at is not None:
        yield day_of(audit.regraded_at), IMMEDIATE_DAYS
    if audit.finalised_at is not None and audit.met_on is not None and day_of(audit.finalised_at) > audit.met_on:
        yield day_of(audit.finalised_at), 1


def move_step(act: trail.Act, step: Step, title: str) -> bool:
    """Give a step the date that it counts to now. True if it moved."""
    now = dates.recounted(step)
    if now is None or now == step.due_on:
        return False
    was, step.due_on = step.due_on, now
    step.save(update_fields=["due_on"])
    act.add(
        "step.moved",
        step,
        was=step.state,
        now=step.state,
        why=holiday_reason(title),
        content={"was": was, "due_on": now},
    )
    return True


def move_action(act: trail.Act, action: Action, start: date, days: int, title: str) -> bool:
    """Give an action the date that it counts to now; its first date stays. True if it moved."""
    now = timescales.add_working_days(start, days)
    if now == action.due_on:
        return False
    was, action.due_on, action.version = action.due_on, now, action.version + 1
    action.save(update_fields=["due_on", "version"])
    content = {"was": was, "due_on": now}
    act.add("action.moved", action, was=action.state, now=action.state, why=holiday_reason(title), content=content)
    case_note.store_case_note(act, action.audit)
    return True


def holiday_reason(title: str) -> str:
    """The reason that the record gives."""
    return f"A bank holiday was added: {title}"


def notify_owner_of_new_date(act: trail.Act, dated: Step | Action, title: str) -> None:
    """Tell the owner of one deadline of its new date."""
    if dated.due_on is not None:
        notices.notify(
            to=absence.with_deputies([dated.owner], on=day_of(act.at)),
            text=StepMoved(dated, title) if isinstance(dated, Step) else ActionMoved(dated, title),
            key=f"{dated.ref}:moved:{dated.due_on}",
            at=act.at,
        )


def check_take_out(holiday: BankHoliday, *, by: User, today: date) -> None:
    """The QA Team (403); one that the council added and that is still to come (409)."""
    check_keep(by=by)
    if holiday.added_at is None:
        raise NotNow("That one came with the national list. Ask your system administrator where it is wrong.")
    if holiday.on <= today:
        raise NotNow("That day has come. It stays as it was counted.")


def remove_holiday(holiday: BankHoliday, *, by: User, at: datetime, today: date, why: str) -> None:
    """Take out a day that was added by mistake. Dates that it moved stay: nobody's deadline comes nearer unasked.

    Refused: not the QA Team (403), the national list's, or a day that has come (409), no reason (422).
    """
    check_take_out(holiday, by=by, today=today)
    why = written(why, "why", "Say why it is taken out.")
    with trail.acting(by=by, at=at) as act:
        act.add("holiday.removed", holiday, why=why, content={"title": holiday.title})
        holiday.delete()


def one_or_none(on: str) -> BankHoliday | None:
    """The bank holiday of a day as an address names it."""
    return BankHoliday.objects.filter(on=on).select_related("added_by").first()
