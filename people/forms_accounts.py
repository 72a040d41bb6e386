"""Forms about accounts and teams: another name or address, merging, a sign-in closed, somebody on no list."""

from __future__ import annotations

from typing import Any

from django import forms

from people.models import Service, Team, User
from people.roles import Role
from qualitycounts.base.fields import DayField, dress

WRONG_ADDRESS = {
    "required": "Enter the e-mail address.",
    "invalid": "Enter an e-mail address in the right form, like name@example.gov.uk.",
}


def why_field(example: str) -> forms.CharField:
    """Why something is done to an account: it stays in the history."""
    return forms.CharField(
        label="Why?",
        help_text=f"It stays in the history, for example “{example}”.",
        max_length=200,
        error_messages={"required": "Say why."},
    )


class AccountForm(forms.Form):
    """A form about an account, laid out as every form is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)


class RenamePerson(AccountForm):
    """A person's new name, and why."""

    name = forms.CharField(label="Name", max_length=150, error_messages={"required": "Enter the name."})
    why = why_field("married in May")


class ChangeEmail(AccountForm):
    """A person's new address to sign in with, and why."""

    email = forms.EmailField(label="E-mail address", error_messages=WRONG_ADDRESS)
    why = why_field("a new surname")


class ReasonOnly(AccountForm):
    """Only why."""

    why = why_field("dismissed today")


class MergePeople(AccountForm):
    """The other account of the same person."""

    other = forms.ModelChoiceField(
        User.objects.filter(merged_into=None).order_by("name", "pk"),
        label="Which account is the same person’s?",
        help_text="All it holds goes to this one, and nobody signs in with it any more. There is no way back.",
        empty_label="Choose an account",
        error_messages={"required": "Choose the other account."},
    )
    why = why_field("a new surname, and so a second account")

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other = self.fields["other"]
        if isinstance(other, forms.ModelChoiceField):
            other.queryset = User.objects.filter(merged_into=None).exclude(pk=person.pk).order_by("name", "pk")
            other.label_from_instance = account_in_words  # type: ignore[assignment, method-assign]


def account_in_words(user: User) -> str:
    """An account as a list to choose from names it: two may have one name."""
    return f"{user.name}, {user.email}"


class AddPerson(AccountForm):
    """An account for somebody who is on no staff list."""

    name = forms.CharField(label="Name", max_length=150, error_messages={"required": "Enter the name."})
    email = forms.EmailField(label="E-mail address", error_messages=WRONG_ADDRESS)
    job_title = forms.CharField(label="Job title", max_length=150, required=False)
    role = forms.ChoiceField(
        label="Role",
        choices=[(role.value, role.label[0].upper() + role.label[1:]) for role in Role],
        initial=Role.AUDITOR.value,
    )
    team = forms.ModelChoiceField(
        Team.objects.all(), label="Team", help_text="For a team manager.", required=False, empty_label="None"
    )
    service = forms.ModelChoiceField(
        Service.objects.all(), label="Service", help_text="For a Head of Service.", required=False, empty_label="None"
    )
    ends_on = DayField(what="the last day", label="Last day", help_text="Empty: no end.", required=False)
    why = why_field("commissioned for twelve audits")


class RenameTeam(AccountForm):
    """A new name for a team or service, and why."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter the name."})
    why = why_field("restructured in April")


class MergeTeams(AccountForm):
    """The other row of the same team."""

    other = forms.ModelChoiceField(
        Team.objects.all(),
        label="Which team is the same?",
        help_text="Its people, cases, audits and roles go to this one, and it is gone. There is no way back.",
        empty_label="Choose a team",
        error_messages={"required": "Choose the other team."},
    )
    why = why_field("two spellings of one team")
