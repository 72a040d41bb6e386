"""What every page shows around its content: the menu, the council's name, and who is signed in as what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.functional import SimpleLazyObject

from people import council_identity, session_end
from people.access import grants, may, permissions_of, roles, signed_in
from people.models import User
from people.roles import Permission, Role, Scope
from qualitycounts import page_version


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the menu, by its route's name.

    `wide` hides it from those whose reach is only what they are named on: for them the list is on My work; those with
    `also` have it all the same. `unless` hides it from those who come to it from another page.
    """

    title: str
    name: str
    wide: Permission | None = None
    unless: Permission | None = None
    also: Permission | None = None


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """Pages of one kind of work: an entry of the menu leads to the first of them that opens, the others are a tab away.

    `alone`: what it is called for those to whom its first page does not open.
    """

    title: str
    entries: tuple[Entry, ...]
    alone: str = ""


GROUPS = (
    MenuGroup("My work", (Entry("My work", "work"),)),
    MenuGroup("Start", (Entry("Start", "start", wide=Permission.MANAGE_USERS),)),
    MenuGroup(
        "Month",
        (
            Entry("Board", "month"),
            Entry("Calendar", "month-calendar"),
            Entry("Draws", "draws"),
            Entry("Auditors", "auditors"),
            Entry("Returns", "returns"),
            Entry("Audits", "audits"),
            Entry("Programme", "programme"),
        ),
        alone="Audits",
    ),
    MenuGroup("Register", (Entry("Register", "register"),)),
    MenuGroup(
        "Follow-up",
        (
            Entry("Actions", "actions", wide=Permission.SEE_ACTION),
            Entry("Escalations", "escalations", wide=Permission.SEE_ESCALATION, also=Permission.VIEW_CASES),
            Entry("Safeguarding concerns", "concerns", wide=Permission.DECIDE_ESCALATION),
            Entry("Patterns", "patterns", wide=Permission.SEE_ESCALATION),
            Entry("Away", "away", wide=Permission.DECIDE_ESCALATION),
            Entry("Case views", "viewings", wide=Permission.VIEW_CASES),
        ),
    ),
    MenuGroup("Panel", (Entry("Panel", "panels"),)),
    MenuGroup(
        "Reports",
        (
            Entry("Reports", "reports"),
            Entry("Plan", "plan", wide=Permission.SEE_PLAN),
            Entry("Evidence", "evidence"),
            Entry("Themes", "themes", wide=Permission.TAG_THEMES),
            Entry("Learning", "learning"),
            Entry("What workers say", "workers-say"),
            Entry("Families", "report-families"),
        ),
    ),
    MenuGroup("Standards", (Entry("Standards", "standards"),)),
    MenuGroup("People", (Entry("People", "people", wide=Permission.MANAGE_USERS),)),
    MenuGroup(
        "Settings",
        (
            Entry("Settings", "settings"),
            Entry("People", "people", unless=Permission.MANAGE_USERS),
            Entry("History", "history", unless=Permission.MANAGE_USERS),
            Entry("Who opened what", "openings"),
            Entry("Disposal", "disposals"),
            Entry("Subject access", "subject-access"),
        ),
    ),
    MenuGroup("History", (Entry("History", "history", wide=Permission.MANAGE_USERS),)),
)
"""The menu: at most eight entries for anybody. What is not in it is a tab of one of them."""
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

ADDRESSES_KEPT = 5_000
"""Addresses kept in one process."""
OUR_COLOUR = "#12436d"
"""The colour of app.css; another one needs a sheet of its own."""


@cache
def doors(name: str) -> tuple[Permission, ...] | None:
    """What the page of this name asks for; None while there is no such page."""
    try:
        return permissions_of(resolve(reverse(name)).func)
    except NoReverseMatch:
        return None


def reaches_beyond_own(user: User, permission: Permission) -> bool:
    """Whether the permission opens more than the records the person is named on."""
    return any(grant.scope != Scope.NAMED for _, grant in grants(user, permission))


def shown(user: User, entry: Entry) -> bool:
    """Whether the menu has the entry: its page's own door opens for the person, and its reach is wide enough."""
    asked = doors(entry.name)
    if asked is None or not any(may(user, permission) for permission in asked):
        return False
    if entry.unless is not None and may(user, entry.unless):
        return False
    also = entry.also is not None and may(user, entry.also)
    return also or entry.wide is None or reaches_beyond_own(user, entry.wide)


@lru_cache(ADDRESSES_KEPT)
def page_address(name: str, *args: object) -> str:
    """The address of a page by its route's name, as `reverse` has it: the menu and My work ask for the same again and
    again."""
    return reverse(name, args=args)


def pages_of(user: User, group: MenuGroup) -> list[tuple[Entry, str]]:
    """The pages of a group that open for the person, each with its address."""
    return [(entry, page_address(entry.name)) for entry in group.entries if shown(user, entry)]


def is_under(path: str, address: str) -> bool:
    """Whether a path is a page or stands below it; everything stands below My work, and nothing is so marked."""
    return path == address or (address != "/" and path.startswith(address))


def entries(user: User, path: str) -> list[dict[str, Any]]:
    """The menu of one person, as seen from one page."""
    menu_entries = []
    for group in GROUPS:
        pages = pages_of(user, group)
        if not pages:
            continue
        first_opens = pages[0][0] is group.entries[0]
        title = pages[0][0].title if len(pages) == 1 else group.title if first_opens else group.alone or group.title
        menu_entries.append(
            {
                "title": title_for(user, pages[0][0], title),
                "url": pages[0][1],
                "active": any(is_under(path, address) for _, address in pages),
            }
        )
    return menu_entries


def tabs(user: User, path: str) -> list[dict[str, Any]]:
    """The pages beside the one that is open, where its group has more than one; the longest address that fits is it."""
    for group in GROUPS:
        pages = pages_of(user, group)
        under = [address for _, address in pages if is_under(path, address)]
        if under and len(pages) > 1:
            current = max(under, key=len)
            return [
                {"text": title_for(user, entry, entry.title), "url": address, "current": address == current}
                for entry, address in pages
            ]
    return []


def title_for(user: User, entry: Entry, title: str) -> str:
    """The list of audits is "My audits" for those who see only their own."""
    own = entry.name == "audits" and not reaches_beyond_own(user, Permission.SEE_AUDIT)
    return "My audits" if own else title


def role_word(user: User) -> str:
    """The one role to name beside a person: the highest they hold."""
    held = roles(user)
    return next((role.label for role in MAIN_ROLE_FIRST if role in held), "")


def own_colour() -> str:
    """The council's colour, "" where it is ours."""
    colour = council_identity.COLOUR.value()
    return colour if colour.lower() != OUR_COLOUR else ""


def menu(request: HttpRequest) -> dict[str, Any]:
    """The context every page has. Worked out only where a template asks, so a part of a page costs nothing."""
    user = getattr(request, "user", None)
    context: dict[str, Any] = {
        "council_name": SimpleLazyObject(council_identity.NAME.value),
        "council_colour": SimpleLazyObject(own_colour),
        "demo": settings.DEMO,
    }
    if user is not None and signed_in(user):
        context["page_version"] = page_version.VERSION
        context["session_left"] = SimpleLazyObject(lambda: session_end.left_now(request.session)[0])
        context["menu"] = SimpleLazyObject(lambda: entries(user, request.path))
        context["menu_tabs"] = SimpleLazyObject(lambda: tabs(user, request.path))
        context["role_word"] = SimpleLazyObject(lambda: role_word(user))
    return context
