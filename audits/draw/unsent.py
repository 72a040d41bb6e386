"""What becomes of a draw that must not be sent as it was drawn: left unsent, or drawn again by the Head of QA.

Nobody draws until the list pleases: whoever made a draw may give it up with a reason, and then nothing is drawn for its
activity unless the Head of QA, who was asked with a reason, has it drawn again. Each stays with the draw.
"""

from __future__ import annotations

from datetime import datetime

from audits.booking.notice_texts import RedrawAnswered, RedrawAsked
from audits.locking import lock_draw
from audits.models import Audit, Draw, RedrawRequest
from audits.plan.mail_note import check_mail_note
from audits.record.withdrawal import withdraw_audit
from people import access, notices, trail
from people.directory import holders
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotAllowed, NotNow, written

ASK_LEAVE = "Say why it is left unsent. It is shown with the draw."
ASK_REDRAW = "Say why it must not be sent as it was drawn."
ASK_DECLINE = "Say why it is not drawn again. Whoever asked is told."


def request_waiting(draw: Draw) -> RedrawRequest | None:
    """The request for a redraw that waits for the Head of QA, if there is one: one query, none where they were read."""
    return next((request for request in draw.redraw_requests.all() if not request.answer), None)


def check_unsent(draw: Draw, *, by: User) -> None:
    """Refused: not QA (403), superseded, sent, or waiting for the Head of QA already (409)."""
    access.check(by, Permission.RUN_SELECTION)
    if draw.state != Draw.State.DRAWN or draw.sent is not None:
        raise NotNow(f"{draw.ref} was sent or superseded already. Open its page to see.")
    if request_waiting(draw) is not None:
        raise NotNow("The Head of QA was asked to have it drawn again. Wait for the answer.")


def check_leave_unsent(draw: Draw, *, by: User) -> None:
    """Refused as `check_unsent`, and left unsent already (409)."""
    check_unsent(draw, by=by)
    if draw.left_at is not None:
        raise NotNow(f"{draw.ref} was left unsent already.")


def leave_unsent(draw: Draw, *, why: str, by: User, at: datetime) -> Draw:
    """Leave a draw unsent for good: its audits are withdrawn, nobody is told, and it stays to be read with the reason.

    Refused as `check_leave_unsent`, and without a reason (422).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = lock_draw(draw.pk)
        check_leave_unsent(fresh, by=by)
        reason = written(why, "why", ASK_LEAVE, most=1000)
        for audit in Audit.objects.filter(pick__draw=fresh, state=Audit.State.ALLOCATED).order_by("number"):
            withdraw_audit(audit, why=f"{fresh.ref} was left unsent: {reason}", by=by, at=at)
        fresh.left_at, fresh.left_by, fresh.left_why = at, by, reason
        fresh.save(update_fields=["left_at", "left_by", "left_why"])
        act.add("draw.left_unsent", fresh, was=fresh.state, now=fresh.state, why=reason)
    return fresh


def check_ask_redraw(draw: Draw, *, by: User) -> None:
    """Refused as `check_unsent`; and of the Head of QA, who draws again without asking (409)."""
    check_unsent(draw, by=by)
    if access.holds(by, Role.HEAD_OF_QA):
        raise NotNow("You may draw it again yourself, with a reason.")


def ask_redraw(draw: Draw, *, why: str, by: User, at: datetime) -> RedrawRequest:
    """Ask the Head of QA to have a draw made again, with a reason; they are told, and it is not sent meanwhile.

    Refused as `check_ask_redraw`; no reason, or a number in it that could be a child's (422).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = lock_draw(draw.pk)
        check_ask_redraw(fresh, by=by)
        reason = check_mail_note(written(why, "why", ASK_REDRAW), "why")
        request = RedrawRequest.objects.create(draw=fresh, why=reason, asked_at=at, asked_by=by)
        act.add("draw.redraw_asked", fresh, was=fresh.state, now=fresh.state, why=reason)
        heads = holders(Role.HEAD_OF_QA, on=day_of(at))
        notices.notify(to=heads, text=RedrawAsked(fresh, request), key=f"{fresh.ref}:redraw:{request.pk}", at=at)
    return request


def check_decline_redraw(draw: Draw, *, by: User) -> None:
    """Refused: not the Head of QA (403), nobody asked (409)."""
    if not access.holds(by, Role.HEAD_OF_QA):
        raise NotAllowed("Only the Head of QA answers whether a draw is made again.")
    if draw.state != Draw.State.DRAWN or request_waiting(draw) is None:
        raise NotNow("Nobody waits for an answer about this draw.")


def decline_redraw(draw: Draw, *, why: str, by: User, at: datetime) -> None:
    """Say that a draw is not made again, and why; whoever asked is told, and may send it or leave it unsent.

    Refused as `check_decline_redraw`; no reason, or a number in it that could be a child's (422).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = lock_draw(draw.pk)
        check_decline_redraw(fresh, by=by)
        reason = written(why, "why", ASK_DECLINE, most=1000)
        answer_request(fresh, answer=RedrawRequest.Answer.DECLINED, why=reason, act=act)
        act.add("draw.redraw_declined", fresh, was=fresh.state, now=fresh.state, why=reason)


def answer_request(draw: Draw, *, answer: str, why: str, act: trail.Act) -> None:
    """Write the answer to the request that waits, if one does, and tell whoever asked.

    Refused (422): a number in the reason that could be a child's, for it goes by mail.
    """
    request = request_waiting(draw)
    if request is None:
        return
    check_mail_note(why, "why")
    request.answer, request.answer_why, request.answered_at, request.answered_by = answer, why, act.at, act.by
    request.save()
    text, key = RedrawAnswered(draw, request), f"{draw.ref}:redraw:{request.pk}:{answer}"
    notices.notify(to=[request.asked_by], text=text, key=key, at=act.at)
