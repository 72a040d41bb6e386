"""Replacing a chosen case by the next of its category's reserve, in the order that the draw fixed."""

from __future__ import annotations

from datetime import datetime

from django.shortcuts import get_object_or_404

from audits.draw import frame, tickets
from audits.draw.draws import open_audits
from audits.draw.sending import full_workers
from audits.locking import lock_draw
from audits.models import Audit, Case, Draw, Pick
from audits.record.withdrawal import withdraw_audit
from people import access, trail
from people.models import User
from people.roles import Permission
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotNow, Refused

REASONS = {
    "closed": "Case closed",
    "moved": "Moved to another authority",
    "keyworker_away": "Keyworker away all month",
    "no_auditor": "No independent auditor",
    "not_now": "Not the right time for the child or family",
    "spread": "Its worker would sit in too many audits of the month",
    "other": "Another reason",
}
"""Why a chosen case is replaced. A reserve that could no longer be drawn is passed over with the rule's own key."""
WORKER_FULL = "worker_full"
PASSED_OVER = {WORKER_FULL: "Its worker has as many audits of the month as the rule lets them"}
"""Why a reserve that could be drawn is passed over all the same, where cases are spread over workers."""


def reason_words(code: str) -> str:
    """A reason code in words, also of the rule that takes out a reserve."""
    return REASONS.get(code) or PASSED_OVER.get(code) or frame.TITLES[code]


def pick_or_404(draw_ref: str, audit_ref: str) -> Pick:
    """The case of a draw that an audit was made for. Whoever may run draws may open every one of them."""
    return get_object_or_404(
        Pick.objects.select_related("draw", "case", "audit"), draw__ref=draw_ref, audit__ref=audit_ref
    )


def replacement_in_words(replaced: Pick, called: Pick | None) -> str:
    """What a replacement did, in a sentence."""
    if called is None:
        return f"{replaced.case} is replaced by nobody: its category has no case left in reserve."
    return f"{called.case} was called from the reserve for {replaced.case}."


def check_replace(pick: Pick) -> None:
    """Refused (409) unless the case is in a draw that stands, and its meeting has not begun."""
    audit = getattr(pick, "audit", None)
    if pick.draw.state != Draw.State.DRAWN or pick.state == Pick.State.REPLACED or audit is None:
        raise NotNow("This case has been replaced already. Open the draw again to see what stands now.")
    if audit.state not in Audit.NOT_MET:
        raise NotNow(f"The meeting of {audit.ref} has begun, or it is over, so the case is not replaced.")


def replace_case(pick: Pick, *, reason: str, why: str, by: User, at: datetime) -> Pick | None:
    """Withdraw a chosen case and call the next of its category's reserve that could still be drawn.

    A reserve that could no longer be drawn is passed over, with the rule that takes it out now. None when the reserve
    is empty: the case is withdrawn all the same. Refused: not QA (403), no reason, or "other" without words (422),
    the meeting has begun or the case was replaced already (409).
    """
    access.check(by, Permission.RUN_SELECTION)
    if reason not in REASONS:
        raise Refused("Choose why the case is replaced.", "reason")
    if reason == "other" and not why.strip():
        raise Refused("Say in a sentence why the case is replaced.", "why")
    with trail.acting(by=by, at=at) as act:
        draw = lock_draw(pick.draw_id)
        pick = Pick.objects.select_related("audit", "case").get(pk=pick.pk)
        pick.draw = draw
        check_replace(pick)
        words = ". ".join(filter(None, [REASONS[reason], why.strip()]))
        withdraw_audit(pick.audit, why=words, by=by, at=at)
        pick.state, pick.reason, pick.why = Pick.State.REPLACED, reason, why.strip()
        pick.save(update_fields=["state", "reason", "why"])
        called = call_next(draw, pick, full=full_workers(draw.month) if reason == "spread" else set(), act=act)
        content = {"replaced": pick.case.person_id, "reason": reason, "called": called and called.case.person_id}
        act.add("draw.replaced", draw, was=draw.state, now=draw.state, why=words, content=content)
        return called


def call_next(draw: Draw, replaced: Pick, *, full: set[int], act: trail.Act) -> Pick | None:
    """Call reserves in the order of their tickets until one can still be drawn; its audit is made and placed. Cases of
    workers who are `full` are passed over, with that reason."""
    cases = tickets.frame_cases(draw.frame)
    queue = tickets.choose(draw.seed, cases, tickets.sizes(cases))[replaced.category]
    reached = draw.picks.filter(category=replaced.category).order_by("-place").values_list("place", flat=True)[0]
    for place, (ticket, person_id) in enumerate(queue[reached:], reached + 1):
        case = Case.objects.select_related("keyworker", "team__service").get(person_id=person_id)
        out = frame.taken_out(case, on=day_of(act.at)) or (WORKER_FULL if case.keyworker_id in full else "")
        called = Pick.objects.create(
            draw=draw,
            case=case,
            category=replaced.category,
            ticket=ticket,
            place=place,
            state=Pick.State.REPLACED if out else Pick.State.CALLED,
            called_on=day_of(act.at),
            reason=out,
            replaces=replaced,
        )
        if not out:
            open_audits(draw, [called], act=act)
            return called
        replaced = called
    return None
