"""What narrows down the list of people and the trail."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q, QuerySet

from people.directory import holding, works_here_q
from people.models import Membership, Team, TrailEntry, User
from people.roles import Role

INPUT, SELECT = {"class": "govuk-input govuk-input--width-10"}, {"class": "govuk-select"}


class PersonFilter(django_filters.FilterSet):  # type: ignore[misc]
    """By name, team, role held today, and whether they still work here."""

    name = django_filters.CharFilter(method="by_name", label="Name or e-mail", widget=forms.TextInput(INPUT))
    team = django_filters.ModelChoiceFilter(
        queryset=Team.objects.all(),
        label="Team",
        empty_label="Any",
        null_label="No team",
        widget=forms.Select(SELECT),
    )
    role = django_filters.ChoiceFilter(
        choices=[(role.value, role.label[0].upper() + role.label[1:]) for role in Role],
        method="by_role",
        label="Role",
        empty_label="Any",
        widget=forms.Select(SELECT),
    )
    left = django_filters.ChoiceFilter(
        choices=[("left", "Left"), ("all", "Everyone")],
        method="by_left",
        label="Works here",
        empty_label="Yes",
        widget=forms.Select(SELECT),
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def by_name(self, people: QuerySet[User], _name: str, value: str) -> QuerySet[User]:
        """Part of a name or of an e-mail address."""
        return people.filter(Q(name__icontains=value) | Q(email__icontains=value))

    def by_role(self, people: QuerySet[User], _name: str, value: str) -> QuerySet[User]:
        """Who holds the role on the day."""
        return people.filter(pk__in=Membership.objects.filter(holding(self.on), role=value).values("user"))

    def by_left(self, people: QuerySet[User], _name: str, value: str) -> QuerySet[User]:
        """Narrow down to those who left, or to those who did not; everyone without a choice."""
        return people.exclude(works_here_q(self.on)) if value == "left" else people

    def filter_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        """Who works here, unless somebody else was asked for."""
        if not self.form.cleaned_data.get("left"):
            queryset = queryset.filter(works_here_q(self.on))
        users: QuerySet[User] = super().filter_queryset(queryset)
        return users


class TrailFilter(django_filters.FilterSet):  # type: ignore[misc]
    """By what it is about, and who did it. A case's number is not asked for, so that none stands in an address."""

    ref = django_filters.CharFilter(
        method="by_ref",
        label="Reference",
        widget=forms.TextInput(INPUT),
        validators=[
            RegexValidator(
                r"^[0-9\s]+$",
                "A case’s number does not go into an address. Find the case on the register, and its audits there.",
                inverse_match=True,
            )
        ],
    )
    person = django_filters.CharFilter(
        method="by_person", label="Done by (name or e-mail)", widget=forms.TextInput(INPUT)
    )

    class Meta:
        model = TrailEntry
        fields: tuple[str, ...] = ()

    def by_ref(self, entries: QuerySet[TrailEntry], _name: str, value: str) -> QuerySet[TrailEntry]:
        """A record and all that belongs to it: QC-2612-041 also finds its grades and its actions."""
        return entries.filter(ref__istartswith=value.strip())

    def by_person(self, entries: QuerySet[TrailEntry], _name: str, value: str) -> QuerySet[TrailEntry]:
        """Part of the name or the e-mail address of whoever acted."""
        return entries.filter(Q(by__name__icontains=value) | Q(by__email__icontains=value))
