"""Two worlds that differ in one thing alone, which a reader must not know: every page is the same to the letter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client

from people.models import Notice, TrailEntry, User
from tests.ground.emptying import empty_cache

TOKEN = re.compile(r'csrfmiddlewaretoken\\?" value=\\?"\w+|"\w{64}"')
Pages = dict[User, list[str]]


@dataclass(frozen=True, slots=True)
class Page:
    """What one person is shown at an address, and what was asked of the database for it."""

    status: int
    body: str
    asked: str

    def reads(self, tables: set[str]) -> bool:
        """Whether any of these tables was asked."""
        return any(f'"{table}"' in self.asked for table in tables)


@dataclass(frozen=True, slots=True)
class World:
    """A world: every row in it, every notice and line of the trail, and the pages by person and address."""

    rows: dict[str, list[tuple[Any, ...]]]
    told: list[object]
    pages: dict[str, dict[str, Page]]

    def tables_apart(self, other: World) -> set[str]:
        """Where the two differ."""
        return {table for table, rows in self.rows.items() if rows != other.rows[table]}


def told() -> list[object]:
    """Every notice and every line of the trail."""
    notices = Notice.objects.order_by("pk").values_list("to", "key", "subject", "body", "link")
    entries = TrailEntry.objects.order_by("seq").values_list("act", "kind", "ref", "was", "now", "why", "content")
    return [*notices, *entries]


def every_row() -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every table but the sessions."""
    rows = {}
    for model in apps.get_models(include_auto_created=True):
        if model is not Session:
            rows[model._meta.db_table] = list(model._base_manager.order_by("pk").values_list())
    return rows


@contextmanager
def asked_of_the_database() -> Iterator[list[str]]:
    """Each statement, while it lasts."""
    statements: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield statements


def page_at(client: Client, url: str) -> Page:
    """A page, from the database alone; that it was opened leaves nothing behind."""
    empty_cache()
    with transaction.atomic(), asked_of_the_database() as statements:
        answer = client.get(url)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        transaction.set_rollback(True)
    return Page(answer.status_code, TOKEN.sub("", body.decode(errors="replace")), "\n".join(statements))


def seen_by(user: User, urls: list[str]) -> dict[str, Page]:
    """What one person is shown at each address."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return {url: page_at(client, url) for url in urls}


def world(change: Callable[[], None], pages: Callable[[], Pages], beside: World | None = None) -> World:
    """The world after a change, which is undone; beside another, with those pages alone that read where they differ.

    The clock stands still, so that what reads the same rows shows the same.
    """
    with transaction.atomic():
        change()
        made = World(every_row(), told(), {})
        apart = beside.tables_apart(made) if beside else set()
        for user, urls in pages().items():
            if beside:
                urls = [url for url in urls if beside.pages[user.name][url].reads(apart)]
            made.pages[user.name] = seen_by(user, urls)
        transaction.set_rollback(True)
    return made


def compare(pages: Callable[[], Pages], change: Callable[[], None], other_change: Callable[[], None]) -> World:
    """The first of two worlds, once nothing is told and no page shows which of the two it is."""
    first = world(change, pages)
    second = world(other_change, pages, first)
    assert first.tables_apart(second), "the two worlds are the same"
    assert first.told == second.told
    assert any(second.pages.values()), "no page reads what differs"
    failed = [(name, url) for name, shown in first.pages.items() for url, page in shown.items() if page.status >= 500]
    assert failed == []
    for name, shown in second.pages.items():
        for url, page in shown.items():
            before = first.pages[name][url]
            assert (page.status, page.body) == (before.status, before.body), (name, url)
    return first
