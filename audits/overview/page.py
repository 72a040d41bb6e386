"""The page of one audit: where it stands, who and when, and what comes next for the person who looks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from audits.access import visible_audits
from audits.allocation import conflict, reassign
from audits.booking import book as booking_book
from audits.case_system import CASE_SYSTEM, second_worker
from audits.draw.moved import team_move
from audits.draw.replacement import check_replace
from audits.family import asking as family
from audits.meeting.own_marks import can_mark_own
from audits.models import Audit, CaseChange, Chair, Pick, Signature
from audits.openings import openings
from audits.record import history, retention_hold, signing, withdrawal
from audits.reminders import chase
from audits.workers_say import say
from people import access
from people.models import User
from people.roles import Permission
from qualitycounts.base.components import Link, SummaryRow, Value
from qualitycounts.base.refusals import allows
from qualitycounts.base.templatetags import qc

State = Audit.State
Signed = tuple[str, User | None, Signature | None]
"""A chair, who sits in it, and their signature if there is one."""


@dataclass(frozen=True, slots=True)
class Next:
    """One thing this person can do now: the page's name, what the button says, and a line of why."""

    page: str
    text: str
    why: str = ""


def audits_newest_first(user: User) -> QuerySet[Audit]:
    """The audits a person may open, newest month first, with what a list shows."""
    return visible_audits(user).select_related("case", "auditor", "keyworker", "team").order_by("-month", "number")


def months_with_audits(user: User) -> list[date]:
    """The months there are audits in, newest first."""
    return list(visible_audits(user).order_by("-month").values_list("month", flat=True).distinct())


def next_steps(audit: Audit, by: User, *, on: date) -> list[Next]:
    """What this person can do now, the most urgent first; nothing towards a meeting once the case has closed."""
    chair = audit.chair_of(by)
    nexts: list[Next] = []
    if audit.is_to_replace(on):
        return nexts
    if audit.state in Audit.NOT_MET:
        nexts = before_meeting(audit, by)
    elif by.pk == audit.second_worker_id and audit.state == State.IN_MEETING:
        nexts.append(
            Next("audit-third-chair", "Go to the meeting", "You have the third chair: read along and propose.")
        )
    elif chair is not None and audit.state == State.IN_MEETING:
        nexts.append(Next("audit-meeting", "Go to the meeting"))
    elif chair is not None and audit.state == State.AGREED:
        within = f"Within {signing.SIGN_DAYS.in_words} of the meeting."
        nexts.append(Next("audit-sign", "Read it through and sign", within))
    if audit.final:
        nexts.append(Next("audit-note", "The note for the case file", f"Ready to paste into {CASE_SYSTEM.value()}."))
        nexts.append(Next("audit-follow-up", "After the meeting", "Actions, supervision, the case file, closing."))
        if allows(say.check_say, audit, by=by, on=on):
            nexts.append(
                Next("audit-say", "Say how it was for you", "Two questions. Nobody is told who answered what.")
            )
    return nexts


def before_meeting(audit: Audit, by: User) -> list[Next]:
    """What this person can do towards a meeting that has not begun."""
    chair, again = audit.chair_of(by), audit.state == State.BOOKED
    books = allows(booking_book.check_book, audit, by=by)
    offers = [
        (Next("audit-meeting", "Go to the meeting", "Open it when you sit down together."), books and again),
        (
            Next("audit-own", "Mark the sheet before you meet", "Only you see it until you both propose a grade."),
            can_mark_own(audit, by=by),
        ),
        (Next("audit-book", "Book it again" if again else "Book the meeting"), books),
        (Next("audit-prepare", "Get ready", "Every question of the meeting, beforehand."), audit.is_in_meeting(by)),
        (
            Next("family-audit", "Ask the family", "Name who asks what they think of the help, before you meet."),
            chair == Chair.AUDITOR and family.can_name_asker(audit, by=by),
        ),
        (
            Next("audit-pack", "The auditor’s pack", "The case, its last audit and the guide."),
            chair == Chair.AUDITOR,
        ),
    ]
    return [step for step, may in offers if may]


@dataclass(frozen=True, slots=True)
class Replacing:
    """An audit whose case has closed before its meeting. `pick`: the drawn case that the person may replace, if any."""

    closed_on: date | None
    pick: Pick | None


def replacing(audit: Audit, *, by: User, on: date) -> Replacing | None:
    """What the page says of an audit that is to be replaced; None of any other."""
    if not audit.is_to_replace(on):
        return None
    may = access.may(by, Permission.RUN_SELECTION)
    pick = Pick.objects.select_related("draw").filter(audit=audit).first() if may else None
    return Replacing(audit.case.closed_on, pick if pick is not None and allows(check_replace, pick) else None)


def audit_waits_for(audit: Audit) -> str:
    """What an audit waits for, to somebody who can do nothing with it."""
    if audit.state in (*Audit.NOT_MET, State.IN_MEETING):
        return "It waits for the auditor and the keyworker."
    return "It waits for signatures." if audit.state == State.AGREED else "There is nothing to do here."


