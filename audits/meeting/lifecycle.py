"""The live meeting: marks, notes and what is still missing; opening, ending and reopening it (App. 2, meeting).

Every save is one row, conditional on the version the page had, so that two people writing at once never
overwrite each other unseen.
"""

from __future__ import annotations

from datetime import date, datetime

from audits import states
from audits.allocation.independence import check_independent
from audits.booking.book import check_case_open, not_ready_in_words
from audits.form_boxes import box_asked, indicators_of
from audits.locking import bump_revision, chair_of, lock_audit, meeting_transaction
from audits.managers import responsible_manager
from audits.meeting import text_changes
from audits.meeting.missing import missing_for_ending
from audits.meeting.replaced import keep_replaced
from audits.models import CASE_NUMBER, Audit, Chair, Judgement, Mark, Note
from audits.notice_texts import AuditToSign, MeetingOpenedEarly, MeetingReopened
from audits.record import signed_content
from audits.record.clashes import write_no_reason
from audits.third_chair import third_chair_of
from people import notices, trail
from people.models import User
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotNow, Refused, Stale, check_text, has_words, written
from standards import standard_sets
from standards.models import Criterion


def open_meeting(audit: Audit, *, by: User, at: datetime, why: str = "") -> Audit:
    """The auditor opens the meeting: its grades are laid out, and both chairs may write from now on.

    A standard that is not meant for this child's category starts as not applying, with that reason; the auditor may
    bring it back. Where it is not booked or not prepared, `why` it opens all the same goes into the trail and the
    keyworker is told. Refused: not the auditor (403), no keyworker who works here, a closed case or not bookable any
    more (409), no such reason, or an auditor who has come too near the keyworker (422). Open already: no change.
    """
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        chair_of(audit, by, Chair.AUDITOR)
        if audit.state == Audit.State.IN_MEETING:
            return audit
        was, audit.state = audit.state, states.AUDIT.check(audit.state, "open")
        check_can_meet(audit, by=by, on=day_of(at))
        unready = not_ready_in_words(audit)
        reason = written(why, "why", f"{unready} Say in a sentence why you open it now.") if unready else ""
        audit.team, audit.category = audit.case.team, audit.case.category
        audit.meets = audit.meets or at
        audit.second_worker = third_chair_of(audit, on=day_of(at))
        audit.save(update_fields=["state", "team", "category", "meets", "second_worker"])
        bump_revision(audit)
        create_judgements(audit)
        act.add("audit.opened", audit, was=was, now=audit.state, why=reason)
        if unready:
            notices.notify(
                to=[audit.keyworker], text=MeetingOpenedEarly(audit, by), key=f"{audit.ref}:opened-early", at=at
            )
    return audit


def check_can_meet(audit: Audit, *, by: User, on: date) -> None:
    """What may have changed since it was drawn: the keyworker and the case are still there (409), and `by`, the
    auditor, is still far enough from them (422)."""
    check_keyworker_and_case(audit, on=on)
    check_independent(audit.case, by)


def check_keyworker_and_case(audit: Audit, *, on: date) -> None:
    """Refused (409) without a keyworker who works here, or once the case is closed."""
    if audit.keyworker is None or not audit.keyworker.works_here(on):
        raise NotNow("This case has no keyworker now, and a live audit needs both. Ask the QA Officer.")
    check_case_open(audit, on=on)


def create_judgements(audit: Audit) -> None:
    """The judgements of an audit, blank: each standard that it looks at, and the case as a whole."""
    rows = []
    for standard in audit.standard_set.standards.all():
        if not audit.looks_at(standard.number):
            continue
        fits = audit.asked_as in standard.applies_to
        why = "" if fits else standard.applies_note or f"Not meant for this category ({audit.get_category_display()})."
        rows.append(Judgement(audit=audit, standard=standard, number=standard.number, applies=fits, applies_why=why))
    rows.append(Judgement(audit=audit, number=CASE_NUMBER))
    Judgement.objects.bulk_create(rows, ignore_conflicts=True)


