"""Somebody who saves one thing after another, and writes down each that was said to be saved."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

from django.db import OperationalError, connection

from audits.follow_up import closing
from audits.models import Audit
from people import trail
from people.models import TrailEntry
from qualitycounts.base.refusals import NotNow


def save(number: int, count: int, said: Path) -> None:
    """So many saves in audit `number`; each is written to `said` once the application has said that it is saved.

    Where the database goes away in the middle, the same save is tried again, as a person would.
    """
    at = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    with said.open("a") as out:
        done = 0
        while done < count:
            words = f"Save {done} of {number}"
            try:
                audit = Audit.objects.select_related("responsible_manager", "case__team").get(number=number)
                by = audit.responsible_manager
                assert by is not None
                closing.record_supervision(audit, by=by, at=at, on=at.date(), discussed=words)
            except OperationalError:
                connection.close()
                time.sleep(0.1)
                continue
            except NotNow:  # it had been saved, and only its answer was lost
                pass
            out.write(f"{words}\n")
            out.flush()
            os.fsync(out.fileno())
            done += 1
            time.sleep(0.01)


def found() -> dict[str, object]:
    """What is there afterwards: each save, its entry in the trail, and whether the chain holds."""
    from audits.models import Supervision

    entries = TrailEntry.objects.filter(act="supervision.recorded").values_list("content", flat=True)
    return {
        "saves": sorted(Supervision.objects.values_list("discussed", flat=True)),
        "entries": sorted(str(content).partition('"discussed":"')[2].partition('"')[0] for content in entries),
        "chain": trail.verify().ok,
    }
