"""Tasks of people: deliver the outbox, tidy the files, check the trail, and say that beat and worker live."""

from celery import shared_task

from people import digests, files, notices, trail_checks
from people.models import Heartbeat
from qualitycounts.base import clock


@shared_task
def deliver() -> int:
    """Make up the mails of many whose moment has come, and send what is due in the outbox."""
    digests.gather_digests(at=clock.now())
    return notices.deliver_outbox(at=clock.now())


@shared_task
def tidy() -> None:
    """Delete what a failed transaction left in the folder of files."""
    files.delete_orphaned_files(at=clock.now())


@shared_task
def check_trail() -> str:
    """Check the trail against the head of the night before, and keep the new one. Returns what is wrong."""
    return trail_checks.check_nightly(at=clock.now()).fault


@shared_task
def heartbeat() -> None:
    """Beat asked and a worker answered: both live."""
    Heartbeat.objects.update_or_create(part="worker", defaults={"beat": clock.now()})
