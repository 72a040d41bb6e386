"""A case that moves to another team or worker, or closes, while an escalation is open: both sides are told.

Whoever answers for the child now has what is still to do; what was done stays theirs who did it. The sweep looks at
what extracts changed since each escalation opened, so that no day without one loses a move (lifecycle: Escalation).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from audits.follow_up import case_note
from audits.managers import head_of_service
from audits.models import Action, Audit, Case, CaseChange
from escalation.access import visible_escalations
from escalation.models import Escalation, Step
from escalation.notice_texts import CaseMoved, CaseMovedAway
from escalation.steps.owners import give_step_to
from escalation.steps.people import Who, people
from escalation.steps.step_kind import kind_of
from people import absence, notices, trail
from people.directory import holders
from people.models import Team, User
from people.roles import Role

FIELDS = ("team", "worker", "state")
"""What an extract changes of a case that matters here."""
Moves = dict[tuple[int, bool], list[CaseChange]]
"""What each extract changed of one case since its escalation opened, by its key and whether it was taken back."""


def moves_of(escalations: Iterable[Escalation]) -> dict[int, Moves]:
    """What extracts changed of the cases of these escalations since each opened, by its key. One question."""
    opened = {escalation.pk: escalation for escalation in escalations}
    cases = {escalation.audit.case_id for escalation in opened.values()}
    by_case: dict[int, list[CaseChange]] = defaultdict(list)
    changes = CaseChange.objects.filter(case__in=cases, field__in=FIELDS).select_related("made_by")
    for change in changes.order_by("pk") if cases else ():
        by_case[change.case_id].append(change)
    moves: dict[int, Moves] = {}
    for key, escalation in opened.items():
        for change in by_case.get(escalation.audit.case_id, ()):
            at = moment_of(change)
            if at is not None and at >= escalation.opened:
                move = moves.setdefault(key, {})
                move.setdefault((change.made_by_id, change.taken_back), []).append(change)
    return moves


def moment_of(change: CaseChange) -> datetime | None:
    """When it was changed: as the extract was applied, or taken back."""
    return change.made_by.taken_back if change.taken_back else change.made_by.applied


def move_in_words(changes: Iterable[CaseChange], case: Case) -> str:
    """What changed, in a sentence: The case moved from North to South and closed."""
    words = []
    for change in changes:
        if change.field == "team":
            words.append(f"moved from {change.was or 'no team'} to {change.now or 'no team'}")
        elif change.field == "worker":
            words.append(f"has another worker, {case.keyworker or 'nobody at present'}")
        else:
            words.append("closed" if case.closed_on else "is open again")
    return f"The case {' and '.join(dict.fromkeys(words))}."


def banners(escalation: Escalation) -> list[str]:
    """What the page of an escalation says of the moves of its case."""
    case = escalation.audit.case
    sentences = [move_in_words(changes, case) for changes in moves_of([escalation]).get(escalation.pk, {}).values()]
    if case.closed_on and escalation.state == Escalation.State.OPEN:
        sentences.append("The Head of QA can end what is left, with a reason.")
    return sentences


def follow_cases(act: trail.Act, *, on: date) -> None:
    """Give what is open of escalations whose case moved to whoever answers for the child now, and tell both sides."""
    moved = CaseChange.objects.filter(case=OuterRef("audit__case"), field__in=FIELDS)
    rows = Escalation.objects.filter(Exists(moved), state=Escalation.State.OPEN)
    shown = ("audit__case__team", "audit__case__keyworker__line_manager", "audit__keyworker")
    escalations = list(rows.select_related(*shown, "audit__responsible_manager", "audit__team").order_by("pk"))
    wanted = {
        f"{escalation.ref}:case:{made_by}{':back' if back else ''}": (escalation, changes)
        for escalation in escalations
        for (made_by, back), changes in moves_of(escalations).get(escalation.pk, {}).items()
    }
    said = notices.told_before(wanted)
    for key, (escalation, changes) in wanted.items():
        if key not in said:
            follow_one(act, escalation, changes, key, on=on)


def follow_one(act: trail.Act, escalation: Escalation, changes: list[CaseChange], key: str, *, on: date) -> None:
    """Follow one move of one escalation's case."""
    audit, case = escalation.audit, escalation.audit.case
    steps = list(
        Step.objects.open().filter(escalation=escalation).select_related("owner").select_for_update(of=("self",))
    )
    for step in steps:
        step.escalation = escalation
    concern = getattr(escalation, "concern", None)
    before = [step.owner for step in steps] + [audit.responsible_manager, audit.keyworker]
    before += [concern.raised_by] if concern else []
    was = next((change.was for change in changes if change.field == "team"), "")
    old_team = Team.objects.filter(name=was).first() if was else None
    before.append(head_of_service(old_team, on=on))
    if any(change.field in ("team", "worker") for change in changes) and case.closed_on is None:
        follow_manager(act, audit, steps, on=on)
        follow_actions(act, audit, on=on)
    now = [*(step.owner for step in steps), case.keyworker, audit.responsible_manager]
    now += [head_of_service(case.team, on=on), *holders(Role.QA_OFFICER, on=on)]
    everybody = absence.with_deputies(dict.fromkeys([*now, *before]), on=on)
    opens = [person for person in everybody if visible_escalations(person).filter(pk=escalation.pk).exists()]
    words = move_in_words(changes, case)
    notices.notify(to=opens, text=CaseMoved(escalation, words), key=key, at=act.at)
    away = [person for person in everybody if person not in opens]
    notices.notify(to=away, text=CaseMovedAway(escalation, words), key=key, at=act.at)


