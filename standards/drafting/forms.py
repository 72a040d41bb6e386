"""What is typed about a draft: the set to copy, and whatever is written of a part."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from crispy_forms_gds.layout import Field
from django import forms

from qualitycounts.base.fields import DayField, dress, reason_field
from standards import categories, standard_sets
from standards.drafting import drafts
from standards.drafting.kinds import CHOICES, TICKED, Kind, PartField, Typed
from standards.drafting.outline import Spec, boxes_left_out
from standards.guide import categories_by_criterion
from standards.models import Criterion, FactKind, Standard, StandardSet, Tool
from standards.set_faults import day_in_file
from standards.tools import published_tools


class CopySetForm(forms.Form):
    """Which set a draft begins as a copy of."""

    copy_of = forms.ModelChoiceField(
        label="Begin as a copy of",
        queryset=StandardSet.objects.none(),
        empty_label=None,
        error_messages={"required": "Choose a set.", "invalid_choice": "Choose a set from the list."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["copy_of"].queryset = drafts.all_sets()  # type: ignore[attr-defined]
        self.helper = dress(self, Field.select("copy_of"))


class BeginToolForm(forms.Form):
    """What a tool asks about, and what it begins with: the questions of another, criteria of the guide, or none."""

    title = forms.CharField(
        label="What it asks about",
        help_text="Such as “Neglect” or “Return interviews”.",
        max_length=120,
        error_messages={"required": "Say what the tool asks about."},
    )
    copy_of = forms.ModelChoiceField(
        label="Begin with the questions of another tool",
        queryset=Tool.objects.none(),
        required=False,
        empty_label="None",
        error_messages={"invalid_choice": "Choose a tool from the list."},
    )
    narrowed_from = forms.ModelMultipleChoiceField(
        queryset=Criterion.objects.none(),
        required=False,
        error_messages={"invalid_choice": "Choose criteria of the guide that is in force."},
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["copy_of"].queryset = published_tools()  # type: ignore[attr-defined]
        criteria = categories_by_criterion(standard_sets.in_force(on)).select_related("section__standard")
        self.fields["narrowed_from"].queryset = criteria  # type: ignore[attr-defined]
        self.helper = dress(self, "title", Field.select("copy_of"))

    @property
    def guide(self) -> list[tuple[Standard, list[tuple[Criterion, bool]]]]:
        """The criteria of the guide by their standard, each with whether it is chosen."""
        chosen = set(self.data.getlist("narrowed_from")) if self.is_bound else set()  # type: ignore[attr-defined]
        criteria = self.fields["narrowed_from"].queryset  # type: ignore[attr-defined]
        by_standard = groupby(criteria, key=lambda criterion: criterion.section.standard)
        return [(standard, [(each, str(each.pk) in chosen) for each in rows]) for standard, rows in by_standard]


class SeenVersionForm(forms.Form):
    """A button on a draft's page: which version of it the person saw."""

    version = forms.IntegerField(min_value=1, max_value=10**6)
    down = forms.BooleanField(required=False)


class SendBackForm(forms.Form):
    """What should change before a draft is published, and which version of it the person read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    why = reason_field("What should change first?", "Say what should change first.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, "version", Field.textarea("why", rows=3))


class PartForm(forms.Form):
    """What is written of one part, by its kind; of a new one, what is asked first."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: Kind, spec: Spec, new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.part_fields = kind.asked_first if new and kind.asked_first else kind.fields
        rows: list[Any] = ["version"]
        for part_field in self.part_fields:
            self.fields[part_field.name] = form_field(part_field, spec)
            rows.append(laid_out(part_field))
        self.helper = dress(self, *rows)

    def values(self) -> dict[str, Any]:
        """What was typed, as the file keeps it."""
        return {field.name: kept(self.cleaned_data[field.name], field.typed) for field in self.part_fields}


def form_field(part_field: PartField, spec: Spec) -> forms.Field:
    """The field of a form that asks for one thing of a part of a draft."""
    said = {"required": f"Enter {part_field.label[:1].lower()}{part_field.label[1:]}."}
    words: dict[str, Any] = {
        "label": part_field.label,
        "help_text": part_field.hint,
        "required": part_field.needed,
        "error_messages": said,
    }
    if part_field.typed == Typed.DAY:
        return DayField(what="the day it comes into force", label=part_field.label, help_text=part_field.hint)
    if part_field.typed == Typed.LEFT_OUT or part_field.typed in CHOICES:
        return forms.ChoiceField(choices=part_choices(part_field.typed, spec), widget=forms.RadioSelect, **words)
    if part_field.typed in TICKED:
        return forms.MultipleChoiceField(
            choices=part_choices(part_field.typed, spec), widget=forms.CheckboxSelectMultiple, **words
        )
    if part_field.typed == Typed.LINE:
        return forms.CharField(max_length=part_field.most, **words)
    return forms.CharField(max_length=2000, widget=forms.Textarea, **words)


def part_choices(typed: Typed, spec: Spec) -> list[tuple[str, str]]:
    """What may be ticked or chosen."""
    if typed in CHOICES:
        return list(CHOICES[typed])
    standards = spec["standards"]
    return {
        Typed.CATEGORIES: categories.choices(),
        Typed.FACTS: list(FactKind.choices),
        Typed.STANDARDS: [(str(row["number"]), f"{row['number']}. {row['short_title']}") for row in standards],
        Typed.KEYS: [(row["key"], f"{row['number']}. {row['short_title']}") for row in standards],
        Typed.LEFT_OUT: [(row["slug"], row["title"]) for row in boxes_left_out(spec)],
    }[typed]


def laid_out(part_field: PartField) -> Any:
    """How a page lays the field out."""
    if part_field.typed in (Typed.WORDS, Typed.LINES):
        return Field.textarea(part_field.name, rows=3)
    if part_field.typed == Typed.LEFT_OUT:
        return Field.radios(part_field.name)
    if part_field.typed in TICKED:
        return Field.checkboxes(part_field.name, small=True)
    if part_field.typed in CHOICES:
        return Field.radios(part_field.name, small=True)
    return Field(part_field.name)


def kept(value: Any, typed: Typed) -> Any:
    """What was typed as a file keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    if typed == Typed.STANDARDS:
        return sorted(map(int, value))
    if typed == Typed.LINES:
        return list(dict.fromkeys(line for each in value.splitlines() if (line := each.strip())))
    return " ".join(value.split()) if isinstance(value, str) else list(value)


def typed_before(row: dict[str, Any], kind: Kind) -> dict[str, Any]:
    """What the form shows at first: a part as it stands."""
    shown = {field.name: row.get(field.name, field.empty) for field in kind.fields}
    for field in kind.fields:
        if field.typed == Typed.LINES:
            shown[field.name] = "\n".join(shown[field.name])
        elif field.typed == Typed.DAY:
            shown[field.name] = day_in_file(shown[field.name])
    return shown
