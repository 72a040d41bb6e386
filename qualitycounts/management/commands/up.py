"""`manage.py up`: the whole of Quality Counts on one machine; pages, event stream, worker and schedule.

It takes the port first, brings the database up to date, loads the standards and, the first time, the demo, and then
serves until it is told to stop. The worker is a child in a session of its own, which ends itself when this is gone;
where the worker ends before, it is started again.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from types import FrameType
from typing import Any

import uvicorn
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from fixtures.demo import people
from fixtures.demo.slots import working_day_before
from people.models import Heartbeat
from qualitycounts.base import clock, live
from qualitycounts.base.dates import weekday_in_words
from standards.models import StandardSet
from standards.timescales import day_off

HOST = "127.0.0.1"
SECONDS_TO_STOP = 10
LONGEST_PAUSE = 60.0
"""Seconds before a worker that ends again and again is started again: first one, then two, four and so on to this."""


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
            with bound_socket(options["port"]) as listener:
                self.prepare()
                with worker(options["workers"], say=self.say):
                    self.welcome(options["port"])
                    serve(listener)
        except KeyboardInterrupt:
            self.say("Stopped.")

    def prepare(self) -> None:
        """The database at its newest; the standards if there are none; the demo if there is nobody. Worker and sweep
        are to be heard of anew."""
        call_command("migrate", verbosity=0, interactive=False)
        if not StandardSet.objects.exists():
            self.say("Loading the standards ...")
            call_command("load_standards", settings.BASE_DIR / "fixtures" / "standards_v7.json", stdout=StringIO())
        if settings.DEMO:
            self.show_a_working_day()
        if settings.DEMO and not get_user_model().objects.exists():
            self.say("Making the demo council, with a year of invented audits: once, in a minute or two ...")
            call_command("load_demo", stdout=StringIO())
        Heartbeat.objects.all().delete()

    def show_a_working_day(self) -> None:
        """On a day off the demonstration shows the last working day, to the worker, a child, as well; a day that was
        asked for stays."""
        shown = working_day_before(clock.today(), 0)
        if settings.TODAY is None and shown != clock.today():
            self.say(f"It is {day_off(clock.today())}, so the demonstration shows {weekday_in_words(shown)}.")
            settings.TODAY, os.environ["TODAY"] = shown, shown.isoformat()

    def say(self, words: str) -> None:
        """Print a line at once, also into a pipe."""
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


asked, hurry = threading.Event(), threading.Event()
"""Asked to stop; and asked again, so that the worker is not waited for."""


def stop_asked(signum: int, frame: FrameType | None) -> None:
    """SIGTERM ends it as Ctrl-C does, before, during and after uvicorn, which raises the signal again at its end. The
    second time it disturbs nothing of the ending, which is only made faster."""
    if asked.is_set():
        hurry.set()
        return
    asked.set()
    raise KeyboardInterrupt


@contextmanager
def bound_socket(port: int) -> Iterator[socket.socket]:
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
def worker(jobs: int, *, say: Callable[[str], None]) -> Iterator[None]:
    """The worker with the schedule inside it, for as long as the pages are served."""
    stopping = threading.Event()
    kept = threading.Thread(target=keep_worker_running, args=(jobs, stopping, say))
    kept.start()
    try:
        yield
    finally:
        stopping.set()
        kept.join()


def keep_worker_running(jobs: int, stopping: threading.Event, say: Callable[[str], None]) -> None:
    """Start the worker, and again whenever it ends, until it is to stop. Nothing of one that ended stays: neither its
    schedule nor its work."""
    pause = 1.0
    while not stopping.is_set():
        began = time.monotonic()
        child = start_worker(jobs)
        while child.poll() is None and not stopping.wait(0.5):
            pass
        stop_worker(child)
        if stopping.is_set():
            return
        pause = 1.0 if time.monotonic() - began > LONGEST_PAUSE else pause
        say(f"The worker ended ({how_it_ended(child.returncode)}). It is started again in {pause:.0f} s.")
        stopping.wait(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def start_worker(jobs: int) -> subprocess.Popen[bytes]:
    """The worker as a child, in a session and a group of its own."""
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
    return subprocess.Popen(words, cwd=settings.BASE_DIR, env=environment, start_new_session=True)


def stop_worker(child: subprocess.Popen[bytes]) -> None:
    """End the worker if it lives, and then whatever of its group still does."""
    if child.poll() is None:
        child.terminate()
        deadline = time.monotonic() + SECONDS_TO_STOP
        while child.poll() is None and time.monotonic() < deadline and not hurry.is_set():
            time.sleep(0.05)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def how_it_ended(code: int) -> str:
    """How a process ended, in words."""
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


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
