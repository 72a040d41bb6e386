"""Who holds each part above a case on a day, read once; and what is said of whom a step waits for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from audits.models import Action
from escalation.models import Step
from escalation.steps.people import ABOVE, Who
from people.directory import roles_held
from people.models import Team, User
from people.roles import Role

PARTS = (Who.QA_OFFICER, Who.HEAD_OF_QA, Who.HEAD_OF_SERVICE, Who.ASSISTANT_DIRECTOR, Who.EXECUTIVE_DIRECTOR)


class Holders:
    """Who holds each level's part on a day, by service where it has one; read once."""

    def __init__(self, on: date) -> None:
        held = roles_held(*(Role(part) for part in PARTS), on=on)
        self.held: dict[tuple[str, int | None], list[User]] = {}
        self.of_all: dict[str, dict[User, None]] = {}
        for membership in held.select_related("user").order_by("user__name", "user__pk"):
            service = membership.service_id if membership.role == Role.HEAD_OF_SERVICE else None
            people = self.held.setdefault((membership.role, service), [])
            if membership.user not in people:
                people.append(membership.user)
            self.of_all.setdefault(membership.role, {})[membership.user] = None

    def holders_of(self, part: Who, *, service: int | None) -> list[User]:
        """Whoever holds the part, by name; a Head of Service of this service."""
        return self.held.get((part.value, service if part == Who.HEAD_OF_SERVICE else None), [])

    def head_of(self, team: Team | None) -> User | None:
        """The Head of Service of a team's service, by name if there are several."""
        heads = self.holders_of(Who.HEAD_OF_SERVICE, service=team.service_id) if team else []
        return next(iter(heads), None)

    def everyone(self, part: Who) -> list[User]:
        """Whoever holds the part, by name; the Heads of all services."""
        return list(self.of_all.get(part.value, {}))

    def whom_to_tell(self, who: Who, *, service: int | None, late: Collection[int] = ()) -> tuple[User, ...]:
        """Whom a level tells: every QA Officer, else the first by name; nobody where no one holds it or any above."""
        return self.part_and_people(who, service=service, late=late)[1]

    def part_and_people(
        self, who: Who, *, service: int | None, late: Collection[int] = ()
    ) -> tuple[Who, tuple[User, ...]]:
        """As `whom_to_tell`, with the part they hold: the one asked for, or the one above that stands in.

        Nobody is told of their own lateness: where the part's holder is among the `late`, the next above is told. With
        nobody above who is not late too, it is told to the part after all, so that somebody always is.
        """
        part: Who | None = who
        while part is not None:
            people = self.holders_of(part, service=service)
            asked = people if part == Who.QA_OFFICER else people[:1]
            if asked and not any(person.pk in late for person in asked):
                return part, tuple(asked)
            part = ABOVE.get(part)
        return self.part_and_people(who, service=service) if late else (who, ())


@dataclass(frozen=True, slots=True)
class WaitsFor:
    """The people who must act on a step now, and whether it is for them to sign what others did."""

    people: tuple[User, ...]
    signs: bool = False
    missing: str = ""
    """What is still missing, in a few words: "2 of 3 actions are not done"."""

    @property
    def keys(self) -> frozenset[int]:
        """The keys of these people."""
        return frozenset(person.pk for person in self.people)

    @property
    def names(self) -> str:
        """The names of these people in a sentence."""
        return " and ".join(person.name for person in self.people) or "nobody at present"


def took_part(plan: Iterable[Action]) -> set[int | None]:
    """Everyone who owns or did an action of the plan."""
    return {key for action in plan for key in (action.owner_id, action.done_by_id)}


def working_on(people: Iterable[User | None], *, on: date) -> list[User]:
    """Those of these people who work here on the day, each once."""
    return list(dict.fromkeys(person for person in people if person is not None and person.works_here(on)))


def service_of(step: Step) -> int | None:
    """The service that answers for the child now."""
    team = step.escalation.audit.case.team
    return team.service_id if team else None
