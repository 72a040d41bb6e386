"""One action of the plan, as it is typed: which grades, what, how we will know, who, and by when."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from audits import draft, plan
from audits.forms.meeting import Words, whole
from audits.models import Action, PlanDraft
from people.fields import DayField

IMMEDIATE, WORKER, MANAGER = "immediate", "worker", "manager"
WHO = {
    IMMEDIATE: (Action.Kind.IMMEDIATE, Action.Part.MANAGER),
    WORKER: (Action.Kind.SUPERVISION, Action.Part.WORKER),
    MANAGER: (Action.Kind.SUPERVISION, Action.Part.MANAGER),
}
"""How soon and whose, in one choice: an immediate action is always the responsible manager's."""
BOXES = {
    "what": ("What will be done?", "One thing, with who does it to what.", 3),
    "measure": ("How will we know it is done?", "What someone else could open on Mosaic and see.", 2),
    "outcome": ("What will be better for the child?", "", 2),
    "resources": ("What does the owner need to do it, and do they have it?", "Time, access, someone’s agreement.", 2),
}


class Keys(forms.Field):
    """Some keys of records, each a whole number; what is no number is none of them."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        """The keys as numbers."""
        return [found for one in value or [] if (found := whole(str(one)))]


class ActionForm(forms.Form):
    """An action being written. An empty date is the latest one that its kind allows, counted from `today`."""

    numbers = forms.TypedMultipleChoiceField(
        coerce=int,
        choices=[(number, str(number)) for number in range(1, 9)],
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
    due_on = DayField(what="the due date", required=False)
    version = forms.IntegerField(required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """The latest date, where none was chosen."""
        cleaned = super().clean() or {}
        if not cleaned.get("due_on") and "due_on" not in self.errors:
            cleaned["due_on"] = self.latest()
        return cleaned

    def latest(self) -> date | None:
        """The latest date that the chosen kind allows; None while none is chosen."""
        who = self.cleaned_data.get("who")
        return plan.latest_date(WHO[who][0], self.today) if who else None

    def said(self) -> dict[str, Any]:
        """The action as the rules take it."""
        kind, part = WHO[self.cleaned_data["who"]]
        words = {name: self.cleaned_data[name] for name in (*BOXES, "numbers", "points", "due_on")}
        return words | {"kind": kind, "part": part}


def initial_of(action: Action) -> dict[str, Any]:
    """What the form shows of an action that is there."""
    who = next(who for who, pair in WHO.items() if pair == (action.kind, action.part))
    grades = {"numbers": [one.number for one in action.judgements.all()]}
    points = {"points": [one.pk for one in action.criteria.all()]}
    return {name: getattr(action, name) for name in (*BOXES, "due_on", "version")} | {"who": who} | grades | points


def begun(kept: PlanDraft | None) -> dict[str, Any]:
    """What the form shows of an action that one has begun to type."""
    if kept is None:
        return {}
    return {name: getattr(kept, name) for name in draft.SAID} | ({"version": kept.version} if kept.number else {})


def typed_so_far(form: ActionForm) -> dict[str, Any]:
    """What can be kept of a form that may not hold yet."""
    nothing: dict[str, Any] = {"who": "", "due_on": None, "numbers": [], "points": []}
    found = {name: form.cleaned_data.get(name, nothing.get(name, "")) for name in draft.SAID}
    return found | {"version": form.cleaned_data.get("version") or 0}
