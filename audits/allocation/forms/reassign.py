"""Who an audit is given to, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms_gds.layout import Field
from django import forms

from audits.allocation.reassign import AuditorChoice
from people.models import User
from qualitycounts.base.fields import dress, reason_field


class GiveForm(forms.Form):
    """One of those who may have it."""

    auditor = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label="Auditor",
        empty_label="Choose",
        error_messages={"required": "Choose the auditor.", "invalid_choice": "Choose an auditor from the list."},
    )
    why = reason_field("Why it goes to them", "Say why it goes to this auditor. It stays with the audit.")

    def __init__(self, *args: Any, choices: Sequence[AuditorChoice], offer: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if offer is not None:
            self.initial = {"auditor": offer.pk, "why": f"Back to {offer}, who had it before an import took them off."}
        field = self.fields["auditor"]
        if isinstance(field, forms.ModelChoiceField):
            may = [choice.auditor.pk for choice in choices if not choice.why_not]
            field.queryset = User.objects.filter(pk__in=may).order_by("name", "pk")
        self.helper = dress(self, Field.select("auditor"), "why")
