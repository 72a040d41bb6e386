"""Who works here, as the latest staff extract has it: people, teams, services, line managers, and roles by job title.

The strategy hands each role its part (sections 4 and 7); the council's table of titles says who holds which.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from people import staff_names, waiting_roles
from people.lines import managers_of
from people.list_answers import WHOLE_LIST, ListAnswers
from people.manager_names import is_name, with_managers
from people.membership import grant_from_file
from people.models import Membership, User
from people.roles import Role
from people.staff_roles import end_with_leaving, roles_by_title, roles_of, titled, until_they_left
from people.staff_rows import StaffRow, StaffRows
from people.staff_teams import make_teams, teams_of
from people.trail import Act
from people.waiting_roles import RoleKey, StaffList, role_key
from qualitycounts.base import progress
from qualitycounts.base.dates import date_in_words
from qualitycounts.base.problems import Problem

NUMBERS = ("staff_number", "registration_number")
"""By which case extracts may name a worker. A list without them leaves those that are known."""
NOBODY: Mapping[str, str] = {}
FROM_EXTRACT = ["name", "job_title", "service", "team", "line_manager", "left_on", *NUMBERS]


@dataclass(frozen=True, slots=True)
class Profile:
    """All that a staff extract decides about a person, in names, so that two can be compared."""

    name: str
    job_title: str
    service: str
    team: str
    line_manager: str
    roles: frozenset[RoleKey]
    left_on: date | None = None
    staff_number: str = ""
    registration_number: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One person as the extract would have them, and as they were: nobody yet, for one who is new."""

    row: StaffRow
    now: Profile
    user: User | None = None
    was: Profile | None = None
    waits: frozenset[RoleKey] = frozenset()

    @property
    def given(self) -> frozenset[RoleKey]:
        """The roles that the person has once the extract is applied, without those that wait from then on."""
        return self.now.roles - self.waits

    @property
    def new(self) -> frozenset[RoleKey]:
        """The roles that the extract gives, at once."""
        return self.given - (self.was.roles if self.was else frozenset())

    @property
    def differences(self) -> dict[str, tuple[str, str]]:
        """What differs, each as it was and as it would be, in words."""
        if self.was is None:
            return {}
        differing = {}
        if self.user is not None and self.user.email != self.row.email:
            differing["e-mail"] = self.user.email, self.row.email
        for slot in ("name", "job_title", "service", "team", "line_manager", *NUMBERS):
            pair = getattr(self.was, slot), getattr(self.now, slot)
            if pair[0] != pair[1]:
                differing[slot.replace("_", " ")] = pair
        if self.was.roles != self.given:
            differing["roles"] = in_words(self.was.roles), in_words(self.given)
        if self.waits:
            differing["waits for an administrator"] = "", in_words(self.waits)
        if self.was.left_on is not None:
            differing["left"] = f"left on {date_in_words(self.was.left_on)}", "works here again"
        return differing


