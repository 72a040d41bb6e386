"""The entry for the child's file, ready to paste: "Audit Action Plan – Month" (App. 2, after; strategy 4.3)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Case, Exists, F, OuterRef, When

from audits.case_system import second_worker
from audits.form_boxes import BOXES, boxes_in, called_by
from audits.models import CASE_NUMBER, Action, Audit, CaseNote, Judgement
from audits.part_of import activity_of, part_in_words
from people import council_settings, trail
from qualitycounts.base.dates import day_in_words, month_name
from qualitycounts.base.refusals import NotNow
from standards.grades import word_of

GRADES = council_settings.Choice(
    "note_grades",
    "Grades on the child’s file",
    "After the meeting",
    "Which grades the entry “Audit Action Plan – Month” carries. The strategy asks for the actions taken. Ours.",
    choices=(
        ("all", "The case and each standard"),
        ("case", "The case alone"),
        ("none", "None: the actions and what was found"),
    ),
)


def heading(audit: Audit) -> str:
    """The heading under which it stands on the file: the month is the meeting's."""
    return f"Audit Action Plan – {month_name(audit.met_on or audit.month)}"


def text(audit: Audit) -> str:
    """The whole entry as plain text. Refused (`NotNow`, 409) before the audit is final."""
    if not audit.final:
        raise NotNow("The note is made from the signed audit. It is ready once both have signed.")
    judgements = list(audit.judgements.select_related("standard"))
    notes = {note.slug: note.text.strip() for note in audit.notes.all()}
    stand = audit.actions.exclude(state=Action.State.CANCELLED)
    actions = list(stand.select_related("owner", "done_by").order_by("number"))
    activity = activity_of(audit)
    kind = [part_in_words(activity)] if activity else []
    lines = [
        heading(audit),
        "",
        " ".join([f"Live case file audit {audit.ref}, held on {day_in_words(audit.met_on or audit.month)}.", *kind]),
        f"Auditor: {audit.auditor}. Keyworker: {audit.keyworker}. "
        f"Responsible manager: {audit.responsible_manager or 'to be named'}.",
        *(f"{title}: {name}." for title, name in second_worker(audit.case)),
        *([overall(audit)] if GRADES.value() != "none" else []),
    ]
    if GRADES.value() == "all":
        lines += ["", "Grades"]
        lines += [
            f"{judgement.number}. {judgement.title}: {grade_in_words(judgement)}"
            for judgement in judgements
            if judgement.number != CASE_NUMBER
        ]
    for box in (*boxes_in(audit, CASE_NUMBER), called_by(audit.standard_set, BOXES["childs-eye"])):
        if notes.get(box.slug):
            lines += ["", box.title, notes[box.slug]]
    talked = audit.supervisions.that_count().select_related("recorded_by")
    if talked:
        lines += ["", "Supervision"]
        lines += [f"Talked through on {day_in_words(each.on)}, recorded by {each.recorded_by}." for each in talked]
    lines += ["", "Actions"]
    lines += [line for action in actions for line in action_lines(action)] or ["No action was needed."]
    return "\n".join(lines) + "\n"


def overall(audit: Audit) -> str:
    """The grade of the case, and where a panel changed it what it was when it was signed."""
    now = f"The case as a whole was graded {word_of(audit.grade)}"
    if audit.grade == audit.first_grade or audit.regraded_at is None:
        return f"{now}."
    return f"{now} by the validation panel; {word_of(audit.first_grade)} when it was signed."


def grade_in_words(judgement: Judgement) -> str:
    """A standard's grade, with the one that was signed beside it where a panel changed it."""
    if not judgement.grade:
        return "does not apply"
    return (
        f"{word_of(judgement.stands)} ({word_of(judgement.grade)} when it was signed)"
        if judgement.regraded
        else word_of(judgement.grade)
    )


def store_case_note(act: trail.Act, audit: Audit) -> CaseNote | None:
    """Keep the entry as it reads now, if it reads otherwise than the version before; called by whatever moves it."""
    if not audit.final:
        return None
    now, last = text(audit), audit.case_notes.first()
    if last is not None and last.text == now:
        return last
    number = last.number + 1 if last else 1
    return CaseNote.objects.create(audit=audit, number=number, text=now, made=act.at, by=act.by)


def versions(audit: Audit) -> list[CaseNote]:
    """The versions of the entry, the newest first."""
    return list(audit.case_notes.select_related("by"))


def newer_than_file(audit: Audit, kept: Sequence[CaseNote]) -> bool:
    """Whether what it says has changed since somebody put it on the file: it is to be pasted again."""
    said_at = audit.on_file_at
    return said_at is not None and any(version.made > said_at for version in kept)


def version_on_file(audit: Audit, kept: Sequence[CaseNote]) -> CaseNote | None:
    """The version that was pasted: the newest when somebody said that it is on the file; None where nobody did."""
    said_at = audit.on_file_at
    return next((version for version in kept if said_at is not None and version.made <= said_at), None)


def has_changed(audit: Audit) -> bool:
    """As `newer_than_file`, of the version that stands."""
    return audit.on_file_at is not None and audit.case_notes.filter(made__gt=audit.on_file_at).exists()


def stands_on_file(audit: Audit) -> bool:
    """Whether the entry is on the child's file as it reads now: ticked, and not changed since."""
    return audit.on_file_at is not None and not has_changed(audit)


def filed() -> Case:
    """When the entry was put on the file as it reads now, as a column of audits; NULL where it does not stand there."""
    newer = CaseNote.objects.filter(audit=OuterRef("pk"), made__gt=OuterRef("on_file_at"))
    return Case(When(Exists(newer), then=None), default=F("on_file_at"))


def done_in_words(action: Action) -> str:
    """When and by whom it was done, or that it is to do."""
    return f"done on {day_in_words(action.done_on)} by {action.done_by}" if action.done_on else "to do"


def action_lines(action: Action) -> list[str]:
    """One action: who, what, by when, how we will know, and when and by whom it was done. That somebody checked it
    changes nothing that the file has to say.
    """
    lines = [
        f"{action.number}. {action.by_whom}, by {day_in_words(action.due_on)}: {action.what}",
        f"   How we will know: {action.measure}",
        f"   What will be better: {action.outcome}",
        f"   Now: {done_in_words(action)}.",
    ]
    if action.evidence and action.done_on:
        lines.append(f"   Evidence: {action.evidence}")
    return lines
