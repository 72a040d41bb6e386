"""The live meeting: marks, notes and what is still missing; opening, ending and reopening it (App. 2, meeting).

Every save is one row, conditional on the version the page had, so that two people writing at once never
overwrite each other unseen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from audits import content, quiet, signing, states
from audits.independence import check_independent
from audits.managers import responsible_manager
from audits.models import CASE_NUMBER, Action, Audit, Chair, Judgement, Mark, Note
from audits.plan import check_date, missing_in_plan
from audits.room import chair_of, locked, moved, room
from audits.sheet import BOXES, Box, boxes_of, indicators_of, record_boxes
from people import notices, trail
from people.models import User
from qualitycounts.clock import day_of
from qualitycounts.refusals import NotNow, Refused, Stale, check_text, written
from standards import standard_sets
from standards.models import Criterion


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that keeps the meeting from ending: the step it is on, and a sentence."""

    step: str
    sentence: str


def open_meeting(audit: Audit, *, by: User, at: datetime) -> Audit:
    """The auditor opens the meeting: the eight grades are laid out, and both chairs may write from now on.

    A standard that is not meant for this child's category starts as not applying, with that reason; the auditor may
    bring it back. Refused: not the auditor (403), no keyworker who works here, a closed case or not bookable any more
    (409), an auditor who has come too near the keyworker (422). Open already: no change.
    """
    with trail.acting(by=by, at=at) as act:
        audit = locked(audit)
        chair_of(audit, by, Chair.AUDITOR)
        if audit.state == Audit.State.IN_MEETING:
            return audit
        was, audit.state = audit.state, states.AUDIT.check(audit.state, "open")
        check_can_meet(audit, by=by, on=day_of(at))
        audit.team, audit.category = audit.case.team, audit.case.category
        audit.meets = audit.meets or at
        audit.save(update_fields=["state", "team", "category", "meets"])
        moved(audit)
        lay_out(audit)
        act.add("audit.opened", audit, was=was, now=audit.state)
    return audit


def check_can_meet(audit: Audit, *, by: User, on: date) -> None:
    """What may have changed since it was drawn: the keyworker and the case are still there (409), and `by`, the
    auditor, is still far enough from them (422)."""
    check_there(audit, on=on)
    check_independent(audit.case, by)


def check_there(audit: Audit, *, on: date) -> None:
    """Refused (409) without a keyworker who works here, or once the case is closed."""
    if audit.keyworker is None or not audit.keyworker.works_here(on):
        raise NotNow("This case has no keyworker now, and a live audit needs both. Ask the QA Officer.")
    if audit.case.closed_on is not None and audit.case.closed_on <= on:
        raise NotNow("This case is closed. The QA Officer withdraws the audit and calls the next case.")


def lay_out(audit: Audit) -> None:
    """The judgements of an audit, blank: each standard that it looks at, and the case as a whole."""
    rows = []
    for standard in audit.standard_set.standards.all():
        if not audit.looks_at(standard.number):
            continue
        fits = audit.category in standard.applies_to
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
    with room(audit, by=by, at=at) as here:
        of = {"criterion__pk": criterion, "indicator__pk": indicator}
        mark = Mark.objects.filter(audit=here.audit, **of).first()
        if mark is None:
            check_asked(audit, criterion, indicator)
            check_meant(audit, criterion)
            mark = Mark(audit=here.audit, version=0, criterion_id=criterion, indicator_id=indicator)
        current = f"{mark.get_value_display()}. {mark.seen}".strip(". ")
        check_version(mark, version, current)
        if (mark.value, mark.seen) == (value, seen) and mark.pk:
            return mark
        if mark.pk and mark.value == value:
            quiet.only(here.audit, f"c{criterion}" if criterion else f"i{indicator}")
        was, mark.value, mark.seen = mark.value, value, seen
        mark.version += 1
        mark.saved_at, mark.saved_by = at, by
        mark.save()
        what = f"criterion {criterion}" if criterion else f"indicator {indicator}"
        here.act.add("mark.saved", here.audit, content={"of": what, "was": was, "now": value, "seen": mark.seen})
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
    if audit.focus and indicator is not None and indicator not in [one.pk for one in indicators_of(audit)]:
        raise Refused("This audit does not ask that indicator. Open the page again.")


