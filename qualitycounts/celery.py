"""The queue and the only schedule. Beat says only "sweep", "deliver" and "beat": the database is the memory."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qualitycounts.settings")

app = Celery("qualitycounts")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "sweep": {"task": "escalation.tasks.sweep", "schedule": 60.0, "options": {"expires": 120}},
    "deliver": {"task": "people.tasks.deliver", "schedule": 15.0, "options": {"expires": 60}},
    "heartbeat": {"task": "people.tasks.heartbeat", "schedule": 60.0, "options": {"expires": 120}},
}
