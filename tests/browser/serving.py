"""The server of `make run`, pages and streams, under uvicorn: in a thread, or in a process that can be killed."""

from __future__ import annotations

import socket
from typing import Any

import uvicorn
from a2wsgi import WSGIMiddleware
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application


def config() -> uvicorn.Config:
    """How uvicorn is to serve them; static files come from their folders."""
    from qualitycounts.asgi import application

    pages = WSGIMiddleware(StaticFilesHandler(get_wsgi_application()))

    async def whole(scope: Any, receive: Any, send: Any) -> None:
        static = scope["type"] == "http" and scope["path"].startswith("/static/")
        await (pages if static else application)(scope, receive, send)

    return uvicorn.Config(whole, lifespan="off", log_level="warning", timeout_graceful_shutdown=5)


def serve(port: int) -> None:
    """Serve on this port until the process ends."""
    with socket.create_server(("127.0.0.1", port)) as listening:
        uvicorn.Server(config()).run(sockets=[listening])
