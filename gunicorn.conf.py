"""What gunicorn reads by itself: its processes share a folder for what they count (`qualitycounts/metrics.py`).

Each has a slot in it. A process that takes the place of one that ended takes its slot and goes on with its numbers.
"""

import os
import shutil
import tempfile
from contextlib import suppress
from itertools import count
from typing import Any

FOLDER = tempfile.mkdtemp(prefix="quality-counts-metrics-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = FOLDER
slots: dict[int, Any] = {}


def pre_fork(server: Any, worker: Any) -> None:
    """Give a process the first free slot. The new one reads it from its environment."""
    slot = next(number for number in count(1) if number not in slots)
    slots[slot] = worker
    os.environ["METRICS_SLOT"] = str(slot)


def child_exit(server: Any, worker: Any) -> None:
    """Free the slot of a process that has ended."""
    for slot in [slot for slot, holder in slots.items() if holder is worker]:
        del slots[slot]


def on_exit(server: Any) -> None:
    """Leave nothing behind."""
    with suppress(OSError):
        shutil.rmtree(FOLDER)
