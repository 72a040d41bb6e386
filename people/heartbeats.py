"""Whether the worker lives: it writes down every minute that it was asked and answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from people.models import Heartbeat

SILENCE = timedelta(seconds=110)
"""The longest that beat, worker and sweep may be silent. Each is heard of every minute; two minutes are too long."""
WORKER = "worker"


def is_worker_away(*, at: datetime) -> bool:
    """Whether nobody takes up what pages hand over: the worker was not heard of in time, or never."""
    return not Heartbeat.objects.filter(part=WORKER, beat__gte=at - SILENCE).exists()
