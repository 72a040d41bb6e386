"""What is typed to make a token of the feed."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms_gds.layout import Field
from django import forms

from qualitycounts.base.fields import dress
from reporting.feed import tokens
from reporting.form_fields import PersonField


class TokenForm(forms.Form):
    """In whose name, and what for."""

    person = PersonField(
        label="Who answers for it?",
        help_text="Somebody who reads the reports. It ends when they leave or no longer do.",
        error_messages={"required": "Choose who answers for it.", "invalid_choice": "Choose somebody from the list."},
    )
    purpose = forms.CharField(
        label="What reads it?",
        help_text="The tool and the table, such as “Power BI, children’s dashboard”.",
        max_length=120,
        error_messages={
            "required": "Say what reads it, such as “Power BI, children’s dashboard”.",
            "max_length": "Say it in 120 characters or fewer.",
        },
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = tokens.people_offered(on)  # type: ignore[attr-defined]
        self.helper = dress(self, Field.select("person"), "purpose")
