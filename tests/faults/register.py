"""A register to import into and to take back, and the same import killed at a point: run by the nursery's children."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Any

from audits.models import Case, Import
from audits.register import cases, extracts, put_back, take_back
from people import staff, trail
from people.models import TrailEntry, User
from tests.audits.register.extracts import DECEMBER, NOVEMBER, as_csv, everything, line, staff_csv
from tests.conftest import load_what_the_council_has
from tests.factories import Council, allocated_audit
from tests.faults.nursery import die

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PEOPLE = tuple(f"P{number}" for number in range(40))
COMMIT = {"before the grants": (cases, "grant_keyworkers"), "before the commit": (trail, "chain")}
BACK = {"after the history": (take_back, "set_rows"), "before deleting": (take_back, "delete_unless_needed")}
POINTS: dict[tuple[str, str], dict[str, tuple[Any, str]]] = {
    ("import", "cases"): {"after the rows": (cases, "record_changes"), **COMMIT},
    ("import", "staff"): {"after the people": (staff, "record"), "after the rows": (cases, "record_changes"), **COMMIT},
    ("take back", "cases"): BACK | COMMIT,
    ("take back", "staff"): BACK | {"with the audits": (put_back, "tell_taken_off")} | COMMIT,
}
"""Where each dies: the module and the name that is death in its place."""


def make() -> None:
    """A council, a month of both lists, and a booked audit whose auditor the next staff list lacks."""
    load_what_the_council_has()
    council = Council.make()
    User.objects.filter(pk=council.auditor.pk).update(source=User.Source.FILE)
    Case.objects.update(source=Case.Source.DEMO)
    allocated_audit(council)
    tomasz = b"\nTomasz Adeyemi,tomasz.adeyemi@example.gov.uk,Independent Reviewing Officer,Family Safeguarding,South,"
    apply(preview("staff", staff_csv(*PEOPLE) + tomasz, NOVEMBER))
    rows = [line(str(n), Worker_Email=f"p{n % 40}@example.gov.uk") for n in range(400)]
    apply(preview("cases", as_csv(*rows), NOVEMBER))


def preview(kind: str, data: bytes, as_at: date) -> Import:
    """Look at a list."""
    return extracts.keep_preview(kind=kind, data=data, name="x.csv", as_at=as_at, by=None, at=AT)


def apply(looked_at: Import) -> None:
    """Apply a list, whatever it closes."""
    counts = extracts.read_again(looked_at).counts
    extracts.apply_import(looked_at, by=None, at=AT, closing=counts.get("closed", 0) + counts.get("left", 0))


def wrong_list(kind: str) -> Import:
    """A list that was cut short, looked at."""
    rows = [line(str(n), Worker_Email=f"p{n % 40}@example.gov.uk", Team="Other") for n in range(10, 30)]
    data = as_csv(*rows, line("9999")) if kind == "cases" else staff_csv(*PEOPLE[:3], "New")
    return preview(kind, data, DECEMBER)


def bring_wrong(kind: str) -> None:
    """Apply a list that was cut short."""
    apply(wrong_list(kind))


def undo(kind: str) -> None:
    """Take the latest import of a kind back."""
    applied = extracts.latest_applied(kind)
    assert applied is not None
    take_back.take_import_back(applied, why="", by=None, at=AT)


def dying(point: str, what: str, kind: str) -> None:
    """Import the wrong list, or take it back, and die at a point."""
    looked_at = wrong_list(kind) if what == "import" else None
    module, name = POINTS[what, kind][point]
    setattr(module, name, die)
    apply(looked_at) if looked_at else undo(kind)


def print_of() -> dict[str, Any]:
    """A hash of all that there is, how many entries the trail has, and whether it holds."""
    rows = everything()
    states = sorted(Import.objects.exclude(state="previewed").values_list("kind", "state"))
    entries = TrailEntry.objects.exclude(act="import.previewed").count()
    return {"everything": hash_of(rows), "rows": hash_of([rows, states]), "entries": entries, "ok": trail.verify().ok}


def hash_of(rows: Any) -> str:
    """One hash for any rows."""
    return hashlib.sha256(repr(rows).encode()).hexdigest()
