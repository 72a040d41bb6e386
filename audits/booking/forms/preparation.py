"""The keyworker's word that the file is checked, and their own look at the headline indicators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from crispy_forms_gds.layout import Field
from django import forms

from audits.case_system import naming_it
from audits.models import Mark, SelfCheck
from qualitycounts.base.fields import DayField, dress
from standards.models import Indicator

ANSWERS = [("", "Not looked at yet"), *Mark.Value.choices]


class CheckedForm(forms.Form):
    """The day on which the keyworker checked the file."""

    checked_on = DayField(what="the day", label=naming_it("I have checked the file on {}, on"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"checked_on": today}
        self.helper = dress(self)


class SelfCheckForm(forms.Form):
    """The keyworker's answer for each indicator, and a few words; nothing is required."""

    words = forms.CharField(
        label="What I want to say in the meeting",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": "Say it in 4,000 characters or fewer."},
    )

    def __init__(
        self, *args: Any, indicators: Sequence[Indicator], saved: SelfCheck | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        answers = saved.answers if saved else {}
        self.numbers = [indicator.number for indicator in indicators]
        for indicator in indicators:
            self.fields[f"i{indicator.number}"] = forms.ChoiceField(
                label=f"{indicator.number}. {indicator.title}",
                help_text=indicator.question,
                choices=ANSWERS,
                required=False,
                initial=answers.get(str(indicator.number), ""),
            )
        self.initial["words"] = saved.words if saved else ""
        self.helper = dress(self, *(Field.select(f"i{number}") for number in self.numbers), "words")

    def asked(self) -> dict[str, Any]:
        """What was noted, as the rule takes it."""
        answers = {number: self.cleaned_data[f"i{number}"] for number in self.numbers}
        return {"answers": answers, "words": self.cleaned_data["words"]}
