"""The queue and the only schedule. Beat only says the names below: the database is the memory."""

import logging
import logging.config
import os
import signal
import threading
import time
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import (
    beat_init,
    setup_logging,
    task_received,
    task_revoked,
    worker_init,
    worker_ready,
    worker_shutting_down,
)
from celery.worker import state
from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

from qualitycounts import environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qualitycounts.settings")

log = logging.getLogger(__name__)
SILENT = environment.number("WORKER_SILENT", 300, least=1)
"""Seconds without a task after which a worker has lost the queue: beat says something every fifteen."""
GRACE = environment.number("WORKER_GRACE", 120)
"""Seconds that a worker which ends gives to what it has in work: as long as the compose file's `stop_grace_period`."""
TO_LEAVE = 10
"""Seconds that it may take to end when nothing is in work."""
heard = {"at": time.monotonic()}
worker: dict[str, int] = {}

TRANSPORT_ALIASES["filesystem"] = "qualitycounts.file_queue:Transport"
app = Celery("qualitycounts")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "sweep": {"task": "escalation.tasks.sweep", "schedule": 60.0, "options": {"expires": 120}},
    "deliver": {"task": "people.tasks.deliver", "schedule": 15.0, "options": {"expires": 60}},
    "tidy": {"task": "people.tasks.tidy", "schedule": 86_400.0, "options": {"expires": 3_600}},
    "trail": {
        "task": "people.tasks.check_trail",
        "schedule": crontab(hour=2, minute=20),
        "options": {"expires": 3_600},
    },
    "forget": {"task": "audits.tasks.forget_abandoned", "schedule": 3_600.0, "options": {"expires": 1_800}},
    "weekly": {"task": "audits.tasks.tell_managers_of_their_week", "schedule": 3_600.0, "options": {"expires": 1_800}},
    "reports": {"task": "reporting.tasks.begin_again", "schedule": 60.0, "options": {"expires": 60}},
    "odd-openings": {"task": "audits.tasks.tell_of_odd_openings", "schedule": 3_600.0, "options": {"expires": 1_800}},
    "disposal-list": {"task": "qualitycounts.tasks.list_disposal", "schedule": 3_600.0, "options": {"expires": 1_800}},
    "disposal": {"task": "qualitycounts.tasks.carry_out_disposal", "schedule": 600.0, "options": {"expires": 300}},
    "heartbeat": {"task": "people.tasks.heartbeat", "schedule": 60.0, "options": {"expires": 120}},
}


@setup_logging.connect
def log_as_pages_do(**_: Any) -> None:
    """Worker and schedule write what the pages write (LOGGING, LOG_LEVEL), and Celery sets up no log of its own."""
    logging.config.dictConfig(settings.LOGGING)


@worker_init.connect
def know_worker(**_: Any) -> None:
    """This process is the worker; what it forks knows by whom."""
    worker["pid"] = os.getpid()


@beat_init.connect
def end_with_worker(**_: Any) -> None:
    """A schedule inside a worker is a process of its own: it ends when its worker is gone, however that ended."""
    if "pid" in worker:
        threading.Thread(target=watch_worker, args=(worker["pid"],), daemon=True).start()


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


@task_received.connect
@task_revoked.connect
def hear(**_: Any) -> None:
    """A task came out of the queue, in time or too late. Both are said in the worker's main process, whatever pool it
    has: what a pool's child does is not seen there."""
    heard["at"] = time.monotonic()


@worker_ready.connect
def end_when_silent(**_: Any) -> None:
    """A worker whose Redis was away may find it again and still take nothing out of the queue (a fault of Celery's that
    comes and goes). So one that hears nothing ends, and whatever keeps it starts it again."""
    if app.conf.broker_url.startswith("redis"):
        hear()
        threading.Thread(target=wait_for_silence, daemon=True).start()


def wait_for_silence() -> None:
    """End this worker once no task came for too long. While it has work it need not take more, so that does not count;
    but no work takes longer than a task may, and a silence that does is one."""
    worked = heard["at"]
    while True:
        now = time.monotonic()
        if state.reserved_requests and now - heard["at"] < SILENT + app.conf.task_time_limit:
            worked = now
        if now - max(heard["at"], worked) >= SILENT:
            break
        time.sleep(1)
    log.error("Nothing has come out of the queue for %d seconds. This worker ends, to be started again.", SILENT)
    end_worker()


def end_worker() -> None:
    """End this worker as whatever keeps it would."""
    os.kill(os.getpid(), signal.SIGTERM)


@worker_shutting_down.connect
def end_in_time(how: str, **_: Any) -> None:
    """A worker that is told to end takes nothing more and lets what is in work come to its end, for so long."""
    if how == "Warm":
        threading.Thread(target=wait_for_end, daemon=True).start()


def wait_for_end() -> None:
    """What has not come to its end in time is cut off and given back to the queue at once, for another worker. Nothing
    else would: a worker that is killed with work leaves it until Redis has waited for it (`visibility_timeout`)."""
    began = time.monotonic()
    while time.monotonic() - began < (GRACE if state.active_requests else TO_LEAVE):
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGQUIT)
    time.sleep(TO_LEAVE)
    os._exit(1)


def watch(parent: int) -> None:
    """Wait until the parent is gone, then end this process and its beat; what has not ended in 10 seconds is killed."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.killpg(0, signal.SIGTERM)
    time.sleep(TO_LEAVE)
    os.killpg(0, signal.SIGKILL)


def watch_worker(parent: int) -> None:
    """Wait until the worker is gone, then end this process alone."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(TO_LEAVE)
    os._exit(1)
