"""Tasks of the audits: forget the rows of files that were looked at and not applied."""

from celery import shared_task

from audits.openings import odd
from audits.register import extracts, take_back
from audits.reminders import weekly
from qualitycounts.base import clock


@shared_task
def forget_abandoned() -> int:
    """Let go of the rows of files that were looked at and not applied, and of ways back that are too old."""
    at = clock.now()
    return extracts.forget_abandoned_rows(at=at) + take_back.forget_old_ways_back(at=at)


@shared_task
def tell_managers_of_their_week() -> int:
    """Send managers the summary of their week, once."""
    return weekly.tell_week(on=clock.today(), at=clock.now())


@shared_task
def tell_of_odd_openings() -> int:
    """Tell the Head of QA of last week's odd openings of children's records, once."""
    return odd.tell_odd_openings(on=clock.today(), at=clock.now())
