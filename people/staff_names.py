"""Other names in a staff list: accounts that were merged, e-mails that changed, teams and services renamed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress

from people.list_answers import ListAnswers
from people.models import Service, Team, User
from people.staff_rows import StaffRows
from people.trail import Act
from people.waiting_roles import RoleKey
from qualitycounts.base.problems import Problem
from qualitycounts.base.refusals import Stale

if TYPE_CHECKING:
    from people.staff import Profile


def with_merged(rows: StaffRows, users: Mapping[str, User]) -> StaffRows:
    """The rows with whoever was merged into another account named by that one's e-mail, as who they are and as a line
    manager. Where the list has both, the row of the account that was merged is not used, and that is said."""
    merged = {email: user.merged_into.email for email, user in users.items() if user.merged_into is not None}
    if not merged:
        return rows
    used, problems = {}, list(rows.problems)
    for email, row in rows.used.items():
        known = merged.get(email, email)
        if known != email and known in rows.used:
            why = f"“{email}” was merged with “{known}”, who is in this list too. That row was used, this one not."
            problems.append(Problem(row.row, "Email", why))
            continue
        used[known] = replace(row, email=known, manager_email=merged.get(row.manager_email, row.manager_email))
    unused = {merged.get(name, name) for name in rows.unused}
    return replace(rows, used=used, unused=unused, problems=problems)


def roles_now(roles: Collection[RoleKey], answers: ListAnswers) -> set[RoleKey]:
    """Roles with their teams and services by the names in the file."""
    if not answers.names_anew:
        return set(roles)
    return {(role, answers.team_now(team), answers.service_now(service)) for role, team, service in roles}


def profile_now(profile: Profile, user: User, answers: ListAnswers) -> Profile:
    """A person as they stand, with their team, service and line manager by the names in the file."""
    if not answers.names_anew:
        return profile
    managers = {known: email for email, known in answers.same.items()}
    return replace(
        profile,
        team=answers.team_now(profile.team),
        service=answers.service_now(profile.service),
        line_manager=managers.get(profile.line_manager, profile.line_manager),
    )


def take_names(answers: ListAnswers, act: Act) -> None:
    """Give the people, teams and services that a file names anew their new names, before its changes are made.

    Refuses (`Stale`, 409) where a new name was taken meanwhile.
    """
    for model, names in ((Service, answers.service_names), (Team, answers.team_names)):
        for new, old in names.items():
            if model._default_manager.filter(name=new).exists():
                raise Stale(f"There is “{new}” already. Import the file again to see it afresh.")
            row = model._default_manager.filter(name=old).first()
            if row is not None:
                model._default_manager.filter(pk=row.pk).update(name=new)
                act.add(f"{model._meta.model_name}.renamed", row, content={"was": old, "now": new})
    for email, known in answers.same.items():
        user = User.objects.filter(email=known).first()
        if user is not None:
            move_email(user, email)
            act.add("person.email_changed", user, content={"was": known, "now": email})


def move_email(user: User, email: str) -> None:
    """Have a person sign in with, and be written to at, another address."""
    User.objects.filter(pk=user.pk).update(email=email)
    if not EmailAddress.objects.filter(user=user, primary=True).update(email=email, verified=True):
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    user.email = email
