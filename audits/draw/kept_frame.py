"""The frozen frame of a draw, and what stays once the retention schedule has removed it."""

from __future__ import annotations

from collections.abc import Mapping

from audits.draw import tickets
from audits.models import Draw, Pick
from qualitycounts.base.refusals import NotNow


def frame_text_of(drawn: Draw) -> str:
    """The frozen frame. Refused (409) where the retention schedule has removed it."""
    if drawn.frame_removed_on is not None:
        raise NotNow("The frame of this draw was removed under the retention schedule. Its sha256 and counts stay.")
    return drawn.frame


def every_ticket(drawn: Draw) -> str:
    """Every ticket of the frame, "category ticket person" a line, in the order that `LC_ALL=C sort` gives."""
    cases = tickets.frame_cases(frame_text_of(drawn))
    queues = tickets.choose(drawn.seed, cases, tickets.sizes(cases))
    return "".join(f"{category} {ticket} {person}\n" for category, queue in queues.items() for ticket, person in queue)


def queues(drawn: Draw, shown: Mapping[str, int], picks: list[Pick]) -> dict[str, list[tickets.Ticketed]]:
    """The lowest tickets of each category; without the frame those of the cases that were chosen or called."""
    if drawn.frame_removed_on is None:
        return tickets.choose(drawn.seed, tickets.frame_cases(drawn.frame), shown)
    kept: dict[str, list[tickets.Ticketed]] = {}
    for pick in picks:
        kept.setdefault(pick.category, []).append((pick.ticket, pick.case.person_id))
    return kept
