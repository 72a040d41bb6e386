"""Who an audit is given to, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms_gds.layout import Field
from django import forms

from audits.allocation.reassign import AuditorChoice
from people.models import User
from qualitycounts.base.fields import dress, reason_field


class AuditorsWithLoad(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One auditor, each with what they hold of the month."""

    loads: dict[int, AuditorChoice] = {}

    def label_from_instance(self, obj: User) -> str:
        """The name, what they hold and for how many they have room."""
        load = self.loads[obj.pk]
        return f"{obj.name}: holds {load.held}, room for {load.room}"


class GiveForm(forms.Form):
    """One of those who may have it."""

    auditor = AuditorsWithLoad(
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
        if isinstance(field, AuditorsWithLoad):
            field.loads = {choice.auditor.pk: choice for choice in choices if not choice.why_not}
            field.queryset = User.objects.filter(pk__in=field.loads).order_by("name", "pk")
        self.helper = dress(self, Field.select("auditor"), "why")
