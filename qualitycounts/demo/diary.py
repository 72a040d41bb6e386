"""A diary of invented events: each happens at its moment, in order, so that the trail reads as a year went by."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from django.db import transaction

Event = Callable[[datetime], None]
BATCH = 40
"""Events that are written down together: one commit each would cost more than the work."""


@dataclass(slots=True)
class Diary:
    """What is still to happen before `until`. An event may write further ones."""

    until: datetime
    waiting: list[tuple[datetime, int, Event]] = field(default_factory=list)
    places: count[int] = field(default_factory=count)

    def write(self, at: datetime, event: Event) -> None:
        """Let something happen at a moment; what would come after `until` is left for today's people to do."""
        if at < self.until:
            heapq.heappush(self.waiting, (at, next(self.places), event))

    def live(self) -> None:
        """Let everything happen, in order."""
        while self.waiting:
            with transaction.atomic():
                for _ in range(min(BATCH, len(self.waiting))):
                    at, _, event = heapq.heappop(self.waiting)
                    event(at)
