"""What the register knows of a case stands beside the questions it answers, in words, and marks nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.case_facts import CaseFact, audit_facts, facts_of
from audits.meeting import grading, lifecycle
from audits.meeting.desk import build_page
from audits.models import Audit, Case, Mark
from standards.models import Criterion, FactKind
from tests.audits.meeting.pages import signed_in, text
from tests.factories import EVERY_FACT, MET, CaseFactory, Council, booked_audit, mark_alone, open_audit

DAY = MET.date()
LINE = "Last supervision: 20 October 2026, 27 days before this meeting (register of 1 November 2026)"
SHOWN = "Last supervision: 20 October 2026, <b>27 days before this meeting</b> (register of 1 November 2026)"


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = DAY


def known_case(council: Council, **more: Any) -> Case:
    return CaseFactory.create(keyworker=council.keyworker, category="CLA", **EVERY_FACT | more)


# In words


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (26, "26 days before this meeting"),
        (1, "1 day before this meeting"),
        (0, "the day of this meeting"),
        (-1, "still to come, 1 day after this meeting"),
        (-5, "still to come, 5 days after this meeting"),
        (1_200, "1,200 days before this meeting"),
    ],
)
def test_a_date_is_counted_to_the_meeting(days: int, said: str) -> None:
    fact = CaseFact(FactKind.NEXT_REVIEW, DAY - timedelta(days=days), None, "", DAY)
    assert fact.distance == said


def test_a_line_says_the_day_how_long_and_which_file_of_which_day_said_so(council: Council) -> None:
    case = known_case(council, last_visit_on=None)
    facts = facts_of(case, DAY)
    assert str(facts["last_supervision"]) == LINE
    assert "last_visit" not in facts
    case.fact_sources = {"last_seen": ["2026-11-01", "Ofsted Annex A"]}
    facts = facts_of(case)
    assert str(facts["last_seen"]) == "Child last seen: 20 October 2026 (Ofsted Annex A of 1 November 2026)"
    assert str(facts["next_review"]) == "Next review: 20 October 2026 (register)", "which file said it was not kept"


def test_it_is_counted_to_the_day_of_the_booking_then_to_the_meeting_itself(council: Council) -> None:
    audit = booked_audit(council, case=known_case(council))
    later = DAY + timedelta(days=3)
    assert audit_facts(audit, later)["last_visit"].meeting == DAY
    audit.state = Audit.State.IN_MEETING
    assert audit_facts(audit, later)["last_visit"].meeting == later
    assert audit_facts(audit)["last_visit"].meeting == DAY
    audit.state, audit.met_on = Audit.State.AGREED, later
    assert audit_facts(audit, later + timedelta(days=9))["last_visit"].meeting == later


# On the pages


def facts_by_code(audit: Audit, by: Any) -> dict[str, list[str]]:
    """The kinds of facts beside each point of every step."""
    codes = {f"c{pk}": code for pk, code in Criterion.objects.values_list("pk", "code")}
    steps = [build_page(audit, by, step) for step in (*"1234567", "indicators")]
    rows = [point for page in steps for point in page.points]
    return {
        codes.get(point.key, f"i{point.number}"): [fact.kind for fact in point.facts if isinstance(fact, CaseFact)]
        for point in rows
    }


def test_each_stands_beside_the_questions_that_the_set_names_and_beside_no_other(council: Council) -> None:
    audit = open_audit(council, case=known_case(council))
    beside = {code: facts for code, facts in facts_by_code(audit, council.auditor).items() if facts}
    assert beside == {
        "2.1": ["last_assessment"],
        "2.3": ["last_assessment", "last_review"],
        "2.13": ["last_plan"],
        "3.7": ["last_plan", "last_review", "next_review"],
        "4.1": ["last_review", "next_review"],
        "5.4": ["last_visit", "last_seen"],
        "7.1": ["last_supervision", "last_oversight"],
        "7.2": ["last_supervision", "last_oversight"],
        "i1": ["last_supervision"],
        "i3": ["last_plan"],
        "i4": ["last_visit", "last_seen"],
    }


def test_both_chairs_read_it_on_every_page_that_asks_the_question(client: Client, council: Council) -> None:
    audit = booked_audit(council, case=known_case(council))
    for person in (council.auditor, council.keyworker):
        signed_in(client, person)
        assert text(client.get(f"/audits/{audit.ref}/own/", {"step": "7"})).count(SHOWN) == 2
        assert SHOWN in text(client.get(f"/audits/{audit.ref}/prepare/"))
    assert SHOWN in text(signed_in(client, council.auditor).get(f"/audits/{audit.ref}/pack/"))
    other = open_audit(council, number=2, case=known_case(council))
    for person in (council.auditor, council.keyworker):
        page = text(signed_in(client, person).get(f"/audits/{other.ref}/meeting/", {"step": "7"}))
        assert page.count(SHOWN) == 2
        assert "Next review" not in page


def test_where_both_sheets_lie_side_by_side_it_stands_there_too(client: Client, council: Council) -> None:
    audit = booked_audit(council, case=known_case(council))
    mark_alone(audit, council.auditor, {"7.1": "partly"})
    mark_alone(audit, council.keyworker)
    audit = lifecycle.open_meeting(audit, by=council.auditor, at=MET, why="We are both here.")
    for person in (council.auditor, council.keyworker):
        grading.propose_grades(audit, {7: ("good", "As the file shows.")}, by=person, at=MET)
    page = signed_in(client, council.auditor).get(f"/audits/{audit.ref}/meeting/", {"step": "marks"})
    assert text(page).count(SHOWN) == 1


def test_nothing_stands_where_the_register_has_nothing(client: Client, council: Council) -> None:
    audit = open_audit(council, case=CaseFactory.create(keyworker=council.keyworker, category="CLA"))
    assert not any(facts_by_code(audit, council.auditor).values())
    page = text(signed_in(client, council.auditor).get(f"/audits/{audit.ref}/meeting/", {"step": "7"}))
    assert "qc-fact" not in page


def test_a_fact_marks_nothing(council: Council) -> None:
    audit = open_audit(council, case=known_case(council, last_supervision_on=date(2020, 1, 1)))
    page = build_page(audit, council.auditor, "7", on=DAY)
    unknown = CaseFactory.create(keyworker=council.keyworker, category="CLA")
    bare = build_page(open_audit(council, number=2, case=unknown), council.auditor, "7", on=DAY)
    assert not Mark.objects.exists()
    assert {point.value for point in page.points} == {""}
    assert (page.mirror, page.sights[6].marked) == (bare.mirror, 0)
    assert page.missing == bare.missing
