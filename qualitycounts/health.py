"""Health: `/health/live` says that the process answers, `/health/ready` that everything behind it does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Subquery
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from people import trail as people_trail
from people import trail_checks, triggers
from people.access import public
from people.heartbeats import SILENCE
from people.models import Heartbeat
from people.undelivered import long_undelivered
from qualitycounts import redis_away
from qualitycounts.base import clock
from reporting import pdf
from reporting import triggers as report_triggers
from standards import timescales

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
    troubles = checks(at=clock.now())
    good = not any(troubles.values())
    return JsonResponse(
        {"ready": good, "checks": {name: trouble or "ok" for name, trouble in troubles.items()}},
        status=200 if good else 503,
    )


def checks(*, at: datetime) -> dict[str, str]:
    """What is wrong with each part, "" where nothing is. Without a database at its newest no more is asked."""
    first: dict[str, Callable[[], str]] = {"database": database, "migrations": migrations}
    then: dict[str, Callable[[], str]] = {
        "trail": lambda: trail(at=at),
        "reports": reports,
        "bank_holidays": lambda: bank_holidays(on=clock.day_of(at)),
        "pdf": printing,
        "static": static,
        "mail": lambda: outgoing_mail(at=at),
        "redis": lambda: redis_away.redis_trouble(settings.REDIS_URL),
    }
    troubles: dict[str, str] = {}
    for name, check in first.items():
        troubles[name] = check()
        if troubles[name]:
            return troubles
    return troubles | {name: check() for name, check in then.items()} | machinery(at=at)


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


def trail(*, at: datetime) -> str:
    """Whether the triggers that keep the trail unchanged are as they were made, no words are gone from it, and the
    check of the night was made and found all well."""
    if broken := triggers.broken():
        return f"{triggers.sentence(broken, 'that guard the trail')} Then run `verify_trail`."
    if gone := people_trail.unaccounted():
        return f"{len(gone)} entries of the trail lost their words, and not to retention. Run `manage.py verify_trail`."
    return trail_checks.trouble(at=at, since=migrated_at())


def migrated_at() -> datetime | None:
    """When the last migration was applied."""
    return MigrationRecorder.Migration.objects.order_by("-applied").values_list("applied", flat=True).first()


def reports() -> str:
    """Whether the triggers that keep issued reports unchanged are as they were made."""
    broken = report_triggers.broken()
    return triggers.sentence(broken, "that keep issued reports") if broken else ""


def bank_holidays(*, on: date) -> str:
    """Whether working days can be counted far enough ahead."""
    try:
        timescales.is_working_day(on)
        timescales.is_working_day(timescales.add_months(on, HOLIDAYS_AHEAD))
    except timescales.Unknown:
        return (
            f"Bank holidays are not known for the next {HOLIDAYS_AHEAD} months. "
            "The QA Officer adds them at /settings/bank-holidays/; `manage.py load_standards` loads those we know."
        )
    return ""


def outgoing_mail(*, at: datetime) -> str:
    """Whether mail goes out: none is refused, or left lying, for longer than an hour."""
    waiting = long_undelivered(at=at)
    return (
        f"Mail waits for more than an hour ({waiting}). See what the mail server says at /notices/undelivered/."
        if waiting
        else ""
    )


def printing() -> str:
    """Whether reports can be made."""
    return (
        ""
        if pdf.available()
        else "Pango is missing, so no report can be made. Install libpango-1.0-0, libpangoft2-1.0-0."
    )


def static() -> str:
    """Whether every static file has the name that pages ask for: a page that names another one is an error."""
    hashed = getattr(staticfiles_storage, "hashed_files", None)
    if hashed is None:
        return ""
    names = {name for finder in get_finders() for name, _ in finder.list([])}
    lacking = len(names - hashed.keys())
    return (
        f"{lacking} static files were not gathered, so pages fail. Run `manage.py collectstatic --noinput`, then start "
        "the pages and the stream again."
        if lacking
        else ""
    )


PARTS = {
    "worker": ("The worker was last heard of", "See that worker and beat run, and the queue between them."),
    "sweep": ("The sweep last came to its end", "See the worker’s log for why it stops."),
}
"""What must be heard of, and what to do where it is not. A sweep that fails leaves a worker that looks well."""


def beats_as_columns() -> dict[str, Subquery]:
    """When each part was last heard of, as columns that any question may carry along."""
    return {f"beat_{part}": Subquery(Heartbeat.objects.filter(part=part).values("beat")) for part in PARTS}


def last_beats(row: Any = None) -> dict[str, datetime]:
    """When each part was last heard of: from a row that carries `beats_as_columns`; without one, a query of its own."""
    if row is None:
        return dict(Heartbeat.objects.filter(part__in=PARTS).values_list("part", "beat"))
    return {part: beat for part in PARTS if (beat := vars(row)[f"beat_{part}"]) is not None}


def machinery(*, at: datetime, patience: bool = False, row: Any = None) -> dict[str, str]:
    """What is wrong with each part that keeps deadlines and mail. One that was never heard of is not well; with
    `patience` it may take as long as between two beats, from the last migration on. `row`: as in `last_beats`."""
    beats = last_beats(row)
    made = None
    if patience and len(beats) < len(PARTS):
        made = migrated_at()
    troubles = {}
    for part, (since, do) in PARTS.items():
        heard = beats.get(part) or made
        troubles[part] = ""
        if heard is None or at - heard > SILENCE:
            known = beats.get(part)
            minutes = int((at - known).total_seconds() // 60) if known else 0
            ago = f"{since} {minutes} minute{'' if minutes == 1 else 's'} ago."
            said = ago if known else f"The {part} was never heard of."
            troubles[part] = f"{said} {do}"
    return troubles


def machine_lines(*, at: datetime) -> list[tuple[str, str, str]]:
    """The machinery as a page for people shows it: a mark, what it is, and what is wrong or when it was heard of."""
    wrong = machinery(at=at, patience=True)
    beats = last_beats()
    names = {"worker": "Mail is sent", "sweep": "Deadlines are kept"}
    lines = [("agreed", "The database answers", "")]
    for part, name in names.items():
        heard = beats.get(part)
        seen = f"Last seen {max(int((at - heard).total_seconds()), 0)} seconds ago" if heard else "Not heard of yet"
        lines.append(("no" if wrong[part] else "agreed" if heard else "open", name, wrong[part] or seen))
    holidays = bank_holidays(on=clock.day_of(at))
    lines.append(("no" if holidays else "agreed", f"Bank holidays are known for {HOLIDAYS_AHEAD} months", holidays))
    return lines


def trouble(*, at: datetime, row: Any = None) -> str:
    """What the banner says of the machinery: "" while it runs, and in the first minutes. `row`: as in `last_beats`."""
    return next((said for said in machinery(at=at, patience=True, row=row).values() if said), "")
