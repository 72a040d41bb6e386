"""Saying that two rows of the register are one child."""

from __future__ import annotations

from typing import Any

from crispy_forms_gds.layout import Field, Fluid
from django import forms

from qualitycounts.base.fields import dress, reason_field


class MergeCasesForm(forms.Form):
    """The number of the other row, and how one knows."""

    number = forms.CharField(
        label="The other person number",
        help_text="As the register has it, such as 4711 for 004711. All that this row has comes to the case above.",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the number of the other row."},
    )
    why = reason_field(
        "How do you know?",
        "Say how you know that they are one child. It stays in the history.",
        "Such as: the number lost its zeros in a spreadsheet.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.text("number", field_width=Fluid.ONE_THIRD), Field.textarea("why", rows=3))
