"""After the meeting: supervision, the child's file, the management chronology, and closing (App. 2, after).

Whoever manages or holds the case says what was done on it; the QA Officer closes, once nothing is missing.
"""

from __future__ import annotations

from datetime import date, datetime

from audits import states
from audits.access import in_the_part_of
from audits.case_note import heading
from audits.models import Action, Audit, Supervision
from audits.room import locked
from people import access, notices, trail
from people.models import User
from people.roles import Permission, Scope
from qualitycounts.clock import day_of
from qualitycounts.refusals import NotAllowed, NotNow, Refused


def as_manager(audit: Audit, by: User) -> User | None:
    """Whose part `by` plays as manager of the case: their own, as the responsible manager or the team's, or that of one
    of them who is away; None where it is neither."""
    reached = in_the_part_of(by, Permission.COMPLETE_ACTION, audit.case, Scope.TEAM)
    if by.pk == audit.responsible_manager_id or reached == by:
        return by
    return audit.responsible_manager if access.stands_in(by, audit.responsible_manager_id) else reached


def manages(audit: Audit, by: User) -> bool:
    """Whether the person is the responsible manager, manages the case's team, or stands in for one who does."""
    return as_manager(audit, by) is not None


def as_holder(audit: Audit, by: User) -> User | None:
    """Whose part `by` plays as keyworker or manager of the case."""
    return by if by.pk == audit.keyworker_id else as_manager(audit, by)


def check_manages(audit: Audit, by: User) -> None:
    """Refused (403) unless `by` manages the case; (409) unless the audit is final and not closed."""
    if not manages(audit, by):
        raise NotAllowed("The responsible manager does this. Ask them.")
    check_following(audit)


def check_holds(audit: Audit, by: User) -> None:
    """Refused (403) unless `by` manages or holds the case; (409) unless the audit is final and not closed."""
    if by.pk != audit.keyworker_id and not manages(audit, by):
        raise NotAllowed("The keyworker or the responsible manager does this: it is their file.")
    check_following(audit)


def check_following(audit: Audit) -> None:
    """Refused (409) unless the audit is final and not closed."""
    if audit.state != Audit.State.FINALISED:
        raise NotNow(f"Audit {audit.ref} is {audit.get_state_display().lower()}, so what follows it stays as it is.")


def can_follow_up(audit: Audit, *, by: User) -> bool:
    """Whether `check_holds` lets the person in: keyworker or manager, while it is open."""
    return audit.state == Audit.State.FINALISED and (by.pk == audit.keyworker_id or manages(audit, by))


def can_manage(audit: Audit, *, by: User) -> bool:
    """Whether `check_manages` lets the person in: a manager of the case, while it is open."""
    return audit.state == Audit.State.FINALISED and manages(audit, by)


def check_day(on: date, *, audit: Audit, today: date) -> None:
    """Refused (422) for a day before the meeting or after today."""
    if on > today:
        raise Refused("That day has not come yet. Give the day on which it was done.", "on")
    if audit.met_on is not None and on < audit.met_on:
        raise Refused(
            f"That is before the audit’s meeting on {audit.met_on:%A} {audit.met_on.day} {audit.met_on:%B %Y}.", "on"
        )


def record_supervision(audit: Audit, *, by: User, at: datetime, on: date, discussed: str) -> Supervision:
    """The audit was talked through in supervision on a day; what was said of it, in a few sentences.

    Refused: neither keyworker nor manager (403), not final or closed, or recorded already (409), no words or a day
    outside the meeting and today (422).
    """
    with trail.acting(by=by, at=at) as act:
        audit = locked(audit)
        check_holds(audit, by)
        act.plays(as_holder(audit, by))
        check_day(on, audit=audit, today=day_of(at))
        if not discussed.strip():
            raise Refused("Say what was talked about and decided.", "discussed")
        if audit.supervisions.filter(on=on, discussed=discussed.strip()).exists():
            raise NotNow("This supervision is recorded already.")
        supervision = Supervision.objects.create(
            audit=audit, on=on, discussed=discussed.strip(), recorded_at=at, recorded_by=by
        )
        act.add(
            "supervision.recorded",
            audit,
            was=audit.state,
            now=audit.state,
            content={"on": on, "discussed": supervision.discussed},
        )
    return supervision


def put_on_file(audit: Audit, *, by: User, at: datetime, on: date) -> Audit:
    """A named person says that the actions taken are on the child's file, under "Audit Action Plan – Month", and when.

    Refused: neither keyworker nor manager (403), not final or closed, or said already (409), a day outside the
    meeting and today (422).
    """
    with trail.acting(by=by, at=at) as act:
        audit = locked(audit)
        check_holds(audit, by)
        act.plays(as_holder(audit, by))
        if audit.on_file_at is not None:
            raise NotNow(f"{audit.on_file_by} said so already. Nothing more is needed.")
        check_day(on, audit=audit, today=day_of(at))
        audit.on_file_on, audit.on_file_at, audit.on_file_by = on, at, by
        audit.save(update_fields=["on_file_on", "on_file_at", "on_file_by"])
        act.add("audit.on_file", audit, was=audit.state, now=audit.state, content={"on": on})
    return audit


