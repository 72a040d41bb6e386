"""Which manager is asked to watch a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms_gds.layout import Field
from django import forms

from people.models import User
from qualitycounts.base.fields import dress


class WatchForm(forms.Form):
    """One of the managers of the case."""

    manager = forms.TypedChoiceField(
        label="Who should watch?",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose one of the managers."),
    )

    def __init__(self, *args: Any, managers: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(manager.pk, manager.name_and_title) for manager in managers]
        self.fields["manager"].choices = choices  # type: ignore[attr-defined]
        self.helper = dress(self, Field.radios("manager"))
