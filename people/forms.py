"""Signing in and looking after one's password, allauth's forms in GOV.UK dress and our own words; and roles."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from crispy_forms_gds.layout import Field
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from people.absence import deputies
from people.council_settings import Choice, Lines, Number, Setting
from people.directory import holders
from people.models import PasswordAsk, Service, Team, User
from people.roles import CAN_STAND_IN, Role
from people.title_roles import BY_TITLE
from qualitycounts.base.fields import DayField, dress, password_row, word

EMAIL = {
    "required": "Enter your e-mail address.",
    "invalid": "Enter an e-mail address in the right form, like name@example.gov.uk.",
}
NEW_ONE_HINT = "At least 8 characters. Not a common one, and nothing like your name or e-mail address."


class SignInForm(LoginForm):  # type: ignore[misc]
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, "login", "E-mail address", EMAIL)
        word(self, "password", "Password", {"required": "Enter your password."})
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "spellcheck": "false"}
        self.helper = dress(self, Field.text("login"), password_row("password"))


class PasswordResetForm(ResetPasswordForm):  # type: ignore[misc]
    """Whom to send a link for a new password, and when that was asked."""

    at: datetime

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, "email", "E-mail address", EMAIL)
        self.fields["email"].widget.attrs["spellcheck"] = "false"
        self.helper = dress(self, Field.text("email"))

    def clean_email(self) -> str:
        """The address as it was typed. Nobody is looked up here, so that no answer takes longer than another."""
        return str(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Write the asking down: the worker looks whose address it is, and sends (`people.password_asks`)."""
        PasswordAsk.objects.create(email=self.cleaned_data["email"], asked=self.at)
        return str(self.cleaned_data["email"])


class NewPasswordForm(ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, chosen through the link in the e-mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, "password1", "New password", {"required": "Enter a new password."}, NEW_ONE_HINT)
        word(self, "password2", "New password again", {"required": "Enter the new password again."})
        self.helper = dress(self, password_row("password1"), password_row("password2"))


class PasswordChangeForm(ChangePasswordForm):  # type: ignore[misc]
    """A new password for someone who knows the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, "oldpassword", "Password you have now", {"required": "Enter the password you have now."})
        word(self, "password1", "New password", {"required": "Enter a new password."}, NEW_ONE_HINT)
        word(self, "password2", "New password again", {"required": "Enter the new password again."})
        self.helper = dress(self, password_row("oldpassword"), password_row("password1"), password_row("password2"))


class ConfirmPasswordForm(ReauthenticateForm):  # type: ignore[misc]
    """The password again, before something that few may do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, "password", "Your password", {"required": "Enter your password."})
        self.helper = dress(self, password_row("password"))


