"""One's notices on My work, and what an administrator keeps an eye on."""

from __future__ import annotations

from datetime import datetime, timedelta

from people import access, directory, inbox
from people import undelivered as undelivered_mail
from people.models import Membership, User
from people.roles import Permission, Role
from people.templatetags.qc import at as moment
from qualitycounts import health
from qualitycounts.clock import day_of
from qualitycounts.work.parts import Card, Item, Line, Part

ADDRESS = "/notices/undelivered/"
LATEST = 4
"""Notices shown; the rest are in the inbox."""
ENDING = timedelta(days=14)
"""How long before its end a role is shown to whoever may give it again."""


def part(user: User, *, at: datetime) -> Part:
    """What the person was told and has not read; roles that end soon; a machine that has fallen silent."""
    found = Part(cards=[notices(user)])
    if access.may(user, Permission.MANAGE_USERS):
        ending(found, user, at=at)
        found.cards.append(undelivered())
    if access.holds(user, Role.QA_OFFICER, Role.HEAD_OF_QA, Role.ADMINISTRATOR):
        found.banner = health.trouble(at=at)
    return found


def notices(user: User) -> Card:
    """The latest that one has not read yet, and how many there are."""
    unread = list(inbox.unread(user)[: LATEST + 1])
    lines = [Line(notice.subject, notice.link, moment(notice.made)) for notice in unread[:LATEST]]
    link = "All notices" if len(unread) <= LATEST else "All notices, more of them not read"
    empty = "None that you have not read. What happens to your audits and actions is told here and by e-mail."
    return Card("notices", "Notices", lines, empty, "/notices/", link)


def ending(found: Part, user: User, *, at: datetime) -> None:
    """Roles of others that end within a fortnight: acting up, and absence cover."""
    on = day_of(at)
    soon = Membership.objects.filter(directory.holding(on), ends_on__lte=on + ENDING).exclude(user=user)
    for held in soon.select_related("user", "team", "service"):
        if held.ends_on is not None:
            found.items.append(
                Item(
                    due_on=held.ends_on,
                    what=f"A role ends: {held.get_role_display()}",
                    about=held.user.name,
                    button="See the roles",
                    url=f"/people/{held.user_id}/",
                    who=held.user.name,
                    who_more=str(held.team or held.service or ""),
                    more=held.reason,
                )
            )
    found.hopes.append("Roles that are about to end come here a fortnight before.")


def undelivered() -> Card:
    """Mail that was given up on, by person: an address to put right."""
    dead = list(undelivered_mail.given_up()[: LATEST + 1])
    lines = [Line(notice.to.name, ADDRESS, f"{moment(notice.made)}: {notice.fault}") for notice in dead[:LATEST]]
    empty = "None. A mail that could not be sent in eight tries shows here, with whose address to look at."
    return Card("mail", "Mail that could not be sent", lines, empty, ADDRESS, "All of it, and try again")
