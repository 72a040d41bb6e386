"""Every kind of step, open in an escalation of its own; and where what is listed is not what is allowed."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet

from audits.follow_up import actions
from audits.models import Action
from escalation import ladder
from escalation.models import Step
from escalation.steps import buttons
from escalation.steps.kinds import re_audits
from escalation.steps.rights import asked_of, has_right, read_rights
from escalation.steps.step_kind import KINDS, StepKind, kind_of
from people import access
from people.models import User
from qualitycounts.base.refusals import NotAllowed, allows
from tests.conftest import NOW
from tests.escalation.build import finalised_audit
from tests.factories import MET, CaseFactory, Council


def immediate_actions_done(step: Step) -> None:
    """The owner did each of them."""
    for action in step.escalation.audit.actions.filter(kind=Action.Kind.IMMEDIATE):
        Action.objects.filter(pk=action.pk).update(
            state=Action.State.DONE, done_at=MET, done_by=action.owner, evidence="Seen on Mosaic."
        )


def said(step: Step) -> None:
    """Its owner said what was done."""
    Step.objects.filter(pk=step.pk).update(acted="With his aunt.", acted_at=MET, acted_by=step.owner)


MADE_READY: dict[str, Callable[[Step], None]] = {"immediate_actions": immediate_actions_done}
"""How the doing of a kind is done, where it is not said in words."""


def open_one_of_each(council: Council) -> list[Step]:
    """A step of every kind that there is, open, and of each kind that is signed a second that waits for its signature.

    What comes before it is passed over: who may act on a step does not go by that.
    """
    steps = []
    for kind in KINDS.values():
        for ready in (False, True) if kind.ready() is not None else (False,):
            step = opened(kind, council, number=len(steps) + 1)
            if ready:
                MADE_READY.get(kind.slug, said)(step)
            steps.append(step)
    return steps


def opened(kind: StepKind, council: Council, *, number: int) -> Step:
    """An escalation in which a step of this kind is open, and nothing else."""
    graded = "good" if kind.path == "safeguarding" else kind.path
    case = CaseFactory.create(keyworker=council.keyworker)
    audit = finalised_audit(council, grade=graded, number=number, case=case)
    if kind.path == "safeguarding":
        ladder.open_for(audit, path=kind.path, since=MET.date(), by=council.auditor, at=MET)
    step: Step = Step.objects.select_related("owner", "escalation__audit").get(
        escalation__audit=audit, escalation__path=kind.path, slug=kind.slug
    )
    Step.objects.filter(escalation=step.escalation).exclude(pk=step.pk).update(state=Step.State.WAITING)
    day = NOW.date()
    Step.objects.filter(pk=step.pk).update(state=Step.State.OPEN, due_on=day, first_due_on=day)
    return step


# What a step asks that is done on another page than its own


def owns_one(person: User, step: Step) -> bool:
    """Whether the rule lets the person do an immediate action."""
    left = step.escalation.audit.actions.filter(kind=Action.Kind.IMMEDIATE, state=Action.State.OPEN)
    rows = left.select_related("audit__case__team", "audit__responsible_manager", "owner")
    return any(allows(actions.check_do, action, by=person, on=access.doorway_day()) for action in rows)


def leads_it(person: User, step: Step) -> bool:
    """Whether the person holds the re-audit."""
    again = re_audits.current(step.escalation.audit)
    return again is not None and again.auditor == person


ELSEWHERE: dict[str, Callable[[User, Step], bool]] = {"immediate_actions": owns_one, "re_audit": leads_it}


def refused(act: str, person: User, step: Step) -> bool:
    """Whether the person is no one for this act, whatever is still to be done before it."""
    check = next(own.check for own in kind_of(step).acts if own.slug == act)
    return isinstance(buttons.refusal(check, step, by=person), NotAllowed)


def waiting_for(user: User) -> QuerySet[Step]:
    """The open steps that My work and the queue ask of a person, the soonest first."""
    return Step.objects.open().filter(asked_of(user)).order_by("due_on", "escalation__ref", "position")


def disagreements() -> list[tuple[str, str, str]]:
    """Every person and open step on which the list and the rules do not say the same.

    Listed: a rule lets them do it or sign it, or will once it is their turn. And the other way round: whoever may sign
    what is ready is shown it, and so is whoever may do what is theirs, came to them, or waits for whom they cover.
    """
    wrong = []
    rows = list(Step.objects.open().select_related("escalation__audit__case__team__service", "owner", "passed_to"))
    for person in User.objects.filter(is_active=True, left_on=None).order_by("pk"):
        listed = set(waiting_for(person).values_list("pk", flat=True))
        read_rights(rows, by=person)
        for step in rows:
            kind, shown = kind_of(step), step.pk in listed
            able = {act.slug for act in kind.acts if not refused(act.slug, person, step)}
            theirs = {person.pk, *access.covered_by(person)} & {step.owner_id, step.passed_to_id}
            elsewhere = ELSEWHERE.get(kind.slug, lambda person, step: False)(person, step)
            if kind.ready() is not None and has_right(step, person, "ready"):
                allowed = turn = "sign" in able
            else:
                allowed, turn = bool(able) or elsewhere, bool(theirs) or elsewhere
            if shown and not allowed:
                wrong.append((person.name, step.ref, "is asked and may not"))
            if allowed and turn and not shown:
                wrong.append((person.name, step.ref, "may and is not asked"))
    return wrong


def asked_of_nobody() -> list[str]:
    """The open steps that are in nobody's list, though somebody may act on them now."""
    people = list(User.objects.filter(is_active=True, left_on=None))
    listed = {step.pk for person in people for step in waiting_for(person)}
    rows = Step.objects.open().exclude(pk__in=listed).select_related("escalation__audit__case__team", "owner")
    left = list(rows)
    able = set()
    for person in people:
        read_rights(left, by=person)
        able |= {
            step.ref
            for step in left
            if any(buttons.refusal(act.check, step, by=person) is None for act in kind_of(step).acts)
        }
    return sorted(able)
