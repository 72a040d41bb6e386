"""Notices on My work, and what an administrator keeps an eye on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Model
from django.urls import reverse

from people import absence, access, directory, inbox, job_titles, membership, waiting_roles
from people import undelivered as undelivered_mail
from people.models import Membership, User
from people.roles import Permission
from qualitycounts import health
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import moment_in_words, short_date
from qualitycounts.work.carried import TOLD_OF_TROUBLE
from qualitycounts.work.parts import Card, Item, Line, Part
from standards.timescales import add_working_days

LATEST = 4
"""Notices shown; the rest are in the inbox."""
ENDING = timedelta(days=14)
"""How long before its end a role is shown to whoever may give it again."""
DECIDE_DAYS = 2
"""Working days in which an administrator decides about the roles of a staff list (ours)."""


def accounts_part(user: User, *, at: datetime, row: Model | None) -> Part:
    """What the person was told and has not read; roles that end soon; a machine that has fallen silent. `row` carries
    what is known of that machine, for whoever is told of it."""
    part = Part(cards=[notices(user)])
    if access.is_asked_to_stand_in(user):
        to_stand_in(part, user, on=day_of(at))
    if access.may(user, Permission.MANAGE_USERS):
        new_administrators(part, user, on=day_of(at))
        roles_ending(part, user, at=at)
        of_the_staff_list(part, at=at)
        part.cards.append(undelivered())
    if access.holds(user, *TOLD_OF_TROUBLE):
        part.banner = health.trouble(at=at, row=row)
    return part


def notices(user: User) -> Card:
    """The latest notices that the person has not read, and how many there are."""
    unread = list(inbox.unread(user)[: LATEST + 1])
    lines = [Line(notice.subject, notice.link, moment_in_words(notice.made)) for notice in unread[:LATEST]]
    link = "All notices" if len(unread) <= LATEST else "All notices, more of them not read"
    empty = "None that you have not read. What happens to your audits and actions is told here and by e-mail."
    return Card("notices", "Notices", lines, empty, reverse("notices"), link)


def to_stand_in(part: Part, user: User, *, on: date) -> None:
    """Absences for which the person was named as deputy: nobody stands in before they agree."""
    for away in absence.asked_to_stand_in(user, on=on):
        days = f"{short_date(away.starts_on)} to {short_date(away.ends_on)}"
        what = "Agree to stand in, or decline"
        part.items.append(
            Item(max(away.starts_on, on), what, days, "See it", reverse("away"), away.person.name, "who is away")
        )


def new_administrators(part: Part, user: User, *, on: date) -> None:
    """New administrators whose role waits for a second one's word, or for its day."""
    for held in membership.administrators_to_agree(user, on=on):
        what = "Agree to a new system administrator, or stop it"
        url = reverse("person-role-agree", args=[held.user_id, held.pk])
        by = f"given by {held.given_by}"
        part.items.append(Item(held.starts_on, what, "roles", "See it", url, held.user.name, by, held.reason))


def of_the_staff_list(part: Part, *, at: datetime) -> None:
    """Roles that a staff list left waiting, and titles that bring nothing because the table does not know them."""
    rows = list(waiting_roles.roles_that_wait().order_by("asked"))
    if rows:
        what = f"Give or refuse {len(rows)} role{'' if len(rows) == 1 else 's'} of the staff list"
        due = add_working_days(day_of(rows[0].asked), DECIDE_DAYS)
        part.items.append(
            Item(due, what, "roles that wait", "See them", reverse("waiting-roles"), "Until then they wait")
        )
    titles = job_titles.unknown(on=day_of(at))
    if titles:
        what = f"Say which roles {len(titles)} job title{' brings' if len(titles) == 1 else 's bring'}"
        people = sum(title.people for title in titles)
        who = f"{people} {'person' if people == 1 else 'people'}"
        url = reverse("job-titles")
        part.items.append(Item(day_of(at), what, "job titles", "See them", url, who, "Staff only now"))
    part.hopes.append("Roles that a staff list brings come here to be given, and job titles that nobody knows yet.")


def roles_ending(part: Part, user: User, *, at: datetime) -> None:
    """Roles of others that end within a fortnight: acting up, and absence cover."""
    on = day_of(at)
    soon = Membership.objects.filter(directory.holding(on), ends_on__lte=on + ENDING).exclude(user=user)
    for held in soon.select_related("user", "team", "service"):
        if held.ends_on is not None:
            part.items.append(
                Item(
                    due_on=held.ends_on,
                    what=f"A role ends: {held.get_role_display()}",
                    about=held.user.name,
                    button="See the roles",
                    url=reverse("person", args=[held.user_id]),
                    who=held.user.name,
                    who_more=str(held.team or held.service or ""),
                    more=held.reason,
                )
            )
    part.hopes.append("Roles that are about to end come here a fortnight before.")


def undelivered() -> Card:
    """Mail that was given up on, by person: an address to put right."""
    dead = list(undelivered_mail.given_up()[: LATEST + 1])
    url = reverse("undelivered")
    lines = [Line(notice.to.name, url, f"{moment_in_words(notice.made)}: {notice.fault}") for notice in dead[:LATEST]]
    empty = "None. A mail that could not be sent in eight tries shows here, with whose address to look at."
    return Card("mail", "Mail that could not be sent", lines, empty, url, "All of it, and try again")
