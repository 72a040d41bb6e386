"""Walking an escalation along its real path, one short call a turn."""

from __future__ import annotations

from datetime import datetime, timedelta

from audits.follow_up import acting_as, actions, closing
from audits.models import Action, Audit
from audits.signals import audit_graded
from escalation.models import Escalation, Step
from escalation.steps import acting as steps_acting
from people import trail
from people.models import Notice, User
from tests.factories import MET, Council

LATER = MET + timedelta(days=2)


def opened(audit: Audit) -> Escalation:
    """The one open escalation that the audit's grade caused."""
    return Escalation.objects.exclude(path="safeguarding").get(audit=audit, state="open")


def step(escalation: Escalation, slug: str) -> Step:
    """One of its steps, as it is now."""
    return Step.objects.select_related("escalation__audit__case__team", "owner").get(escalation=escalation, slug=slug)


def told(key: str) -> set[str]:
    """The names of everyone told under a key."""
    return set(Notice.objects.filter(key=key).values_list("to__name", flat=True))


def regrade(audit: Audit, grade: str, *, by: User, at: datetime) -> None:
    """What the panel does: another grade, and the signal, in one transaction."""
    with trail.acting(by=by, at=at):
        was = audit.grade
        audit.take_grade(grade)
        audit.save(update_fields=["grade", "escalation_path"])
        audit_graded.send(sender=Audit, audit=audit, was=was, by=by, at=at)


def fresh(action: Action) -> Action:
    """The action as it is now."""
    return Action.objects.select_related("audit__case__team", "audit__responsible_manager", "owner").get(pk=action.pk)


def do(action: Action, *, at: datetime = LATER) -> Action:
    """Its owner does it."""
    now = fresh(action)
    owner = now.owner
    if owner is None:
        raise ValueError("The action has no owner.")
    return actions.complete_action(
        now, by=owner, at=at, evidence="Chronology on Mosaic, entry of 17 November.", version=now.version
    )


def check(action: Action, council: Council, *, at: datetime = LATER) -> Action:
    """Everyone who must sign or check it does."""
    now = fresh(action)
    if acting_as.asks_head(now) and now.countersigned_at is None:
        now = actions.countersign_action(now, by=council.head_of_service, at=at, version=now.version)
    by = council.manager if acting_as.asks_manager(now) else council.qa_officer
    return actions.verify_action(now, by=by, at=at, version=now.version)


def all_done(audit: Audit, *, at: datetime = LATER) -> None:
    """Every action done, supervision recorded, the entry on the file."""
    for action in audit.actions.filter(state=Action.State.OPEN):
        do(action, at=at)
    manager = audit.responsible_manager
    if manager is None:
        raise ValueError("The audit has no manager.")
    closing.record_supervision(audit, by=manager, at=at, on=at.date(), discussed="What the move meant to him.")
    closing.confirm_on_file(audit, by=manager, at=at, on=at.date())


def to_qa_check(audit: Audit, council: Council, *, at: datetime = LATER) -> Step:
    """Everything done and signed, so that the QA check is open; every action is checked too."""
    escalation = opened(audit)
    head = council.head_of_service if escalation.path == "inadequate" else council.manager
    steps_acting.acknowledge_step(step(escalation, "acknowledge"), by=head, at=at, words="Read with Devinder.")
    all_done(audit, at=at)
    if escalation.path == "inadequate":
        steps_acting.sign_step(step(escalation, "immediate_actions"), by=council.head_of_service, at=at)
    last = "supervision" if escalation.path == "inadequate" else "actions"
    steps_acting.complete_step(step(escalation, last), by=council.manager, at=at)
    for action in audit.actions.all():
        check(action, council, at=at)
    return step(escalation, "qa_check")