def check_meant(audit: Audit, criterion: int | None) -> None:
    """Refused (422) for a point of other children, which is brought in with a reason first."""
    if criterion is not None and not is_meant(audit, criterion):
        raise Refused(
            "This question is meant for children in other circumstances. To ask it here, bring it in with a reason."
        )


def is_meant(audit: Audit, criterion: int) -> bool:
    """Whether a point is asked of a child of this category."""
    _, categories = standard_sets.asked_of(audit.standard_set.pk, audit.standard_set.file_hash)[criterion]
    return not categories or audit.category in categories


def check_version(row: Mark | Note, version: int, current: str) -> None:
    """Refused (Stale, 409) when the row was saved since the page read it. Carries what it says now."""
    if row.version != version:
        raise Stale("Someone saved this since you opened it. Read theirs beside yours and choose.", current=current)


def record_note(audit: Audit, *, by: User, at: datetime, slug: str, text: str, version: int, choice: str = "") -> Note:
    """Save one box. `version` is the one the page had; 0 where nothing was saved yet.

    Refused: another save came between (Stale, 409, with what is there now), no such box or choice, or too long (422),
    outside the meeting (409), not in a chair (403).
    """
    box = BOXES.get(slug)
    asked = box is not None and audit.looks_at(number_of(box)) and audit.looks_at_any(box.of)
    if box is None or not asked or (choice and choice not in dict(box.choices)):
        raise Refused("That is not a box of this form. Open the page again.")
    check_text(text)
    with room(audit, by=by, at=at) as here:
        note = Note.objects.filter(audit=here.audit, slug=slug).first() or Note(audit=here.audit, slug=slug, version=0)
        check_version(note, version, note.text)
        if (note.choice, note.text) == (choice, text) and note.pk:
            return note
        if note.choice == choice and note.text.strip() and text.strip():
            quiet.only(here.audit, slug)
        note.choice, note.text, note.saved_at, note.saved_by = choice, text, at, by
        note.version += 1
        note.save()
        here.act.add("note.saved", here.audit, content={"box": slug, "choice": choice, "text": text})
    return note


def number_of(box: Box) -> int:
    """The number of the standard that a box belongs to; the case's own for the boxes of the record."""
    found = re.match(r"s([1-8])-", box.slug)
    return int(found[1]) if found else CASE_NUMBER


def missing(audit: Audit) -> list[Missing]:
    """What still keeps the meeting from ending, in the order of its steps; empty when it may end."""
    return missing_from(
        audit,
        list(audit.judgements.select_related("standard").prefetch_related("actions")),
        {note.slug: note for note in audit.notes.all()},
        marked=audit.marks.filter(indicator__isnull=False).exclude(value="").count(),
        asked=len(indicators_of(audit)),
    )


def missing_from(
    audit: Audit, judgements: Sequence[Judgement], notes: Mapping[str, Note], *, marked: int, asked: int
) -> list[Missing]:
    """The same, of what has been read already: judgements with their actions, notes by slug, indicators marked."""
    found = []
    for one in judgements:
        if not one.settled:
            ask = "is with the QA Team" if one.state == Judgement.State.REFERRED else "has no agreed grade yet"
            found.append(Missing(str(one.number), f"{one.title} {ask}."))
        if one.applies and not any(
            box.slug in notes and notes[box.slug].text.strip() for box in boxes_of(one.number)[:3]
        ):
            found.append(Missing(str(one.number), f"{one.title} has no note. Write at least one."))
    boxes = record_boxes(audit)
    found += [Missing("record", f"“{box.title}” is not filled in.") for box in boxes if is_empty(box, notes)]
    if marked < asked:
        found.append(Missing("indicators", f"{asked - marked} of {asked} headline indicators are not marked."))
    actions = {action for one in judgements for action in one.actions.all() if action.state != Action.State.CANCELLED}
    found += [Missing("plan", sentence) for sentence in missing_in_plan(judgements, actions)]
    return found


