"""What a director types: which case and why, and afterwards what was learned."""

from __future__ import annotations

from typing import Any

from crispy_forms_gds.layout import Field
from django import forms

from audits.follow_up.forms.actions import words_field
from audits.models import Viewing
from qualitycounts.base.fields import DayField, dress


class OpenCaseForm(forms.Form):
    """What it is, which case, and why."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=Viewing.Kind,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is."},
    )
    number = forms.CharField(
        label="Person number, or the reference of an audit",
        help_text="Leave it empty, and one is chosen at random among open cases with a finished audit.",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    why = words_field("Why do you open this case?", "Say why you open this case.", rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.radios("kind"), "number", "why")


class SpotViewLearnedForm(forms.Form):
    """When it was, who presented, and what was learned."""

    held_on = DayField(what="the day", label="On which day was it?")
    presented_by = forms.CharField(label="Who presented the case?", required=False, max_length=150)
    learned = words_field("What was learned?", "Say what was learned, in a few sentences.", rows=6)

    def __init__(self, *args: Any, presentation: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not presentation:
            del self.fields["presented_by"]
        self.helper = dress(self)