def say_chronology(audit: Audit, *, by: User, at: datetime, needed: bool) -> Audit:
    """A manager of the case says whether the audit belongs in the management chronology. Until it is there, it waits.

    Refused: not a manager of the case or the QA Officer (403), not final or closed, or entered already (409).
    """
    with trail.acting(by=by, at=at) as act:
        audit = locked(audit)
        if not access.sees_all(by, Permission.VERIFY_ACTION):
            check_manages(audit, by)
            act.plays(as_manager(audit, by))
        check_following(audit)
        if audit.in_chronology_at is not None:
            raise NotNow(f"{audit.in_chronology_by} has entered it in the management chronology already.")
        was, audit.chronology_needed = audit.chronology_needed, needed
        audit.save(update_fields=["chronology_needed"])
        act.add("audit.chronology_asked", audit, was=audit.state, now=audit.state, content={"was": was, "now": needed})
    return audit


def put_in_chronology(audit: Audit, *, by: User, at: datetime) -> Audit:
    """A named person says that the audit is entered in the management chronology, today.

    Refused: neither keyworker nor manager (403), not final or closed, or said already (409).
    """
    with trail.acting(by=by, at=at) as act:
        audit = locked(audit)
        check_holds(audit, by)
        act.plays(as_holder(audit, by))
        if audit.in_chronology_at is not None:
            raise NotNow(f"{audit.in_chronology_by} said so already. Nothing more is needed.")
        audit.chronology_needed, audit.in_chronology_at, audit.in_chronology_by = True, at, by
        audit.save(update_fields=["chronology_needed", "in_chronology_at", "in_chronology_by"])
        act.add("audit.in_chronology", audit, was=audit.state, now=audit.state)
    return audit


def answer_chronology(audit: Audit, *, by: User, at: datetime, answer: str) -> Audit:
    """One answer for both: "entered" says it is there, "needed" and "not_needed" whether it belongs there."""
    if answer == "entered":
        return put_in_chronology(audit, by=by, at=at)
    return say_chronology(audit, by=by, at=at, needed=answer == "needed")


def undone(audit: Audit) -> list[str]:
    """What managers and worker still owe: actions to do, the supervision, the entry on the file. Sentences."""
    found = []
    to_do = audit.actions.filter(state=Action.State.OPEN).count()
    if to_do:
        found.append(f"{to_do} {'action is' if to_do == 1 else 'actions are'} still to do.")
    if not audit.supervisions.that_count().exists():
        again = " since the panel changed its grade" if audit.supervisions.exists() else ""
        found.append(f"No supervision is recorded{again}.")
    if audit.on_file_at is None:
        found.append(f"“{heading(audit)}” is not on the case file yet.")
    if audit.chronology_needed and audit.in_chronology_at is None:
        found.append("It is not in the management chronology yet.")
    return found


def missing(audit: Audit) -> list[str]:
    """What keeps the audit from closing, as sentences; empty when nothing does (lifecycle: closed)."""
    found = undone(audit)
    unchecked = audit.actions.filter(state=Action.State.DONE).count()
    if unchecked:
        found.append(f"{unchecked} {'action waits' if unchecked == 1 else 'actions wait'} to be checked.")
    holds = audit.holds.filter(lifted=None).count()
    if holds:
        found.append("An escalation is still open." if holds == 1 else f"{holds} escalations are still open.")
    return found


def check_close(audit: Audit, *, by: User) -> None:
    """Refused: not the QA Team (403), not final, or anything missing (409)."""
    if not access.sees_all(by, Permission.VERIFY_ACTION):
        raise NotAllowed("The QA Officer closes an audit.")
    states.AUDIT.check(audit.state, "close")
    found = missing(audit)
    if found:
        raise NotNow(f"It cannot be closed yet. {' '.join(found)}")


def can_close(audit: Audit, *, by: User) -> bool:
    """Whether `check_close` lets it through."""
    try:
        check_close(audit, by=by)
    except Refused:
        return False
    return True


def close(audit: Audit, *, by: User, at: datetime) -> Audit:
    """The QA Officer closes an audit that nothing is missing from; keyworker, auditor and manager are told.

    Refused: not the QA Team (403); not final, an action unchecked, no supervision, nothing on the file, or held (409).
    """
    with trail.acting(by=by, at=at) as act:
        audit = locked(audit)
        check_close(audit, by=by)
        was, audit.state = audit.state, states.AUDIT.check(audit.state, "close")
        audit.closed_at, audit.closed_by = at, by
        audit.save(update_fields=["state", "closed_at", "closed_by"])
        act.add("audit.closed", audit, was=was, now=audit.state)
        notices.tell(
            to=[audit.keyworker, audit.auditor, audit.responsible_manager],
            key=f"{audit.ref}:closed",
            subject=f"Audit {audit.ref} is closed",
            body=f"Every action of audit {audit.ref} is checked and on the file. Thank you: nothing more is needed.",
            link=f"/audits/{audit.ref}/",
            at=at,
        )
    return audit
