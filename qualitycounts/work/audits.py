"""Audits on My work, as their two chairs see them: to book, to prepare, to meet, to sign, to talk through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from audits.access import visible_audits
from audits.allocation.independence import AUDITS_A_MONTH
from audits.booking import book as booking_book
from audits.booking.book_by import by_month
from audits.draw.moved import team_was
from audits.follow_up import case_note
from audits.models import Action, Audit, Chair, Hold, Judgement, OwnMark, SayGiven, Signature, Supervision
from audits.panel import my_work as panel_my_work
from audits.plan.smart_plan import SUPERVISION_MONTHS
from audits.reminders.awaited import sign_by
from audits.workers_say import say
from people import access
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import hour, moment_in_words, short_day
from qualitycounts.base.refusals import allows
from qualitycounts.menu import page_address
from qualitycounts.work import oversight, panel
from qualitycounts.work.carried import carried
from qualitycounts.work.dates import signed_chairs
from qualitycounts.work.parts import Item, Line, Meeting, Part
from standards.timescales import add_months

State = Audit.State
PEOPLE = ("auditor", "keyworker", "responsible_manager", "second_worker")
"""Whom a row of `audits_asked_for` names."""


def audits_part(user: User, audits: Sequence[Audit], *, at: datetime) -> Part:
    """What the audits that the person may open ask of them today."""
    part, on = Part(), day_of(at)
    part.begun = bool(audits)
    for audit in audits:
        chair = audit.chair_of(user)
        if chair is not None and audit.state in Audit.UNFINISHED:
            in_a_chair(part, audit, chair, user, on=on)
        elif user.pk == audit.second_worker_id and audit.state in Audit.MEETING_SET:
            in_the_third_chair(part, audit, on=on)
        elif audit.state == State.FINALISED:
            follow_up(part, audit, user, on=on)
    if access.sees_all(user, Permission.SEE_AUDIT):
        facts = panel_my_work.panel_facts(user, row=next(iter(audits), None))
        panel.add_panel_work(part, user, facts, begun=bool(audits), on=on)
        oversight.add_oversight(part, [audit for audit in audits if audit.chair_of(user) is None], audits, user, on=on)
    if access.holds(user, Role.AUDITOR):
        most = f"up to {AUDITS_A_MONTH.in_words}"
        part.hopes.append(f"Each month’s draw may give you {most}. They come here to be booked, a month ahead.")
    if access.holds(user, Role.KEYWORKER):
        part.hopes.append("When one of your cases is drawn and its meeting booked, it comes here to be prepared.")
    return part


def audits_asked_for(user: User, *, on: date) -> QuerySet[Audit]:
    """The audits that may ask something of the person: live ones, final ones they follow up, and for QA the month's.

    Each carries whether the person has begun to mark it alone (`marked_alone`), whether it was talked through in
    supervision (`talked`), whether its keyworker has said how it was (`said`), when its entry was put on the file as it
    reads now (`filed`) and when each chair signed what stands (`auditor_signed`, `keyworker_signed`); for QA also
    whether its actions and holds let it close (`closable`), whether a grade of it waits for advice (`referred`), and
    its draw, and what panels ask of it.
    """
    follows = Q(keyworker=user) | Q(responsible_manager=user)
    asked = visible_audits(user).annotate(
        filed=case_note.filed(),
        team_was=team_was(),
        **carried(user, on=on),
        marked_alone=Exists(OwnMark.objects.filter(audit=OuterRef("pk"), saved_by=user).exclude(value="")),
        said=Exists(SayGiven.objects.filter(audit=OuterRef("pk"))),
        talked=Exists(Supervision.objects.that_count().filter(audit=OuterRef("pk"))),
        **{f"{chair}_signed": signed_at(chair) for chair in Chair.values},
    )
    every = Q(state__in=Audit.UNFINISHED) | (Q(state=State.FINALISED) & follows)
    if access.sees_all(user, Permission.SEE_AUDIT):
        unfinished = Action.objects.unfinished().filter(audit=OuterRef("pk"))
        held = Hold.objects.filter(audit=OuterRef("pk"), lifted=None)
        asked = asked.annotate(
            closable=~Exists(unfinished) & ~Exists(held),
            referred=Exists(Judgement.objects.filter(audit=OuterRef("pk"), state=Judgement.State.REFERRED)),
            draw_ref=F("pick__draw__ref"),
            **panel_my_work.columns(user),
            no_auditor_why=F("pick__no_auditor_why"),
        )
        every |= Q(month=on.replace(day=1)) | Q(state=State.FINALISED, closable=True)
    return asked.filter(every).select_related("case", "team").order_by("month", "number")


def signed_at(chair: str) -> Subquery:
    """When a chair signed what stands."""
    signatures = Signature.objects.filter(audit=OuterRef("pk"), chair=chair, voided_at=None)
    return Subquery(signatures.values("signed_at")[:1])


def in_a_chair(part: Part, audit: Audit, chair: Chair, user: User, *, on: date) -> None:
    """What the audit asks of one of its two chairs."""
    other = audit.keyworker if chair == Chair.AUDITOR else audit.auditor
    who, team, url = str(other or "Nobody yet"), team_in_words(audit), page_address("audit", audit.ref)
    if audit.is_to_replace(on):
        part.waiting.append((on, Line(f"Replace {audit.ref}", url, "QA Officer: the case has closed")))
    elif audit.state == State.IN_MEETING:
        words = "Go on with the meeting" if chair == Chair.AUDITOR else "Join the meeting"
        more, url = f"{audit.ref} · begun, not ended", page_address("audit-meeting", audit.ref)
        part.items.append(Item(on, words, audit.ref, "Open it", url, who, team, more))
    elif audit.state == State.AGREED:
        sign(part, audit, chair, who, team)
    elif audit.meets is not None and audit.state == State.BOOKED:
        booked(part, audit, chair, who, audit.meets, on=on)
    elif chair == Chair.KEYWORKER:
        by = by_month(audit.month)
        part.waiting.append((by, Line(f"Book {audit.ref}", url, f"{who}, by {short_day(by)}")))
    elif allows(booking_book.check_book, audit, by=user):
        more, url = f"{audit.ref} · {audit.get_category_display()}", page_address("audit-book", audit.ref)
        part.items.append(Item(by_month(audit.month), "Book the meeting", audit.ref, "Book", url, who, team, more))


def in_the_third_chair(part: Part, audit: Audit, *, on: date) -> None:
    """What a meeting asks of the second worker of its case: to get ready, then to read along and propose."""
    who, team = f"{audit.auditor} and {audit.keyworker}", team_in_words(audit)
    if audit.state == State.IN_MEETING:
        words, more, url = "Join the meeting", f"{audit.ref} · begun, not ended", "audit-third-chair"
    else:
        words, url = "Read the questions before you meet", "audit-prepare"
        more = f"{audit.ref} · {moment_in_words(audit.meets)}, {audit.place}" if audit.meets else audit.ref
    day = day_of(audit.meets) if audit.meets and audit.state == State.BOOKED else on
    part.items.append(Item(day, words, audit.ref, "Open it", page_address(url, audit.ref), who, team, more))


def team_in_words(audit: Audit) -> str:
    """The team of an audit and, while the two have not met, from which its case has moved since the draw."""
    team, moved = str(audit.team or ""), moved_from(audit)
    return f"{team or 'No team'}, {moved}" if moved else team


def moved_from(audit: Audit) -> str:
    """From which team the case has moved since the draw, while the two have not met; "" for none."""
    was: str | None = getattr(audit, "team_was", None)
    return f"moved from {was or 'no team'}" if was is not None and audit.state in Audit.NOT_MET else ""


def booked(part: Part, audit: Audit, chair: Chair, who: str, meets: datetime, *, on: date) -> None:
    """A booked meeting: today's stands above everything; the keyworker brings the file up to date before it."""
    day, url, leads = day_of(meets), page_address("audit", audit.ref), chair == Chair.AUDITOR
    words = f"{audit.ref} · {moment_in_words(meets)}, {audit.place}"
    if not leads and (moved := moved_from(audit)):
        words += f" · the case {moved}"
    if day == on:
        part.meetings.append((meets, meeting(audit, who, meets, leads=leads)))
    elif day < on and leads:
        what = "Hold the meeting, or book it again"
        part.items.append(Item(day, what, audit.ref, "Open it", url, who, team_in_words(audit), words))
    elif day < on:
        part.waiting.append((day, Line(f"Meet about {audit.ref}", url, f"{who}, was booked for {short_day(day)}")))
    elif audit.prepared_at is None and not leads:
        what, url = "Bring the file up to date, then say so", page_address("audit-prepare", audit.ref)
        part.items.append(Item(day, what, audit.ref, "Get ready", url, who, "Auditor", words))
    else:
        more = team_in_words(audit) if leads else "Auditor"
        part.items.append(before_meeting(audit, day, who, more, words))
        if audit.prepared_at is None:
            line = Line(f"Say the file is ready, {audit.ref}", url, f"{who}, meeting {short_day(day)}")
            part.waiting.append((day, line))


