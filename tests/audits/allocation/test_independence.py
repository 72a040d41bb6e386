"""Who may audit which case: everyone near it is kept away, and so is whoever is full, away or gone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from audits.allocation import independence
from audits.models import Audit, Conflict, Leave
from people import council_settings as settings
from people.models import Membership, User
from people.roles import Role
from qualitycounts.base.refusals import Refused
from standards.models import StandardSet
from tests.conftest import NOW, TODAY
from tests.factories import CaseFactory, Council, UserFactory

DECEMBER = date(2026, 12, 1)


def audit_by(auditor: User, council: Council, number: int = 1, **more: Any) -> Audit:
    fields = {"month": date(2026, 3, 1), "case": council.case, "state": "finalised", "met_on": date(2026, 3, 5)}
    final = {"grade": "good", "first_grade": "good", "finalised_at": NOW, "finalised_by": auditor}
    return Audit.objects.create(
        ref=f"QC-2603-{number:03d}",
        number=number,
        category="CP",
        standard_set=StandardSet.objects.get(),
        auditor=auditor,
        **{**fields, **final, **more},
    )


def auditors(council: Council) -> dict[str, independence.Auditor]:
    return independence.auditor_choices([council.case], month=DECEMBER, on=TODAY).auditors


def test_an_auditor_from_another_team_and_line_may_audit(council: Council) -> None:
    assert independence.why_barred(council.case, council.auditor) == ""
    independence.check_independent(council.case, council.auditor)


def test_the_keyworker_may_not(council: Council) -> None:
    assert independence.why_barred(council.case, council.keyworker) == "keyworker"


def test_nobody_in_the_keyworkers_team_may(council: Council) -> None:
    assert independence.why_barred(council.case, UserFactory.create(team=council.north)) == "same_team"


def test_two_people_of_no_team_are_not_in_one_team(council: Council) -> None:
    case = CaseFactory.create(keyworker=UserFactory.create(team=None))
    assert independence.why_barred(case, UserFactory.create(team=None)) == ""


def test_nobody_above_the_keyworker_however_far(council: Council) -> None:
    council.manager.team = None
    council.manager.save()
    for manager in (
        council.manager,
        council.head_of_service,
        council.assistant_director,
        council.executive_director,
    ):
        assert independence.why_barred(council.case, manager) == "same_line"
    assert independence.why_barred(council.case, council.other_head_of_service) == ""


def test_nobody_below_the_keyworker(council: Council) -> None:
    student = UserFactory.create(team=council.court, line_manager=UserFactory.create(line_manager=council.keyworker))
    assert independence.why_barred(council.case, student) == "same_line"


def test_a_line_that_bites_its_own_tail_is_walked_once(council: Council) -> None:
    council.executive_director.line_manager = council.head_of_service
    council.executive_director.save()
    assert independence.why_barred(council.case, council.auditor) == ""
    assert independence.why_barred(council.case, council.assistant_director) == "same_line"


def test_the_last_auditor_may_not_but_one_before_may(council: Council) -> None:
    audit_by(council.auditor, council, met_on=date(2026, 3, 5))
    assert independence.why_barred(council.case, council.auditor) == "last_auditor"
    audit_by(council.other_auditor, council, number=2, met_on=date(2026, 4, 5))
    assert independence.why_barred(council.case, council.auditor) == ""
    assert independence.why_barred(council.case, council.other_auditor) == "last_auditor"


def test_an_audit_that_never_met_or_was_withdrawn_makes_no_last_auditor(council: Council) -> None:
    audit_by(council.auditor, council, state="booked", met_on=None)
    audit_by(council.auditor, council, number=2, state="withdrawn", ended_why="Moved away.")
    assert independence.why_barred(council.case, council.auditor) == ""


def test_a_declared_conflict_is_for_that_case_only(council: Council) -> None:
    Conflict.objects.create(
        case=council.case, auditor=council.auditor, reason="Neighbours.", declared_at=NOW, declared_by=council.auditor
    )
    other = CaseFactory.create(keyworker=council.keyworker)
    assert independence.why_barred(council.case, council.auditor) == "conflict"
    assert independence.why_barred(other, council.auditor) == ""


def test_checking_again_refuses_with_the_reason(council: Council) -> None:
    council.auditor.team = council.north
    council.auditor.save()
    with pytest.raises(Refused, match=r"cannot audit this case \(in the keyworker’s team\)\. Ask the QA Officer"):
        independence.check_independent(council.case, council.auditor)


def test_whoever_has_the_role_and_works_here_is_asked(council: Council) -> None:
    assert set(auditors(council)) == {council.auditor.email, council.other_auditor.email}


@pytest.mark.parametrize(("days", "asked"), [(0, False), (1, True)])
def test_a_role_or_a_job_that_ends_before_the_month_is_not_enough(council: Council, days: int, asked: bool) -> None:
    Membership.objects.filter(user=council.auditor, role=Role.AUDITOR).update(
        ends_on=DECEMBER - timedelta(days=1 - days)
    )
    council.other_auditor.left_on = DECEMBER + timedelta(days=days)
    council.other_auditor.save()
    assert (council.auditor.email in auditors(council)) == asked
    assert (council.other_auditor.email in auditors(council)) == asked


def test_room_is_what_is_left_of_two_a_month(council: Council) -> None:
    assert auditors(council)[council.auditor.email] == independence.Auditor(room=2, held=0, away=False)
    audit_by(council.auditor, council, month=DECEMBER)
    audit_by(council.auditor, council, number=2, month=date(2027, 1, 1))
    audit_by(council.auditor, council, number=3, month=DECEMBER, state="withdrawn", ended_why="Moved away.")
    assert auditors(council)[council.auditor.email] == independence.Auditor(room=1, held=1, away=False)
    most = independence.AUDITS_A_MONTH
    settings.change(most, by=council.head_of_qa, at=NOW, value="1", why="Two auditors are away.", number=0)
    assert auditors(council)[council.auditor.email].room == 0


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "away"),
    [
        (DECEMBER, date(2026, 12, 31), True),
        (date(2026, 11, 2), date(2027, 2, 1), True),
        (DECEMBER, date(2026, 12, 30), False),
        (date(2026, 12, 2), date(2026, 12, 31), False),
    ],
)
def test_away_is_away_for_all_of_the_month(council: Council, starts_on: date, ends_on: date, away: bool) -> None:
    Leave.objects.create(user=council.auditor, starts_on=starts_on, ends_on=ends_on)
    found = auditors(council)[council.auditor.email]
    assert (found.away, found.room) == (away, 0 if away else 2)


def test_a_record_is_read_back_as_it_was_written(council: Council) -> None:
    found = independence.auditor_choices([council.case], month=DECEMBER, on=TODAY)
    assert independence.AuditorChoices.from_record(found.as_record()) == found


def test_asking_for_many_cases_costs_no_more_queries(
    council: Council, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cases = [CaseFactory.create(keyworker=council.keyworker) for _ in range(20)]
    for asked in (cases[:1], cases):
        with django_assert_num_queries(8):
            independence.auditor_choices(asked, month=DECEMBER, on=TODAY)
