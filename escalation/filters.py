"""What narrows the queue down: why it is open, the team, the step it stands at, and the clock."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet

from escalation.models import Escalation, Step
from escalation.paths import PATHS
from people.models import Team
from standards.timescales import add_working_days

WEEK = 5
"""Working days that "this week" looks ahead."""
STEPS = {rung.slug: rung.title for ladder in PATHS.values() for rung in ladder.rungs}


class EscalationFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The queue's filters. `show`, the count above it, is kept beside them."""

    path = django_filters.ChoiceFilter(choices=Escalation.Path, label="Why it is open", empty_label="Anything")
    team = django_filters.ModelChoiceFilter(
        field_name="audit__case__team", queryset=Team.objects.all(), label="Team", empty_label="Any"
    )
    step = django_filters.ChoiceFilter(
        choices=list(STEPS.items()), method="by_step", label="Waits at", empty_label="Any step"
    )
    clock = django_filters.ChoiceFilter(
        choices=[("over", "Over time"), ("today", "Due today"), ("week", "Due within 5 working days")],
        method="by_clock",
        label="Clock",
        empty_label="Any time",
    )

    class Meta:
        model = Escalation
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        for field in self.form.fields.values():
            field.widget.attrs["class"] = "govuk-select"

    def by_step(self, found: QuerySet[Escalation], _name: str, value: str) -> QuerySet[Escalation]:
        """Those that have this step open."""
        return found.filter(Exists(Step.objects.open().filter(escalation=OuterRef("pk"), slug=value)))

    def by_clock(self, found: QuerySet[Escalation], _name: str, value: str) -> QuerySet[Escalation]:
        """Those with a step over time, due today, or due within a week."""
        steps = Step.objects.open().filter(escalation=OuterRef("pk"))
        if value == "over":
            return found.filter(Exists(steps.overdue(self.on)))
        last = self.on if value == "today" else add_working_days(self.on, WEEK)
        return found.filter(Exists(steps.filter(due_on__gte=self.on, due_on__lte=last)))
