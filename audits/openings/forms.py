"""Narrowing down the list of openings."""

from __future__ import annotations

from datetime import date, timedelta

import django_filters
from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q, QuerySet

from audits.models import Opening
from audits.openings.openings import of_case
from qualitycounts.base.clock import start_of

INPUT, SELECT = {"class": "govuk-input govuk-input--width-10"}, {"class": "govuk-select"}
DAY = {**INPUT, "type": "date"}


class OpeningFilter(django_filters.FilterSet):  # type: ignore[misc]
    """By who, what and when; files alone, or deputies alone. A case comes by its row, so that no number of a child
    stands in an address."""

    person = django_filters.CharFilter(method="by_person", label="Who (name or e-mail)", widget=forms.TextInput(INPUT))
    ref = django_filters.CharFilter(
        method="by_ref",
        label="Reference",
        widget=forms.TextInput(INPUT),
        validators=[
            RegexValidator(
                r"^[0-9\s]+$",
                "A case’s number does not go into an address. Open the case on the register, then who opened it.",
                inverse_match=True,
            )
        ],
    )
    kind = django_filters.ChoiceFilter(
        label="What", choices=Opening.Kind.choices, empty_label="Anything", widget=forms.Select(SELECT)
    )
    since = django_filters.DateFilter(method="from_day", label="From", widget=forms.DateInput(DAY))
    until = django_filters.DateFilter(method="to_day", label="To", widget=forms.DateInput(DAY))
    only = django_filters.ChoiceFilter(
        label="Only",
        method="by_only",
        choices=[("files", "Taken away as a file"), ("deputies", "While standing in for somebody")],
        empty_label="All of it",
        widget=forms.Select(SELECT),
    )
    case = django_filters.NumberFilter(method="by_case", min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    class Meta:
        model = Opening
        fields: tuple[str, ...] = ()

    def by_person(self, openings: QuerySet[Opening], _name: str, value: str) -> QuerySet[Opening]:
        """Part of the name or the e-mail address."""
        return openings.filter(Q(by__name__icontains=value) | Q(by__email__icontains=value))

    def by_ref(self, openings: QuerySet[Opening], _name: str, value: str) -> QuerySet[Opening]:
        """A record and what hangs on it: QC-2612-041 also finds its actions."""
        return openings.filter(Q(ref__istartswith=value.strip()) | Q(audit_ref=value.strip().upper()))

    def by_case(self, openings: QuerySet[Opening], _name: str, value: int) -> QuerySet[Opening]:
        """A case and its audits."""
        return openings.filter(of_case(int(value)))

    def from_day(self, openings: QuerySet[Opening], _name: str, value: date) -> QuerySet[Opening]:
        """From the beginning of a day in London."""
        return openings.filter(at__gte=start_of(value))

    def to_day(self, openings: QuerySet[Opening], _name: str, value: date) -> QuerySet[Opening]:
        """To the end of a day in London."""
        return openings.filter(at__lt=start_of(value + timedelta(days=1))) if value < date.max else openings

    def by_only(self, openings: QuerySet[Opening], _name: str, value: str) -> QuerySet[Opening]:
        """Files, or what deputies opened."""
        return openings.filter(as_file=True) if value == "files" else openings.exclude(in_place_of=None)
