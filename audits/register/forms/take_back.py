"""Why an import is taken back."""

from __future__ import annotations

from typing import Any

from crispy_forms_gds.layout import Field
from django import forms

from qualitycounts.base.fields import dress


class TakeImportBackForm(forms.Form):
    """The reason: it stays with the import and in the history."""

    why = forms.CharField(
        label="Why?",
        help_text="Such as: the report had a team filter on.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why it is taken back. Both stay in the history."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.textarea("why", rows=3))
