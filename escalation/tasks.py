"""Tasks of escalation: the sweep."""

from celery import shared_task

from escalation import sweep as sweeping
from qualitycounts.base import clock


@shared_task
def sweep() -> None:
    """Tell of what has become late."""
    sweeping.sweep_deadlines(on=clock.today(), at=clock.now())
