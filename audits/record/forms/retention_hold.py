"""What an audit is kept for."""

from __future__ import annotations

from typing import Any

from crispy_forms_gds.layout import Field
from django import forms

from qualitycounts.base.fields import Words, dress


class KeepingForm(forms.Form):
    """The reason."""

    why = Words(
        label="What is it kept for?",
        help_text="For example: the complaint of May 2026. Do not name the child.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.textarea("why"))