@dataclass(slots=True)
class Plan:
    """What an extract would change. Making one changes nothing."""

    teams: dict[str, str]
    services: set[str]
    brought_by: Collection[int] = ()
    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    left: list[User] = field(default_factory=list)
    unchanged: int = 0
    managers_unknown: int = 0
    """People whose line manager is given as a name that is nobody's for certain."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def people(self) -> list[Change]:
        """Everyone who is new or changed."""
        return [*self.added, *self.changed]

    @property
    def waiting(self) -> int:
        """How many roles it leaves waiting for an administrator."""
        return sum(len(change.waits) for change in self.people)


def plan(
    rows: StaffRows,
    *,
    brought_by: Collection[int] = (),
    granting: bool = False,
    answers: ListAnswers = WHOLE_LIST,
    known_names: Mapping[str, str] = NOBODY,
) -> Plan:
    """Compare an extract with who works here.

    Roles beyond those of `waiting_roles.WITH_A_LIST` wait for an administrator, and so does any for those who brought
    the extract in, unless an operator on the server is `granting` them. Whoever an earlier extract brought in and this
    one does not name has left, if they are of the part that it covers; people made by hand stay. A line manager who is
    not on the list, or whose own line leads back to the person, is left out and said; one given as a name is told by
    it, or by what was confirmed (`known_names`: e-mails by folded name). Who had left and is named again has every role
    back that their title brings and that they held until they left.
    """
    every = User.objects.select_related("service", "team", "line_manager", "merged_into")
    users = {user.email: user for user in every}
    rows = staff_names.with_merged(with_managers(rows, users.values(), known_names), users)
    held, others, before_leaving = roles_by_title(), waiting_roles.known(), until_they_left()
    problems = list(rows.problems)
    teams = teams_of(rows.used.values(), problems)
    services = {row.service for row in rows.used.values() if row.service} | set(teams.values())
    staff_plan = Plan(teams, services, brought_by)
    staff_plan.managers_unknown = sum(is_name(row.manager_email) for row in rows.used.values())
    again = {known for email, known in answers.same.items() if email in rows.used}
    missing = (
        user
        for user in users.values()
        if gone(user, rows) and user.email not in again and answers.covers(str(user.team or ""))
    )
    staff_plan.left = sorted(missing, key=lambda user: user.name)
    managers = managers_of(rows.used, users, {user.email for user in staff_plan.left}, problems)
    for email, row in progress.counted(rows.used.items(), "people compared with the staff list", len(rows.used)):
        user, team = users.get(email) or users.get(answers.same.get(email, "")), row.team if row.team in teams else ""
        now = Profile(row.name, row.job_title, row.service, team, managers[email], roles_of(row, team))
        now = replace(now, **{slot: getattr(row, slot) or getattr(user, slot, "") for slot in NUMBERS})
        if user is None:
            staff_plan.added.append(
                Change(row, now, waits=waiting_roles.waits(now.roles, own=False, granting=granting))
            )
            continue
        had = held.get(user.pk, set()) | others.of(user.pk, now.roles, granting=granting)
        had = staff_names.roles_now(had, answers)
        asked = now.roles - had - staff_names.roles_now(before_leaving.get(user.pk, set()), answers)
        waits = waiting_roles.waits(asked, own=user.pk in brought_by, granting=granting)
        change = Change(row, now, user, staff_names.profile_now(profile(user, had), user, answers), waits)
        if change.differences:
            staff_plan.changed.append(change)
        else:
            staff_plan.unchanged += 1
    staff_plan.problems = sorted(problems)
    return staff_plan


def gone(user: User, rows: StaffRows) -> bool:
    """Whether an earlier extract brought the person in and this one no longer names them, not even in an unused row."""
    return (
        user.source == User.Source.FILE
        and user.left_on is None
        and user.merged_into_id is None
        and user.email not in rows.used
        and rows.unused.isdisjoint({user.email, user.name.casefold()})
    )


def profile(user: User, held: set[RoleKey]) -> Profile:
    """A person as they stand now."""
    return Profile(
        user.name,
        user.job_title,
        user.service.name if user.service else "",
        user.team.name if user.team else "",
        user.line_manager.email if user.line_manager else "",
        frozenset(held),
        user.left_on,
        user.staff_number,
        user.registration_number,
    )


def in_words(roles: Iterable[RoleKey]) -> str:
    """The roles as one line: auditor, team manager."""
    return ", ".join(sorted(Role(role).label for role, _, _ in roles)) or "none"


def apply(staff_plan: Plan, *, on: date, act: Act, list_name: str = "") -> None:
    """Make the changes of a plan as at its extract's day, in as many statements for one person as for all.

    Those who left cannot sign in from that day, and their roles end the day before. Joins the transaction of `act`,
    in which `lock` was called before the plan was made.
    """
    services, teams = make_teams(staff_plan.teams, staff_plan.services)
    new = {
        change.row.email: User(
            email=change.row.email, name=change.now.name, password=make_password(None), source=User.Source.FILE
        )
        for change in staff_plan.added
    }
    User.objects.bulk_create(new.values())
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in new.values()]
    )
    pks = dict(User.objects.values_list("email", "pk"))
    people = {change.row.email: change.user or new[change.row.email] for change in staff_plan.people}
    for change in staff_plan.people:
        user, now = people[change.row.email], change.now
        user.name, user.job_title, user.left_on = now.name, now.job_title, None
        user.staff_number, user.registration_number = now.staff_number, now.registration_number
        user.service_id, user.team_id = services.get(now.service), teams.get(now.team)
        user.line_manager_id = pks.get(now.line_manager)
    for user in staff_plan.left:
        user.left_on = on
    User.objects.bulk_create(
        [*people.values(), *staff_plan.left], update_conflicts=True, unique_fields=["email"], update_fields=FROM_EXTRACT
    )
    settle_roles(staff_plan, pks, StaffList(list_name, on, services, teams), act)
    record(staff_plan, people, act)


def lock() -> None:
    """Hold everyone on the list until the transaction ends, so that a plan made now is still true when applied.

    `no_key`: others may go on writing what points at a person, else an extract and a meeting wait for each other.
    """
    list(User.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def settle_roles(staff_plan: Plan, people: Mapping[str, int], staff_list: StaffList, act: Act) -> None:
    """End the roles that a job title no longer grants, and every role of those who left; grant the new ones, or keep
    them to wait for an administrator."""
    on = staff_list.as_at
    now = {people[change.row.email]: change.now.roles for change in staff_plan.people}
    new = {people[change.row.email]: change.new for change in staff_plan.people}
    over = [
        membership.pk
        for membership in titled().filter(user_id__in=now).select_related("team", "service")
        if role_key(membership) not in now[membership.user_id]
    ]
    Membership.objects.filter(pk__in=over, starts_on__gte=on).delete()
    Membership.objects.filter(pk__in=over).update(ends_on=on - timedelta(days=1))
    end_with_leaving(staff_plan.left, on=on)
    grant_from_file(
        [
            Membership(
                user_id=pk,
                role=role,
                team_id=staff_list.teams.get(team),
                service_id=staff_list.services.get(service),
                starts_on=on,
                from_file=True,
            )
            for pk, roles in new.items()
            for role, team, service in sorted(roles)
        ]
    )
    asked = {people[change.row.email]: (change.now.roles, change.new, change.waits) for change in staff_plan.people}
    waiting_roles.settle(asked, left=staff_plan.left, listed=staff_list, act=act, own=staff_plan.brought_by)


def record(staff_plan: Plan, people: Mapping[str, User], act: Act) -> None:
    """One trail entry a person who joined, changed or left."""
    for change in staff_plan.added:
        content = {"roles": sorted(role for role, _, _ in change.given)}
        if change.waits:
            content["waiting"] = sorted(role for role, _, _ in change.waits)
        act.add("person.joined", people[change.row.email], now="here", content=content)
    for change in staff_plan.changed:
        act.add("person.changed", people[change.row.email], now="here", content=change.differences)
    for user in staff_plan.left:
        act.add("person.left", user, was="here", now="left")
