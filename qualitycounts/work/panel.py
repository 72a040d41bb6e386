"""The panel on My work: grades to give, a sample to draw, a panel to begin and decide, and what it asked for."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from audits import panel_ballot, panel_terms, panel_work
from audits.models import Panel
from audits.panel_work import Facts, Held
from people import access
from people.models import User
from people.roles import Permission, Role
from people.templatetags.qc import month
from qualitycounts.clock import day_of
from qualitycounts.work.dates import by_month
from qualitycounts.work.parts import Item, Part
from standards.timescales import add_months

SOON = timedelta(days=30)
"""How long before its day the yearly review of the terms is asked for."""


def part(user: User, *, at: datetime) -> Part:
    """What panels ask of their members. What they ask of the QA Team comes with its audits: `keep`."""
    found = Part()
    if access.may(user, Permission.SIT_ON_PANEL) and not access.sees_all(user, Permission.SIT_ON_PANEL):
        for panel, left in panel_ballot.waiting_for(user):
            found.items.append(grade(panel, left))
        found.hopes.append("When you sit on a panel, its audits come here to be graded before the day.")
    return found


def keep(found: Part, user: User, facts: Facts, *, on: date) -> None:
    """What the panel asks of the QA Team."""
    if facts.undrawn is not None:
        found.items.append(draw(facts.undrawn, on=on))
    if access.holds(user, Role.HEAD_OF_QA):
        terms(found, facts, on=on)
    if facts.more:
        asked(found, user, on=on)


def asked(found: Part, user: User, *, on: date) -> None:
    """Panels to run, and what they asked of the person."""
    held, mine = panel_work.asked(user)
    for one in held:
        run(found, one, user, on=on)
    for action in mine:
        url = f"/panel/{action.panel}/minutes/"
        found.items.append(Item(action.due_on, action.what, action.panel, "Say it is done", url, "The panel"))


def grade(panel: Panel, left: int) -> Item:
    """Audits of a panel that wait for a member's grades."""
    what = f"Give your grades: {left} audit{'' if left == 1 else 's'} before the panel"
    return Item(panel.meets_on, what, panel.ref, "Read and grade", f"/panel/{panel.ref}/", "Unseen by anyone")


def draw(last: date, *, on: date) -> Item:
    """Last month's sample."""
    return Item(
        by_month(on), f"Draw the panel’s sample of {month(last)}", month(last), "Draw it", "/panel/", "Validation panel"
    )


def run(found: Part, one: Held, user: User, *, on: date) -> None:
    """A panel to begin, to decide on, or whose minutes wait to be closed."""
    url = f"/panel/{one.ref}/"
    if one.state == Panel.State.SAMPLED:
        if one.meets_on <= on:
            found.items.append(Item(one.meets_on, "Begin the panel", one.ref, "Open it", url, "Validation panel"))
    elif user.pk != one.decider:
        return
    elif one.to_decide:
        many = f"{one.to_decide} audit{' waits' if one.to_decide == 1 else 's wait'}"
        found.items.append(Item(on, f"Decide: {many} before the panel", one.ref, "Decide", url, "Validation panel"))
    elif not one.blind:
        what = "Finish the panel’s minutes and close them"
        found.items.append(Item(on, what, one.ref, "Open them", f"{url}minutes/", "Minutes"))


def terms(found: Part, facts: Facts, *, on: date) -> None:
    """The yearly review of the terms of reference."""
    due = add_months(day_of(facts.reviewed), panel_terms.REVIEW_MONTHS) if facts.reviewed else None
    if due is None or due <= on + SOON:
        what = "Review the panel’s terms of reference"
        found.items.append(Item(due or on, what, "terms of reference", "Review them", "/panel/terms/", "Yearly"))
