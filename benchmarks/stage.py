"""What is measured: signed-in people, meetings under way, and a register multiplied in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Max, Model, Window
from django.db.models.functions import RowNumber, TruncQuarter
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audits.booking import book as booking_book
from audits.draw import draws
from audits.meeting import lifecycle
from audits.models import Audit, Case, Judgement, Proposal, SetAside
from benchmarks.load import HOST, Caller
from fixtures.scale.register import synthetic
from people.models import Heartbeat, User
from people.roles import Role
from qualitycounts.base import clock
from qualitycounts.health import PARTS
from reporting.periods import Period
from standards.timescales import add_months

TOKEN = "t" * 32
"""What the cookie against forged requests and its header both say."""


def officer() -> User:
    """The QA Officer, who sees the most."""
    return synthetic(Role.QA_OFFICER).get()


def session(user: User) -> str:
    """The key of a new session of this person."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def caller(user: User, port: int) -> Caller:
    """A browser in which this person is signed in."""
    return Caller(port, f"sessionid={session(user)}; csrftoken={TOKEN}", TOKEN)


def queries(user: User, path: str, fields: dict[str, object] | None = None) -> int:
    """How many statements the answer asks of the database, savepoints too; begin and commit are not counted.

    A page is asked for once before: the standards are read once a process, and an opening is written once an hour.
    """
    client = Client(headers={"host": HOST, "accept": "application/json" if fields else "text/html"})
    client.cookies[settings.SESSION_COOKIE_NAME] = session(user)
    if not fields:
        client.get(path)
    with CaptureQueriesContext(connection) as asked:
        reply = client.post(path, fields) if fields else client.get(path)
    if reply.status_code != 200:
        raise RuntimeError(f"{path} answered {reply.status_code}")
    return sum(one["sql"] not in ("BEGIN", "COMMIT") and not one["sql"].startswith("BEGIN ") for one in asked)


def machinery_runs(at: datetime) -> None:
    """The worker and the sweep were heard of, and no duty of a month before the last is owed, as on any site that runs:
    that the invented years had no panel and no report is set aside."""
    for part in PARTS:
        Heartbeat.objects.update_or_create(part=part, defaults={"beat": at})
    last = add_months(clock.day_of(at).replace(day=1), -1)
    ended = Audit.objects.final().values_list("finalised_at", flat=True)
    months = {clock.day_of(moment).replace(day=1) for moment in ended}
    SetAside.objects.bulk_create(
        SetAside(duty=duty, month=month, why="Before this site", set_aside_at=at, set_aside_by=officer())
        for month in months
        if month < last
        for duty in SetAside.Duty
    )


def meetings(count: int, *, at: datetime) -> list[Audit]:
    """So many meetings that have just been opened, each with an auditor and a keyworker of its own."""
    drawn = draws.run(month=clock.day_of(at).replace(day=1), size=4 * count, by=officer(), at=at)
    found: dict[int, Audit] = {}
    for audit in Audit.objects.filter(pick__draw=drawn).exclude(auditor=None).select_related("auditor"):
        auditor = leader(audit)
        if auditor.pk not in found and len(found) < count:
            booking_book.book_meeting(audit, by=auditor, at=at, meets=at + timedelta(hours=1), place="Synthetic room")
            found[auditor.pk] = lifecycle.open_meeting(audit, by=auditor, at=at, why="To measure it.")
    if len(found) < count:
        raise RuntimeError(f"The draw gave {len(found)} auditors a case; {count} are needed.")
    return list(found.values())


def leader(audit: Audit) -> User:
    """The auditor of an audit that has one."""
    if audit.auditor is None:
        raise RuntimeError(f"{audit.ref} has no auditor.")
    return audit.auditor


def copy(model: type[Model], times: int, of: str = "TRUE", **changed: str) -> int:
    """Multiply a table's rows in the database, `n` being the number of the copy; returns the highest key there was.

    `of` says in SQL which rows. `changed` are the columns that are not copied as they are: SQL in which `n` may stand.
    Once is how it is already.
    """
    table, columns = model._meta.db_table, [str(field.column) for field in model._meta.concrete_fields]
    top = int(model._default_manager.aggregate(top=Max("pk"))["top"])
    changed["id"] = f"id + n * {top}"
    values = [changed.get(name, f'"{name}"') for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE copies(n) AS (SELECT 1 WHERE {times} > 1 UNION ALL SELECT n + 1 FROM copies "
            f"WHERE n < {times - 1}) "
            f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {table} CROSS JOIN copies WHERE {of}"
        )
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)
    return top


def multiply(*, cases: int, grades: int) -> None:
    """Bring the register to so many cases and the final audits to so many grades with what was proposed, in the
    database. What is not final stays as it is: no council has a thousand meetings to book in one month."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # what is copied points where its original does
            cursor.execute("PRAGMA foreign_keys = OFF")
        copy(Case, -(-cases // Case.objects.count()), person_id="person_id || '-' || n")
        times = -(-grades // Judgement.objects.filter(audit__state__in=Audit.FINAL).count())
        most = Audit.objects.aggregate(most=Max("number"))["most"]
        changed = {
            "ref": "ref || '-' || n",
            "number": f"number + n * {most}",
            "pick_id": "NULL",
            "re_audit_of_id": "NULL",
        }
        states = ", ".join(f"'{state}'" for state in Audit.FINAL)
        top = copy(Audit, times, f"state IN ({states})", **changed)
        final = f"(SELECT id FROM audits_audit WHERE state IN ({states}) AND id <= {top})"
        theirs = f"(SELECT id FROM audits_judgement WHERE audit_id IN {final})"
        grade = copy(Judgement, times, f"audit_id IN {final}", audit_id=f"audit_id + n * {top}")
        copy(Proposal, times, f"judgement_id IN {theirs}", judgement_id=f"judgement_id + n * {grade}", words="''")
        cursor.execute("ANALYZE")


def gather_statistics() -> None:
    """Have PostgreSQL count its rows, as it does by itself within a minute of so many new ones where autovacuum is on:
    without, it plans as for empty tables."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def council_of(count: int, quarter: Period) -> None:
    """A council that finishes so many audits in every quarter: those over it go to ten years before, and where this
    quarter has fewer, others come into it. The database then learns of it, as a server sees to by itself."""
    first, after = quarter.moments
    final = Audit.objects.final()
    rank = Window(RowNumber(), partition_by=TruncQuarter("finalised_at"), order_by="pk")
    over = final.alias(rank=rank).filter(rank__gt=count).values("pk")
    Audit.objects.filter(pk__in=over).update(finalised_at=first - timedelta(days=3650))
    within = final.filter(finalised_at__gte=first, finalised_at__lt=after)
    others = final.exclude(pk__in=within).order_by("pk").values_list("pk", flat=True)[: count - within.count()]
    Audit.objects.filter(pk__in=list(others)).update(finalised_at=first + timedelta(days=40))
    gather_statistics()
