"""The test database is emptied after a test that commits, and its guards stand again."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from people import triggers as trail
from people.models import TrailEntry
from reporting import triggers as reports
from tests.conftest import issue_at_once, load_what_the_council_has
from tests.factories import Council
from tests.ground.emptying import GUARDS, STAYS


def full_tables() -> set[str]:
    with connection.cursor() as cursor:
        names = connection.introspection.django_table_names(only_existing=True, include_views=False)
        full = set()
        for name in names:
            cursor.execute(f"SELECT 1 FROM {name} LIMIT 1")  # noqa: S608 - a table of ours
            full |= {name} if cursor.fetchone() else set()
    return full


def test_every_guard_that_refuses_it_is_known() -> None:
    texts = (*trail.SQLITE, *trail.POSTGRESQL, *reports.SQLITE, *reports.POSTGRESQL)
    made = [guard for text in texts if (guard := trail.TRIGGER.match(text))]
    refusing = {(guard["table"], guard["name"]) for guard in made if {"DELETE", "TRUNCATE"} & set(guard[0].split())}
    known = {(table, name) for table, names in GUARDS.items() for name in names}
    assert refusing <= known


@pytest.mark.django_db(transaction=True)
def test_no_row_of_ours_is_left_and_the_trail_is_guarded_again(council: Council) -> None:
    issue_at_once(council)
    assert {"people_trailentry", "people_user", *STAYS} <= full_tables()
    call_command("flush", verbosity=0, interactive=False)
    assert full_tables() == STAYS
    load_what_the_council_has()
    issue_at_once(Council.make())
    assert TrailEntry.objects.exists()
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="append-only"):
        cursor.execute("DELETE FROM people_trailentry")