def before_meeting(audit: Audit, day: date, who: str, more: str, words: str) -> Item:
    """A booked meeting that nothing else is asked for: to be marked by oneself first, or only to be held."""
    if getattr(audit, "marked_alone", False):
        return Item(day, "Meet", audit.ref, "See it", page_address("audit", audit.ref), who, more, words)
    url = page_address("audit-own", audit.ref)
    return Item(day, "Mark the sheet before you meet", audit.ref, "Mark it", url, who, more, words)


def meeting(audit: Audit, who: str, meets: datetime, *, leads: bool) -> Meeting:
    """Today's meeting, as one of its chairs sees it."""
    url, age = page_address("audit", audit.ref), audit.case.age
    prepare, said = page_address("audit-prepare", audit.ref), audit.prepared_at
    teller = str(audit.keyworker) if leads else "You"
    ready = ("blank", "Nobody has said yet that the file is up to date")
    if said is not None:
        ready = ("agreed", f"{teller} said that the file is ready, {moment_in_words(said)}")
    return Meeting(
        when=f"Today, {hour(meets)}",
        title=f"Live audit {audit.ref} with {who}",
        facts=[
            f"Case {audit.case.person_id}",
            str(audit.get_category_display()) + (f", age {age}" if age is not None else ""),
            team_in_words(audit),
            audit.place,
        ],
        ready=[ready],
        button="Start the meeting" if leads else "Get ready" if said is None else "Read the questions again",
        url=page_address("audit-meeting", audit.ref) if leads else prepare,
        links=[
            Line("Mark the sheet before you meet", page_address("audit-own", audit.ref)),
            *(
                [
                    Line("Read the preparation pack", prepare),
                    Line("Change the time", page_address("audit-book", audit.ref)),
                ]
                if leads
                else [Line("See the audit", url)]
            ),
        ],
    )


