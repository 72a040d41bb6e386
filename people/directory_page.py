"""What the list of people and the page of one show: tables of roles, and who works here, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.text import capfirst

from people.directory import memberships_of
from people.membership import check_agree
from people.models import Membership, User, WaitingRole
from people.roles import Role
from qualitycounts.base.components import Cell, Link, Table, TableRow, Value
from qualitycounts.base.refusals import allows
from qualitycounts.base.templatetags import qc


def people_table(people: Iterable[User], *, count: int) -> Table:
    """One page of the list: name and job, roles held (`held`), team, manager. `count`: how many the list has."""
    rows = [
        TableRow(
            [
                Cell(Value(user.name, user.job_title, url=reverse("person", args=[user.pk]))),
                Cell(roles_today(user), "Roles"),
                Cell(Value(user.team or "No team", service_name(user))),
                Cell(
                    Value(user.line_manager or "Nobody", f"Left {qc.short_date(user.left_on)}" if user.left_on else ""),
                    "Manager",
                ),
            ]
        )
        for user in people
    ]
    caption = f"{qc.thousands(count)} {'person' if count == 1 else 'people'}"
    return Table(caption, ["Name", "Roles", "Team", "Manager"], rows)


def roles_today(user: User) -> Value:
    """The roles of a person from the list, in a line."""
    held: list[Membership] = user.held  # type: ignore[attr-defined]  # prefetched by people_by_name
    names = [membership.get_role_display() for membership in held]
    return Value(", ".join(names)) if names else Value("None today", quiet=True)


def service_name(user: User) -> str:
    """The service of a person's team, else their own; "" for neither."""
    service = user.team.service if user.team else user.service
    return str(service or "")


def facts(user: User, *, on: date) -> list[str]:
    """What stands under a person's name: job, team or service, and whether they work here."""
    where = f"{user.team}, {user.team.service}" if user.team else str(user.service or "")
    return [user.job_title, where, employment_in_words(user, on=on)]


def employment_in_words(user: User, *, on: date) -> str:
    """Whether a person works here, left or is about to, or has their account shut."""
    if user.works_here(on):
        return f"Leaves on {qc.day(user.left_on)}" if user.left_on else "Works here"
    return f"Left on {qc.day(user.left_on)}" if user.left_on else "The account is shut"


def roles_table(user: User, *, by: User, can_change: bool, on: date) -> Table:
    """Every role the person holds or held; those given by hand may be ended by whoever `can_change` them."""
    rows = [
        TableRow(
            [
                Cell(Value(qc.short_date(held.starts_on), when=True), css="qc-col-when"),
                Cell(Value(capfirst(held.get_role_display()), origin_of(held), strong=True)),
                Cell(str(held.team or held.service or "The council"), "For"),
                Cell(role_end_cell(held, by=by, can_change=can_change, on=on), "Until"),
            ]
        )
        for held in memberships_of(user)
    ]
    return Table("Roles", ["From", "Role", "For", "Until"], rows)


def not_yet(held: Membership) -> str:
    """Why a role to come has not begun."""
    waits = held.role == Role.ADMINISTRATOR and held.given_by_id is not None
    return "Not yet: waits for a second administrator, or the day" if waits else "Not yet"


def origin_of(held: Membership) -> str:
    """Where a role comes from: the staff list, or whoever gave it and why."""
    return "By job title, from the staff list" if held.from_file else held.reason or "Given by hand"


def role_end_cell(held: Membership, *, by: User, can_change: bool, on: date) -> Value:
    """When a role ends, with the link that ends it, or by which a second administrator agrees to it."""
    over = held.ends_on is not None and held.ends_on < on
    may_end = can_change and not held.from_file and not over
    url = reverse("person-role-end", args=[held.user_id, held.pk])
    link = Link("End", url, held.get_role_display()) if may_end else None
    if held.role == Role.ADMINISTRATOR and allows(check_agree, held, by=by, on=on):
        agree = reverse("person-role-agree", args=[held.user_id, held.pk])
        link = Link("Agree or stop it", agree, held.get_role_display())
    return Value(
        qc.short_date(held.ends_on) if held.ends_on else "No end",
        ["Ended" if over else "", not_yet(held) if held.starts_on > on else ""],
        when=held.ends_on is not None,
        below=link,
    )


def waiting_sentence(row: WaitingRole) -> str:
    """A role that waits for an administrator, in a sentence."""
    where = f", {row.team or row.service}" if row.team or row.service else ""
    role = capfirst(row.get_role_display())
    return f"{role}{where}: waits for a system administrator, from the staff list as at {qc.short_date(row.as_at)}"
