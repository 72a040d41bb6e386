"""The panel on My work: grades to give, a sample to draw, a panel to begin and decide, and what it asked for."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Model
from django.urls import reverse

from audits.models import Panel
from audits.panel import ballot
from audits.panel import my_work as panel_my_work
from audits.panel import terms as panel_terms
from audits.panel.my_work import OpenPanel, PanelFacts
from people import access
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.clock import day_of
from qualitycounts.work.parts import Item, Part
from standards.timescales import add_months

SOON = timedelta(days=30)
"""How long before its day the yearly review of the terms is asked for."""


def panel_part(user: User, *, row: Model | None) -> Part:
    """What panels ask of their members; `row` says whether that is anything. What they ask of the QA Team comes with
    its audits."""
    part = Part()
    if access.may(user, Permission.SIT_ON_PANEL) and not access.sees_all(user, Permission.SIT_ON_PANEL):
        for panel, left in ballot.waiting_for(user) if row is None or vars(row)["sits"] else ():
            part.items.append(grade(panel, left))
        part.hopes.append("When you sit on a panel, its audits come here to be graded before the day.")
    return part


def add_panel_work(part: Part, user: User, facts: PanelFacts, *, begun: bool, on: date) -> None:
    """What the panel asks of the QA Team: nothing of its terms before audits have `begun`."""
    if access.holds(user, Role.HEAD_OF_QA) and (facts.reviewed or begun):
        terms(part, facts, on=on)
    if facts.more:
        panels_asked_for(part, user, on=on)


def panels_asked_for(part: Part, user: User, *, on: date) -> None:
    """Panels to run, and what they asked of the person."""
    held, mine = panel_my_work.open_panels_for(user)
    for panel in held:
        run(part, panel, user, on=on)
    for action in mine:
        url = reverse("panel-minutes", args=[action.panel])
        part.items.append(Item(action.due_on, action.what, action.panel, "Say it is done", url, "The panel"))


def grade(panel: Panel, left: int) -> Item:
    """Audits of a panel that wait for a member's grades."""
    what = f"Give your grades: {left} audit{'' if left == 1 else 's'} before the panel"
    url = reverse("panel", args=[panel.ref])
    return Item(panel.meets_on, what, panel.ref, "Read and grade", url, "Unseen by anyone")


def run(part: Part, held: OpenPanel, user: User, *, on: date) -> None:
    """A panel to begin, to decide on, or whose minutes wait to be closed."""
    url = reverse("panel", args=[held.ref])
    if held.state == Panel.State.SAMPLED:
        if held.meets_on <= on:
            part.items.append(Item(held.meets_on, "Begin the panel", held.ref, "Open it", url, "Validation panel"))
    elif user.pk != held.decider:
        return
    elif held.to_decide:
        many = f"{held.to_decide} audit{' waits' if held.to_decide == 1 else 's wait'}"
        part.items.append(Item(on, f"Decide: {many} before the panel", held.ref, "Decide", url, "Validation panel"))
    elif not held.blind:
        what = "Finish the panel’s minutes and close them"
        part.items.append(Item(on, what, held.ref, "Open them", reverse("panel-minutes", args=[held.ref]), "Minutes"))


def terms(part: Part, facts: PanelFacts, *, on: date) -> None:
    """The yearly review of the terms of reference."""
    due = add_months(day_of(facts.reviewed), panel_terms.REVIEW_MONTHS) if facts.reviewed else None
    if due is None or due <= on + SOON:
        what = "Review the panel’s terms of reference"
        part.items.append(Item(due or on, what, "terms of reference", "Review them", reverse("panel-terms"), "Yearly"))
