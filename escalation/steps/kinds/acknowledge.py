"""Acknowledge: the owner says by name that they have read it and have it."""

from __future__ import annotations

from audits.models import Action
from escalation.models import Escalation, Step
from escalation.steps import acts, times
from escalation.steps.people import Who
from escalation.steps.step_kind import Asked, StepKind, registered
from people.roles import Scope


class Acknowledge(StepKind):
    """The first step of every path; several are acknowledged at once in the queue."""

    slug, order, title, past = "acknowledge", 10, "Acknowledge", "Acknowledged"
    since, together = "opened", True
    acts = (acts.ACKNOWLEDGE,)
    to_do = Asked("Say that you have read it and have it", "Acknowledge")
    ticked = True

    def missing(self, step: Step, plan: list[Action]) -> str:
        """Their word."""
        return "it is not acknowledged yet"


@registered
class AcknowledgeConcern(Acknowledge):
    """Of a concern: on the day, by whoever was spoken to. Whoever raised it is told."""

    path = Escalation.Path.SAFEGUARDING
    owner = Who.MANAGER
    closes = "Whoever was spoken to, or their Head of Service, says by name that they have it."
    plan = None


@registered
class AcknowledgeInadequate(Acknowledge):
    """Of an Inadequate: by the Head of Service, whom no grant for a team alone replaces."""

    path = Escalation.Path.INADEQUATE
    owner, scopes = Who.HEAD_OF_SERVICE, (Scope.SERVICE,)
    days = times.INADEQUATE_ACKNOWLEDGE
    closes = "The Head of Service says by name that they have read it."


@registered
class AcknowledgeRequiresImprovement(Acknowledge):
    """Of a Requires improvement: by the responsible manager."""

    path = Escalation.Path.REQUIRES_IMPROVEMENT
    owner = Who.MANAGER
    days = times.RI_ACKNOWLEDGE
    closes = "The responsible manager says by name that they have read it."
