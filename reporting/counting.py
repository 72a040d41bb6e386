"""Counting a report: all its figures as at one moment, with the words that follow from them, as plain data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from qualitycounts import clock
from reporting import figures, rows, story
from reporting.models import Recommendation, Report
from reporting.periods import Kind, Period


def compose(period: Period, *, at: datetime, report: Report | None = None) -> dict[str, Any]:
    """The figures of the period with the words that follow from them, as they stood at one moment; with the
    recommendations of one version, where one is given, and what became of the last ones."""
    with one_moment():
        counted = figures.work_out(period, on=clock.day_of(at))
        counted["recommendations"] = recommended(report) if report else []
        counted["last_time"] = last_time(period, counted)
    whole: dict[str, Any] = json.loads(json.dumps(counted | {"story": story.tell(counted)}))
    return whole


def behind(period: Period, *, at: datetime) -> dict[str, Any]:
    """The audits and actions behind the figures, as plain data, to be frozen beside them."""
    found: dict[str, Any] = json.loads(json.dumps(rows.behind(period, on=clock.day_of(at))))
    return found


@contextmanager
def one_moment() -> Iterator[None]:
    """Queries inside see the register as at one moment, so that figures counted one after the other agree."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def recommended(report: Report) -> list[dict[str, Any]]:
    """The recommendations of one version, in order: one query."""
    return [
        {
            "number": one.number,
            "kind": one.get_kind_display(),
            "words": one.words,
            "because": one.because,
            "standard": one.standard,
        }
        for one in Recommendation.objects.filter(report=report).order_by("number")
    ]


def last_time(period: Period, counted: dict[str, Any]) -> list[dict[str, Any]]:
    """What the report before recommended, where each stands, and whether its figure moved: one query. Nothing of a
    month's report, which recommends little."""
    if period.kind == Kind.MONTH:
        return []
    asked = (
        Recommendation.objects.filter(report__period=str(period.previous), report__state__in=("issued", "responded"))
        .select_related("plan_item__owner", "owner")
        .order_by("number")
    )
    rows_of = story.rows_of(counted)
    return [
        {
            "words": one.words,
            "answer": one.get_answer_display() if one.answer else "No response yet",
            "state": _state_of(one),
            "moved": story.moved(rows_of, one.standard),
        }
        for one in asked
    ]


def _state_of(one: Recommendation) -> str:
    item = getattr(one, "plan_item", None)
    if item is None:
        return "Not on the plan"
    when = item.ended_at or None
    if when:
        day = clock.day_of(when)
        return f"{item.get_state_display()}, {day.day} {day:%B %Y}"
    return f"Open, due {item.due_on.day} {item.due_on:%B %Y}"
