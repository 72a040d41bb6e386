"""The event stream of a meeting, on ASGI; and, for the one-process server of `make run`, every page, on WSGI threads.

Behind a front of its own this serves the streams alone (docs/operations.md). A stream is never compressed: it would
be held back until enough of it had come together.
"""

import asyncio
import os
import re
from typing import Any, cast
from weakref import WeakKeyDictionary

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi_typing import WSGIApp
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qualitycounts.settings")

streams = get_asgi_application()

from qualitycounts.wsgi import application as wsgi  # noqa: E402

pages = WSGIMiddleware(cast("WSGIApp", wsgi), workers=8)
"""Pages, on WSGI threads with persistent connections."""
STREAM = re.compile(r"/audits/[^/]+/meeting/live/events/")
OPENING = 8
"""Streams let in at one moment: each needs the database until it flows, and after a restart all come at once."""
turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Streams to ASGI, everything else to the threads."""
    if scope["type"] == "http" and STREAM.fullmatch(scope["path"]):
        await stream(scope, receive, send)
    else:
        await pages(scope, receive, send)


async def stream(scope: Any, receive: Any, send: Any) -> None:
    """One stream. Until its answer begins it holds one of few turns."""
    turn = turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(OPENING))
    await turn.acquire()
    over = False

    def end_turn() -> None:
        nonlocal over
        if not over:
            over = True
            turn.release()

    async def send_on(message: Any) -> None:
        end_turn()
        await send(message)

    plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    try:
        await streams({**scope, "headers": plain}, receive, send_on)
    finally:
        end_turn()
