"""What is typed about a draft: the set to copy, and whatever is written of a part."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms_gds.layout import Field
from django import forms

from qualitycounts.base.fields import DayField, dress
from standards.drafting import drafts
from standards.drafting.kinds import Kind, PartField, Typed
from standards.models import Category, FactKind, StandardSet
from standards.set_faults import day_in_file


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


class SeenVersionForm(forms.Form):
    """A button on a draft's page: which version of it the person saw."""

    version = forms.IntegerField(min_value=1, max_value=10**6)
    down = forms.BooleanField(required=False)


class PartForm(forms.Form):
    """What is written of one part, by its kind. `standards`: number and title of each standard of the draft."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: Kind, standards: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        rows: list[Any] = ["version"]
        for part_field in kind.fields:
            self.fields[part_field.name] = form_field(part_field, standards)
            rows.append(laid_out(part_field))
        self.helper = dress(self, *rows)

    def values(self) -> dict[str, Any]:
        """What was typed, as the file keeps it."""
        return {field.name: kept(self.cleaned_data[field.name], field.typed) for field in self.kind.fields}


def form_field(part_field: PartField, standards: list[tuple[str, str]]) -> forms.Field:
    """The field of a form that asks for one thing."""
    said = {"required": f"Enter {part_field.label[:1].lower()}{part_field.label[1:]}."}
    words: dict[str, Any] = {
        "label": part_field.label,
        "help_text": part_field.hint,
        "required": part_field.needed,
        "error_messages": said,
    }
    if part_field.typed == Typed.DAY:
        return DayField(what="the day it comes into force", label=part_field.label, help_text=part_field.hint)
    if part_field.typed in (Typed.CATEGORIES, Typed.FACTS, Typed.STANDARDS):
        choices = {Typed.CATEGORIES: Category.choices, Typed.FACTS: FactKind.choices, Typed.STANDARDS: standards}
        return forms.MultipleChoiceField(
            choices=choices[part_field.typed], widget=forms.CheckboxSelectMultiple, **words
        )
    if part_field.typed == Typed.LINE:
        return forms.CharField(max_length=part_field.most, **words)
    return forms.CharField(max_length=2000, widget=forms.Textarea, **words)


def laid_out(part_field: PartField) -> Any:
    """How a page lays the field out."""
    if part_field.typed in (Typed.WORDS, Typed.LINES):
        return Field.textarea(part_field.name, rows=3)
    if part_field.typed in (Typed.CATEGORIES, Typed.FACTS, Typed.STANDARDS):
        return Field.checkboxes(part_field.name, small=True)
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
