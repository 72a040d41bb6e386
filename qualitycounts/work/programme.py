"""The month's round on My work: its duties, the programme to agree to, and the reports (work/reports.py)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse

from audits.booking.book_by import by_month
from audits.duties import monthly_duties, owed
from audits.duties.monthly_duties import Kept
from audits.duties.owed import OwedDuty
from audits.family import asking
from audits.overview import spot_views
from audits.programme import agreement, findings, tool_sheets
from audits.programme.tool_page import answer_address
from people import access
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.clock import day_of
from qualitycounts.work import reports
from qualitycounts.work.parts import Item, Line, Part
from standards.drafting import publishing
from standards.timescales import add_working_days

PUBLISH_DAYS = 5
"""Working days in which a set of standards is read and published (ours)."""
AGREE_DAYS = 10
"""Working days in which a manager answers about the programme (ours)."""
VIEW_SOON = timedelta(days=14)
"""How long before its day a director is asked to see a case again (ours)."""
ANSWER_DAYS = 2
"""Working days in which the Head of QA answers whether a draw is made again (ours)."""


def programme_part(user: User, *, at: datetime, row: Model | None) -> Part:
    """What the month asks of QA, and what a reader may read; `row` says whether a programme waits for the person."""
    part, on = Part(), day_of(at)
    kept = monthly_duties.read_duties(on=on, reader=user) if access.may(user, Permission.RUN_SELECTION) else None
    if kept is not None:
        part.begun = kept.begun is not None
        for duty in owed.owed_duties(kept, user=user, on=on):
            add_duty(part, duty)
        redraws(part, kept, user)
    if access.may(user, Permission.AGREE_PROGRAMME) and (row is None or vars(row)["agrees"]):
        to_agree(part, user, on=on)
    sets_to_publish(part, kept, user)
    to_see(part, user, on=on)
    if access.holds(user, Role.CONTRIBUTOR):
        to_write_down(part, user)
    if access.may(user, Permission.TAKE_PART) or access.holds(user, Role.CONTRIBUTOR):
        families(part, user)
    reports.add_reports(part, user, on=on)
    return part


def add_duty(part: Part, duty: OwedDuty) -> None:
    """One duty of a month: to do, or waited for while others are at it."""
    if duty.waits:
        part.waiting.append((duty.due_on, Line(duty.what, duty.url, "Being made")))
        return
    row = Item(duty.due_on, duty.what, duty.about, duty.button, duty.url, duty.who, "", duty.more)
    part.items.append(row)


def redraws(part: Part, kept: Kept, user: User) -> None:
    """Draws that are not sent while somebody asks for a redraw: for the Head of QA to answer, for others to wait."""
    for ref, asked_on, who in kept.asked:
        due, url = add_working_days(asked_on, ANSWER_DAYS), reverse("draw", args=[ref])
        if access.holds(user, Role.HEAD_OF_QA):
            what = f"Draw {ref} again, or say why not"
            part.items.append(Item(due, what, ref, "Look at it", url, who, "", "It is not sent until you answer"))
        else:
            part.waiting.append((due, Line(f"Answer whether {ref} is drawn again", url, "Head of QA")))


def to_write_down(part: Part, user: User) -> None:
    """What a partner agency found, or is asked by a tool, that this person is named to write down of each case of a
    multi-agency audit."""
    for audit, agency in findings.missing_findings(user):
        if audit.pick is None:
            continue
        about = reverse("programme-finding", args=[audit.pick.draw.activity_id])
        url = f"{about}?{urlencode({'case': audit.ref, 'about': agency})}"
        due = by_month(audit.month)
        part.items.append(Item(due, f"Write down what {agency} found", audit.ref, "Write it", url, "", "", audit.ref))
    for respondent in tool_sheets.missing_sheets(user):
        if respondent.audit is None:
            continue
        ref, due = respondent.audit.ref, by_month(respondent.audit.month)
        what, url = f"Answer for {respondent.agency}: {respondent.activity.tool}", answer_address(respondent)
        part.items.append(Item(due, what, ref, "Answer it", url, "", "", ref))


def families(part: Part, user: User) -> None:
    """A child, parent or carer whom this person is named to ask before a meeting."""
    for ask in asking.own_asks(user):
        url = reverse("family-ask", args=[ask.audit.ref, ask.number])
        due = day_of(ask.audit.meets) if ask.audit.meets else by_month(ask.audit.month)
        what = f"Ask the family: {ask.get_speaker_display().lower()}"
        part.items.append(Item(due, what, ask.audit.ref, "Ask them", url, "", "", f"Case {ask.audit.case.person_id}"))


def to_agree(part: Part, user: User, *, on: date) -> None:
    """A year's programme that waits for this manager's agreement (strategy, section 7)."""
    for asked in agreement.programmes_to_agree(user, on=on):
        words = "Agree the audit programme"
        years = f"{asked.year} to {asked.year + 1}"
        due = add_working_days(day_of(asked.asked_at), AGREE_DAYS)
        url = reverse("programme", query={"year": asked.year})
        part.items.append(
            Item(due, words, years, "Read it", url, f"{asked.asked_by}", "", f"Asked by {asked.asked_by}")
        )


def to_see(part: Part, user: User, *, on: date) -> None:
    """A case for a director to see with its worker, once the last one is long ago (strategy 4.2, 4.3)."""
    due = spot_views.next_view_by(user)
    if due is not None and due - VIEW_SOON <= on:
        what, more = "See a case with the worker who holds it", "A spot view or a case presentation"
        part.items.append(Item(due, what, "spot view", "Open a case", reverse("viewing-new"), "", "", more))


def sets_to_publish(part: Part, kept: Kept | None, user: User) -> None:
    """A set of standards, or a tool, that its writer sent to be published, and that this person wrote nothing in."""
    waiting = kept.to_publish if kept else publishing.sent_to(user)
    for pk, sent_on, sent_by, title, is_tool in waiting:
        due, url = add_working_days(sent_on, PUBLISH_DAYS), reverse("standards-draft", args=[pk])
        what = f"Publish a {'tool for a theme' if is_tool else 'set of standards'}, or send it back"
        part.items.append(Item(due, what, title, "Read it", url, sent_by, "", title))