def links(audit: Audit, by: User, *, on: date) -> list[Link]:
    """Where else the page leads, besides what comes next."""
    declare = "I should not audit this case" if audit.auditor == by else "Another auditor should have this case"
    withdraws = allows(withdrawal.check_withdraw, audit, by=by)
    voids = not withdraws and allows(withdrawal.check_void, audit, by=by)
    gives = allows(reassign.check_give, audit, by=by) and not audit.is_to_replace(on)
    raises = audit.is_in_meeting(by) and audit.state not in Audit.CONCLUDED
    offers = [
        ("audit-plan", "The action plan", True),
        ("family-audit", "What the family said", family.family_audits(by).filter(pk=audit.pk).exists()),
        ("audit-give", "Give it to an auditor by hand", gives),
        ("audit-conflict", declare, allows(conflict.check_declare_conflict, audit, by=by)),
        ("concern-new", "Raise a safeguarding concern", raises),
        ("audit-history", "History of this audit", history.can_read(audit, by=by)),
        ("audit-opened", "Who opened this audit", allows(openings.check_read_openings, audit, by=by)),
        ("audit-withdraw", "Withdraw it, with a reason", withdraws),
        ("audit-void", "Declare it void, with a reason", voids),
        ("audit-keep", "Keep it beyond the retention schedule", retention_hold.can_keep(by=by)),
    ]
    return [Link(text, reverse(page, args=[audit.ref])) for page, text, may in offers if may]


def reminders_of(audit: Audit, *, by: User) -> list[SummaryRow]:
    """What was sent to whom about it and when, for those who may remind: one query."""
    if not access.may(by, Permission.RUN_SELECTION):
        return []
    sent = chase.sent_about([audit]).get(audit.pk, [])
    lines = [
        f"{qc.at(reminder.sent_at)} to {reminder.to}, {reminder.sent_by or 'by itself'}"
        + (f": {reminder.note}" if reminder.note else "")
        for reminder in sent
    ]
    return [SummaryRow("Reminders", Value(f"{len(sent)} sent", lines))] if sent else []


def audit_summary(audit: Audit, signatures: Iterable[Signed], *, file_changed: bool) -> list[SummaryRow]:
    """Where an audit stands: who and when, signatures, and the case file."""
    manager = audit.responsible_manager
    rows = [
        SummaryRow("Now", state_now(audit)),
        SummaryRow("Auditor", str(audit.auditor or "Nobody yet")),
        SummaryRow("Keyworker", keyworker(audit)),
        *(SummaryRow(title, name) for title, name in second_worker(audit.case)),
        *([SummaryRow("Team", team(audit, move))] if (move := team_move(audit)) else []),
        *([SummaryRow("Responsible manager", str(manager))] if manager else []),
        SummaryRow("Meeting", meeting(audit)),
    ]
    rows += [SummaryRow(f"{chair}’s signature", signature_of(audit, who, signed)) for chair, who, signed in signatures]
    if audit.words_removed_on:
        removed = f"{qc.day(audit.words_removed_on)}, under the retention schedule. Grades and dates stay."
        rows.append(SummaryRow("Words removed", removed))
    if audit.final:
        rows.append(SummaryRow("On the case file", on_file(audit, changed=file_changed)))
    return rows


def state_now(audit: Audit) -> Value:
    """The state, with the grade of a final audit, and why it ended where it did."""
    more = []
    if audit.final and audit.first_grade and audit.first_grade != audit.grade:
        more.append(f"{qc.grade_word(audit.first_grade)} when it was finalised; changed by the panel")
    if audit.ended_why:
        more.append(f"{audit.ended_by}, {qc.day(audit.ended_at)}: {audit.ended_why}")
    return Value(audit.get_state_display(), more, grade=audit.grade if audit.final else "")


def keyworker(audit: Audit) -> Value:
    """The keyworker, and when they said that the file is up to date."""
    said = f"Said on {qc.at(audit.prepared_at)} that the file is up to date" if audit.prepared_at else ""
    return Value(audit.keyworker or "Nobody now: the QA Officer finds out who holds the case", said)


def team(audit: Audit, move: CaseChange) -> Value:
    """The team that has the case now, and from which it moved after the draw."""
    was = f"The case moved here from {move.was or 'no team'} after it was drawn, by the extract of {qc.day(move.on)}"
    return Value(audit.team or "No team", was)


def meeting(audit: Audit) -> Value:
    """When the meeting was held or is booked for, with the way to put it into a calendar."""
    if audit.met_on:
        return Value(f"Held on {qc.day(audit.met_on)}")
    if not audit.meets:
        return Value("Not booked yet")
    when = f"{qc.day(audit.meets)} at {qc.hour(audit.meets)}, {audit.place}"
    call = f"On a call: {audit.link}" if audit.link else ""
    mine = Link("Put it in my calendar", reverse("audit-invitation", args=[audit.ref]))
    return Value(when, call, below=mine)


def signature_of(audit: Audit, person: User | None, signed: Signature | None) -> Value:
    """One chair's signature, or why there is none."""
    if signed is not None:
        more = "" if signed.agrees else f"Seen, not agreed: {signed.words}"
        return Value(f"{person}, {qc.at(signed.signed_at)}", more)
    if audit.state == State.AGREED:
        return Value("Not yet")
    return Value("None", f"Finalised by {audit.finalised_by}: {audit.finalised_why}" if audit.finalised_why else "")


def on_file(audit: Audit, *, changed: bool) -> Value:
    """Who ticked off that the entry is on the case file, and whether it has changed since."""
    if not audit.on_file_at:
        return Value("Not ticked off yet")
    again = "It has changed since: put it there again" if changed else ""
    return Value(f"{audit.on_file_by}, {qc.day(audit.on_file_on)}", again)


def may_finalise_unsigned_today(audit: Audit, by: User, *, on: date) -> bool:
    """Whether this person may make it final without a signature today."""
    return allows(signing.check_finalise_unsigned, audit, by=by, on=on)
