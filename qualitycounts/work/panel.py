"""The panel on My work: grades to give, a sample to draw, a panel to begin and decide, and what it asked for."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from audits import panel_ballot, panel_minutes, panel_terms, panel_work
from audits.models import Panel
from audits.panel_work import Held
from people import access
from people.models import User
from people.roles import Permission, Role
from people.templatetags.qc import month
from qualitycounts.clock import day_of
from qualitycounts.work.dates import by_month
from qualitycounts.work.parts import Item, Part

SOON = timedelta(days=30)
"""How long before its day the yearly review of the terms is asked for."""


def part(user: User, *, at: datetime) -> Part:
    """What panels ask of the person."""
    found, on = Part(), day_of(at)
    if access.may(user, Permission.SIT_ON_PANEL) and not access.sees_all(user, Permission.SIT_ON_PANEL):
        for panel, left in panel_ballot.waiting_for(user):
            found.items.append(grade(panel, left))
        found.hopes.append("When you sit on a panel, its audits come here to be graded before the day.")
    if access.may(user, Permission.RUN_PANEL):
        held = panel_work.open_panels()
        undrawn = panel_work.undrawn(held, on=on)
        if undrawn is not None:
            found.items.append(draw(undrawn, on=on))
        for one in held:
            run(found, one, user, on=on)
        for action in panel_minutes.my_actions(user):
            url = f"/panel/{action.panel.ref}/minutes/"
            found.items.append(Item(action.due_on, action.what, action.panel.ref, "Say it is done", url, "The panel"))
    if access.holds(user, Role.HEAD_OF_QA):
        terms(found, on=on)
    return found


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
    panel, url = one.panel, f"/panel/{one.panel.ref}/"
    if panel.state == Panel.State.SAMPLED:
        if panel.meets_on <= on:
            found.items.append(Item(panel.meets_on, "Begin the panel", panel.ref, "Open it", url, "Validation panel"))
    elif not panel_work.decides(one, user):
        return
    elif one.to_decide:
        many = f"{one.to_decide} audit{' waits' if one.to_decide == 1 else 's wait'}"
        found.items.append(Item(on, f"Decide: {many} before the panel", panel.ref, "Decide", url, "Validation panel"))
    elif not one.blind:
        found.items.append(
            Item(on, "Finish the panel’s minutes and close them", panel.ref, "Open them", f"{url}minutes/", "Minutes")
        )


def terms(found: Part, *, on: date) -> None:
    """The yearly review of the terms of reference."""
    due = panel_terms.next_review()
    if due is None or due <= on + SOON:
        what = "Review the panel’s terms of reference"
        found.items.append(Item(due or on, what, "terms of reference", "Review them", "/panel/terms/", "Yearly"))
