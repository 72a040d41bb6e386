"""The digits of a PIN."""

from __future__ import annotations

from typing import Any

from crispy_forms_gds.layout import Field, Fluid
from django import forms

from qualitycounts.base.fields import dress


class PinForm(forms.Form):
    """4 to 6 digits, never shown."""

    digits = forms.CharField(
        label="PIN",
        help_text="4 to 6 digits.",
        error_messages={"required": "Enter 4 to 6 digits."},
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 6}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.text("digits", field_width=Fluid.ONE_QUARTER))
