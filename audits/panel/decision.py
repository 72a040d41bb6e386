"""What the chair decides: upheld, or regraded both ways, in one act with the actions that are missing (strategy 7).

A regrade moves the escalation in the same transaction: down opens the path that day, with dates counted from it; up
ends it. What was signed stays as it was signed, and readable (lifecycle: Panel; Must never be broken, 2 and 5).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audits import states
from audits.follow_up import case_note
from audits.locking import lock_audit
from audits.managers import head_of_service
from audits.meeting.grading import check_grade
from audits.models import CASE_NUMBER, Audit, Judgement, Regrade, Review, grade_field
from audits.panel import sitting as panel_sitting
from audits.panel.added_actions import AddedAction, add_panel_action, check_planned
from audits.panel.notice_texts import ReviewDecided, ReviewDecidedForAuditor
from audits.record import clashes
from audits.signals import audit_graded, audit_revised
from people import notices, trail
from people.models import User
from qualitycounts.base.clock import day_of
from qualitycounts.base.draft_order import ALONE, Sending
from qualitycounts.base.refusals import NotNow, Refused, Stale, check_text, written
from standards.grades import Grade, kept_grade

Outcome = Review.Outcome


@dataclass(frozen=True, slots=True)
class Decision:
    """All that the chair says of one audit. `grades` are those that change, by number, where it is regraded."""

    justified: str
    smart: str
    answers: str
    outcome: str
    to_auditor: str
    reason: str = ""
    missing: str = ""
    to_worker: str = ""
    message: str = ""
    unheard_why: str = ""
    clash_why: str = ""
    grades: Mapping[int, str] | None = None
    actions: Sequence[AddedAction] = ()


def check_decide(review: Review, *, by: User, at: datetime) -> None:
    """Refused unless `by` decides on this audit (403), its grades are revealed and it stands (409)."""
    panel_sitting.check_decides(review, by=by, at=at)
    states.REVIEW.check(review.state, "decide")
    if not review.audit.final:
        raise NotNow(f"Audit {review.audit.ref} is {review.audit.get_state_display().lower()}. Take it out instead.")


def check_decision_version(review: Review, version: int) -> None:
    """Refused (Stale, 409) where the decision was written on in another window since, and says something else."""
    if review.version != version:
        raise Stale("This decision was changed in another window. Read it again; what you typed is below.")


def keep_decision_draft(
    review: Review, *, draft: Mapping[str, Any], version: int, by: User, at: datetime, sending: Sending = ALONE
) -> Review:
    """Keep the decision as far as it is written, to go on later; nobody but who decides sees it.

    Words that their own tab has overtaken change nothing.

    Refused: not who decides (403), not revealed or decided already, or changed in another window (409), too long (422).
    """
    with trail.acting(by=by, at=at):
        fresh = panel_sitting.locked_review(review)
        check_decide(fresh, by=by, at=at)
        name = f"decision:{fresh.pk}"
        if sending.is_overtaken(name):
            return fresh
        if dict(draft) != fresh.draft and not sending.follows(name):
            check_decision_version(fresh, version)
        for box, some in draft.items():
            for text in some:
                check_text(text, box)
        sending.note(name)
        fresh.draft, fresh.version = dict(draft), fresh.version + 1
        fresh.save(update_fields=["draft", "version"])
    return fresh


def record_decision(review: Review, *, decision: Decision, version: int, by: User, at: datetime) -> Review:
    """Record what the panel decided; where it regrades, change the grades, add the actions and move the escalation.

    Refused: not who decides (403); not revealed, decided already, the audit void, changed in another window, or nobody
    to own an action (409); no answer, no reason, members not heard or a clash without one, a grade that changes though
    the content justifies it, no grade that changes, an action that is not SMART, or a grade that needs an action and
    has none (422, naming the field).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = panel_sitting.locked_review(review)
        fresh.audit = audit = lock_audit(fresh.audit)
        check_decide(fresh, by=by, at=at)
        check_decision_version(fresh, version)
        fill_in_decision(fresh, decision)
        if fresh.outcome == Outcome.REGRADED:
            regrade(act, fresh, audit, decision)
        was, fresh.state = fresh.state, states.REVIEW.check(fresh.state, "decide")
        fresh.decided_at, fresh.decided_by, fresh.draft = at, by, {}
        fresh.version += 1
        fresh.save()
        act.add(
            "review.decided",
            fresh,
            was=was,
            now=fresh.state,
            why=fresh.reason,
            content={
                "outcome": fresh.outcome,
                "justified": fresh.justified,
                "message": fresh.message,
                "unheard_why": fresh.unheard_why,
                "clash_why": fresh.clash_why,
            },
        )
        notify_decision(fresh, audit, at=at)
    return fresh


def fill_in_decision(review: Review, decision: Decision) -> None:
    """The chair's answers and words, each checked."""
    if decision.justified not in Review.Answer.values:
        raise Refused("Say whether the content justifies the grade.", "justified")
    for name in ("smart", "answers"):
        if getattr(decision, name) not in Review.Plan.values:
            raise Refused("Answer this about the actions.", name)
    if decision.outcome not in Outcome.values:
        raise Refused("Choose whether the grade is upheld or changed.", "outcome")
    if decision.outcome == Outcome.REGRADED and decision.justified == Review.Answer.YES:
        raise Refused(
            "You say that the content justifies the grade, yet it is changed. Say in part or no, or uphold it.",
            "justified",
        )
    ask = ""
    if decision.outcome == Outcome.REGRADED:
        ask = "Say why the grade is changed. The reason stays with the audit."
    elif decision.justified == Review.Answer.NO:
        ask = "The content does not justify the grade, yet it stands: say why."
    review.justified, review.smart, review.answers = decision.justified, decision.smart, decision.answers
    review.outcome = decision.outcome
    review.reason = written(decision.reason, "reason", ask)
    unheard_ask = ask_unheard(review)
    review.unheard_why = written(decision.unheard_why, "unheard_why", unheard_ask) if unheard_ask else ""
    review.missing = written(decision.missing, "missing")
    review.to_auditor = written(
        decision.to_auditor,
        "to_auditor",
        "Write the auditor a sentence or two: what was good, and what to do next time.",
    )
    review.to_worker = written(decision.to_worker, "to_worker")
    review.message = written(decision.message, "message", most=1000)


