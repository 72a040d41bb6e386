"""The page of one audit: where it stands, who and when, and what comes next for the person who looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from audits import booking, signing
from audits.access import visible_audits
from audits.models import Audit, Chair, Signature
from people.models import User

State = Audit.State


@dataclass(frozen=True, slots=True)
class Next:
    """One thing this person can do now: the page's name, what the button says, and a line of why."""

    page: str
    text: str
    why: str = ""


def listed(user: User) -> QuerySet[Audit]:
    """The audits a person may open, newest month first, with what a list shows."""
    return visible_audits(user).select_related("case", "auditor", "keyworker", "team").order_by("-month", "number")


def months(user: User) -> list[date]:
    """The months there are audits in, newest first."""
    return list(visible_audits(user).order_by("-month").values_list("month", flat=True).distinct())


def next_steps(audit: Audit, by: User) -> list[Next]:
    """What this person can do now, the most urgent first."""
    chair = audit.chair_of(by)
    found = []
    if audit.state in (State.ALLOCATED, State.BOOKED):
        if booking.can_book(audit, by=by):
            again = audit.state == State.BOOKED
            if again:
                found.append(Next("audit-meeting", "Go to the meeting", "Open it when you sit down together."))
            found.append(Next("audit-book", "Book it again" if again else "Book the meeting"))
        if chair is not None:
            found.append(Next("audit-prepare", "Get ready", "Every question of the meeting, beforehand."))
        if chair == Chair.AUDITOR:
            found.append(Next("audit-pack", "The auditor’s pack", "The case, its last audit and the guide."))
    elif chair is not None and audit.state == State.IN_MEETING:
        found.append(Next("audit-meeting", "Go to the meeting"))
    elif chair is not None and audit.state == State.AGREED:
        within = f"Within {signing.SIGN_DAYS.in_words} of the meeting."
        found.append(Next("audit-sign", "Read it through and sign", within))
    if audit.final:
        found.append(Next("audit-note", "The note for the case file", "Ready to paste into Mosaic."))
        found.append(Next("audit-follow-up", "After the meeting", "Actions, supervision, the case file, closing."))
    return found


def signatures(audit: Audit) -> list[tuple[str, User | None, Signature | None]]:
    """Each chair, who sits in it, and their signature if they have signed."""
    there = {one.chair: one for one in audit.signatures.filter(voided_at=None)}
    people = {Chair.AUDITOR: audit.auditor, Chair.KEYWORKER: audit.keyworker}
    return [(str(chair.label), person, there.get(chair)) for chair, person in people.items()]


def can_finalise_unsigned(audit: Audit, by: User, *, on: date) -> bool:
    """Whether this person may make it final without a signature today."""
    return signing.can_finalise_unsigned(audit, by=by, on=on)
