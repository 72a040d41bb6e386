"""The page on which an import is taken back: what goes back by itself, and what was built on it and stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from audits.models import Audit, Import
from audits.register.put_back import StandsSince, kept_for
from audits.register.take_back import WayBack, way_back
from people.directory import holders
from people.models import User
from people.roles import Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.components import Cell, Table, TableRow, Value
from qualitycounts.base.templatetags import qc


@dataclass(frozen=True, slots=True)
class GoesBack:
    """How many of what go back, what the import did to them, and how they are then."""

    number: int
    what: str
    did: str
    then: str


@dataclass(frozen=True, slots=True)
class TakeBackPage:
    """All that the page shows."""

    goes_back: list[GoesBack]
    stays: list[StandsSince]
    told: list[User]
    until: date | None
    applied: Import

    @property
    def lead(self) -> str:
        """Who applied it, with which number and reason, and what taking it back does."""
        applied = self.applied
        number = "" if applied.closing is None else f" with the number {applied.closing:,}"
        why = f" and the reason “{applied.closing_why}”" if applied.closing_why else ""
        back = "What it changed goes back to how it stood before. Both stay in History."
        return f"{applied.read_by or 'A command'} applied it{number}{why}. {back}"

    @property
    def caption(self) -> str:
        """The file, and when it was applied."""
        return f"{self.applied.file_name}, applied {qc.at(self.applied.applied)}"

    @property
    def who_is_told(self) -> str:
        """That it is all or none, and who is told."""
        people = ", ".join(str(person) for person in self.told)
        names = f"You and {people} are told" if people else "You are told"
        return f"All of it or none: if the machine stops half-way, nothing is changed. {names} when it is done."

    @property
    def until_when(self) -> str:
        """Until when it can be taken back."""
        kind = "a staff list" if self.applied.kind == Import.Kind.STAFF else "cases"
        last = f", and no longer than {qc.day(self.until)}" if self.until else ""
        return f"Until the next import of {kind} is applied{last}."

    @property
    def back_table(self) -> Table:
        """What goes back by itself."""
        rows = [
            TableRow([Cell(Value(f"{line.number:,} {line.what}", strong=True)), Cell(line.did), Cell(line.then)])
            for line in self.goes_back
        ]
        columns = ["How many", "What", "So that"]
        return Table("What goes back by itself", columns, rows, quiet=True, look="register-back")

    @property
    def stays_table(self) -> Table:
        """What was built on it and stays."""
        rows = [TableRow([Cell(Value(each.what, url=each.url)), Cell(each.why)]) for each in self.stays]
        columns = ["What", "Why it stays, and what you can do"]
        return Table("What stays", columns, rows, quiet=True, look="register-stays")


def take_back_page(applied: Import, *, by: User, on: date) -> TakeBackPage:
    """What the page shows, on a day, to whoever may take this import back."""
    back = way_back(applied)
    until = day_of(applied.applied + kept_for()) - timedelta(days=1) if applied.applied else None
    return TakeBackPage(
        list(goes_back(back)), back.stays, list(holders(Role.HEAD_OF_QA, on=on).exclude(pk=by.pk)), until, applied
    )


def goes_back(back: WayBack) -> Iterator[GoesBack]:
    """A line for each kind of what goes back by itself."""
    counts, applied = back.counts, back.applied
    new = f"New, of {applied.counts.get('added', 0):,}"
    booked = sum(values.get("state") == Audit.State.BOOKED for values in back.to_set.get(Audit, {}).values())
    then = f"Back with them; the {booked} already booked keep their time" if booked else "Back with them"
    lines = (
        ("cases_opened_again", "cases", "Closed by the file", "Open again, with their worker and team"),
        ("cases_as_before", "cases", "Changed, or with newer dates or details", "As before, field by field"),
        ("cases_removed", "cases", new, "Not in the register"),
        ("people_returned", "people", "Left by the list", "Work here again, and can sign in"),
        ("people_as_before", "people", "Changed", "As before, field by field"),
        ("people_removed", "people", new, "Not on the list, no sign-in"),
        ("roles", "roles", "Given, ended or taken away", "As before"),
        ("audits", "audits", "Moved from their auditor, worker or team", then),
    )
    for key, what, did, so_that in lines:
        if counts[key]:
            yield GoesBack(counts[key], what, did, so_that)
    closed = Audit.objects.filter(state__in=Audit.NOT_MET, case__in=back.reopened).count()
    if closed:
        yield GoesBack(closed, "audits", "Marked “its case has closed”", "Unmarked: their auditors go on")
