"""Setting a council up: ten steps whose states are read off the data, and nothing late before the first draw."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.draw import draws
from audits.models import Activity
from audits.register import extracts
from escalation import sweep
from people import first_steps, mail_test, new_titles, waiting_roles
from people.models import Heartbeat, Membership, Notice, User
from people.roles import Role
from people.title_guesses import TOGETHER
from qualitycounts.work.first_day import FirstDay, first_day
from tests.conftest import FIXTURES, NOW, TODAY
from tests.factories import UserFactory
from tests.work import DAY, rows, work

pytestmark = pytest.mark.django_db
LATE_SIGNS = ("working days over", "working day over", "overdue", "behind", "days late", 'id="late"', "qc-clock--over")
PAGES = (
    "/",
    "/start/",
    "/programme/",
    "/draws/",
    "/register/",
    "/audits/",
    "/actions/",
    "/escalations/",
    "/escalations/monitor/",
    "/panel/",
    "/reports/",
    "/plan/",
    "/people/",
)
EXTRACT = FIXTURES / "2026-11"


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY
    settings.COUNCIL_NAMED = False


@pytest.fixture
def boss(v7: object) -> User:
    """The only person of an empty council."""
    user: User = UserFactory.create(name="Temi Ncube", roles=(Role.ADMINISTRATOR,))
    return user


def bring(kind: str, by: User) -> None:
    data = (EXTRACT / f"{kind}.csv").read_bytes()
    extracts.import_file(kind=kind, data=data, name=f"{kind}.csv", as_at=TODAY, by=by, at=NOW)


def states(user: User) -> dict[str, str]:
    return {step.slug: step.state for step in seen(user).steps}


def seen(user: User) -> FirstDay:
    return first_day(User.objects.get(pk=user.pk), at=NOW)


def give_all_roles(boss: User) -> None:
    waiting_roles.decide(
        [row.pk for row in waiting_roles.roles_that_wait()], give=True, why="As on the chart", by=boss, at=NOW
    )


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_each_step_follows_the_data_from_an_empty_council_to_the_first_draw(boss: User) -> None:
    assert states(boss) == {
        "sign-in": "agreed",
        "council": "now",
        "mail": "blank",
        "staff": "blank",
        "titles": "blank",
        "qa-officer": "blank",
        "cases": "blank",
        "standards": "agreed",
        "programme": "blank",
        "draw": "blank",
    }
    assert seen(boss).theirs == {"the QA Officer": 3}
    first_steps.set_step_aside("council", why="Named on the server soon", by=boss, at=NOW)
    assert (states(boss)["council"], states(boss)["mail"]) == ("na", "now")
    test = mail_test.send_test_mail(by=boss, at=NOW)
    assert states(boss)["mail"] == "no"
    mail_test.confirm_arrival(mail_test.number_in(test), by=boss, at=NOW)
    assert (states(boss)["mail"], states(boss)["staff"]) == ("agreed", "now")

    bring("staff", boss)
    assert (states(boss)["staff"], states(boss)["titles"], states(boss)["qa-officer"]) == ("agreed", "now", "blank")
    assert seen(boss).untold == 176
    unknown = new_titles.new_titles(by=boss, on=TODAY)
    if unknown:
        new_titles.settle_new_titles({row.title: row.guess.word for row in unknown}, by=boss, at=NOW)
    give_all_roles(boss)
    assert (states(boss)["titles"], states(boss)["qa-officer"]) == ("agreed", "agreed")
    assert seen(boss).mine == []

    officer = User.objects.filter(memberships__role=Role.QA_OFFICER).first()
    assert officer is not None
    assert states(officer)["cases"] == "now"
    assert [step.slug for step in seen(officer).mine] == ["cases", "programme"]
    bring("cases", officer)
    assert (states(officer)["cases"], states(officer)["programme"], seen(officer).mine[-1].slug) == (
        "agreed",
        "now",
        "draw",
    )
    draws.run(month=datetime(2026, 12, 1, tzinfo=UTC).date(), size=5, by=officer, at=NOW)
    day = seen(officer)
    assert (day.done, day.aside, day.to_do) == (9, 1, [])
    assert "Set Quality Counts up" not in [what for what, _, _ in rows(officer)]


def test_the_list_is_on_my_work_of_those_who_do_its_steps_until_the_first_draw(boss: User) -> None:
    assert rows(boss) == [("Set Quality Counts up", "setting up", TODAY)]
    (row,) = work(boss).groups[0].rows
    assert (row.item.who, row.item.more) == ("2 of 10 done", "Next: The council’s name and colour")
    officer = UserFactory.create(roles=(Role.QA_OFFICER,))
    worker = UserFactory.create(roles=(Role.KEYWORKER,))
    assert ("Set Quality Counts up", "setting up", TODAY) in rows(officer)
    assert rows(worker) == []
    assert client_of(worker).get("/start/").status_code == 403


def test_the_page_says_who_waits_for_whom(boss: User) -> None:
    text = client_of(boss).get("/start/").content.decode()
    assert text.count("Waits for the QA Officer") == 3
    assert "Nothing is late before your first draw" in text
    assert "Send me a test mail" in text
    officer = UserFactory.create(roles=(Role.QA_OFFICER,))
    text = client_of(officer).get("/start/").content.decode()
    assert "Waits for the QA Officer" not in text
    assert "test mail</button>" not in text
    assert 'href="/register/import/"' in text
    assert "wait for an administrator" in text


@pytest.mark.parametrize("listed", [False, True], ids=["nobody but the administrator", "a staff list, undecided"])
def test_an_empty_council_is_never_late_however_long_it_takes(boss: User, settings: Any, listed: bool) -> None:
    people = [boss]
    if listed:
        bring("staff", boss)
        for role in (Role.QA_OFFICER, Role.HEAD_OF_QA, Role.HEAD_OF_SERVICE, Role.TEAM_MANAGER):
            user = User.objects.filter(source=User.Source.FILE, memberships__role=Role.STAFF).order_by("pk")[
                len(people)
            ]
            Membership.objects.create(user=user, role=role, starts_on=TODAY, reason="By hand")
            people.append(user)
    told = Notice.objects.count()
    for week in range(1, 27, 3):
        at = NOW + timedelta(weeks=week)
        swept = sweep.sweep_deadlines(on=at.date(), at=at)
        assert (swept.breaches, swept.notices) == (0, 0), at
        for user in people:
            late = [
                row.item.what for group in work(user, at).groups for row in group.rows if row.item.due_on < at.date()
            ]
            assert late == [], (user, at)
    assert Notice.objects.count() == told
    settings.TODAY = (NOW + timedelta(weeks=26)).date()
    Heartbeat.objects.create(part="worker", beat=NOW)
    for user in people:
        for address in PAGES:
            answer = client_of(user).get(address)
            main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
            assert answer.status_code in (200, 403), address
            assert [sign for sign in LATE_SIGNS if sign in main] == [], (user.name, address)


def test_before_a_programme_no_duty_is_asked_for_and_after_the_first_draw_dates_hold(boss: User) -> None:
    officer = UserFactory.create(roles=(Role.QA_OFFICER, Role.HEAD_OF_QA))
    later = NOW + 60 * DAY
    assert [what for what, _, _ in rows(officer, later)] == ["Set Quality Counts up"]
    bring("staff", boss)
    bring("cases", officer)
    planned = Activity.objects.create(month=TODAY.replace(month=12, day=1), planned=5)
    asked = {what: due for what, _, due in rows(officer, later)}
    assert asked["Run the draw for December 2026"] == later.date()
    draws.run(month=planned.month, size=5, by=officer, at=NOW)
    asked = {what: due for what, _, due in rows(officer, later)}
    assert asked["Run the draw for January 2027"] == datetime(2026, 12, 14, tzinfo=UTC).date()


def test_every_guess_is_one_of_what_is_offered(boss: User) -> None:
    bring("staff", boss)
    assert {row.guess.word for row in new_titles.new_titles(by=boss, on=TODAY)} <= set(TOGETHER)
