"""The desk of one chair at a step of the meeting, read in a few queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models import Exists, Prefetch, QuerySet, prefetch_related_objects

from audits import graded
from audits.form_boxes import RECORD, FormBox, boxes_in, indicators_of, record_boxes
from audits.meeting.both_sheets import BothSheets, first_boxes
from audits.meeting.criteria import sections_of
from audits.meeting.evidence import mirror_of
from audits.meeting.missing import missed_indicators, missing_from
from audits.meeting.observers import invitations, open_watches
from audits.meeting.pace import NextStep
from audits.meeting.page import MeetingPage
from audits.meeting.replaced import field_of_row, replaced_words
from audits.meeting.seats import seats
from audits.meeting.sheets import sheets_of
from audits.meeting.steps import MARKS, PLAN, also, check_step, step_address, steps_of
from audits.meeting.typed_fields import field_of
from audits.meeting.visible_grades import VisibleGrade, visible_grade
from audits.models import Action, Audit, Chair, Judgement, Mark, Note, Proposal
from audits.record.clashes import Clash, concern_holds, progress, standing, unanswered
from audits.record.previous_audit import previous_audit_on
from people.models import User
from qualitycounts.base.kept_query import kept_query, set_prefetched
from standards import standard_sets


def build_page(audit: Audit, by: User, step: str = "", *, on: date | None = None) -> MeetingPage:
    """The desk of one chair at a step; without one, the first step that something is missing from, or both sheets for
    whoever came with marks and has not proposed for each standard. With the day it is looked at `on`, dates in the plan
    that have passed are missing, too, and what the register knows is counted to that day.

    Refused (422) for a step there is not.
    """
    indicators, step = indicators_of(audit), graded.meant_step(audit, step)
    check_step(audit, step, indicators)
    chair = audit.chair_of(by) or Chair.AUDITOR
    you, other = seats(audit, chair)
    judgements = judgements_of(audit, you.pk)
    any_concern, any_replaced, any_watch, any_family = next(
        ((each.any_concern, each.any_replaced, each.any_watch, each.any_family) for each in judgements), (False,) * 4
    )
    notes = {note.slug: note for note in notes_query.ask(audit.pk)}
    marks: list[Mark] = []
    marks_then: list[Mark] = []
    for mark in marks_query.ask(audit.pk, audit.re_audit_of_id or audit.pk):
        (marks if mark.audit_id == audit.pk else marks_then).append(mark)
    rows: list[Mark | Note] = [*marks, *notes.values()]
    marked = sum(bool(mark.indicator_id and mark.value) for mark in marks)
    concerns = tuple(concern_holds(audit)) if any_concern else ()
    against = standing(audit, judgements, marks, len(concerns))
    counts = progress(audit, marks)
    missing = tuple(missing_from(audit, judgements, notes, against=against, marks=marks, on=on))
    sights = tuple(
        weighed(
            count_step(visible_grade(judgement, chair, other), counts),
            judgement,
            against.get(judgement.number, []),
        )
        for judgement in judgements
    )
    sheets = sheets_of(audit, you, other, sights, marks)
    if not step and sheets.yours and any(sight.next_step == NextStep.PROPOSE for sight in sights[:-1]):
        step = MARKS
    step = step or next((gap.step for gap in missing if gap.step != PLAN), steps_of(audit, indicators)[0])
    judgement = next((judgement for judgement in judgements if judgement.slug == step), None)
    names = {seat.pk: seat.name for seat in (you, other)}
    before = previous_audit_on(audit, step, marks_then)
    then = before.marks if before else {}
    standards = tuple(
        (
            sight,
            sheets.paired(sections_of(audit, each, each.slug, (), marks, names, then, on=on), sight, other.first),
        )
        for sight, each in zip(sights, judgements, strict=True)
        if each.applies and not sight.is_case and step in (MARKS, each.slug)
    )
    sections = sections_of(audit, judgement, step, indicators, marks, names, then, on=on)
    boxes: Sequence[FormBox] = record_boxes(audit) if step == RECORD else ()
    if step == MARKS:
        boxes = first_boxes(audit, (sight for sight, _ in standards))
    elif judgement is not None:
        boxes, sections = boxes_in(audit, judgement.number), standards[0][1] if standards else sections
    return MeetingPage(
        audit=audit,
        you=you,
        other=other,
        step=step,
        sights=sights,
        also=tuple(
            replace(other_step, url=step_address(audit, other_step.slug))
            for other_step in also(judgements, notes, record_boxes(audit), marked, len(indicators), missing)
        ),
        missing=missing,
        statement=judgement.standard.statement if judgement and judgement.standard else "",
        sections=sections,
        fields=tuple(field_of(box, notes.get(box.slug), names) for box in boxes),
        descriptors=standard_sets.descriptors(audit.standard_set.pk, audit.standard_set.file_hash)
        if judgement or step == MARKS
        else (),
        missed=tuple(missed_indicators(indicators, marks)),
        mirror=mirror_of(judgement, judgements, sections, indicators, marks, len(concerns)),
        both=BothSheets(sheets, standards, step == MARKS),
        earlier=before,
        concerns=concerns,
        replaced=tuple(
            replaced_words(
                audit,
                {point.key: point.title for section in sections for point in section.points},
                {field_of_row(row): row for row in rows},
                by=you.pk,
            )
        )
        if any_replaced
        else (),
        family_named=any_family,
        watchers=tuple(invitations(audit, you.pk)) if any_watch else (),
    )


def judgements_of(audit: Audit, you: int) -> list[Any]:
    """The judgements of an audit, with what was proposed and planned for each, and what there is of the audit beside
    them, as the person of the key `you` sees it."""
    judgements = sorted(judgements_query.ask(audit.pk, you), key=attrgetter("number"))
    chairs = {person.pk: person for person in (audit.auditor, audit.keyworker) if person}
    for judgement in judgements:
        judgement.audit = audit
        if judgement.aside_by_id in chairs:
            judgement.aside_by = chairs[judgement.aside_by_id]
    set_prefetched(judgements, Judgement.proposals.rel, proposals_query.ask(audit.pk))
    actions = Action.objects.all() if any(each.any_action for each in judgements) else Action.objects.none()
    third = ["second_proposals"] if audit.second_worker_id is not None else []
    prefetch_related_objects(judgements, Prefetch("actions", actions), *third)
    return judgements


@kept_query(int, int)
def judgements_query(pk: int, you: int) -> QuerySet[Any]:
    """The judgements of an audit with their standards, and whether the audit has what is asked for only then."""
    audit = Audit(pk=pk)
    return (
        Judgement.objects.filter(audit=audit)
        .select_related("standard")
        .annotate(
            any_action=Exists(audit.actions.all()),
            any_concern=Exists(concern_holds(audit)),
            any_replaced=Exists(audit.replaced_words.filter(written_by=you)),
            any_watch=Exists(open_watches(audit)),
            any_family=Exists(audit.family_asks.all()),
        )
        .order_by()
    )


@kept_query(int)
def proposals_query(audit: int) -> QuerySet[Proposal]:
    """What was proposed for the grades of an audit."""
    return Proposal.objects.filter(judgement__audit=audit)


@kept_query(int, int)
def marks_query(audit: int, followed: int) -> QuerySet[Mark]:
    """The marks of an audit and of the one that it follows."""
    return Mark.objects.filter(audit__in=(audit, followed))


@kept_query(int)
def notes_query(audit: int) -> QuerySet[Note]:
    """The notes of an audit."""
    return Note.objects.filter(audit=audit)


def count_step(sight: VisibleGrade, counts: Mapping[int, tuple[int, int]]) -> VisibleGrade:
    """A grade with how many of its points are marked, of those asked of this child."""
    marked, asked = counts.get(sight.number, (0, 0))
    return replace(sight, marked=marked, asked=asked)


def weighed(sight: VisibleGrade, judgement: Judgement, against: Sequence[Clash]) -> VisibleGrade:
    """A settled grade with what stands against it, and whether that still wants a reason."""
    asks = bool(unanswered(judgement, against))
    text = f"{sight.text}. Say why it stands" if asks else sight.text
    return replace(sight, standing=tuple(against), asks_why=asks, text=text)
