"""Doing and checking: an action is done with evidence, and another person sees that it is (App. 2, after).

Nobody checks their own. An immediate action is checked by the QA Officer, after the Head of Service has signed it
where the audit is on the path of Inadequate; a worker's action by the responsible manager; a manager's by the QA
Officer (lifecycle: Action). Every rule locks the audit and takes the version the page showed: two clicks are one act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile

from audits import states
from audits.follow_up import case_note, lasting
from audits.follow_up.acting_as import (
    Part,
    acting_as_manager,
    as_checker,
    as_head,
    as_owner,
    asks_head,
    asks_manager,
    checks_for_qa,
    director_signs,
    owns,
)
from audits.locking import lock_audit
from audits.managers import head_of_service
from audits.models import Action, ActionFile, Audit
from audits.notice_texts import AboutAction, ActionDone, ActionSentBack, ActionSigned, ActionsSigned
from audits.plan.evidence_words import check_evidence_words
from audits.signals import action_signed
from people import absence, files, notices, trail
from people.directory import holders
from people.models import User
from people.roles import Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import day_in_words
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale, allows, written
from standards.grades import word_of

Check = Callable[..., None]


@contextmanager
def locked_action(
    action: Action, check: Check, part: Part, *, by: User, at: datetime, version: int, why: str | None = None
) -> Iterator[tuple[Action, trail.Act]]:
    """Lock an action with its audit, once `check` lets `by` at it. Its version goes up at the end, and the trail says
    whose `part` a deputy plays.

    Refused: whatever `check` refuses; (Stale, 409) changed since the page was opened; (422) no reason where asked.
    """
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(action.audit)
        fresh = Action.objects.select_for_update().get(pk=action.pk)
        fresh.audit = audit
        check(fresh, by=by, on=day_of(at))
        if fresh.version != version:
            raise Stale("Someone changed this action since you opened it. Read it again.", current=fresh.evidence)
        if why is not None:
            written(why, "why", "Say why. The reason stays with the action.")
        act.plays(part(fresh, by=by, on=day_of(at)))
        yield fresh, act
        fresh.version += 1
        fresh.save()
        case_note.store_case_note(act, audit)


def check_live(action: Action) -> None:
    """Refused (409) unless the action's audit is final and not closed."""
    if action.audit.state != Audit.State.FINALISED:
        raise NotNow(
            f"Audit {action.audit.ref} is {action.audit.get_state_display().lower()}, so its actions stay as they are."
        )


def check_move(action: Action, act: str) -> None:
    """Refused (409) unless the table of states lets the act happen now."""
    check_live(action)
    states.ACTION.check(action.state, act)


def check_do(action: Action, *, by: User, on: date) -> None:
    """The owner or their deputy (403), while it is to do (409)."""
    if not owns(action, by):
        owner = action.owner.name if action.owner else "Nobody at present"
        raise NotAllowed(f"{owner} owns this action. Only its owner, or their deputy, can say that it is done.")
    check_move(action, "do")


def complete_action(
    action: Action,
    *,
    by: User,
    at: datetime,
    evidence: str,
    version: int,
    done_on: date | None = None,
    file: UploadedFile[bytes] | None = None,
) -> Action:
    """Complete an action, as its owner, on the day given (today, if none is), with the evidence: what can be seen, and
    where; a file with it if they like. Whether it was done in time goes by that day.

    Whoever checks it is told. Refused: not the owner (403), not to do (409), changed since (Stale, 409), no evidence or
    words such as “ASAP” that show none, a day before the meeting or after today, or a file that `people.files` does not
    keep (422, 413).
    """
    with locked_action(action, check_do, as_owner, by=by, at=at, version=version) as (fresh, act):
        check_evidence_words(evidence, "evidence", "Say what shows that it is done, and where on the file to see it.")
        fresh.state, fresh.evidence, fresh.returned_why = Action.State.DONE, evidence.strip(), ""
        fresh.done_on, fresh.done_at, fresh.done_by = done_on or day_of(at), at, by
        check_done_on(fresh.done_on, action=fresh, today=day_of(at))
        if file is not None:
            ActionFile.objects.create(action=fresh, file=files.store(file, by=by, at=at))
        act.add(
            "action.done",
            fresh,
            was=action.state,
            now=fresh.state,
            content={"evidence": fresh.evidence, "done_on": fresh.done_on},
        )
        notify_about_action(ActionDone(fresh, by), to=next_checkers(fresh, on=day_of(at)), what="done", at=at)
    return fresh


