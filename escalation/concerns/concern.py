"""A safeguarding concern: raised by either chair at any moment, before any grade, with the spoken hand-over logged.

It opens the safeguarding path at once. Managers see the concern, never the unfinished audit (lifecycle: Safeguarding).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet

from audits.locking import bump_revision, lock_audit
from audits.models import Audit
from escalation import ladder
from escalation.access import visible_escalations
from escalation.models import Concern, Escalation
from escalation.steps.kinds.acknowledge import Acknowledge
from escalation.steps.people import Who, people, team_of
from people import absence, council_settings, trail
from people.directory import holders
from people.models import User
from people.roles import Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import weekday_in_words
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, has_words, written

LONGEST_NAME = 200
"""Characters of a name, a team and their telephone number."""
TEAMS = council_settings.Lines(
    "concern_teams",
    "Whom to speak to about a safeguarding concern",
    "The meeting",
    "Teams that are offered beside the child’s own managers, a line each. Anybody else may be named too. Ours.",
    default=("Emergency Duty Team", "Multi-Agency Safeguarding Hub (MASH)", "Duty manager"),
)

WHEN = (*Audit.UNFINISHED, Audit.State.FINALISED)


def who_to_speak_to(audit: Audit, *, by: User, on: date) -> QuerySet[User]:
    """The managers of the child's team and the Head of Service of its service, as they are on a day, and whoever stands
    in for one of them who is away; never oneself."""
    team = team_of(audit)
    named = [person.pk for person in people(Who.MANAGER, audit, on=on)]
    heads = holders(Role.HEAD_OF_SERVICE, on=on, service=team.service_id if team else 0)
    named += heads.values_list("pk", flat=True)
    if team is not None:
        named += holders(Role.TEAM_MANAGER, on=on, team=team).values_list("pk", flat=True)
    named += [away.deputy_id for away in absence.absences_on(named, on=on).values()]
    return User.objects.filter(pk__in=named).exclude(pk=by.pk).order_by("name", "pk")


def away_in_words(people: Iterable[User], *, on: date) -> dict[int, str]:
    """What is said beside those of these people who are away on a day, and beside whoever stands in for them."""
    words: dict[int, str] = {}
    for away in absence.away_on(people, on=on):
        words[away.person_id] = f"away until {weekday_in_words(away.ends_on)}"
        if away.agreed_at is not None:
            words[away.person_id] += f": {away.deputy} stands in"
            words[away.deputy_id] = f"stands in for {away.person}, who is away"
    return words


def check_raise(audit: Audit, *, by: User) -> None:
    """Whoever sits in a chair (403), until the audit is closed (409)."""
    if not audit.is_in_meeting(by):
        raise NotAllowed(
            "The auditor or the keyworker raises a concern here. If a child may be in danger, speak to the team "
            "manager or the Head of Service now."
        )
    if audit.state not in WHEN:
        raise NotNow(
            f"Audit {audit.ref} is {audit.get_state_display().lower()}. If a child may be in danger, speak to the team "
            "manager or the Head of Service now."
        )


def raise_concern(
    audit: Audit,
    *,
    by: User,
    at: datetime,
    why: str,
    spoken: datetime,
    spoken_to: User | None = None,
    spoken_with: str = "",
) -> Escalation:
    """Open the safeguarding path now: why, who was spoken to, and when.

    `spoken_to` answers for the child and is asked to acknowledge it; `spoken_with` names a team or anybody else, and
    then the manager is asked. The same words said twice are one concern. Refused: not a chair (403), the audit closed
    (409), no words, nobody named, a `spoken_to` who does not answer for the child, or a conversation that has not
    happened yet (422).
    """
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        check_raise(audit, by=by)
        if not why.strip():
            raise Refused("Say what worries you, in a sentence or two.", "why")
        if spoken > at:
            raise Refused("That time has not come yet. Give the time at which you spoke to them.", "spoken")
        spoken_with = written(spoken_with, "spoken_with", most=LONGEST_NAME)
        if spoken_to is None and not has_words(spoken_with):
            raise Refused("Choose who you spoke to, or name the team or the person.", "spoken_to")
        if spoken_to and not who_to_speak_to(audit, by=by, on=day_of(at)).filter(pk=spoken_to.pk).exists():
            raise Refused("Choose the team manager or the Head of Service, or name whom you spoke to.", "spoken_to")
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
            owners={Acknowledge.slug: spoken_to} if spoken_to else None,
        )
        bump_revision(audit)
        concern = Concern.objects.create(
            escalation=escalation,
            why=why.strip(),
            spoken_to=spoken_to,
            spoken_with=spoken_with,
            spoken=spoken,
            raised_at=at,
            raised_by=by,
        )
        act.add(
            "concern.raised",
            escalation,
            now=escalation.state,
            content={"why": concern.why, "spoken_to": concern.spoken_to_id, "spoken": spoken}
            | ({"spoken_with": spoken_with} if spoken_with else {}),
        )
    return escalation


def latest_escalation(audit: Audit, *, by: User) -> Escalation:
    """The escalation of the concern that this person raised last in this audit."""
    return (
        Concern.objects.select_related("escalation")
        .filter(escalation__audit=audit, raised_by=by)
        .latest("pk")
        .escalation
    )


def concerns_for(user: User) -> QuerySet[Escalation]:
    """The concerns a person may see, open ones first, then the latest."""
    return (
        visible_escalations(user)
        .filter(path=Escalation.Path.SAFEGUARDING)
        .select_related("concern__spoken_to", "concern__raised_by", "audit__case__team")
        .order_by("-state", "-opened", "-pk")
    )
