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
                "number": one.number,
                "applies": one.applies,
                "applies_why": one.applies_why,
                "grade": one.grade,
                "how": one.state,
                "clash_why": one.clash_why,
                "advice": one.advice,
                "proposals": [[p.round, p.chair, p.grade, p.words] for p in revealed(one)],
            }
            for one in audit.judgements.prefetch_related("proposals")
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
                "for": sorted(one.number for one in action.judgements.all()),
            }
            | ({"points": points} if (points := sorted(one.code for one in action.criteria.all())) else {})
            for action in audit.actions.exclude(state=Action.State.CANCELLED)
            .filter(agreed_in="meeting")
            .order_by("number")
            .prefetch_related("judgements", "criteria")
        ],
    }


def revealed(judgement: Judgement) -> list[Proposal]:
    """The proposals that both have seen; one that was set aside before its reveal stays unseen, and is not signed."""
    found = list(judgement.proposals.all())
    chairs = Counter(proposal.round for proposal in found)
    return [proposal for proposal in found if chairs[proposal.round] == len(Chair)]


def digest(audit: Audit) -> str:
    """sha256 of the snapshot as hex."""
    return trail.digest(trail.canonical(snapshot(audit)))
