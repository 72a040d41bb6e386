"""Drafts of actions: what one chair has begun to type in the plan, seen by nobody else, gone once it is added.

It is no part of the record, so the trail does not hear of it. What is left of it goes when the audit is final.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from audits.locking import chair_of, check_going_on
from audits.models import Audit, PlanDraft
from people.models import User
from qualitycounts.base.refusals import allows, check_text

WORDS = ("what", "measure", "outcome", "resources", "carried_out_by")
SAID = (*WORDS, "who", "due_on", "numbers", "points")


def draft_of(audit: Audit, *, by: User, number: int = 0) -> PlanDraft | None:
    """What this person has begun: a new action, or a change of the action of that number."""
    return audit.drafts.filter(written_by=by, number=number).first()


def keep_draft(audit: Audit, said: Mapping[str, Any], *, by: User, at: datetime, number: int = 0) -> PlanDraft | None:
    """Keep what is typed so far, in place of what was kept before; without any words nothing is kept.

    `said` has the fields of `SAID`, and the `version` of the action which the page had.

    Refused: not in a chair (403), the meeting not going on (409), more than a box takes (422; the rest is kept).
    """
    chair_of(audit, by)
    check_going_on(audit)
    if not any(said[name].strip() for name in WORDS):
        drop_draft(audit, by=by, number=number)
        return None
    fitting = [name for name in WORDS if allows(check_text, said[name])]
    values = {name: said[name] for name in (*SAID, "version") if name in fitting or name not in WORDS}
    kept = audit.drafts.update_or_create(written_by=by, number=number, defaults=values | {"written_at": at})[0]
    for name in WORDS:
        check_text(said[name], name)
    return kept


def drop_draft(audit: Audit, *, by: User, number: int = 0) -> None:
    """Forget a draft whose action is in the plan now, or is not wanted any more."""
    audit.drafts.filter(written_by=by, number=number).delete()


def draft_address(draft: PlanDraft) -> str:
    """The page on which an action goes on that was begun."""
    if draft.number:
        return reverse("audit-plan-change", args=[draft.audit.ref, draft.number])
    return reverse("audit-plan", args=[draft.audit.ref])


def drafts_begun(audit: Audit) -> list[PlanDraft]:
    """Every action that was begun and is not in the plan, by whom: their words stay theirs."""
    return list(audit.drafts.select_related("written_by").order_by("written_at"))
