"""The open steps of escalations in a person's own calendar: by when, which, and of which escalation; nothing more."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from audits.month.events import DUE, CalendarEvent
from escalation.models import Step
from escalation.steps.rights import asked_of
from escalation.steps.step_kind import kind_of
from people import access
from people.models import User
from people.roles import Permission


def days_of_steps(user: User) -> Iterator[CalendarEvent]:
    """By when the steps that wait for the person are due: one query."""
    if not access.may(user, Permission.SEE_ESCALATION):
        return
    steps = Step.objects.open().filter(asked_of(user), due_on__isnull=False).select_related("escalation")
    for step in steps.order_by("due_on", "pk"):
        if step.due_on is not None:
            ref, url = step.escalation.ref, reverse("escalation", args=[step.escalation.ref])
            yield CalendarEvent(step.due_on, None, f"{kind_of(step).title}, {ref}", url, DUE, step.ref)
