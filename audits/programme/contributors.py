"""Who of each partner agency writes down what it found in a multi-agency audit: named by the QA Team, and told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import QuerySet

from audits.models import Activity, Contributor
from audits.programme.notice_texts import ContributorNamed
from audits.programme.planning import Kind, State, lock_activity
from people import access, notices, trail
from people.directory import holders
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.refusals import NotNow, Refused


def may_contribute(on: date) -> QuerySet[User]:
    """Whom one may name: those with the role of an evidence contributor."""
    return holders(Role.CONTRIBUTOR, on=on)


def contributors_of(activity: Activity) -> list[tuple[str, User | None]]:
    """Each agency of the activity, with who writes for it: one query."""
    named = {row.agency: row.person for row in activity.contributors.select_related("person")}
    return [(agency, named.get(agency)) for agency in activity.agencies]


def check_name_contributors(activity: Activity, *, by: User) -> None:
    """Refused: not QA (403), no multi-agency audit, or dropped (409)."""
    access.check(by, Permission.RUN_SELECTION)
    if activity.kind != Kind.MULTI_AGENCY or activity.state == State.DROPPED:
        raise NotNow("Only a multi-agency audit on the programme has partners who write down what they found.")


def name_contributors(activity: Activity, *, people: Mapping[str, User | None], by: User, at: datetime) -> None:
    """Say who writes for which agency; whoever is new to it is told. None: the QA Team writes for the agency.

    Refused as `check_name_contributors`, and an agency that is not of this audit (422).
    """
    with trail.acting(by=by, at=at) as act:
        activity = lock_activity(activity)
        check_name_contributors(activity, by=by)
        if set(people) - set(activity.agencies):
            raise Refused("That agency is not part of this audit. Open the page again.")
        before = dict(contributors_of(activity))
        changed = {agency: person for agency, person in people.items() if before.get(agency) != person}
        Contributor.objects.filter(activity=activity, agency__in=changed).delete()
        for agency, person in changed.items():
            if person is None:
                continue
            Contributor.objects.create(activity=activity, agency=agency, person=person, named_at=at, named_by=by)
            text = ContributorNamed(activity, agency, by)
            notices.notify(to=[person], text=text, key=f"{activity.ref}:{agency}:{at.isoformat()}", at=at)
        if changed:
            names = {agency: person.name if person else "" for agency, person in changed.items()}
            act.add("activity.contributors", activity, was=activity.state, now=activity.state, content=names)
