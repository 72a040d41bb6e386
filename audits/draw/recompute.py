"""Working a draw out again from what was frozen, and saying where it differs from what was done."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

from audits.allocation import allocate
from audits.allocation.independence import AuditorChoices
from audits.draw import tickets
from audits.models import Draw, Pick
from people import trail
from qualitycounts.base.refusals import Refused


@dataclass(frozen=True, slots=True)
class Recount:
    """What came out, and a sentence for each thing that differs. `shares` is the arithmetic of the quotas."""

    frame_hash: str
    shares: list[tickets.StratumShare]
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the draw comes out as it was made."""
        return not self.problems


def recompute_draw(ref: str) -> Recount:
    """Work out a draw again by its reference. Refused (422) if there is none of that reference."""
    draw = Draw.objects.filter(ref=ref).first()
    if draw is None:
        raise Refused(f"There is no draw {ref}. A reference looks like DRAW-2612; they are listed on the draws page.")
    return recount(draw)


def recount(draw: Draw, picks: list[Pick] | None = None) -> Recount:
    """Work out the hash, the quotas, the tickets, the choice, the reserves called and the allocation of a draw again.

    Everything comes from the draw's own row: the frame, the seed, the size, and what the allocation was worked out
    from. The trail's entry is asked whether that row is still what was written then. `picks`: all of the draw's, where
    they were read. Three queries, two with them. Once the retention schedule has removed the frame, neither its hash
    nor the choice can be worked out again: the rest is, from the counts that stayed.
    """
    kept = draw.frame_removed_on is None
    cases = tickets.frame_cases(draw.frame) if kept else []
    strata = tickets.sizes(cases) if kept else draw.strata
    quotas = tickets.quotas(strata, draw.size)
    frame_hash = tickets.frame_hash(draw.frame) if kept else draw.frame_hash
    recounted = Recount(frame_hash, tickets.stratum_shares(strata, draw.size))
    if picks is None:
        picks = list(draw.picks.select_related("case").order_by("category", "place"))
    if kept and (recounted.frame_hash != draw.frame_hash or tickets.frame_text(cases) != draw.frame):
        recounted.problems.append(f"The frame is not the one that was frozen: its sha256 is {recounted.frame_hash}.")
    if quotas != draw.quotas:
        recounted.problems.append(f"The places of the categories come out as {quotas}.")
    if kept and drawn_lines(picks) != expected(draw.seed, cases, quotas, picks):
        recounted.problems.append("The cases chosen, or called from the reserve, are not the lowest tickets in order.")
    if sorted(draw.allocation["barred"]) != sorted(pick.case.person_id for pick in picks if pick.replaces_id is None):
        recounted.problems.append("The allocation was worked out for other cases than those chosen.")
    if (
        allocate.assign_auditors(AuditorChoices.from_record(draw.allocation), seed=draw.seed)
        != draw.allocation["given"]
    ):
        recounted.problems.append("The allocation comes out differently.")
    if not agrees_with_trail(draw):
        recounted.problems.append("The trail has another seed, frame or list of places than this draw shows.")
    return recounted


Line = tuple[str, int, str, str, bool]


def drawn_lines(picks: list[Pick]) -> list[Line]:
    """The draw as it stands: category, place, ticket and person number, and whether it was called from the reserve."""
    return [
        (pick.category, pick.place, pick.ticket, pick.case.person_id, pick.replaces_id is not None) for pick in picks
    ]


def expected(seed: str, cases: list[tuple[str, str]], quotas: dict[str, int], picks: list[Pick]) -> list[Line]:
    """The same from the frame and the seed: each category's quota, and as many reserves as were called."""
    called = Counter(pick.category for pick in picks if pick.replaces_id is not None)
    queues = tickets.choose(seed, cases, {category: quota + called[category] for category, quota in quotas.items()})
    return [
        (category, place, ticket, person_id, place > quotas[category])
        for category, queue in queues.items()
        for place, (ticket, person_id) in enumerate(queue, 1)
    ]


def agrees_with_trail(draw: Draw) -> bool:
    """Whether the entry made at the draw has the same seed, frame and places; true where retention has blanked it."""
    entry = trail.entries_about(draw).filter(act="draw.run").first()
    if entry is None or entry.content is None:
        return entry is not None
    written = json.loads(entry.content)
    return bool(
        (written["seed"], written["frame_hash"], written["quotas"]) == (draw.seed, draw.frame_hash, draw.quotas)
    )
