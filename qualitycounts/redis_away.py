"""Going on without Redis: nothing that a person does waits for it, fails for it, or needs it.

What it keeps may be lost at any moment: who has a meeting's page open, which words changed last, a drawn plan, how
often somebody tried a password. Sessions are not among it: they are in the database, where signing out ends them for
good.
"""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import Any, ClassVar

import redis
from celery import Celery, current_app
from django.conf import settings
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.db import transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)

PATIENCE = 0.5
"""Seconds that one question to Redis may take at most."""
PAUSE = 5.0
"""Seconds for which a process that could not reach Redis asks it nothing more."""
OPTIONS = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
FAULTS = (redis.RedisError, OSError)
"""What a question to a Redis that is away, starting or full comes to."""
away: dict[str, float] = {"until": 0.0}


def is_away() -> bool:
    """Whether this process found Redis away a moment ago, and so asks it nothing."""
    return time.monotonic() < away["until"]


def note_away(fault: Exception) -> None:
    """Remember for a moment that Redis is away. Whatever asks next does not wait again."""
    log.warning("Redis is away, so this goes on without it: %s", fault)
    away["until"] = time.monotonic() + PAUSE


def redis_trouble(url: str) -> str:
    """What is wrong with the Redis of an address, asked now; "" where it answers or none is used."""
    if not url:
        return ""
    try:
        with redis.Redis.from_url(url, retry=no_retry(), **OPTIONS) as client:
            client.ping()
    except FAULTS:
        return (
            "Redis does not answer. Pages and saves go on without it, and mail and deadlines wait for it: "
            "see that it runs and that REDIS_URL is right."
        )
    return ""


def no_retry() -> Retry:
    """Ask once: redis-py's own way is to ask four times over several seconds."""
    return Retry(NoBackoff(), 0)


def enqueue_on_commit(task: str, *values: Any) -> None:
    """Hand the worker a task, by its name, once what it works on is committed.

    By name, as beat does: tasks import the rules that they run, so no rule imports a task.
    """
    transaction.on_commit(partial(enqueue, task, *values), robust=True)


def enqueue(task: str, *values: Any) -> None:
    """Hand the worker a task. Without Redis it is not handed over, which is logged: whoever asked may ask again.

    Celery by itself waits up to a minute for a queue that hangs, and the person who saved would wait with it.
    """
    if is_away() or redis_trouble(settings.REDIS_URL):
        log.warning("Redis is away, so %s was not handed to the worker.", task)
        return
    current_app.send_task(task, values)


def in_hand(task: str, *, app: Celery | None = None) -> set[Any]:
    """The first value of each task of a name that a worker has in hand, at work or next, as the workers themselves say
    within two seconds. Nothing where the queue is a folder: its worker is asked nothing."""
    app = app or current_app
    if not str(app.conf.broker_url or "").startswith("redis"):
        return set()
    asked = app.control.inspect(timeout=2)
    said = [*(asked.active() or {}).values(), *(asked.reserved() or {}).values()]
    return {held["args"][0] for tasks in said for held in tasks if held["name"] == task}


class Client(RedisCacheClient):
    """Django's client of the cache, which it makes anew for each question, kept: its connections come from a pool."""

    def __init__(self, *values: Any, **named: Any) -> None:
        super().__init__(*values, **named)
        self.clients: dict[bool, redis.Redis] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> redis.Redis:
        """The client of the server that is written to, or read from."""
        if write not in self.clients:
            self.clients[write] = super().get_client(key, write=write)
        return self.clients[write]


class Cache(RedisCache):
    """Django's cache in Redis; while Redis is away, one in this process's memory.

    Limits on tries (a password, a reset) then hold in each process by itself: looser by the number of processes, never
    off. What was counted in Redis counts again once it is back.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        params["OPTIONS"] = OPTIONS | params.get("OPTIONS", {})
        super().__init__(server, params)
        self._class = Client

    memory: ClassVar[LocMemCache] = LocMemCache("redis-away", {})

    def ask(self, act: str, *values: Any, **named: Any) -> Any:
        """Ask Redis, else the memory. A fault is noted; a caller's own mistake is raised as ever."""
        if not is_away():
            try:
                return getattr(super(), act)(*values, **named)
            except FAULTS as fault:
                note_away(fault)
        return getattr(self.memory, act)(*values, **named)

    def add(self, *values: Any, **named: Any) -> Any:
        """Keep a value unless there is one."""
        return self.ask("add", *values, **named)

    def get(self, *values: Any, **named: Any) -> Any:
        """What is kept."""
        return self.ask("get", *values, **named)

    def set(self, *values: Any, **named: Any) -> Any:
        """Keep a value."""
        return self.ask("set", *values, **named)

    def touch(self, *values: Any, **named: Any) -> Any:
        """Keep a key for longer."""
        return self.ask("touch", *values, **named)

    def delete(self, *values: Any, **named: Any) -> Any:
        """Forget a key."""
        return self.ask("delete", *values, **named)

    def get_many(self, *values: Any, **named: Any) -> Any:
        """What is kept of several."""
        return self.ask("get_many", *values, **named)

    def has_key(self, *values: Any, **named: Any) -> Any:
        """Whether something is kept."""
        return self.ask("has_key", *values, **named)

    def incr(self, *values: Any, **named: Any) -> Any:
        """Count up."""
        return self.ask("incr", *values, **named)

    def set_many(self, *values: Any, **named: Any) -> Any:
        """Keep several."""
        return self.ask("set_many", *values, **named)

    def delete_many(self, *values: Any, **named: Any) -> Any:
        """Keep several no more."""
        return self.ask("delete_many", *values, **named)

    def clear(self) -> Any:
        """Keep nothing."""
        return self.ask("clear")
