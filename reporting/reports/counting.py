"""Counting a report: all its figures as at one moment, with the words that follow from them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from people import council_settings
from qualitycounts.base import clock
from reporting.models import Report
from reporting.periods import Period
from reporting.reports import drill_down
from reporting.sections.contents import work_out
from reporting.sections.frozen import Stored, to_json
from reporting.sections.section import Figures


def compose(period: Period, *, at: datetime, report: Report | None = None) -> Figures:
    """The figures of the period with the words that follow from them, as they stood at one moment; with the
    recommendations of one version, where one is given, and what became of the last ones."""
    with one_moment(), council_settings.read_once():
        return work_out(period, on=clock.day_of(at), report=report)


def freeze_rows(period: Period, *, at: datetime) -> Stored:
    """The audits and actions behind the figures, as JSON, to be frozen beside them."""
    rows: Stored = to_json(drill_down.rows_behind(period, on=clock.day_of(at)))
    return rows


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
