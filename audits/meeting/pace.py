"""How far the two are: the minutes they have met, the standards done, what waits for this chair, and the next act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from audits.models import Audit
from people import trail

BEGINS = {"audit.opened", "audit.resumed", "audit.reopened"}
STOPS = {"audit.paused", "audit.agreed"}


class NextStep(StrEnum):
    """What this chair can do about the grade now; the page has one form for each."""

    ASIDE = "aside"
    PROPOSE = "propose"
    WAIT = "wait"
    OFFER = "offer"
    REASON = "reason"
    OFFERED = "offered"
    TALK = "talk"
    CONFIRM = "confirm"
    REFERRED = "referred"
    AGREED = "agreed"
    RULED = "ruled"


@dataclass(frozen=True, slots=True)
class NextAct:
    """The next thing to do on a step: a button with its address, or without one whom this chair waits for."""

    text: str
    url: str = ""


def minutes_in_meeting(audit: Audit, *, at: datetime) -> int:
    """Whole minutes for which the meeting has been going on, without its pauses."""
    whole = timedelta()
    begun: datetime | None = None
    acts = trail.entries_about(audit).filter(act__in=BEGINS | STOPS).order_by("seq")
    for act, when in acts.values_list("act", "at"):
        if act in BEGINS:
            begun = begun or when
        elif begun is not None:
            whole, begun = whole + (when - begun), None
    return int((whole + (at - begun if begun else timedelta())).total_seconds()) // 60
