"""A staff list gives nobody a role above auditor, and whoever brings it in nothing: an administrator does, or not."""

from __future__ import annotations

import io
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from audits.register import extracts
from people import membership, trail, waiting_roles
from people.access import roles as held_today
from people.models import CouncilSetting, Membership, Notice, TrailEntry, User, WaitingRole
from people.roles import ROLES_BY_TITLE, Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale
from tests.conftest import NOW, TODAY
from tests.factories import PASSWORD, Council, UserFactory
from tests.people.handed import confirm
from tests.work import rows as work_rows

pytestmark = pytest.mark.django_db
HEADINGS = "Name,Email,Job Title,Service,Team,Line Manager Email\n"
ADA = "Ada Lark,ada@example.gov.uk,Executive Director People,,,\n"
BO = "Bo Finch,bo@example.gov.uk,Team Manager,Family Safeguarding,North,\n"
IRO = "Io Rook,io@example.gov.uk,Independent Reviewing Officer,,,\n"


@pytest.fixture(autouse=True)
def fixed_day(settings: pytest.FixtureRequest) -> None:
    settings.TODAY = TODAY  # type: ignore[attr-defined]


def bring(*lines: str, by: User | None, as_at: date = TODAY, granting: bool = False) -> extracts.Import:
    data = (HEADINGS + "".join(lines)).encode()
    return extracts.import_file(
        kind="staff", data=data, name="staff.csv", as_at=as_at, by=by, at=NOW, granting=granting
    )


def person(email: str) -> User:
    return User.objects.get(email=email)


def holds(email: str) -> set[str]:
    """The roles somebody holds today."""
    return {str(role) for role in held_today(person(email))}


def waits(email: str) -> list[str]:
    return sorted(WaitingRole.objects.filter(user__email=email, refused_at=None).values_list("role", flat=True))


def keys(email: str) -> list[int]:
    return list(WaitingRole.objects.filter(user__email=email).values_list("pk", flat=True))


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_every_title_of_the_table_gives_at_most_staff_and_auditor(council: Council) -> None:
    lines = [f"Person {n},p{n}@example.gov.uk,{title},Hub,Hub Team,\n" for n, title in enumerate(ROLES_BY_TITLE)]
    done = bring(*lines, by=council.qa_officer)
    for n, roles in enumerate(ROLES_BY_TITLE.values()):
        email = f"p{n}@example.gov.uk"
        assert holds(email) == {Role.STAFF, *({Role.AUDITOR} & set(roles))}
        assert waits(email) == sorted(set(roles) - {Role.AUDITOR})
    above = sum(len(set(roles) - {Role.AUDITOR}) for roles in ROLES_BY_TITLE.values())
    assert done.counts["waiting"] == WaitingRole.objects.count() == above


def test_whoever_brings_a_list_in_gives_themselves_nothing(council: Council) -> None:
    email = council.qa_officer.email
    before = holds(email)
    bring(f"Amara Whitlock,{email},Head of Quality Assurance,,,\n", by=council.qa_officer)
    assert holds(email) == before
    assert waits(email) == ["head_of_qa"]
    officer = UserFactory.create(roles=(Role.QA_OFFICER,))
    bring(f"Of Ficer,{officer.email},Independent Reviewing Officer,,,\n", by=officer)
    assert Role.AUDITOR not in holds(officer.email)
    assert waits(officer.email) == ["auditor"]
    assert WaitingRole.objects.get(user=officer).own


def test_neither_who_looks_at_a_list_nor_who_applies_it_gains_by_it(council: Council) -> None:
    one, two = (UserFactory.create(roles=(Role.QA_OFFICER,)) for _ in range(2))
    lines = "".join(f"Some One,{user.email},Independent Reviewing Officer,,,\n" for user in (one, two))
    data = (HEADINGS + lines).encode()
    looked_at = extracts.keep_preview(kind="staff", data=data, name="staff.csv", as_at=TODAY, by=one, at=NOW)
    extracts.apply_import(looked_at, by=two, at=NOW)
    assert [Role.AUDITOR in holds(user.email) for user in (one, two)] == [False, False]


def test_administrators_are_told_once_and_the_same_list_again_asks_nothing_more(council: Council) -> None:
    bring(ADA, BO, IRO, by=council.qa_officer)
    (told,) = Notice.objects.filter(key__startswith="waiting-roles:")
    assert (told.to, told.subject) == (council.administrator, "2 roles of a staff list wait for you")
    entries = TrailEntry.objects.filter(kind="user").count()
    again = bring(ADA, BO, IRO, by=council.qa_officer)
    assert (again.counts["changed"], again.counts["unchanged"], again.counts["waiting"]) == (0, 3, 0)
    assert Notice.objects.filter(key__startswith="waiting-roles:").count() == 1
    assert TrailEntry.objects.filter(kind="user").count() == entries


