"""Audits on My work, as their two chairs see them: to book, to prepare, to meet, to sign, to talk through."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from audits import booking, panel_work
from audits.access import visible_audits
from audits.independence import AUDITS_A_MONTH
from audits.models import Action, Audit, Chair, Hold, Signature, Supervision
from audits.plan import SUPERVISION_MONTHS
from people import access
from people.models import User
from people.roles import Permission, Role
from people.templatetags.qc import at as moment
from people.templatetags.qc import hour, short_day
from qualitycounts.clock import day_of
from qualitycounts.work import oversight, panel
from qualitycounts.work.dates import by_month, sign_by, signed_chairs
from qualitycounts.work.parts import Item, Line, Meeting, Part
from standards.timescales import add_months

State = Audit.State
LIVE = (State.ALLOCATED, State.BOOKED, State.IN_MEETING, State.AGREED)
NOT_MET = (State.ALLOCATED, State.BOOKED)


def part(user: User, *, at: datetime) -> Part:
    """What the audits that the person may open ask of them today."""
    found, on = Part(), day_of(at)
    if not access.may(user, Permission.SEE_AUDIT):
        return found
    audits = list(asked_for(user, on=on))
    for audit in audits:
        chair = audit.chair_of(user)
        if chair is not None and audit.state in LIVE:
            in_a_chair(found, audit, chair, user, on=on)
        elif audit.state == State.FINALISED:
            follow_up(found, audit, user)
    if access.sees_all(user, Permission.SEE_AUDIT):
        panel.keep(found, user, panel_work.facts(user, on=on, row=next(iter(audits), None)), on=on)
        oversight.add(found, [audit for audit in audits if audit.chair_of(user) is None], audits, user, on=on)
    if access.holds(user, Role.AUDITOR):
        most = f"up to {AUDITS_A_MONTH.in_words}"
        found.hopes.append(f"Each month’s draw may give you {most}. They come here to be booked, a month ahead.")
    if access.holds(user, Role.KEYWORKER):
        found.hopes.append("When one of your cases is drawn and its meeting booked, it comes here to be prepared.")
    return found


def asked_for(user: User, *, on: date) -> QuerySet[Audit]:
    """The audits that may ask something of the person: live ones, final ones they follow up, and for QA the month's.

    Each carries whether it was talked through in supervision (`talked`) and when each chair signed what stands
    (`auditor_signed`, `keyworker_signed`); for QA also whether its actions and holds let it close (`closable`), and
    its draw.
    """
    follows = Q(keyworker=user) | Q(responsible_manager=user)
    asked = visible_audits(user).annotate(
        talked=Exists(Supervision.objects.that_count().filter(audit=OuterRef("pk"))),
        **{f"{chair}_signed": signed_at(chair) for chair in Chair.values},
    )
    every = Q(state__in=LIVE) | (Q(state=State.FINALISED) & follows)
    if access.sees_all(user, Permission.SEE_AUDIT):
        unfinished = Action.objects.unfinished().filter(audit=OuterRef("pk"))
        held = Hold.objects.filter(audit=OuterRef("pk"), lifted=None)
        asked = asked.annotate(
            closable=~Exists(unfinished) & ~Exists(held),
            draw_ref=F("pick__draw__ref"),
            **panel_work.columns(user, on=on),
            no_auditor_why=F("pick__no_auditor_why"),
        )
        every |= Q(month=on.replace(day=1)) | Q(state=State.FINALISED, closable=True)
    people = ("auditor", "keyworker", "responsible_manager")
    return asked.filter(every).select_related("case", "team", *people).order_by("month", "number")


def signed_at(chair: str) -> Subquery:
    """When a chair signed what stands."""
    signatures = Signature.objects.filter(audit=OuterRef("pk"), chair=chair, voided_at=None)
    return Subquery(signatures.values("signed_at")[:1])


def in_a_chair(found: Part, audit: Audit, chair: Chair, user: User, *, on: date) -> None:
    """What the audit asks of one of its two chairs."""
    other = audit.keyworker if chair == Chair.AUDITOR else audit.auditor
    who, team, url = str(other or "Nobody yet"), str(audit.team or ""), f"/audits/{audit.ref}/"
    if audit.state == State.IN_MEETING:
        words = "Go on with the meeting" if chair == Chair.AUDITOR else "Join the meeting"
        more = f"{audit.ref} · begun, not ended"
        found.items.append(Item(on, words, audit.ref, "Open it", f"{url}meeting/", who, team, more))
    elif audit.state == State.AGREED:
        sign(found, audit, chair, who, team)
    elif audit.meets is not None and audit.state == State.BOOKED:
        booked(found, audit, chair, who, audit.meets, on=on)
    elif chair == Chair.KEYWORKER:
        by = by_month(audit.month)
        found.waiting.append((by, Line(f"Book {audit.ref}", url, f"{who}, by {short_day(by)}")))
    elif booking.can_book(audit, by=user):
        more = f"{audit.ref} · {audit.get_category_display()}"
        found.items.append(
            Item(by_month(audit.month), "Book the meeting", audit.ref, "Book", f"{url}book/", who, team, more)
        )


def booked(found: Part, audit: Audit, chair: Chair, who: str, meets: datetime, *, on: date) -> None:
    """A booked meeting: today's stands above everything; the keyworker brings the file up to date before it."""
    day, url, leads = day_of(meets), f"/audits/{audit.ref}/", chair == Chair.AUDITOR
    words = f"{audit.ref} · {moment(meets)}, {audit.place}"
    if day == on:
        found.meetings.append((meets, meeting(audit, who, meets, leads=leads)))
    elif day < on and leads:
        what = "Hold the meeting, or book it again"
        found.items.append(Item(day, what, audit.ref, "Open it", url, who, str(audit.team or ""), words))
    elif day < on:
        found.waiting.append((day, Line(f"Meet about {audit.ref}", url, f"{who}, was booked for {short_day(day)}")))
    elif audit.prepared_at is None and not leads:
        what = "Bring the file up to date, then say so"
        found.items.append(Item(day, what, audit.ref, "Get ready", f"{url}prepare/", who, "Auditor", words))
    else:
        more = str(audit.team or "") if leads else "Auditor"
        found.items.append(Item(day, "Meet", audit.ref, "See it", url, who, more, words))
        if audit.prepared_at is None:
            line = Line(f"Say the file is ready, {audit.ref}", url, f"{who}, meeting {short_day(day)}")
            found.waiting.append((day, line))


