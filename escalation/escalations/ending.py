"""Ending an escalation whose case has closed: the rest is dropped, for a reason, signed by the Head of QA."""

from __future__ import annotations

from datetime import datetime

from audits.follow_up import case_note
from audits.locking import lock_audit
from audits.models import Action, Audit
from audits.plan.evidence_words import check_evidence_words
from escalation import ladder
from escalation.models import Escalation, Step
from escalation.steps.step_kind import KINDS
from people import access, trail
from people.models import User
from people.roles import Role
from qualitycounts.base.dates import day_in_words
from qualitycounts.base.refusals import NotAllowed, NotNow, written


def check_end_rest(escalation: Escalation, *, by: User) -> None:
    """The Head of QA (403), while it is open and its case is closed (409)."""
    if not access.holds(by, Role.HEAD_OF_QA):
        raise NotAllowed("The Head of QA ends what is left once a case has closed.")
    if escalation.state != Escalation.State.OPEN:
        raise NotNow("It is finished already. Open the page again.")
    if escalation.audit.case.closed_on is None:
        raise NotNow("The case is open, so each step is done by whoever it waits for.")


def end_rest(escalation: Escalation, *, by: User, at: datetime, why: str) -> Escalation:
    """Drop every step that is left, and every action that is still to do, of an escalation whose case has closed.

    Everybody who was told of it is told of its end. Refused: others than the Head of QA (403), the case open or all of
    it finished (409), no reason or one that says nothing (422).
    """
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(escalation.audit)
        fresh = Escalation.objects.select_for_update(of=("self",)).select_related("audit__case").get(pk=escalation.pk)
        check_end_rest(fresh, by=by)
        why = written(why, "why", "Say why nothing more is needed for this child.")
        check_evidence_words(why, "why", "Say why nothing more is needed for this child.")
        said = f"The case closed on {day_in_words(fresh.audit.case.closed_on)}. {why}"
        if audit.state == Audit.State.FINALISED:
            cancel_actions(act, audit, said)
        ladder.end_escalation(act, fresh, why=said)
    return fresh


def rest_of(escalation: Escalation) -> list[str]:
    """What would be dropped, by its title."""
    left = escalation.steps.filter(state__in=(Step.State.OPEN, Step.State.WAITING))
    titles = [KINDS[escalation.path, step.slug].title for step in left]
    actions = escalation.audit.actions.filter(state=Action.State.OPEN)
    return [*titles, *(f"Action {action.number}: {action.what}" for action in actions)]


def cancel_actions(act: trail.Act, audit: Audit, why: str) -> None:
    """Cancel the actions of an audit that are still to do; they stay readable."""
    for action in audit.actions.filter(state=Action.State.OPEN).select_for_update(of=("self",)):
        action.audit = audit
        action.state, action.ended_why, action.version = Action.State.CANCELLED, why, action.version + 1
        action.save()
        act.add("action.cancelled", action, was=Action.State.OPEN, now=action.state, why=why)
    case_note.store_case_note(act, audit)
