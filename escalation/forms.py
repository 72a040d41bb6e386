"""What is typed about an escalation: a word, a reason, a new date, another owner; and a safeguarding concern."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any

from crispy_forms_gds.layout import Field, Fixed
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from audits.follow_up.forms.actions import words_field
from escalation.models import Pattern, Step
from escalation.steps.leavers import Leaver
from escalation.steps.moving import WHY_UP
from escalation.steps.step_kind import Act, Words
from people.models import User
from qualitycounts.base.clock import LONDON, day_of
from qualitycounts.base.fields import DayField, TimeOfDayField, dress


class PeopleField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of a few people, as radios; each with their job title and what is said `beside` them, such as being away."""

    beside: Mapping[int, str] = MappingProxyType({})

    def __init__(self, *, label: str, required: str) -> None:
        super().__init__(
            queryset=User.objects.none(),
            label=label,
            empty_label=None,
            widget=forms.RadioSelect,
            error_messages={"required": required, "invalid_choice": "Choose one of the people listed."},
        )

    def label_from_instance(self, obj: User) -> str:
        """The name with the job title, and what is said beside it."""
        return ", ".join(word for word in (obj.name_and_title, self.beside.get(obj.pk)) if word)


class WordsForm(forms.Form):
    """A sentence or two: asked for, or only if one likes."""

    def __init__(self, *args: Any, name: str, label: str, hint: str = "", needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[name] = words_field(label, "Write a sentence or two. It stays with the escalation.", hint)
        self.fields[name].required = needed
        self.helper = dress(self)


class SeenForm(WordsForm):
    """Words beside what stands above them on the page; the page writes itself which version of it was shown."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, name=name, **kwargs)
        self.helper = dress(self, name)


def form_for(act: Act, typed: QueryDict | None, *, step: Step) -> WordsForm:
    """The form of an act that asks for words, with what was recorded before; empty where it asks for none."""
    words = act.asks or Words("words", "")
    form = SeenForm if act.shown else WordsForm
    return form(typed, name=words.name, label=words.label, needed=words.needed, initial={"acted": step.acted})


class PassUpForm(forms.Form):
    """Why a step is passed up, and to whom the page said it would go."""

    reason = forms.ChoiceField(
        label="Why is it passed up?",
        choices=list(WHY_UP.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why it is passed up."},
    )
    why = words_field("What has been tried, and what is needed?", "Say what has been tried and what is needed.")
    to = forms.ModelChoiceField(queryset=User.objects.all(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.radios("reason"), "why")


class MoreTimeForm(forms.Form):
    """A later date, why, and the date that the page showed."""

    due_on = DayField(what="the new date", label="By when will it be done?", help_text="A working day.")
    why = words_field("Why does it need more time?", "Say why it needs more time. The first date stays in sight.")
    was = forms.DateField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, "due_on", "why")


class HandOverForm(forms.Form):
    """Who takes a step over, and why."""

    owner = PeopleField(label="Who takes it over?", required="Choose who takes it over.")
    why = words_field("Why?", "Say why it goes to another person.")

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        if isinstance(owner, PeopleField):
            owner.queryset = people
        self.helper = dress(self, Field.radios("owner"), "why")


class LeaverForm(forms.Form):
    """Who takes over all that one person left, and why. The page says itself whose it was."""

    leaver = forms.IntegerField(widget=forms.HiddenInput)
    owner = PeopleField(label="Who takes it over?", required="Choose who takes it over.")
    why = words_field("Why?", "Say why it goes to another person.", rows=2)

    def __init__(self, *args: Any, leaver: Leaver, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"leaver_{leaver.key}_%s"} | kwargs)
        self.whose = leaver
        owner = self.fields["owner"]
        if isinstance(owner, PeopleField):
            owner.queryset = User.objects.filter(pk__in=[person.pk for person in leaver.people]).order_by("name", "pk")
        self.initial = {"leaver": leaver.key, "why": f"{leaver.name} has left." if leaver.key else "It had no owner."}
        self.helper = dress(self, Field.radios("owner"), "why")


class PatternForm(forms.Form):
    """What was decided about a pattern, and why."""

    decision = forms.ChoiceField(
        label="What was decided?",
        choices=Pattern.Decision,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what was decided."},
    )
    why = words_field("Why, and what will it look at?", "Say why, or what the audit will look at.")
    named_why = words_field(
        "Why is the team named?",
        "Say who has talked with the manager, and why it is named.",
        "It has one manager, so its name is theirs. Talk with them before CQAWG does, and say here who did and why the "
        "team has to be named.",
    )

    def __init__(self, *args: Any, one_manager: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not one_manager:
            del self.fields["named_why"]
        self.helper = dress(self, Field.radios("decision"), *list(self.fields)[1:])


class HolidayForm(forms.Form):
    """A bank holiday that was announced: its day and its name."""

    on = DayField(what="the day", label="Which day?")
    title = forms.CharField(
        label="What is it called?",
        help_text="For example “Day of national mourning”.",
        max_length=80,
        error_messages={"required": "Say what the day is called.", "max_length": "Use 80 characters or fewer."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)


class ConcernForm(forms.Form):
    """A safeguarding concern: why, who was spoken to, and when (a day and a time in London)."""

    why = words_field(
        "What are you worried about?",
        "Say what worries you, in a sentence or two.",
        "What was seen or said, and what makes it urgent.",
    )
    spoken_to = PeopleField(label="Who did you speak to?", required="Choose who you spoke to.")
    spoken_with = forms.CharField(
        label="Or a team, or somebody else",
        help_text="Your council’s teams are offered as you type. Any name may stand here.",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "concern-teams", "autocomplete": "off"}),
        error_messages={"max_length": "Use 200 characters or fewer for the team or the name."},
    )
    spoken_on = DayField(what="the day you spoke", label="On which day?")
    spoken_time = TimeOfDayField(
        label="At what time?",
        help_text="For example 14:30.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": "Give the time at which you spoke to them.",
            "invalid": "Give the time like 14:30 or 2:30pm.",
        },
    )

    def __init__(
        self, *args: Any, people: QuerySet[User], at: datetime, away: Mapping[int, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        spoken_to = self.fields["spoken_to"]
        if isinstance(spoken_to, PeopleField):
            spoken_to.beside, spoken_to.queryset = away, people
        spoken_to.required = False
        self.initial = {"spoken_on": day_of(at), "spoken_time": f"{at.astimezone(LONDON):%H:%M}"}
        self.helper = dress(
            self,
            "why",
            Field.radios("spoken_to"),
            "spoken_with",
            "spoken_on",
            Field.text("spoken_time", field_width=Fixed.FIVE),
        )

    def clean(self) -> dict[str, Any]:
        """Somebody is named: chosen or written."""
        cleaned = super().clean() or {}
        if not (
            cleaned.get("spoken_to") or cleaned.get("spoken_with") or {"spoken_to", "spoken_with"} & set(self.errors)
        ):
            self.add_error("spoken_to", "Choose who you spoke to, or name the team or the person.")
        return cleaned

    def said(self) -> dict[str, Any]:
        """The concern as the rule takes it."""
        cleaned = self.cleaned_data
        on: date = cleaned["spoken_on"]
        time_of_day: time = cleaned["spoken_time"]
        spoken = datetime.combine(on, time_of_day, tzinfo=LONDON)
        who = {name: cleaned[name] for name in ("spoken_to", "spoken_with")}
        return {"why": cleaned["why"], "spoken": spoken} | who