def meeting(audit: Audit, who: str, meets: datetime, *, leads: bool) -> Meeting:
    """Today's meeting, as one of its chairs sees it."""
    url, age = f"/audits/{audit.ref}/", audit.case.age
    prepare, said = f"{url}prepare/", audit.prepared_at
    teller = str(audit.keyworker) if leads else "You"
    ready = ("blank", "Nobody has said yet that the file is up to date")
    if said is not None:
        ready = ("agreed", f"{teller} said that the file is ready, {moment(said)}")
    return Meeting(
        when=f"Today, {hour(meets)}",
        title=f"Live audit {audit.ref} with {who}",
        facts=[
            f"Case {audit.case.person_id}",
            str(audit.get_category_display()) + (f", age {age}" if age is not None else ""),
            str(audit.team or ""),
            audit.place,
        ],
        ready=[ready],
        button="Start the meeting" if leads else "Get ready" if said is None else "Read the questions again",
        url=f"{url}meeting/" if leads else prepare,
        links=[Line("Read the preparation pack", prepare), Line("Change the time", f"{url}book/")]
        if leads
        else [Line("See the audit", url)],
    )


def sign(found: Part, audit: Audit, chair: Chair, who: str, team: str) -> None:
    """The meeting has ended: first one's own signature, then the other's."""
    last, url, signed = sign_by(audit), f"/audits/{audit.ref}/", signed_chairs(audit)
    if chair in signed:
        found.waiting.append((last, Line(f"Sign {audit.ref}", url, f"{who}, until {short_day(last)}")))
        return
    more = audit.ref
    for theirs in signed.values():
        more = f"{audit.ref} · {who} signed {moment(theirs)}"
    found.items.append(Item(last, "Read and sign", audit.ref, "Read and sign", f"{url}sign/", who, team, more))


def follow_up(found: Part, audit: Audit, user: User) -> None:
    """A final audit: its manager talks it through in supervision, its keyworker puts the note on the child's file."""
    due, url = add_months(audit.met_on or audit.month, SUPERVISION_MONTHS), f"/audits/{audit.ref}/"
    if user.pk == audit.responsible_manager_id and not getattr(audit, "talked", True):
        what, who = "Talk the audit through in supervision", str(audit.keyworker or "Nobody at present")
        found.items.append(Item(due, what, audit.ref, "Record it", url, who, "Keyworker", audit.ref, audit.grade))
    if user.pk == audit.keyworker_id and audit.on_file_at is None:
        what, manager = "Put the audit’s note on the child’s file", str(audit.responsible_manager or "")
        note = f"{url}note/"
        found.items.append(Item(due, what, audit.ref, "Open the note", note, manager, "", audit.ref, audit.grade))
