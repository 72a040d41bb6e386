"""What the queue may ask of escalation."""

from celery import shared_task

from escalation import sweep as sweeping
from qualitycounts import clock


@shared_task
def sweep() -> None:
    """Tell of what has become late."""
    sweeping.sweep(on=clock.today(), at=clock.now())
