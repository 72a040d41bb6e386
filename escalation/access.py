"""Which escalations a person may open; any other answers 404, as if it were not there."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from audits.access import reach
from escalation.models import Breach, Escalation, Step
from escalation.steps.step_kind import KINDS, of_kinds
from people import access
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.refusals import Refused
from qualitycounts.base.row_questions import EVERY_ROW


def visible_escalations(user: User) -> QuerySet[Escalation]:
    """Every one for QA and the Assistant Director; one's team's or service's for managers; for the rest, their own.

    One's own: a step waits for me or for somebody whom I stand in for, was passed up to me, or was told to me as late;
    I sit in a chair of the audit, hold its case now, or am its responsible manager; I raised the concern. The
    Executive Director sees every Inadequate.
    """
    if access.sees_all(user, Permission.SEE_ESCALATION):
        return Escalation.objects.all()
    if not access.may(user, Permission.SEE_ESCALATION):
        return Escalation.objects.none()
    cover = access.covered_by(user)
    mine = Step.objects.filter(
        Q(owner=user)
        | Q(passed_to=user)
        | Q(acted_by=user)
        | Q(done_by=user)
        | Q(owner__in=cover)
        | Q(passed_to__in=cover)
    )
    late = Breach.objects.filter(Q(told=user) | Q(told__in=cover))
    wider = reach(
        user, Permission.SEE_ESCALATION, team="audit__case__team", service="audit__case__team__service", final=Q()
    )
    if access.holds(user, Role.EXECUTIVE_DIRECTOR):
        wider |= Q(path=Escalation.Path.INADEQUATE)
    return Escalation.objects.filter(
        Q(audit__auditor=user)
        | Q(audit__keyworker=user)
        | Q(audit__case__keyworker=user)
        | Q(audit__responsible_manager=user)
        | Q(audit__responsible_manager__in=cover)
        | Exists(mine.filter(escalation=OuterRef("pk")))
        | Exists(late.filter(step__escalation=OuterRef("pk")))
        | wider
    )


def of_visible_escalations(user: User) -> Q:
    """The steps of the escalations that a person may open."""
    if access.sees_all(user, Permission.SEE_ESCALATION):
        return EVERY_ROW
    return Q(Exists(visible_escalations(user).filter(pk=OuterRef("escalation"))))


def escalation_or_404(user: User, ref: str) -> Escalation:
    """The escalation, if the person may open it."""
    escalation = (
        visible_escalations(user)
        .filter(ref=ref)
        .select_related(
            "audit__case__team__service",
            "audit__auditor",
            "audit__keyworker",
            "audit__responsible_manager",
            "concern__spoken_to",
            "concern__raised_by",
        )
        .first()
    )
    if escalation is None:
        raise Http404
    return escalation


def step_or_404(user: User, ref: str, slug: str) -> Step:
    """One step of an escalation that the person may open."""
    escalation = escalation_or_404(user, ref)
    step = escalation.steps.filter(slug=slug).select_related("owner", "passed_to", "acted_by").first()
    if step is None:
        raise Http404
    step.escalation = escalation
    return step


def to_acknowledge(user: User, refs: list[str]) -> QuerySet[Step]:
    """The acknowledgements of these escalations, of those that the person may open. Refused (422) without any."""
    if not refs:
        raise Refused("Tick at least one to acknowledge. Go back to the queue and try again.")
    ticked = of_kinds(kind for kind in KINDS.values() if kind.ticked)
    steps = Step.objects.filter(ticked, escalation__in=visible_escalations(user), escalation__ref__in=refs)
    return steps.select_related("escalation__audit__case__team", "escalation__concern__raised_by", "owner").order_by(
        "due_on", "escalation__ref"
    )
