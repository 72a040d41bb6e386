"""Drawn cases that an extract has moved to another worker or team since: their audits follow, and both are told."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import OuterRef, QuerySet, Subquery

from audits.models import Audit, CaseChange, Draw, Import, Pick


def moved_since(drawn: Draw, picks: Collection[Pick]) -> list[CaseChange]:
    """What extracts changed on the cases of a draw since it was made, as far as it moves an audit; the first first."""
    moves = CaseChange.objects.filter(case__in=[pick.case_id for pick in picks], field__in=("worker", "team"))
    return list(moves.filter(made_by__applied__gt=drawn.drawn_at).select_related("case").order_by("on", "pk"))


def team_moves() -> QuerySet[CaseChange]:
    """Every move of a case to another team by an extract that stands, the latest first."""
    moves = CaseChange.objects.filter(field="team", taken_back=False, made_by__state=Import.State.APPLIED)
    return moves.order_by("-pk")


def team_was() -> Subquery:
    """The team from which the case of an audit has moved since it was drawn, as a column of audits."""
    since = team_moves().filter(case=OuterRef("case"), made_by__applied__gt=OuterRef("pick__draw__drawn_at"))
    return Subquery(since.values("was")[:1])


def team_move(audit: Audit) -> CaseChange | None:
    """The last move of an audit's case to another team since it was drawn, while the two have not met."""
    if audit.state not in Audit.NOT_MET or audit.pick is None:
        return None
    return team_moves().filter(case=audit.case_id, made_by__applied__gt=audit.pick.draw.drawn_at).first()
