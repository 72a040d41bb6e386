"""The event stream of a meeting, on ASGI; and, for the one-process server of `make run`, every page, on WSGI threads.

Behind a front of its own this serves the streams alone (docs/operations.md). A stream is never compressed: it would
be held back until enough of it had come together.
"""

import os
import re
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi_typing import WSGIApp
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qualitycounts.settings")

streams = get_asgi_application()

from qualitycounts.wsgi import application as wsgi  # noqa: E402

pages = WSGIMiddleware(cast("WSGIApp", wsgi), workers=8)
"""Pages, on WSGI threads with persistent connections."""
STREAM = re.compile(r"/audits/[^/]+/meeting/live/events/")


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Streams to ASGI, everything else to the threads."""
    if scope["type"] == "http" and STREAM.fullmatch(scope["path"]):
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await streams({**scope, "headers": plain}, receive, send)
    else:
        await pages(scope, receive, send)
