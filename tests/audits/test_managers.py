"""Who answers for a worker's case: the line manager, else the team's, and never the worker."""

from __future__ import annotations

from datetime import date, timedelta

from audits.managers import responsible_manager
from people.roles import Role
from tests.factories import MET, Council, UserFactory, allocated_audit

ON = MET.date()


def test_the_line_manager_answers_until_the_day_they_leave(council: Council) -> None:
    audit = allocated_audit(council)
    assert responsible_manager(audit, on=ON) == council.manager
    council.manager.left_on = ON + timedelta(days=1)
    council.manager.save()
    audit.refresh_from_db()
    assert responsible_manager(audit, on=ON) == council.manager
    assert responsible_manager(audit, on=ON + timedelta(days=1)) is None


def test_without_one_the_teams_team_manager_goes_before_its_assistant(council: Council) -> None:
    audit = allocated_audit(council)
    council.keyworker.line_manager = None
    council.keyworker.save()
    council.manager.job_title = "Team Manager"
    council.manager.save()
    UserFactory.create(
        name="Aaron First", team=council.north, job_title="Assistant Team Manager", roles=(Role.TEAM_MANAGER,)
    )
    audit.refresh_from_db()
    assert responsible_manager(audit, on=ON) == council.manager
    council.manager.memberships.filter(role=Role.TEAM_MANAGER).update(ends_on=date(2026, 11, 15))
    named = responsible_manager(audit, on=ON)
    assert named is not None
    assert named.name == "Aaron First"


def test_a_manager_who_holds_the_case_does_not_answer_for_it_to_themselves(council: Council) -> None:
    manager = council.manager
    council.case.keyworker = manager
    council.case.save()
    audit = allocated_audit(council)
    assert responsible_manager(audit, on=ON) == council.head_of_service
    for above in (None, manager):
        manager.line_manager = above
        manager.save()
        audit.refresh_from_db()
        assert responsible_manager(audit, on=ON) is None
