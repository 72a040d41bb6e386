"""Handing over an extract, and finding a case on the register."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import django_filters
from crispy_forms_gds.layout import Field, Fluid
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet

from audits.draw.frame import BETWEEN_AUDITS
from audits.models import Case, Import
from audits.register import read_table
from people.models import Team, User
from qualitycounts.base.fields import DayField, dress
from standards import categories
from standards.timescales import add_months


class ExtractForm(forms.Form):
    """Which extract it is, the file, and the day it was taken."""

    KINDS = [(Import.Kind.STAFF, "Staff"), (Import.Kind.CASES, "Cases")]
    kind = forms.ChoiceField(
        label="What is in the file?",
        choices=KINDS,
        widget=forms.RadioSelect,
        help_text="Import the staff list first, so that every case finds its worker.",
        error_messages={
            "required": "Say whether the file holds staff or cases.",
            "invalid_choice": "Choose one of those offered: the QA Officer imports the cases.",
        },
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

    def __init__(self, *args: Any, today: date, kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        if isinstance(kind, forms.ChoiceField):
            kind.choices = [choice for choice in self.KINDS if choice[0] in kinds]
        self.kinds = kinds
        self.initial = {"as_at": today, "kind": kinds[0] if len(kinds) == 1 else None}
        self.helper = dress(self, Field.radios("kind", inline=True), "file", "as_at")

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse a file that is too large (413) before it is read."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        read_table.check_file_size(file.size or 0, file.name or "The file")
        return file


class ApplyForm(forms.Form):
    """How many cases or people an extract is expected to close, typed where it closes many, and why so many; and
    whether whoever is new on the staff list is sent a welcome mail, which the page asks beside its button."""

    closing = forms.CharField(
        required=False,
        label="How many?",
        help_text="Type the number in the red box above.",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    welcome = forms.BooleanField(required=False)

    why = forms.CharField(
        required=False,
        label="Why is that right?",
        help_text="Such as: Youth Justice moved to its own system on 1 November. It stays with the import.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.text("closing", field_width=Fluid.ONE_THIRD), Field.textarea("why", rows=3))

    def clean_closing(self) -> int | None:
        """The number, with or without its commas and spaces; None where nothing was typed."""
        typed = re.sub(r"[\s,]", "", str(self.cleaned_data["closing"]))
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit()):
            raise forms.ValidationError("Type the number in figures, such as 1,105.")
        return int(typed)


class PartForm(forms.Form):
    """Which part of the list a file covers: the whole, the teams found in it, or what is ticked."""

    WHOLE, TEAMS, TICKED = "whole", "teams", "ticked"
    part = forms.ChoiceField(
        choices=[(WHOLE, "The whole list"), (TEAMS, "The teams found in it"), (TICKED, "What I tick")],
        error_messages={"required": "Say which part of the list the file covers."},
    )
    teams = forms.MultipleChoiceField(required=False)
    categories = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, found: list[str], teams: list[str], categories: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        for name, choices in (("teams", teams), ("categories", categories)):
            self.fields[name] = forms.MultipleChoiceField(required=False, choices=[(each, each) for each in choices])

    def asked(self) -> dict[str, list[str]]:
        """The teams and categories that it covers, as the rule takes them: none for the whole list."""
        cleaned = self.cleaned_data
        if cleaned["part"] == self.TICKED:
            return {"teams": cleaned["teams"], "categories": cleaned["categories"]}
        return {"teams": self.found if cleaned["part"] == self.TEAMS else [], "categories": []}

    def clean(self) -> dict[str, Any]:
        """Refuse ticks that are missing."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("part") == self.TICKED and not (cleaned.get("teams") or cleaned.get("categories")):
            raise forms.ValidationError("Tick the teams or the categories that the file covers.")
        return cleaned


class CaseFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrow the register down. A person number finds open and closed cases alike; else closed ones are left out."""

    number = django_filters.CharFilter(field_name="person_id", lookup_expr="istartswith", label="Person number")
    category = django_filters.ChoiceFilter(choices=categories.choices, label="Category", empty_label="Any")
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
        self.on = on
        for field in self.form.fields.values():
            field.widget.attrs["class"] = "govuk-select"

    @property
    def year_ago(self) -> date:
        """The day since which a case counts as audited."""
        return add_months(self.on, -BETWEEN_AUDITS.value())

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
        cases: QuerySet[Case] = super().filter_queryset(queryset)
        return cases
