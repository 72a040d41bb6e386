"""The chair's decision on one audit, with the grades that change and the actions that are missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from crispy_forms_gds.layout import HTML, Div, Field
from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

from audits.models import CASE_NUMBER, Review, grade_field, number_of
from audits.panel.added_actions import AddedAction
from audits.panel.decision import Decision, unheard
from audits.panel.forms.panel import sentences_field
from audits.plan.forms import BOXES, WHO
from qualitycounts.base.fields import DayField, dress, whole_number
from standards import standard_sets
from standards.grades import word_of

MOST_ACTIONS = 8
NO_CHANGE = ("", "No change")
SOON = (
    ("immediate", "At once: the responsible manager, within 5 working days"),
    ("worker", "Through supervision: the keyworker, within a month"),
    ("manager", "Through supervision: the responsible manager, within a month"),
)


def choice(label: str, choices: Any, required: str) -> forms.ChoiceField:
    """Radios, one of which is needed."""
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, error_messages={"required": required}
    )


class DecisionForm(forms.Form):
    """Everything that the chair records. `actions` says how many actions there is room for."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    count = forms.IntegerField(min_value=0, max_value=MOST_ACTIONS, widget=forms.HiddenInput)
    justified = choice(
        "Does the content justify the grade?", Review.Answer, "Say whether the content justifies the grade."
    )
    smart = choice("Are the actions SMART?", Review.Plan, "Say whether the actions are SMART.")
    answers = choice("Do they answer what was found?", Review.Plan, "Say whether the actions answer what was found.")
    missing = sentences_field(
        "What was missing?", "From the content, or from the actions. Leave it empty if nothing was.", 2
    )
    outcome = choice("The grade is", Review.Outcome, "Choose whether the grade is upheld or changed.")
    reason = sentences_field(
        "Why?", "Needed where a grade is changed, or stands although the content does not justify it.", 2
    )
    clash_why = sentences_field(
        "Why does a changed grade stand?",
        "Needed where it lies far from the grades of the standards, or against what was marked or raised.",
        2,
    )
    unheard_why = sentences_field(
        "Why does the panel decide without everybody’s answer?", "Needed while a member has not given theirs.", 2
    )
    to_auditor = sentences_field(
        "To the auditor", "What was good, and what to do next time. Only they and the QA Team read it."
    )
    to_worker = sentences_field(
        "To the keyworker", "If there is anything to say. Only they and the QA Team read it.", 2
    )
    message = sentences_field(
        "A message for everyone’s learning",
        "Goes into the minutes, the reports and the learning events. Nothing of the child, no name.",
        2,
    )

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.judgements = list(
            review.audit.judgements.filter(applies=True).exclude(grade="").select_related("standard")
        )
        self.judgements.sort(key=lambda judgement: judgement.number % CASE_NUMBER)
        for judgement in self.judgements:
            self.fields[grade_field(judgement.number)] = forms.ChoiceField(
                label=judgement.title,
                help_text=f"Now {word_of(judgement.stands)}",
                choices=[NO_CHANGE, *standard_sets.grade_choices(review.audit.standard_set)],
                required=False,
            )
        self.places = range(self.how_many())
        for place in self.places:
            self.add_action_fields(place)
        self.helper = dress(
            self,
            "version",
            "count",
            Field.radios("justified", small=True, inline=True),
            Field.radios("smart", small=True, inline=True),
            Field.radios("answers", small=True, inline=True),
            "missing",
            Field.radios("outcome", small=True, inline=True),
            "reason",
            *(("unheard_why",) if unheard(review) else ()),
            HTML(
                '<details class="govuk-details"{% if decision.changes %} open{% endif %}>'
                '<summary class="govuk-details__summary"><span class="govuk-details__summary-text">'
                "Which grade changes, and the actions that are missing</span></summary>"
                '<div class="govuk-details__text">'
            ),
            Div(
                *(Field.select(grade_field(judgement.number)) for judgement in self.judgements),
                css_class="qc-panel-grades",
            ),
            "clash_why",
            *(row for place in self.places for row in self.action_rows(place)),
            HTML(
                '<button type="submit" class="govuk-button govuk-button--secondary qc-button--s" name="more" value="1" '
                "formaction=\"{% url 'panel-keep' panel.ref audit.ref %}\">"
                "Add {% if decision.places %}another{% else %}an{% endif %} action</button></div></details>"
            ),
            "to_auditor",
            "to_worker",
            "message",
        )

    @classmethod
    def kept(cls, review: Review, typed: QueryDict | None = None) -> DecisionForm:
        """The decision as far as it is kept (or was typed just now), without asking yet for what is missing."""
        if not review.draft and typed is None:
            return cls(review=review, initial={"version": review.version, "count": 0})
        data = typed.copy() if typed is not None else QueryDict(mutable=True)
        if typed is None:
            for name, some in review.draft.items():
                data.setlist(name, some)
        data["version"] = str(review.version)
        form = cls(data, review=review)
        vars(form)["_errors"] = ErrorDict()
        return form

    def how_many(self) -> int:
        """How many actions there is room for: as many as the page had, and one more where it was asked for."""
        asked = str(self.data.get("count", "")) if self.is_bound else str(self.initial.get("count", 0))
        count = int(asked) if asked.isdecimal() and len(asked) < 3 else 0
        return min(count, MOST_ACTIONS)

    def add_action_fields(self, place: int) -> None:
        """The boxes of one action."""
        for name, (label, hint, rows) in BOXES.items():
            self.fields[f"action-{place}-{name}"] = sentences_field(label, hint, rows)
        self.fields[f"action-{place}-who"] = forms.ChoiceField(
            label="How soon, and whose", choices=SOON, widget=forms.RadioSelect, required=False
        )
        self.fields[f"action-{place}-numbers"] = forms.TypedMultipleChoiceField(
            label="For which grade",
            coerce=number_of,
            choices=[(judgement.slug, judgement.title) for judgement in self.judgements],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
        self.fields[f"action-{place}-due_on"] = DayField(
            what="the due date", label="By", help_text="Leave it empty for the latest day allowed.", required=False
        )

    def action_rows(self, place: int) -> list[Any]:
        """How one action is laid out."""
        return [
            HTML(f'<h3 class="govuk-heading-s">Action {place + 1}</h3>'),
            *(f"action-{place}-{name}" for name in BOXES),
            Field.radios(f"action-{place}-who", small=True),
            Field.checkboxes(f"action-{place}-numbers", small=True),
            f"action-{place}-due_on",
        ]

    @property
    def changes(self) -> bool:
        """Whether the part for a regrade is open: something is chosen or asked for in it."""
        names = [grade_field(judgement.number) for judgement in self.judgements]
        return bool(self.places) or any(self[name].value() for name in names) or self["outcome"].value() == "regraded"

    def said(self) -> Decision:
        """The decision as the rule takes it. An action of which nothing is written is none."""
        cleaned = self.cleaned_data
        plain = [each.name for each in fields(Decision) if each.name not in ("grades", "actions")]
        return Decision(
            **{name: cleaned[name] for name in plain},
            grades={judgement.number: cleaned[grade_field(judgement.number)] for judgement in self.judgements},
            actions=[asked for place in self.places if (asked := self.asked(place)) is not None],
        )

    def asked(self, place: int) -> AddedAction | None:
        """One action, if anything of it is written."""
        cleaned: Mapping[str, Any] = self.cleaned_data
        boxes = {name: cleaned[f"action-{place}-{name}"] for name in BOXES}
        if not any(text.strip() for text in boxes.values()):
            return None
        kind, part = WHO.get(cleaned[f"action-{place}-who"], ("", ""))
        return AddedAction(
            kind=kind,
            part=part,
            numbers=tuple(cleaned[f"action-{place}-numbers"]),
            due_on=cleaned[f"action-{place}-due_on"],
            **boxes,
        )


def with_room(data: QueryDict) -> QueryDict:
    """What was sent, with room for one more action."""
    more = data.copy()
    more["count"] = str(whole_number(data.get("count")) + 1)
    return more


def as_draft(review: Review, data: QueryDict) -> dict[str, list[str]]:
    """What was sent as it is kept: the boxes of the form (of a day, its three), and nothing that came beside them."""
    boxes = set(DecisionForm(data, review=review).fields) - {"version"}
    return {
        name: [str(text) for text in some]
        for name, some in data.lists()
        if name in boxes or name.rpartition("_")[0] in boxes
    }
