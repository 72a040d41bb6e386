"""Health: `/health/live` says that the process answers, `/health/ready` that everything behind it does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from people import triggers
from people.access import public
from people.models import Heartbeat
from qualitycounts import clock
from reporting import pdf
from standards import timescales

HEARTBEAT = timedelta(minutes=4)
"""The longest that beat, worker and sweep may be silent: each is heard of every minute, and red comes within five."""
HOLIDAYS_AHEAD = 6
"""Months for which the bank holidays must be known: the longest deadline is three, and loading them takes a while."""


@public
@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """200 for as long as the process answers at all; nothing else is asked."""
    return HttpResponse("live\n", content_type="text/plain")


@public
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when pages can be served and deadlines kept; else 503, with a sentence for each thing that is not right."""
    found = checks(at=clock.now())
    good = not any(found.values())
    return JsonResponse(
        {"ready": good, "checks": {name: trouble or "ok" for name, trouble in found.items()}},
        status=200 if good else 503,
    )


def checks(*, at: datetime) -> dict[str, str]:
    """What is wrong with each part, "" where nothing is. Without a database at its newest no more is asked."""
    first: dict[str, Callable[[], str]] = {"database": database, "migrations": migrations}
    then: dict[str, Callable[[], str]] = {
        "trail": trail,
        "bank_holidays": lambda: bank_holidays(on=clock.day_of(at)),
        "pdf": printing,
    }
    found: dict[str, str] = {}
    for name, check in first.items():
        found[name] = check()
        if found[name]:
            return found
    return found | {name: check() for name, check in then.items()} | machinery(at=at)


def database() -> str:
    """Whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "The database does not answer. See that it runs and that DATABASE_URL is right."
    return ""


def migrations() -> str:
    """Whether every migration has been applied."""
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return f"{waiting} migrations are not applied. Run `manage.py migrate`." if waiting else ""


def trail() -> str:
    """Whether the triggers that keep the trail unchanged are there."""
    return (
        "" if triggers.present() else "The trail's triggers are missing. Run `manage.py migrate`, then `verify_trail`."
    )


def bank_holidays(*, on: date) -> str:
    """Whether working days can be counted far enough ahead."""
    try:
        timescales.is_working_day(on)
        timescales.is_working_day(timescales.add_months(on, HOLIDAYS_AHEAD))
    except timescales.Unknown:
        return (
            f"Bank holidays are not known for the next {HOLIDAYS_AHEAD} months. "
            "The QA Officer adds them at /settings/bank-holidays/."
        )
    return ""


def printing() -> str:
    """Whether reports can be made."""
    return (
        ""
        if pdf.available()
        else "Pango is missing, so no report can be made. Install libpango-1.0-0, libpangoft2-1.0-0."
    )


PARTS = {
    "worker": ("The worker was last heard of", "See that worker and beat run, and the queue between them."),
    "sweep": ("The sweep last came to its end", "See the worker’s log for why it stops."),
}
"""What must be heard of, and what to do where it is not. A sweep that fails leaves a worker that looks well."""


def machinery(*, at: datetime) -> dict[str, str]:
    """What is wrong with each part that keeps deadlines and mail. Never heard of counts from the last migration on."""
    beats = dict(Heartbeat.objects.filter(part__in=PARTS).values_list("part", "beat"))
    made = None
    if len(beats) < len(PARTS):
        made = MigrationRecorder.Migration.objects.order_by("-applied").values_list("applied", flat=True).first()
    found = {}
    for part, (since, do) in PARTS.items():
        heard = beats.get(part) or made
        found[part] = ""
        if heard is not None and at - heard > HEARTBEAT:
            minutes = int((at - heard).total_seconds() // 60)
            said = f"{since} {minutes} minutes ago." if part in beats else f"The {part} was never heard of."
            found[part] = f"{said} {do}"
    return found


def trouble(*, at: datetime) -> str:
    """What the banner says of the machinery: "" while it runs."""
    return next((said for said in machinery(at=at).values() if said), "")
