"""What panels ask of one person today: for My work, in a few queries whatever there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from audits.models import Audit, Panel, Review
from audits.panel_sample import STANDING
from people.models import User
from qualitycounts.clock import start_of
from standards.timescales import add_months


@dataclass(frozen=True, slots=True)
class Held:
    """A panel that is not closed, with how many of its audits wait for the chair."""

    panel: Panel
    to_decide: int
    blind: int


def open_panels() -> list[Held]:
    """Every panel whose minutes are not closed."""
    waits = {
        "to_decide": Count("reviews", filter=Q(reviews__state=Review.State.REVEALED)),
        "blind": Count("reviews", filter=Q(reviews__state=Review.State.BLIND)),
    }
    found = Panel.objects.exclude(state=Panel.State.CLOSED).defer("frame").annotate(**waits).order_by("meets_on")
    return [Held(panel, vars(panel)["to_decide"], vars(panel)["blind"]) for panel in found]


def undrawn(held: Sequence[Held], *, on: date) -> date | None:
    """Last month, if audits were finalised in it and its sample is not drawn."""
    month = (on.replace(day=1) - timedelta(days=1)).replace(day=1)
    if any(one.panel.month == month for one in held):
        return None
    until = start_of(add_months(month, 1))
    there = Audit.objects.filter(state__in=STANDING, finalised_at__gte=start_of(month), finalised_at__lt=until)
    return month if there.exists() and not Panel.objects.filter(month=month).exists() else None


def decides(one: Held, user: User) -> bool:
    """Whether the panel's audits that are revealed wait for this person: the chair, or the deputy for one away."""
    panel = one.panel
    return user.pk == (panel.deputy_id if panel.chair_away else panel.chair_id)
