"""The doorbell: tells whoever listens that a meeting has a new revision. It carries the number and nothing else.

Rules ring it on commit, from any process. With Redis every process hears; without, the one that rang. A ring that
is lost costs little: streams look at the revision by themselves at each heartbeat, and pages that hear no stream ask.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache as once
from threading import Event, RLock
from urllib.parse import urlsplit

import redis
import redis.asyncio
from django.conf import settings
from django.core.cache import cache, caches
from django.db import transaction

from qualitycounts import redis_away

log = logging.getLogger(__name__)

PRESENT = 8
"""Seconds after which somebody who no longer asks counts as away (pages without a stream ask every two)."""
TYPING = 5
"""Seconds after which somebody is not typing any more: their page says so whenever they go on after a save."""
LASTS = 8 * 60 * 60
"""Seconds for which the page that somebody opened last is remembered."""
HEARTBEAT = 15.0
"""Seconds between the words of a stream that has nothing new to say."""
GRACE = 3.0
"""Seconds that somebody whose stream ended may take to open the next page before they count as away."""
PATIENCE = 2.0
"""Seconds after a break until Redis is listened to again."""

closing = Event()
"""Set once the server is stopping, so that whatever streams ends."""


class Bell:
    """One listener: told of a topic's latest revision from any thread, waited for in its own event loop."""

    def __init__(self, revision: int) -> None:
        self.loop = asyncio.get_running_loop()
        self.revision = revision
        self.rung = asyncio.Event()

    def ring(self, revision: int) -> None:
        """Say from any thread that there is a revision; 0 where only something beside it changed."""
        with contextlib.suppress(RuntimeError):  # its loop has ended, and it with it
            self.loop.call_soon_threadsafe(self.hear, revision)

    def hear(self, revision: int) -> None:
        """Keep the highest, and wake whoever waits."""
        self.revision = max(self.revision, revision)
        self.rung.set()

    async def wait(self, seconds: float) -> bool:
        """Wait for a ring; whether one came."""
        try:
            async with asyncio.timeout(seconds):  # wait_for would lose a cancellation that meets a ring
                await self.rung.wait()
        except TimeoutError:
            return False
        self.rung.clear()
        return True


bells: dict[str, set[Bell]] = defaultdict(set)
streams: Counter[tuple[str, int]] = Counter()
lock = RLock()
"""Re-entrant: a signal may stop the server in the middle of what holds it."""


@contextlib.contextmanager
def subscribe(topic: str, *, who: int, revision: int) -> Iterator[Bell]:
    """A bell for one stream of a topic, and the presence of whoever opened it."""
    bell = Bell(revision)
    with lock:
        bells[topic].add(bell)
        streams[topic, who] += 1
    hear_redis()
    try:
        yield bell
    finally:
        with lock:
            bells[topic].discard(bell)
            if not bells[topic]:
                del bells[topic]
            streams[topic, who] -= 1
        bell.loop.call_later(GRACE, lambda: bell.loop.run_in_executor(None, leave, topic, who))


def count_streams() -> int:
    """How many streams are open in this process."""
    with lock:
        return sum(len(listening) for listening in bells.values())


def ring_on_commit(topic: str, revision: int) -> None:
    """Ring once the transaction is committed. What is saved is saved, whether or not anybody can be told."""
    transaction.on_commit(lambda: ring_doorbell(topic, revision), robust=True)


def ring_doorbell(topic: str, revision: int = 0) -> None:
    """Tell every listener of the topic, in whatever process."""
    if not settings.REDIS_URL:
        ring_here(topic, revision)
        return
    if not redis_away.is_away():
        try:
            publisher().publish(channel(topic), revision)
        except redis_away.FAULTS as fault:  # the streams look by themselves at their next heartbeat
            redis_away.note_away(fault)
        else:
            return
    ring_here(topic, revision)


def ring_here(topic: str, revision: int) -> None:
    """Tell every listener of the topic in this process."""
    with lock:
        listening = list(bells.get(topic, ()))
    for bell in listening:
        bell.ring(revision)


