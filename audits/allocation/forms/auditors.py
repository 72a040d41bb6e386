"""When an auditor is away."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms_gds.layout import Field, Fixed
from django import forms

from people.directory import holders
from people.models import User
from people.roles import Role
from qualitycounts.base.fields import DayField, dress


def auditor_field() -> forms.ModelChoiceField[User]:
    """Which auditor."""
    return forms.ModelChoiceField(
        queryset=User.objects.none(),
        label="Auditor",
        empty_label="Choose",
        error_messages={"required": "Choose the auditor.", "invalid_choice": "Choose an auditor from the list."},
    )


class CapacityForm(forms.Form):
    """How many a month, for whom, and why."""

    who = auditor_field()
    a_month = forms.IntegerField(
        label="At most how many a month",
        help_text="Leave it empty to give them as many as everyone.",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Enter a whole number, like 1."},
    )
    why = forms.CharField(
        label="Why",
        help_text="Such as part-time work.",
        max_length=200,
        error_messages={"required": "Say why this auditor is given another number, such as part-time work."},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["who"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = holders(Role.AUDITOR, on=today)
        self.helper = dress(self, Field.select("who"), Field.text("a_month", field_width=Fixed.THREE), "why")


class AwayForm(forms.Form):
    """Who, and from when to when."""

    auditor = auditor_field()
    starts_on = DayField(what="the first day", label="First day away")
    ends_on = DayField(what="the last day", label="Last day away")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["auditor"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = holders(Role.AUDITOR, on=today)
        self.helper = dress(self)
