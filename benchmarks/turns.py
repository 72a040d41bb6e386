"""Work of this process and of its database, held against a floor in turns: what else the machine does falls on both."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from django.db import connection

from benchmarks import table
from benchmarks.load import worked
from benchmarks.table import Line, ms, timed

Work = Callable[[], object]


@dataclass
class Turns:
    """Pieces of work by name: the seconds of each run, and what the processors worked for all runs of it."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    processor: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    @classmethod
    def of(cls, works: Mapping[str, Work], *, times: int) -> Turns:
        """Each so many times, one after the other; once before that unmeasured."""
        turns, pids = cls(), [os.getpid(), *serving()]
        for number in range(times + 1):
            for name, work in works.items():
                before = sum(map(worked, pids))
                seconds = timed(work, times=1)
                if number:
                    turns.seconds[name] += seconds
                    turns.processor[name] += sum(map(worked, pids)) - before
        return turns

    def against(self, floor: str, name: str, *, row: str, limit: float) -> Line:
        """One against the floor, with the same of the processors' time."""
        line = table.slower(row, name, self.seconds[name], self.seconds[floor], floor, limit)
        own, bare = self.processor[name], self.processor[floor]
        if not bare:
            return line
        told = f"processor {ms(own / len(self.seconds[name]))}, {table.number(own / bare)} {floor}"
        return replace(line, info=f"{line.info}; {told}")


def serving() -> list[int]:
    """The process of PostgreSQL that serves this connection, alone: what it shares out to others would not be seen."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT pg_backend_pid()")
        return [int(cursor.fetchone()[0])]
