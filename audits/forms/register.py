"""Handing over an extract, and finding a case on the register."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from crispy_forms_gds.layout import Field
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet

from audits import extract
from audits.frame import BETWEEN_AUDITS
from audits.models import Case, Import
from people.fields import DayField, dress
from people.models import Team, User
from standards.models import Category
from standards.timescales import add_months


class ExtractForm(forms.Form):
    """Which extract it is, the file, and the day it was taken."""

    kind = forms.ChoiceField(
        label="What is in the file?",
        choices=[(Import.Kind.STAFF, "Staff"), (Import.Kind.CASES, "Cases")],
        widget=forms.RadioSelect,
        help_text="Import the staff list first, so that every case finds its worker.",
        error_messages={"required": "Say whether the file holds staff or cases."},
    )
    file = forms.FileField(
        label="The extract",
        help_text="CSV or an Excel workbook (.xlsx), up to 10 MB.",
        error_messages={
            "required": "Choose the file to import.",
            "empty": "The file is empty. Export it again from the case system.",
            "max_length": "The file’s name is too long. Shorten it and choose the file again.",
        },
        max_length=200,
    )
    as_at = DayField(
        what="the date of the extract",
        label="When was it taken?",
        help_text="A case or person that is no longer in the file is closed, or has left, from this day.",
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"as_at": today}
        self.helper = dress(self, Field.radios("kind", inline=True), "file", "as_at")

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse a file that is too large (413) before it is read."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        extract.check_size(file.size or 0, file.name or "The file")
        return file


class CaseFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrow the register down. A person number finds open and closed cases alike; else closed ones are left out."""

    number = django_filters.CharFilter(field_name="person_id", lookup_expr="istartswith", label="Person number")
    category = django_filters.ChoiceFilter(choices=Category, label="Category", empty_label="Any")
    team = django_filters.ModelChoiceFilter(queryset=Team.objects.all(), label="Team", empty_label="Any")
    keyworker = django_filters.ModelChoiceFilter(
        queryset=User.objects.filter(cases__isnull=False).distinct(),
        label="Worker",
        empty_label="Any",
        null_label="Nobody on the staff list",
    )
    audited = django_filters.ChoiceFilter(
        choices=[
            ("never", "Never"),
            ("due", "Never, or over 12 months ago"),
            ("old", "Over 12 months ago"),
            ("year", "In the last 12 months"),
        ],
        method="by_audit",
        label="Last audited",
        empty_label="Any",
    )
    exempt = django_filters.ChoiceFilter(
        choices=[("yes", "Left out"), ("no", "Not left out")], method="by_exempt", label="Exempt", empty_label="Any"
    )
    state = django_filters.ChoiceFilter(
        choices=[("closed", "Closed"), ("all", "Open and closed")], method="by_state", label="State", empty_label="Open"
    )

    class Meta:
        model = Case
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year_ago = add_months(on, -BETWEEN_AUDITS.value())
        for field in self.form.fields.values():
            field.widget.attrs["class"] = "govuk-select"

    @property
    def gone(self) -> list[str]:
        """The filters of a kept address that can no longer be chosen, such as a worker who holds no case now."""
        return [str(self.form.fields[name].label) for name in self.form.errors]

    def by_audit(self, cases: QuerySet[Case], _name: str, value: str) -> QuerySet[Case]:
        """Cases never audited, or not in the year to today, or in it: the year that a draw goes by."""
        never, year = Q(audited_on=None), Q(audited_on__gt=self.year_ago)
        old = Q(audited_on__lte=self.year_ago)
        return cases.filter({"never": never, "due": never | old, "old": old, "year": year}[value])

    def by_exempt(self, cases: QuerySet[Case], _name: str, value: str) -> QuerySet[Case]:
        """Cases that draws leave out today, or those they do not."""
        left_out = Q(exempt_until__isnull=False)
        return cases.filter(left_out if value == "yes" else ~left_out)

    def by_state(self, cases: QuerySet[Case], _name: str, value: str) -> QuerySet[Case]:
        """Closed cases; nothing is taken out for open and closed."""
        return cases.exclude(closed_on=None) if value == "closed" else cases

    def filter_queryset(self, queryset: QuerySet[Case]) -> QuerySet[Case]:
        """Only open cases, unless a number or a state was asked for; none where an address asks what cannot be."""
        if self.form.errors:
            return queryset.none()
        asked = self.form.cleaned_data
        if not asked.get("number") and not asked.get("state"):
            queryset = queryset.filter(Q(closed_on=None))
        found: QuerySet[Case] = super().filter_queryset(queryset)
        return found
