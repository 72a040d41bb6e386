"""A manager who watches a meeting: only where both chairs agree, and for as long as both do (access: equals).

Managers see an audit once it is final, so that the worker can speak freely. Where both want somebody beside them, one
asks and the other agrees; either may end it at any moment. Who watched, and who agreed, stays in the trail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from audits.locking import bump_revision, chair_of, check_in_meeting, lock_audit, meeting_transaction
from audits.managers import responsible_manager
from audits.models import Audit, Watch
from audits.notice_texts import ObserverAgreed
from people import access, notices, trail
from people.directory import holders
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.refusals import NotNow, Refused


@dataclass(frozen=True, slots=True)
class Invitation:
    """One manager who was asked: the record, and whether this chair can agree to it."""

    watch: Watch
    yours: bool

    @property
    def end_button(self) -> str:
        """What the button says that takes the manager out again."""
        return "End the watching" if self.agreed else "No, only the two of us" if self.yours else "Ask no longer"

    @property
    def agreed(self) -> bool:
        """Whether both chairs have agreed."""
        return self.watch.agreed_at is not None


def who_may_watch(audit: Audit, *, on: date) -> list[User]:
    """The keyworker's manager, the team's managers and the Head of Service of its service; never one of the chairs."""
    team = audit.team or audit.case.team
    manager = responsible_manager(audit, on=on)
    named = {manager.pk} if manager else set()
    if team is not None:
        named |= set(holders(Role.TEAM_MANAGER, on=on, team=team).values_list("pk", flat=True))
        named |= set(holders(Role.HEAD_OF_SERVICE, on=on, service=team.service_id).values_list("pk", flat=True))
    managers = User.objects.filter(pk__in=named - {audit.auditor_id, audit.keyworker_id}).order_by("name", "pk")
    return [person for person in managers if access.may(person, Permission.WATCH_MEETING)]


def open_watches(audit: Audit) -> QuerySet[Watch]:
    """What was asked and has not ended: managers who watch, or are asked to."""
    return audit.watches.filter(ended_at=None)


def invitations(audit: Audit, chair: int) -> list[Invitation]:
    """Who is asked to watch, or watches, as the person of this key sees it from their chair."""
    watches = open_watches(audit).select_related("manager", "asked_by")
    return [Invitation(watch, watch.agreed_at is None and watch.asked_by_id != chair) for watch in watches]


def ask_to_observe(audit: Audit, *, by: User, at: datetime, manager: int, on: date) -> Watch:
    """One chair asks that a manager may watch. Nobody sees anything before the other chair has agreed.

    Asked twice, nothing more happens. Refused: somebody who does not manage the case (422), outside the meeting (409),
    not in a chair (403).
    """
    with meeting_transaction(audit, by=by, at=at) as meeting:
        who = next((person for person in who_may_watch(meeting.audit, on=on) if person.pk == manager), None)
        if who is None:
            raise Refused("Choose a manager of this case from the list.", "manager")
        there = Watch.objects.filter(audit=meeting.audit, manager=who, ended_at=None).first()
        if there is not None:
            return there
        watch = Watch.objects.create(audit=meeting.audit, manager=who, asked_at=at, asked_by=by)
        meeting.act.add("watch.asked", meeting.audit, content={"manager": who.pk})
    return watch


def agree_to_observer(audit: Audit, pk: int, *, by: User, at: datetime) -> Watch:
    """The other chair agrees, and the manager is told that they may watch.

    Refused: by whoever asked (403), nobody asked or it has ended (409), outside the meeting (409).
    """
    with meeting_transaction(audit, by=by, at=at) as meeting:
        watch = standing_observation(meeting.audit, pk)
        if watch.agreed_at is not None:
            return watch
        if watch.asked_by_id == by.pk:
            raise NotNow("You asked for this yourself. It is for the other to agree, from their own screen.")
        watch.agreed_at, watch.agreed_by = at, by
        watch.save(update_fields=["agreed_at", "agreed_by"])
        meeting.act.add("watch.agreed", meeting.audit, content={"manager": watch.manager_id})
        notices.notify(
            to=[watch.manager],
            text=ObserverAgreed(meeting.audit),
            key=f"{meeting.audit.ref}:watch:{watch.pk}",
            at=at,
        )
    return watch


def end_observing(audit: Audit, pk: int, *, by: User, at: datetime) -> None:
    """Either chair declines what was asked, or ends the watching. Also while the meeting is paused.

    Refused: nobody asked or it has ended (409), outside the meeting (409), not in a chair (403).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = lock_audit(audit)
        chair_of(fresh, by)
        check_in_meeting(fresh)
        watch = standing_observation(fresh, pk)
        watch.ended_at, watch.ended_by = at, by
        watch.save(update_fields=["ended_at", "ended_by"])
        bump_revision(fresh)
        act.add("watch.ended", fresh, content={"manager": watch.manager_id, "agreed": watch.agreed_at is not None})


def standing_observation(audit: Audit, pk: int) -> Watch:
    """The invitation that stands. Refused (409) where there is none."""
    watch = Watch.objects.filter(audit=audit, pk=pk, ended_at=None).select_related("manager").first()
    if watch is None:
        raise NotNow("Nobody is asked to watch, or it has ended. Open the page again.")
    return watch
