"""A safeguarding concern: raised by either chair at any moment, before any grade, with the spoken hand-over logged.

It opens the safeguarding path at once. Managers see the concern, never the unfinished audit (lifecycle: Safeguarding).
"""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet

from audits.managers import holders
from audits.models import Audit
from audits.room import locked, moved
from escalation import ladder
from escalation.access import visible_escalations
from escalation.models import Concern, Escalation
from escalation.who import Who, people, team_of
from people import trail
from people.models import User
from people.roles import Role
from qualitycounts.clock import day_of
from qualitycounts.refusals import NotAllowed, NotNow, Refused

WHEN = (
    Audit.State.ALLOCATED,
    Audit.State.BOOKED,
    Audit.State.IN_MEETING,
    Audit.State.AGREED,
    Audit.State.FINALISED,
)


def who_to_speak_to(audit: Audit, *, by: User, on: date) -> QuerySet[User]:
    """The managers of the child's team and the Head of Service of its service, as they are on a day; never oneself."""
    team = team_of(audit)
    named = [person.pk for person in people(Who.MANAGER, audit, on=on)]
    heads = holders(Role.HEAD_OF_SERVICE, on=on, service=team.service_id if team else 0)
    named += heads.values_list("pk", flat=True)
    if team is not None:
        named += holders(Role.TEAM_MANAGER, on=on, team=team).values_list("pk", flat=True)
    return User.objects.filter(pk__in=named).exclude(pk=by.pk).order_by("name", "pk")


def check_raise(audit: Audit, *, by: User) -> None:
    """Either chair (403), until the audit is closed (409)."""
    if audit.chair_of(by) is None:
        raise NotAllowed(
            "The auditor or the keyworker raises a concern here. If a child may be in danger, speak to the team "
            "manager or the Head of Service now."
        )
    if audit.state not in WHEN:
        raise NotNow(
            f"Audit {audit.ref} is {audit.get_state_display().lower()}. If a child may be in danger, speak to the team "
            "manager or the Head of Service now."
        )


def can_raise(audit: Audit, *, by: User) -> bool:
    """Whether `check_raise` lets it through."""
    try:
        check_raise(audit, by=by)
    except Refused:
        return False
    return True


def raise_concern(audit: Audit, *, by: User, at: datetime, why: str, spoken_to: User, spoken: datetime) -> Escalation:
    """Open the safeguarding path now: why, who was spoken to, and when. Whoever was spoken to is asked to acknowledge.

    The same words said twice are one concern. Refused: not a chair (403), the audit closed (409), no words, somebody
    who does not answer for the child, or a conversation that has not happened yet (422).
    """
    with trail.acting(by=by, at=at) as act:
        audit = locked(audit)
        check_raise(audit, by=by)
        if not why.strip():
            raise Refused("Say what worries you, in a sentence or two.", "why")
        if spoken > at:
            raise Refused("That time has not come yet. Give the time at which you spoke to them.", "spoken")
        if not who_to_speak_to(audit, by=by, on=day_of(at)).filter(pk=spoken_to.pk).exists():
            raise Refused("Choose the team manager or the Head of Service whom you spoke to.", "spoken_to")
        said = Concern.objects.filter(
            escalation__audit=audit, escalation__state=Escalation.State.OPEN, raised_by=by, why=why.strip()
        ).first()
        if said is not None:
            return said.escalation
        escalation = ladder.open_for(
            audit,
            path=Escalation.Path.SAFEGUARDING,
            since=day_of(at),
            by=by,
            at=at,
            owners={"acknowledge": spoken_to},
        )
        moved(audit)
        concern = Concern.objects.create(
            escalation=escalation, why=why.strip(), spoken_to=spoken_to, spoken=spoken, raised_at=at, raised_by=by
        )
        act.add(
            "concern.raised",
            escalation,
            now=escalation.state,
            content={"why": concern.why, "spoken_to": spoken_to.pk, "spoken": spoken},
        )
    return escalation


def latest(audit: Audit, *, by: User) -> Escalation:
    """The escalation of the concern that this person raised last in this audit."""
    return (
        Concern.objects.select_related("escalation")
        .filter(escalation__audit=audit, raised_by=by)
        .latest("pk")
        .escalation
    )


def listed(user: User) -> QuerySet[Escalation]:
    """The concerns a person may see, open ones first, then the latest."""
    return (
        visible_escalations(user)
        .filter(path=Escalation.Path.SAFEGUARDING)
        .select_related("concern__spoken_to", "concern__raised_by", "audit__case__team")
        .order_by("-state", "-opened", "-pk")
    )
