"""The history of one audit, from the trail, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from audits import graded
from audits.form_boxes import BOXES, called_by
from audits.models import Action, Audit, Judgement, number_of, standard_or_case
from people import access, trail
from people.models import TrailEntry, User
from people.roles import Permission, Role

SAVES = trail.SINGLE_SAVES
"""Each mark and each note by the minute: shown to the two who met alone, when they ask (ADR 0041)."""
OF_QA = ("audit.kept", "audit.keeping_ended", "audit.auditor_off")
"""Whose reasons are the QA Team's: a complaint or an inquiry, and what somebody declared of themselves."""

WORDS = {
    "audit.allocated": "gave the audit to an auditor",
    "audit.reallocated": "gave the audit to another auditor",
    "audit.given": "gave the audit to an auditor by hand",
    "audit.auditor_off": "took the auditor off",
    "audit.not_given_back": "left the audit where it is, and did not give it back",
    "audit.booked": "booked the meeting",
    "audit.third_chair": "followed the case’s second worker in the third chair",
    "audit.prepared": "said that the file is up to date",
    "audit.opened": "opened the meeting",
    "audit.agreed": "ended the meeting",
    "audit.reopened": "took the meeting up again",
    "audit.signed": "signed",
    "audit.finalised": "made it final",
    "audit.closed": "closed it",
    "audit.withdrawn": "withdrew it",
    "audit.voided": "voided it",
    "audit.regraded": "changed its grading, as the panel’s chair",
    "audit.on_file": "put it on the case file",
    "audit.tick_taken_back": "took back that it is on the file or in the chronology",
    "mark.saved": "marked a point",
    "marks.taken": "took marks that were made before the meeting as the meeting’s",
    "marks.opened_early": "opened the other’s own marks before both had proposed",
    "note.saved": "wrote a note",
    "grade.proposed": "proposed a grade",
    "grade.proposed_third": "proposed a grade from the third chair",
    "grade.revealed": "was second to propose: both grades were revealed",
    "grade.offered": "entered the grade",
    "grade.agreed": "agreed the grade",
    "grade.aside_proposed": "proposed to set the standard aside",
    "grade.aside_declined": "said that the standard does apply",
    "grade.set_aside": "confirmed that the standard does not apply",
    "grade.reasoned": "said why the grade stands",
    "grade.brought_back": "brought the standard back",
    "grade.referred": "asked the QA Team",
    "grade.advised": "gave advice",
    "grade.ruled": "ruled on the grade",
    "grade.regraded": "changed the grade, as the panel’s chair",
    "family.asker_named": "named who asks the family",
    "family.consent": "wrote down whether they agreed to be asked",
    "family.link_made": "made a link for the family",
    "family.paper_made": "made a paper form for the family",
    "family.answered": "kept what the family said",
    "family.consent_taken_back": "took out what the family said, as they asked",
    "family.letter_written": "wrote back to the family",
    "action.added": "added an action",
    "action.changed": "changed an action",
    "action.removed": "took an action out",
    "action.settled": "settled who does it and by when",
    "action.done": "did the action",
    "action.returned": "sent the action back",
    "action.verified": "checked the action",
    "action.countersigned": "signed the action",
    "action.cancelled": "cancelled the action",
    "action.extended": "moved the date",
    "action.reassigned": "gave it to another owner",
}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that was done."""

    at: datetime
    who: str
    did: str
    about: str
    change: str
    why: str


def entries(audit: Audit, *, by: User, saves: bool) -> QuerySet[TrailEntry]:
    """What the person may read of it, oldest first; every mark and note, if `saves`, is shown to its chairs alone.

    The rest is QA's; the chairs read it without what is the QA Team's alone; the responsible manager and the team's
    managers read of the actions. Nothing for anybody else (access: read trail).
    """
    numbers = {*graded.grade_numbers(audit), graded.CASE_OF_OLD}
    grades = [Judgement(audit=audit, number=number) for number in sorted(numbers)]
    trail_entries = trail.entries_about(
        audit, *grades, *audit.actions.select_related("audit"), *audit.family_asks.select_related("audit")
    )
    if not access.sees_all(by, Permission.READ_TRAIL):
        if audit.chair_of(by) is not None:
            trail_entries = trail_entries.exclude(act__in=OF_QA)
        else:
            trail_entries = trail_entries.filter(kind="action") if manages_actions(audit, by) else trail_entries.none()
    return trail_entries if saves and reads_saves(audit, by=by) else trail_entries.exclude(act__in=SAVES)


def reads_saves(audit: Audit, *, by: User) -> bool:
    """Whether the person may read each mark and note by the minute: only the two who sat in the meeting."""
    return audit.chair_of(by) is not None


def can_read(audit: Audit, *, by: User) -> bool:
    """Whether there is a history for this person, who sees the audit."""
    return access.sees_all(by, Permission.READ_TRAIL) or audit.chair_of(by) is not None or manages_actions(audit, by)


def manages_actions(audit: Audit, by: User) -> bool:
    """Whether the person, who sees the audit, answers for its actions, or stands in for whoever does."""
    manager = audit.responsible_manager_id
    return access.holds(by, Role.TEAM_MANAGER) or by.pk == manager or access.stands_in(by, manager)


def history_line(entry: TrailEntry, audit: Audit) -> HistoryLine:
    """One entry in words. What was written is on the audit's own page; the history says who did what, and why."""
    label = dict(Audit.State.choices) | dict(Judgement.State.choices) | dict(Action.State.choices)
    change = f"{label.get(entry.was, entry.was)} → {label.get(entry.now, entry.now)}" if entry.was != entry.now else ""
    return HistoryLine(
        at=entry.at,
        who=name_of(entry),
        did=WORDS.get(entry.act, entry.act.partition(".")[2].replace("_", " ")),
        about=about(entry, audit),
        change=change if entry.was else "",
        why=entry.why,
    )


def name_of(entry: TrailEntry) -> str:
    """Who did it, and in whose place a deputy did."""
    if entry.in_place_of is not None:
        return f"{entry.by}, standing in for {entry.in_place_of}"
    return entry.by.name if entry.by else "Quality Counts"


def about(entry: TrailEntry, audit: Audit) -> str:
    """Which grade, action or box it was."""
    number = entry.ref.removeprefix(audit.ref)[1:]
    if entry.kind == "judgement":
        what = standard_or_case(number_of(graded.meant_step(audit, number)))
        return f"{what[0].upper()}{what[1:]}"
    if entry.kind == "familyask":
        return "The family"
    if entry.kind == "action":
        return f"Action {number}"
    box = next(
        (
            box
            for slug, box in BOXES.items()
            if entry.act == "note.saved" and f'"box":"{slug}"' in (entry.content or "")
        ),
        None,
    )
    return called_by(audit.standard_set, box).title if box else ""
