"""The queue and the only schedule. Beat says only "sweep", "deliver", "tidy" and "beat": the database is the memory."""

import logging
import os
import signal
import threading
import time
from typing import Any

from celery import Celery
from celery.signals import beat_init, task_prerun, worker_init, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qualitycounts.settings")

log = logging.getLogger(__name__)
SILENT = float(os.environ.get("WORKER_SILENT", "300"))
"""Seconds without a task after which a worker has lost the queue: beat says something every fifteen."""
busy = {"at": time.monotonic()}

app = Celery("qualitycounts")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "sweep": {"task": "escalation.tasks.sweep", "schedule": 60.0, "options": {"expires": 120}},
    "deliver": {"task": "people.tasks.deliver", "schedule": 15.0, "options": {"expires": 60}},
    "tidy": {"task": "people.tasks.tidy", "schedule": 86_400.0, "options": {"expires": 3_600}},
    "heartbeat": {"task": "people.tasks.heartbeat", "schedule": 60.0, "options": {"expires": 120}},
}


@beat_init.connect
def say_at_once(**_: Any) -> None:
    """Beat says everything as it starts, not a minute later: what became late while it was off is told now, and health
    hears of a worker that is there. Who lives is still only what a worker answers."""
    for said in app.conf.beat_schedule.values():
        app.send_task(said["task"], **said["options"])


@worker_init.connect
def end_with_parent(**_: Any) -> None:
    """Under `manage.py up` the worker ends when its parent is gone, however that ended: nothing may stay behind."""
    if parent := os.environ.get("UP_PID"):
        threading.Thread(target=watch, args=(int(parent),), daemon=True).start()


@task_prerun.connect
def hear(**_: Any) -> None:
    """A task came out of the queue."""
    busy["at"] = time.monotonic()


@worker_ready.connect
def end_when_silent(**_: Any) -> None:
    """A worker whose Redis was away may find it again and still take nothing out of the queue (a fault of Celery's that
    comes and goes). So one that hears nothing ends, and whatever keeps it starts it again."""
    if app.conf.broker_url.startswith("redis"):
        hear()
        threading.Thread(target=wait_for_silence, daemon=True).start()


def wait_for_silence() -> None:
    """End this process once no task came for too long; what has not ended in 10 seconds is killed."""
    while time.monotonic() - busy["at"] < SILENT:
        time.sleep(1)
    log.error("Nothing has come out of the queue for %d seconds. This worker ends, to be started again.", SILENT)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10)
    os._exit(1)


def watch(parent: int) -> None:
    """Wait until the parent is gone, then end this process and its beat; what has not ended in 10 seconds is killed."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.killpg(0, signal.SIGTERM)
    time.sleep(10)
    os.killpg(0, signal.SIGKILL)
