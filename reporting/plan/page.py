"""The action plan as its readers see it: each item with its clock, its history, and whether its figure moved."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db.models import Count, OuterRef, Subquery
from django.http import Http404
from django.template.loader import render_to_string

from people import access, council_identity
from people.models import User
from people.roles import Permission
from reporting import pdf, periods
from reporting.control_chart import Share
from reporting.models import PlanItem, PlanUpdate, Report
from reporting.models.plan import PlanItemQuerySet
from reporting.plan import items as plan_items
from reporting.sections.frozen import Stored
from reporting.sections.rows import WHOLE_CASE

KEPT_FOR = 600
"""Seconds for which a drawn plan is kept."""


@dataclass(frozen=True)
class Moved:
    """The figure an item is meant to move: when it was agreed, and in the newest report that is out."""

    name: str
    before: str
    now: str


@dataclass(frozen=True)
class PlanLine:
    """One item with what its row says."""

    item: PlanItem
    late: bool
    moved: Moved | None

    @property
    def source_in_words(self) -> str:
        """Where it comes from, after its priority; "" where it was added by hand."""
        if self.item.recommendation:
            return f", from {self.item.recommendation.report.ref}"
        return f", from pattern {self.item.pattern.ref}" if self.item.pattern else ""


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
    plan_item = (
        visible(user)
        .filter(number=known)
        .select_related("owner", "recommendation__report", "pattern", "opened_by")
        .first()
    )
    if plan_item is None:
        raise Http404
    return plan_item


def context(user: User, *, on: date) -> dict[str, object]:
    """The list: open items by priority and date, then what has ended: three queries."""
    late = set(PlanItem.objects.overdue(on).values_list("pk", flat=True))
    newest = _newest()
    last = PlanUpdate.objects.filter(item=OuterRef("pk")).order_by("-said_at", "-pk")
    items = visible(user).select_related("owner", "recommendation__report", "pattern")
    items = items.annotate(said=Count("updates"), last_words=Subquery(last.values("words")[:1]))
    lines = [PlanLine(item, item.pk in late, _moved(item, newest)) for item in items]
    going = [line for line in lines if line.item.state == PlanItem.State.OPEN]
    counts = Counter(line.item.state for line in lines)
    return {
        "going": going,
        "ended": [line for line in lines if line.item.state != PlanItem.State.OPEN],
        "late": sum(1 for line in going if line.late),
        "done": counts[PlanItem.State.DONE],
        "whole": access.sees_all(user, Permission.SEE_PLAN),
        "keeps": access.may(user, Permission.KEEP_PLAN),
        "on": on,
    }


def plan_line_with_history(item: PlanItem, *, on: date) -> dict[str, object]:
    """One item with its history: two queries."""
    return {
        "item": item,
        "late": item.state == PlanItem.State.OPEN and item.due_on < on,
        "moved": _moved(item, _newest()),
        "updates": list(item.updates.select_related("said_by")),
    }


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


def _moved(item: PlanItem, newest: Report | None) -> Moved | None:
    if item.standard is None:
        return None
    name = "The case as a whole" if item.standard == WHOLE_CASE else f"Standard {item.standard}"
    return Moved(name, _said(item.before), _said(plan_items.figure_of(newest, item.standard)))


def _said(figure: Stored) -> str:
    if not figure:
        return "no figure yet"
    return f"{Share(figure['count'], figure['of'])}, {periods.parse(figure['period']).short}"