def check_done_on(on: date, *, action: Action, today: date) -> None:
    """Refused (422) for a day that has not come, or before the meeting that agreed it."""
    met_on = action.audit.met_on
    if on > today:
        raise Refused("That day has not come yet. Give the day on which it was done.", "done_on")
    if met_on is not None and on < met_on:
        raise Refused(f"That is before the audit’s meeting on {day_in_words(met_on)}.", "done_on")


def check_not_own(action: Action, by: User) -> None:
    """Refused (403) to whoever owns it or did it."""
    if by.pk in (action.owner_id, action.done_by_id):
        raise NotAllowed("Nobody checks their own action. It waits for another person.")


def check_countersign(action: Action, *, by: User, on: date) -> None:
    """The Head of Service of the case, or the Assistant Director where it is that Head's own (403); once (409)."""
    check_not_own(action, by)
    if as_head(action, by=by, on=on) is None:
        raise NotAllowed("The Head of Service of this case signs it.")
    check_move(action, "countersign")
    if not asks_head(action):
        raise NotNow("This action needs no signature of a Head of Service: the QA Officer checks it.")
    if action.countersigned_at is not None:
        raise NotNow("This action is signed already. It waits for the QA Officer.")


def countersign_action(action: Action, *, by: User, at: datetime, version: int) -> Action:
    """The Head of Service signs an immediate action on the path of Inadequate, before the QA Officer checks it.

    Refused: one's own, or not the Head of Service (403), not done, no signature needed or signed already (409).
    """
    with locked_action(action, check_countersign, as_head, by=by, at=at, version=version) as (fresh, act):
        fresh.countersigned_at, fresh.countersigned_by = at, by
        act.add("action.countersigned", fresh, was=fresh.state, now=fresh.state)
        to = next_checkers(fresh, on=day_of(at))
        notify_about_action(ActionSigned(fresh, by), to=to, what="countersigned", at=at)
        fresh.save()
        action_signed.send(sender=Action, audit=fresh.audit, by=by, at=at)
    return fresh


def sign_done(act: trail.Act, audit: Audit) -> None:
    """One signature for every immediate action that is done: the Head of Service's, given on the escalation's step."""
    waiting = audit.actions.filter(kind=Action.Kind.IMMEDIATE, state=Action.State.DONE, countersigned_at=None)
    signed = list(waiting.select_for_update())
    for action in signed:
        action.audit = audit
        action.countersigned_at, action.countersigned_by = act.at, act.by
        action.version += 1
        action.save()
        act.add("action.countersigned", action, was=action.state, now=action.state)
    if signed and act.by is not None:
        case_note.store_case_note(act, audit)
        officers = holders(Role.QA_OFFICER, on=day_of(act.at))
        notices.notify(
            to=absence.with_deputies(officers, on=day_of(act.at)),
            text=ActionsSigned(audit, act.by, len(signed)),
            key=f"{audit.ref}:actions_signed:{','.join(action.ref for action in signed)}:{signed[0].version}",
            at=act.at,
        )


def check_checker(action: Action, *, by: User, on: date) -> None:
    """Whether `by` is the one who checks this action; refused (403) with who does."""
    check_not_own(action, by)
    if not asks_manager(action):
        if not checks_for_qa(by):
            raise NotAllowed("The QA Officer checks this action.")
        return
    if acting_as_manager(action, by=by, on=on) is None:
        manager = action.audit.responsible_manager
        manager_works_here = manager is not None and manager.works_here(on)
        who = f"{manager}, the responsible manager," if manager_works_here else "A manager of the team"
        raise NotAllowed(f"{who} checks this action.")


