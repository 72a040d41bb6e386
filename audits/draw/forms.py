"""What is drawn, why a case is replaced, and why a month is drawn again."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from crispy_forms_gds.layout import Field, Fixed
from django import forms

from audits.draw import draws
from audits.draw.replacement import REASONS
from audits.models import Activity
from audits.plan.mail_note import LONGEST_NOTE
from qualitycounts.base.dates import month_in_words
from qualitycounts.base.fields import dress, reason_field
from standards.timescales import add_months

LARGEST = 500


def size_field() -> forms.IntegerField:
    """How many cases."""
    return forms.IntegerField(
        label="How many cases",
        min_value=1,
        max_value=LARGEST,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "Enter how many cases to draw.",
            "invalid": "Enter how many cases to draw as a whole number, like 22.",
            "min_value": "Enter 1 or more cases to draw.",
            "max_value": f"Enter {LARGEST} cases or fewer.",
        },
    )


class DrawForm(forms.Form):
    """Which activity to draw for, and how many cases. What narrows them down is on the programme."""

    activity = forms.ChoiceField(
        label="Draw for", error_messages={"invalid_choice": "Choose a month or an activity from the list."}
    )
    size = size_field()

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.drawable = draws.drawable(today)
        field = cast(forms.ChoiceField, self.fields["activity"])
        core: list[tuple[str, str]] = []
        others: list[tuple[str, str]] = []
        for key, activity in self.drawable.items():
            planned = f" ({activity.planned} planned)" if activity.planned else ""
            planned = " (drawn already)" if draws.is_drawn(activity) else planned
            is_core = activity.kind == Activity.Kind.CORE
            about = "Core live audits" if is_core else f"{activity.title}, {activity.get_kind_display()}"
            row = (key, f"{month_in_words(activity.month)}: {about}{planned}")
            (core if is_core else others).append(row)
        field.choices = [("Core live audits", core), *([("Also on the programme", others)] if others else [])]
        next_month = f"{add_months(today.replace(day=1), 1):%Y-%m}"
        left = (key for key, _ in core if key >= next_month and not draws.is_drawn(self.drawable[key]))
        coming = next(left, next_month)
        asked = self.initial.get("activity")
        field.initial = self.initial["activity"] = asked if asked in self.drawable else coming
        self.fields["size"].initial = self.drawable[field.initial].planned or None
        self.helper = dress(self, Field.select("activity"), Field.text("size", field_width=Fixed.THREE))

    def asked(self) -> tuple[Activity, int]:
        """What to draw for, and how many cases."""
        return self.drawable[self.cleaned_data["activity"]], self.cleaned_data["size"]


class AgainForm(forms.Form):
    """How many to draw this time, and why."""

    size = size_field()
    why = reason_field(
        "Why the month is drawn again",
        "Say why the month is drawn again.",
        "It is shown with the old draw, which stays.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.text("size", field_width=Fixed.THREE), "why")


class UnsentForm(forms.Form):
    """Why a draw is left unsent, is to be drawn again, or is not."""

    why = reason_field("Why", "Say why.", "It stays with the draw. Do not name a child.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)


class ReplaceForm(forms.Form):
    """Why a chosen case is replaced."""

    reason = forms.ChoiceField(
        label="Why is it replaced?",
        choices=list(REASONS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why the case is replaced."},
    )
    why = reason_field("More about it", "", "Needed for “another reason”. Do not name the child.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].required = False
        self.helper = dress(self, Field.radios("reason"), "why")


class SendForm(forms.Form):
    """The note that goes with the mails of a draw."""

    note = forms.CharField(
        label="A note from you",
        help_text="It may stay empty. Do not name a child.",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"max_length": "Say it in 1,000 characters or fewer."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)
