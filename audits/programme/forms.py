"""What is planned, why it is changed or dropped, what was found, and who is asked to agree."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from crispy_forms_gds.layout import Field, Fixed
from django import forms

from audits.models import Activity
from audits.programme import agreement, planning
from people.directory import holders
from people.models import Team, User
from people.roles import Role
from qualitycounts.base.dates import month_in_words
from qualitycounts.base.fields import DayField, dress, reason_field
from standards import standard_sets
from standards.models import Category


def number_field(label: str, hint: str = "") -> forms.IntegerField:
    """How many."""
    return forms.IntegerField(
        label=label,
        help_text=hint,
        min_value=0,
        max_value=planning.MOST_PLANNED,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "Enter how many are planned.",
            "invalid": "Enter how many as a whole number, like 12.",
            "min_value": "Enter 0 or more.",
            "max_value": f"Enter {planning.MOST_PLANNED} or fewer.",
        },
    )


class ActivityForm(forms.Form):
    """One activity of the programme."""

    kind = forms.ChoiceField(
        label="What it is", choices=Activity.Kind, error_messages={"required": "Choose what kind of activity it is."}
    )
    month = forms.ChoiceField(label="Month", error_messages={"invalid_choice": "Choose a month from the list."})
    title = forms.CharField(
        label="What it is about",
        help_text="For every kind but core live audits, such as “Neglect” or “Child protection conferences”.",
        max_length=planning.LONGEST_NAME,
        required=False,
        error_messages={"max_length": f"Say it in {planning.LONGEST_NAME} characters or fewer."},
    )
    planned = number_field("How many audits or observations")
    origin = forms.ChoiceField(label="Where it came from", choices=Activity.Origin)
    origin_words = forms.CharField(
        label="Which finding, complaint or figure it was",
        help_text="Not needed for the year’s routine. Do not name a child.",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "Say it in 1,000 characters or fewer."},
    )
    focus = forms.TypedMultipleChoiceField(
        label="Only these standards",
        help_text="A flash audit needs them. None chosen: all seven.",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    categories = forms.MultipleChoiceField(
        label="Only cases of these categories",
        choices=Category,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    teams = forms.ModelMultipleChoiceField(
        label="Only cases of these teams",
        queryset=Team.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    agencies = forms.CharField(
        label="Partner agencies",
        help_text="For a multi-agency audit: one on each line.",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    lead = forms.ModelChoiceField(
        label="Led by", queryset=User.objects.none(), required=False, empty_label="Not decided yet"
    )

    def __init__(self, *args: Any, today: date, changes: Activity | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = planning.year_of(today)
        months = {month for each in (year - 1, year, year + 1) for month in planning.months_of_year(each)}
        if changes is not None:
            months.add(changes.month)
        field = cast(forms.ChoiceField, self.fields["month"])
        field.choices = [(f"{month:%Y-%m}", month_in_words(month)) for month in sorted(months)]
        field.initial = f"{today:%Y-%m}"
        standards = standard_sets.in_force(today).standards.all()
        focus = cast(forms.TypedMultipleChoiceField, self.fields["focus"])
        focus.choices = [(standard.number, f"{standard.number}. {standard.short_title}") for standard in standards]
        leads = cast("forms.ModelChoiceField[User]", self.fields["lead"])
        leads.queryset = holders(*agreement.ASKED, Role.QA_OFFICER, on=today)
        if changes is not None:
            self.fields["why"] = reason_field("Why it is changed", "Say why the programme is changed. It is kept.")
        self.helper = dress(
            self,
            Field.select("kind"),
            Field.select("month"),
            "title",
            Field.text("planned", field_width=Fixed.THREE),
            Field.select("origin"),
            "origin_words",
            Field.checkboxes("focus", small=True),
            Field.checkboxes("categories", small=True),
            Field.checkboxes("teams", small=True),
            "agencies",
            Field.select("lead"),
            *(["why"] if changes is not None else []),
        )

    def clean_month(self) -> date:
        """The first day of the month."""
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")

    def asked(self) -> planning.ActivityPlan:
        """What is planned, as the rule takes it."""
        cleaned = self.cleaned_data
        narrow = {"categories": cleaned["categories"], "teams": [team.name for team in cleaned["teams"]]}
        return {
            "kind": cleaned["kind"],
            "month": cleaned["month"],
            "title": cleaned["title"],
            "planned": cleaned["planned"],
            "origin": cleaned["origin"],
            "origin_words": cleaned["origin_words"],
            "focus": cleaned["focus"],
            "narrow": {key: values for key, values in narrow.items() if values},
            "agencies": [line.strip() for line in cleaned["agencies"].splitlines() if line.strip()],
            "lead": cleaned["lead"],
        }


def initial(activity: Activity) -> dict[str, Any]:
    """An activity as its form shows it."""
    teams = Team.objects.filter(name__in=activity.narrow.get("teams", []))
    return {
        "kind": activity.kind,
        "month": f"{activity.month:%Y-%m}",
        "title": activity.title,
        "planned": activity.planned,
        "origin": activity.origin,
        "origin_words": activity.origin_words,
        "focus": activity.focus,
        "categories": activity.narrow.get("categories", []),
        "teams": list(teams),
        "agencies": "\n".join(activity.agencies),
        "lead": activity.lead_id,
    }


class DropForm(forms.Form):
    """Why an activity is taken off the programme."""

    why = reason_field("Why it is dropped", "Say why it is dropped. It stays on the page with the reason.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)


class FindingForm(forms.Form):
    """What a partner found, or what was seen in an observation."""

    agency = forms.ChoiceField(label="Whose finding it is")
    seen = forms.CharField(
        label="What was observed",
        help_text="Such as “Initial child protection conference” or “Supervision”.",
        max_length=120,
        error_messages={"required": "Say what was observed, such as a conference."},
    )
    on = DayField(what="the day", label="The day it was found or seen")
    text = reason_field(
        "What was found",
        "Say what was found, without naming the child or the worker.",
        "Do not name the child, the family or the worker.",
    )

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partner = activity.kind == Activity.Kind.MULTI_AGENCY
        del self.fields["seen" if partner else "agency"]
        if partner:
            cast(forms.ChoiceField, self.fields["agency"]).choices = [(name, name) for name in activity.agencies]
        self.helper = dress(self, Field.select("agency") if partner else "seen", "on", "text")


class Managers(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """People, each with what they do."""

    def label_from_instance(self, obj: User) -> str:
        """The name and the job title."""
        return obj.name_and_title


class AskForm(forms.Form):
    """Which managers are asked to agree."""

    who = Managers(
        label="Ask these managers to agree",
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one manager to ask."},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Managers, self.fields["who"]).queryset = agreement.managers(today)
        self.helper = dress(self, Field.checkboxes("who", small=True))


class AgreeForm(forms.Form):
    """A word with one's agreement, and the programme it is given to."""

    words = forms.CharField(
        label="A word with it",
        help_text="Optional: what you would change next time.",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    content_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)


class LayOutForm(forms.Form):
    """How many core live audits in each month."""

    size = number_field("Core live audits in each month")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.text("size", field_width=Fixed.THREE))
