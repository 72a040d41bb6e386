"""The staff list follows the extract: who joined, moved and left, who answers to whom, and who may do what."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people import staff, staff_roles, staff_rows, trail
from people.models import Membership, Service, Team, TrailEntry, User
from people.roles import ROLES_BY_TITLE, Role
from people.staff_rows import COLUMNS, EXTRA, StaffRows
from tests.audits.register import tables
from tests.conftest import FIXTURES, NOW
from tests.factories import UserFactory

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 11, 30)
BOSS = "Ada Lark,ada@example.gov.uk,Head of Service,Family Help,,"
MANAGER = "Bo Finch,bo@example.gov.uk,Team Manager,Family Help,North,ada@example.gov.uk"
WORKER = "Cy Wren,cy@example.gov.uk,Social Worker,Family Help,North,bo@example.gov.uk"

pytestmark = pytest.mark.django_db


def rows(*lines: str) -> StaffRows:
    """The cleaned rows of a small extract."""
    text = "\n".join((",".join(each for each in COLUMNS if each not in EXTRA), *lines))
    table = tables.read_table(text.encode(), "staff.csv", COLUMNS, optional=EXTRA)
    return staff_rows.clean(table.records(), table.problems, table.unused)


def take(*lines: str, on: date = NOVEMBER) -> staff.Plan:
    """Apply a small extract."""
    return apply(rows(*lines), on)


def apply(read: StaffRows, on: date) -> staff.Plan:
    with trail.acting(by=None, at=NOW) as act:
        staff.lock()
        found = staff.plan(read, granting=True)
        staff.apply(found, on=on, act=act)
    return found


def person(email: str) -> User:
    return User.objects.get(email=email)


def roles(email: str, on: date = NOVEMBER) -> set[str]:
    """The roles somebody holds on a day."""
    held = Membership.objects.filter(user__email=email, starts_on__lte=on)
    return {each.role for each in held if each.ends_on is None or each.ends_on >= on}


def said(found: staff.Plan) -> list[tuple[int, str]]:
    return [(problem.row, problem.column) for problem in found.problems]


def by_hand(path: Path) -> dict[str, dict[str, str]]:
    """An extract read by another small reader, by e-mail."""
    with path.open(encoding="utf-8", newline="") as file:
        return {line["Email"]: line for line in csv.DictReader(file)}


def read_fixture(month: str) -> StaffRows:
    path = FIXTURES / month / "staff.csv"
    table = tables.read_table(path.read_bytes(), path.name, COLUMNS, optional=EXTRA)
    return staff_rows.clean(table.records(), table.problems, table.unused)


def test_the_november_extract_recounted_by_another_reader() -> None:
    found = apply(read_fixture("2026-11"), NOVEMBER)
    expected = by_hand(FIXTURES / "2026-11" / "staff.csv")
    assert (len(found.added), len(found.changed), len(found.left), found.problems) == (len(expected), 0, 0, [])
    people = User.objects.select_related("service", "team", "line_manager").filter(source=User.Source.FILE)
    assert {user.email for user in people} == expected.keys()
    for user in people:
        line = expected[user.email]
        assert user.name == line["Name"]
        assert user.job_title == line["Job Title"]
        assert (user.service.name if user.service else "") == line["Service"]
        assert (user.team.name if user.team else "") == line["Team"]
        assert (user.line_manager.email if user.line_manager else "") == line["Line Manager Email"]
        assert roles(user.email) == {Role.STAFF, *ROLES_BY_TITLE[line["Job Title"]]}
    assert Team.objects.count() == len({line["Team"] for line in expected.values()} - {""})


def test_december_after_november_two_joined_and_two_left() -> None:
    apply(read_fixture("2026-11"), NOVEMBER)
    found = apply(read_fixture("2026-12"), DECEMBER)
    before, after = (by_hand(FIXTURES / month / "staff.csv") for month in ("2026-11", "2026-12"))
    assert {change.row.email for change in found.added} == after.keys() - before.keys()
    assert {user.email for user in found.left} == before.keys() - after.keys()
    assert (len(found.added), len(found.changed), len(found.left), found.unchanged) == (2, 0, 2, 174)
    gone = person("grace.okafor@example.gov.uk")
    assert gone.left_on == DECEMBER
    assert gone.works_here(DECEMBER - timedelta(days=1))
    assert not gone.works_here(DECEMBER)
    assert roles(gone.email, DECEMBER - timedelta(days=1)) == {Role.STAFF}
    assert roles(gone.email, DECEMBER) == set()


def test_the_same_extract_twice_changes_nothing() -> None:
    def everything() -> list[object]:
        people = User.objects.order_by("pk").values_list("pk", "email", "name", "team", "line_manager", "left_on")
        held = Membership.objects.order_by("pk").values_list("pk", "role", "starts_on", "ends_on")
        return [*people, *held, TrailEntry.objects.count()]

    apply(read_fixture("2026-11"), NOVEMBER)
    before = everything()
    again = apply(read_fixture("2026-11"), DECEMBER)
    assert (again.added, again.changed, again.left, again.unchanged) == ([], [], [], 176)
    assert everything() == before


def test_whoever_is_new_can_ask_for_a_password_and_has_none() -> None:
    take(BOSS)
    new = person("ada@example.gov.uk")
    assert not new.has_usable_password()
    address = EmailAddress.objects.get(user=new)
    assert (address.email, address.verified, address.primary) == (new.email, True, True)


def test_a_manager_may_come_in_a_later_row() -> None:
    found = take(WORKER, MANAGER, BOSS)
    assert found.problems == []
    assert person("cy@example.gov.uk").line_manager == person("bo@example.gov.uk")
    assert person("bo@example.gov.uk").line_manager == person("ada@example.gov.uk")


def test_a_manager_nobody_knows_is_left_out_and_said() -> None:
    found = take(WORKER)
    assert said(found) == [(2, "Line Manager Email")]
    assert person("cy@example.gov.uk").line_manager is None


def test_a_manager_made_by_hand_counts_and_one_who_has_left_does_not() -> None:
    UserFactory.create(email="bo@example.gov.uk")
    assert take(WORKER).problems == []
    UserFactory.create(email="gone@example.gov.uk", left_on=OCTOBER)
    found = take(WORKER.replace("bo@", "gone@"))
    assert said(found) == [(2, "Line Manager Email")]


@pytest.mark.parametrize("ring", [("cy",), ("cy", "bo"), ("cy", "bo", "ada")])
def test_a_line_that_comes_round_is_cut_and_said(ring: tuple[str, ...]) -> None:
    lines = [
        f"{who} Lark,{who}@example.gov.uk,Social Worker,Family Help,North,{above}@example.gov.uk"
        for who, above in zip(ring, (*ring[1:], ring[0]), strict=True)
    ]
    found = take(*lines, f"Dot Lark,dot@example.gov.uk,Social Worker,Family Help,North,{ring[0]}@example.gov.uk")
    assert said(found) == [(2, "Line Manager Email")]
    assert person(f"{ring[0]}@example.gov.uk").line_manager is None
    assert person("dot@example.gov.uk").line_manager == person(f"{ring[0]}@example.gov.uk")
    for who, above in zip(ring[1:], (*ring[2:], ring[0]), strict=False):
        assert person(f"{who}@example.gov.uk").line_manager == person(f"{above}@example.gov.uk")


def test_roles_come_from_the_title_for_the_team_or_the_service() -> None:
    take(BOSS, MANAGER, WORKER)
    assert roles("ada@example.gov.uk") == {Role.STAFF, Role.HEAD_OF_SERVICE}
    assert roles("bo@example.gov.uk") == {Role.STAFF, Role.TEAM_MANAGER, Role.AUDITOR}
    assert roles("cy@example.gov.uk") == {Role.STAFF}
    assert Membership.objects.get(role=Role.HEAD_OF_SERVICE).service == Service.objects.get(name="Family Help")
    assert Membership.objects.get(role=Role.TEAM_MANAGER).team == Team.objects.get(name="North")


def test_a_title_nobody_knows_is_staff_and_said() -> None:
    found = take("Ada Lark,ada@example.gov.uk,Wizard,Family Help,,", "Bo Finch,bo@example.gov.uk,,Family Help,,")
    assert said(found) == [(2, "Job Title"), (3, "Job Title")]
    assert roles("ada@example.gov.uk") == roles("bo@example.gov.uk") == {Role.STAFF}


def test_titles_and_e_mails_are_matched_whatever_their_case_and_spaces() -> None:
    take("  Ada   Lark ,Ada@Example.GOV.uk, team  MANAGER ,Family Help, North  ,")
    assert person("ada@example.gov.uk").name == "Ada Lark"
    assert Role.TEAM_MANAGER in roles("ada@example.gov.uk")
    assert take("Ada Lark,ADA@example.gov.uk,Team Manager,Family Help,North,").unchanged == 0
    assert take("Ada Lark,ADA@example.gov.uk,Team Manager,Family Help,North,").unchanged == 1


def test_a_new_job_ends_the_old_roles_the_day_before_and_says_what_changed() -> None:
    take(BOSS, MANAGER, WORKER)
    found = take(
        BOSS,
        MANAGER,
        "Cy Wren-Lark,cy@example.gov.uk,Assistant Team Manager,Family Help,South,ada@example.gov.uk",
        on=DECEMBER,
    )
    assert found.changed[0].differences == {
        "name": ("Cy Wren", "Cy Wren-Lark"),
        "job title": ("Social Worker", "Assistant Team Manager"),
        "team": ("North", "South"),
        "line manager": ("bo@example.gov.uk", "ada@example.gov.uk"),
        "roles": ("staff", "auditor, staff, team manager"),
    }
    take(BOSS, MANAGER, WORKER, on=DECEMBER + timedelta(days=30))
    assert roles("cy@example.gov.uk", DECEMBER) == {Role.STAFF, Role.TEAM_MANAGER, Role.AUDITOR}
    assert roles("cy@example.gov.uk", DECEMBER + timedelta(days=29)) == {Role.STAFF, Role.TEAM_MANAGER, Role.AUDITOR}
    assert roles("cy@example.gov.uk", DECEMBER + timedelta(days=30)) == {Role.STAFF}


def test_a_manager_who_moves_team_manages_only_the_new_one() -> None:
    take(BOSS, MANAGER)
    take(BOSS, MANAGER.replace("North", "South"), on=DECEMBER)
    now = Membership.objects.get(role=Role.TEAM_MANAGER, ends_on=None)
    before = Membership.objects.get(role=Role.TEAM_MANAGER, ends_on=DECEMBER - timedelta(days=1))
    assert (before.team, now.team) == (Team.objects.get(name="North"), Team.objects.get(name="South"))


def test_two_extracts_of_one_day_leave_only_the_last_roles() -> None:
    take(WORKER, MANAGER, BOSS)
    take(WORKER.replace("Social Worker", "Team Manager"), MANAGER, BOSS)
    take(WORKER, MANAGER, BOSS)
    held = Membership.objects.filter(user__email="cy@example.gov.uk")
    assert [(each.role, each.ends_on) for each in held] == [(Role.STAFF, None)]


def test_roles_granted_by_hand_and_by_holding_a_case_stay() -> None:
    take(BOSS, WORKER)
    worker = person("cy@example.gov.uk")
    Membership.objects.create(user=worker, role=Role.PANEL_MEMBER, starts_on=NOVEMBER)
    staff_roles.grant_keyworkers({worker.pk}, on=NOVEMBER)
    staff_roles.grant_keyworkers({worker.pk}, on=DECEMBER)
    take(BOSS, WORKER.replace("Social Worker", "Senior Social Worker"), on=DECEMBER)
    assert roles(worker.email, DECEMBER) == {Role.STAFF, Role.PANEL_MEMBER, Role.KEYWORKER}
    assert Membership.objects.filter(role=Role.KEYWORKER).count() == 1


def test_only_people_an_extract_brought_in_can_leave() -> None:
    by_admin = UserFactory.create(email="hand@example.gov.uk")
    demo = UserFactory.create(email="demo@example.gov.uk", source=User.Source.DEMO)
    take(BOSS, MANAGER)
    found = take(BOSS, on=DECEMBER)
    assert [user.email for user in found.left] == ["bo@example.gov.uk"]
    for stays in (by_admin, demo):
        stays.refresh_from_db()
        assert stays.works_here(DECEMBER)


def test_whoever_comes_back_works_here_again() -> None:
    take(BOSS, MANAGER)
    take(BOSS, on=DECEMBER)
    found = take(BOSS, MANAGER, on=DECEMBER + timedelta(days=30))
    assert found.changed[0].differences["left"] == ("left on 30 November 2026", "works here again")
    assert person("bo@example.gov.uk").left_on is None
    assert roles("bo@example.gov.uk", DECEMBER + timedelta(days=29)) == set()
    assert Role.TEAM_MANAGER in roles("bo@example.gov.uk", DECEMBER + timedelta(days=30))


def test_a_row_that_cannot_be_used_is_said_and_nobody_it_names_leaves() -> None:
    take(BOSS, MANAGER, WORKER)
    found = take(
        BOSS,
        "Bo Finch,bo.example.gov.uk,Team Manager,Family Help,North,ada@example.gov.uk",
        ",cy@example.gov.uk,Social Worker,Family Help,North,",
        "Too Wide,wide@example.gov.uk,Social Worker,Family Help,North,ada@example.gov.uk,extra",
        on=DECEMBER,
    )
    assert said(found) == [(3, "Email"), (4, "Name"), (5, "")]
    assert found.left == []


def test_an_e_mail_twice_keeps_the_first_row() -> None:
    found = take(BOSS, BOSS.replace("Ada Lark", "Ada Other"))
    assert said(found) == [(3, "Email")]
    assert person("ada@example.gov.uk").name == "Ada Lark"


def test_cells_of_odd_length_or_content_are_said() -> None:
    found = take(
        f"{'x' * 151},long@example.gov.uk,Social Worker,Family Help,North,",
        '"=HYPERLINK(""http://evil.example"",""x"")",odd@example.gov.uk,Social Worker,Family Help,North,',
    )
    assert said(found) == [(2, "Name"), (3, "Name")]
    assert person("odd@example.gov.uk").name == '=HYPERLINK("http://evil.example","x")'
    assert not User.objects.filter(email="long@example.gov.uk").exists()


def test_a_team_is_in_the_service_that_the_extract_gives_it_first() -> None:
    found = take(
        "Ada Lark,ada@example.gov.uk,Social Worker,,North,",
        "Bo Finch,bo@example.gov.uk,Social Worker,Family Help,North,",
        "Cy Wren,cy@example.gov.uk,Social Worker,Specialist,North,",
        "Di Swift,di@example.gov.uk,Social Worker,,Nowhere,",
    )
    assert said(found) == [(4, "Service"), (5, "Team")]
    assert Team.objects.get(name="North").service.name == "Family Help"
    assert person("ada@example.gov.uk").team == Team.objects.get(name="North")
    assert person("di@example.gov.uk").team is None
    take("Ada Lark,ada@example.gov.uk,Social Worker,Specialist,North,")
    assert Team.objects.get(name="North").service.name == "Specialist"


def test_each_who_joined_changed_or_left_has_an_entry_in_the_trail() -> None:
    take(BOSS, MANAGER)
    take(BOSS.replace("Ada Lark", "Ada Larkin"), on=DECEMBER)
    ada, bo = person("ada@example.gov.uk"), person("bo@example.gov.uk")
    assert [entry.act for entry in trail.entries_about(ada)] == ["person.joined", "person.changed"]
    assert [entry.act for entry in trail.entries_about(bo)] == ["person.joined", "person.left"]


def test_as_many_queries_for_three_people_as_for_thirty() -> None:
    def queries(many: int, on: date) -> int:
        lines = [f"Person {n},p{many}.{n}@example.gov.uk,Team Manager,Family Help,North," for n in range(many)]
        with CaptureQueriesContext(connection) as captured:
            take(*lines, on=on)
        return len(captured)

    queries(2, OCTOBER)
    assert queries(3, NOVEMBER) == queries(30, DECEMBER)
