"""Tasks of people: deliver the outbox, tidy the files, check the trail, and say that beat and worker live."""

from celery import shared_task

from people import digests, files, notices, password_asks, trail_checks
from people.models import Heartbeat
from qualitycounts.base import clock

AT_ONCE = 4
"""Mails that a worker claims at once: as many as a server that hangs on each lets it send in their lease. One that dies
leaves no more than these to wait for it."""


@shared_task
def deliver() -> int:
    """Answer who asked for a new password, make up the mails of many whose moment has come, and send what is due."""
    password_asks.answer_asks(at=clock.now())
    digests.gather_digests(at=clock.now())
    went = 0
    while sent := notices.deliver_outbox(at=clock.now(), most=AT_ONCE):
        went += sent
    return went


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
