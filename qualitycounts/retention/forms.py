"""Signing a disposal list."""

from __future__ import annotations

from typing import Any

from crispy_forms_gds.layout import Field
from django import forms

from qualitycounts.base.fields import Words, dress


class SignForm(forms.Form):
    """By which schedule, of the list as the page had it."""

    why = Words(
        label="By which schedule?",
        help_text="For example: the council’s retention schedule of May 2026. It stands on the certificate.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.textarea("why"), "seen")
