"""The trail as people read it: what was done, by whom, to what, and why; the latest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from people import access
from people.models import TrailEntry, User
from people.roles import Permission

ACCOUNTS = ("user",)
"""The kind of record that an administrator keeps, and so the part of the trail that one may read."""

PAGES = {
    "audit": "/audits/{ref}/",
    "judgement": "/audits/{ref}/",
    "action": "/actions/{ref}/",
    "draw": "/draws/{ref}/",
    "escalation": "/escalations/{ref}/",
    "step": "/escalations/{ref}/",
    "pattern": "/patterns/{ref}/",
    "report": "/reports/{ref}/",
    "user": "/people/{ref}/",
}
"""The page of each kind of record. The reference of a part is its record's, a stroke, and its own."""

KINDS = {"judgement": "Grade", "user": "Person"}
"""What a kind of record is called where its own name would not be understood."""


def visible_entries(user: User) -> QuerySet[TrailEntry]:
    """Everything for the QA Team; for an administrator sign-ins and role changes alone."""
    entries = TrailEntry.objects.select_related("by", "in_place_of").order_by("-seq")
    return entries if access.sees_all(user, Permission.READ_TRAIL) else entries.filter(kind__in=ACCOUNTS)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it is shown: the name of what it is about, its kind in a word, and its page, "" if it has none."""

    entry: TrailEntry
    about: str
    kind: str
    url: str


def lines(page: Iterable[TrailEntry]) -> list[Line]:
    """The entries of one page. People are named: one question for all of them."""
    entries = list(page)
    pks = {int(entry.ref) for entry in entries if entry.kind == "user" and entry.ref.isdigit()}
    names = {str(user.pk): user.name for user in User.objects.filter(pk__in=pks)} if pks else {}
    return [
        Line(
            entry=entry,
            about=names.get(entry.ref, entry.ref) if entry.kind == "user" else entry.ref,
            kind=KINDS.get(entry.kind, entry.kind.capitalize()),
            url=PAGES.get(entry.kind, "").format(ref=entry.ref.partition("/")[0]),
        )
        for entry in entries
    ]
