"""What is typed about a category: its code and name, its place, what it follows, how often its plans are reviewed."""

from __future__ import annotations

from typing import Any

from django import forms

from audits.categories.change import LONGEST_NAME, MOST_MONTHS, code_before, number_of_changes, reviews_in_words
from qualitycounts.base.fields import dress
from standards import categories
from standards.categories import CaseCategory, Category


class InUseForm(forms.Form):
    """Why a category is taken out of use or used again, and how many changes the page knew of."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    why = forms.CharField(
        label="Why",
        help_text="Such as “agreed at CQAWG in May”. It stays in the history.",
        max_length=500,
        error_messages={"required": "Say why.", "max_length": "Use 500 characters or fewer."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["number"] = number_of_changes()
        self.helper = dress(self)


class CategoryForm(InUseForm):
    """One category; without one, a new one of the council's own. Of the five only the name and the place are asked."""

    code = forms.CharField(
        label="Code",
        help_text="Two to four letters and figures, as case lists may write it. It stays for good.",
        max_length=4,
        widget=forms.TextInput(attrs={"class": "govuk-input govuk-input--width-5"}),
        error_messages={"required": "Enter a code.", "max_length": "Use two to four letters and figures."},
    )
    name = forms.CharField(
        label="Name",
        help_text="As your council says it, such as “Family Help (targeted)”.",
        max_length=LONGEST_NAME,
        error_messages={"required": "Enter a name.", "max_length": f"Use {LONGEST_NAME} characters or fewer."},
    )
    after = forms.ChoiceField(
        label="Where it stands", required=False, error_messages={"invalid_choice": "Choose where it stands."}
    )
    likes = forms.ChoiceField(
        label="What it is asked at first",
        help_text="Until a set of standards names it, its audits ask what this one’s ask.",
        error_messages={"required": "Choose one of the five.", "invalid_choice": "Choose one of the five."},
    )
    review_months = forms.TypedChoiceField(
        label="How often its plans are reviewed",
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": "Choose how often its plans are reviewed."},
    )
    field_order = ("number", "code", "name", "after", "likes", "review_months", "why")

    def __init__(self, *args: Any, category: CaseCategory | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = categories.case_categories()
        places = [("", "First"), *((row.code, f"After {row.name}") for row in known.rows if row != category)]
        choices = {
            "after": places,
            "likes": [(each.value, known.names[each]) for each in Category],
            "review_months": [
                ("" if months is None else months, reviews_in_words(months).capitalize())
                for months in (None, *range(MOST_MONTHS + 1))
            ],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        if category is None:
            self.initial["after"] = known.rows[-1].code
        else:
            del self.fields["code"]
            held = {name: getattr(category, name) for name in ("name", "likes", "review_months")}
            self.initial.update(held, after=code_before(category.code))
            if not category.is_own:
                del self.fields["likes"], self.fields["review_months"]
        self.helper = dress(self)
