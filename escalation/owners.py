"""Steps and actions that lost their owner, and a re-audit's step that follows its auditor: seen to in every sweep."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q

from audits.managers import holders
from audits.models import Action, Audit
from escalation.models import Step
from escalation.who import Who, owner
from people import trail
from people.models import Notice
from people.roles import Role

UNSIGNED = (Audit.State.ALLOCATED, Audit.State.BOOKED, Audit.State.IN_MEETING, Audit.State.AGREED)


def gone(on: date, at: datetime) -> list[Notice]:
    """Notices for the QA Officers, once, of each action and each step whose owner no longer works here."""
    left = Q(owner=None) | Q(owner__is_active=False) | Q(owner__left_on__lte=on)
    actions = Action.objects.unfinished().filter(left, audit__state=Audit.State.FINALISED).select_related("audit")
    steps = Step.objects.ownerless(on).select_related("escalation")
    found = {f"gone:{one.ref}:{one.owner_id}": (f"Action {one.ref}", f"/actions/{one.ref}/") for one in actions}
    for one in steps:
        ref = one.escalation.ref
        found[f"gone:{one.ref}:{one.owner_id}"] = (f"A step of {ref}", f"/escalations/{ref}/")
    if not found:
        return []
    said = set(Notice.objects.filter(key__in=found).values_list("key", flat=True))
    to = list(holders(Role.QA_OFFICER, on=on)) if found.keys() - said else []
    return [
        Notice(
            to=person,
            key=key,
            subject=f"{what} has no owner now",
            body=f"{what} has no owner who works here. Please give it to another person; its date stays.",
            link=link,
            made=at,
            next_try=at,
        )
        for key, (what, link) in found.items()
        if key not in said
        for person in to
    ]


def follow_re_audits(act: trail.Act, *, on: date) -> None:
    """A re-audit's step waits for its auditor: when the re-audit goes to another, the step goes too.

    With the re-audit withdrawn, or without an auditor, the step is the QA Officer's again.
    """
    moved = (
        Audit.objects.filter(
            state__in=UNSIGNED,
            auditor__isnull=False,
            re_audit_of__escalations__steps__slug="re_audit",
            re_audit_of__escalations__steps__state=Step.State.OPEN,
        )
        .exclude(auditor=F("re_audit_of__escalations__steps__owner"))
        .values_list("auditor", "re_audit_of__escalations__steps")
    )
    for auditor, pk in moved:
        hand_over(act, Step.objects.select_for_update(of=("self",)).select_related("escalation").get(pk=pk), auditor)
    led = Audit.objects.filter(re_audit_of=OuterRef("escalation__audit"), auditor__isnull=False).exclude(
        state__in=(Audit.State.WITHDRAWN, Audit.State.VOIDED)
    )
    were = Audit.objects.filter(re_audit_of=OuterRef("escalation__audit"))
    alone = Step.objects.filter(Exists(were), ~Exists(led), slug="re_audit", state=Step.State.OPEN)
    officers = set(holders(Role.QA_OFFICER, on=on).values_list("pk", flat=True))
    for step in alone.exclude(owner__in=officers).select_related("escalation__audit__case__team"):
        hand_over(act, step, owner(Who.QA_OFFICER, step.escalation.audit, on=on).pk)


def hand_over(act: trail.Act, step: Step, to: int) -> None:
    """Give a step to the person of this key; nothing where it is theirs."""
    if step.owner_id == to:
        return
    was, step.owner_id = step.owner_id, to
    step.save(update_fields=["owner"])
    act.add("step.handed_over", step, was=step.state, now=step.state, content={"was": was, "owner": to})