def manager_now(case: Case, *, on: date) -> User | None:
    """Who manages the case as it stands: its worker's line manager, else the team's manager."""
    worker = case.keyworker
    manager = worker.line_manager if worker is not None else None
    if manager is not None and manager.works_here(on):
        return manager
    managers = holders(Role.TEAM_MANAGER, on=on, team=case.team) if case.team else User.objects.none()
    return managers.exclude(pk__in=[case.keyworker_id]).first()


def follow_manager(act: trail.Act, audit: Audit, steps: list[Step], *, on: date) -> None:
    """The manager who answers for the child now is the audit's, and has the open steps of managers and Heads."""
    manager, was = manager_now(audit.case, on=on), audit.responsible_manager
    if manager is not None and manager != was:
        audit.responsible_manager = manager
        audit.save(update_fields=["responsible_manager"])
        content = {"was": was.pk if was else None, "now": manager.pk}
        act.add("audit.manager_followed", audit, was=audit.state, now=audit.state, content=content)
    for step in steps:
        part = kind_of(step).owner
        if part not in (Who.MANAGER, Who.HEAD_OF_SERVICE):
            continue
        head = head_of_service(audit.case.team, on=on)
        heirs = [person for person in (head, audit.responsible_manager) if person is not None]
        if step.owner in heirs:
            continue
        to = next(iter(people(part, audit, on=on)), None)
        if to is not None:
            give_step_to(act, step, to.pk)
            step.owner = to


def follow_actions(act: trail.Act, audit: Audit, *, on: date) -> None:
    """Actions that are still to do go to whoever manages and holds the case now, unless they are one of the two."""
    heirs = {Action.Part.MANAGER: audit.responsible_manager, Action.Part.WORKER: audit.case.keyworker}
    moved = False
    going = Q(state=Action.State.OPEN) & ~Q(owner__in=[heir.pk for heir in heirs.values() if heir is not None])
    for action in audit.actions.filter(going).select_for_update(of=("self",)):
        to = heirs.get(Action.Part(action.part))
        if to is None or not to.works_here(on):
            continue
        content = {"was": action.owner_id, "owner": to.pk}
        action.owner, action.version, moved = to, action.version + 1, True
        action.save(update_fields=["owner", "version"])
        action.audit = audit
        act.add("action.reassigned", action, was=action.state, now=action.state, why="The case moved.", content=content)
    if moved:
        case_note.store_case_note(act, audit)
