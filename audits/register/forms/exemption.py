"""Why a case is left out of draws, and until when."""

from __future__ import annotations

from typing import Any

from django import forms

from qualitycounts.base.fields import DayField, dress, reason_field


class ExemptForm(forms.Form):
    """The reason, and the last day."""

    reason = reason_field(
        "Why is the case left out?",
        "Say why the case is left out of draws.",
        "For example: a court case about the audit’s own questions. Do not name the child.",
    )
    ends_on = DayField(what="the last day", label="Until when?", help_text="The last day on which it is left out.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)
