"""What panels said of an audit, to each of those who may open it (lifecycle: Panel)."""

from __future__ import annotations

from dataclasses import dataclass

from audits.models import Audit, Review
from people import access
from people.models import User
from people.roles import Permission


@dataclass(frozen=True, slots=True)
class Feedback:
    """One panel's decision on the audit: the outcome for all, and the words that are for this reader."""

    review: Review
    changes: tuple[tuple[str, str, str], ...]
    to_auditor: str
    to_worker: str


def feedback(audit: Audit, user: User) -> list[Feedback]:
    """What panels decided on it, oldest first. The words to the auditor and to the worker go to them and to QA."""
    decided = audit.reviews.filter(state=Review.State.DECIDED).select_related("panel", "decided_by")
    every = access.sees_all(user, Permission.RUN_PANEL)
    return [
        Feedback(
            review,
            tuple((regrade.judgement.title, regrade.was, regrade.grade) for regrade in review.regrades.all()),
            review.to_auditor if every or user.pk == audit.auditor_id else "",
            review.to_worker if every or user.pk == audit.keyworker_id else "",
        )
        for review in decided.prefetch_related("regrades__judgement__standard").order_by("decided_at")
    ]
