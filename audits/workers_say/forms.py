"""The two questions that the keyworker is asked after an audit."""

from __future__ import annotations

from typing import Any

from crispy_forms_gds.layout import Field
from django import forms

from audits.models import WorkerSay
from audits.workers_say.say import QUESTIONS
from qualitycounts.base.fields import Words, dress


def _question(slug: str) -> forms.ChoiceField:
    question = dict(QUESTIONS)[slug]
    return forms.ChoiceField(
        label=question,
        choices=WorkerSay.Answer,
        widget=forms.RadioSelect,
        error_messages={"required": f"Choose an answer: {question}"},
    )


class SayForm(forms.Form):
    """Was it fair, did it help, and anything in one's own words."""

    fair = _question("fair")
    helped = _question("helped")
    words = Words(
        label="What would have made it better? (optional)",
        help_text="The QA Team reads it without your name. Leave out what would tell them who you are, and the child.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.radios("fair"), Field.radios("helped"), Field.textarea("words"))
