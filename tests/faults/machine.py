"""A machine of real processes for fault runs: PostgreSQL and Redis that may be stopped, and a nursery of workers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg2

from tests import servers
from tests.ground.processes import ROOT, environment, left_behind, until

SETTINGS = {"DEBUG": "1", "DEMO": "1", "TODAY": "2026-11-24", "CONN_MAX_AGE": "600"}


class Server:
    """A server that can be stopped and started again on the same port."""

    def __init__(self, words: list[Any], home: Path, ready: Any, last: signal.Signals) -> None:
        self.words, self.home, self.ready, self.last = words, home, ready, last
        self.stack = ExitStack()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.stack.enter_context(servers.running(self.words, self.home, self.last, self.ready))

    def stop(self) -> None:
        """Stop it at once."""
        self.stack.close()


@contextmanager
def postgres() -> Iterator[tuple[Server, str]]:
    """A cluster whose commits are as durable as PostgreSQL makes them; stopping it is `immediate`."""
    programs = servers.postgres_programs()
    assert programs is not None
    with servers.folder() as home:
        data, port = home / "data", servers.free_port()
        made: list[Any] = [programs / "initdb", "-D", data, "--locale", "C", "--no-sync"]
        made += ["-U", "postgres", "-A", "trust", "-E", "UTF8"]
        subprocess.run(made, cwd=home, capture_output=True, check=True, **servers.as_nobody())
        words: list[Any] = [programs / "postgres", "-D", data, "-p", str(port)]
        for setting in (f"listen_addresses={servers.HOST}", "unix_socket_directories=", "max_connections=200"):
            words += ["-c", setting]
        url = f"postgres://postgres@{servers.HOST}:{port}/postgres"
        server = Server(words, home, lambda: servers.answers(port) and servers.lets_us_create(url), signal.SIGQUIT)
        server.start()
        try:
            yield server, url
        finally:
            server.stop()


@contextmanager
def redis() -> Iterator[tuple[Server, str]]:
    """A Redis that keeps nothing."""
    with servers.folder() as home:
        port = servers.free_port()
        program = shutil.which("redis-server")
        words = [program, "--port", str(port), "--bind", servers.HOST, "--dir", home]
        words += ["--save", "", "--appendonly", "no"]
        url = f"redis://{servers.HOST}:{port}/0"
        server = Server(words, home, lambda: servers.pongs(url), signal.SIGTERM)
        server.start()
        try:
            yield server, url
        finally:
            server.stop()


class Machine:
    """The servers, the nursery, and questions put to the database beside the application."""

    def __init__(self, var: Path) -> None:
        self.var, self.stack = var, ExitStack()
        self.postgres, self.database = self.stack.enter_context(postgres())
        self.redis, self.queue = self.stack.enter_context(redis())
        env = environment(var, **SETTINGS, DATABASE_URL=self.database, REDIS_URL=self.queue)
        env |= {"DJANGO_SETTINGS_MODULE": "qualitycounts.settings"}
        self.nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def order(self, **order: Any) -> int:
        """Have something run; its process."""
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(json.dumps(order) + "\n")
        self.nursery.stdin.flush()
        return int(self.nursery.stdout.readline())

    def worker(self, **more: Any) -> int:
        """Start a worker."""
        return self.order(run="worker", **more)

    def beat(self, every: float = 0.5, **more: Any) -> int:
        """Start a beat that says everything so often (seconds)."""
        return self.order(run="beat", every=every, **more)

    def python(self, code: str, **more: Any) -> Any:
        """Run a few lines in the application, to their end; what they put into `answer`."""
        answer = self.var / f"answer-{time.monotonic_ns()}"
        child = self.order(run="code", code=code, answer=str(answer), **more)
        assert until(lambda: not self.lives(child), 120)
        assert answer.exists(), (self.var / "log").read_text()[-3000:]
        return json.loads(answer.read_text())

    def say(self, *tasks: str) -> None:
        """Put tasks into the queue, as beat does."""
        names = ["escalation.tasks.sweep" if task == "sweep" else f"people.tasks.{task}" for task in tasks]
        code = "from qualitycounts.celery import app\n"
        self.python(code + "\n".join(f"app.send_task('{name}', expires=60)" for name in names))

    def lives(self, child: int) -> bool:
        """Whether a process is there and ours: a number that the system gave to another since is not."""
        return child in left_behind(self.var)

    def gone(self, child: int) -> bool:
        """Whether a process ended, waited for."""
        return until(lambda: not self.lives(child), 30)

    def flush(self) -> None:
        """Everything in Redis is gone."""
        servers.asked(self.queue, "FLUSHALL")

    def redis_off(self, seconds: float) -> None:
        """Redis stands still for so long."""
        self.redis.stop()
        time.sleep(seconds)
        self.redis.start()

    def heard(self) -> datetime | None:
        """When the worker was last heard of."""
        found = self.asked("SELECT beat FROM people_heartbeat WHERE part = 'worker'")
        return found[0][0] if found else None

    def beats_after(self, moment: datetime | None) -> bool:
        """Whether the worker is heard of later than that, waited for; their last words where they are not."""
        lives = until(lambda: self.heard_after(moment), 120)
        assert lives, (self.var / "log").read_text()[-6000:]
        return lives

    def heard_after(self, moment: datetime | None) -> bool:
        """Whether the worker was heard of later than that."""
        heard = self.heard()
        return heard is not None and (moment is None or heard > moment)

    def heard_or_gone(self, moment: datetime, worker: int) -> bool:
        """Wait until the worker is heard of later than that, or has ended; whether it still lives."""
        until(lambda: self.heard_after(moment) or not self.lives(worker), 120)
        return self.lives(worker)

    def kill(self, *children: int) -> None:
        """kill -9, and wait until they are gone. Only what was started with our folder is ever touched."""
        ours = set(left_behind(self.var)) & set(children)
        for child in ours:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        assert until(lambda: not ours & set(left_behind(self.var)))

    def asked(self, question: str) -> list[tuple[Any, ...]]:
        """What the database says."""
        with psycopg2.connect(self.database, connect_timeout=5) as connection, connection.cursor() as cursor:
            cursor.execute(question)
            return list(cursor.fetchall())

    def reset(self) -> None:
        """As if nobody had been told anything yet."""
        with psycopg2.connect(self.database) as connection, connection.cursor() as cursor:
            cursor.execute("DELETE FROM escalation_breach; DELETE FROM people_notice; DELETE FROM people_heartbeat")
        servers.asked(self.queue, "FLUSHDB")
        for mail in (self.var / "mail").glob("*"):
            mail.unlink()

    def sent(self) -> list[str]:
        """The Message-ID of each mail that went."""
        found = []
        for mail in (self.var / "mail").glob("*"):
            found += [line for line in mail.read_text().splitlines() if line.startswith("Message-ID: <notice-")]
        return found

    def end(self) -> None:
        """Everything that was started is gone."""
        if self.nursery.stdin is not None:
            self.nursery.stdin.close()
        self.nursery.wait(60)
        self.kill(*left_behind(self.var))
        self.stack.close()
