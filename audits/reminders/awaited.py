"""What an audit waits for before it is final: of whom, and by when. The one answer of the board, of My work and of
whoever is reminded."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from audits.booking.book_by import by_month
from audits.models import Audit, Chair, Reminder, Signature
from audits.record import signing
from people.models import User
from qualitycounts.base.clock import day_of
from standards.timescales import add_working_days, working_days_between

Stage = Reminder.Stage


@dataclass(frozen=True, slots=True)
class Awaited:
    """The next thing on an audit, by when, and of whom."""

    stage: Stage
    due_on: date
    people: tuple[User, ...]

    def days_late(self, *, on: date) -> int:
        """Working days over on a day; 0 while there is time."""
        return max(-working_days_between(on, self.due_on), 0)

    @property
    def names(self) -> str:
        """Of whom, in words."""
        return " and ".join(person.name for person in self.people) or "Nobody"


def sign_by(audit: Audit) -> date:
    """The last day that both have to sign an audit whose meeting has ended."""
    return add_working_days(audit.met_on or audit.month, signing.SIGN_DAYS.value())


def awaited(audit: Audit, signed: Collection[str], *, on: date) -> Awaited | None:
    """What an audit waits for on a day; `signed`: the chairs who have signed what stands.

    None where nobody is to be asked: its case has closed, it has no auditor, or it is final or over.
    """
    if audit.is_to_replace(on):
        return None
    auditor = tuple(filter(None, [audit.auditor]))
    keyworker = tuple(filter(None, [audit.keyworker]))
    met = day_of(audit.meets) if audit.meets else None
    if audit.state == Audit.State.ALLOCATED:
        return Awaited(Stage.BOOK, by_month(audit.month), auditor) if auditor else None
    if audit.state == Audit.State.BOOKED and met is not None:
        if met < on:
            return Awaited(Stage.HOLD, met, auditor)
        return Awaited(Stage.PREPARE, met, keyworker) if audit.prepared_at is None else None
    if audit.state == Audit.State.IN_MEETING:
        day = met or (day_of(audit.paused_at) if audit.paused_at else None)
        return Awaited(Stage.END, day, auditor) if day is not None else None
    if audit.state == Audit.State.AGREED:
        seats = ((Chair.AUDITOR, audit.auditor), (Chair.KEYWORKER, audit.keyworker))
        missing = tuple(person for chair, person in seats if person is not None and chair not in signed)
        return Awaited(Stage.SIGN, sign_by(audit), missing)
    return None


def signed_chairs_of(audits: Iterable[Audit]) -> dict[int, set[str]]:
    """Which chairs have signed what stands, by audit: one query, and none where no audit waits for signatures."""
    agreed = [audit.pk for audit in audits if audit.state == Audit.State.AGREED]
    chairs: dict[int, set[str]] = {}
    if agreed:
        signatures = Signature.objects.filter(audit__in=agreed, voided_at=None)
        for pk, chair in signatures.values_list("audit", "chair"):
            chairs.setdefault(pk, set()).add(chair)
    return chairs
