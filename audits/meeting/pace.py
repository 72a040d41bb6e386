"""How far the two are: the minutes they have met, the standards done, what waits for this chair, and the next act."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import QuerySet

from audits.models import Audit
from people import trail
from people.models import TrailEntry
from qualitycounts.base.kept_query import kept_query

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
    return minutes_of(acts_query.ask(audit.ref), until=at)


@kept_query(str)
def acts_query(ref: str) -> QuerySet[TrailEntry, tuple[str, datetime]]:
    """What began and what stopped the meeting of the audit of a reference, with when."""
    acts = trail.entries_about(Audit(ref=ref)).filter(act__in=BEGINS | STOPS).order_by("seq")
    return acts.values_list("act", "at")


def minutes_of(acts: Iterable[tuple[str, datetime]], *, until: datetime | None = None) -> int:
    """Whole minutes between what began and what stopped a meeting; what is going on counts `until` then, if at all."""
    whole = timedelta()
    begun: datetime | None = None
    for act, when in acts:
        if act in BEGINS:
            begun = begun or when
        elif begun is not None:
            whole, begun = whole + (when - begun), None
    return int((whole + (until - begun if begun and until else timedelta())).total_seconds()) // 60


def minutes_taken(refs: Collection[str]) -> dict[str, int]:
    """The minutes that each of these audits took, from opened to ended without pauses, as the record has it: one query.

    An audit whose meeting the record does not know (brought in from elsewhere) is left out.
    """
    acts: defaultdict[str, list[tuple[str, datetime]]] = defaultdict(list)
    of_audits = TrailEntry.objects.filter(kind="audit", ref__in=refs, act__in=BEGINS | STOPS).order_by("seq")
    for ref, act, when in of_audits.values_list("ref", "act", "at"):
        acts[ref].append((act, when))
    return {ref: minutes_of(done) for ref, done in acts.items()}
