"""What panels ask of one person today: for My work, in two queries whatever there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from audits.models import Audit, Panel, PanelAction, PanelTerms, Review
from audits.panel_sample import STANDING
from people.models import User
from qualitycounts.clock import start_of
from standards.timescales import add_months


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is at all: last month if its sample is to be drawn, when the terms were last reviewed, and whether
    there is more to ask for."""

    undrawn: date | None
    reviewed: datetime | None
    more: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A panel that is not closed, with how many of its audits wait for the chair, and how many for grades."""

    ref: str
    state: str
    meets_on: date
    decider: int | None
    to_decide: int
    blind: int


@dataclass(frozen=True, slots=True)
class Mine:
    """Something a panel asked of the person, still to do."""

    panel: str
    what: str
    due_on: date


def columns(user: User, *, on: date) -> dict[str, Any]:
    """The facts as columns that any query may carry along: they are the same in each of its rows."""
    month = last_month(on)
    until = start_of(add_months(month, 1))
    there = Audit.objects.filter(state__in=STANDING, finalised_at__gte=start_of(month), finalised_at__lt=until)
    return {
        "panel_there": Exists(there),
        "panel_drawn": Exists(Panel.objects.filter(month=month)),
        "panel_reviewed": Subquery(PanelTerms.objects.order_by("-pk").values("reviewed_at")[:1]),
        "panel_open": Exists(Panel.objects.exclude(state=Panel.State.CLOSED)),
        "panel_mine": Exists(PanelAction.objects.filter(owner=user, done_at=None)),
    }


def last_month(on: date) -> date:
    """The first day of the month before."""
    return (on.replace(day=1) - timedelta(days=1)).replace(day=1)


def facts(user: User, *, on: date, row: Any = None) -> Facts:
    """The facts from a row that carries their columns; without one, in a query of their own."""
    found: Any = vars(row) if row is not None else User.objects.filter(pk=user.pk).values(**columns(user, on=on)).get()
    undrawn = last_month(on) if found["panel_there"] and not found["panel_drawn"] else None
    return Facts(undrawn, found["panel_reviewed"], found["panel_open"] or found["panel_mine"])


def asked(user: User) -> tuple[list[Held], list[Mine]]:
    """Every panel whose minutes are not closed, and all that panels asked of the person: one query."""

    def count(state: str) -> Coalesce:
        some = Review.objects.filter(panel=OuterRef("pk"), state=state).order_by().values("panel")
        return Coalesce(Subquery(some.annotate(n=Count("pk")).values("n")), 0)

    rows = (
        Panel.objects.annotate(
            mine=FilteredRelation("actions", condition=Q(actions__owner=user, actions__done_at=None)),
            to_decide=count(Review.State.REVEALED),
            blind=count(Review.State.BLIND),
        )
        .filter(~Q(state=Panel.State.CLOSED) | Q(mine__isnull=False))
        .order_by("meets_on", "mine__due_on")
        .values(
            "ref",
            "state",
            "meets_on",
            "chair",
            "deputy",
            "chair_away",
            "to_decide",
            "blind",
            "mine__what",
            "mine__due_on",
        )
    )
    held: dict[str, Held] = {}
    mine = []
    for row in rows:
        if row["state"] != Panel.State.CLOSED:
            decider = row["deputy"] if row["chair_away"] else row["chair"]
            held[row["ref"]] = Held(row["ref"], row["state"], row["meets_on"], decider, row["to_decide"], row["blind"])
        if row["mine__due_on"] is not None:
            mine.append(Mine(row["ref"], row["mine__what"], row["mine__due_on"]))
    return list(held.values()), mine
