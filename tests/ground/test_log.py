"""The log on a live site: one line of JSON an event, whoever wrote it; with DEBUG on, a line to read."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from qualitycounts import log_settings
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
host = {"host": "testserver"}
print(Client(headers=host | {"x-request-id": "of-the-front"}).post("/health/live", secure=True)["X-Request-ID"])
print(Client(headers=host | {"x-request-id": "not, an id"}).get("/metrics", secure=True)["X-Request-ID"])
"""


def events(written: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.splitlines()]


def test_ours_and_djangos_are_one_line_of_json_each_and_a_traceback_tells_no_values(tmp_path: Path) -> None:
    done = processes.manage(
        "shell", "--no-imports", "-c", WRITES, var=tmp_path, LOG_LEVEL="INFO", METRICS_TOKEN="t" * 32, **LIVE
    )
    given, made = done.stdout.split()
    ours, warning, django, answered, _, lost = sorted(events(done.stderr), key=lambda event: event["timestamp"])
    assert (ours["event"], ours["level"]) == ("Redis is away: closed", "error")
    assert (ours["logger"], warning["logger"]) == ("qualitycounts.redis_away", "py.warnings")
    assert ours["timestamp"].endswith("Z")
    assert "ValueError: It broke" in ours["exception"]
    assert "a name" not in ours["exception"]
    assert (django["event"], django["logger"]) == ("Method Not Allowed (POST): /health/live", "django.request")
    assert "request_id" not in ours
    assert given == django["request_id"] == answered["request_id"] == "of-the-front"
    assert (answered["event"], answered["route"], answered["status"]) == ("Answered", "health-live", 405)
    assert (lost["event"], lost["request_id"]) == ("Unauthorized: /metrics", made)
    assert len(made) == 32, "what is no id of a front is not taken over"


def test_a_refusal_of_the_database_is_logged_without_the_row() -> None:
    said = "IntegrityError: null\nDETAIL:  Failing row contains (1, a name,\n\nmore of it).\n\nThe above exception was"
    event = log_settings.leave_rows_out(None, "", {"event": "It broke", "exception": said})
    assert event["exception"] == "IntegrityError: null\nDETAIL: left out\n\nThe above exception was"
    assert log_settings.leave_rows_out(None, "", {"event": "It broke"}) == {"event": "It broke"}


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
            worker.communicate(timeout=processes.SECONDS)
    assert event["event"].startswith("consumer: Cannot connect to redis://")