def sign(part: Part, audit: Audit, chair: Chair, who: str, team: str) -> None:
    """A record to sign, after the meeting has ended: first the person's signature is asked for, then the other's."""
    last, url, signed = sign_by(audit), page_address("audit", audit.ref), signed_chairs(audit)
    if chair in signed:
        part.waiting.append((last, Line(f"Sign {audit.ref}", url, f"{who}, until {short_day(last)}")))
        return
    more = audit.ref
    for theirs in signed.values():
        more = f"{audit.ref} · {who} signed {moment_in_words(theirs)}"
    url = page_address("audit-sign", audit.ref)
    part.items.append(Item(last, "Read and sign", audit.ref, "Read and sign", url, who, team, more))


def follow_up(part: Part, audit: Audit, user: User, *, on: date) -> None:
    """A final audit: its manager talks it through in supervision; its keyworker puts the note on the child's file, and
    may say how it was for them."""
    due, url = add_months(audit.met_on or audit.month, SUPERVISION_MONTHS), page_address("audit", audit.ref)
    if user.pk == audit.responsible_manager_id and not getattr(audit, "talked", True):
        what, who = "Talk the audit through in supervision", str(audit.keyworker or "Nobody at present")
        part.items.append(Item(due, what, audit.ref, "Record it", url, who, "Keyworker", audit.ref, audit.grade))
    if user.pk == (audit.keyworker_id or audit.responsible_manager_id) and getattr(audit, "filed", None) is None:
        what, manager = "Put the audit’s note on the child’s file", str(audit.responsible_manager or "")
        if audit.on_file_at is not None:
            what = "Put the audit’s note on the child’s file again: it has changed"
        note = page_address("audit-note", audit.ref)
        part.items.append(Item(due, what, audit.ref, "Open the note", note, manager, "", audit.ref, audit.grade))
    if user.pk == audit.keyworker_id and not getattr(audit, "said", True) and audit.finalised_at is not None:
        until, questions = say.open_until(audit.finalised_at), page_address("audit-say", audit.ref)
        if on <= until:
            what = "Say how the audit was for you, if you like"
            part.items.append(Item(until, what, audit.ref, "Two questions", questions, "", "", audit.ref))
