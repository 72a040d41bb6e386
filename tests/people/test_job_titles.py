"""Which roles a job title brings: the council's table over the default, kept by an administrator, with its history."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audits.register import extracts
from people import job_titles, title_roles, trail
from people.access import roles as held_today
from people.models import CouncilSetting, Membership, User, WaitingRole
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, Refused, Stale
from tests.conftest import NOW, TODAY
from tests.factories import Council, UserFactory
from tests.people.handed import confirm
from tests.work import rows as work_rows

pytestmark = pytest.mark.django_db
HEADINGS = "Name,Email,Job Title,Service,Team,Line Manager Email\n"
CY = "Cy Fox,cy@example.gov.uk,Practice Manager,Family Safeguarding,North,\n"
DI = "Di Gee,di@example.gov.uk,practice  manager,Family Safeguarding,South,\n"
ED = "Ed Hay,ed@example.gov.uk,IRO,Quality Assurance,,\n"
MANAGER, AUDITOR = Role.TEAM_MANAGER.value, Role.AUDITOR.value


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


def bring(*lines: str, by: User | None = None) -> extracts.Import:
    data = (HEADINGS + "".join(lines)).encode()
    return extracts.import_file(kind="staff", data=data, name="staff.csv", as_at=TODAY, by=by, at=NOW)


def set_roles(council: Council, title: str, *roles: str, now: bool = False, number: int | None = None) -> list[User]:
    known = job_titles.number() if number is None else number
    by = council.administrator
    return job_titles.set_roles(title, roles=roles, now=now, why="Agreed", number=known, by=by, at=NOW)


def holds(email: str) -> set[str]:
    return {str(role) for role in held_today(User.objects.get(email=email))}


def shown(title: str) -> tuple[str, int, bool]:
    row = next(row for row in job_titles.titles_with_roles(on=TODAY) if row.title == title)
    return row.in_words, row.people, row.known


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    confirm(client)
    return client


def test_titles_that_the_table_does_not_know_come_first_with_how_many_have_them(council: Council) -> None:
    done = bring(CY, DI, ED)
    assert [problem["column"] for problem in done.problems] == ["Job Title"] * 3
    assert "on the page Job titles which roles it brings" in done.problems[0]["why"]
    first, second, third, *_ = job_titles.titles_with_roles(on=TODAY)
    assert (first.title.casefold().split(), first.people, first.known) == (["practice", "manager"], 2, False)
    assert (second.title, second.people, second.known) == ("IRO", 1, False)
    assert third.known
    assert shown("Executive Director People") == ("Executive Director", 1, True)
    text = client_of(council.administrator).get("/settings/titles/").content.decode()
    assert text.index("2 titles of your list are new to us") < text.index("IRO") < text.index("In the table")
    text = client_of(council.qa_officer).get("/settings/titles/").content.decode()
    assert text.index("Not in the table yet") < text.index("IRO") < text.index("In the table")
    assert ("Say which roles 2 job titles bring", "job titles", TODAY) in work_rows(council.administrator)


def test_the_next_list_goes_by_the_councils_table_in_any_case_and_spacing(council: Council) -> None:
    set_roles(council, "Practice  Manager", MANAGER, AUDITOR)
    done = bring(CY, DI)
    assert done.problems == []
    assert holds("cy@example.gov.uk") == holds("di@example.gov.uk") == {"staff", "auditor"}
    assert sorted(WaitingRole.objects.values_list("user__email", "role", "team__name")) == [
        ("cy@example.gov.uk", "team_manager", "North"),
        ("di@example.gov.uk", "team_manager", "South"),
    ]
    assert shown("Practice Manager") == ("auditor, team manager", 2, True)


def test_roles_follow_their_title_and_what_is_above_auditor_waits_but_where_the_administrator_gives_it(
    council: Council,
) -> None:
    bring(CY, DI)
    followed = set_roles(council, "Practice Manager", MANAGER, AUDITOR)
    assert [user.email for user in followed] == ["cy@example.gov.uk", "di@example.gov.uk"]
    assert holds("cy@example.gov.uk") == {"staff", "auditor"}
    assert WaitingRole.objects.filter(role=MANAGER, refused_at=None).count() == 2
    assert set_roles(council, "Practice Manager") == followed
    assert (holds("di@example.gov.uk"), WaitingRole.objects.count()) == ({"staff"}, 0)
    moved = set_roles(council, "PRACTICE manager", MANAGER, AUDITOR, now=True)
    assert [user.email for user in moved] == ["cy@example.gov.uk", "di@example.gov.uk"]
    assert holds("cy@example.gov.uk") == {"staff", "auditor", "team_manager"}
    team = Membership.objects.get(user__email="di@example.gov.uk", role=Role.TEAM_MANAGER).team
    assert team == council.south
    assert "person.changed" in [entry.act for entry in trail.entries_about(moved[0])]
    assert bring(CY, DI).counts["changed"] == 0
    set_roles(council, "Practice Manager", now=True)
    assert holds("cy@example.gov.uk") == {"staff"}
    assert not WaitingRole.objects.exists()


def test_what_waited_goes_when_it_is_given_by_title_or_the_title_no_longer_brings_it(council: Council) -> None:
    set_roles(council, "Practice Manager", MANAGER)
    bring(CY, DI)
    assert WaitingRole.objects.count() == 2
    set_roles(council, "Practice Manager", AUDITOR)
    assert not WaitingRole.objects.exists()
    assert bring(CY, DI).counts["changed"] == 0
    set_roles(council, "Practice Manager", MANAGER)
    bring(CY, DI)
    set_roles(council, "Practice Manager", MANAGER, now=True)
    assert (WaitingRole.objects.count(), holds("di@example.gov.uk")) == (0, {"staff", "team_manager"})


def test_a_title_of_the_default_may_be_set_to_bring_nothing_and_the_history_keeps_both(council: Council) -> None:
    set_roles(council, "Team Manager")
    assert title_roles.titles_in_force()["team manager"] == ("Team Manager", ())
    set_roles(council, "IRO", AUDITOR)
    set_roles(council, "Team Manager", MANAGER)
    changes = [(change.roles, change.setting.why) for change in job_titles.changes_of_title("Team Manager")]
    assert changes == [("team manager", "Agreed"), ("staff only", "Agreed")]
    assert job_titles.default_of("team manager") == "team manager, auditor"
    assert trail.entries_about(CouncilSetting.objects.latest("number")).filter(act="setting.changed").count() == 3


def test_only_an_administrator_sets_a_title_and_never_their_own(council: Council) -> None:
    for who in (council.head_of_qa, council.qa_officer):
        with pytest.raises(NotAllowed):
            job_titles.set_roles("IRO", roles=[AUDITOR], now=False, why="x", number=0, by=who, at=NOW)
    User.objects.filter(pk=council.administrator.pk).update(job_title="IT  Officer")
    council.administrator.refresh_from_db()
    with pytest.raises(NotAllowed, match="your own job title"):
        set_roles(council, "it officer", Role.HEAD_OF_QA.value)
    assert "Ask another administrator" in (
        client_of(council.administrator).get("/settings/titles/change/", {"title": "IT Officer"}).content.decode()
    )


@pytest.mark.parametrize("role", ["administrator", "staff", "keyworker", "king"])
def test_no_title_brings_what_no_title_may(council: Council, role: str) -> None:
    with pytest.raises(Refused, match="from the list"):
        set_roles(council, "IRO", role)


def test_what_is_no_change_or_comes_too_late_is_refused(council: Council) -> None:
    with pytest.raises(Refused, match="already"):
        set_roles(council, "Team Manager", MANAGER, AUDITOR)
    with pytest.raises(Refused, match="Enter a job title"):
        set_roles(council, "  ", AUDITOR)
    with pytest.raises(Refused, match="Say why"):
        job_titles.set_roles("IRO", roles=[], now=False, why="", number=0, by=council.administrator, at=NOW)
    set_roles(council, "IRO", AUDITOR)
    with pytest.raises(Stale, match="Someone else"):
        set_roles(council, "IRO", MANAGER, number=0)


def test_the_page_shows_who_has_the_title_and_saves_with_the_password(council: Council) -> None:
    bring(CY, ED)
    client = client_of(council.administrator)
    address = "/settings/titles/change/?title=Practice%20Manager"
    text = client.get(address).content.decode()
    assert "Cy Fox" in text
    assert "Not in the table yet" in text
    sent = {"roles": [MANAGER, AUDITOR], "now": "on", "why": "They run a team", "number": "0"}
    unconfirmed = Client()
    unconfirmed.force_login(council.administrator)
    assert "/accounts/confirm/" in unconfirmed.post(address, sent)["Location"]
    assert client.post(address, sent | {"why": ""}).status_code == 422
    saved = client.post(address, sent, follow=True)
    assert "Roles changed today, or wait to be given: Cy Fox" in saved.content.decode()
    assert holds("cy@example.gov.uk") == {"staff", "auditor", "team_manager"}
    assert client.post(address, sent | {"number": "0", "roles": [AUDITOR]}).status_code == 409
    assert "They run a team" in client.get(address).content.decode()
    assert client.get("/settings/titles/change/").status_code == 422


def test_the_qa_officer_reads_the_table_and_changes_nothing(council: Council) -> None:
    client = client_of(council.qa_officer)
    text = client.get("/settings/titles/").content.decode()
    assert "A system administrator keeps this table" in text
    assert "/settings/titles/change/" not in text
    assert client.get("/settings/titles/change/", {"title": "IRO"}).status_code == 403


def test_the_titles_of_a_neighbouring_council_are_settled_from_one_page(council: Council) -> None:
    titles = ["Interim Team Manager", "Team Manager (Agency)", "Service Manager", "IRO", "Reviewing Officer / CP Chair"]
    bring(*(f"P {n},p{n}@example.gov.uk,{title},Hub,Hub Team,\n" for n, title in enumerate(titles)))
    client = client_of(council.administrator)
    for title in titles:
        sent = {"roles": [AUDITOR], "now": "on", "why": "Ours", "number": str(job_titles.number())}
        answer = client.post(f"/settings/titles/change/?title={title.replace('/', '%2F')}", sent)
        assert answer.status_code == 302
    assert job_titles.unknown(on=TODAY) == []
    assert all(AUDITOR in holds(f"p{n}@example.gov.uk") for n in range(len(titles)))


def test_the_demonstrations_own_titles_are_nobodys_to_settle() -> None:
    UserFactory.create(job_title="Panel member", source=User.Source.DEMO)
    assert job_titles.unknown(on=TODAY) == []


def test_a_role_given_by_hand_stays_when_the_title_brings_it_no_longer(council: Council) -> None:
    set_roles(council, "Practice Manager", AUDITOR)
    bring(CY, DI)
    given = Membership(user=User.objects.get(email="cy@example.gov.uk"), role=Role.ANALYST, starts_on=TODAY)
    given.save()
    set_roles(council, "Practice Manager", Role.CONTRIBUTOR.value)
    assert holds("cy@example.gov.uk") == {"staff", "analyst"}
    assert holds("di@example.gov.uk") == {"staff"}
    assert sorted(WaitingRole.objects.values_list("role", flat=True)) == ["contributor", "contributor"]
