"""Which cases, audits, actions and panels a person may open, and the one record that a page asks for or 404.

Each is one queryset, used for the page, the list, the count, the search and the export alike, so that nothing
shows in one that is refused in another. What is not yours is not there: 404.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import Http404

from audits.models import Action, Audit, Case, Judgement, Panel, Viewing, Watch
from audits.models.audit import AuditQuerySet
from audits.models.plan import ActionQuerySet
from people import access
from people.models import User
from people.roles import Permission, Scope
from qualitycounts.base.kept_query import KeptQuery
from qualitycounts.base.row_questions import NO_ROW

SHOWN = ("case__team__service", "auditor", "keyworker", "team", "responsible_manager", "standard_set", "re_audit_of")
"""What the pages of an audit show of what hangs on it."""


def reach(user: User, permission: Permission, *, team: str, service: str, final: Q) -> Q:
    """What the person's grants of a permission reach by team and service. `final` narrows grants that wait for it."""
    reached = NO_ROW
    for held, grant in access.grants(user, permission):
        if grant.scope == Scope.ALL:
            part = Q()
        elif grant.scope == Scope.TEAM and held.team_id:
            part = Q(**{team: held.team_id})
        elif grant.scope == Scope.SERVICE and held.service_id:
            part = Q(**{service: held.service_id})
        else:
            continue
        reached |= part & final if grant.finalised else part
    return reached


def reaches(user: User, permission: Permission, case: Case, *scopes: Scope) -> bool:
    """Whether a grant of the permission reaches this case with one of these scopes: all, its team or its service."""
    return in_the_part_of(user, permission, case, *scopes) is not None


def in_the_part_of(
    user: User, permission: Permission, case: Case, *scopes: Scope, but: Collection[int | None] = ()
) -> User | None:
    """Whose grant of the permission reaches this case: the person's own, else that of somebody whom they stand in for.

    `but`: whose part counts for nothing here, since they did or own what is looked at. None where no grant reaches it.
    """
    for held, grant in access.grants(user, permission):
        if grant.scope not in scopes or held.user_id in but:
            continue
        if grant.scope == Scope.ALL or (
            case.team is not None
            and (
                (grant.scope == Scope.TEAM and held.team_id == case.team_id)
                or (grant.scope == Scope.SERVICE and held.service_id == case.team.service_id)
            )
        ):
            return held.user
    return None


def visible_cases(user: User) -> QuerySet[Case]:
    """Every case for QA; one's team's or service's for managers; the ones one holds or audits for the rest."""
    if access.sees_all(user, Permission.SEE_CASE):
        return Case.objects.all()
    mine = Q(keyworker=user) | Q(pk__in=attended_audits(user).values("case"))
    mine |= Q(pk__in=viewed_today(user))
    return Case.objects.filter(mine | reach(user, Permission.SEE_CASE, team="team", service="team__service", final=Q()))


def visible_audits(user: User) -> QuerySet[Audit]:
    """Every audit for QA; the ones one is named on; finalised ones of one's team or service for managers."""
    if access.sees_all(user, Permission.SEE_AUDIT):
        return Audit.objects.all()
    asked = Judgement.objects.filter(adviser=user).values("audit")
    known = Q(pick=None) | Q(pick__draw__sent__isnull=False)
    named = (sits(user) & known) | Q(pk__in=asked)
    wider = reach(
        user,
        Permission.SEE_AUDIT,
        team="case__team",
        service="case__team__service",
        final=Q(state__in=Audit.EVER_FINALISED),
    )
    managers = Q(responsible_manager=user) | Q(responsible_manager__in=access.covered_by(user))
    managed = managers & Q(state__in=Audit.EVER_FINALISED)
    viewed = Q(case__in=viewed_today(user), state__in=Audit.EVER_FINALISED)
    return Audit.objects.filter(named | wider | managed | viewed)


def is_held_back(audit: Audit) -> bool:
    """Whether an audit’s draw is still looked at: neither chair knows of it, and nobody is told anything."""
    return audit.pick is not None and audit.pick.draw.sent is None


def viewed_today(user: User) -> QuerySet[Viewing, Any]:
    """The cases that a director has opened today, with their password and a reason, as a column."""
    return Viewing.objects.filter(opened_by=user, read_on=access.doorway_day()).values("case")


