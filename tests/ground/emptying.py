"""Emptying the test database after a test that commits, though its guards refuse that, as they should."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import redis
from django.conf import settings
from django.core.cache import cache, caches
from django.db import OperationalError, connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations

GUARDS = {
    "people_trailentry": ("trail_no_update", "trail_no_delete", "trail_no_change", "trail_no_truncate"),
    "reporting_report": ("report_no_delete", "report_no_change", "report_no_truncate"),
    "reporting_edition": ("edition_no_delete", "edition_no_change", "edition_no_truncate"),
}
"""What refuses it, by table. Django's post_migrate signal, which a flush sends, makes them again."""
STAYS = {"django_content_type", "auth_permission"}
"""What post_migrate would write again as it was."""
TRIES = 4


def empty_cache() -> None:
    """Forget what this worker's tests have in the cache: a Redis emptied whole forgets what the others count, too."""
    if not settings.REDIS_URL:
        return cache.clear()
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter(f"{caches['default'].key_prefix}:*"):
            client.delete(key)
    return None


@contextmanager
def guards_stand_aside(operations: type[BaseDatabaseOperations]) -> Iterator[None]:
    """Until the block ends, a flush of this engine empties guarded tables too, and on PostgreSQL the full ones alone.

    There a TRUNCATE makes new files for each table and index, full or not: seconds of waiting for the disk.
    """
    plain = operations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, sql_list: Any) -> None:
        for left in reversed(range(TRIES)):
            try:
                if connection.vendor == "postgresql":
                    empty_full_tables()
                else:
                    plain(
                        self,
                        [f"DROP TRIGGER IF EXISTS {name}" for names in GUARDS.values() for name in names] + sql_list,
                    )
            except OperationalError:  # a deadlock: the server still answers the last request of a page that is closed
                if not left:
                    raise
                time.sleep(1)
            else:
                return

    operations.execute_sql_flush = flush  # type: ignore[method-assign]
    yield
    operations.execute_sql_flush = plain  # type: ignore[method-assign]


def empty_full_tables() -> None:
    """Wait for whoever still writes, then delete every row: keys are checked at the end, when all are gone."""
    names = sorted({*connection.introspection.django_table_names(only_existing=True, include_views=False)} - STAYS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(names)} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(" UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in names))  # noqa: S608
        for (name,) in cursor.fetchall():
            for guard in GUARDS.get(name, ()):
                cursor.execute(f"DROP TRIGGER IF EXISTS {guard} ON {name}")
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608 - a table of ours
