"""After the meeting: supervision, the child's file, the management chronology, and closing (App. 2, after).

Whoever manages or holds the case says what was done on it; the QA Officer closes, once nothing is missing.
"""

from __future__ import annotations

from datetime import date, datetime

from audits import states
from audits.access import in_the_part_of
from audits.follow_up import case_note
from audits.locking import lock_audit
from audits.models import Action, Audit, Supervision
from audits.notice_texts import AuditClosed, EntryTakenBack
from audits.plan.evidence_words import check_evidence_words
from people import access, notices, trail
from people.models import User
from people.roles import Permission, Scope
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import day_in_words
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale, written

ON_FILE = ("on_file_on", "on_file_at", "on_file_by")
TICKS = {
    "file": ("on the case file", ON_FILE),
    "chronology": ("in the management chronology", ("in_chronology_at", "in_chronology_by")),
}
"""What may be taken back: where the entry is said to be, and the fields that say so, by whom and when last."""


def acting_as_case_manager(audit: Audit, by: User) -> User | None:
    """Whose part `by` plays as manager of the case: their own, as the responsible manager or the team's, or that of one
    of them who is away; None where it is neither."""
    reached = in_the_part_of(by, Permission.COMPLETE_ACTION, audit.case, Scope.TEAM)
    if by.pk == audit.responsible_manager_id or reached == by:
        return by
    return audit.responsible_manager if access.stands_in(by, audit.responsible_manager_id) else reached


def manages_case(audit: Audit, by: User) -> bool:
    """Whether the person is the responsible manager, manages the case's team, or stands in for one who does."""
    return acting_as_case_manager(audit, by) is not None


def as_holder(audit: Audit, by: User) -> User | None:
    """Whose part `by` plays as keyworker or manager of the case."""
    return by if by.pk == audit.keyworker_id else acting_as_case_manager(audit, by)


def check_manages(audit: Audit, by: User) -> None:
    """Refused (403) unless `by` manages the case; (409) unless the audit is final and not closed."""
    if not manages_case(audit, by):
        raise NotAllowed("The responsible manager does this. Ask them.")
    check_following(audit)


def check_holds(audit: Audit, by: User) -> None:
    """Refused (403) unless `by` manages or holds the case; (409) unless the audit is final and not closed."""
    if by.pk != audit.keyworker_id and not manages_case(audit, by):
        raise NotAllowed("The keyworker or the responsible manager does this: it is their file.")
    check_following(audit)


def check_following(audit: Audit) -> None:
    """Refused (409) unless the audit is final and not closed."""
    if audit.state != Audit.State.FINALISED:
        raise NotNow(f"Audit {audit.ref} is {audit.get_state_display().lower()}, so what follows it stays as it is.")


def can_follow_up(audit: Audit, *, by: User) -> bool:
    """Whether `check_holds` lets the person in: keyworker or manager, while it is open."""
    return audit.state == Audit.State.FINALISED and (by.pk == audit.keyworker_id or manages_case(audit, by))


def can_manage(audit: Audit, *, by: User) -> bool:
    """Whether `check_manages` lets the person in: a manager of the case, while it is open."""
    return audit.state == Audit.State.FINALISED and manages_case(audit, by)


def check_day(on: date, *, audit: Audit, today: date) -> None:
    """Refused (422) for a day before the meeting or after today."""
    if on > today:
        raise Refused("That day has not come yet. Give the day on which it was done.", "on")
    if audit.met_on is not None and on < audit.met_on:
        raise Refused(f"That is before the audit’s meeting on {day_in_words(audit.met_on)}.", "on")


def record_supervision(audit: Audit, *, by: User, at: datetime, on: date, discussed: str) -> Supervision:
    """The audit was talked through in supervision on a day; what was said of it, in a few sentences.

    Refused: neither keyworker nor manager (403), not final or closed, or recorded already (409), no words or a day
    outside the meeting and today (422).
    """
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        check_holds(audit, by)
        act.plays(as_holder(audit, by))
        check_day(on, audit=audit, today=day_of(at))
        check_evidence_words(discussed, "discussed", "Say what was talked about and decided.")
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
        case_note.store_case_note(act, audit)
    return supervision


def confirm_on_file(audit: Audit, *, by: User, at: datetime, on: date, version: int | None = None) -> Audit:
    """A named person says that the actions taken are on the child's file, under "Audit Action Plan – Month", and when.

    Said again once the entry has changed; the trail keeps each time. `version` is the number of the entry that the page
    showed. Refused: neither keyworker nor manager (403), not final or closed, said already of what stands, or changed
    since the page showed it (409), a day outside the meeting and today (422).
    """
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        check_holds(audit, by)
        act.plays(as_holder(audit, by))
        if case_note.stands_on_file(audit):
            raise NotNow(f"{audit.on_file_by} said so already. Nothing more is needed.")
        check_day(on, audit=audit, today=day_of(at))
        newest = audit.case_notes.first()
        if version is not None and newest is not None and newest.number != version:
            raise Stale("The entry has changed since you opened this page. Copy it again, then say so.")
        audit.on_file_on, audit.on_file_at, audit.on_file_by = on, at, by
        audit.save(update_fields=ON_FILE)
        content = {"on": on, "version": newest.number if newest else None}
        act.add("audit.on_file", audit, was=audit.state, now=audit.state, content=content)
    return audit


