"""What every page shows around its content: the menu, the council's name, and who is signed in as what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import SimpleLazyObject

from people.access import grants, may, permissions_of, roles, signed_in
from people.models import User
from people.roles import Permission, Role, Scope


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the menu. `wide` hides it from those whose reach is only what they are named on: for them the
    list is on My work; those with `also` have it all the same. `unless` hides it from those who come to it from
    another page."""

    title: str
    address: str
    wide: Permission | None = None
    unless: Permission | None = None
    also: Permission | None = None


ENTRIES = (
    Entry("My work", "/"),
    Entry("Programme", "/programme/"),
    Entry("Register", "/register/"),
    Entry("Draws", "/draws/"),
    Entry("Audits", "/audits/"),
    Entry("Actions", "/actions/", wide=Permission.SEE_ACTION),
    Entry("Escalations", "/escalations/", wide=Permission.SEE_ESCALATION, also=Permission.VIEW_CASES),
    Entry("Case views", "/views/", wide=Permission.VIEW_CASES),
    Entry("Panel", "/panel/"),
    Entry("Reports", "/reports/"),
    Entry("Plan", "/plan/", wide=Permission.SEE_PLAN),
    Entry("Evidence", "/evidence/", unless=Permission.PUBLISH_REPORT),
    Entry("Learning", "/learning/"),
    Entry("Standards", "/standards/"),
    Entry("People", "/people/"),
    Entry("History", "/history/"),
    Entry("Settings", "/settings/"),
)
MAIN_ROLE_FIRST = (
    Role.EXECUTIVE_DIRECTOR,
    Role.ASSISTANT_DIRECTOR,
    Role.HEAD_OF_QA,
    Role.QA_OFFICER,
    Role.HEAD_OF_SERVICE,
    Role.PRINCIPAL_SOCIAL_WORKER,
    Role.TEAM_MANAGER,
    Role.AUDITOR,
    Role.KEYWORKER,
    Role.PANEL_MEMBER,
    Role.ANALYST,
    Role.CONTRIBUTOR,
    Role.REPORT_READER,
    Role.ADMINISTRATOR,
    Role.STAFF,
)

OUR_COLOUR = "#12436d"
"""The colour of app.css; another one needs a sheet of its own."""


@cache
def doors(address: str) -> tuple[Permission, ...] | None:
    """What the page at the address asks for; None while there is no such page."""
    try:
        return permissions_of(resolve(address).func)
    except Resolver404:
        return None


def reaches_beyond_own(user: User, permission: Permission) -> bool:
    """Whether the permission opens more than the records the person is named on."""
    return any(grant.scope != Scope.NAMED for _, grant in grants(user, permission))


def shown(user: User, entry: Entry) -> bool:
    """Whether the menu has the entry: its page's own door opens for the person, and its reach is wide enough."""
    asked = doors(entry.address)
    if asked is None or not any(may(user, permission) for permission in asked):
        return False
    if entry.unless is not None and may(user, entry.unless):
        return False
    also = entry.also is not None and may(user, entry.also)
    return also or entry.wide is None or reaches_beyond_own(user, entry.wide)


def entries(user: User, path: str) -> list[dict[str, Any]]:
    """The menu of one person, as seen from one page."""
    return [
        {
            "title": title_for(user, entry),
            "url": entry.address,
            "active": path == entry.address or (entry.address != "/" and path.startswith(entry.address)),
        }
        for entry in ENTRIES
        if shown(user, entry)
    ]


def title_for(user: User, entry: Entry) -> str:
    """The list of audits is "My audits" for those who see only their own."""
    own = entry.address == "/audits/" and not reaches_beyond_own(user, Permission.SEE_AUDIT)
    return "My audits" if own else entry.title


def role_word(user: User) -> str:
    """The one role to name beside a person: the highest they hold."""
    held = roles(user)
    return next((role.label for role in MAIN_ROLE_FIRST if role in held), "")


def menu(request: HttpRequest) -> dict[str, Any]:
    """The context every page has. Worked out only where a template asks, so a part of a page costs nothing."""
    user = getattr(request, "user", None)
    context: dict[str, Any] = {
        "council_name": settings.COUNCIL_NAME,
        "council_colour": settings.COUNCIL_COLOUR if settings.COUNCIL_COLOUR != OUR_COLOUR else "",
        "demo": settings.DEMO,
    }
    if user is not None and signed_in(user):
        context["menu"] = SimpleLazyObject(lambda: entries(user, request.path))
        context["role_word"] = SimpleLazyObject(lambda: role_word(user))
    return context
