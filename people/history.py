"""The trail as people read it: what was done, by whom, to what, and why; the latest first."""

from __future__ import annotations

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
    "report": "/reports/{ref}/",
    "user": "/people/{ref}/",
}
"""The page of each kind of record. The reference of a part is its record's, a stroke, and its own."""


def visible_entries(user: User) -> QuerySet[TrailEntry]:
    """Everything for the QA Team; for an administrator sign-ins and role changes alone."""
    entries = TrailEntry.objects.select_related("by").order_by("-seq")
    return entries if access.sees_all(user, Permission.READ_TRAIL) else entries.filter(kind__in=ACCOUNTS)


def address(entry: TrailEntry) -> str:
    """The page of what the entry is about, "" where it has none."""
    return PAGES.get(entry.kind, "").format(ref=entry.ref.partition("/")[0])