def check_take_back(audit: Audit, *, by: User) -> None:
    """Refused: neither keyworker, manager nor QA Team (403), not final or closed (409)."""
    if not access.sees_all(by, Permission.VERIFY_ACTION):
        check_holds(audit, by)
    check_following(audit)


def take_tick_back(audit: Audit, *, by: User, at: datetime, which: str, why: str) -> Audit:
    """Take back, with a reason, that the entry is on the file or in the management chronology (`which` is "file" or
    "chronology"): it is to be done. Who had said so stays in the trail; keyworker and manager are told.

    Refused: as `check_take_back`, or not said (409), no reason (422).
    """
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        check_take_back(audit, by=by)
        if not access.sees_all(by, Permission.VERIFY_ACTION):
            act.plays(as_holder(audit, by))
        if which not in TICKS:
            raise Refused("Choose which of the two it is.", "which")
        where, fields = TICKS[which]
        said_at, said_by = (getattr(audit, name) for name in fields[-2:])
        if said_at is None:
            raise NotNow(f"Nobody has said that it is {where}. Open the page again.")
        why = written(why, "why", "Say why it is not there. The reason stays with the audit.")
        for name in fields:
            setattr(audit, name, None)
        audit.save(update_fields=fields)
        content = {"which": which, "said_at": said_at, "said_by": said_by.pk}
        act.add("audit.tick_taken_back", audit, was=audit.state, now=audit.state, why=why, content=content)
        notices.notify(
            to=[person for person in (audit.keyworker, audit.responsible_manager) if person != by],
            text=EntryTakenBack(audit, by, where),
            key=f"{audit.ref}:taken_back:{which}:{at:%Y-%m-%dT%H:%M:%S.%f}",
            at=at,
        )
    return audit


def say_chronology(audit: Audit, *, by: User, at: datetime, needed: bool) -> Audit:
    """A manager of the case says whether the audit belongs in the management chronology. Until it is there, it waits.

    Refused: not a manager of the case or the QA Officer (403), not final or closed, or entered already (409).
    """
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        if not access.sees_all(by, Permission.VERIFY_ACTION):
            check_manages(audit, by)
            act.plays(acting_as_case_manager(audit, by))
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
        audit = lock_audit(audit)
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
    sentences = []
    to_do = audit.actions.filter(state=Action.State.OPEN).count()
    if to_do:
        sentences.append(f"{to_do} {'action is' if to_do == 1 else 'actions are'} still to do.")
    if not audit.supervisions.that_count().exists():
        again = " since the panel changed its grade" if audit.supervisions.exists() else ""
        sentences.append(f"No supervision is recorded{again}.")
    if audit.on_file_at is None:
        sentences.append(f"“{case_note.heading(audit)}” is not on the case file yet.")
    elif case_note.has_changed(audit):
        sentences.append(
            f"“{case_note.heading(audit)}” has changed since it was put on the case file: put it there again."
        )
    if audit.chronology_needed and audit.in_chronology_at is None:
        sentences.append("It is not in the management chronology yet.")
    return sentences


def missing_for_closing(audit: Audit) -> list[str]:
    """What keeps the audit from closing, as sentences; empty when nothing does (lifecycle: closed)."""
    sentences = undone(audit)
    unchecked = audit.actions.filter(state=Action.State.DONE).count()
    if unchecked:
        sentences.append(f"{unchecked} {'action waits' if unchecked == 1 else 'actions wait'} to be checked.")
    holds = audit.holds.filter(lifted=None).count()
    if holds:
        sentences.append("An escalation is still open." if holds == 1 else f"{holds} escalations are still open.")
    return sentences


def check_close_audit(audit: Audit, *, by: User) -> None:
    """Refused: not the QA Team (403), not final, or anything missing (409)."""
    if not access.sees_all(by, Permission.VERIFY_ACTION):
        raise NotAllowed("The QA Officer closes an audit.")
    states.AUDIT.check(audit.state, "close")
    missing = missing_for_closing(audit)
    if missing:
        raise NotNow(f"It cannot be closed yet. {' '.join(missing)}")


def close_audit(audit: Audit, *, by: User, at: datetime) -> Audit:
    """The QA Officer closes an audit that nothing is missing from; keyworker, auditor and manager are told.

    Refused: not the QA Team (403); not final, an action unchecked, no supervision, nothing on the file, or held (409).
    """
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        check_close_audit(audit, by=by)
        was, audit.state = audit.state, states.AUDIT.check(audit.state, "close")
        audit.closed_at, audit.closed_by = at, by
        audit.save(update_fields=["state", "closed_at", "closed_by"])
        act.add("audit.closed", audit, was=was, now=audit.state)
        checked = audit.actions.filter(state=Action.State.VERIFIED).count()
        notices.notify(
            to=[audit.keyworker, audit.auditor, audit.responsible_manager],
            text=AuditClosed(audit, checked),
            key=f"{audit.ref}:closed",
            at=at,
        )
    return audit
