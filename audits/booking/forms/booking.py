"""When and where the meeting is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crispy_forms_gds.layout import Field, Fluid
from django import forms

from audits.booking.usual_times import answer_of
from qualitycounts.base.clock import LONDON
from qualitycounts.base.fields import DayField, TimeOfDayField, dress

TIME = {"required": "Enter the time the meeting begins.", "invalid": "Enter a time like 10:30 or 2:30pm."}
PLACE = {"required": "Say where you will meet: a room, or “on a call”.", "max_length": "Say it in 120 characters."}


class BookForm(forms.Form):
    """The day, the time and the place."""

    meets = DayField(what="the day of the meeting", label="Day of the meeting")
    time = TimeOfDayField(
        label="Time it begins",
        help_text="In hours and minutes, like 10:30. Allow two hours.",
        error_messages=TIME,
    )
    place = forms.CharField(
        label="Where you will meet",
        help_text="A room, or “on a call”. You need the child’s record open in front of you both.",
        max_length=120,
        error_messages=PLACE,
    )

    link = forms.CharField(
        label="Address of the call",
        help_text="Only where you meet on a call: paste what Teams or another program gives you, beginning with https://.",
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"max_length": "Paste the address alone, of 300 characters or fewer."},
    )
    anyway = forms.CharField(label="Book it at this time all the same", required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(
            self,
            "meets",
            Field("time", css_class="govuk-input govuk-input--width-5"),
            Field.text("place", field_width=Fluid.TWO_THIRDS),
            Field.text("link", field_width=Fluid.TWO_THIRDS),
        )

    @property
    def asks(self) -> str:
        """The time that is odd and may be meant, as the answer names it; "" where nothing is asked."""
        return answer_of(self.when()) if "anyway" in self.errors else ""

    def when(self) -> datetime:
        """The moment the meeting begins, in London."""
        return datetime.combine(self.cleaned_data["meets"], self.cleaned_data["time"], tzinfo=LONDON)

    def said(self) -> dict[str, Any]:
        """The place, the call, and whether an odd time is meant."""
        return {name: self.cleaned_data[name] for name in ("place", "link", "anyway")}
