"""Roles that a staff list gives by job title, and that wait for an administrator's word: a list alone gives none.

Whoever can have a file imported could else make anybody a director (docs/adr/0016-roles-from-a-staff-list.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import ClassVar

from django.db.models import QuerySet

from people import access, membership, notices, trail
from people.administrators import administrators
from people.models import Membership, User, WaitingRole
from people.notice_texts import NewRoleByTitle, RolesWaiting
from people.roles import Permission, Role
from people.trail import Act
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotNow, Refused, Stale, allows, written

RoleKey = tuple[str, str, str]
"""A role with the names of the team and of the service it reaches, "" for none."""
WITH_A_LIST = frozenset({Role.STAFF, Role.KEYWORKER, Role.AUDITOR})
"""The roles that a staff list gives by itself: none of them opens more than the records one is named on."""


@dataclass(frozen=True, slots=True)
class StaffList:
    """The list that roles come from: its file name, its day, and the keys of its services and teams by name."""

    name: str
    as_at: date
    services: Mapping[str, int]
    teams: Mapping[str, int]


@dataclass(slots=True)
class Known:
    """Roles about which an administrator has been asked or has decided, by person."""

    waiting: dict[int, set[RoleKey]] = field(default_factory=dict)
    refused: dict[int, set[RoleKey]] = field(default_factory=dict)
    by_hand: dict[int, set[RoleKey]] = field(default_factory=dict)

    def of(self, pk: int, wanted: Collection[RoleKey], *, granting: bool) -> set[RoleKey]:
        """What a list need not ask again of a person whose title brings `wanted`.

        `granting`: what waits is given now, so it counts as new; what was refused stays refused.
        """
        waiting = self.waiting.get(pk, set())
        asked = waiting.difference(wanted) if granting else waiting
        return asked | self.refused.get(pk, set()) | self.by_hand.get(pk, set()).intersection(wanted)


def known() -> Known:
    """Every role that waits, was refused, or is held without an end because an administrator gave it. Two queries."""
    all_known = Known()
    for row in WaitingRole.objects.select_related("team", "service"):
        asked = all_known.waiting if row.refused_at is None else all_known.refused
        asked.setdefault(row.user_id, set()).add(role_key(row))
    for held in Membership.objects.filter(from_file=False, ends_on=None).select_related("team", "service"):
        all_known.by_hand.setdefault(held.user_id, set()).add(role_key(held))
    return all_known


def role_key(held: Membership | WaitingRole) -> RoleKey:
    """The role with the names of what it reaches."""
    team, service = held.team, held.service
    return held.role, team.name if team else "", service.name if service else ""


def waits(roles: Iterable[RoleKey], *, own: bool, granting: bool) -> frozenset[RoleKey]:
    """Which of the roles that a title newly brings wait: all beyond `WITH_A_LIST`, and every one that those who brought
    the list in would give to themselves (`own`). None where an operator on the server is `granting` them."""
    return frozenset(key for key in roles if not granting and (own or Role(key[0]) not in WITH_A_LIST))


def settle(
    people: Mapping[int, tuple[Collection[RoleKey], Collection[RoleKey], Collection[RoleKey]]],
    *,
    left: Collection[User],
    listed: StaffList,
    act: Act,
    own: Collection[int] = (),
) -> None:
    """After a list: keep what waits from now on, and let go of what no longer does. Every administrator is told.

    `people`: by person, all roles of the title, those that the list has just given, and those that wait.
    """
    rows = WaitingRole.objects.filter(user__in=people).select_related("team", "service")
    over = [
        row.pk for row in rows if role_key(row) not in people[row.user_id][0] or role_key(row) in people[row.user_id][1]
    ]
    WaitingRole.objects.filter(pk__in=over).delete()
    WaitingRole.objects.filter(user__in=left).delete()
    titles = dict(User.objects.filter(pk__in=people).values_list("pk", "job_title"))
    made = [
        WaitingRole(
            user_id=pk,
            role=role,
            team_id=listed.teams.get(team),
            service_id=listed.services.get(service),
            job_title=titles[pk],
            list_name=listed.name,
            as_at=listed.as_at,
            asked=act.at,
            asked_by=act.by,
            own=pk in own,
        )
        for pk, (_, _, asked) in people.items()
        for role, team, service in sorted(asked)
    ]
    WaitingRole.objects.bulk_create(made, ignore_conflicts=True)
    if made:
        tell_administrators(len(made), act)


def tell_administrators(count: int, act: Act) -> None:
    """Tell every administrator that roles of a list wait for them."""
    notices.notify(
        to=administrators(on=day_of(act.at)),
        text=RolesWaiting(count),
        key=f"waiting-roles:{act.at.isoformat()}",
        at=act.at,
    )


def roles_that_wait() -> QuerySet[WaitingRole]:
    """What waits for an administrator, by name."""
    return every().filter(refused_at=None)


def every() -> QuerySet[WaitingRole]:
    """What waits or was refused, with all that a page shows of it."""
    people = ("user", "team", "service", "asked_by", "refused_by")
    return WaitingRole.objects.select_related(*people).order_by("user__name", "user", "role", "pk")


@dataclass(frozen=True, slots=True)
class Page:
    """What the page shows: what waits and what was refused, each with whether this administrator may decide it.

    `ticked` are ticked from the start.
    """

    WAITING: ClassVar = "Waiting"
    REFUSED: ClassVar = "Refused, for as long as the title stays"
    waiting: list[tuple[WaitingRole, bool]]
    refused: list[tuple[WaitingRole, bool]]
    ticked: frozenset[int]


def page(*, by: User, tick_all: bool = False) -> Page:
    """The page as one administrator sees it: nobody decides about themselves.

    `tick_all` leaves out what somebody who brought a list in would give to themselves.
    """
    rows = [(row, allows(membership.check_other, row.user, by=by)) for row in every()]
    waiting = [(row, may) for row, may in rows if row.refused_at is None]
    ticked = frozenset(row.pk for row, may in waiting if tick_all and may and not row.own)
    return Page(waiting, [(row, may) for row, may in rows if row.refused_at is not None], ticked)


def decided_in_words(decided: list[WaitingRole], *, give: bool) -> str:
    """What was decided, in a sentence."""
    people = len({row.user_id for row in decided})
    roles = "1 role" if len(decided) == 1 else f"{len(decided)} roles"
    whom = decided[0].user.name if people == 1 else f"{people} people"
    return f"{roles} given to {whom}, from today." if give else f"{roles} refused to {whom}."


def decide(chosen: Collection[int], *, give: bool, why: str, by: User, at: datetime) -> list[WaitingRole]:
    """Give the chosen roles from today, or refuse them, with a reason. Whoever is given one is told.

    Refused: not an administrator, or a role of one's own (403); none chosen, or no reason (422); one that no longer
    waits, or whose person has left (409): then nothing is changed.
    """
    access.check(by, Permission.MANAGE_USERS)
    if not chosen:
        raise Refused("Tick the roles that you decide about.")
    reason = written(why, "why", "Say why, for example “as on the structure chart”. It stays with the role.", most=200)
    with trail.acting(by=by, at=at) as act:
        rows = list(every().filter(pk__in=chosen).select_for_update(of=("self",)))
        if len(rows) != len(set(chosen)):
            raise Stale(
                "Some of these roles no longer wait: another list came, or somebody decided. Open the page again."
            )
        for row in rows:
            membership.check_other(row.user, by=by)
            if not row.user.works_here(day_of(at)):
                raise NotNow(f"{row.user.name} does not work here today. Untick that role.")
        if give:
            give_all(rows, reason, act)
        else:
            refuse_all(rows, reason, act)
    return rows


def give_all(rows: list[WaitingRole], reason: str, act: Act) -> None:
    """Make roles of what waited, as if the list had given them today."""
    on = day_of(act.at)
    for row in rows:
        Membership.objects.update_or_create(
            user=row.user,
            role=row.role,
            team=row.team,
            service=row.service,
            starts_on=on,
            defaults={"ends_on": None, "from_file": True, "reason": reason},
        )
        act.add("person.role_given", row.user, now=row.role, why=reason, content=waiting_in_words(row))
    WaitingRole.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for user, theirs in groupby(rows, key=attrgetter("user")):
        names = ", ".join(row.get_role_display() for row in theirs)
        notices.notify(to=[user], text=NewRoleByTitle(names), key=f"role-of-title:{act.at.isoformat()}", at=act.at)


def refuse_all(rows: list[WaitingRole], reason: str, act: Act) -> None:
    """Refuse what waited. It is not asked again while the title stays as it is, and can be given later."""
    for row in rows:
        row.refused_at, row.refused_by, row.refused_why = act.at, act.by, reason
        act.add("person.role_refused", row.user, was=row.role, why=reason, content=waiting_in_words(row))
    WaitingRole.objects.bulk_update(rows, ["refused_at", "refused_by", "refused_why"])


def waiting_in_words(row: WaitingRole) -> dict[str, str]:
    """What the trail keeps of it."""
    content = {
        "title": row.job_title,
        "list": row.list_name,
        "as_at": row.as_at,
        "team": row.team,
        "service": row.service,
    }
    return membership.reach_in_words({name: value or None for name, value in content.items()})
