"""Whose records are asked for, why, and how what is about others is shown."""

from __future__ import annotations

from typing import Any

from crispy_forms_gds.layout import Field
from django import forms

from qualitycounts.base.fields import Words, dress


class SubjectAccessForm(forms.Form):
    """A child's number or a worker's address, and the request that is answered."""

    number = forms.CharField(label="Person number of a child", required=False, max_length=20)
    email = forms.CharField(label="Or the e-mail address of a worker", required=False, max_length=254)
    why = Words(
        label="Which request does it answer?",
        help_text="For example: request 2026/114, identity checked on 26 November. Do not name anybody.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    others = forms.ChoiceField(
        label="What is about others",
        choices=[("mark", "Mark it, to be read and taken out by hand"), ("black_out", "Take it out where it is known")],
        initial="mark",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.text("number"), Field.text("email"), "why", Field.radios("others"))
