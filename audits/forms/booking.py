"""When and where the meeting is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crispy_forms_gds.layout import Field, Fluid
from django import forms

from people.fields import DayField, dress
from qualitycounts.clock import LONDON

TIME = {"required": "Enter the time the meeting begins.", "invalid": "Enter a time like 10:30."}
PLACE = {"required": "Say where you will meet: a room, or “on a call”.", "max_length": "Say it in 120 characters."}


class BookForm(forms.Form):
    """The day, the time and the place."""

    meets = DayField(what="the day of the meeting", label="Day of the meeting")
    time = forms.TimeField(
        label="Time it begins",
        help_text="In hours and minutes, like 10:30. Allow two hours.",
        input_formats=["%H:%M", "%H.%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"autocomplete": "off"}),
        error_messages=TIME,
    )
    place = forms.CharField(
        label="Where you will meet",
        help_text="A room, or “on a call”. You need the child’s record open in front of you both.",
        max_length=120,
        error_messages=PLACE,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(
            self,
            "meets",
            Field.text("time", field_width=Fluid.ONE_QUARTER),
            Field.text("place", field_width=Fluid.TWO_THIRDS),
        )

    def when(self) -> datetime:
        """The moment the meeting begins, in London."""
        return datetime.combine(self.cleaned_data["meets"], self.cleaned_data["time"], tzinfo=LONDON)
