"""`manage.py up`: the whole of Quality Counts on one machine; pages, event stream, worker and schedule.

It takes the port first, brings the database up to date, loads the standards and, the first time, the demo, and then
serves until it is told to stop. The worker is a child in a session of its own, which ends itself when this is gone.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from types import FrameType
from typing import Any

import uvicorn
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from qualitycounts import live
from qualitycounts.demo import people
from standards.models import StandardSet

HOST = "127.0.0.1"
SECONDS_TO_STOP = 10


class Command(BaseCommand):
    """Exit 0 when told to stop, 1 refused, 2 bad usage (a busy port among it)."""

    help = "Start the pages, the worker and the schedule on this machine, and stop them all together."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen, and how much the worker may do at once."""
        parser.add_argument("--port", type=int, default=8000, help="the port on 127.0.0.1 (8000)")
        parser.add_argument("--workers", type=int, default=2, help="how many jobs the worker does at once (2)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take the port, prepare, say where it is, serve."""
        if options["workers"] < 1:
            raise CommandError("There must be at least 1 worker.", returncode=2)
        for asking in (signal.SIGINT, signal.SIGTERM):
            signal.signal(asking, stop_asked)
        try:
            with listening(options["port"]) as listener:
                self.prepare()
                with worker(options["workers"]):
                    self.welcome(options["port"])
                    serve(listener)
        except KeyboardInterrupt:
            self.say("Stopped.")

    def prepare(self) -> None:
        """The database at its newest; the standards if there are none; the demo if there is nobody."""
        call_command("migrate", verbosity=0, interactive=False)
        if not StandardSet.objects.exists():
            self.say("Loading the standards ...")
            call_command("load_standards", settings.BASE_DIR / "fixtures" / "standards_v7.json", stdout=StringIO())
        if settings.DEMO and not get_user_model().objects.exists():
            self.say("Making the demo council, with a year of invented audits: once, in a minute or two ...")
            call_command("load_demo", stdout=StringIO())

    def say(self, words: str) -> None:
        """Print it now, also into a pipe."""
        self.stdout.write(words)
        self.stdout.flush()

    def welcome(self, port: int) -> None:
        """The address, who may sign in, and where mail goes."""
        lines = ["", f"Quality Counts is on http://{HOST}:{port}/   (Ctrl-C stops it)"]
        if settings.DEMO:
            lines += ["", f"Sign in with the password {people.PASSWORD} as"]
            lines += [f"    {f'{person.email}@{people.DOMAIN}':<40}{person.title}" for person in people.SIGN_INS]
        folder = getattr(settings, "EMAIL_FILE_PATH", None)
        lines += ["", f"Mail goes into files in {folder}" if folder else f"Mail goes to {settings.EMAIL_HOST}", ""]
        self.say("\n".join(lines))


class Server(uvicorn.Server):
    """Told to stop, it first lets every open event stream end: a stream would otherwise hold the door open."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ring every stream out, then do what uvicorn does (a second time: stop waiting)."""
        live.close()
        super().handle_exit(sig, frame)


def stop_asked(signum: int, frame: FrameType | None) -> None:
    """SIGTERM ends it as Ctrl-C does, before, during and after uvicorn, which raises the signal again at its end."""
    raise KeyboardInterrupt


@contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """The port, taken before anything else is done; refused with a sentence (exit 2) when it cannot be."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen()
        except (OSError, OverflowError) as error:
            busy = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            why = "is in use" if busy else f"cannot be used ({error})"
            raise CommandError(f"Port {port} {why}. Try another: PORT={port + 1} make run", returncode=2) from error
        yield listener


@contextmanager
def worker(jobs: int) -> Iterator[None]:
    """The worker with the schedule inside it, for as long as the pages are served."""
    words = [
        sys.executable,
        "-W",
        "ignore:You're running the worker",
        "-m",
        "celery",
        "--quiet",
        "--app",
        "qualitycounts",
    ]
    words += ["worker", "--beat", "--pool", "threads", "--concurrency", str(jobs), "--loglevel", "WARNING"]
    words += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    environment = os.environ | {"UP_PID": str(os.getpid())}
    child = subprocess.Popen(words, cwd=settings.BASE_DIR, env=environment, start_new_session=True)
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(SECONDS_TO_STOP)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def serve(listener: socket.socket) -> None:
    """Pages and streams on one uvicorn, until a signal."""
    config = uvicorn.Config(
        "qualitycounts.asgi:application",
        access_log=False,
        lifespan="off",
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=SECONDS_TO_STOP // 2,
        ws="none",
    )
    Server(config).run(sockets=[listener])
