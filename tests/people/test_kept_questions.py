"""Questions whose SQL is kept are asked anew each time, of each person by their own rights."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet

from audits.access import visible_audits
from audits.models import Audit
from people import access, kept_questions
from people.kept_questions import rows_for
from people.models import Membership, User
from people.roles import Role
from tests.factories import Council, allocated_audit, finalised_audit

BUILT: list[str] = []


def seen(user: User, *, month: str = "") -> QuerySet[Audit]:
    """The audits that the person may open."""
    BUILT.append(user.name)
    return visible_audits(user).select_related("case__team", "keyworker").order_by("pk")


def looked_up(user: User) -> QuerySet[Audit]:
    """A question that has to ask one first."""
    return Audit.objects.filter(team__in=list(user.memberships.values_list("team", flat=True)))


def refs(user: User) -> list[str]:
    """What they see now, as a page that is asked for anew."""
    return [audit.ref for audit in rows_for(User.objects.get(pk=user.pk), seen)]


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a live site: what is kept is not built again."""
    monkeypatch.setattr(kept_questions, "CHECKED", False)
    kept_questions.forget()
    BUILT.clear()


@pytest.mark.usefixtures("unchecked")
def test_it_is_built_once_and_answered_anew(council: Council, django_assert_num_queries: Any) -> None:
    first = finalised_audit(council, number=1)
    assert refs(council.qa_officer) == [first.ref]
    second = allocated_audit(council, number=90)
    user = User.objects.get(pk=council.qa_officer.pk)
    access.memberships(user)
    wanted = {(audit.ref, audit.case.team, audit.keyworker) for audit in (first, second)}
    with django_assert_num_queries(2):  # the audits, and the council's settings
        audits = rows_for(user, seen)
        assert {(audit.ref, audit.case.team, audit.keyworker) for audit in audits} == wanted
    assert len(BUILT) == 1


@pytest.mark.usefixtures("unchecked")
def test_each_sees_their_own_and_another_role_is_another_question(council: Council) -> None:
    audit = finalised_audit(council, number=1)
    assert refs(council.keyworker) == [audit.ref]
    assert refs(council.other_manager) == []
    assert refs(council.qa_officer) == [audit.ref]
    Membership.objects.filter(user=council.qa_officer).delete()
    assert refs(council.qa_officer) == []
    Membership.objects.filter(user=council.other_manager, role=Role.TEAM_MANAGER).update(team=council.north)
    assert refs(council.other_manager) == [audit.ref]


@pytest.mark.usefixtures("unchecked")
def test_one_that_asks_something_while_it_is_built_is_not_kept(council: Council) -> None:
    allocated_audit(council, number=90)
    assert rows_for(council.manager, looked_up) != []
    council.manager.memberships.update(team=council.south)
    assert rows_for(council.manager, looked_up) == []


@pytest.mark.usefixtures("unchecked")
def test_no_more_are_kept_than_there_is_room_for(council: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_questions, "MOST", 2)
    for month in ("1", "2", "3", "3"):
        rows_for(council.qa_officer, seen, month=month)
    assert len(BUILT) == 3


def test_the_suite_would_tell_of_a_question_that_depends_on_more(council: Council) -> None:
    kept_questions.forget()
    given = [council.north.pk]

    def depends(user: User) -> QuerySet[Audit]:
        return Audit.objects.filter(team=given[0])

    rows_for(council.qa_officer, depends)
    rows_for(council.qa_officer, depends)
    given[0] = council.south.pk
    with pytest.raises(AssertionError, match="depends on more than it was kept by"):
        rows_for(council.qa_officer, depends)
