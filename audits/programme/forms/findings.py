"""What was found and seen, who writes it for the partner agencies, and what all of it came to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from crispy_forms_gds.layout import Field
from django import forms

from audits.models import Activity, Audit, ToolSheet
from audits.programme import conclusion, contributors, findings, tool_sheets
from people.directory import holders
from people.models import User
from people.roles import Role
from qualitycounts.base.fields import DayField, Words, dress, reason_field
from standards.tools import ToolQuestion

OBSERVED = (Role.KEYWORKER, Role.AUDITOR, Role.TEAM_MANAGER, Role.HEAD_OF_SERVICE, Role.PRINCIPAL_SOCIAL_WORKER)
"""Whose practice is observed: whoever works with families, or chairs and manages that work."""


class PeopleWithTitles(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One person, each with what they do."""

    def label_from_instance(self, obj: User) -> str:
        """The name and the job title."""
        return obj.name_and_title


class FindingForm(forms.Form):
    """What a partner found of a case, or what answers one of the activity's questions, by somebody who may say it."""

    case = forms.ChoiceField(label="Which case it is of", error_messages={"required": "Choose the case it is of."})
    about = forms.ChoiceField(label="Whose finding it is, or the question it answers")
    on = DayField(what="the day", label="The day it was found")
    text = reason_field(
        "What was found",
        "Say what was found, without naming the child or the worker.",
        "Do not name the child, the family or the worker.",
    )

    def __init__(self, *args: Any, activity: Activity, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audits = {audit.ref: audit for audit in findings.audits_to_write_of(activity, by)}
        self.agencies = findings.agencies_of(activity, by)
        questions = findings.questions_to_answer(activity, by)
        if self.audits:
            cast(forms.ChoiceField, self.fields["case"]).choices = [(ref, ref) for ref in self.audits]
        else:
            del self.fields["case"]
        about = cast(forms.ChoiceField, self.fields["about"])
        about.choices = [(name, name) for name in (*self.agencies, *questions)]
        rows = (Field.select("case"), Field.select("about"), "on", "text")
        self.helper = dress(self, *(rows if self.audits else rows[1:]))

    def asked(self) -> dict[str, Any]:
        """What is written down, as the rule takes it."""
        cleaned = self.cleaned_data
        audit: Audit | None = self.audits.get(cleaned.get("case", ""))
        which = "agency" if cleaned["about"] in self.agencies else "question"
        return {"audit": audit, which: cleaned["about"], "on": cleaned["on"], "text": cleaned["text"]}


class ObservationForm(forms.Form):
    """One observation of practice: whose, what was seen, its strengths, what is to be learned, what will be done."""

    observed = PeopleWithTitles(
        label="Whose practice was seen",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        error_messages={"required": "Choose whose practice was seen."},
    )
    seen = forms.CharField(
        label="What was observed",
        help_text="Such as “Initial child protection conference” or “Supervision”.",
        max_length=120,
        error_messages={"required": "Say what was observed, such as a conference."},
    )
    on = DayField(what="the day", label="The day it was seen")
    text = reason_field("What was seen", findings.SEEN_WORDS["text"], "Do not name the child or the family.")
    strengths = reason_field("Strengths", findings.SEEN_WORDS["strengths"])
    learning = reason_field(
        "Learning", findings.SEEN_WORDS["learning"], "Of the practice. A worry about a person goes to their manager."
    )
    action = reason_field("What will be done", findings.SEEN_WORDS["action"], "By whom and by when.")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = cast("forms.ModelChoiceField[User]", self.fields["observed"])
        people.queryset = holders(*OBSERVED, on=today)
        self.helper = dress(self, Field.select("observed"), "seen", "on", "text", "strengths", "learning", "action")


class ContributorsForm(forms.Form):
    """Who writes down what each agency found; empty: the QA Team does."""

    def __init__(self, *args: Any, activity: Activity, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named = contributors.contributors_of(activity)
        people = contributors.may_contribute(today)
        for place, (agency, person) in enumerate(self.named):
            self.fields[f"agency-{place}"] = PeopleWithTitles(
                label=agency, queryset=people, required=False, empty_label="The QA Team", initial=person
            )
        self.helper = dress(self, *(Field.select(name) for name in self.fields))

    def people(self) -> dict[str, User | None]:
        """Who is chosen for each agency."""
        return {agency: self.cleaned_data[f"agency-{place}"] for place, (agency, _) in enumerate(self.named)}


class ConclusionForm(forms.Form):
    """What an activity came to."""

    text = forms.CharField(
        label="The conclusion",
        help_text="What these audits or observations say together, and what should follow. No child and no worker is "
        "named: it stands in the report.",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": conclusion.ASK, "max_length": "Say it in 5,000 characters or fewer."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)


class ToolForm(forms.Form):
    """The questions of a tool: what is chosen, and words. All may stay empty until it is finished."""

    def __init__(self, *args: Any, questions: Sequence[ToolQuestion], sheet: ToolSheet | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, (choice, words) in (tool_sheets.kept_answers(sheet) if sheet else {}).items():
            self.initial[f"c{number}"], self.initial[f"w{number}"] = choice, words
        self.questions = questions
        rows: list[Any] = []
        for question in questions:
            chosen, beside = f"c{question.number}", f"w{question.number}"
            asks = f"{question.number}. {question.question}"
            if question.choices:
                self.fields[chosen] = forms.TypedChoiceField(
                    label=asks,
                    help_text=question.where_to_look,
                    choices=[(place, text) for place, text in enumerate(question.choices, start=1)],
                    coerce=int,
                    empty_value=None,
                    required=False,
                    widget=forms.RadioSelect,
                    error_messages={"invalid_choice": "Choose one of the answers offered."},
                )
                rows.append(Field.radios(chosen, inline=True, small=True))
            self.fields[beside] = Words(
                label=f"What shows it, for question {question.number}" if question.choices else asks,
                help_text="" if question.choices else question.where_to_look,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            rows.append(Field.textarea(beside, rows=2 if question.choices else 4))
        self.helper = dress(self, *rows)

    def answers(self) -> tool_sheets.Answers:
        """What was answered, as the rule takes it."""
        return {
            question.number: (
                self.cleaned_data.get(f"c{question.number}"),
                self.cleaned_data.get(f"w{question.number}", ""),
            )
            for question in self.questions
        }
