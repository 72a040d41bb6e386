"""The log on a live site: one line of JSON an event, whoever wrote it; with DEBUG on, a line to read."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.ground import processes

pytestmark = pytest.mark.once

LIVE = {"SECRET_KEY": "a-key-for-this-test-alone-that-is-long-enough-to-be-taken", "ALLOWED_HOSTS": "testserver"}
WRITES = """
import logging
from django.test import Client
log = logging.getLogger("qualitycounts.redis_away")
try:
    child = "a name"
    raise ValueError("It broke\\nin two.")
except ValueError:
    log.exception("Redis is away: %s", "closed")
Client(headers={"host": "testserver"}).post("/health/live", secure=True)
"""


def events(written: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.splitlines()]


def test_ours_and_djangos_are_one_line_of_json_each_and_a_traceback_tells_no_values(tmp_path: Path) -> None:
    written = events(processes.manage("shell", "--no-imports", "-c", WRITES, var=tmp_path, **LIVE).stderr)
    ours, warning, django = sorted(written, key=lambda event: event["timestamp"])
    assert (ours["event"], ours["level"]) == ("Redis is away: closed", "error")
    assert (ours["logger"], warning["logger"]) == ("qualitycounts.redis_away", "py.warnings")
    assert ours["timestamp"].endswith("Z")
    assert "ValueError: It broke" in ours["exception"]
    assert "a name" not in ours["exception"]
    assert (django["event"], django["logger"]) == ("Method Not Allowed (POST): /health/live", "django.request")


def test_with_debug_on_it_is_a_line_to_read(tmp_path: Path) -> None:
    written = processes.manage("shell", "--no-imports", "-c", WRITES, var=tmp_path, DEBUG="1").stderr
    assert " ERROR qualitycounts.redis_away Redis is away: closed\nTraceback" in written


def test_the_worker_writes_as_the_pages_do(tmp_path: Path) -> None:
    words = [Path(sys.executable).parent / "celery", "--quiet", "--app", "qualitycounts", "worker", "--pool", "solo"]
    environment = processes.environment(tmp_path, REDIS_URL="redis://127.0.0.1:9/0", PYTHONUNBUFFERED="1", **LIVE)
    worker = subprocess.Popen(
        words, cwd=processes.ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        assert worker.stderr is not None
        written = (event for line in worker.stderr for event in events(line))
        event = next(event for event in written if event["logger"] == "celery.worker.consumer.consumer")
    finally:
        worker.kill()
        with suppress(subprocess.TimeoutExpired):
            worker.communicate(timeout=10)
    assert event["event"].startswith("consumer: Cannot connect to redis://")
