"""The pages of reports: who sees what, what each button does, and how many questions a page asks the database."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from people.models import Heartbeat, User
from qualitycounts.base import clock
from reporting import periods
from reporting.models import Report
from reporting.reports import generate, issue
from tests.conftest import NOW
from tests.factories import Council
from tests.reporting.builder import Builder

OCTOBER = periods.parse("2026-10")
pytestmark = pytest.mark.usefixtures("issued_at_once")


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    """The pages' clock stands at the day of the data."""
    settings.TODAY = NOW.date()


@pytest.fixture
def officer(council: Council, client: Client) -> Client:
    client.force_login(council.qa_officer)
    return client


def started(client: Client, period: str = "2026-10") -> Report:
    client.post("/reports/start/", {"period": period, "why": "A word was wrong."})
    return Report.objects.latest("pk")


def made(by: User) -> Report:
    return generate.generate_report(report=generate.claim(period=OCTOBER, by=by, at=NOW), at=NOW)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_list_offers_a_year_of_months_to_those_who_publish(officer: Client) -> None:
    page = officer.get("/reports/").content.decode()
    assert page.count("Not started") == 12
    assert "November 2026" in page
    assert "December 2025" in page
    assert "December 2026" not in page


def test_readers_see_issued_reports_alone(council: Council, officer: Client) -> None:
    reader = signed_in(council.reader)
    assert "No report has been issued yet" in reader.get("/reports/").content.decode()
    report = made(council.qa_officer)
    assert reader.get(f"/reports/{report.ref}/").status_code == 404
    assert reader.get(f"/reports/{report.ref}/pdf").status_code == 404
    officer.post(f"/reports/{report.ref}/issue/")
    assert "October 2026" in reader.get("/reports/").content.decode()
    page = reader.get(f"/reports/{report.ref}/").content.decode()
    assert "Issue this report" not in page
    assert "Start a correction" not in page


def test_whoever_may_not_publish_is_refused_each_act(council: Council) -> None:
    report = made(council.qa_officer)
    for person in (council.reader, council.assistant_director, council.auditor, council.keyworker):
        client = signed_in(person)
        for path in ("start/", f"{report.ref}/words/", f"{report.ref}/again/", f"{report.ref}/issue/"):
            assert client.post(f"/reports/{path}", {"period": "2026-10"}).status_code == 403
    assert signed_in(council.keyworker).get("/reports/").status_code == 403
    assert Report.objects.get().state == "generated"


def test_a_report_from_start_to_issue(
    officer: Client, council: Council, django_capture_on_commit_callbacks: Any
) -> None:
    Builder(council).audits(20, first=OCTOBER.first)
    report = started(officer)
    page = officer.get(f"/reports/{report.ref}/").content.decode()
    assert "Save and make the report" in page
    words = {"version": 1, "working_well": "", "worries": "Plans lack dates.", "recommendations": "DMT: agree an hour."}
    assert officer.post(f"/reports/{report.ref}/words/", words).status_code == 302
    with django_capture_on_commit_callbacks():
        officer.post(f"/reports/{report.ref}/words/", words | {"version": 2, "make": "yes"})
    page = officer.get(f"/reports/{report.ref}/").content.decode()
    assert "Making the report" in page
    waiting = officer.get(f"/reports/{report.ref}/", headers={"HX-Request": "true"})
    assert (waiting.status_code, waiting.headers.get("HX-Refresh")) == (200, None)
    assert re.sub(r"\s+", " ", waiting.content.decode()).count('Waiting for the worker <span class="qc-quiet">now') == 1
    generate.generate_report(report=Report.objects.get(), at=clock.now())
    ready = officer.get(f"/reports/{report.ref}/", headers={"HX-Request": "true"})
    assert ready.headers["HX-Refresh"] == "true"
    page = officer.get(f"/reports/{report.ref}/").content.decode()
    assert "Someone who neither wrote nor made it" in page
    head = signed_in(council.head_of_qa)
    assert head.post(f"/reports/{report.ref}/check/").status_code == 422
    assert head.post(f"/reports/{report.ref}/check/", {"read": "yes"}).status_code == 302
    page = officer.get(f"/reports/{report.ref}/").content.decode()
    assert "Issue this report" in page
    assert "Checked by Yusuf Lindqvist" in page
    assert "Plans lack dates." in page
    assert "Agree an hour." in page
    officer.post(f"/reports/{report.ref}/issue/")
    file = officer.get(f"/reports/{report.ref}/pdf")
    assert file["Content-Type"] == "application/pdf"
    assert file.content == bytes(Report.objects.get().pdf or b"")
    assert f"{report.ref} is issued" in officer.get("/reports/").content.decode()


@pytest.mark.parametrize(
    ("period", "status", "says"),
    [
        ("", 422, "Write the month, quarter or year"),
        ("October", 422, "is not a period"),
        ("2026-12", 422, "December 2026 has not begun"),
    ],
)
def test_a_period_that_cannot_be_is_refused_beside_its_box(
    officer: Client, period: str, status: int, says: str
) -> None:
    reply = officer.post("/reports/start/", {"period": period})
    assert reply.status_code == status
    assert says in reply.content.decode()
    assert not Report.objects.exists()


