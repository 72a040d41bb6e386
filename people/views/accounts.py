"""Accounts by hand: rename, another address, a sign-in closed or opened, two accounts made one, somebody on no list."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from people import accounts, directory, membership, merging, second_factor
from people.access import SignedInRequest, requires
from people.forms_accounts import AddPerson, ChangeEmail, MergePeople, ReasonOnly, RenamePerson
from people.models import User
from people.roles import Permission
from people.step_up import confirmed
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed

READS_AND_SENDS = ["GET", "HEAD", "POST"]


def act_on_account(
    request: SignedInRequest, person: User, form: forms.Form, rule: Callable[..., object], title: str, said: str
) -> HttpResponse:
    """The form about one account, or what the rule says of what was sent."""
    membership.check_other(person, by=request.user)
    status = TAKEN
    if form.is_bound:
        asked = partial(rule, person, by=request.user, at=clock.now())
        status = attempt(form, lambda: asked(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, said)
            return redirect("person", person.pk)
    context = {"form": form, "person": person, "title": title}
    return render(request, "people/account.html", context, status=status)


@requires(Permission.MANAGE_USERS)
@confirmed
@require_http_methods(READS_AND_SENDS)
def person_rename(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give somebody another name."""
    person = directory.person_or_404(pk)
    form = RenamePerson(typed(request), initial={"name": person.name})
    return act_on_account(request, person, form, accounts.rename_person, "Rename", "The name is changed.")


@requires(Permission.MANAGE_USERS)
@confirmed
@require_http_methods(READS_AND_SENDS)
def person_email(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give somebody another address to sign in with."""
    person = directory.person_or_404(pk)
    form = ChangeEmail(typed(request), initial={"email": person.email})
    said = "The address is changed. Every other administrator has been told."
    return act_on_account(request, person, form, accounts.change_email, "Change the e-mail of", said)


@requires(Permission.MANAGE_USERS)
@confirmed
@require_http_methods(READS_AND_SENDS)
def person_close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Close somebody's sign-in now."""
    person = directory.person_or_404(pk)
    said = "Closed: nobody signs in with this account any more. The QA Officers have been told."
    return act_on_account(
        request, person, ReasonOnly(typed(request)), accounts.close_sign_in, "Close the sign-in of", said
    )


@requires(Permission.MANAGE_USERS)
@confirmed
@require_http_methods(READS_AND_SENDS)
def person_second_factor(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remove the second factors of somebody who has lost them."""
    person = directory.person_or_404(pk)
    form, said = ReasonOnly(typed(request)), "Removed. The person and every other administrator have been told."
    rule = second_factor.remove_second_factors
    return act_on_account(request, person, form, rule, "Remove the second factor of", said)


@requires(Permission.MANAGE_USERS)
@confirmed
@require_http_methods(READS_AND_SENDS)
def person_open(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open a sign-in again."""
    person = directory.person_or_404(pk)
    form = ReasonOnly(typed(request))
    return act_on_account(request, person, form, accounts.open_sign_in, "Open the sign-in of", "Open again.")


@requires(Permission.MANAGE_USERS)
@confirmed
@require_http_methods(READS_AND_SENDS)
def person_merge(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make another account of the same person part of this one."""
    person = directory.person_or_404(pk)
    form = MergePeople(typed(request), person=person)
    said = "The two accounts are one now. Every other administrator has been told."
    return act_on_account(request, person, form, merging.merge_people, "Merge another account into that of", said)


@requires(Permission.MANAGE_USERS)
@confirmed
@require_http_methods(READS_AND_SENDS)
def person_add(request: SignedInRequest) -> HttpResponse:
    """Add somebody who is on no staff list."""
    form, status = AddPerson(typed(request)), TAKEN
    if form.is_bound:
        status = attempt(form, lambda: accounts.add_person(**form.cleaned_data, by=request.user, at=clock.now()))
        if status == TAKEN:
            messages.success(request, f"{form.cleaned_data['name']} is added, and has been told how to sign in.")
            return redirect("people")
    return render(request, "people/account_add.html", {"form": form}, status=status)
