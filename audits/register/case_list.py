"""The cases of the register as a person may see them: the list, one of them, and what extracts and audits did to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.http import Http404

from audits.access import visible_audits, visible_cases
from audits.models import Audit, Case, CaseChange, Exemption
from audits.take_away import A_CHUNK, log_export
from people import access
from people.models import User
from people.roles import Permission


def case_by_key_or_404(user: User, pk: int) -> Case:
    """One case, if the person may see it. Its page goes by our own key: no child's number stands in an address."""
    case = visible_cases(user).filter(pk=pk).select_related("team__service", "keyworker", "merged_into").first()
    if case is None:
        raise Http404
    return case


def cases_on(user: User, *, on: date) -> QuerySet[Case]:
    """The cases one may see, as things stand on a day.

    Each has `audited_on`, the later of the extract's date and our own last meeting day, and `exempt_until`, the last
    day on which draws leave it out, where they do.
    """
    exempt = Exemption.objects.filter(case=OuterRef("pk"), ends_on__gte=on).order_by("-ends_on")
    met = Audit.objects.standing().filter(case=OuterRef("pk"), met_on__isnull=False).order_by("-met_on")
    ours, theirs = Subquery(met.values("met_on")[:1]), "last_audited_on"
    return (
        visible_cases(user)
        .select_related("team__service", "keyworker")
        .annotate(
            audited_on=Greatest(Coalesce(theirs, ours), Coalesce(ours, theirs)),
            exempt_until=Subquery(exempt.values("ends_on")[:1]),
        )
    )


def take_away(taken_cases: QuerySet[Case], *, asked: str, by: User, at: datetime) -> Iterator[Case]:
    """The cases of a list, to be sent as a file of `EXPORT`; the trail keeps who took them and by which filter."""
    log_export(taken_cases, of="register", ref="cases", what="cases", asked=asked, by=by, at=at)
    return taken_cases.iterator(chunk_size=A_CHUNK)


def can_merge(case: Case, user: User) -> bool:
    """Whether the person may say that another row is the same child."""
    return case.merged_into_id is None and access.may(user, Permission.RUN_SELECTION)


def history(case: Case) -> QuerySet[CaseChange]:
    """What each extract changed on the case, the latest first."""
    return case.changes.select_related("made_by").order_by("-on", "-pk")


def audits_of(case: Case, user: User) -> QuerySet[Audit]:
    """The audits of the case that the person may open, the latest first."""
    return visible_audits(user).filter(case=case).select_related("auditor").order_by("-month", "-number")