def visible_actions(user: User) -> ActionQuerySet:
    """Actions of final audits: every one for QA and the Assistant Director; one's own; one's team's or service's.

    A chair of the audit sees its actions from the moment they are written.
    """
    final = Q(audit__state__in=Audit.EVER_FINALISED)
    chairs = Q(audit__auditor=user) | Q(audit__keyworker=user)
    if access.sees_all(user, Permission.SEE_ACTION):
        return Action.objects.filter(final | chairs)
    wider = reach(
        user, Permission.SEE_ACTION, team="audit__case__team", service="audit__case__team__service", final=final
    )
    cover = access.covered_by(user)
    stands_in = Q(owner__in=cover) | Q(audit__responsible_manager__in=cover)
    return Action.objects.filter(
        chairs
        | (
            final
            & (Q(owner=user) | Q(audit__second_worker=user) | Q(audit__responsible_manager=user) | stands_in | wider)
        )
    )


def audit_or_404(user: User, ref: str) -> Audit:
    """The audit, if the person may open it."""
    return one_or_404(visible_audits(user), ref)


def followed_audits(user: User) -> QuerySet[Audit]:
    """The audits in one of whose two chairs the person sits: nobody else writes in the room."""
    return Audit.objects.told().filter(Q(auditor=user) | Q(keyworker=user))


def sits(user: User) -> Q:
    """Of audits: those in one of whose chairs the person sits, the third one included."""
    return Q(auditor=user) | Q(keyworker=user) | Q(second_worker=user)


def attended_audits(user: User) -> AuditQuerySet:
    """The audits in one of whose chairs the person sits and knows of it."""
    return Audit.objects.told().filter(sits(user))


def attended_or_404(user: User, ref: str) -> Audit:
    """The audit, if the person sits in one of its chairs, the third one included."""
    return one_or_404(attended_audits(user), ref)


def third_chair_or_404(user: User, ref: str) -> Audit:
    """The audit, if the person has its third chair."""
    return one_or_404(Audit.objects.told().filter(second_worker=user), ref)


def meeting_or_404(user: User, ref: str, shown: Sequence[str] = SHOWN) -> Audit:
    """The audit, if the person sits in one of its chairs, with what is shown of it: nothing for a save."""
    audits = followed_query(tuple(shown)).ask(user.pk, ref)
    if not audits:
        raise Http404
    return audits[0]


@lru_cache(maxsize=8)
def followed_query(shown: tuple[str, ...]) -> KeptQuery[Audit]:
    """The audit of a reference for a person in one of its two chairs, by the person's key, with its activity's kind."""

    def of_person(pk: int, ref: str) -> QuerySet[Audit]:
        audits = followed_audits(User(pk=pk)).filter(ref=ref).select_related(*shown)
        return audits.annotate(activity_kind=F("pick__draw__activity__kind")).order_by()

    return KeptQuery(of_person, int, str)


def watched_or_404(user: User, ref: str) -> Audit:
    """The audit, while its meeting goes on and both chairs agree that this manager watches it."""
    watching = Watch.objects.filter(manager=user, agreed_at__isnull=False, ended_at=None).values("audit")
    return one_or_404(Audit.objects.filter(pk__in=watching, state=Audit.State.IN_MEETING), ref)


def one_or_404(audits: QuerySet[Audit], ref: str, shown: Sequence[str] = SHOWN) -> Audit:
    """The audit of this reference, if it is one of these, with what its pages show of it."""
    try:
        return (audits.select_related(*shown) if shown else audits).get(ref=ref)
    except Audit.DoesNotExist as unknown:
        raise Http404 from unknown


def action_or_404(user: User, ref: str) -> Action:
    """The action such as QC-2612-041-2, if the person may open it."""
    audit_ref, _, number = ref.rpartition("-")
    action = (
        visible_actions(user)
        .filter(audit__ref=audit_ref, number=number if number.isdecimal() and len(number) < 5 else 0)
        .select_related("audit__case__team__service", "audit__keyworker", "audit__responsible_manager", "owner")
        .first()
    )
    if action is None:
        raise Http404
    return action


def visible_panels(user: User) -> QuerySet[Panel]:
    """Every panel for QA; for the others the ones they sit on."""
    if access.sees_all(user, Permission.RUN_PANEL):
        return Panel.objects.all()
    if not access.may(user, Permission.SIT_ON_PANEL):
        return Panel.objects.none()
    return Panel.objects.filter(members__user=user)


def panel_or_404(user: User, ref: str) -> Panel:
    """The panel, if the person may open it."""
    panel = visible_panels(user).filter(ref=ref).select_related("chair", "deputy", "closed_by").first()
    if panel is None:
        raise Http404
    return panel