def record_mark(
    audit: Audit,
    *,
    by: User,
    at: datetime,
    value: str,
    seen: str,
    version: int,
    criterion: int | None = None,
    indicator: int | None = None,
) -> Mark:
    """Save one mark and what was seen. `version` is the one the page had; 0 where nothing was saved yet.

    Refused: another save came between (Stale, 409, with what is there now), a value or criterion that this audit
    does not have (422), outside the meeting (409), not in a chair (403).
    """
    if value and value not in Mark.Value.values:
        raise Refused("Choose evidenced, partly, not evidenced or N/A.", "value")
    seen = written(seen, "seen")
    with meeting_transaction(audit, by=by, at=at) as meeting:
        of = {"criterion__pk": criterion, "indicator__pk": indicator}
        mark = Mark.objects.filter(audit=meeting.audit, **of).first()
        if mark is None:
            check_asked(meeting.audit, criterion, indicator)
            check_meant(meeting.audit, criterion)
            mark = Mark(audit=meeting.audit, version=0, criterion_id=criterion, indicator_id=indicator)
        if (mark.value, mark.seen) == (value, seen) and mark.pk:
            return mark
        current = f"{mark.get_value_display()}. {mark.seen}".strip(". ")
        check_row_version(mark, version, current)
        replaced = keep_replaced(mark, seen, by=by, at=at)
        if mark.pk and mark.value == value and not replaced:
            text_changes.only(meeting.audit, f"c{criterion}" if criterion else f"i{indicator}")
        was, mark.value, mark.seen = mark.value, value, seen
        mark.version += 1
        mark.saved_at, mark.saved_by = at, by
        mark.save()
        what = f"criterion {criterion}" if criterion else f"indicator {indicator}"
        meeting.act.add("mark.saved", meeting.audit, content={"of": what, "was": was, "now": value, "seen": mark.seen})
    return mark


def check_asked(audit: Audit, criterion: int | None, indicator: int | None) -> None:
    """Refused (422) unless it is one criterion or one indicator, of the set this audit is graded with."""
    criteria, indicators = standard_sets.points(audit.standard_set.pk, audit.standard_set.file_hash)
    if not ((criterion in criteria and indicator is None) or (indicator in indicators and criterion is None)):
        raise Refused("That is not a point of this audit. Open the page again.")
    if audit.focus and criterion is not None:
        there = Criterion.objects.filter(pk=criterion, section__standard__number__in=audit.focus)
        if not there.exists():
            raise Refused("This audit does not look at that standard. Open the page again.")
    if audit.focus and indicator is not None and indicator not in [asked.pk for asked in indicators_of(audit)]:
        raise Refused("This audit does not ask that indicator. Open the page again.")


def check_meant(audit: Audit, criterion: int | None) -> None:
    """Refused (422) for a point of other children, which is brought in with a reason first."""
    if criterion is not None and not is_meant(audit, criterion):
        raise Refused(
            "This question is meant for children in other circumstances. To ask it here, bring it in with a reason."
        )


def is_meant(audit: Audit, criterion: int) -> bool:
    """Whether a point is asked of a child of this category."""
    _, categories = standard_sets.criteria_of_set(audit.standard_set.pk, audit.standard_set.file_hash)[criterion]
    return not categories or audit.asked_as in categories


def check_row_version(row: Mark | Note, version: int, current: str) -> None:
    """Refused (Stale, 409) when the row was saved since the page read it. Carries what it says now."""
    if row.version != version:
        raise Stale("Someone saved this since you opened it. Read theirs beside yours and choose.", current=current)