def check_verify(action: Action, *, by: User, on: date) -> None:
    """The right checker (403), once it is done and, where it must be, signed by the Head of Service (409)."""
    check_checker(action, by=by, on=on)
    check_move(action, "verify")
    if asks_head(action) and action.countersigned_at is None:
        raise NotNow(f"The audit is {word_of(action.audit.grade)}, so the Head of Service signs this action first.")


def verify_action(action: Action, *, by: User, at: datetime, version: int) -> Action:
    """Verify an action: another person than the doer has seen on the record that it is done.

    Refused: one's own, or not the one who checks it (403), not done or not yet signed by the Head of Service (409).
    """
    with locked_action(action, check_verify, as_checker, by=by, at=at, version=version) as (fresh, act):
        fresh.state, fresh.verified_at, fresh.verified_by = Action.State.VERIFIED, at, by
        act.add("action.verified", fresh, was=action.state, now=fresh.state)
        lasting.begin_check(act, fresh)
    return fresh


def check_send_back(action: Action, *, by: User, on: date) -> None:
    """Whoever checks it, or signs it as Head of Service (403), while it is done (409)."""
    check_not_own(action, by)
    if not (asks_head(action) and as_head(action, by=by, on=on)):
        check_checker(action, by=by, on=on)
    check_move(action, "return")


def send_back_action(action: Action, *, by: User, at: datetime, why: str, version: int) -> Action:
    """Send an action back to its owner with what is still missing; they are told, and its date stays.

    Refused: not the one who checks it (403), not done (409), no reason (422).
    """
    with locked_action(action, check_send_back, as_checker, by=by, at=at, version=version, why=why) as (fresh, act):
        check_evidence_words(why, "why", "Say what is still missing, so that its owner can put it right.")
        fresh.state, fresh.returned_why = Action.State.OPEN, why.strip()
        fresh.done_on = fresh.done_at = fresh.done_by = fresh.countersigned_at = fresh.countersigned_by = None
        act.add(
            "action.returned", fresh, was=action.state, now=fresh.state, why=why, content={"evidence": fresh.evidence}
        )
        notify_about_action(ActionSentBack(fresh, by), to=[fresh.owner], what="returned", at=at)
    return fresh


def next_checkers(action: Action, *, on: date) -> list[User | None]:
    """Whom an action that is done waits for now."""
    if asks_head(action) and action.countersigned_at is None:
        head = head_of_service(action.audit.case.team, on=on)
        free = head is not None and head.pk not in (action.owner_id, action.done_by_id)
        left = Action.objects.filter(director_signs(on=on), pk=action.pk).exists()
        return [head if free else None, holders(Role.ASSISTANT_DIRECTOR, on=on).first() if left else None]
    if asks_manager(action):
        manager, team = action.audit.responsible_manager, action.audit.case.team
        if manager is not None and manager.works_here(on):
            return [manager]
        managers = (
            [person for person in holders(Role.TEAM_MANAGER, on=on, team=team) if person != action.owner]
            if team
            else []
        )
        return [*managers] or [*holders(Role.QA_OFFICER, on=on)]
    return list(holders(Role.QA_OFFICER, on=on))


def notify_about_action(text: AboutAction, *, to: list[User | None], what: str, at: datetime) -> None:
    """Tell people of one turn of one action: once for each version of it."""
    notices.notify(
        to=absence.with_deputies(to, on=day_of(at)),
        text=text,
        key=f"{text.action.ref}:{what}:{text.action.version}",
        at=at,
    )


CHECKS: dict[str, Check] = {
    "do": check_do,
    "countersign": check_countersign,
    "verify": check_verify,
    "send_back": check_send_back,
}
"""Each act of doing and checking, with what lets it happen; the most urgent first."""


def allowed(action: Action, checks: Mapping[str, Check], *, by: User, on: date) -> list[str]:
    """Which of these acts the person may do now: what the page offers."""
    return [act for act, check in checks.items() if allows(check, action, by=by, on=on)]