class GiveRole(forms.Form):
    """A role, for whom it is held, from when to when, and why."""

    role = forms.ChoiceField(
        label="Role",
        help_text="A new system administrator waits a day, unless a second one agrees. All of them are told.",
        choices=[("", "Choose a role"), *((role.value, role.label[0].upper() + role.label[1:]) for role in Role)],
        error_messages={"required": "Choose a role."},
    )
    team = forms.ModelChoiceField(
        Team.objects.all(), label="Team", help_text="For a team manager.", required=False, empty_label="None"
    )
    service = forms.ModelChoiceField(
        Service.objects.all(), label="Service", help_text="For a Head of Service.", required=False, empty_label="None"
    )
    starts_on = DayField(what="the first day", label="First day")
    ends_on = DayField(
        what="the last day",
        label="Last day",
        help_text="For acting up or absence cover. Empty: no end.",
        required=False,
    )
    reason = forms.CharField(
        label="Why?",
        help_text="It stays with the role, for example “covers for Niamh Okonkwo”.",
        max_length=200,
        error_messages={"required": "Say why."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)


class DecideRoles(forms.Form):
    """Which of the roles that wait are decided, how, and why. The page draws its own table of them."""

    why = forms.CharField(
        label="Why?",
        help_text="It stays with the role, for example “as on the structure chart of November”.",
        max_length=200,
        error_messages={"required": "Say why."},
    )
    decision = forms.ChoiceField(
        choices=[("give", "Give"), ("refuse", "Refuse")],
        error_messages={"required": "Give the ticked roles, or refuse them.", "invalid_choice": "Give or refuse them."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.text("why"))

    def chosen(self) -> set[int]:
        """The keys of the roles that were ticked."""
        sent = self.data.getlist("chosen") if isinstance(self.data, QueryDict) else []
        return {int(number) for number in sent if number.isascii() and number.isdecimal() and len(number) < 10}

    def ticked(self, from_the_start: Collection[int]) -> set[int]:
        """The keys that are ticked on the page."""
        return self.chosen() if self.is_bound else set(from_the_start)

    def asked(self) -> dict[str, Any]:
        """What was decided, as the rule takes it."""
        cleaned = self.cleaned_data
        return {"chosen": self.chosen(), "why": cleaned["why"], "give": cleaned["decision"] == "give"}


class RolesOfTitle(forms.Form):
    """Which roles a job title brings, for whom from when, and why."""

    roles = forms.MultipleChoiceField(
        label="Roles",
        help_text="Everyone on the staff list is staff, and whoever holds a case is a keyworker. None: no other role.",
        choices=[(role.value, role.label[0].upper() + role.label[1:]) for role in BY_TITLE],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    now = forms.BooleanField(label="Give what is above auditor now, to whoever has the title", required=False)
    why = forms.CharField(
        label="Why?",
        help_text="It stays in the history, for example “our Practice Managers run a team”.",
        max_length=500,
        error_messages={"required": "Say why."},
    )
    number = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["now"].help_text = "Else it waits on the page Roles that wait. Auditor is given now either way."
        self.helper = dress(self, Field.checkboxes("roles"), Field.checkboxes("now"), Field.text("why"), "number")


class EndRole(forms.Form):
    """The last day of a role, and why it ends."""

    on = DayField(what="the last day", label="Last day")
    reason = forms.CharField(label="Why does it end?", max_length=200, error_messages={"required": "Say why."})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)


class ChangeSetting(forms.Form):
    """A new value for one of the council's settings, and why. The rule reads the value; here it is only asked for."""

    value = forms.CharField(label="New value", strip=False, error_messages={"required": "Enter a value."})
    why = forms.CharField(
        label="Why?",
        help_text="It stays in the history, for example “agreed at CQAWG in May”.",
        max_length=500,
        error_messages={"required": "Say why."},
    )
    number = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        kwargs["initial"] = {"value": setting.text, "number": setting.changes}
        super().__init__(*args, **kwargs)
        if isinstance(setting, Choice):
            self.fields["value"] = forms.ChoiceField(label="New value", choices=setting.choices)
        elif isinstance(setting, Lines):
            self.fields["value"].widget = forms.Textarea(attrs={"rows": 8})
            self.fields["value"].help_text = "A line each."
        elif isinstance(setting, Number):
            self.fields["value"].widget.attrs |= {"inputmode": "numeric", "class": "govuk-input--width-5"}
            self.fields["value"].help_text = f"A whole number from {setting.least} to {setting.most} ({setting.unit})."
        self.helper = dress(self)


class AbsenceForm(forms.Form):
    """Who is away, from when to when, and who stands in."""

    person = forms.ModelChoiceField(
        User.objects.none(), label="Who is away?", error_messages={"required": "Choose who is away."}
    )
    deputy = forms.ModelChoiceField(
        User.objects.none(),
        label="Who stands in?",
        help_text="Someone of the same role, or above.",
        empty_label="Choose a deputy",
        error_messages={"required": "Choose who stands in.", "invalid_choice": "Choose one of the people listed."},
    )
    starts_on = DayField(what="the first day away", label="First day away")
    ends_on = DayField(what="the last day away", label="Last day away")

    def __init__(self, *args: Any, people: QuerySet[User], on: date, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"person": by.pk, "starts_on": on}
        person, deputy = self.fields["person"], self.fields["deputy"]
        if isinstance(person, forms.ModelChoiceField) and isinstance(deputy, forms.ModelChoiceField):
            person.queryset = people
            asked = self.data.get("person", "") if self.is_bound else str(by.pk)
            chosen = people.filter(pk=asked).first() if asked.isdecimal() else None
            alone = chosen is not None and (self.is_bound or people.count() == 1)
            deputy.queryset = deputies(chosen, on=on) if alone and chosen else holders(*CAN_STAND_IN, on=on)
        self.helper = dress(self)


class NewTitlesForm(forms.Form):
    """What each new title brings. The page draws its own table of them; an empty choice leaves a title for later."""

    def chosen(self) -> dict[str, str]:
        """The word chosen for each title."""
        sent = self.data if isinstance(self.data, QueryDict) else QueryDict()
        pairs = zip(sent.getlist("title"), sent.getlist("brings"), strict=False)
        return {title: word for title, word in pairs if title and word}


class SetStepAsideForm(forms.Form):
    """Why a step of setting the council up is not done for now."""

    why = forms.CharField(
        label="Why is it not done for now?",
        help_text="It stays on the page with your name.",
        max_length=500,
        error_messages={"required": "Say why it is not done for now."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)


class TestNumberForm(forms.Form):
    """The number in a test mail."""

    number = forms.CharField(
        label="The number in the mail",
        help_text="Six figures, in its subject.",
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "govuk-input--width-5"}
        ),
        error_messages={"required": "Type the six figures in the subject of the test mail."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self)
