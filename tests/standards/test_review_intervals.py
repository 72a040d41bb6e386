"""How often each kind of plan is reviewed: by the law where it says, else as the council set, where it is asked."""

from __future__ import annotations

import pytest
from django.test import Client

from audits.booking.pack import pack
from audits.meeting.desk import build_page
from people import council_settings
from people.models import User
from standards.review_intervals import CHILD_IN_NEED_MONTHS, review_interval
from tests.conftest import NOW
from tests.factories import CaseFactory, Council, open_audit

LAW = {
    "CLA": ["20 working days", "within 3 months", "within 6 months (by law)"],
    "CP": ["within 3 months of the initial conference", "within 6 months (statutory guidance)"],
    "CL": ["Pathway plan", "every 6 months (by law)"],
    "CIN": ["Child in need plan", "every 3 months (set by the council)"],
    "EH": ["Early help plan", "every 3 months (set by the council)"],
}


def set_months(by: User, value: str) -> None:
    council_settings.change(CHILD_IN_NEED_MONTHS, by=by, at=NOW, value=value, why="Agreed at CQAWG.", number=0)


@pytest.mark.django_db
@pytest.mark.parametrize("category", LAW)
def test_each_kind_of_plan_has_its_own(category: str) -> None:
    assert all(words in str(review_interval(category)) for words in LAW[category])


@pytest.mark.parametrize(("value", "said"), [("1", "every month ("), ("2", "every 2 months ("), ("12", "12 months (")])
def test_the_council_sets_what_no_law_does(council: Council, value: str, said: str) -> None:
    set_months(council.head_of_qa, value)
    assert said in str(review_interval("CIN"))
    assert "every 3 months" in str(review_interval("EH"))


@pytest.mark.parametrize(
    ("category", "codes"),
    [("CLA", ["3.7", "4.1"]), ("CP", ["3.7", "4.9"]), ("CIN", ["3.7", "4.9"]), ("EH", ["3.7", "4.9"])],
)
def test_it_stands_beside_the_questions_on_reviews_alone(council: Council, category: str, codes: list[str]) -> None:
    audit = open_audit(council, case=CaseFactory.create(keyworker=council.keyworker, category=category))
    said = str(review_interval(category))
    steps = [build_page(audit, council.auditor, step) for step in "1234567"]
    rows = [(page.step, point) for page in steps for point in page.points if said in map(str, point.facts)]
    assert [f"{step}.{point.number}" for step, point in rows] == codes
    questions = [row for chapter in pack(audit).chapters for _, rows in chapter.sections for row in rows]
    assert [point.code for point, facts in questions if said in map(str, facts)] == codes


def test_the_standard_names_every_interval_and_one_without_such_a_question_none(
    client: Client, council: Council
) -> None:
    set_months(council.head_of_qa, "2")
    client.force_login(council.staff)
    page = client.get("/standards/4/").content.decode()
    assert "Child in need plan: a review at least every 2 months (set by the council)" in page
    assert all(str(review_interval(category)) in page for category in LAW)
    assert "set by the council" not in client.get("/standards/1/").content.decode()
