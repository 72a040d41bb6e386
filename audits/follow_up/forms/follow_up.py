"""What is typed after the meeting: the supervision, the day it was put on the file, an action agreed in supervision."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms_gds.layout import Field
from django import forms

from audits.follow_up.forms.actions import words_field
from audits.models import Action, Audit
from audits.plan.forms import BOXES
from qualitycounts.base.dates import day_in_words
from qualitycounts.base.fields import DayField, dress


class SupervisionForm(forms.Form):
    """When it was talked about, and what was said and decided."""

    on = DayField(what="the day of the supervision", label="When was the supervision?")
    discussed = words_field(
        "What was talked about and decided?",
        "Say what was talked about and decided.",
        "A few sentences. Nothing about anyone’s performance: that belongs with line management.",
    )

    def __init__(self, *args: Any, today: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "supervision_%s"} | kwargs)
        self.initial.setdefault("on", today)
        self.helper = dress(self)


class OnFileForm(forms.Form):
    """The day on which the entry was put on the child's file."""

    on = DayField(what="the day it was put on the file", label="When was it put on the file?")
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "file_%s"} | kwargs)
        self.initial.setdefault("on", today)
        self.helper = dress(self, "on")


class TakeBackForm(forms.Form):
    """Why the entry is not where somebody said it is; the page says itself which of the two it is."""

    which = forms.CharField(widget=forms.HiddenInput)
    why = words_field("Why is it not there?", "Say why it is not there. The reason stays with the audit.", rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "back_%s"} | kwargs)
        self.helper = dress(self, "why")


class ChronologyForm(forms.Form):
    """Whether the audit belongs in the management chronology, or is entered there."""

    CHOICES = (
        ("entered", "Yes, and it is entered there now"),
        ("needed", "Yes, and it is still to be entered"),
        ("not_needed", "No"),
    )
    answer = forms.ChoiceField(
        label="Does it belong in the management chronology?",
        choices=CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it belongs in the management chronology."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "chronology_%s"} | kwargs)
        self.helper = dress(self, Field.radios("answer"))


class SupervisionActionForm(forms.Form):
    """An action that manager and worker agreed in supervision, as SMART as those of the meeting."""

    part = forms.ChoiceField(
        label="Who owns it?",
        choices=Action.Part.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who owns it."},
    )
    due_on = DayField(what="the due date", label="By when?")

    def __init__(self, *args: Any, audit: Audit, latest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, hint, rows) in BOXES.items():
            self.fields[name] = words_field(label, f"{label[:-1]}: write a few words.", hint, rows)
        part = self.fields["part"]
        if isinstance(part, forms.ChoiceField):
            part.choices = [
                (Action.Part.WORKER, f"{audit.keyworker}, keyworker"),
                (Action.Part.MANAGER, f"{audit.responsible_manager or 'The team’s manager'}, responsible manager"),
            ]
        self.fields["due_on"].help_text = f"At the latest {day_in_words(latest)}, one month from now."
        self.helper = dress(self, *BOXES, Field.radios("part"), "due_on")
