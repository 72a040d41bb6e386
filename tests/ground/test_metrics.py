"""/metrics: closed without a token, and numbers that alarms can be set on, with no case and nobody in them."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from people.models import Heartbeat, Notice
from qualitycounts import metrics, queue_age
from qualitycounts.base import clock
from tests import servers
from tests.factories import UserFactory
from tests.ground import processes

TOKEN = "a-token-of-a-monitoring-system-long-enough"
OPERATIONS = (processes.ROOT / "docs" / "operations.md").read_text()
NAME = re.compile(r"quality_counts_[a-z_]+")


def numbers(text: str) -> dict[str, float]:
    """Every sample with its labels."""
    return {name: float(value) for name, value in re.findall(r"^([^#\s]+(?: [^ ]+)*?) (\S+)$", text, re.MULTILINE)}


@pytest.mark.django_db
def test_numbers_are_told_to_the_token_alone_and_name_nobody(client: Client, settings: Any, tmp_path: Path) -> None:
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = TOKEN
    shown = {"authorization": f"Bearer {TOKEN}"}
    for wrong in ({}, {"authorization": TOKEN}, {"authorization": "Bearer no"}, {"authorization": f"Basic {TOKEN}"}):
        assert client.get("/metrics", headers=wrong).status_code == 401
    at = clock.now()
    Heartbeat.objects.create(part="sweep", beat=at - timedelta(minutes=9))
    for minutes, attempts in ((3, 0), (20, 0), (-5, 0), (40, 2)):
        due = at - timedelta(minutes=minutes if attempts == 0 else -5)
        made = at - timedelta(minutes=minutes)
        words = {"key": f"test-{minutes}", "subject": "A name", "body": "A name"}
        Notice.objects.create(to=UserFactory(), made=made, next_try=due, attempts=attempts, **words)
    settings.REDIS_URL = ""
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_in": str(tmp_path)}
    old = tmp_path / "1.celery.msg"
    old.write_text("{}")
    os.utime(old, (time.time() - 130, time.time() - 130))
    (tmp_path / "2.celery.msg").write_text("{}")
    client.get("/audits/QC-2612-041/", headers={"x-request-id": "a line\n"})
    client.get("/no-such-address/of-a-child/")
    answer = client.get("/metrics", headers=shown)
    assert answer.status_code == 200
    text = answer.content.decode()
    told = numbers(text)
    assert told["quality_counts_outbox_mails"] == 3
    assert 2395 < told["quality_counts_outbox_age_seconds"] < 2460, "the one that failed, since it was made"
    assert told["quality_counts_queue_messages"] == 2
    assert 125 < told["quality_counts_queue_age_seconds"] < 190
    assert told['quality_counts_heard_timestamp_seconds{part="worker"}'] == 0
    assert abs(told['quality_counts_heard_timestamp_seconds{part="sweep"}'] - at.timestamp() + 540) < 1
    assert told["quality_counts_database_up"] == 1
    assert told["quality_counts_streams"] == 0
    assert told['quality_counts_request_seconds_count{route="audit"}'] >= 1
    assert told['quality_counts_request_seconds_count{route="none"}'] >= 1
    assert told['quality_counts_answers_total{status="404"}'] >= 1
    assert "QC-2612" not in text
    assert "of-a-child" not in text
    labels = set(re.findall(r"[{,]([a-z]+)=", text))
    assert labels <= {"route", "status", "part", "le"}
    named = set(NAME.findall(OPERATIONS.partition("## Numbers and alarms")[2].partition("\n## ")[0]))
    assert len(named) > 8
    assert named <= set(NAME.findall(text)), "an alarm on a number that nobody tells never sounds"


def test_a_message_knows_when_it_was_sent() -> None:
    headers: dict[str, Any] = {"task": "people.tasks.heartbeat"}
    queue_age.stamp_message(headers=headers)
    assert time.time() - headers["sent"] < 60
    if settings.REDIS_URL:
        name = queue_age.current_app.conf.task_default_queue
        with queue_age.redis.Redis.from_url(settings.REDIS_URL) as client:
            held = client.lrange(name, 0, -1)
            client.rpush(name, json.dumps({"headers": {"sent": time.time() - 1000}}))
            try:
                queue = queue_age.measure_queue()
            finally:
                client.rpop(name)
        assert queue is not None
        assert queue.messages == len(held) + 1
        assert 999 < queue.age < 1060
        assert queue_age.measure_redis(f"redis://127.0.0.1:{servers.free_port()}/0") is None


@pytest.mark.once
def test_gunicorns_processes_answer_for_all_of_them(tmp_path: Path) -> None:
    port = servers.free_port()
    words = [sys.executable, "-m", "gunicorn", "qualitycounts.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    words += ["--workers", "2", "--worker-class", "gthread", "--max-requests", "2", "--no-control-socket"]
    given = processes.environment(tmp_path, DEBUG="1", METRICS_TOKEN=TOKEN, TMPDIR=str(tmp_path))
    serving = subprocess.Popen(words, cwd=processes.ROOT, env=given, stderr=subprocess.DEVNULL)

    def ask(path: str) -> str:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {TOKEN}"})
        with urllib.request.urlopen(request, timeout=120) as reply:  # noqa: S310 - our own server
            return str(reply.read().decode())

    try:
        assert processes.until(lambda: listens(port))
        asked, answered = 3, 0
        for _ in range(asked):
            answered += ask("/health/live") == "live\n"
        told = numbers(ask("/metrics"))
        files = len(list(tmp_path.glob("quality-counts-metrics-*/histogram_*.db")))
    finally:
        serving.terminate()
        serving.wait(60)
    counted = told['quality_counts_request_seconds_count{route="health-live"}']
    assert answered == counted == asked, "three are more than one process of two answers each can give"
    assert files <= 3, "nor did any leave a file for itself"
    assert told["quality_counts_database_up"] == 0, "there are no tables: the rest is told all the same"
    assert "quality_counts_outbox_mails" not in told
    assert not list(tmp_path.glob("quality-counts-metrics-*"))
    assert metrics.SHARED == ""


def listens(port: int) -> bool:
    """Whether anybody takes connections there yet."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False
