"""What is planned, why it is changed or dropped, and who is asked to agree."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from crispy_forms_gds.layout import HTML, Field, Fixed
from django import forms

from audits.models import Activity
from audits.programme import agreement, planning
from people.directory import holders
from people.models import Team, User
from people.roles import Role
from qualitycounts.base.dates import month_in_words
from qualitycounts.base.fields import dress, reason_field
from standards import categories, standard_sets
from standards.models import Tool
from standards.tools import published_tools


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


NARROWS = ("title", "questions", "focus", "categories", "teams")
NOT_ASKED: dict[str, tuple[str, ...]] = {
    Activity.Kind.CORE: (*NARROWS, "agencies", "tool"),
    Activity.Kind.MANAGEMENT: ("agencies", "tool"),
    Activity.Kind.OBSERVATION: ("questions", "focus", "categories", "teams", "agencies"),
    Activity.Kind.MULTI_AGENCY: (),
}
"""The fields that a kind does not need, and so does not show; any other kind has no partner agencies."""
FOLD = HTML(
    '<details class="govuk-details"{% if form.narrowed %} open{% endif %}><summary class="govuk-details__summary">'
    '<span class="govuk-details__summary-text">Keep to some standards, categories or teams</span></summary>'
    '<div class="govuk-details__text">'
)
UNFOLD = HTML("</div></details>")


class ActivityForm(forms.Form):
    """One activity of the programme, with the fields that its kind needs and no others."""

    kind = forms.ChoiceField(
        choices=Activity.Kind,
        widget=forms.HiddenInput,
        error_messages={"required": "Choose what kind of activity it is."},
    )
    month = forms.ChoiceField(label="Month", error_messages={"invalid_choice": "Choose a month from the list."})
    title = forms.CharField(
        label="What it is about",
        help_text="Such as “Neglect” or “Child protection conferences”.",
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
    questions = forms.CharField(
        label="Questions it asks of every case",
        help_text="One on each line, if any. They are on every page and mail of its audits; the auditor answers them. "
        "Do not name a child.",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    tool = forms.ModelChoiceField(
        label="Its own tool",
        help_text="Questions that the Head of QA wrote for a theme. They are answered for every case or observation.",
        queryset=Tool.objects.none(),
        required=False,
        empty_label="None",
        error_messages={"invalid_choice": "Choose a tool from the list."},
    )
    focus = forms.TypedMultipleChoiceField(
        label="Only these standards",
        help_text="None chosen: all.",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    categories = forms.MultipleChoiceField(
        label="Only cases of these categories",
        choices=categories.choices,
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
        help_text="One on each line.",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    lead = forms.ModelChoiceField(
        label="Led by", queryset=User.objects.none(), required=False, empty_label="Not decided yet"
    )

    def __init__(self, *args: Any, today: date, changes: Activity | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.data.get("kind") if self.is_bound else self.initial.get("kind")
        self.of_kind = Activity.Kind(asked) if asked in Activity.Kind.values else Activity.Kind.THEMED
        year = planning.year_of(today)
        coming = (month for each in (year, year + 1) for month in planning.months_of_year(each))
        months = {month for month in coming if month >= today.replace(day=1)}
        if changes is not None:
            months.add(changes.month)
        field = cast(forms.ChoiceField, self.fields["month"])
        field.choices = [(f"{month:%Y-%m}", month_in_words(month)) for month in sorted(months)]
        field.initial = f"{today:%Y-%m}"
        standards = standard_sets.titles_from(today)
        focus = cast(forms.TypedMultipleChoiceField, self.fields["focus"])
        focus.choices = [(number, f"{number}. {title}") for number, title in standards.items()]
        leads = cast("forms.ModelChoiceField[User]", self.fields["lead"])
        leads.queryset = holders(*agreement.ASKED, Role.QA_OFFICER, on=today)
        cast("forms.ModelChoiceField[Tool]", self.fields["tool"]).queryset = published_tools()
        if changes is not None:
            self.fields["why"] = reason_field("Why it is changed", "Say why the programme is changed. It is kept.")
        for name in NOT_ASKED.get(self.of_kind, ("agencies",)):
            del self.fields[name]
        flash = self.of_kind == Activity.Kind.FLASH
        standards_row = [Field.checkboxes("focus", small=True)]
        rows: list[Any] = [
            "kind",
            Field.select("month"),
            "title",
            Field.text("planned", field_width=Fixed.THREE),
            Field.select("origin"),
            "origin_words",
            "agencies",
            "questions",
            Field.select("tool"),
            *(standards_row if flash else []),
            FOLD,
            *([] if flash else standards_row),
            Field.checkboxes("categories", small=True),
            Field.checkboxes("teams", small=True),
            UNFOLD,
            Field.select("lead"),
            "why",
        ]
        narrows = "teams" in self.fields
        self.helper = dress(self, *(row for row in rows if self.has(row) and (narrows or row not in (FOLD, UNFOLD))))

    def has(self, row: Any) -> bool:
        """Whether a row of the layout is of a field that this kind has."""
        names = getattr(row, "fields", [row])
        return isinstance(row, HTML) or all(name in self.fields for name in names)

    @property
    def narrowed(self) -> bool:
        """Whether it keeps to some standards, categories or teams, so that they stand open."""
        folded = ("categories", "teams", *(() if self.of_kind == Activity.Kind.FLASH else ("focus",)))
        return any(self[name].value() or self.errors.get(name) for name in folded)

    def clean_month(self) -> date:
        """The first day of the month."""
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")

    def asked(self) -> planning.ActivityPlan:
        """What is planned, as the rule takes it."""
        cleaned = self.cleaned_data
        teams = [team.name for team in cleaned.get("teams", ())]
        narrow = {"categories": cleaned.get("categories", []), "teams": teams}
        return {
            "kind": cleaned["kind"],
            "month": cleaned["month"],
            "title": cleaned.get("title", ""),
            "planned": cleaned["planned"],
            "origin": cleaned["origin"],
            "origin_words": cleaned["origin_words"],
            "focus": cleaned.get("focus", []),
            "narrow": {key: values for key, values in narrow.items() if values},
            "agencies": lines_of(cleaned.get("agencies", "")),
            "lead": cleaned["lead"],
            "questions": lines_of(cleaned.get("questions", "")),
            "tool": cleaned.get("tool"),
        }


def lines_of(text: str) -> list[str]:
    """The lines that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


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
        "questions": "\n".join(activity.questions),
        "tool": activity.tool_id,
        "lead": activity.lead_id,
    }


class DropForm(forms.Form):
    """Why an activity is taken off the programme."""

    why = reason_field("Why it is dropped", "Say why it is dropped. It stays on the page with the reason.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)


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
