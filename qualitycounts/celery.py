"""The queue and the only schedule. Beat says only "sweep", "deliver", "tidy" and "beat": the database is the memory."""

import os
import signal
import threading
import time
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qualitycounts.settings")

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


def watch(parent: int) -> None:
    """Wait until the parent is gone, then end this process and its beat; what has not ended in 10 seconds is killed."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.killpg(0, signal.SIGTERM)
    time.sleep(10)
    os.killpg(0, signal.SIGKILL)
