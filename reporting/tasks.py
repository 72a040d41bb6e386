"""Tasks of reporting: make a report, and its other printings."""

from celery import shared_task

from qualitycounts import redis_away
from qualitycounts.base import clock
from reporting.models import Report
from reporting.reports import editions
from reporting.reports import generate as reports_generate


@shared_task
def generate(pk: int) -> None:
    """Make the report that was asked for."""
    reports_generate.generate_report(report=Report.objects.light().select_related("made_by").get(pk=pk), at=clock.now())


@shared_task
def begin_again() -> int:
    """Begin again the reports whose worker stopped; one that only takes long is left to it."""
    return reports_generate.take_up_stopped(at=clock.now(), held=lambda: redis_away.in_hand(generate.name))


@shared_task
def print_editions(pk: int) -> None:
    """Draw the printings of a report that are missing."""
    report = Report.objects.without_file().prefetch_related("recommended__owner").get(pk=pk)
    editions.make_editions(report=report, at=clock.now())
