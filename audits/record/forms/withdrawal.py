"""Why an audit is taken back."""

from __future__ import annotations

from typing import Any

from crispy_forms_gds.layout import Field
from django import forms

from qualitycounts.base.fields import Words, dress


class WithdrawalForm(forms.Form):
    """The reason, which stays beside the audit."""

    why = Words(label="Why?", help_text="The reason stays beside the audit.", widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.textarea("why"))
