"""Audits on My work as the QA Team sees them: what others have still to do, and what only QA can do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from audits import grading, signing
from audits.models import Audit, Chair, Judgement
from people import access
from people.models import User
from people.roles import Permission
from people.templatetags.qc import month, short_day
from qualitycounts.clock import day_of
from qualitycounts.refusals import Refused
from qualitycounts.work.dates import by_month, sign_by, signed_chairs
from qualitycounts.work.parts import Card, Item, Line, Part
from standards.timescales import add_working_days

State = Audit.State
SOON = timedelta(days=7)
"""How long before a meeting QA looks whether the file is ready."""


def add(found: Part, others: Sequence[Audit], audits: Sequence[Audit], user: User, *, on: date) -> None:
    """What QA waits for, does and sees. `others`: the audits in which the person sits in no chair."""
    for audit in others:
        waits_for(found, audit, on=on)
        if audit.state == State.AGREED and signing.can_finalise_unsigned(audit, by=user, on=on):
            what, url = "Finalise it without a signature", f"/audits/{audit.ref}/"
            who = str(audit.auditor or "")
            found.items.append(Item(sign_by(audit), what, audit.ref, "Open it", url, who, "Auditor", audit.ref))
    if access.may(user, Permission.RULE_ON_GRADE):
        advice(found, user)
    alone = [audit for audit in audits if audit.auditor_id is None and audit.state == State.ALLOCATED]
    if alone:
        found.items.append(find_auditors(alone))
    found.cards += [of_the_month(audits, on=on), without_auditor(alone), to_close(audits)]


def waits_for(found: Part, audit: Audit, *, on: date) -> None:
    """What a live audit waits for, and whom."""
    url, auditor, worker = f"/audits/{audit.ref}/", str(audit.auditor), str(audit.keyworker or "Nobody")
    if audit.state == State.ALLOCATED and audit.auditor is not None:
        by = by_month(audit.month)
        found.waiting.append((by, Line(f"Book {audit.ref}", url, f"{auditor}, by {short_day(by)}")))
    elif audit.state == State.BOOKED and audit.meets is not None:
        day = day_of(audit.meets)
        if day < on:
            words = f"{auditor}, was booked for {short_day(day)}"
            found.waiting.append((day, Line(f"Hold the meeting of {audit.ref}", url, words)))
        elif audit.prepared_at is None and day <= on + SOON:
            words = f"{worker}, meeting {short_day(day)}"
            found.waiting.append((day, Line(f"Say the file is ready, {audit.ref}", url, words)))
    elif audit.state == State.IN_MEETING and (meets := audit.meets or audit.paused_at) is not None:
        day = day_of(meets)
        if day < on:
            words = f"{auditor}, since {short_day(day)}"
            found.waiting.append((day, Line(f"End the meeting of {audit.ref}", url, words)))
    elif audit.state == State.AGREED:
        signed = signed_chairs(audit)
        missing = [name for chair, name in ((Chair.AUDITOR, auditor), (Chair.KEYWORKER, worker)) if chair not in signed]
        last = sign_by(audit)
        words = f"{' and '.join(missing)}, until {short_day(last)}"
        found.waiting.append((last, Line(f"Sign {audit.ref}", url, words)))


def advice(found: Part, user: User) -> None:
    """Grades that two chairs could not agree: QA advises, then they propose again or QA rules."""
    asked = Judgement.objects.filter(state=Judgement.State.REFERRED, audit__state=State.IN_MEETING)
    for one in asked.select_related("audit__auditor", "audit__keyworker", "standard"):
        try:
            grading.check_adviser(one.audit, one, by=user)
        except Refused:
            continue
        ref, who = one.audit.ref, f"{one.audit.auditor}, {one.audit.keyworker}"
        url, more = f"/audits/{ref}/advice/{one.number}/", f"{ref} · {one.title}"
        if one.advised_at is None and one.referred_at is not None:
            due = add_working_days(day_of(one.referred_at), grading.ADVICE_DAYS.value())
            what = "Advise on a grade they could not agree"
            found.items.append(Item(due, what, ref, "Give advice", url, who, "Auditor and keyworker", more))
        elif one.advised_at is not None:
            day = day_of(one.advised_at)
            found.waiting.append((day, Line(f"Propose again, {ref}", url, f"{who}, advised {short_day(day)}")))


def of_the_month(audits: Sequence[Audit], *, on: date) -> Card:
    """This month's audits by state, each number leading to its list."""
    this = on.replace(day=1)
    counted = Counter(audit.state for audit in audits if audit.month == this)
    lines = [
        Line(str(state.label), f"/audits/?month={this:%Y-%m}&state={state.value}", number=counted[state])
        for state in State
        if counted[state]
    ]
    total = sum(counted.values())
    title = f"{this:%B}’s {total} audit{'' if total == 1 else 's'}" if total else f"{this:%B}’s audits"
    return Card("month", title, lines, f"None. Audits of {month(this)} show here by state once they are drawn.")


def find_auditors(alone: Sequence[Audit]) -> Item:
    """One row for every case that has no auditor, by when the first of them is to be booked."""
    first, count = by_month(min(audit.month for audit in alone)), len(alone)
    what = "Find an auditor: a case has none" if count == 1 else f"Find auditors: {count} cases have none"
    return Item(
        first, what, "cases with no auditor", "Look again", "/draws/", "Auditors who are free", "", "Why, beside"
    )


def without_auditor(alone: Sequence[Audit]) -> Card:
    """Drawn cases that no independent auditor was free for, each with why."""
    lines = []
    for audit in alone:
        draw = getattr(audit, "draw_ref", None)
        url = f"/draws/{draw}/" if draw else f"/audits/{audit.ref}/"
        lines.append(Line(audit.ref, url, getattr(audit, "no_auditor_why", "") or ""))
    empty = "None. If no independent auditor is free for a drawn case, it shows here with the reason."
    return Card("no-auditor", "Cases with no auditor", lines, empty)


def to_close(audits: Sequence[Audit]) -> Card:
    """Final audits whose actions are all checked and that no escalation holds."""
    ready = [audit for audit in audits if audit.state == State.FINALISED and getattr(audit, "closable", False)]
    lines = [
        Line(audit.ref, f"/audits/{audit.ref}/", f"{audit.team}, met {short_day(audit.met_on)}") for audit in ready
    ]
    empty = "None. A final audit comes here once every action is checked and no escalation is open."
    return Card("to-close", "Ready to be closed", lines, empty)
