"""What is drawn, why a case is replaced, and why a month is drawn again."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from crispy_forms_gds.layout import HTML, Field, Fixed
from django import forms

from audits.models import Activity
from audits.replacement import REASONS
from people.fields import dress
from people.models import Team
from standards.models import Category
from standards.timescales import add_months

MONTHS_AHEAD = 12
LARGEST = 500
DETAILS_START = (
    '<details class="govuk-details draw-fold"{% if form.narrowed %} open{% endif %}>'
    '<summary class="govuk-details__summary"><span class="govuk-details__summary-text">'
    'Draw for themed or flash audits instead</span></summary><div class="govuk-details__text">'
)
DETAILS_END = "</div></details>"


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


def reason_field(label: str, required: str, hint: str = "") -> forms.CharField:
    """A reason in one's own words."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": required, "max_length": "Say it in 1,000 characters or fewer."},
    )


class DrawForm(forms.Form):
    """Which activity to draw for, and how many cases. Only themed and flash audits narrow the frame."""

    month = forms.ChoiceField(
        label="Month of the audits", error_messages={"invalid_choice": "Choose a month from the list."}
    )
    size = size_field()
    kind = forms.ChoiceField(label="What the audits are", choices=Activity.Kind, initial=Activity.Kind.CORE)
    title = forms.CharField(
        label="What they are about",
        help_text="For themed and flash audits, such as “Neglect” or “Return home interviews”.",
        max_length=80,
        required=False,
        error_messages={"max_length": "Say what they are about in 80 characters or fewer."},
    )
    categories = forms.MultipleChoiceField(
        label="Only these categories", choices=Category, required=False, widget=forms.CheckboxSelectMultiple
    )
    teams = forms.ModelMultipleChoiceField(
        label="Only these teams", queryset=Team.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = today.replace(day=1)
        months = [add_months(first, ahead) for ahead in range(MONTHS_AHEAD + 1)]
        field = cast(forms.ChoiceField, self.fields["month"])
        field.choices = [(f"{month:%Y-%m}", f"{month:%B %Y}") for month in months]
        field.initial = f"{months[1]:%Y-%m}"
        self.helper = dress(
            self,
            Field.select("month"),
            Field.text("size", field_width=Fixed.THREE),
            HTML(DETAILS_START),
            Field.select("kind"),
            "title",
            Field.checkboxes("categories", small=True),
            Field.checkboxes("teams", small=True),
            HTML(DETAILS_END),
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything under the fold was filled in, so that it is shown open."""
        return self.is_bound and (
            self.data.get("kind", Activity.Kind.CORE) != Activity.Kind.CORE
            or any(self.data.get(name) for name in ("title", "categories", "teams"))
        )

    def clean_month(self) -> date:
        """The first day of the month."""
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")

    def clean(self) -> dict[str, Any]:
        """Themed and flash audits say what they are about; core ones are drawn from every case."""
        cleaned = super().clean() or {}
        if cleaned.get("kind") == Activity.Kind.CORE:
            if cleaned.get("title") or cleaned.get("categories") or cleaned.get("teams"):
                self.add_error(
                    "kind", "Core live audits are drawn from every case. Choose themed or flash to narrow them."
                )
        elif not cleaned.get("title"):
            self.add_error("title", "Say what the audits are about.")
        return cleaned

    def asked(self) -> dict[str, Any]:
        """What to draw, as the rule takes it."""
        cleaned = self.cleaned_data
        narrow = {"categories": cleaned["categories"], "teams": [team.name for team in cleaned["teams"]]}
        return {
            "month": cleaned["month"],
            "size": cleaned["size"],
            "kind": cleaned["kind"],
            "title": cleaned["title"],
            "narrow": {key: values for key, values in narrow.items() if values},
        }


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
