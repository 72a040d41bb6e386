"""Who is too near a case to judge its audit: worked out from the organisation, and declared (lifecycle: Panel).

Who audited, ruled on, supervised or line-manages the case does not take part; nor does the case's own service.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q
from django.http import Http404

from audits.access import panel_or_404
from audits.allocation.independence import managers_above
from audits.models import Conflict, Judgement, Panel, PanelConflict, Review, Supervision
from people import access, trail
from people.directory import holding
from people.models import Membership, User
from people.roles import Permission, Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotAllowed, NotNow, written

CONFLICTS = {
    "auditor": "audited it",
    "keyworker": "holds the case",
    "manager": "is its responsible manager",
    "ruled": "advised or ruled on one of its grades",
    "supervised": "recorded supervision on it",
    "line": "manages its keyworker",
    "team": "is in the keyworker’s team",
    "service": "answers for its service",
    "covers": "manages its team, or stands in for whoever answers for it",
    "conflict": "declared a conflict with this case",
    "declared": "said that they are too near",
}
"""Why somebody is too near, in the order in which one reason goes before another."""
CONFLICTS_TO_READER = {
    "auditor": "you audited it",
    "keyworker": "you hold the case",
    "manager": "you are its responsible manager",
    "ruled": "you advised or ruled on one of its grades",
    "supervised": "you recorded supervision on it",
    "line": "you manage its keyworker",
    "team": "you are in the keyworker’s team",
    "service": "you answer for its service",
    "covers": "you manage its team, or stand in for whoever answers for it",
    "conflict": "you declared a conflict with this case",
    "declared": "you said that you are too near",
}
"""The same, said to them."""
ConflictsByReview = dict[int, dict[int, str]]


def conflicts_of(reviews: Collection[Review], people: Collection[User], *, at: datetime) -> ConflictsByReview:
    """For each review, by its key, who of these people is too near and why (a key of `NEAR`), as things stand.

    Once the grades are revealed, those who were near then stay so. The queries do not depend on how many there are;
    the reviews carry their audit with its case and team.
    """
    audits = [review.audit_id for review in reviews]
    managers = dict(User.objects.exclude(line_manager=None).order_by().values_list("pk", "line_manager"))
    conflicts_by_review: dict[int, dict[int, str]] = {review.pk: {} for review in reviews}
    ruled = pairs(
        Judgement.objects.filter(audit__in=audits).exclude(adviser=None).values_list("audit", "adviser", "advised_by")
    )
    supervised = pairs(Supervision.objects.filter(audit__in=audits).values_list("audit", "recorded_by"))
    conflicts = pairs(
        Conflict.objects.filter(case__in=[review.audit.case_id for review in reviews]).values_list("case", "auditor")
    )
    declared = pairs(PanelConflict.objects.filter(review__in=list(conflicts_by_review)).values_list("review", "user"))
    heads, teams_of, services_of = services(people, at=at), *covers(people, at=at)
    for review in reviews:
        audit = review.audit
        over = managers_above(audit.keyworker_id, managers)
        teams = {audit.team_id, audit.case.team_id} - {None}
        of_service = {team.service_id for team in (audit.team, audit.case.team) if team is not None}
        for user in people:
            asked = {
                "auditor": user.pk == audit.auditor_id,
                "keyworker": user.pk in (audit.keyworker_id, audit.case.keyworker_id, audit.second_worker_id),
                "manager": user.pk == audit.responsible_manager_id,
                "ruled": user.pk in ruled[audit.pk],
                "supervised": user.pk in supervised[audit.pk],
                "line": user.pk in over,
                "team": user.team_id in teams,
                "service": not of_service.isdisjoint(heads[user.pk]),
                "covers": not (teams.isdisjoint(teams_of[user.pk]) and of_service.isdisjoint(services_of[user.pk])),
                "conflict": user.pk in conflicts[audit.case_id],
                "declared": user.pk in declared[review.pk],
            }
            why = next((key for key in CONFLICTS if asked[key]), "") or review.near.get(str(user.pk), "")
            if why:
                conflicts_by_review[review.pk][user.pk] = why
    return conflicts_by_review


def pairs(rows: Iterable[tuple[int | None, ...]]) -> defaultdict[int | None, set[int | None]]:
    """The people of each record, from rows of a record and its people."""
    people_by_record: defaultdict[int | None, set[int | None]] = defaultdict(set)
    for first, *rest in rows:
        people_by_record[first] |= set(rest)
    return people_by_record


def services(people: Collection[User], *, at: datetime) -> defaultdict[int, set[int]]:
    """The services that each of these people heads on the day."""
    on = day_of(at)
    held = Membership.objects.filter(holding(on), user__in=people, role=Role.HEAD_OF_SERVICE)
    services_by_user: defaultdict[int, set[int]] = defaultdict(set)
    for user, service in held.exclude(service=None).values_list("user", "service"):
        services_by_user[user].add(service)
    return services_by_user


def covers(people: Collection[User], *, at: datetime) -> tuple[defaultdict[int, set[int]], defaultdict[int, set[int]]]:
    """The teams and the services for which each of these people acts on the day: managers of a team, and deputies."""
    on = day_of(at)
    deputies: defaultdict[int, set[int]] = defaultdict(set)
    for person, deputy in access.absences_of_day(on).filter(deputy__in=people).values_list("person", "deputy"):
        deputies[person].add(deputy)
    held = Membership.objects.filter(
        holding(on),
        Q(user__in=people, role=Role.TEAM_MANAGER) | Q(user__in=list(deputies)),
        role__in=(Role.TEAM_MANAGER, Role.HEAD_OF_SERVICE),
    )
    asked = {user.pk for user in people}
    teams: defaultdict[int, set[int]] = defaultdict(set)
    services: defaultdict[int, set[int]] = defaultdict(set)
    for user, team, service in held.values_list("user", "team", "service"):
        for actor in ({user} | deputies[user]) & asked:
            teams[actor] |= {team} - {None}
            services[actor] |= {service} - {None}
    return teams, services


def conflict_of(review: Review, user: User, *, at: datetime) -> str:
    """Why the person is too near this one (a key of `NEAR`); empty if they are not."""
    return conflicts_of([review], [user], at=at)[review.pk].get(user.pk, "")


def check_declare_near(review: Review, *, by: User) -> None:
    """Refused: neither a member nor the chair (403); once the grades are revealed (409)."""
    panel = review.panel
    if by.pk != panel.chair_id and not panel.members.filter(user=by).exists():
        raise NotAllowed("Only who sits on this panel can say that.")
    if review.state != Review.State.BLIND or panel.state == Panel.State.CLOSED:
        raise NotNow("The grades of this audit are revealed already. Tell the chair.")


def declare_too_near(review: Review, *, reason: str, by: User, at: datetime) -> PanelConflict:
    """Say that one is too near this case: the rest of the panel goes on without, and one's ballot does not count.

    Refused as `check_declare` does, declared already (409), no reason (422).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = Review.objects.select_for_update(of=("self",)).select_related("panel", "audit").get(pk=review.pk)
        check_declare_near(fresh, by=by)
        words = written(reason, "reason", "Say in a sentence how you are near this case. Do not name the child.")
        if fresh.conflicts.filter(user=by).exists():
            raise NotNow("You said so already. You take no part in this one.")
        said = PanelConflict.objects.create(review=fresh, user=by, reason=words, declared_at=at, declared_by=by)
        fresh.near[str(by.pk)] = "declared"
        fresh.save(update_fields=["near"])
        act.add("review.conflict", fresh, was=fresh.state, now=fresh.state, why=words)
    return said


def review_or_404(user: User, ref: str, audit_ref: str, *, at: datetime) -> Review:
    """One audit before a panel, with its audit. Members read the panel's audits until its minutes are closed, and never
    one that they are too near."""
    panel = panel_or_404(user, ref)
    shown = ("audit__case__team__service", "audit__auditor", "audit__keyworker", "audit__team", "audit__standard_set")
    review = panel.reviews.filter(audit__ref=audit_ref).select_related(*shown, "audit__responsible_manager").first()
    if review is None:
        raise Http404
    review.panel = panel
    if access.sees_all(user, Permission.RUN_PANEL):
        return review
    over = panel.state == Panel.State.CLOSED or review.state == Review.State.REPLACED
    if over or conflict_of(review, user, at=at):
        raise Http404
    return review
