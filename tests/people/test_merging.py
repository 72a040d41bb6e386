"""Two accounts of one person made one: everything that pointed at the one points at the other, and nobody signs in."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from audits.models import Audit, Case
from audits.register import extracts, take_back
from people import access, merging, teams, trail
from people.models import Absence, Membership, Notice, Team, TrailEntry, User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.audits.register.extracts import DECEMBER, HEADINGS, LATER, NOVEMBER, bring, line
from tests.conftest import NOW, TODAY
from tests.factories import Council, UserFactory, agreed_audit, allocated_audit
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


def columns_to(model: type[models.Model]) -> set[tuple[str, str]]:
    """Every column of every table that points at this one, as the tables themselves say."""
    return {
        (holder._meta.label, each.name)
        for holder in apps.get_models(include_auto_created=True)
        for each in holder._meta.concrete_fields
        if each.is_relation and each.related_model is model
    }


def pointing(model: type[models.Model], key: int) -> set[str]:
    """The tables that have a row pointing at this one."""
    return {
        label
        for label, column in columns_to(model)
        if apps.get_model(label)._default_manager.filter(**{column: key}).exists()
    }


def merge(user: User, other: User, council: Council, **more: Any) -> User:
    given = {"why": "One person", "by": council.administrator, "at": NOW} | more
    return merging.merge_people(user, other=other, **given)


@pytest.mark.parametrize("model", [User, Team, Case])
def test_no_column_that_points_at_a_person_a_team_or_a_case_is_forgotten(model: type[models.Model]) -> None:
    walked = {(holder._meta.label, each) for holder, names in merging.pointing_at(model).items() for each in names}
    stays = {(label, column) for label, column in columns_to(model) if label in merging.STAYS}
    assert walked | stays == columns_to(model)
    assert len(columns_to(model)) >= {User: 100, Team: 6, Case: 5}[model]


def test_everything_that_a_person_holds_moves(council: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reporting.pdf.render", lambda html: html.encode())
    world = World.make(council)
    Audit.objects.filter(state=Audit.State.AGREED).delete()
    for old in (council.keyworker, council.manager, council.auditor, council.qa_officer, council.head_of_service):
        new = UserFactory.create()
        Membership.objects.filter(user=new).delete()
        before = pointing(User, old.pk)
        assert len(before) > 5
        merge(new, old, council)
        assert pointing(User, old.pk) <= set(merging.STAYS), old
        assert before - set(merging.STAYS) <= pointing(User, new.pk)
    assert world.ours.audit.pk
    assert trail.verify().ok


def test_the_merged_account_signs_in_no_more_and_the_other_holds_its_roles(council: Council) -> None:
    new = UserFactory.create(email="niamh.byrne@example.gov.uk", team=council.north)
    audit = allocated_audit(council)
    Notice.objects.all().delete()
    merge(new, council.keyworker, council)
    old = User.objects.get(pk=council.keyworker.pk)
    assert (old.merged_into, old.works_here(TODAY), old.left_on) == (new, False, TODAY)
    assert access.roles(User.objects.get(pk=new.pk)) == {Role.STAFF, Role.KEYWORKER}
    assert Audit.objects.get(pk=audit.pk).keyworker == Case.objects.get(pk=council.case.pk).keyworker == new
    entries = TrailEntry.objects.filter(act__startswith="person.merged").values_list("act", "ref", "why")
    assert set(entries) == {
        ("person.merged", str(new.pk), "One person"),
        ("person.merged_away", str(old.pk), "One person"),
    }


def test_a_list_that_names_the_old_address_means_the_account_that_is_left(council: Council) -> None:
    new = UserFactory.create(email="ann.finch@example.gov.uk", name="Ann Finch", source=User.Source.FILE)
    old = UserFactory.create(email="ann.lark@example.gov.uk", name="Ann Lark", source=User.Source.FILE)
    merge(new, old, council)
    row = "{0},{1}@example.gov.uk,Social Worker,Help,Hub,{2}"
    rows = (row.format("Ann Lark", "ann.lark", ""), row.format("Bea", "bea", "ann.lark@example.gov.uk"))
    given: dict[str, Any] = {"kind": "staff", "name": "s.csv", "by": None, "at": LATER, "as_at": NOVEMBER}
    done = extracts.import_file(**given, data="\n".join((HEADINGS, *rows)).encode())
    assert (done.counts["added"], done.counts["left"], done.counts["changed"]) == (1, 0, 1)
    assert User.objects.get(email="bea@example.gov.uk").line_manager == new
    bring(line("1", Worker_Email="ann.lark@example.gov.uk"))
    assert Case.objects.get(person_id="1").keyworker == new
    both = (*rows, row.format("Ann Finch", "ann.finch", ""))
    done = extracts.import_file(**given, data="\n".join((HEADINGS, *both)).encode())
    assert [problem["why"] for problem in done.problems] == [
        "“ann.lark@example.gov.uk” was merged with “ann.finch@example.gov.uk”, who is in this list too. That row was "
        "used, this one not."
    ]
    assert User.objects.get(pk=old.pk).works_here(TODAY) is False


def test_a_staff_number_of_the_account_that_was_merged_means_the_other(council: Council) -> None:
    new = UserFactory.create(email="ann.finch@example.gov.uk", source=User.Source.FILE)
    old = UserFactory.create(email="ann.lark@example.gov.uk", source=User.Source.FILE, staff_number="77")
    merge(new, old, council)
    bring(line("1", Worker_Email="", Allocated_Worker="") | {"Worker Staff Number": "77"})
    assert Case.objects.get(person_id="1").keyworker == new


def test_an_import_is_taken_back_to_whoever_the_account_was_merged_into(council: Council) -> None:
    Case.objects.update(source=Case.Source.DEMO)
    old = UserFactory.create(email="ann.lark@example.gov.uk", source=User.Source.FILE)
    new = UserFactory.create(email="ann.finch@example.gov.uk", source=User.Source.FILE)
    bring(line("1", Worker_Email=old.email))
    done = bring(line("1", Worker_Email=council.keyworker.email), as_at=DECEMBER)
    merge(new, old, council)
    take_back.take_import_back(done, why="", by=None, at=LATER)
    assert Case.objects.get(person_id="1").keyworker == new


def test_two_who_acted_as_two_people_are_not_made_one(council: Council) -> None:
    audit = allocated_audit(council)
    with pytest.raises(NotNow, match=f"are two people in audit {audit.ref}, so they cannot be one"):
        merge(council.auditor, council.keyworker, council)
    assert User.objects.get(pk=council.keyworker.pk).works_here(TODAY), "nothing half"
    Absence.objects.create(
        person=council.manager,
        deputy=council.head_of_service,
        starts_on=TODAY,
        ends_on=TODAY,
        named_at=NOW,
        named_by=council.manager,
    )
    with pytest.raises(NotNow, match="are two people in absence"):
        merge(council.head_of_service, council.manager, council)


def test_an_audit_that_waits_for_signatures_is_signed_first(council: Council) -> None:
    audit = agreed_audit(council)
    with pytest.raises(NotNow, match=f"{audit.ref} waits for signatures that name Niamh Okonkwo"):
        merge(UserFactory.create(), council.keyworker, council)


def test_a_role_that_both_had_is_held_once_and_one_given_by_hand_stays(council: Council) -> None:
    new = UserFactory.create(roles=(Role.KEYWORKER,))
    old = council.keyworker
    Membership.objects.filter(user=old, role=Role.STAFF).update(starts_on=TODAY)
    Membership.objects.filter(user=new).update(from_file=True)
    Membership.objects.create(user=new, role=Role.PANEL_MEMBER, starts_on=TODAY, ends_on=TODAY)
    Membership.objects.create(user=old, role=Role.PANEL_MEMBER, starts_on=TODAY, reason="The deputy")
    merge(new, old, council)
    held = sorted(Membership.objects.filter(user=new).values_list("role", "from_file"))
    assert held == [("keyworker", False), ("panel_member", False), ("staff", False), ("staff", True)]
    assert Membership.objects.get(user=new, role=Role.PANEL_MEMBER).ends_on is None, "the longer of the two"
    assert not Membership.objects.filter(user=old).exists()
    again = UserFactory.create(roles=(Role.AUDITOR,))
    merge(council.auditor, again, council)
    assert not Membership.objects.filter(user=again).exists()
    assert Membership.objects.filter(user=council.auditor, role=Role.AUDITOR).count() == 1


def test_who_may_merge_and_what(council: Council) -> None:
    new = UserFactory.create()
    for refused, more in (
        (NotAllowed, {"by": council.qa_officer}),
        (NotAllowed, {"by": new}),
        (Refused, {"why": " "}),
    ):
        with pytest.raises(refused):
            merge(new, council.keyworker, council, **more)
    with pytest.raises(NotAllowed):
        merge(council.administrator, council.keyworker, council)
    with pytest.raises(Refused, match="same account"):
        merge(new, new, council)
    merge(new, council.keyworker, council)
    with pytest.raises(NotNow, match="merged already"):
        merge(council.staff, council.keyworker, council)


def test_a_team_moves_with_all_that_it_has(council: Council) -> None:
    Membership.objects.filter(user=council.manager, role=Role.TEAM_MANAGER).update(team=council.north)
    allocated_audit(council)
    teams.merge_teams(council.south, other=council.north, why="One team", by=council.administrator, at=NOW)
    assert not Team.objects.filter(pk=council.north.pk).exists()
    assert Audit.objects.get().team == Case.objects.get(pk=council.case.pk).team == council.south
    assert Membership.objects.get(user=council.manager, role=Role.TEAM_MANAGER).team == council.south
    with pytest.raises(NotAllowed):
        teams.merge_teams(council.south, other=council.court, why="So", by=council.qa_officer, at=NOW)
