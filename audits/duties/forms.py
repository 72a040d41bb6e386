"""Which monthly duty will not be done, and why."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from audits.models import SetAside
from qualitycounts.base.fields import dress, reason_field


class MonthField(forms.CharField):
    """A month written 2026-11; cleaned to its first day."""

    def to_python(self, value: Any) -> Any:
        """The first day of the month."""
        text = super().to_python(value)
        try:
            return date.fromisoformat(f"{text}-01")
        except ValueError as wrong:
            raise forms.ValidationError("Write the month like 2026-11.", code="invalid") from wrong


class SetAsideForm(forms.Form):
    """A duty, its month, and the reason."""

    duty = forms.ChoiceField(
        label="What will not be done",
        choices=SetAside.Duty,
        error_messages={"required": "Choose what will not be done.", "invalid_choice": "Choose one of the three."},
    )
    month = MonthField(
        label="Of which month", help_text="Like 2026-11.", error_messages={"required": "Write the month like 2026-11."}
    )
    why = reason_field(
        "Why",
        "Say why it will not be done. The reason stays on the programme.",
        "It stays on this page with your name.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)

    def clean_duty(self) -> SetAside.Duty:
        """The duty itself."""
        return SetAside.Duty(self.cleaned_data["duty"])
