"""The pages of a draw: the numbers first, then the draw, then a record that can be handed on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from audits.draw import draws, replacement
from audits.models import Audit, Case, Draw
from people.models import User
from people.roles import Role
from qualitycounts.base.refusals import Refused
from tests.audits.plan.plans import themed
from tests.conftest import NOW
from tests.factories import CaseFactory, Council, UserFactory

pytestmark = pytest.mark.usefixtures("today")
ASKED = {"activity": "2026-12", "size": "6"}
PAGES = ("", "proof/", "frame.csv", "tickets.txt", "who.xlsx")


@pytest.fixture
def today(council: Council) -> Any:
    """The pages read the clock: it stands at the tests' day. Thirty cases could be drawn, and the council's own."""
    Case.objects.update(person_id="600000")
    for number in range(30):
        CaseFactory.create(
            person_id=str(700000 + number),
            keyworker=council.keyworker if number % 2 else council.other_keyworker,
            category=["CIN", "CP", "EH"][number % 3],
        )
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def officer(client: Client, council: Council) -> Client:
    client.force_login(council.qa_officer)
    return client


def drawn_by(person: User, size: int = 6, month: date = date(2026, 12, 1)) -> Draw:
    return draws.run(month=month, size=size, by=person, at=NOW, seed="5eed")


def test_the_numbers_are_shown_before_anything_is_drawn(officer: Client) -> None:
    page = officer.get("/draws/", ASKED)
    text = " ".join(page.content.decode().split())
    assert page.status_code == 200
    assert "Core live audits, December 2026: if you drew now" in text
    assert "Draw 6 cases" in text
    assert not Draw.objects.exists()


def test_drawing_leads_to_who_has_what_and_from_there_to_the_proof(officer: Client, council: Council) -> None:
    Case.objects.update(keyworker=council.keyworker)  # whichever six are drawn
    answer = officer.post("/draws/", ASKED)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/draws/DRAW-2612/")
    made = Draw.objects.get()
    assert (made.drawn_by, made.size, made.month) == (council.qa_officer, 6, date(2026, 12, 1))
    who = officer.get("/draws/DRAW-2612/").content.decode()
    assert "December’s 6 core audits" in who
    assert who.index("Who has what") < who.index(council.keyworker.name) < who.index("The proof</h2>")
    assert "Matches" in who
    assert "http://testserver/draws/DRAW-2612/proof/" in who
    text = officer.get("/draws/DRAW-2612/proof/").content.decode()
    assert [name for name in (council.keyworker.name, council.auditor.name) if name in text] == []
    assert made.seed in text
    assert made.frame_hash in text
    assert "Matches" in text
    assert "Is it even?" in text
    assert "By size alone" in text
    for pick in made.picks.select_related("case"):
        assert pick.case.person_id in text
        assert pick.ticket[:16] in text


def test_what_is_drawn_already_says_so_and_the_next_is_offered(officer: Client, council: Council) -> None:
    assert (
        '<option value="2026-12" selected>December 2026: Core live audits</option>'
        in officer.get("/draws/").content.decode()
    )
    drawn_by(council.qa_officer)
    page = officer.get("/draws/").content.decode()
    assert '<option value="2026-12">December 2026: Core live audits (drawn already)</option>' in page
    assert '<option value="2027-01" selected>' in page


def test_a_double_click_draws_once(officer: Client) -> None:
    officer.post("/draws/", ASKED)
    second = officer.post("/draws/", ASKED)
    assert second.status_code == 409
    assert "December 2026 was drawn already: DRAW-2612" in second.content.decode()
    assert Draw.objects.count() == 1
    assert Audit.objects.count() == 6


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"size": ""}, "Enter how many cases to draw."),
        ({"size": "six"}, "as a whole number"),
        ({"size": "0"}, "Enter 1 or more"),
        ({"size": "501"}, "500 cases or fewer"),
        ({"activity": "2026-10"}, "Choose a month or an activity from the list."),
        ({"activity": "2028-01"}, "Choose a month or an activity from the list."),
        ({"activity": "999999"}, "Choose a month or an activity from the list."),
    ],
)
def test_a_mistake_is_said_beside_its_field(officer: Client, wrong: dict[str, Any], sentence: str) -> None:
    for answer in (officer.get("/draws/", {**ASKED, **wrong}), officer.post("/draws/", {**ASKED, **wrong})):
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert not Draw.objects.exists()


def test_a_themed_draw_is_of_its_activity_and_says_what_it_was_narrowed_to(officer: Client, council: Council) -> None:
    narrow = {"categories": ["CP"], "teams": ["Court"]}
    neglect = themed(council, narrow=narrow, focus=[2, 5])
    asked = {"activity": neglect.pk, "size": "3"}
    assert "Neglect, December 2026: if you drew now" in officer.get("/draws/", asked).content.decode()
    answer = officer.post("/draws/", asked, follow=True)
    made = Draw.objects.get()
    assert (made.ref, made.activity, made.filter, made.focus) == ("THEMED-2612", neglect, narrow, [2, 5])
    assert "themed audits about “Neglect”" in answer.content.decode()
    proof = officer.get(f"/draws/{made.ref}/proof/").content.decode()
    assert "Child protection plan; Court" in proof
    assert "Standards 2, 5" in proof
    assert set(Audit.objects.values_list("case__category", "case__team__name")) == {("CP", "Court")}
    assert officer.post("/draws/", asked).status_code == 409


def test_only_qa_comes_in(client: Client, council: Council) -> None:
    made = drawn_by(council.qa_officer)
    audit = Audit.objects.earliest("number")
    addresses = [f"/draws/{made.ref}/{page}" for page in PAGES] + [f"/draws/{made.ref}/replace/{audit.ref}/"]
    for person in (council.auditor, council.manager, council.assistant_director, council.administrator):
        client.force_login(person)
        assert {client.get(address).status_code for address in ["/draws/", *addresses]} == {403}
        assert client.post("/draws/", ASKED).status_code == 403
    client.force_login(council.head_of_qa)
    assert {client.get(address).status_code for address in ["/draws/", *addresses]} == {200}
    assert client.get("/draws/DRAW-2701/").status_code == 404
    assert client.get(f"/draws/{made.ref}/replace/QC-2612-099/").status_code == 404


def test_the_frame_is_given_byte_for_byte(officer: Client, council: Council) -> None:
    made = drawn_by(council.qa_officer)
    answer = officer.get(f"/draws/{made.ref}/frame.csv")
    assert answer.content == made.frame.encode()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="frame.csv"'


def test_a_replacement_is_made_on_its_page_and_shown_on_the_draw(officer: Client, council: Council) -> None:
    made = drawn_by(council.qa_officer)
    address = f"/draws/{made.ref}/replace/QC-2612-001/"
    assert officer.post(address, {"reason": "", "why": ""}).status_code == 422
    wordless = officer.post(address, {"reason": "other", "why": ""})
    assert (wordless.status_code, b"in a sentence why" in wordless.content) == (422, True)
    answer = officer.post(address, {"reason": "not_now", "why": "A court date that week."}, follow=True)
    text = officer.get(f"/draws/{made.ref}/proof/").content.decode()
    called = made.picks.get(state="called")
    assert "Replaced: not the right time for the child or family" in text
    assert "A court date that week." in text
    assert "Called 23 November" in text
    assert f"{called.case} was called from the reserve" in answer.content.decode()
    assert officer.get(address).status_code == 409


def test_a_reserve_passed_over_is_shown_as_such(officer: Client, council: Council) -> None:
    made = drawn_by(council.qa_officer)
    pick = made.picks.filter(category="CP").earliest("place")
    called = replacement.replace_case(pick, reason="closed", why="", by=council.qa_officer, at=NOW)
    assert called is not None
    called.case.closed_on = date(2026, 11, 23)
    called.case.save()
    Audit.objects.filter(pick=called).delete()
    called.state, called.reason = "replaced", "closed"
    called.save()
    text = officer.get(f"/draws/{made.ref}/proof/").content.decode()
    assert "Passed over: case closed" in text
    assert "no case was left in reserve" in text


def test_the_head_of_qa_draws_again_on_a_page_of_its_own(client: Client, council: Council) -> None:
    made = drawn_by(council.qa_officer)
    client.force_login(council.qa_officer)
    assert client.get(f"/draws/{made.ref}/again/").status_code == 403
    client.force_login(council.head_of_qa)
    assert f"/draws/{made.ref}/again/" in client.get(f"/draws/{made.ref}/").content.decode()
    assert client.post(f"/draws/{made.ref}/again/", {"size": "5", "why": ""}).status_code == 422
    answer = client.post(f"/draws/{made.ref}/again/", {"size": "5", "why": "The extract was old."})
    assert answer.headers["Location"] == "/draws/DRAW-2612-2/"
    old = client.get(f"/draws/{made.ref}/").content.decode()
    assert "Superseded by" in old
    assert "The extract was old." in old
    assert "without an auditor" not in old


def test_auditors_are_looked_for_again(officer: Client, council: Council) -> None:
    made = drawn_by(council.qa_officer, size=6)
    assert "2 cases without an auditor" in officer.get(f"/draws/{made.ref}/").content.decode()
    assert "No auditor can take it: 2 full this month." in officer.get("/draws/").content.decode()
    assert "Still nobody who can take them" in officer.post("/draws/place/", follow=True).content.decode()
    UserFactory.create(roles=(Role.AUDITOR,))
    text = officer.post("/draws/place/", follow=True).content.decode()
    assert "2 audits now with an auditor" in text
    assert "Waiting for an auditor" not in text


def test_a_draw_that_was_tampered_with_says_so(officer: Client, council: Council) -> None:
    made = drawn_by(council.qa_officer)
    made.seed = made.seed[::-1]
    made.save()
    text = officer.get(f"/draws/{made.ref}/").content.decode()
    assert "Differs" in text
    assert "The trail has another seed" in text


def test_pages_ask_as_many_questions_for_many_cases_as_for_one(
    officer: Client, council: Council, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    drawn_by(council.qa_officer, size=1)
    drawn_by(council.qa_officer, size=20, month=date(2027, 1, 1))
    for ref in ("DRAW-2612", "DRAW-2701"):
        for page in (f"/draws/{ref}/", f"/draws/{ref}/proof/"):
            with django_assert_max_num_queries(13):  # one of them: that it was opened
                assert officer.get(page).status_code == 200
    with django_assert_max_num_queries(9):
        assert officer.get("/draws/").status_code == 200
    with django_assert_max_num_queries(11):
        assert officer.get("/draws/", {**ASKED, "activity": "2027-02"}).status_code == 200


def test_a_rule_that_refuses_is_said_on_the_form(officer: Client, council: Council) -> None:
    User.objects.filter(pk__in=[council.keyworker.pk, council.other_keyworker.pk]).update(is_active=False)
    preview = officer.get("/draws/", ASKED).content.decode()
    assert "There is nothing to draw from" in preview
    answer = officer.post("/draws/", ASKED)
    assert answer.status_code == 422
    assert "There is no case to draw from: the rules take out all 31 open cases" in answer.content.decode()
    with pytest.raises(Refused):
        drawn_by(council.qa_officer)