def is_empty(box: Box, notes: Mapping[str, Note]) -> bool:
    """Whether a box that is needed still lacks its choice, or its words where it offers none."""
    note = notes.get(box.slug)
    return box.needed and (note is None or not (note.choice if box.choices else note.text.strip()))


def end(audit: Audit, *, by: User, at: datetime) -> Audit:
    """The auditor ends the meeting: what it says is frozen, its hash is what the two sign. `met_on` becomes today.

    Refused: anything missing (422, the first of it), a date in the plan that is now too late (422), not the auditor
    (403), not going on (409).
    """
    with room(audit, Chair.AUDITOR, by=by, at=at) as here:
        found = missing(here.audit)
        if found:
            more = f" {len(found) - 1} more after that." if len(found) > 1 else ""
            raise Refused(f"Not yet: {found[0].sentence}{more}")
        here.audit.met_on = day_of(at)
        here.audit.responsible_manager = responsible_manager(here.audit, on=day_of(at))
        for action in here.audit.actions.exclude(state=Action.State.CANCELLED):
            check_date(action.kind, action.due_on, met_on=here.audit.met_on, what=action.what)
        was, here.audit.state = here.audit.state, states.AUDIT.check(here.audit.state, "end")
        here.audit.agreed_at, here.audit.agreed_by = at, by
        here.audit.content_hash = content.digest(here.audit)
        here.audit.save(
            update_fields=["met_on", "responsible_manager", "state", "agreed_at", "agreed_by", "content_hash"]
        )
        here.act.add(
            "audit.agreed", here.audit, was=was, now=here.audit.state, content={"hash": here.audit.content_hash}
        )
        notices.tell(
            to=[here.audit.auditor, here.audit.keyworker],
            key=f"{here.audit.ref}:sign:{here.audit.content_hash}",
            subject=f"Audit {here.audit.ref} is ready to sign",
            body=f"The meeting of audit {here.audit.ref} has ended. Please read what was agreed and sign it within "
            f"{signing.SIGN_DAYS.in_words}.",
            link=f"/audits/{here.audit.ref}/sign/",
            at=at,
        )
        return here.audit


def reopen(audit: Audit, *, by: User, at: datetime, why: str) -> Audit:
    """Either chair takes the meeting up again before it is final, with a reason; any signature comes off.

    Refused: no reason (422), final already or never ended (409), not in a chair (403).
    """
    reason = written(why, "why", "Say why you take it up again.")
    with trail.acting(by=by, at=at) as act:
        audit = locked(audit)
        chair_of(audit, by)
        was, audit.state = audit.state, states.AUDIT.check(audit.state, "reopen")
        audit.agreed_at = audit.agreed_by = None
        audit.content_hash = ""
        audit.save(update_fields=["state", "agreed_at", "agreed_by", "content_hash"])
        moved(audit)
        voided = audit.signatures.filter(voided_at=None).update(voided_at=at, voided_by=by)
        act.add("audit.reopened", audit, was=was, now=audit.state, why=reason, content={"signatures_off": voided})
        other = audit.keyworker if by.pk == audit.auditor_id else audit.auditor
        notices.tell(
            to=[other],
            key=f"{audit.ref}:reopened:{audit.revision}",
            subject=f"Audit {audit.ref} was taken up again",
            body=f"{by.name} has reopened the meeting of audit {audit.ref}. Anything signed has to be signed again.",
            link=f"/audits/{audit.ref}/meeting/",
            at=at,
        )
    return audit
