"""Why an auditor should not audit a case."""

from __future__ import annotations

from typing import Any

from django import forms

from qualitycounts.base.fields import dress, reason_field


class ConflictForm(forms.Form):
    """Why this auditor should not audit this case."""

    reason = reason_field(
        "Why should this auditor not audit this case?",
        "Say in a sentence why this auditor should not audit this case.",
        "For example: they knew the family before, or they advised on the case. Do not name the child.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)
