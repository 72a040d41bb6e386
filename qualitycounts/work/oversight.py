"""Audits on My work as the QA Team sees them: what others have still to do, and what only QA can do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from django.urls import reverse

from audits.allocation import give_back as allocation_give_back
from audits.booking.book_by import by_month
from audits.meeting import grading
from audits.meeting.advice import ADVICE_DAYS
from audits.models import Audit, Judgement
from audits.record import signing
from audits.reminders.awaited import Stage, awaited, sign_by
from people import access
from people.models import User
from people.roles import Permission
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import month_in_words, month_name, short_day
from qualitycounts.base.refusals import allows
from qualitycounts.menu import page_address
from qualitycounts.work.dates import signed_chairs
from qualitycounts.work.parts import Card, Item, Line, Part
from standards.timescales import add_working_days

State = Audit.State
SOON = timedelta(days=7)
"""How long before a meeting QA looks whether the file is ready."""
WAITS = {
    Stage.BOOK: ("Book", "by"),
    Stage.PREPARE: ("Say the file is ready,", "meeting"),
    Stage.HOLD: ("Hold the meeting of", "was booked for"),
    Stage.END: ("End the meeting of", "since"),
    Stage.SIGN: ("Sign", "until"),
}
"""What is waited for, and the word before its day, by stage."""


def add_oversight(part: Part, others: Sequence[Audit], audits: Sequence[Audit], user: User, *, on: date) -> None:
    """What QA waits for, does and sees. `others`: the audits in which the person sits in no chair."""
    for audit in others:
        waits_for(part, audit, on=on)
        if audit.state == State.AGREED and allows(signing.check_finalise_unsigned, audit, by=user, on=on):
            what, url = "Finalise it without a signature", page_address("audit", audit.ref)
            who = str(audit.auditor or "")
            part.items.append(Item(sign_by(audit), what, audit.ref, "Open it", url, who, "Auditor", audit.ref))
    if access.may(user, Permission.RULE_ON_GRADE) and any(vars(audit)["referred"] for audit in audits):
        advice(part, user)
    closed = [audit for audit in audits if audit.is_to_replace(on)]
    if closed:
        part.items.append(replace_closed(closed))
    waiting = [audit for audit in audits if audit not in closed and audit.state == State.ALLOCATED]
    alone = [audit for audit in waiting if audit.auditor_id is None]
    if alone:
        part.items.append(find_auditors(alone))
    if any(audit.taken_from_id not in (None, audit.auditor_id) for audit in audits):
        part.items += [give_back(audit) for audit in allocation_give_back.offered_to(user, on=on)]
    part.cards += [of_the_month(audits, on=on), with_closed_case(closed), without_auditor(alone), to_close(audits)]


def waits_for(part: Part, audit: Audit, *, on: date) -> None:
    """What a live audit waits for, and whom, by the rule that the board asks; a file that is not ready only once its
    meeting is near, and a meeting of today not yet."""
    waits = awaited(audit, signed_chairs(audit), on=on)
    if waits is None:
        return
    day = waits.due_on
    if (waits.stage == Stage.PREPARE and day > on + SOON) or (waits.stage == Stage.END and day >= on):
        return
    what, when = WAITS[waits.stage]
    line = Line(f"{what} {audit.ref}", page_address("audit", audit.ref), f"{waits.names}, {when} {short_day(day)}")
    part.waiting.append((day, line))


def advice(part: Part, user: User) -> None:
    """Grades that two chairs could not agree: QA advises, then they propose again or QA rules."""
    asked = Judgement.objects.filter(state=Judgement.State.REFERRED, audit__state=State.IN_MEETING)
    for judgement in asked.select_related("audit__auditor", "audit__keyworker", "standard"):
        if not allows(grading.check_adviser, judgement.audit, judgement, by=user):
            continue
        ref, who = judgement.audit.ref, f"{judgement.audit.auditor}, {judgement.audit.keyworker}"
        url, more = page_address("audit-advice", ref, judgement.number), f"{ref} · {judgement.title}"
        if judgement.advised_at is None and judgement.referred_at is not None:
            due = add_working_days(day_of(judgement.referred_at), ADVICE_DAYS.value())
            what = "Advise on a grade they could not agree"
            part.items.append(Item(due, what, ref, "Give advice", url, who, "Auditor and keyworker", more))
        elif judgement.advised_at is not None:
            day = day_of(judgement.advised_at)
            part.waiting.append((day, Line(f"Propose again, {ref}", url, f"{who}, advised {short_day(day)}")))


def of_the_month(audits: Sequence[Audit], *, on: date) -> Card:
    """This month's audits by state, each number leading to its list."""
    this, month = on.replace(day=1), f"{on:%Y-%m}"
    counted = Counter(audit.state for audit in audits if audit.month == this)
    lines = [
        Line(str(state.label), reverse("audits", query={"month": month, "state": state.value}), number=counted[state])
        for state in State
        if counted[state]
    ]
    total = sum(counted.values())
    title = f"{month_name(this)}’s {f'{total} ' if total else ''}audit{'' if total == 1 else 's'}"
    empty = f"None. Audits of {month_in_words(this)} show here by state once they are drawn."
    return Card("month", title, lines, empty)