def test_an_administrator_gives_them_with_a_reason_and_the_next_list_leaves_them_alone(council: Council) -> None:
    bring(ADA, BO, by=council.qa_officer)
    chosen = keys("ada@example.gov.uk") + keys("bo@example.gov.uk")
    waiting_roles.decide(chosen, give=True, why="As on the chart", by=council.administrator, at=NOW)
    assert holds("ada@example.gov.uk") == {"staff", "executive_director"}
    held = Membership.objects.get(user__email="bo@example.gov.uk", role=Role.TEAM_MANAGER)
    assert (held.team, held.starts_on, held.from_file) == (council.north, TODAY, True)
    assert not WaitingRole.objects.exists()
    entry = trail.entries_about(person("ada@example.gov.uk")).filter(act="person.role_given").get()
    assert (entry.by, entry.why, entry.now) == (council.administrator, "As on the chart", "executive_director")
    assert Notice.objects.filter(to__email="ada@example.gov.uk", subject__contains="Executive Director").count() == 1
    later = bring(ADA, BO, by=council.qa_officer, as_at=TODAY + timedelta(days=1))
    assert (later.counts["changed"], later.counts["waiting"]) == (0, 0)


def test_a_manager_who_moves_waits_for_the_new_team_and_keeps_nothing_of_the_old(council: Council) -> None:
    bring(BO, by=None, granting=True)
    bring(BO.replace("North", "South"), by=council.qa_officer)
    assert holds("bo@example.gov.uk") == {"staff", "auditor"}
    assert WaitingRole.objects.get().team == council.south


def test_what_is_refused_is_not_asked_again_until_the_title_changes(council: Council) -> None:
    bring(ADA, by=council.qa_officer)
    decide = {"by": council.administrator, "at": NOW}
    waiting_roles.decide(keys("ada@example.gov.uk"), give=False, why="She is not", **decide)
    assert waits("ada@example.gov.uk") == []
    assert bring(ADA, by=council.qa_officer).counts["waiting"] == 0
    assert bring(ADA, by=None, granting=True).counts["changed"] == 0
    bring(ADA.replace("Executive Director People", "Social Worker"), by=council.qa_officer)
    assert not WaitingRole.objects.exists()
    assert bring(ADA, by=council.qa_officer).counts["waiting"] == 1


def test_whoever_leaves_waits_for_nothing(council: Council) -> None:
    bring(ADA, IRO, by=council.qa_officer)
    bring(IRO, by=council.qa_officer)
    assert not WaitingRole.objects.exists()


def test_a_role_that_an_administrator_gave_by_hand_is_not_asked_for_again(council: Council) -> None:
    plain = BO.replace("Team Manager", "Social Worker")
    bring(plain, by=council.qa_officer)
    membership.give_role(
        person("bo@example.gov.uk"),
        by=council.administrator,
        at=NOW,
        role=Role.TEAM_MANAGER,
        starts_on=TODAY,
        ends_on=None,
        reason="New",
        team=council.north,
    )
    assert bring(BO, by=council.qa_officer).counts["waiting"] == 0


def test_nobody_but_an_administrator_decides_and_none_about_themselves(council: Council) -> None:
    bring(ADA, by=council.qa_officer)
    (key,) = keys("ada@example.gov.uk")
    decide = {"give": True, "why": "Because", "at": NOW}
    for who in (council.qa_officer, council.head_of_qa, council.executive_director):
        with pytest.raises(NotAllowed):
            waiting_roles.decide([key], by=who, **decide)
    own = UserFactory.create(email="ada2@example.gov.uk", roles=(Role.ADMINISTRATOR,))
    bring(ADA, f"Own,{own.email},Head of Service,Family Safeguarding,,\n", by=council.qa_officer)
    with pytest.raises(NotAllowed, match="their own roles"):
        waiting_roles.decide([key, *keys(own.email)], by=own, **decide)
    assert holds("ada@example.gov.uk") == {"staff"}
    waiting_roles.decide(keys(own.email), by=council.administrator, **decide)
    assert Role.HEAD_OF_SERVICE in holds(own.email)


