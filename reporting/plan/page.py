"""The action plan as its readers see it: each item with its clock, its history, and whether its figure moved."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Prefetch, Subquery
from django.http import Http404
from django.template.loader import render_to_string

from people import access, council_identity
from people.models import User
from people.roles import Permission
from qualitycounts.base import clock
from reporting import pdf
from reporting.models import PlanItem, PlanUpdate, Recommendation, Report
from reporting.models.plan import PlanItemQuerySet
from reporting.plan.standing import EFFECT_RULES, RULES, Effect, Standing, effect, standing

KEPT_FOR = 600
"""Seconds for which a drawn plan is kept."""


@dataclass(frozen=True)
class PlanLine:
    """One item with what its row says."""

    item: PlanItem
    standing: Standing
    effect: Effect

    @property
    def sources(self) -> str:
        """Where it comes from, and what asked for the same since; "" where it was added by hand."""
        asked = [self.item.recommendation] if self.item.recommendation else []
        asked += self.item.joined.all()
        named = list(dict.fromkeys(f"{each.number} of {each.report.about.short}" for each in asked))
        words = [f"Recommendation{'s' if len(named) > 1 else ''} {' and '.join(named)}."] if named else []
        if self.item.pattern:
            words.append(f"Pattern {self.item.pattern.ref}.")
        return " ".join(words)


def visible(user: User) -> PlanItemQuerySet:
    """The items a person may open: all for those who keep or read the plan, their own for everyone else."""
    if access.sees_all(user, Permission.SEE_PLAN):
        return PlanItem.objects.all()
    return PlanItem.objects.filter(owner=user)


def mine(user: User) -> list[PlanItem]:
    """The open items that the person owns: one query."""
    return list(PlanItem.objects.filter(owner=user, state=PlanItem.State.OPEN).order_by("due_on", "number"))


def item_or_404(user: User, ref: str) -> PlanItem:
    """One item, if the person may open it; else 404."""
    number = ref.removeprefix("PLAN-")
    known = int(number) if number.isdecimal() and len(number) < 6 else 0
    plan_item = visible(user).filter(number=known).select_related("pattern").first()
    if plan_item is None:
        raise Http404
    return plan_item


def plan_lines(items: PlanItemQuerySet, *, on: date) -> list[PlanLine]:
    """The items, each with where it stands and whether it helped: three queries. What joins one is said once the
    response that says so was sent."""
    joined = Recommendation.objects.filter(report__responded_at__isnull=False).select_related("report")
    late = PlanItem.objects.overdue(on).filter(pk=OuterRef("pk"))
    updates = PlanUpdate.objects.filter(item=OuterRef("pk")).order_by("-said_at", "-pk")
    rows = (
        items.select_related("owner", "opened_by", "recommendation__report", "pattern")
        .prefetch_related(Prefetch("joined", joined))
        .annotate(last_words=Subquery(updates.values("words")[:1]), last_said=Subquery(updates.values("said_at")[:1]))
        .annotate(late=Exists(late))
    )
    newest, lines = _newest(), []
    for item in rows:
        said = item.last_said  # type: ignore[attr-defined]
        said_on = clock.day_of(said) if said else None
        where = standing(item, late=item.late, said_on=said_on, on=on)  # type: ignore[attr-defined]
        lines.append(PlanLine(item, where, effect(item, newest)))
    return lines


def context(user: User, *, on: date) -> dict[str, object]:
    """The list: open items by priority and date, then what has ended: three queries."""
    lines = plan_lines(visible(user), on=on)
    return {
        "going": [line for line in lines if line.item.ended_at is None],
        "ended": [line for line in lines if line.item.ended_at is not None],
        "lead": in_short(lines),
        "rules": RULES,
        "effect_rules": EFFECT_RULES,
        "whole": access.sees_all(user, Permission.SEE_PLAN),
        "keeps": access.may(user, Permission.KEEP_PLAN),
        "on": on,
    }


def in_short(lines: Sequence[PlanLine]) -> tuple[str, str]:
    """How many items stand where, and of which the figure rose: what a reader may take away from all of it."""
    kept = [line for line in lines if line.item.state != PlanItem.State.DROPPED]
    counts = Counter(line.standing.slug for line in kept)
    where = (("red", "late"), ("amber", "at risk"), ("green", "on track"), ("done", "done"))
    said = ", ".join(f"{counts[slug]} {words}" for slug, words in where if counts[slug])
    if not kept:
        return "Nothing is on the plan.", ""
    helped = [line.item.ref for line in kept if line.effect.shown]
    effects = Counter(line.effect.name.lower() for line in kept if not line.effect.shown)
    others = ", ".join(f"{number} {name}" for name, number in effects.items())
    rose = f"A rise is shown since: {', '.join(helped)}; it does not say what did it."
    shown = rose if helped else "No rise of a figure is shown yet"
    many = f"{len(kept):,} item{'' if len(kept) == 1 else 's'}: {said}."
    return many, f"{shown}{' The others' if helped and others else ''}{f': {others}.' if others else ''}"


def plan_line_with_history(item: PlanItem, *, on: date) -> dict[str, object]:
    """One item with its history."""
    line = plan_lines(PlanItem.objects.filter(pk=item.pk), on=on)[0]
    return {"item": line.item, "line": line, "updates": list(item.updates.select_related("said_by"))}


def paper(user: User, *, on: date) -> bytes:
    """The plan as a PDF, as it stands. It is drawn once for as long as it stays the same."""
    whole = context(user, on=on) | {"council_name": council_identity.NAME.value()}
    page = render_to_string("reports/plan.html", whole)
    key = f"plan-{hashlib.sha256(page.encode()).hexdigest()}"
    drawn: bytes | None = cache.get(key)
    if drawn is None:
        drawn = pdf.render(page)
        cache.set(key, drawn, KEPT_FOR)
    return drawn


def _newest() -> Report | None:
    """The newest quarterly or annual report that is out, with its figures."""
    kinds = (Report.Kind.QUARTERLY, Report.Kind.ANNUAL)
    return (
        Report.objects.filter(kind__in=kinds, issued_at__isnull=False)
        .defer("pdf", "rows")
        .order_by("-as_at", "-pk")
        .first()
    )
