"""Row 12: the most memory that each process has held, by Linux's own count, beside what its container may hold."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.table import Line, number

ASK = """
import django; django.setup()
from escalation.tasks import sweep
from people.tasks import heartbeat, tidy
from qualitycounts.base import clock
from reporting.models import Report
from reporting.reports import generate
from reporting.tasks import print_editions
heartbeat.delay(), sweep.delay(), tidy.delay()
for report in Report.objects.exclude(figures={})[:4]:
    print_editions.delay(report.pk)
"""
"""What the worker has to do: a sweep, the outbox, and the files of some reports."""
LIMITS = {"Pages": 1024, "Stream": 1024, "Worker": 2048, "Schedule": 1024}
"""MB that docker-compose.yml lets each hold."""
QUIET = 5
"""Seconds without work after which a process has done all it was given."""
LONGEST = 120


def tree(pid: int) -> list[int]:
    """A process and all that it has started."""
    children = [int(child) for task in Path(f"/proc/{pid}/task").glob("*") for child in child_pids(task)]
    return [pid, *(other for child in children for other in tree(child))]


def child_pids(task: Path) -> list[str]:
    """The processes that one thread has started."""
    return (task / "children").read_text().split()


def peak_of(pid: int) -> float:
    """The most memory a process has held, in MB."""
    held = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(held[1]) / 1024 if held else 0.0


def peak_line(name: str, pid: int) -> Line:
    """The peaks of a process and of those it has started, added up: what they share is counted in each."""
    peaks = [peak_of(other) for other in tree(pid)]
    words = " + ".join(number(round(peak)) for peak in peaks)
    return Line("12", f"Memory of the {name.lower()} at its most", sum(peaks), LIMITS[name], "MB", words)


def processor_seconds(pid: int) -> float:
    """Seconds of the processor that a process and those it has started have had."""
    total = 0
    for other in tree(pid):
        fields = Path(f"/proc/{other}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / 100


def wait_until_idle(pid: int) -> None:
    """Wait until a process has done what it was given: it has had next to nothing of the processor for a while."""
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        before = processor_seconds(pid)
        time.sleep(QUIET)
        if processor_seconds(pid) - before < QUIET / 50:
            return


def give_work(env: Mapping[str, str], root: Path) -> None:
    """Put into the queue what the worker is measured at."""
    subprocess.run([sys.executable, "-c", ASK], cwd=root, env=env, check=True)


def worker_lines(worker: int, schedule: int, env: Mapping[str, str], root: Path) -> Sequence[Line]:
    """Have the worker do its work, and give its peak and the schedule's."""
    wait_until_idle(worker)
    give_work(env, root)
    wait_until_idle(worker)
    return [peak_line("Worker", worker), peak_line("Schedule", schedule)]
