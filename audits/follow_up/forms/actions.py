"""What is typed about an action: evidence, a reason, a new date, another owner; and what narrows the list."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from crispy_forms_gds.layout import Field
from django import forms
from django.db.models import QuerySet

from audits.case_system import naming_it
from audits.follow_up import worklist
from audits.models import Action, LastingCheck
from audits.models.plan import ActionQuerySet
from people.models import Team, User
from qualitycounts.base.fields import OPEN_AGAIN, DayField, dress, file_field

LONGEST = 10_000


def words_field(label: str, required: str, hint: str = "", rows: int = 4) -> forms.CharField:
    """A box for a few sentences."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": required, "max_length": f"Say it in {LONGEST:,} characters or fewer."},
    )


class VersionedForm(forms.Form):
    """An act on an action, with the version that the page showed. The page writes the version itself."""

    version = forms.IntegerField(
        min_value=0, widget=forms.HiddenInput, error_messages={"required": OPEN_AGAIN, "invalid": OPEN_AGAIN}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, *[name for name in self.fields if name != "version"])


class EvidenceForm(VersionedForm):
    """What shows that it is done."""

    evidence = words_field(
        "What shows that it is done?",
        "Say what shows that it is done, and where on the file to see it.",
        naming_it("What someone else can open on {} and see, with its date."),
    )
    done_on = DayField(
        what="the day on which it was done",
        label="On which day was it done?",
        help_text="Not the day on which you write it down. Whether it was in time goes by this.",
        required=False,
    )
    file = file_field("A file that shows it (optional)")


class FileForm(VersionedForm):
    """A file to add to the evidence."""

    file = file_field("The file", required=True)


class ActionReasonForm(VersionedForm):
    """A reason. `label` asks for it in the words of the act."""

    why = words_field("Why?", "Say why. The reason stays with the action.")

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].label = label


class MoreTimeForm(VersionedForm):
    """A later date, and why."""

    due_on = DayField(what="the new date", label="By when will it be done?", help_text="A working day.")
    why = words_field("Why does it need more time?", "Say why it needs more time. The first date stays in sight.")


class OwnerForm(VersionedForm):
    """Who takes it over, and why."""

    owner = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label="Who takes it over?",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who takes it over.", "invalid_choice": "Choose one of the people listed."},
    )
    why = words_field("Why?", "Say why it goes to another person.")

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        if isinstance(owner, forms.ModelChoiceField):
            owner.queryset = people
        self.helper = dress(self, Field.radios("owner"), "why")


class LastedForm(forms.Form):
    """Whether it lasted, and what shows it."""

    lasted = forms.ChoiceField(
        label="Is what it changed still so for the child?",
        choices=LastingCheck.Lasted.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it lasted.", "invalid_choice": "Choose one of the two."},
    )
    words = words_field(
        "What shows it?",
        "Say in a sentence what shows it, and what you looked at.",
        "A sentence: what you looked at, and what is different for the child. Do not name the child.",
        rows=2,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.radios("lasted"), "words")


class LookForm(forms.Form):
    """Whether the record shows what the manager answered, and what was seen."""

    agrees = forms.TypedChoiceField(
        label="Does the record show what the manager says?",
        choices=[("yes", "Yes, it shows that"), ("no", "No, it shows something else, or nothing")],
        coerce=lambda typed: typed == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the record shows it.", "invalid_choice": "Choose one of the two."},
    )
    seen = words_field(
        "What did you see?",
        "Say in a sentence what you saw on the record.",
        "A sentence. Do not name the child.",
        rows=2,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.radios("agrees"), "seen")


class ActionFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrow the list of actions down. Without a state, only those that are not finished."""

    whose = django_filters.ChoiceFilter(
        choices=[("mine", "Mine"), ("check", "Mine to check")],
        method="by_person",
        label="Whose",
        empty_label="Anyone’s",
    )
    state = django_filters.ChoiceFilter(
        choices=[*Action.State.choices, ("all", "All")], method="by_state", label="State", empty_label="Not finished"
    )
    late = django_filters.ChoiceFilter(
        choices=[("yes", "Late"), ("today", "Due today")], method="by_date", label="When", empty_label="Any date"
    )
    team = django_filters.ModelChoiceFilter(
        field_name="audit__case__team", queryset=Team.objects.all(), label="Team", empty_label="Any"
    )

    class Meta:
        model = Action
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, user: User, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.on = user, on
        for field in self.form.fields.values():
            field.widget.attrs["class"] = "govuk-select"

    def by_person(self, actions: ActionQuerySet, _name: str, value: str) -> ActionQuerySet:
        """Narrow down to the actions that the person owns, or has to verify."""
        return actions.filter(worklist.to_do(self.user) if value == "mine" else worklist.to_check(self.user))

    def by_state(self, actions: ActionQuerySet, _name: str, value: str) -> ActionQuerySet:
        """One state; nothing is taken out for all."""
        return actions if value == "all" else actions.filter(state=value)

    def by_date(self, actions: ActionQuerySet, _name: str, value: str) -> ActionQuerySet:
        """Late ones, or those due today that are still to do."""
        if value == "yes":
            return actions.overdue(self.on)
        return actions.filter(state=Action.State.OPEN, due_on=self.on)

    def filter_queryset(self, queryset: ActionQuerySet) -> ActionQuerySet:
        """Only unfinished ones, unless a state was asked for."""
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.unfinished()
        actions: ActionQuerySet = super().filter_queryset(queryset)
        return actions
