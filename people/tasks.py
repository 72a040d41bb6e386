"""What the queue may ask of people: deliver the outbox, tidy the files, and say that beat and worker live."""

from celery import shared_task

from people import files, notices
from people.models import Heartbeat
from qualitycounts import clock


@shared_task
def deliver() -> int:
    """Send what is due in the outbox."""
    return notices.deliver(at=clock.now())


@shared_task
def tidy() -> None:
    """Delete what a failed transaction left in the folder of files."""
    files.tidy(at=clock.now())


@shared_task
def heartbeat() -> None:
    """Beat asked and a worker answered: both live."""
    Heartbeat.objects.update_or_create(part="worker", defaults={"beat": clock.now()})
