"""What no ladder chases: the month after an audit that is Good or better, what is done and waits to be checked, and
whether what was verified has lasted.

Supervision within the month and the entry on the child's file bind every audit (App. 2, after). Where an escalation is
open, its steps see to both; else whoever owes it is told at the date, and the QA Officer some days after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby

from django.db.models import Exists, OuterRef, Q

from audits.follow_up import actions, case_note
from audits.models import Action, Audit, Hold, LastingCheck, Supervision
from audits.plan.smart_plan import SUPERVISION_MONTHS
from escalation.notice_texts import ActionUnchecked, DidItLast, MonthNotDone
from escalation.steps import times
from escalation.steps.people import Who, owner, people
from people import absence, notices
from people.directory import holders
from people.models import Notice, User
from people.notice_texts import NoticeText
from people.roles import Role
from qualitycounts.base.clock import day_of
from standards.timescales import add_months, add_working_days, have_passed, working_days_between

SHORTEST_MONTH = timedelta(days=28)
"""No month is over sooner: a month back from the last of February is not the day whose month ends then."""
Reminder = tuple[str, Callable[[], list[User | None]], Callable[[], NoticeText]]
"""The key of a notice, and how to find out whom it goes to and what it says, once it is known to be new."""


def month_reminders(on: date, at: datetime) -> list[Notice]:
    """Every notice that is due by a day and was not given yet, whatever days had no sweep."""
    qa = list(holders(Role.QA_OFFICER, on=on))
    due = [*of_checks(on, qa), *of_lasting(on, qa)]
    said = notices.told_before(key for key, _, _ in due)
    new = [*of_months(on, qa), *((key, to(), text()) for key, to, text in due if key not in said)]
    return absence.notices_with_deputies(new, on=on, at=at)


def reached(days: int, due_on: date, *, on: date) -> bool:
    """Whether so many working days have passed since a date; none have on the date itself, whatever weekday it is."""
    return on >= due_on if days == 0 else have_passed(days, due_on, on=on)


def of_months(on: date, qa: list[User]) -> list[absence.Telling]:
    """Audits without an open escalation whose month is over with supervision or the entry on the file missing.

    Those told of already are many, and stay until the month's work is done: only the others are read whole.
    """
    talked = Exists(Supervision.objects.that_count().filter(audit=OuterRef("pk")))
    held = Exists(Hold.objects.filter(audit=OuterRef("pk"), lifted=None))
    missing = Q(talked=False) | Q(filed=None) | Q(chronology_needed=True, in_chronology_at=None)
    over = Audit.objects.filter(state=Audit.State.FINALISED, met_on__lte=on - SHORTEST_MONTH)
    rows = over.annotate(talked=talked, filed=case_note.filed(), held=held).filter(missing, held=False)
    due: dict[str, tuple[int, str, date]] = {}
    for pk, ref, met_on in rows.order_by("pk").values_list("pk", "ref", "met_on"):
        if met_on is None:
            continue
        due_on = add_months(met_on, SUPERVISION_MONTHS)
        for whom, days in (("owner", times.MONTH_OWNER), ("qa", times.MONTH_QA)):
            if reached(days.value(), due_on, on=on):
                due[f"{ref}:month:{due_on:%Y-%m-%d}:{whom}"] = pk, whom, due_on
    said = notices.told_before(due)
    new = {key: row for key, row in due.items() if key not in said}
    people_of = rows.select_related("keyworker__line_manager", "responsible_manager", "case__team", "team")
    audits = people_of.in_bulk([pk for pk, _, _ in new.values()])
    return [
        (key, owes(audits[pk], on) if whom == "owner" else qa, month_text(audits[pk], due_on, on))
        for key, (pk, whom, due_on) in new.items()
    ]


def month_text(audit: Audit, due_on: date, on: date) -> NoticeText:
    """What is said of a month that is over."""
    names = " and ".join(person.name for person in owes(audit, on) if person is not None) or "nobody at present"
    known = vars(audit)
    missing = [
        *(() if known["talked"] else ["No supervision is recorded."]),
        *(() if known["filed"] else [f"“{case_note.heading(audit)}” is not on the case file as it reads now."]),
    ]
    if audit.chronology_needed and audit.in_chronology_at is None:
        missing.append("It is not in the management chronology yet.")
    return MonthNotDone(audit, due_on, " ".join(missing), names, max(-working_days_between(on, due_on), 0))


def owes(audit: Audit, on: date) -> list[User | None]:
    """Who owes the month's work: the manager, and the keyworker, who puts the entry on the file."""
    return list(dict.fromkeys([*people(Who.MANAGER, audit, on=on), *people(Who.WORKER, audit, on=on)]))


def of_checks(on: date, qa: list[User]) -> Iterator[Reminder]:
    """Actions that are done and have waited too long to be signed or checked."""
    waiting = Action.objects.filter(state=Action.State.DONE, audit__state=Audit.State.FINALISED)
    rows = waiting.select_related("audit__case__team", "audit__responsible_manager", "owner", "done_by")
    for action in rows.order_by("pk"):
        if action.done_at is None:
            continue
        due_on = add_working_days(day_of(action.done_at), times.CHECK.value())
        key, text = f"{action.ref}:unchecked:{action.version}", partial(check_text, action, due_on)
        if reached(times.MONTH_OWNER.value(), due_on, on=on):
            yield f"{key}:owner", partial(actions.next_checkers, action, on=on), text
        if reached(times.MONTH_QA.value(), due_on, on=on):
            yield f"{key}:qa", partial(above_checkers, action, on, qa), text


def of_lasting(on: date, qa: list[User]) -> Iterator[Reminder]:
    """Verified actions of which the manager is asked whether they lasted: one notice an audit and day."""
    rows = LastingCheck.objects.to_answer().filter(due_on__lte=on).order_by("action__audit", "due_on", "action__number")
    people_of = ("action__audit__responsible_manager", "action__audit__case__team", "action__audit__team")
    checks = rows.select_related(*people_of, "action__audit__keyworker__line_manager")
    for (_, due_on), group in groupby(checks, key=lambda check: (check.action.audit_id, check.due_on)):
        asked = list(group)
        audit = asked[0].action.audit
        key, text = f"{audit.ref}:lasting:{due_on:%Y-%m-%d}", partial(lasting_text, audit, due_on, len(asked))
        if reached(times.MONTH_OWNER.value(), due_on, on=on):
            yield f"{key}:owner", partial(managers, audit, on), text
        if reached(times.MONTH_QA.value(), due_on, on=on):
            yield f"{key}:qa", partial(list, qa), text


def managers(audit: Audit, on: date) -> list[User | None]:
    """The responsible manager of an audit, or who manages its team now."""
    return [*people(Who.MANAGER, audit, on=on)]


def lasting_text(audit: Audit, due_on: date, count: int) -> NoticeText:
    """What is said of actions of which nobody has said whether they lasted."""
    return DidItLast(audit, due_on, count)


def check_text(action: Action, due_on: date) -> NoticeText:
    """What is said of an action that waits to be checked."""
    return ActionUnchecked(action, due_on)


def above_checkers(action: Action, on: date, qa: list[User]) -> list[User | None]:
    """Who is told of a check that is late: the QA Officers, or the Head of QA where it is theirs."""
    checkers = actions.next_checkers(action, on=on)
    return [owner(Who.HEAD_OF_QA, action.audit, on=on)] if any(each in checkers for each in qa) else [*qa]
