"""What the panel's pages send: the draw of a sample, who is there, a ballot, a vote, the minutes and the terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast

from crispy_forms_gds.layout import Field
from django import forms

from audits.models import CASE_NUMBER, Review, grade_field
from audits.panel import sample as panel_sample
from audits.panel.calibration import CASE, TITLE
from audits.panel.quality import QUESTIONS
from people.models import User
from qualitycounts.base.dates import month_in_words
from qualitycounts.base.fields import DayField, Words, dress
from standards.timescales import add_months

MONTHS_BACK = 12


def people_choices(people: Iterable[User]) -> list[tuple[str, str]]:
    """People as choices."""
    return [(str(user.pk), user.name_and_title) for user in people]


def sentences_field(label: str, hint: str = "", rows: int = 3) -> Words:
    """A box for sentences; the rule says what it asks for."""
    return Words(label=label, help_text=hint, widget=forms.Textarea(attrs={"rows": rows}))


class SampleForm(forms.Form):
    """Which month's audits, on which day the panel sits, and who."""

    month = forms.ChoiceField(
        label="Audits finalised in",
        error_messages={"invalid_choice": "Choose a month from the list.", "required": "Choose a month."},
    )
    meets_on = DayField(
        what="the day on which the panel sits",
        label="The panel sits on",
        help_text="Leave it empty for the last working day of the month after.",
        required=False,
    )
    members = forms.MultipleChoiceField(
        label="Who gives a grade",
        help_text="Who is too near a case takes no part in that one: this is worked out for you.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose who gives a grade at this panel."},
    )
    deputy = forms.ChoiceField(
        label="Deputy",
        help_text="Decides where the chair is away, or too near a case.",
        required=False,
        error_messages={"invalid_choice": "Choose a deputy from the list."},
    )

    def __init__(self, *args: Any, on: date, drawn: Iterable[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        self.people = {str(user.pk): user for user in panel_sample.sitters(on=on)}
        done = set(drawn)
        months = [add_months(on.replace(day=1), -back) for back in range(1, MONTHS_BACK + 1)]
        month = cast(forms.ChoiceField, self.fields["month"])
        month.choices = [
            (f"{first_day:%Y-%m}", month_in_words(first_day)) for first_day in months if first_day not in done
        ]
        members = cast(forms.MultipleChoiceField, self.fields["members"])
        members.choices = people_choices(self.people.values())
        members.initial = list(self.people)
        cast(forms.ChoiceField, self.fields["deputy"]).choices = [
            ("", "Nobody yet"),
            *people_choices(self.people.values()),
        ]
        self.helper = dress(
            self,
            Field.select("month"),
            Field.checkboxes("members", small=True),
            Field.select("deputy"),
            "meets_on",
        )

    def clean_month(self) -> date:
        """The first day of the month."""
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")

    def said(self) -> dict[str, Any]:
        """What to draw, as the rule takes it; without a day, the usual one or today if that has passed."""
        cleaned = self.cleaned_data
        return {
            "month": cleaned["month"],
            "meets_on": cleaned["meets_on"] or max(panel_sample.usual_day(cleaned["month"]), self.on),
            "members": [self.people[key] for key in cleaned["members"]],
            "deputy": self.people.get(cleaned["deputy"]),
        }


class ThereForm(forms.Form):
    """Who is at the table, whether the chair is away, and who is deputy."""

    here = forms.MultipleChoiceField(
        label="Members who are here",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Somebody has to be there. Mark at least one member as here."},
    )
    chair_away = forms.BooleanField(label="The chair is away", required=False)
    deputy = forms.ChoiceField(label="Deputy", required=False)

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in people}
        cast(forms.MultipleChoiceField, self.fields["here"]).choices = [(str(user.pk), user.name) for user in people]
        cast(forms.ChoiceField, self.fields["deputy"]).choices = [
            ("", "Nobody"),
            *((str(user.pk), user.name) for user in people),
        ]
        self.helper = dress(self, Field.checkboxes("here", small=True), "chair_away", Field.select("deputy"))

    def said(self) -> dict[str, Any]:
        """As the rule takes it."""
        cleaned = self.cleaned_data
        return {
            "here": [int(key) for key in cleaned["here"]],
            "chair_away": cleaned["chair_away"],
            "deputy": self.people.get(cleaned["deputy"]),
        }


class BallotForm(forms.Form):
    """A member's grades and answers, as far as they go. The rule says what is left out."""

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    words = Words(widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, numbers: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = list(numbers)
        for number in self.numbers:
            self.fields[grade_field(number)] = forms.CharField(required=False)
        for question in QUESTIONS:
            self.fields[question.slug] = forms.CharField(required=False)
        self.helper = dress(self)

    def said(self) -> dict[str, Any]:
        """As the rule takes it."""
        cleaned = self.cleaned_data
        return {
            "grades": {number: cleaned[grade_field(number)] for number in self.numbers},
            "quality": {question.slug: cleaned[question.slug] for question in QUESTIONS},
            "words": cleaned["words"],
            "version": cleaned["version"] or 0,
        }


class VoteForm(forms.Form):
    """Does the content justify the grade?"""

    answer = forms.ChoiceField(
        label="Does the content justify the grade?",
        choices=Review.Answer,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the content justifies the grade."},
    )
    why = sentences_field("What is missing for it?", "Needed unless you say yes.", 2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.radios("answer", small=True, inline=True), "why")


class NearForm(forms.Form):
    """How one is near a case."""

    reason = sentences_field(
        "How are you near this case?",
        "For example: you knew the family before, or you advised on it. Do not name the child.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)


class TakeOutForm(forms.Form):
    """Why an audit is taken out of the sample."""

    why = sentences_field("Why is it taken out?", "It stays in the minutes, with the audit that is called for it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)


class SummaryForm(forms.Form):
    """The chair's summary."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    summary = sentences_field(
        "The chair’s summary", "What the panel saw this month, in a few sentences. No child, no name.", 6
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)


class PanelActionForm(forms.Form):
    """What the panel asks of the QA Team, of whom, and by when."""

    what = sentences_field("What is to be done?", rows=2)
    owner = forms.ModelChoiceField(
        label="Who does it",
        queryset=User.objects.none(),
        error_messages={"required": "Choose who does it.", "invalid_choice": "Choose who does it from the list."},
    )
    due_on = DayField(what="the day", label="By")

    def __init__(self, *args: Any, owners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["owner"]).queryset = owners
        self.helper = dress(self, "what", Field.select("owner"), "due_on")


class DoneForm(forms.Form):
    """What was done."""

    outcome = sentences_field("What was done?", rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)


class TermsForm(forms.Form):
    """The terms of reference, and what the review changed."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    text = sentences_field(
        "The terms", "A line that begins with ## is a heading. Leave an empty line between paragraphs.", 24
    )
    note = sentences_field("What did the review change?", "Say so too if nothing had to change.", 2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)


class ExerciseForm(forms.Form):
    """An invented case for everyone to grade."""

    title = forms.CharField(label="Title", required=False, initial=TITLE)
    case = sentences_field(
        "The invented case", "Nobody real may be in it. A line that begins with ## is a heading.", 16
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["case"].initial = CASE
        self.helper = dress(self)


class ExerciseGradesForm(forms.Form):
    """A person's grades of the invented case."""

    def __init__(self, *args: Any, titles: dict[int, str], grades: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = list(titles)
        for number, title in titles.items():
            label = title if number == CASE_NUMBER else f"{number}. {title}"
            self.fields[grade_field(number)] = forms.ChoiceField(
                label=label,
                choices=grades,
                widget=forms.RadioSelect,
                error_messages={"required": f"Give your grade for “{label}”."},
            )
        self.helper = dress(self, *(Field.radios(name, small=True, inline=True) for name in self.fields))

    def said(self) -> dict[int, str]:
        """The grades by number."""
        return {number: self.cleaned_data[grade_field(number)] for number in self.numbers}


class ExerciseLearnedForm(forms.Form):
    """What the room took from an exercise."""

    learned = sentences_field("What did the room take from it?", rows=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)
