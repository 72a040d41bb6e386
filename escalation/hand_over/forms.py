"""To whom everything of one person goes, what of it, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from crispy_forms_gds.layout import Field
from django import forms
from django.db.models import QuerySet

from escalation.hand_over.handing_over import Holding
from people.models import User
from qualitycounts.base.fields import dress, reason_field


class HandOverAllForm(forms.Form):
    """What goes (all of it, unless something is unticked), to whom, and why."""

    keys = forms.MultipleChoiceField(
        label="What goes",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one thing that goes to another."},
    )
    to = forms.ModelChoiceField(
        label="To whom",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        error_messages={"required": "Choose to whom it goes."},
    )
    others = forms.BooleanField(
        label="Find other auditors, by the rules of allocation, for audits that this person may not have",
        required=False,
        initial=True,
    )
    why = reason_field(
        "Why", "Say why. The reason stays with each of them.", "Such as: on maternity leave from 1 March."
    )

    def __init__(self, *args: Any, holdings: Sequence[Holding], takers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(holding.key, holding.words) for holding in holdings]
        cast(forms.MultipleChoiceField, self.fields["keys"]).choices = choices
        self.fields["keys"].initial = [key for key, _ in choices]
        cast("forms.ModelChoiceField[User]", self.fields["to"]).queryset = takers
        self.helper = dress(
            self, Field.checkboxes("keys", small=True), Field.select("to"), Field.checkbox("others", small=True), "why"
        )
