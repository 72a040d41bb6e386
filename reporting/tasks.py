"""What the queue may ask of reporting: make a report, and its other printings."""

from celery import shared_task

from qualitycounts import clock
from reporting import editions, making
from reporting.models import Report


@shared_task
def generate(pk: int) -> None:
    """Make the report that was asked for."""
    making.make(report=Report.objects.light().select_related("made_by").get(pk=pk), at=clock.now())


@shared_task
def print_editions(pk: int) -> None:
    """Draw the printings of a report that are missing."""
    found = Report.objects.without_file().prefetch_related("recommended__owner").get(pk=pk)
    editions.make(report=found, at=clock.now())