def find_auditors(alone: Sequence[Audit]) -> Item:
    """One row for every case that has no auditor, by when the first of them is to be booked."""
    first, count = by_month(min(audit.month for audit in alone)), len(alone)
    what = "Find an auditor: a case has none" if count == 1 else f"Find auditors: {count} cases have none"
    return Item(
        first,
        what,
        "cases with no auditor",
        "Look again",
        page_address("draws"),
        "Auditors who are free",
        "",
        "Why, beside",
    )


def replace_closed(closed: Sequence[Audit]) -> Item:
    """One row for every drawn case that has closed, by when the first of the audits is to be booked or is to meet."""
    days = [min(by_month(audit.month), day_of(audit.meets) if audit.meets else date.max) for audit in closed]
    count = len(closed)
    what = "Replace a drawn case: it has closed" if count == 1 else f"Replace {count} drawn cases: they have closed"
    return Item(min(days), what, "drawn cases that closed", "Replace", replace_url(closed[0]), "", "", "Which, beside")


def replace_url(audit: Audit) -> str:
    """Where an audit whose case has closed is replaced; where it is withdrawn, if no draw chose it."""
    draw = getattr(audit, "draw_ref", None)
    return page_address("draw-replace", draw, audit.ref) if draw else page_address("audit", audit.ref)


def with_closed_case(closed: Sequence[Audit]) -> Card:
    """Drawn cases that closed before their meeting; a case that opens again leaves by itself."""
    lines = [
        Line(audit.ref, replace_url(audit), f"{audit.team or 'No team'}, closed {short_day(audit.case.closed_on)}")
        for audit in closed
    ]
    empty = "None. A drawn case that closes before its meeting shows here, to be replaced by the next of the reserve."
    return Card("to-replace", "Drawn cases that closed", lines, empty)


def give_back(audit: Audit) -> Item:
    """An audit that an import took from an auditor who could audit it again: QA says whether it goes back."""
    what, url = f"Give it back to {audit.taken_from}, or leave it", page_address("audit-give", audit.ref)
    who, more = str(audit.auditor or "Nobody"), f"{audit.ref} · an import took the auditor off"
    return Item(by_month(audit.month), what, audit.ref, "Look at it", url, who, "Has it now", more)


def without_auditor(alone: Sequence[Audit]) -> Card:
    """Drawn cases that no independent auditor was free for, each with why."""
    lines = []
    for audit in alone:
        draw = getattr(audit, "draw_ref", None)
        url = page_address("draw", draw) if draw else page_address("audit", audit.ref)
        lines.append(Line(audit.ref, url, getattr(audit, "no_auditor_why", "") or ""))
    empty = "None. If no independent auditor is free for a drawn case, it shows here with the reason."
    return Card("no-auditor", "Cases with no auditor", lines, empty)


def to_close(audits: Sequence[Audit]) -> Card:
    """Final audits whose actions are all checked and that no escalation holds."""
    ready = [audit for audit in audits if audit.state == State.FINALISED and getattr(audit, "closable", False)]
    lines = [
        Line(
            audit.ref,
            page_address("audit", audit.ref),
            f"{audit.team or 'No team'}, met {short_day(audit.met_on)}",
        )
        for audit in ready
    ]
    empty = "None. A final audit comes here once every action is checked and no escalation is open."
    return Card("to-close", "Ready to be closed", lines, empty)
