"""Titles that nobody knows, settled at once: each with a guess of what it brings, and why."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from people import new_titles
from people.access import roles as held_today
from people.models import CouncilSetting, User, WaitingRole
from people.roles import Role
from people.title_guesses import LABELS_TOGETHER, TOGETHER, ReportingLines, guess_roles
from qualitycounts.base.refusals import NotAllowed, Refused, Stale
from tests.conftest import NOW, TODAY
from tests.factories import Council, UserFactory
from tests.people.handed import confirm

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


@pytest.fixture
def neighbours(council: Council) -> dict[str, User]:
    """People of a council with other titles: director, service manager, two practice managers, a practitioner, QA."""

    def person(title: str, manager: User | None = None, **more: Any) -> User:
        made: User = UserFactory.create(job_title=title, line_manager=manager, **more)
        return made

    director = person("Director of Children’s Services")
    service = person("Service Manager", director)
    practice = person("Practice Manager", service, team=council.north)
    other = person("practice  manager", service, team=council.south)
    practitioner = person("Advanced Practitioner", practice)
    person("Advanced Practitioner", other)
    qa = person("QA and Audit Lead", director, name="Carys Elderfield")
    return {"director": director, "service": service, "practice": practice, "practitioner": practitioner, "qa": qa}


def test_each_title_is_guessed_from_its_words_and_from_who_manages_whom(
    council: Council, neighbours: dict[str, User]
) -> None:
    rows = new_titles.new_titles(by=council.administrator, on=TODAY)
    assert {row.title.casefold(): (row.people, row.guess.word) for row in rows} == {
        "advanced practitioner": (2, "auditor"),
        "practice manager": (2, "manager"),
        "director of children’s services": (1, "executive_director"),
        "qa and audit lead": (1, "qa_officer"),
        "service manager": (1, "head_of_service"),
    }
    why = {row.title.casefold(): row.guess.why for row in rows}
    assert why["practice manager"] == "Each is line manager of 1 person"
    assert why["qa and audit lead"] == "Carys Elderfield, by the words of the title"
    assert why["director of children’s services"] == "Nobody above in your list"


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("Head of Quality Assurance and Safeguarding", "head_of_qa"),
        ("Independent Reviewing Officer / Child Protection Chair", "auditor"),
        ("Deputy Principal Social Worker", "principal"),
        ("Assistant Director", "assistant_director"),
        ("Performance Officer", "analyst"),
        ("Complaints Officer", "contributor"),
        ("Receptionist", "staff"),
        ("", "staff"),
    ],
)
def test_words_of_a_title_say_what_it_is(title: str, word: str) -> None:
    assert guess_roles(title, [], ReportingLines({})).word == word


def test_every_choice_has_a_label() -> None:
    assert set(LABELS_TOGETHER) == set(TOGETHER)


def test_all_are_settled_in_one_press_with_the_password(council: Council, neighbours: dict[str, User]) -> None:
    client = Client()
    client.force_login(council.administrator)
    sent = {
        "title": ["Practice Manager", "QA and Audit Lead", "Advanced Practitioner"],
        "brings": ["manager", "qa_officer", ""],
        "start": "yes",
    }
    assert "/accounts/confirm/" in client.post("/settings/titles/new/", sent)["Location"]
    confirm(client)
    answer = client.post("/settings/titles/new/", sent, follow=True)
    assert answer.redirect_chain == [("/start/", 302)]
    assert "2 job titles settled. The roles of 3 people changed." in answer.content.decode()
    assert held_today(User.objects.get(pk=neighbours["practice"].pk)) >= {Role.TEAM_MANAGER, Role.AUDITOR}
    assert held_today(User.objects.get(pk=neighbours["qa"].pk)) >= {Role.QA_OFFICER, Role.AUDITOR}
    assert not WaitingRole.objects.exists()
    assert "Advanced Practitioner" in client.get("/settings/titles/").content.decode()
    assert CouncilSetting.objects.filter(slug="job_titles").count() == 2


def test_what_cannot_be_settled_is_refused_whole(council: Council, neighbours: dict[str, User]) -> None:
    by = council.administrator
    with pytest.raises(NotAllowed):
        new_titles.settle_new_titles({"Practice Manager": "manager"}, by=council.qa_officer, at=NOW)
    with pytest.raises(Refused, match="at least one"):
        new_titles.settle_new_titles({}, by=by, at=NOW)
    with pytest.raises(Refused, match="from what is offered"):
        new_titles.settle_new_titles({"Practice Manager": "administrator"}, by=by, at=NOW)
    with pytest.raises(Stale, match="Team Manager"):
        new_titles.settle_new_titles({"Practice Manager": "manager", "Team Manager": "auditor"}, by=by, at=NOW)
    assert not CouncilSetting.objects.exists()
    User.objects.filter(pk=by.pk).update(job_title="Practice Manager")
    by.refresh_from_db()
    (row,) = [row for row in new_titles.new_titles(by=by, on=TODAY) if row.title.casefold() == "practice manager"]
    assert not row.can_set
    with pytest.raises(NotAllowed, match="your own job title"):
        new_titles.settle_new_titles({"Practice Manager": "manager"}, by=by, at=NOW)
