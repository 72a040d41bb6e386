"""When an auditor is away."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from audits.managers import holders
from people.fields import DayField, dress
from people.models import User
from people.roles import Role


class AwayForm(forms.Form):
    """Who, and from when to when."""

    auditor = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label="Auditor",
        empty_label="Choose",
        error_messages={"required": "Choose the auditor.", "invalid_choice": "Choose an auditor from the list."},
    )
    starts_on = DayField(what="the first day", label="First day away")
    ends_on = DayField(what="the last day", label="Last day away")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["auditor"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = holders(Role.AUDITOR, on=today)
        self.helper = dress(self)
