"""When a paused meeting goes on, if that is agreed already."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crispy_forms_gds.layout import Field, Fluid
from django import forms

from qualitycounts.base.clock import LONDON
from qualitycounts.base.fields import DayField, TimeOfDayField, dress


class PauseForm(forms.Form):
    """The day and the time, both or neither."""

    meets = DayField(what="the day you go on", label="Day you go on", required=False)
    time = TimeOfDayField(
        label="Time",
        help_text="In hours and minutes, like 10:30.",
        required=False,
        error_messages={"invalid": "Enter a time like 10:30 or 2:30pm."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, "meets", Field.text("time", field_width=Fluid.ONE_QUARTER))

    def clean(self) -> dict[str, Any]:
        """One without the other says nothing."""
        cleaned = super().clean() or {}
        if not self.errors and bool(cleaned.get("meets")) != bool(cleaned.get("time")):
            lacking, ask = (
                ("time", "Enter the time, too.") if cleaned.get("meets") else ("meets", "Enter the day, too.")
            )
            self.add_error(lacking, ask)
        return cleaned

    def when(self) -> datetime | None:
        """The moment it goes on, in London; None where nothing was said."""
        day, time = self.cleaned_data.get("meets"), self.cleaned_data.get("time")
        return datetime.combine(day, time, tzinfo=LONDON) if day and time else None
