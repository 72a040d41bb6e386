"""Which of those that a file seems to name anew are the same."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from audits.register.same import KINDS


class SameForm(forms.Form):
    """The ticked of one question; `apart` where they are not the same after all."""

    kind = forms.ChoiceField(choices=list(KINDS.items()))
    apart = forms.BooleanField(required=False)

    @property
    def ticked(self) -> list[str]:
        """The new numbers, e-mails or names that were ticked."""
        return self.data.getlist("new") if isinstance(self.data, QueryDict) else []

    def clean(self) -> dict[str, Any]:
        """Refuse a question to which nothing is ticked."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.ticked and not cleaned.get("apart"):
            raise forms.ValidationError("Tick those that are the same.")
        return cleaned

    def asked(self) -> dict[str, Any]:
        """What was said, as the rule takes it."""
        return {"kind": self.cleaned_data["kind"], "new": [] if self.cleaned_data["apart"] else self.ticked}
