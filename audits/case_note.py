"""The entry for the child's file, ready to paste: "Audit Action Plan – Month" (App. 2, after; strategy 4.3)."""

from __future__ import annotations

from datetime import date

from audits.models import CASE_NUMBER, Action, Audit, CaseNote, Judgement
from audits.sheet import BOXES
from people import trail
from qualitycounts.refusals import NotNow
from standards.grades import Grade


def words_for(day: date) -> str:
    """A day as the file has it: Friday 18 December 2026."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def heading(audit: Audit) -> str:
    """The heading under which it stands on the file: the month is the meeting's."""
    return f"Audit Action Plan – {audit.met_on or audit.month:%B}"


def text(audit: Audit) -> str:
    """The whole entry as plain text. Refused (`NotNow`, 409) before the audit is final."""
    if not audit.final:
        raise NotNow("The note is made from the signed audit. It is ready once both have signed.")
    judgements = list(audit.judgements.select_related("standard"))
    notes = {note.slug: note.text.strip() for note in audit.notes.all()}
    actions = list(audit.actions.exclude(state=Action.State.CANCELLED).select_related("owner").order_by("number"))
    lines = [
        heading(audit),
        "",
        f"Live case file audit {audit.ref}, held on {words_for(audit.met_on or audit.month)}.",
        f"Auditor: {audit.auditor}. Keyworker: {audit.keyworker}. "
        f"Responsible manager: {audit.responsible_manager or 'to be named'}.",
        overall(audit),
        "",
        "Grades",
    ]
    lines += [f"{one.number}. {one.title}: {in_words(one)}" for one in judgements if one.number != CASE_NUMBER]
    for slug in (f"s{CASE_NUMBER}-works-well", f"s{CASE_NUMBER}-worried", f"s{CASE_NUMBER}-needs", "childs-eye"):
        if notes.get(slug):
            lines += ["", BOXES[slug].title, notes[slug]]
    lines += ["", "Actions"]
    lines += [line for action in actions for line in action_lines(action)] or ["No action was needed."]
    return "\n".join(lines) + "\n"


def overall(audit: Audit) -> str:
    """The grade of the case, and where a panel changed it what it was when it was signed."""
    now = f"The case as a whole was graded {Grade(audit.grade).label}"
    if audit.grade == audit.first_grade or audit.regraded_at is None:
        return f"{now}."
    return f"{now} by the validation panel; {Grade(audit.first_grade).label} when it was signed."


def in_words(one: Judgement) -> str:
    """A standard's grade, with the one that was signed beside it where a panel changed it."""
    if not one.grade:
        return "does not apply"
    return (
        f"{Grade(one.stands).label} ({Grade(one.grade).label} when it was signed)"
        if one.regraded
        else Grade(one.grade).label
    )


def keep(act: trail.Act, audit: Audit) -> CaseNote | None:
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


def newer_than_file(audit: Audit, kept: list[CaseNote]) -> bool:
    """Whether what it says has changed since somebody put it on the file: it is to be pasted again."""
    return audit.on_file_at is not None and bool(kept) and kept[0].made > audit.on_file_at


def action_lines(action: Action) -> list[str]:
    """One action: who, what, by when, how we will know, and where it stands."""
    owner = action.owner.name if action.owner else "Nobody at present"
    lines = [
        f"{action.number}. {owner}, by {words_for(action.due_on)}: {action.what}",
        f"   How we will know: {action.measure}",
        f"   What will be better: {action.outcome}",
        f"   Now: {action.get_state_display().lower()}.",
    ]
    if action.evidence:
        lines.append(f"   Evidence: {action.evidence}")
    return lines
