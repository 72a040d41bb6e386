"""Who a step falls to: parts of the council, the people who hold them on a day, and who stands above whom."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from audits import managers
from audits.models import Audit
from people.directory import holders
from people.models import Team, User
from people.roles import LABELS, Role
from qualitycounts.base.refusals import NotNow


class Who(StrEnum):
    """A part in an escalation."""

    WORKER = "worker"
    MANAGER = "manager"
    HEAD_OF_SERVICE = "head_of_service"
    QA_OFFICER = "qa_officer"
    HEAD_OF_QA = "head_of_qa"
    ASSISTANT_DIRECTOR = "assistant_director"
    EXECUTIVE_DIRECTOR = "executive_director"

    @property
    def label(self) -> str:
        """The part in words: Head of Service."""
        return {Who.WORKER: "keyworker", Who.MANAGER: "responsible manager"}.get(self) or LABELS[Role(self.value)]


ABOVE = {
    Who.WORKER: Who.MANAGER,
    Who.MANAGER: Who.HEAD_OF_SERVICE,
    Who.HEAD_OF_SERVICE: Who.ASSISTANT_DIRECTOR,
    Who.QA_OFFICER: Who.HEAD_OF_QA,
    Who.HEAD_OF_QA: Who.ASSISTANT_DIRECTOR,
    Who.ASSISTANT_DIRECTOR: Who.EXECUTIVE_DIRECTOR,
}
"""Who stands in where nobody holds a part, and who is next when a step is passed up."""


def team_of(audit: Audit) -> Team | None:
    """The team that answers for the child now."""
    return audit.case.team or audit.team


def people(who: Who, audit: Audit, *, on: date) -> list[User]:
    """Everyone who plays the part for this audit on a day, by name; empty where nobody does."""
    if who == Who.WORKER:
        worker = audit.keyworker
        return [worker] if worker is not None and worker.works_here(on) else []
    if who == Who.MANAGER:
        fixed = audit.responsible_manager
        manager = fixed if fixed is not None and fixed.works_here(on) else managers.responsible_manager(audit, on=on)
        return [manager] if manager is not None else []
    if who == Who.HEAD_OF_SERVICE:
        head = managers.head_of_service(team_of(audit), on=on)
        return [head] if head is not None else []
    return list(holders(Role(who.value), on=on))


def owner(who: Who, audit: Audit, *, on: date) -> User:
    """The one person a step of this part waits for: the first by name, else whoever stands above.

    Refused (`NotNow`, 409) where nobody does, all the way up.
    """
    part: Who | None = who
    while part is not None:
        user = people(part, audit, on=on)
        if user:
            return user[0]
        part = ABOVE.get(part)
    raise NotNow(
        f"This needs a {who.label}, and nobody holds that role, nor any above it. Ask your system administrator to "
        "grant it, then try again."
    )


def next_person_up(audit: Audit, *below: User | None, first: Who, on: date) -> User:
    """Who stands next above all of these people in the line that begins at `first`.

    Refused (`NotNow`, 409) where there is nobody above them.
    """
    line: list[User] = []
    part = ABOVE.get(first)
    while part is not None:
        line += people(part, audit, on=on)[:1]
        part = ABOVE.get(part)
    highest = max((place for place, person in enumerate(line) if person in below), default=-1)
    if highest + 1 == len(line):
        raise NotNow("There is nobody above to pass this to. It stays where it is.")
    return line[highest + 1]
