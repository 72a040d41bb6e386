"""Exactly what is signed: everything the meeting came to, as one line of JSON, and its hash."""

from __future__ import annotations

from collections import Counter
from typing import Any

from audits import graded
from audits.models import CASE_NUMBER, CASE_SLUG, Action, Audit, Chair, Judgement, Proposal
from people import trail
from standards.grades import kept_grade


def snapshot(audit: Audit) -> dict[str, Any]:
    """All that the two sign, read afresh: grades with every view, marks, notes and the plan, as it is signed."""
    return as_signed(audit, meeting_content(audit))


def as_signed(audit: Audit, read: dict[str, Any]) -> dict[str, Any]:
    """The content as the two sign it, in which the case is no number: "case". Where the set has fewer than eight
    standards it is 8, and its boxes are s8-…, as in every record that was signed when sets had seven at the most: what
    was signed then has the same hash for ever."""
    was_8 = graded.case_was_8(audit)
    case: int | str = graded.CASE_OF_OLD if was_8 else CASE_SLUG
    under = f"{CASE_SLUG}-"

    def called(number: int) -> int | str:
        return case if number == CASE_NUMBER else number

    def box(slug: str) -> str:
        return f"s{case}-{slug.removeprefix(under)}" if was_8 and slug.startswith(under) else slug

    return read | {
        "grades": [grade_as_signed(grade) | {"number": called(grade["number"])} for grade in read["grades"]],
        "notes": sorted([box(slug), *said] for slug, *said in read["notes"]),
        "plan": [action | {"for": [called(number) for number in action["for"]]} for action in read["plan"]],
    }


def grade_as_signed(grade: dict[str, Any]) -> dict[str, Any]:
    """A grade and its proposals as they are kept, each with its word where the set calls it otherwise."""
    proposals = [[*whose, kept_grade(proposed), words] for *whose, proposed, words in grade["proposals"]]
    seconds = [[number, kept_grade(proposed), words] for number, proposed, words in grade.get("second_worker", ())]
    second = {"second_worker": seconds} if seconds else {}
    return grade | {"grade": kept_grade(grade["grade"]), "proposals": proposals} | second


def meeting_content(audit: Audit) -> dict[str, Any]:
    """What the meeting came to, as the database has it.

    Sorted here and not by the database: how one sorts text depends on where it runs, and the hash must not.
    """
    marks = audit.marks.values_list("criterion__code", "indicator__number", "value", "seen", "asked_why")
    proposed = ("proposals", "second_proposals") if audit.second_worker_id else ("proposals",)
    return {
        "ref": audit.ref,
        "case": audit.case.person_id,
        "category": audit.category,
        "auditor": audit.auditor_id,
        "keyworker": audit.keyworker_id,
        **({"second_worker": audit.second_worker_id} if audit.second_worker_id else {}),
        "standards": audit.standard_set.slug,
        "met_on": audit.met_on,
        "grades": [
            {
                "number": judgement.number,
                "applies": judgement.applies,
                "applies_why": judgement.applies_why,
                "grade": judgement.grade,
                "how": judgement.state,
                "clash_why": judgement.clash_why,
                "advice": judgement.advice,
                "proposals": [[p.round, p.chair, p.grade, p.words] for p in revealed(judgement)],
            }
            | ({"stands_why": judgement.stands_why} if judgement.stands_why else {})
            | ({"second_worker": seconds} if (seconds := second_revealed(judgement)) else {})
            | ({"opened_early": sorted(judgement.opened_early)} if judgement.opened_early else {})
            for judgement in audit.judgements.prefetch_related(*proposed)
        ],
        "marks": sorted(
            [code or f"indicator {number}", value, seen, *([why] if why else [])]
            for code, number, value, seen, why in marks
        ),
        "notes": sorted([note.slug, note.choice, note.text] for note in audit.notes.all()),
        "plan": [
            {
                "number": action.number,
                "kind": action.kind,
                "part": action.part,
                "what": action.what,
                "measure": action.measure,
                "outcome": action.outcome,
                "resources": action.resources,
                "due_on": action.agreed_for,
                "for": sorted(judgement.number for judgement in action.judgements.all()),
            }
            | ({"carried_out_by": action.carried_out_by} if action.carried_out_by else {})
            | ({"points": points} if (points := sorted(criterion.code for criterion in action.criteria.all())) else {})
            for action in audit.actions.exclude(state=Action.State.CANCELLED)
            .filter(agreed_in="meeting")
            .order_by("number")
            .prefetch_related("judgements", "criteria")
        ],
    }


def revealed(judgement: Judgement) -> list[Proposal]:
    """The proposals that both have seen; one that was set aside before its reveal stays unseen, and is not signed."""
    proposals = list(judgement.proposals.all())
    chairs = Counter(proposal.round for proposal in proposals)
    return [proposal for proposal in proposals if chairs[proposal.round] == len(Chair)]


def second_revealed(judgement: Judgement) -> list[list[Any]]:
    """What the second worker proposed in the rounds that both chairs have seen; asks nothing where there is none."""
    if judgement.audit.second_worker_id is None:
        return []
    seen = {proposal.round for proposal in revealed(judgement)}
    return [[each.round, each.grade, each.words] for each in judgement.second_proposals.all() if each.round in seen]


def content_hash_of(audit: Audit) -> str:
    """sha256 of the snapshot as hex."""
    return trail.digest(trail.canonical(snapshot(audit)))
