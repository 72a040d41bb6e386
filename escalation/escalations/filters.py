"""What narrows the queue down: why it is open, the team, the step it stands at, and the clock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from audits.models import Case
from escalation.models import Escalation, Step
from escalation.steps.paths import PATHS
from people.models import Team, User
from standards.timescales import add_working_days

WEEK = 5
"""Working days that "this week" looks ahead."""


def steps_by_title() -> list[tuple[str, str]]:
    """The steps at which an escalation may wait, each once: its slug and its title."""
    return list({kind.slug: kind.title for ladder in PATHS.values() for kind in ladder.steps}.items())


class EscalationFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The queue's filters; each offers only what it would find. `cases`: those whose number the person may ask for."""

    q = django_filters.CharFilter(
        method="by_words",
        label="Reference, child’s number or worker",
        widget=forms.TextInput({"class": "govuk-input", "autocomplete": "off"}),
    )
    path = django_filters.ChoiceFilter(choices=Escalation.Path, label="Escalation path", empty_label="Any")
    team = django_filters.ModelChoiceFilter(
        field_name="audit__case__team", queryset=Team.objects.all(), label="Team", empty_label="Any"
    )
    step = django_filters.ChoiceFilter(
        choices=steps_by_title, method="by_step", label="Waits at", empty_label="Any step"
    )
    clock = django_filters.ChoiceFilter(
        choices=[("over", "Over time"), ("today", "Due today"), ("week", "Due within 5 working days")],
        method="by_clock",
        label="Clock",
        empty_label="Any time",
    )

    owner = django_filters.ModelChoiceFilter(
        queryset=User.objects.none(), method="by_owner", label="Owner", empty_label="Anybody"
    )

    class Meta:
        model = Escalation
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, on: date, cases: QuerySet[Case], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cases = cases
        self.on = on
        waiting = Step.objects.open().filter(escalation__in=self.queryset.order_by().values("pk"))
        choices: dict[str, QuerySet[Any]] = {
            "team": Team.objects.filter(cases__audits__escalations__in=self.queryset.order_by().values("pk")),
            "owner": User.objects.filter(pk__in=waiting.values("owner")).order_by("name", "pk"),
        }
        for name, field in self.form.fields.items():
            if isinstance(field, forms.ModelChoiceField) and name in choices:
                field.queryset = choices[name].distinct()
            if name != "q":
                field.widget.attrs["class"] = "govuk-select"

    def keep_paths(self, paths: Collection[str]) -> None:
        """Offer only these causes: of what a page never lists none is asked for."""
        field = self.form.fields["path"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Any"), *(each for each in Escalation.Path.choices if each[0] in paths)]

    def by_words(self, escalations: QuerySet[Escalation], _name: str, value: str) -> QuerySet[Escalation]:
        """Part of the reference, the whole number of the child, or part of the name of a worker or an owner."""
        words = value.strip()
        owned = Step.objects.open().filter(escalation=OuterRef("pk"), owner__name__icontains=words)
        worker = Q(audit__keyworker__name__icontains=words) | Q(audit__case__keyworker__name__icontains=words)
        number = Q(audit__case__person_id=words, audit__case__in=self.cases.values("pk"))
        return escalations.filter(Q(ref__icontains=words) | number | worker | Exists(owned))

    def by_owner(self, escalations: QuerySet[Escalation], _name: str, value: User) -> QuerySet[Escalation]:
        """Those that have a step open with this person."""
        return escalations.filter(Exists(Step.objects.open().filter(escalation=OuterRef("pk"), owner=value)))

    def by_step(self, escalations: QuerySet[Escalation], _name: str, value: str) -> QuerySet[Escalation]:
        """Those that have this step open."""
        return escalations.filter(Exists(Step.objects.open().filter(escalation=OuterRef("pk"), slug=value)))

    def by_clock(self, escalations: QuerySet[Escalation], _name: str, value: str) -> QuerySet[Escalation]:
        """Those with a step over time, due today, or due within a week."""
        steps = Step.objects.open().filter(escalation=OuterRef("pk"))
        if value == "over":
            return escalations.filter(Exists(steps.overdue(self.on)))
        last = self.on if value == "today" else add_working_days(self.on, WEEK)
        return escalations.filter(Exists(steps.filter(due_on__gte=self.on, due_on__lte=last)))
