"""The two seats of a meeting: who sits in which chair."""

from __future__ import annotations

from dataclasses import dataclass

from audits.models import Audit, Chair


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sits in a chair: for the bar of names, and for sentences."""

    chair: Chair
    pk: int
    name: str
    first: str

    @property
    def surname(self) -> str:
        """What follows the first name, with the space between."""
        return self.name.removeprefix(self.first)


def seats(audit: Audit, chair: Chair) -> tuple[Seat, Seat]:
    """Your own seat, then the other one."""
    people = {Chair.AUDITOR: audit.auditor, Chair.KEYWORKER: audit.keyworker}
    pair = {
        place: Seat(place, person.pk, person.name, person.first_name)
        for place, person in people.items()
        if person is not None
    }
    return pair[chair], pair[Chair.KEYWORKER if chair == Chair.AUDITOR else Chair.AUDITOR]
