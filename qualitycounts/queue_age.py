"""How long the worker's queue is, and since when its oldest message waits, in Redis or in the folder."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis
from celery import current_app
from celery.signals import before_task_publish
from django.conf import settings

SENT = "sent"
"""The header that says when a message was put into the queue, in seconds since 1970."""


@dataclass(frozen=True)
class Queue:
    """How many messages nobody has taken yet, and for how many seconds the oldest waits (0 where none does)."""

    messages: int
    age: float


@before_task_publish.connect
def stamp_message(headers: dict[str, Any] | None = None, **_: Any) -> None:
    """Write the moment into every message: Redis keeps none."""
    if headers is not None:
        headers[SENT] = time.time()


def measure_queue() -> Queue | None:
    """Look at the queue now, taking nothing out; None where Redis does not answer."""
    return measure_redis(settings.REDIS_URL) if settings.REDIS_URL else measure_folder()


def measure_redis(url: str) -> Queue | None:
    """Measure the queue in Redis, a list that is filled on its left and emptied on its right."""
    from qualitycounts import redis_away

    name = current_app.conf.task_default_queue
    try:
        with redis.Redis.from_url(url, retry=redis_away.no_retry(), **redis_away.OPTIONS) as client:
            messages, oldest = client.llen(name), client.lindex(name, -1)
    except redis_away.FAULTS:
        return None
    sent = json.loads(oldest).get("headers", {}).get(SENT) if oldest else None
    return Queue(int(messages), max(time.time() - sent, 0.0) if sent else 0.0)


def measure_folder() -> Queue:
    """Measure the queue in the folder, where each message is a file."""
    written = []
    for message in Path(str(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])).glob("*.msg"):
        with suppress(FileNotFoundError):  # taken out in this moment
            written.append(message.stat().st_mtime)
    return Queue(len(written), max(time.time() - min(written), 0.0) if written else 0.0)
