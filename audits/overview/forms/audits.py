"""Narrowing down the list of audits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from audits.models import Audit
from qualitycounts.base.dates import month_in_words

SELECT = {"class": "govuk-select"}


class AuditFilter(django_filters.FilterSet):  # type: ignore[misc]
    """By state and by month."""

    state = django_filters.ChoiceFilter(
        label="State", choices=Audit.State.choices, empty_label="Any state", widget=forms.Select(attrs=SELECT)
    )
    month = django_filters.ChoiceFilter(
        label="Month", empty_label="Any month", method="of_month", widget=forms.Select(attrs=SELECT)
    )

    def __init__(self, *args: Any, months: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["month"].extra["choices"] = [(f"{month:%Y-%m}", month_in_words(month)) for month in months]

    def of_month(self, queryset: QuerySet[Audit], name: str, value: str) -> QuerySet[Audit]:
        """The audits of one month."""
        return queryset.filter(month=date.fromisoformat(f"{value}-01"))