def record_note(audit: Audit, *, by: User, at: datetime, slug: str, text: str, version: int, choice: str = "") -> Note:
    """Save one box. `version` is the one the page had; 0 where nothing was saved yet.

    Refused: another save came between (Stale, 409, with what is there now), no such box or choice, or too long (422),
    outside the meeting (409), not in a chair (403).
    """
    box = box_asked(audit, slug)
    if box is None or (choice and choice not in dict(box.choices)):
        raise Refused("That is not a box of this form. Open the page again.")
    check_text(text)
    with meeting_transaction(audit, by=by, at=at) as meeting:
        note = Note.objects.filter(audit=meeting.audit, slug=slug).first() or Note(
            audit=meeting.audit, slug=slug, version=0
        )
        if (note.choice, note.text) == (choice, text) and note.pk:
            return note
        check_row_version(note, version, note.text)
        replaced = keep_replaced(note, text, by=by, at=at)
        if note.choice == choice and has_words(note.text) and has_words(text) and not replaced:
            text_changes.only(meeting.audit, slug)
        note.choice, note.text, note.saved_at, note.saved_by = choice, text, at, by
        note.version += 1
        note.save()
        meeting.act.add("note.saved", meeting.audit, content={"box": slug, "choice": choice, "text": text})
    return note


def end_meeting(audit: Audit, *, by: User, at: datetime) -> Audit:
    """The auditor ends the meeting: what it says is frozen, its hash is what the two sign. `met_on` becomes today.

    Where something stands against a grade and nobody said why it stands, the record says that no reason was given.
    Refused: anything missing, a date in the plan that does not hold today among it (422, the first of it), not the
    auditor (403), not going on (409).
    """
    with meeting_transaction(audit, Chair.AUDITOR, by=by, at=at) as meeting:
        missing = [gap for gap in missing_for_ending(meeting.audit, on=day_of(at)) if gap.blocks]
        if missing:
            more = f" {len(missing) - 1} more after that." if len(missing) > 1 else ""
            raise Refused(f"Not yet: {missing[0].sentence}{more}")
        meeting.audit.pins.all().delete()
        meeting.audit.met_on = day_of(at)
        meeting.audit.responsible_manager = responsible_manager(meeting.audit, on=day_of(at))
        write_no_reason(meeting.act, meeting.audit)
        was, meeting.audit.state = meeting.audit.state, states.AUDIT.check(meeting.audit.state, "end")
        meeting.audit.agreed_at, meeting.audit.agreed_by = at, by
        meeting.audit.content_hash = signed_content.content_hash_of(meeting.audit)
        meeting.audit.save(
            update_fields=["met_on", "responsible_manager", "state", "agreed_at", "agreed_by", "content_hash"]
        )
        meeting.act.add(
            "audit.agreed",
            meeting.audit,
            was=was,
            now=meeting.audit.state,
            content={"hash": meeting.audit.content_hash},
        )
        notices.notify(
            to=[meeting.audit.auditor, meeting.audit.keyworker],
            text=AuditToSign(meeting.audit),
            key=f"{meeting.audit.ref}:sign:{meeting.audit.content_hash}",
            at=at,
        )
        return meeting.audit


def reopen_meeting(audit: Audit, *, by: User, at: datetime, why: str) -> Audit:
    """Either chair takes the meeting up again before it is final, with a reason; any signature comes off.

    Refused: no reason (422), final already or never ended (409), not in a chair (403).
    """
    reason = written(why, "why", "Say why you take it up again.")
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        chair_of(audit, by)
        was, audit.state = audit.state, states.AUDIT.check(audit.state, "reopen")
        audit.agreed_at = audit.agreed_by = None
        audit.content_hash = ""
        audit.save(update_fields=["state", "agreed_at", "agreed_by", "content_hash"])
        bump_revision(audit)
        voided = audit.signatures.filter(voided_at=None).update(voided_at=at, voided_by=by)
        act.add("audit.reopened", audit, was=was, now=audit.state, why=reason, content={"signatures_off": voided})
        other = audit.keyworker if by.pk == audit.auditor_id else audit.auditor
        notices.notify(to=[other], text=MeetingReopened(audit, by), key=f"{audit.ref}:reopened:{audit.revision}", at=at)
    return audit