def unheard(review: Review) -> list[User]:
    """The members who gave a grade and have not yet said whether the content justifies the one that was agreed."""
    return [ballot.member for ballot in panel_sitting.counted_ballots(review) if not ballot.vote]


def ask_unheard(review: Review) -> str:
    """What asks for a reason while members are not heard; "" once all are."""
    names = ", ".join(member.name for member in unheard(review))
    return f"Not yet said by {names}: ask them, or say why the panel decides without it." if names else ""


def regrade(act: trail.Act, review: Review, audit: Audit, decision: Decision) -> None:
    """Change the grades, add the actions, and let the escalation follow, all in the transaction of the decision."""
    judgements = {
        judgement.number: judgement for judgement in audit.judgements.select_for_update(no_key=True, of=("self",))
    }
    for judgement in judgements.values():
        judgement.audit = audit
    moved = moves(judgements, decision.grades or {})
    for judgement, grade in moved:
        was, judgement.regraded = judgement.stands, grade
        judgement.save(update_fields=["regraded"])
        Regrade.objects.create(review=review, judgement=judgement, was=was, grade=grade)
        content = {"was": kept_grade(was), "grade": kept_grade(grade)}
        act.add(
            "grade.regraded", judgement, was=judgement.state, now=judgement.state, why=review.reason, content=content
        )
    review.clash_why = written(
        decision.clash_why, "clash_why", ask_clashes(audit, judgements.values(), {each.number for each, _ in moved})
    )
    for place, asked in enumerate(decision.actions):
        add_panel_action(act, audit, judgements, asked, place)
    check_planned(audit, judgements.values())
    case_was, case = audit.grade, judgements.get(CASE_NUMBER)
    if case is not None:
        audit.take_grade(case.stands)
    audit.regraded_at, audit.regraded_by = act.at, act.by
    reopen_follow_up(act, audit, case_was, anew=bool(decision.actions))
    audit.revision += 1
    audit.save()
    case_note.store_case_note(act, audit)
    if audit.grade != case_was:
        audit_graded.send(sender=Audit, audit=audit, was=case_was, by=act.by, at=act.at)
    audit_revised.send(sender=Audit, audit=audit, by=act.by, at=act.at)


def ask_clashes(audit: Audit, judgements: Iterable[Judgement], changed: Container[int]) -> str:
    """What asks for a reason where something found speaks against a grade as it is changed; "" where nothing does.

    The warnings are the meeting's (`audits.record.clashes`), of the grades as they stand now.
    """
    now = [copy(judgement) for judgement in judgements]
    for judgement in now:
        judgement.grade = judgement.stands
    marks = list(audit.marks.all())
    sentences = [
        clash.sentence
        for judgement in now
        if judgement.number in changed
        for clash in clashes.clashes_among(audit, judgement, judgement.grade, now, marks)
    ]
    return f"{' '.join(sentences)} Say why the grade stands all the same." if sentences else ""


def moves(judgements: Mapping[int, Judgement], grades: Mapping[int, str]) -> list[tuple[Judgement, str]]:
    """The grades that change. Refused (422) where none does, or one of a standard that does not apply."""
    changed = []
    for number, chosen in sorted(grades.items()):
        if not chosen:
            continue
        judgement = judgements.get(number)
        if judgement is None or not judgement.applies:
            raise Refused(
                "That standard does not apply to this child, so it has no grade to change.", grade_field(number)
            )
        grade = check_grade(chosen, judgement.audit.standard_set)
        if grade != judgement.stands:
            changed.append((judgement, grade))
    if not changed:
        raise Refused("Choose which grade changes, and to what; or uphold the audit.", grade_field(CASE_NUMBER))
    return changed


def reopen_follow_up(act: trail.Act, audit: Audit, was: str, *, anew: bool) -> None:
    """Where it was graded down into monitoring, or actions were added: it is talked through and put on file again, and
    an audit that was closed opens for it."""
    down = bool(audit.escalation_path) and Grade(audit.grade).rank < Grade(was).rank
    state_was = audit.state
    if down or anew:
        audit.state = states.AUDIT.check(audit.state, "open again")
        audit.closed_at = audit.closed_by = audit.on_file_on = audit.on_file_at = audit.on_file_by = None
    if down:
        audit.asked_anew = act.at
    act.add(
        "audit.regraded",
        audit,
        was=state_was,
        now=audit.state,
        content={"was": kept_grade(was), "grade": kept_grade(audit.grade)},
    )


def notify_decision(review: Review, audit: Audit, *, at: datetime) -> None:
    """Tell the auditor always, and everyone the audit concerns where a grade changed. Nothing of the case is in it."""
    changed = review.outcome == Outcome.REGRADED
    heads = [audit.responsible_manager, head_of_service(audit.case.team or audit.team, on=day_of(at))]
    notices.notify(to=[audit.auditor], text=ReviewDecidedForAuditor(audit, changed), key=f"{review.ref}:decided", at=at)
    notices.notify(
        to=[audit.keyworker if changed or review.to_worker else None, *(heads if changed else [])],
        text=ReviewDecided(audit, changed),
        key=f"{review.ref}:decided",
        at=at,
    )
