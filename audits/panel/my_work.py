"""What panels ask of one person today: for My work, in two queries whatever there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from audits.models import Panel, PanelAction, PanelTerms, Review
from people.models import User


@dataclass(frozen=True, slots=True)
class PanelFacts:
    """What there is at all: when the terms were last reviewed, and whether there is more to ask for."""

    reviewed: datetime | None
    more: bool


@dataclass(frozen=True, slots=True)
class OpenPanel:
    """A panel that is not closed, with how many of its audits wait for the chair, and how many for grades."""

    ref: str
    state: str
    meets_on: date
    decider: int | None
    to_decide: int
    blind: int


@dataclass(frozen=True, slots=True)
class PanelTask:
    """Something a panel asked of the person, still to do."""

    panel: str
    what: str
    due_on: date


def columns(user: User) -> dict[str, Any]:
    """The facts as columns that any query may carry along: they are the same in each of its rows."""
    return {
        "panel_reviewed": Subquery(PanelTerms.objects.order_by("-pk").values("reviewed_at")[:1]),
        "panel_open": Exists(Panel.objects.exclude(state=Panel.State.CLOSED)),
        "panel_mine": Exists(PanelAction.objects.filter(owner=user, done_at=None)),
    }


def panel_facts(user: User, *, row: Any = None) -> PanelFacts:
    """The facts from a row that carries their columns; without one, in a query of their own."""
    values: Any = vars(row) if row is not None else User.objects.filter(pk=user.pk).values(**columns(user)).get()
    return PanelFacts(values["panel_reviewed"], values["panel_open"] or values["panel_mine"])


def open_panels_for(user: User) -> tuple[list[OpenPanel], list[PanelTask]]:
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
    held: dict[str, OpenPanel] = {}
    mine = []
    for row in rows:
        if row["state"] != Panel.State.CLOSED:
            decider = row["deputy"] if row["chair_away"] else row["chair"]
            held[row["ref"]] = OpenPanel(
                row["ref"], row["state"], row["meets_on"], decider, row["to_decide"], row["blind"]
            )
        if row["mine__due_on"] is not None:
            mine.append(PanelTask(row["ref"], row["mine__what"], row["mine__due_on"]))
    return list(held.values()), mine
