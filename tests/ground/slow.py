"""A task that takes its time, for workers that tests start (`--include tests.ground.slow`)."""

from __future__ import annotations

import time
from pathlib import Path

from qualitycounts.celery import app


@app.task
def take(seconds: float, begun: str, ended: str) -> None:
    """Say that it began, take so long, and say that it came to its end."""
    Path(begun).touch()
    time.sleep(seconds)
    Path(ended).touch()
