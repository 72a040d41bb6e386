"""The note that goes with reminders."""

from __future__ import annotations

from typing import Any

from django import forms

from qualitycounts.base.fields import dress


class RemindForm(forms.Form):
    """A note of the QA Officer's own, and whether those reminded today are reminded again."""

    note = forms.CharField(
        label="A note from you",
        help_text="It may stay empty. It stands in each of these mails. Do not name a child.",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": "Say it in 1,000 characters or fewer."},
    )
    again = forms.BooleanField(label="Also those whom I reminded today already", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, "note")
