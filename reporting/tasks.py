"""What the queue may ask of reporting: make a report."""

from celery import shared_task

from qualitycounts import clock
from reporting import making
from reporting.models import Report


@shared_task
def generate(pk: int) -> None:
    """Make the report that was asked for."""
    making.make(report=Report.objects.light().select_related("made_by").get(pk=pk), at=clock.now())
