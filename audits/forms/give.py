"""Who an audit is given to, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms_gds.layout import Field
from django import forms

from audits.forms.draw import reason_field
from audits.give import Choice
from people.fields import dress
from people.models import User


class GiveForm(forms.Form):
    """One of those who may have it."""

    auditor = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label="Auditor",
        empty_label="Choose",
        error_messages={"required": "Choose the auditor.", "invalid_choice": "Choose an auditor from the list."},
    )
    why = reason_field("Why it goes to them", "Say why it goes to this auditor. It stays with the audit.")

    def __init__(self, *args: Any, choices: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["auditor"]
        if isinstance(field, forms.ModelChoiceField):
            may = [one.auditor.pk for one in choices if not one.why_not]
            field.queryset = User.objects.filter(pk__in=may).order_by("name", "pk")
        self.helper = dress(self, Field.select("auditor"), "why")
