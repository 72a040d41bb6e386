"""One action of the plan, as it is typed: which grades, what, how we will know, who, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from audits.case_system import naming_it
from audits.models import CASE_NUMBER, Action, PlanDraft, number_of, slug_of
from audits.plan import drafts, smart, smart_plan
from qualitycounts.base.fields import DayField, Words, whole_number
from standards.models import MOST_STANDARDS

IMMEDIATE, WORKER, MANAGER = "immediate", "worker", "manager"
WHO = {
    IMMEDIATE: (Action.Kind.IMMEDIATE, Action.Part.MANAGER),
    WORKER: (Action.Kind.SUPERVISION, Action.Part.WORKER),
    MANAGER: (Action.Kind.SUPERVISION, Action.Part.MANAGER),
}
"""How soon and whose, in one choice: an immediate action is always the responsible manager's."""
NAMES = {
    "numbers": "Grade",
    "what": "What will be done",
    "measure": "How we will know",
    "outcome": "What will be better",
    "resources": "What the owner needs",
    "who": "How soon, and who",
    "carried_out_by": "Who else carries it out",
    "due_on": "Due date",
}
"""What a list of problems calls each field."""
BOXES = {
    "what": ("What will be done?", "One thing, with who does it to what.", 3),
    "measure": (
        "How will we know it is done?",
        naming_it("What someone else could open on {} and see."),
        2,
    ),
    "outcome": ("What will be better for the child?", "", 2),
    "resources": ("What does the owner need to do it, and do they have it?", "Time, access, someone’s agreement.", 2),
}


@dataclass(frozen=True, slots=True)
class TypedBox:
    """One box of words as the page shows it, with what is typed in it and what is wrong with it."""

    field: forms.BoundField
    label: str
    hint: str
    rows: int

    @property
    def css(self) -> str:
        """The class of a box in which something is wrong."""
        return " govuk-textarea--error" if self.field.errors else ""

    @property
    def described_by(self) -> str:
        """The ids of what is read out with the box: its hint, and what is wrong with it."""
        hint = f"{self.field.name}-h" if self.hint else ""
        return f"{hint} {self.field.name}-e".strip() if self.field.errors else hint


class Keys(forms.Field):
    """Some keys of records, each a whole number; what is no number is none of them."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        """The keys as numbers."""
        return [number for key in value or [] if (number := whole_number(str(key)))]


class PlanActionForm(forms.Form):
    """An action being written. An empty date is the latest one that its kind allows, counted from `today`."""

    numbers = forms.TypedMultipleChoiceField(
        coerce=number_of,
        choices=[(slug_of(number), slug_of(number)) for number in (*range(1, MOST_STANDARDS + 1), CASE_NUMBER)],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Say which grade this action is for."),
    )
    points = Keys(required=False)
    what = Words()
    measure = Words()
    outcome = Words()
    resources = Words()
    who = forms.ChoiceField(
        choices=[(choice, choice) for choice in WHO], error_messages={"required": "Choose how soon, and who owns it."}
    )
    carried_out_by = Words()
    due_on = DayField(what="the due date", required=False)
    version = forms.IntegerField(required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.typed: dict[str, Any] = {}

    def clean(self) -> dict[str, Any]:
        """The latest date, where none was chosen. All that was typed stays in `typed`, whatever is refused later."""
        cleaned = super().clean() or {}
        if not cleaned.get("due_on") and "due_on" not in self.errors:
            cleaned["due_on"] = self.latest()
        self.typed = dict(cleaned)
        return cleaned

    def add_smart_problems(self) -> None:
        """Say what else is not SMART beside what was refused, so that all of it is seen at once."""
        letters = smart.check_smart(
            **{name: self.typed.get(name, "") for name in BOXES},
            due_on=self.typed.get("due_on"),
            first=self.today,
            latest=self.latest(),
            owner=self.typed.get("who", ""),
        )
        for letter in letters:
            said_already = letter.field not in self.fields or letter.field in self.errors
            waits_for_who = letter.field == "due_on" and not self.typed.get("due_on")
            if not (letter.ok or said_already or waits_for_who):
                self.add_error(letter.field, letter.sentence)

    @property
    def date_problem(self) -> str:
        """What is wrong with the date, once all three of its boxes are filled in."""
        parts = self["due_on"].value() if self.is_bound else None
        filled = isinstance(parts, list) and all(parts)
        return str(self.errors["due_on"][0]) if filled and "due_on" in self.errors else ""

    def latest(self) -> date | None:
        """The latest date that the chosen kind allows; None while none is chosen."""
        who = self.cleaned_data.get("who", "")
        return smart_plan.latest_date(WHO[who][0], self.today) if who else None

    def said(self) -> dict[str, Any]:
        """The action as the rules take it."""
        kind, part = WHO[self.cleaned_data["who"]]
        words = {name: self.cleaned_data[name] for name in (*BOXES, "carried_out_by", "numbers", "points", "due_on")}
        return words | {"kind": kind, "part": part}


def initial_of(action: Action) -> dict[str, Any]:
    """What the form shows of an action that is there."""
    who = next(who for who, pair in WHO.items() if pair == (action.kind, action.part))
    grades = {"numbers": [judgement.slug for judgement in action.judgements.all()]}
    points = {"points": [criterion.pk for criterion in action.criteria.all()]}
    names = (*BOXES, "carried_out_by", "due_on", "version")
    return {name: getattr(action, name) for name in names} | {"who": who} | grades | points


def initial_from_draft(kept: PlanDraft | None) -> dict[str, Any]:
    """What the form shows of a draft."""
    if kept is None:
        return {}
    grades = {"numbers": [slug_of(number) for number in kept.numbers]}
    version = {"version": kept.version} if kept.number else {}
    return {name: getattr(kept, name) for name in drafts.SAID} | grades | version


def typed_so_far(form: PlanActionForm) -> dict[str, Any]:
    """What can be kept of a form that may not hold yet."""
    nothing: dict[str, Any] = {"who": "", "due_on": None, "numbers": [], "points": []}
    values = {name: form.cleaned_data.get(name, nothing.get(name, "")) for name in drafts.SAID}
    return values | {"version": form.cleaned_data.get("version") or 0}
