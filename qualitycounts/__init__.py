from qualitycounts import queue_age
from qualitycounts.celery import app as celery_app

__all__ = ["celery_app", "queue_age"]
