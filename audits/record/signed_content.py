"""Exactly what is signed: everything the meeting came to, as one line of JSON, and its hash."""

from __future__ import annotations

from collections import Counter
from typing import Any

from audits.models import Action, Audit, Chair, Judgement, Proposal
from people import trail


def snapshot(audit: Audit) -> dict[str, Any]:
    """All that the two sign, read afresh: grades with every view, marks, notes and the plan.

    Sorted here and not by the database: how one sorts text depends on where it runs, and the hash must not.
    """
    marks = audit.marks.values_list("criterion__code", "indicator__number", "value", "seen", "asked_why")
    return {
        "ref": audit.ref,
        "case": audit.case.person_id,
        "category": audit.category,
        "auditor": audit.auditor_id,
        "keyworker": audit.keyworker_id,
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
            | ({"opened_early": sorted(judgement.opened_early)} if judgement.opened_early else {})
            for judgement in audit.judgements.prefetch_related("proposals")
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


def content_hash_of(audit: Audit) -> str:
    """sha256 of the snapshot as hex."""
    return trail.digest(trail.canonical(snapshot(audit)))
