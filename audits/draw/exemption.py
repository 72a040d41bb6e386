"""Leaving a case out of draws until a date: by the Head of QA, with a reason, and counted in every draw."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from audits.models import Case, Exemption
from people import access, trail
from people.models import User
from people.roles import Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import date_in_words
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused


def exemptions_on(on: date) -> QuerySet[Exemption]:
    """The exemptions that hold on a day, the first to end first."""
    return Exemption.objects.filter(ends_on__gte=on).select_related("case", "exempted_by").order_by("ends_on", "pk")


def exemption_of(case: Case, *, on: date) -> Exemption | None:
    """The exemption of a case that holds on a day."""
    return exemptions_on(on).filter(case=case).first()


def check_exempt(*, by: User) -> None:
    """Refused (403) unless `by` is the Head of QA."""
    if not can_exempt(by=by):
        raise NotAllowed("Only the Head of QA can leave a case out of draws. Ask them, with the reason.")


def can_exempt(*, by: User) -> bool:
    """Whether `check_exempt` lets it through."""
    return access.holds(by, Role.HEAD_OF_QA)


def exempt_case(case: Case, *, reason: str, ends_on: date, by: User, at: datetime) -> Exemption:
    """Leave a case out of draws up to and including a day.

    Refused: not the Head of QA (403), no reason or a day that has passed (422), left out already or closed (409).
    """
    check_exempt(by=by)
    on = day_of(at)
    if not reason.strip():
        raise Refused("Say why the case is left out of draws.", "reason")
    if ends_on < on:
        raise Refused("That day has passed. Choose the last day on which the case is left out.", "ends_on")
    with trail.acting(by=by, at=at) as act:
        case = Case.objects.select_for_update().get(pk=case.pk)
        there = exemption_of(case, on=on)
        if there is not None:
            raise NotNow(f"This case is left out already, until {date_in_words(there.ends_on)}. End that first.")
        if case.closed_on is not None and case.closed_on <= on:
            raise NotNow("This case is closed, so it is in no draw.")
        made = Exemption.objects.create(
            case=case, reason=reason.strip(), ends_on=ends_on, exempted_at=at, exempted_by=by
        )
        act.add("case.exempted", case, why=made.reason, content={"ends_on": ends_on})
    return made


def end_exemption(case: Case, *, by: User, at: datetime) -> None:
    """Let a case be drawn again from today. Refused: not the Head of QA (403), nothing to end (409)."""
    check_exempt(by=by)
    on = day_of(at)
    with trail.acting(by=by, at=at) as act:
        there = Exemption.objects.select_for_update().filter(case=case, ends_on__gte=on).first()
        if there is None:
            raise NotNow("This case is not left out of draws now.")
        there.ends_on = on - timedelta(days=1)
        there.save(update_fields=["ends_on"])
        act.add("case.exemption_ended", case, content={"ends_on": there.ends_on})
