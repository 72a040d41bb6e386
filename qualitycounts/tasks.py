"""Tasks of the retention schedule: carry out what was signed, and make the month's list."""

from celery import shared_task

from qualitycounts.base import clock
from qualitycounts.retention import disposals


@shared_task
def carry_out_disposal() -> bool:
    """Carry out the signed disposal list, if there is one."""
    return disposals.carry_out(at=clock.now()) is not None


@shared_task
def list_disposal() -> bool:
    """Make the month's disposal list, once, where the council has switched that on."""
    return disposals.list_monthly(on=clock.today(), at=clock.now())
