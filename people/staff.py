"""Who works here, as the latest staff extract has it: people, teams, services, line managers, and roles by job title.

The strategy hands each role its part (sections 4 and 7); the council's table of titles says who holds which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db.models import Q, QuerySet

from people.lines import managers_of
from people.models import Membership, Service, Team, User
from people.problems import Problem
from people.roles import Role
from people.staff_rows import StaffRow, StaffRows
from people.trail import Act

RoleKey = tuple[str, str, str]
"""A role with the names of the team and of the service it reaches, "" for none."""
FROM_EXTRACT = ["name", "job_title", "service", "team", "line_manager", "left_on"]


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


@dataclass(frozen=True, slots=True)
class Change:
    """One person as the extract would have them, and as they were: nobody yet, for one who is new."""

    row: StaffRow
    now: Profile
    user: User | None = None
    was: Profile | None = None

    @property
    def differences(self) -> dict[str, tuple[str, str]]:
        """What differs, each as it was and as it would be, in words."""
        if self.was is None:
            return {}
        found = {}
        for slot in ("name", "job_title", "service", "team", "line_manager"):
            pair = getattr(self.was, slot), getattr(self.now, slot)
            if pair[0] != pair[1]:
                found[slot.replace("_", " ")] = pair
        if self.was.roles != self.now.roles:
            found["roles"] = in_words(self.was.roles), in_words(self.now.roles)
        if self.was.left_on is not None:
            found["left"] = f"left on {self.was.left_on:%-d %B %Y}", "works here again"
        return found


@dataclass(slots=True)
class Plan:
    """What an extract would change. Making one changes nothing."""

    teams: dict[str, str]
    services: set[str]
    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    left: list[User] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)


def plan(rows: StaffRows) -> Plan:
    """Compare an extract with who works here.

    Whoever an earlier extract brought in and this one does not name has left; people made by hand stay. A line manager
    who is not on the list, or whose own line leads back to the person, is left out and said.
    """
    users = {user.email: user for user in User.objects.select_related("service", "team", "line_manager")}
    held = roles_by_title()
    problems = list(rows.problems)
    teams = teams_of(rows.used.values(), problems)
    found = Plan(teams, {row.service for row in rows.used.values() if row.service} | set(teams.values()))
    found.left = sorted((user for user in users.values() if gone(user, rows)), key=lambda user: user.name)
    managers = managers_of(rows.used, users, {user.email for user in found.left}, problems)
    for email, row in rows.used.items():
        user, team = users.get(email), row.team if row.team in teams else ""
        now = Profile(row.name, row.job_title, row.service, team, managers[email], roles_of(row, team))
        if user is None:
            found.added.append(Change(row, now))
            continue
        change = Change(row, now, user, profile(user, held.get(user.pk, set())))
        if change.differences:
            found.changed.append(change)
        else:
            found.unchanged += 1
    found.problems = sorted(problems)
    return found


def gone(user: User, rows: StaffRows) -> bool:
    """Whether an earlier extract brought the person in and this one no longer names them, not even in an unused row."""
    return (
        user.source == User.Source.FILE
        and user.left_on is None
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
    )


def titled() -> QuerySet[Membership]:
    """The roles in force that job titles granted. Keyworker comes with a case, not with a title."""
    return Membership.objects.filter(from_file=True, ends_on=None).exclude(role=Role.KEYWORKER)


def roles_by_title() -> dict[int, set[RoleKey]]:
    """What `titled` holds, by person."""
    held: dict[int, set[RoleKey]] = {}
    for membership in titled().select_related("team", "service"):
        held.setdefault(membership.user_id, set()).add(role_key(membership))
    return held


def role_key(membership: Membership) -> RoleKey:
    """The role with the names of what it reaches."""
    team, service = membership.team, membership.service
    return membership.role, team.name if team else "", service.name if service else ""


def roles_of(row: StaffRow, team: str) -> frozenset[RoleKey]:
    """The roles of a job title: a manager's reach the team, a Head of Service's the service."""
    return frozenset(
        (role.value, team if role == Role.TEAM_MANAGER else "", row.service if role == Role.HEAD_OF_SERVICE else "")
        for role in row.roles
    )


def in_words(roles: Iterable[RoleKey]) -> str:
    """The roles as one line: auditor, team manager."""
    return ", ".join(sorted(Role(role).label for role, _, _ in roles)) or "none"


def teams_of(rows: Iterable[StaffRow], problems: list[Problem]) -> dict[str, str]:
    """Each team named, with its service: the first that the extract gives it, else the one it has."""
    known = dict(Team.objects.values_list("name", "service__name"))
    found: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: not row.service):
        if not row.team:
            continue
        if service := row.service or known.get(row.team, ""):
            first = found.setdefault(row.team, service)
            if first != service:
                why = f"“{row.team}” is in “{first}” in an earlier row. The team was left in that service."
                problems.append(Problem(row.row, "Service", why))
        elif row.team not in found:
            why = f"Nothing says which service “{row.team}” is in, so the team was left out."
            problems.append(Problem(row.row, "Team", why))
    return found


def apply(found: Plan, *, on: date, act: Act) -> None:
    """Make the changes of a plan as at its extract's day, in as many statements for one person as for all.

    Those who left cannot sign in from that day, and their roles end the day before. Joins the transaction of `act`,
    in which `lock` was called before the plan was made.
    """
    services, teams = make_teams(found.teams, found.services)
    new = {
        change.row.email: User(
            email=change.row.email, name=change.now.name, password=make_password(None), source=User.Source.FILE
        )
        for change in found.added
    }
    User.objects.bulk_create(new.values())
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in new.values()]
    )
    pks = dict(User.objects.values_list("email", "pk"))
    people = {change.row.email: change.user or new[change.row.email] for change in (*found.added, *found.changed)}
    for change in (*found.added, *found.changed):
        user, now = people[change.row.email], change.now
        user.name, user.job_title, user.left_on = now.name, now.job_title, None
        user.service_id, user.team_id = services.get(now.service), teams.get(now.team)
        user.line_manager_id = pks.get(now.line_manager)
    for user in found.left:
        user.left_on = on
    User.objects.bulk_create(
        [*people.values(), *found.left], update_conflicts=True, unique_fields=["email"], update_fields=FROM_EXTRACT
    )
    settle_roles(found, pks, services, teams, on)
    record(found, people, act)


def lock() -> None:
    """Hold everyone on the list until the transaction ends, so that a plan made now is still true when applied.

    `no_key`: others may go on writing what points at a person, else an extract and a meeting wait for each other.
    """
    list(User.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def make_teams(teams: Mapping[str, str], services: Iterable[str]) -> tuple[dict[str, int], dict[str, int]]:
    """The keys of every service and team by name, once those not known are made and each team is in its service."""
    Service.objects.bulk_create([Service(name=name) for name in sorted(services)], ignore_conflicts=True)
    service_keys = dict(Service.objects.values_list("name", "pk"))
    Team.objects.bulk_create(
        [Team(name=name, service_id=service_keys[service]) for name, service in sorted(teams.items())],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["service"],
    )
    return service_keys, dict(Team.objects.values_list("name", "pk"))


def settle_roles(
    found: Plan, people: Mapping[str, int], services: Mapping[str, int], teams: Mapping[str, int], on: date
) -> None:
    """End the roles that a job title no longer grants, and every role of those who left; grant the new ones."""
    now = {people[change.row.email]: change.now.roles for change in (*found.added, *found.changed)}
    held = roles_by_title()
    over = [
        membership.pk
        for membership in titled().filter(user_id__in=now).select_related("team", "service")
        if role_key(membership) not in now[membership.user_id]
    ]
    ended = Q(pk__in=over) | Q(user__in=found.left, from_file=True, ends_on=None)
    Membership.objects.filter(ended, starts_on__gte=on).delete()
    Membership.objects.filter(ended).update(ends_on=on - timedelta(days=1))
    Membership.objects.bulk_create(
        [
            Membership(
                user_id=pk,
                role=role,
                team_id=teams.get(team),
                service_id=services.get(service),
                starts_on=on,
                from_file=True,
            )
            for pk, roles in now.items()
            for role, team, service in sorted(roles - held.get(pk, set()))
        ],
        ignore_conflicts=True,
    )


def grant_keyworkers(holders: set[int], *, on: date) -> None:
    """Make whoever holds a case a keyworker from that day, unless they are one already."""
    already = Membership.objects.filter(role=Role.KEYWORKER, ends_on=None).values_list("user_id", flat=True)
    Membership.objects.bulk_create(
        [
            Membership(user_id=pk, role=Role.KEYWORKER, starts_on=on, from_file=True)
            for pk in sorted(holders.difference(already))
        ],
        ignore_conflicts=True,
    )


def record(found: Plan, people: Mapping[str, User], act: Act) -> None:
    """One trail entry a person who joined, changed or left."""
    for change in found.added:
        roles = sorted(role for role, _, _ in change.now.roles)
        act.add("person.joined", people[change.row.email], now="here", content={"roles": roles})
    for change in found.changed:
        act.add("person.changed", people[change.row.email], now="here", content=change.differences)
    for user in found.left:
        act.add("person.left", user, was="here", now="left")
