"""A form that is sent twice at once, by a finger that slipped or a browser that tried again: one row, and no fault.

Both sendings are held at the first thing that they write, so that each has looked before the other has written.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections import Counter
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from tests.hostile import pages, twins
from tests.hostile.forms import CANARY, DATES, Form, forms_on
from tests.hostile.walker import MORE_ROWS
from tests.people.test_access import world
from tests.world import World

__all__ = ["world"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]
HOLD = 0.5
"""Seconds that one waits for the other: for good where a lock of the database makes it wait already."""
ADDS = "evidence needs plan draws themes family panel programme escalations views away"
"""Where the addresses begin at which something is added."""
TWO_RACED_AT_LEAST = 15


def both_at_once(client: Client, form: Form, data: dict[str, list[str]]) -> tuple[list[int], bool]:
    """The status of both answers, and whether both were writing at the same time."""
    gate, answers, met = threading.Barrier(2), [], []

    def send() -> None:
        there = Client(raise_request_exception=False)
        there.cookies = client.cookies.copy()
        waited = []

        def hold(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            record = sql.startswith(("INSERT", "UPDATE", "DELETE")) or "FOR NO KEY UPDATE" in sql or "FOR UPDATE" in sql
            if record and not waited and "session" not in sql and "last_login" not in sql:
                waited.append(sql)
                with contextlib.suppress(threading.BrokenBarrierError):
                    gate.wait(HOLD)
                    met.append(sql)
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(hold):
                answers.append(there.post(form.action, data).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers, len(met) == 2


def test_what_is_sent_twice_at_once_is_there_once(world: World) -> None:
    client = pages.signed_in_as("head_of_qa", world)
    urls = pages.addresses_for("head_of_qa", world)
    wanted = [(door, url) for door, url in urls if url.split("/")[1] in ADDS.split() and not pages.is_file(url)]
    found = forms_on(pages.got("head_of_qa", door, url, client.get(url)) for door, url in wanted)
    every = [form for form in found if form.action.split("/")[1] in ADDS.split()]
    wrong, raced, done, statuses = [], set(), set(), Counter[int]()
    for form in every:
        key = (form.door, tuple(sorted(form.controls)))
        for on in DATES if key not in done else ():
            before = twins.last_rows()
            answers, met = both_at_once(client, form, form.filled(on))
            raced |= {form.door} if met else set()
            statuses.update(answers)
            wrong += [f"{form.door}: {answer}" for answer in answers if answer >= 500]
            wrong += [f"{form.door}: {row}" for row in twins.twins_since(before) if form.door not in MORE_ROWS]
            if min(answers) < 400:
                done.add(key)
                break
    sys.stdout.write(
        f"\n{len(every)} forms sent twice at once; both wrote at the same time at {len(raced)} addresses\n"
    )
    assert wrong == []
    assert statuses[401] == 0
    if connection.vendor == "postgresql":
        assert len(raced) >= TWO_RACED_AT_LEAST
        assert words_in_redis() == []


def words_in_redis() -> list[str]:
    """Keys of Redis that hold what was written into the forms: none, for it carries numbers alone."""
    there = redis.from_url(django_settings.REDIS_URL)
    kept = {key: there.dump(key) or b"" for key in there.scan_iter()}
    assert kept, "the pages put something there"
    return [str(key) for key, value in kept.items() if CANARY.encode() in key + value]
