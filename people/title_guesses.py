"""What a job title that nobody knows probably brings, and why: read off its words and off who manages whom."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from people.models import User
from people.roles import Role

TOGETHER: dict[str, tuple[Role, ...]] = {
    "staff": (),
    "auditor": (Role.AUDITOR,),
    "manager": (Role.TEAM_MANAGER, Role.AUDITOR),
    "head_of_service": (Role.HEAD_OF_SERVICE,),
    "principal": (Role.PRINCIPAL_SOCIAL_WORKER, Role.PANEL_MEMBER, Role.AUDITOR),
    "qa_officer": (Role.QA_OFFICER, Role.AUDITOR),
    "head_of_qa": (Role.HEAD_OF_QA,),
    "assistant_director": (Role.ASSISTANT_DIRECTOR,),
    "executive_director": (Role.EXECUTIVE_DIRECTOR,),
    "analyst": (Role.ANALYST,),
    "contributor": (Role.CONTRIBUTOR,),
    "report_reader": (Role.REPORT_READER,),
}
"""Roles that one title commonly brings together, by the word that a form sends for them."""
LABELS_TOGETHER = {
    "staff": "Staff only",
    "manager": "Team manager and auditor",
    "principal": "Principal Social Worker, panel and auditor",
    "qa_officer": "QA Officer and auditor",
} | {word: roles[0].label[:1].upper() + roles[0].label[1:] for word, roles in TOGETHER.items() if len(roles) == 1}
BY_WORDS = (
    (r"head of (qa|quality)|quality assurance manager", "head_of_qa"),
    (r"\bqa\b|quality assurance|\baudit", "qa_officer"),
    (r"principal social worker", "principal"),
    (r"assistant director|director of (practice|social care)", "assistant_director"),
    (r"reviewing officer|\biro\b|conference chair|protection chair", "auditor"),
    (r"\banalyst\b|performance", "analyst"),
    (r"complaints|participation|designated officer|\blado\b", "contributor"),
)
"""Words of a title that say by themselves what it is; the first that fits holds."""
PRACTISES = re.compile(r"advanced|consultant|lead practitioner", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a title probably brings, as the word of `TOGETHER`, and why we think so."""

    word: str
    why: str


@dataclass(frozen=True, slots=True)
class ReportingLines:
    """Line management: whom each person manages, by key."""

    reports: Mapping[int, Collection[int]]

    @classmethod
    def of(cls, people: Iterable[User]) -> ReportingLines:
        """The line of everybody who works here."""
        reports: dict[int, list[int]] = {}
        for user in people:
            if user.line_manager_id is not None:
                reports.setdefault(user.line_manager_id, []).append(user.pk)
        return cls(reports)

    def managed_by(self, user: User) -> int:
        """How many people answer to somebody."""
        return len(self.reports.get(user.pk, ()))

    def manages_managers(self, user: User) -> bool:
        """Whether anybody who answers to the person is a manager."""
        return any(self.reports.get(pk) for pk in self.reports.get(user.pk, ()))


def guess_roles(title: str, holders: Collection[User], lines: ReportingLines) -> Guess:
    """What a title probably brings. `holders`: whoever has it. An administrator looks at each before it holds."""
    only = next(iter(holders)) if len(holders) == 1 else None
    for pattern, word in BY_WORDS:
        if re.search(pattern, title, re.IGNORECASE):
            return Guess(word, f"{only.name}, by the words of the title" if only else "By the words of the title")
    managed = sorted(lines.managed_by(user) for user in holders)
    above = all(user.line_manager_id is None for user in holders)
    if above and any(managed) and "director" in title.casefold():
        return Guess("executive_director", "Nobody above in your list")
    if holders and all(map(lines.manages_managers, holders)):
        return Guess("head_of_service", f"{only.name} manages managers" if only else "Each manages managers")
    if managed and managed[0]:
        how_many = str(managed[0]) if managed[0] == managed[-1] else f"{managed[0]} to {managed[-1]}"
        who = only.name if only else "Each"
        many = "person" if how_many == "1" else "people"
        return Guess("manager", f"{who} is line manager of {how_many} {many}")
    if any(managed):
        some = sum(map(bool, managed))
        return Guess("manager" if 2 * some > len(managed) else "staff", f"{some} of {len(managed)} manage anybody")
    nobody = "Manages nobody in your list"
    return Guess("auditor" if PRACTISES.search(title) else "staff", nobody)
