"""The search box of every page: an audit, a case or a person, among what the person may open and nothing else.

Each list is narrowed from its own doorway, so nothing is found here that is refused there. What is typed comes by POST,
so that a case's number stands in no address.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from audits.access import visible_audits, visible_cases
from audits.models import Audit, Case
from people import access
from people.models import User
from people.roles import Permission
from qualitycounts.base.components import Link

Found = TypeVar("Found", bound=Model)
MOST = 25
"""Of each kind that are shown; more words find fewer."""
SHORTEST = 2
"""Letters or figures that are looked for."""


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found of one kind: its heading, links with a quiet word, and whether there are more than are shown."""

    title: str
    links: list[tuple[Link, str]]
    more: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked for, what was found, and where it leads at once where just one thing is meant."""

    words: str
    hits: list[Hits]
    at_once: str = ""

    @property
    def count(self) -> int:
        """How many are shown."""
        return sum(len(hits.links) for hits in self.hits)


def search_everywhere(words: str, *, user: User) -> Finding:
    """Look for words among audits, cases and people that the person may open: three queries."""
    asked = " ".join(words.split())[:100]
    if len(asked) < SHORTEST:
        return Finding(asked, [])
    hits = [audits_found(asked, user=user), cases_found(asked, user=user), people_found(asked, user=user)]
    whole = [link.url for some in hits for link, _ in some.links if as_reference(link.text) == as_reference(asked)]
    return Finding(asked, [some for some in hits if some.links], whole[0] if len(whole) == 1 else "")


def as_reference(words: str) -> str:
    """Words as a reference has them, whatever stands between: "QC 2612/041" as qc-2612-041."""
    return "-".join(re.findall(r"\w+", words.casefold()))


def audits_found(asked: str, *, user: User) -> Hits:
    """Audits by reference, and by their case's number or their people; the newest first."""
    words = (
        Q(ref__icontains=as_reference(asked) or asked)
        | Q(auditor__name__icontains=asked)
        | Q(keyworker__name__icontains=asked)
    )
    audits = visible_audits(user).filter(words | Q(case__person_id=asked)).select_related("auditor", "keyworker")

    def line(audit: Audit) -> tuple[Link, str]:
        who = f"{audit.auditor or 'nobody yet'}, {audit.keyworker or 'nobody now'}"
        return Link(audit.ref, reverse("audit", args=[audit.ref])), f"{audit.get_state_display()} · {who}"

    return first_of("Audits", audits.order_by("-month", "number"), line)


def cases_found(asked: str, *, user: User) -> Hits:
    """Cases whose number begins so, open or closed."""
    if not access.may(user, Permission.SEE_CASE):
        return Hits("Cases", [], more=False)
    cases = visible_cases(user).filter(person_id__istartswith=asked).select_related("team", "keyworker")

    def line(case: Case) -> tuple[Link, str]:
        where = f"{case.team or 'no team'}{', closed' if case.closed_on else ''}"
        return Link(
            case.person_id, reverse("register-case", args=[case.pk])
        ), f"{case.get_category_display()} · {where}"

    return first_of("Cases", cases.order_by("person_id"), line)


def people_found(asked: str, *, user: User) -> Hits:
    """People by name or e-mail address, for those who see the people."""
    if not access.may(user, Permission.SEE_PEOPLE):
        return Hits("People", [], more=False)
    people = User.objects.filter(Q(name__icontains=asked) | Q(email__icontains=asked)).select_related("team")

    def line(person: User) -> tuple[Link, str]:
        return Link(person.name, reverse("person", args=[person.pk])), person.job_title or person.email

    return first_of("People", people.order_by("name", "pk"), line)


def first_of(title: str, found: QuerySet[Found], line: Callable[[Found], tuple[Link, str]]) -> Hits:
    """The first of what was found, each as a line of its own kind."""
    rows = list(found[: MOST + 1])
    return Hits(title, [line(row) for row in rows[:MOST]], len(rows) > MOST)