def close() -> None:
    """The server is stopping: every stream ends now."""
    closing.set()
    for topic in list(bells):
        ring_here(topic, 0)


# Presence


def note_presence(topic: str, who: int, *, seconds: float = PRESENT) -> None:
    """Somebody's page asked about the topic, or streams it: they are here for some seconds. The others hear of it."""
    key = f"here:{topic}:{who}"
    if cache.add(key, 1, seconds):
        ring_doorbell(topic)
    else:
        cache.touch(key, seconds)


def is_here(topic: str, who: int | None) -> bool:
    """Whether that person's page asked lately, or streams."""
    return who is not None and cache.get(f"here:{topic}:{who}") is not None


def note_typing(topic: str, who: int, field: str) -> None:
    """Somebody types in a field and it is not saved yet; "" once it is."""
    key = f"typing:{topic}:{who}"
    if field:
        cache.set(key, field, TYPING)
    else:
        cache.delete(key)


def typing_in(topic: str, who: int | None) -> str:
    """The field in which that person types what is not saved yet; "" for none."""
    return str(cache.get(f"typing:{topic}:{who}", ""))


def note_place(topic: str, who: int, place: str) -> None:
    """Somebody opened a page of the topic. The others hear of it where it is another."""
    key = f"place:{topic}:{who}"
    if cache.get(key) != place:
        cache.set(key, place, LASTS)
        ring_doorbell(topic)


def place_of(topic: str, who: int | None) -> str:
    """The page of the topic that person opened last; "" where that is not known."""
    return str(cache.get(f"place:{topic}:{who}", ""))


def let_go() -> None:
    """Close what this request's cache keeps open: a stream lasts, and each would hold a connection to Redis."""
    for cach in caches.all(initialized_only=True):
        for pool in getattr(getattr(cach, "_cache", None), "_pools", {}).values():
            pool.disconnect()


def leave(topic: str, who: int) -> None:
    """Somebody's stream ended a while ago: without another one they are away, which the others are told."""
    with lock:
        if streams[topic, who] > 0:
            return
        del streams[topic, who]
    cache.delete(f"here:{topic}:{who}")
    ring_doorbell(topic)


# Redis


@once
def publisher() -> redis.Redis:
    """The connections that rings go out on."""
    return redis.Redis.from_url(settings.REDIS_URL, retry=redis_away.no_retry(), **redis_away.OPTIONS)


def channel(topic: str) -> str:
    """A topic's channel. Channels know no database and no prefix of keys, so both stand in the name."""
    place = urlsplit(settings.REDIS_URL).path.strip("/") or 0
    return f"live:{place}:{settings.CACHES['default'].get('KEY_PREFIX', '')}:{topic}"


listeners: dict[asyncio.AbstractEventLoop, asyncio.Task[None]] = {}
"""The one task of each event loop that hears Redis for all the bells of its process."""


def hear_redis() -> None:
    """Make sure that rings of other processes reach this one's bells."""
    loop = asyncio.get_running_loop()
    task = listeners.get(loop)
    if settings.REDIS_URL and (task is None or task.done()):
        listeners[loop] = loop.create_task(hear_rings())


async def hear_rings() -> None:
    """Hand on every ring from Redis. After each break all bells ring: what was missed meanwhile is looked up."""
    prefix = channel("")
    while not closing.is_set():
        try:
            async with (
                redis.asyncio.from_url(settings.REDIS_URL, socket_timeout=None) as client,
                client.pubsub() as heard,
            ):
                await heard.psubscribe(f"{prefix}*")
                async for message in heard.listen():
                    if message["type"] == "pmessage":
                        ring_here(message["channel"].decode().removeprefix(prefix), int(message["data"]))
                    else:
                        for topic in list(bells):
                            ring_here(topic, 0)
        except (redis.RedisError, OSError) as fault:
            log.warning("The doorbell does not hear Redis: %s", fault)
            await asyncio.sleep(PATIENCE)