def test_what_cannot_be_decided_is_said_and_changes_nothing(council: Council) -> None:
    bring(ADA, BO, by=council.qa_officer)
    ada, bo = keys("ada@example.gov.uk")[0], keys("bo@example.gov.uk")[0]
    by = {"by": council.administrator, "at": NOW}
    with pytest.raises(Refused, match="Tick the roles"):
        waiting_roles.decide([], give=True, why="Because", **by)
    with pytest.raises(Refused, match="Say why"):
        waiting_roles.decide([ada], give=True, why=" . ", **by)
    with pytest.raises(Stale, match="no longer wait"):
        waiting_roles.decide([ada, 999_999], give=True, why="Because", **by)
    User.objects.filter(email="bo@example.gov.uk").update(left_on=TODAY)
    with pytest.raises(NotNow, match="does not work here"):
        waiting_roles.decide([ada, bo], give=True, why="Because", **by)
    assert holds("ada@example.gov.uk") == {"staff"}


def test_the_page_asks_for_the_password_and_gives_what_is_ticked(council: Council) -> None:
    bring(ADA, BO, by=council.qa_officer)
    client = client_of(council.administrator)
    page = client.get("/people/waiting/?all=yes")
    assert len(re.findall(r"\schecked\b", page.content.decode())) == 2
    assert "Executive Director" in page.content.decode()
    asked = {"chosen": [*keys("ada@example.gov.uk"), *keys("bo@example.gov.uk")], "why": "Chart", "decision": "give"}
    confirming = client.post("/people/waiting/", asked)
    assert (confirming.status_code, holds("ada@example.gov.uk")) == (302, {"staff"})
    client.post(confirming["Location"], {"password": PASSWORD, "next": "/people/waiting/"}, follow=True)
    assert holds("ada@example.gov.uk") == {"staff", "executive_director"}
    assert Role.TEAM_MANAGER in holds("bo@example.gov.uk")


def test_the_page_keeps_the_ticks_when_something_is_missing(council: Council) -> None:
    bring(ADA, by=council.qa_officer)
    client = client_of(council.administrator)
    client.get("/people/waiting/")
    confirm(client)
    answer = client.post("/people/waiting/", {"chosen": keys("ada@example.gov.uk"), "why": "", "decision": "give"})
    assert answer.status_code == 422
    assert re.search(r"\schecked\b", answer.content.decode())
    for more in ({"decision": "give"}, {"chosen": ["x", "9" * 30], "decision": "give"}, {"chosen": ["1"]}):
        assert client.post("/people/waiting/", {"why": "Chart", **more}).status_code == 422


def test_my_work_of_an_administrator_and_the_lists_own_page_say_that_roles_wait(council: Council) -> None:
    done = bring(ADA, BO, by=council.qa_officer)
    assert ("Give or refuse 2 roles of the staff list", "roles that wait", date(2026, 11, 25)) in work_rows(
        council.administrator
    )
    text = client_of(council.qa_officer).get(f"/register/import/{done.pk}/").content.decode()
    assert "2 roles by job title wait for a system administrator" in text
    assert "Ines Thackeray" in text
    Membership.objects.filter(role=Role.ADMINISTRATOR).delete()
    text = client_of(council.qa_officer).get(f"/register/import/{done.pk}/").content.decode()
    assert "manage.py make_administrator" in text
    bo = person("bo@example.gov.uk")
    assert "waits for a system administrator" in client_of(council.qa_officer).get(f"/people/{bo.pk}/").content.decode()


def test_the_command_leaves_them_waiting_too_unless_it_is_told_to_grant(council: Council, tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_text(HEADINGS + ADA + IRO)

    def run(*more: str) -> dict[str, object]:
        out = io.StringIO()
        call_command("import_staff", str(file), "--as-at", str(TODAY), "--json", *more, stdout=out)
        found: dict[str, object] = json.loads(out.getvalue())
        return found

    for more in (["--dry-run"], []):
        said = run(*more)
        assert said["waiting"] == 1
        assert "make_administrator" in str(said["warnings"])
    assert holds("ada@example.gov.uk") == {"staff"}
    assert holds("io@example.gov.uk") == {"staff", "auditor"}
    assert run("--grant", "--dry-run")["changed"] == 1
    granted = run("--grant")
    assert (granted["waiting"], granted["warnings"]) == (0, [])
    assert holds("ada@example.gov.uk") == {"staff", "executive_director"}
    assert not WaitingRole.objects.exists()
    assert run()["changed"] == 0
    assert not CouncilSetting.objects.exists()
