"""The production worker over a real Redis: it works past any silence it hears, and ends by itself when it is deaf."""

from __future__ import annotations

import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from celery import Celery

from qualitycounts import redis_away
from qualitycounts.celery import GRACE, TO_LEAVE
from qualitycounts.settings import CELERY_TASK_TIME_LIMIT
from tests import servers
from tests.ground import processes
from tests.ground.processes import ROOT

pytestmark = pytest.mark.once

COMPOSE = (ROOT / "docker-compose.yml").read_text()
PROGRAM = Path(sys.executable).parent / "celery"


@pytest.fixture(scope="module")
def queue() -> Iterator[str]:
    with servers.private_redis() as url:
        yield url


@pytest.fixture(scope="module")
def var(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    var = shutil.copytree(migrated, tmp_path_factory.mktemp("worker"), dirs_exist_ok=True)
    yield var
    processes.end(var)


@pytest.fixture(autouse=True)
def emptied(queue: str) -> None:
    servers.asked(queue, "FLUSHALL")


def environment(var: Path, queue: str, silent: int, grace: int) -> dict[str, str]:
    return processes.environment(
        var,
        DEBUG="1",
        REDIS_URL=queue,
        WORKER_SILENT=str(silent),
        WORKER_GRACE=str(grace),
        DJANGO_SETTINGS_MODULE="qualitycounts.settings",
        PYTHONPATH=str(ROOT),
    )


def worker(
    var: Path, queue: str, *, silent: int, jobs: int = 2, grace: int = 120, pool: str = "prefork"
) -> subprocess.Popen[bytes]:
    """The compose file's own worker: a prefork pool; ready when its pool is there."""
    own = re.search(r"  worker:\n    <<: \*app\n    command: \[celery, (.+)\]", COMPOSE)
    assert own
    words = [word.strip('"') for word in own[1].split(", ")]
    words[words.index("--concurrency") + 1] = str(jobs)
    env = environment(var, queue, silent, grace)
    running = subprocess.Popen([PROGRAM, *words, "--include", "tests.ground.slow", "--pool", pool], cwd=ROOT, env=env)
    if pool == "prefork":
        assert processes.until(lambda: len(processes.left_behind(var)) == 1 + jobs, 60)
    return running


def say(queue: str, name: str, *words: object) -> None:
    """Put a task into the queue."""
    with Celery(broker=queue, set_as_current=False) as app:
        app.send_task(name, list(words), expires=60)


def heard(var: Path) -> datetime | None:
    """When the worker was last heard of."""
    with sqlite3.connect(var / "db.sqlite3", timeout=20) as database:
        row = database.execute("SELECT beat FROM people_heartbeat WHERE part = 'worker'").fetchone()
    return datetime.fromisoformat(row[0]) if row else None


@pytest.mark.parametrize("pool", ["prefork", "threads"])
def test_a_worker_that_works_outlives_many_silences(var: Path, queue: str, pool: str) -> None:
    running = worker(var, queue, silent=2, pool=pool)
    for _ in range(6):
        before = heard(var)
        say(queue, "people.tasks.heartbeat")
        assert processes.until(lambda before=before: heard(var) != before or running.poll() is not None)
        time.sleep(1)
        assert running.poll() is None, "it worked a moment ago"
    running.terminate()
    assert running.wait(processes.SECONDS) == 0


def test_a_worker_that_takes_nothing_out_of_the_queue_ends_with_its_pool(var: Path, queue: str) -> None:
    running = worker(var, queue, silent=4)
    with Celery(broker=queue, set_as_current=False) as app:
        assert processes.until(lambda: app.control.cancel_consumer("celery", reply=True, timeout=0.5))
    say(queue, "people.tasks.heartbeat")
    running.wait(processes.SECONDS)
    assert processes.until(lambda: not processes.left_behind(var)), "nor does its pool stay"
    assert servers.asked(queue, "LLEN celery") == [":1"], "what nobody took is there for the next"


def test_a_long_task_is_no_silence_and_comes_to_its_end(var: Path, queue: str, tmp_path: Path) -> None:
    begun, ended = tmp_path / "begun", tmp_path / "ended"
    running = worker(var, queue, silent=2, jobs=1)
    say(queue, "tests.ground.slow.take", 15, str(begun), str(ended))
    assert processes.until(lambda: ended.exists() or running.poll() is not None)
    assert ended.exists(), "a report that takes its time is made"
    running.wait(processes.SECONDS)
    assert servers.asked(queue, "LLEN celery", "HLEN unacked") == [":0", ":0"], "and not begun again by the next"


def test_told_to_stop_it_finishes_what_it_has_begun(var: Path, queue: str, tmp_path: Path) -> None:
    begun, ended = tmp_path / "begun", tmp_path / "ended"
    running = worker(var, queue, silent=300)
    say(queue, "tests.ground.slow.take", 6, str(begun), str(ended))
    assert processes.until(begun.exists)
    with Celery(broker=queue, set_as_current=False) as app:
        assert redis_away.in_hand("tests.ground.slow.take", app=app) == {6}, "the worker says what it has in hand"
        assert redis_away.in_hand("reporting.tasks.generate", app=app) == set()
    running.send_signal(signal.SIGTERM)
    assert running.wait(processes.SECONDS) == 0
    assert ended.exists()


def test_told_to_stop_it_gives_back_at_once_what_takes_too_long(var: Path, queue: str, tmp_path: Path) -> None:
    begun, ended = tmp_path / "begun", tmp_path / "ended"
    running = worker(var, queue, silent=300, grace=2)
    say(queue, "tests.ground.slow.take", 60, str(begun), str(ended))
    assert processes.until(begun.exists)
    running.send_signal(signal.SIGTERM)
    assert running.wait(processes.SECONDS) is not None
    assert servers.asked(queue, "LLEN celery", "HLEN unacked") == [":1", ":0"], "the next worker takes it at once"
    assert processes.until(lambda: not processes.left_behind(var))
    assert not ended.exists()


def test_the_times_agree() -> None:
    given = re.search(r"stop_grace_period: (\d+)s", COMPOSE)
    assert given
    assert int(given[1]) >= GRACE + TO_LEAVE, "compose waits as long as the worker does"
    visible = re.search(r'"visibility_timeout": (\d+)', (ROOT / "qualitycounts" / "settings.py").read_text())
    assert visible
    assert int(visible[1]) > CELERY_TASK_TIME_LIMIT + GRACE, "what is still in work is not begun twice"
