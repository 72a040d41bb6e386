"""Work that was sent back: by whom, when and why, beside the step that is open again for it.

The reason is the trail's own, of the act that opened the step again, so that it stays as it was said.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from audits.models import Audit
from escalation.access import visible_escalations
from escalation.models import Step
from people import trail
from people.models import TrailEntry, User
from qualitycounts.base.dates import short_day

REOPENED = "step.reopened"


def why_sent_back() -> Subquery:
    """The newest reason for which a step was opened again, as a column of steps; NULL where it never was."""
    ref = Concat(OuterRef("escalation__ref"), Value("/"), OuterRef("slug"), output_field=CharField())
    entries = TrailEntry.objects.filter(kind="step", ref=ref, act=REOPENED).order_by("-seq")
    return Subquery(entries.values("why")[:1])


def send_backs(*steps: Step) -> QuerySet[TrailEntry]:
    """Every time that these steps were opened again, oldest first."""
    return trail.entries_about(*steps).filter(act=REOPENED)


def of_audit(audit: Audit, *, by: User) -> list[tuple[Step, TrailEntry]]:
    """The audit's open steps that were sent back, of escalations that the person may open, each with its newest."""
    steps = Step.objects.open().filter(escalation__audit=audit, escalation__in=visible_escalations(by))
    waiting = {step.ref: step for step in steps.select_related("escalation").annotate(back=why_sent_back())}
    back = [step for step in waiting.values() if step.back]  # type: ignore[attr-defined]
    newest = {entry.ref: entry for entry in send_backs(*back)} if back else {}
    return [(waiting[ref], entry) for ref, entry in newest.items()]


def sentences(entries: Iterable[TrailEntry]) -> list[str]:
    """Each time as a sentence with the reason in it."""
    return [f"Sent back by {entry.by} on {short_day(entry.at)}: “{entry.why}”" for entry in entries if entry.why]