def test_words_that_name_a_case_are_refused_and_kept_on_the_page(officer: Client) -> None:
    report = started(officer)
    reply = officer.post(f"/reports/{report.ref}/words/", {"version": 1, "worries": "See QC-2610-004."})
    assert reply.status_code == 422
    assert "points to one child’s case" in reply.content.decode()
    assert "See QC-2610-004." in reply.content.decode()
    assert Report.objects.get().worries == ""


def test_an_older_page_is_refused_with_what_was_typed_kept(officer: Client) -> None:
    report = started(officer)
    officer.post(f"/reports/{report.ref}/words/", {"version": 1, "worries": "First."})
    reply = officer.post(f"/reports/{report.ref}/words/", {"version": 1, "worries": "Second."})
    assert reply.status_code == 409
    assert "Someone else saved this draft" in reply.content.decode()
    assert "Second." in reply.content.decode()


def test_a_failed_report_says_so_and_keeps_its_words(officer: Client) -> None:
    report = started(officer)
    Report.objects.update(state="failed", worries="Plans.", fault="OSError: no Pango")
    page = officer.get(f"/reports/{report.ref}/").content.decode()
    assert "Making this report failed." in page
    assert "Plans." in page
    assert "Pango" not in page
    assert "Failed, try again" in officer.get("/reports/").content.decode()


def test_a_stopped_worker_can_be_asked_again(officer: Client) -> None:
    report = started(officer)
    officer.post(f"/reports/{report.ref}/words/", {"version": 1, "make": "yes"})
    Report.objects.update(made_at=NOW.replace(year=2025))
    page = officer.get(f"/reports/{report.ref}/").content.decode()
    assert "Try again" in page
    assert "The worker behind the pages is away" in page, "it was never heard of"
    Heartbeat.objects.create(part="worker", beat=clock.now())
    assert "is away" not in officer.get(f"/reports/{report.ref}/").content.decode()
    officer.post(f"/reports/{report.ref}/again/")
    assert "Making the report" in officer.get(f"/reports/{report.ref}/").content.decode()


def test_what_was_typed_is_shown_as_words_not_as_markup(officer: Client) -> None:
    report = started(officer)
    hostile = "<script>alert(1)</script><img src=http://127.0.0.1:9/x>"
    officer.post(
        f"/reports/{report.ref}/words/", {"version": 1, "worries": hostile, "recommendations": f"{hostile}: x"}
    )
    page = officer.get(f"/reports/{report.ref}/").content.decode()
    assert "<script>alert" not in page
    assert "<img" not in page


def test_no_page_carries_style_or_script_of_its_own(officer: Client, council: Council) -> None:
    Builder(council).audits(20, first=OCTOBER.first)
    report = made(council.qa_officer)
    draft = started(officer, "2026-11")
    for path in ("", f"{report.ref}/", f"{draft.ref}/"):
        page = officer.get(f"/reports/{path}").content.decode()
        for forbidden in (" style=", "<style", " onclick=", "javascript:"):
            assert forbidden not in page


@pytest.mark.parametrize("audits", [1, 60])
def test_a_page_asks_as_many_questions_of_many_audits_as_of_one(
    officer: Client, council: Council, settings: Any, django_assert_max_num_queries: Any, audits: int
) -> None:
    Builder(council).audits(audits, first=OCTOBER.first)
    draft = started(officer, "2026-11")
    report = made(council.qa_officer)
    of_the_session = 0 if settings.SESSION_ENGINE.endswith("cached_db") else 1
    with django_assert_max_num_queries(12) as counted:
        officer.get(f"/reports/{draft.ref}/")
    assert len(counted) == 4 + of_the_session, "one of them: that it was opened"
    with django_assert_max_num_queries(12) as made_one:
        officer.get(f"/reports/{report.ref}/")
    assert len(made_one) == 8 + of_the_session, "two: what moved since it was made; one: that it was opened"
    with django_assert_max_num_queries(6):
        officer.get(f"/reports/{report.ref}/pdf")


@pytest.mark.parametrize("reports", [1, 12])
def test_the_list_asks_as_many_questions_of_many_reports_as_of_one(
    officer: Client, council: Council, django_assert_max_num_queries: Any, reports: int
) -> None:
    for month in OCTOBER.back(reports):
        started(officer, str(month))
    with django_assert_max_num_queries(4):
        officer.get("/reports/")


def test_the_page_of_an_issued_report_shows_what_was_frozen_not_what_is(council: Council, officer: Client) -> None:
    builder = Builder(council)
    builder.audit(OCTOBER.first, grade="good")
    report = issue.issue_report(report=made(council.qa_officer), by=council.qa_officer, at=NOW)
    builder.audit(OCTOBER.first, grade="inadequate")
    page = " ".join(officer.get(f"/reports/{report.ref}/").content.decode().split())
    assert "1 live audit finalised" in page
    assert "2 live audits finalised" in " ".join(
        officer.get(f"/reports/{started(officer).ref}/").content.decode().split()
    )
