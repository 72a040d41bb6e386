"""The feed of figures: who may read it, that it says what reports print and no more, and that its headings stay."""

from __future__ import annotations

import base64
import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people import trail
from people.models import Notice, TrailEntry, User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from reporting import periods
from reporting.feed import tokens
from reporting.models import FeedToken, Report
from reporting.reports import checking, generate, issue
from tests.conftest import NOW, TODAY
from tests.factories import PASSWORD, Council, UserFactory
from tests.ground.emptying import empty_cache
from tests.reporting.builder import Builder

HEADINGS = [
    *("report", "kind", "version", "as_at", "part", "group", "figure", "period", "starts_on", "ends_on", "unit"),
    *("count", "of", "percent", "low", "high", "masked", "definition", "revised"),
]
"""What others have built on. A new heading comes last; none of these is renamed, moved or left out."""


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = TODAY
    empty_cache()


@pytest.fixture
def analyst(council: Council) -> User:
    return UserFactory.create(name="Ada Analyst", roles=(Role.ANALYST,))


@pytest.fixture
def token(council: Council, analyst: User) -> str:
    return tokens.make_token(person=analyst, purpose="Power BI", by=council.head_of_qa, at=NOW)[1]


def issued(council: Council, written: str) -> Report:
    report = generate.report_for(period=periods.parse(written), by=council.qa_officer, at=NOW)
    if checking.needed(report):
        report = checking.check_every_line(report=report, read=True, by=council.head_of_qa, at=NOW)
    return issue.issue_report(report=report, by=council.head_of_qa, at=NOW, why="Agreed.")


def ask(token: str, ending: str = "json", **asked: str) -> Any:
    return Client().get(f"/feed/figures.{ending}", asked, headers={"Authorization": f"Bearer {token}"})


def as_csv(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


def test_what_is_issued_is_read_in_json_and_csv_alike_and_nothing_of_a_draft(
    council: Council, issued_at_once: None, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporting.pdf.render", lambda html: html.encode())
    Builder(council, on=TODAY).audits(60)
    report = issued(council, "2026-10")
    generate.report_for(period=periods.parse("2026-09"), by=council.head_of_qa, at=NOW)
    rows = ask(token).json()["rows"]
    assert {row["report"] for row in rows} == {report.ref}
    assert [list(row) for row in rows] == [HEADINGS] * len(rows)
    table = as_csv(ask(token, "csv"))
    assert list(table[0]) == HEADINGS
    assert [{key: "" if value is None else str(value) for key, value in row.items()} for row in rows] == table
    finalised = next(row for row in rows if row["figure"] == "Audits finalised" and row["period"] == "2026-10")
    assert finalised["count"] == report.figures["audits"]["finalised"]["count"]
    good = [row for row in rows if row["part"] == "Grades" and row["figure"] == "Good or better"]
    assert not [row for row in good if row["of"] and not row["low"] <= row["percent"] <= row["high"]]
    texts = " ".join(str(value) for row in rows for value in row.values())
    assert "QC-" not in texts
    assert council.keyworker.name not in texts


def test_it_comes_by_the_page_and_narrowed_by_kind_and_year(
    council: Council, issued_at_once: None, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporting.pdf.render", lambda html: html.encode())
    monkeypatch.setattr("reporting.feed.figures.A_PAGE", 2)
    months = ["2026-08", "2026-09", "2026-10"]
    refs = [issued(council, month).ref for month in [*months, "2025-26Q4"]]
    first = ask(token).json()
    assert (first["page"], {row["report"] for row in first["rows"]}) == (1, {refs[3], refs[0]})
    assert first["next"].endswith("/feed/figures.json?page=2")
    second = ask(token, page="2").json()
    assert ({row["report"] for row in second["rows"]}, second["next"]) == (set(refs[1:3]), None)
    assert {row["report"] for row in as_csv(ask(token, "csv"))} == set(refs)
    assert {row["report"] for row in as_csv(ask(token, "csv", page="2"))} == set(refs[1:3])
    narrowed = ask(token, kind="quarterly").json()
    assert {row["report"] for row in narrowed["rows"]} == {refs[3]}
    assert {row["report"] for row in as_csv(ask(token, "csv", year="2026-27"))} == set(refs[:3])


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"page": "0"}, "no page"),
        ({"page": "two"}, "no page"),
        ({"kind": "weekly"}, "no kind of report"),
        ({"year": "2026-10"}, "not a council year"),
        ({"year": "soon"}, "not a period"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(token: str, asked: dict[str, str], says: str) -> None:
    answer = ask(token, "csv", **asked)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert says in answer.content.decode()


def test_excel_and_power_bi_send_the_token_as_a_password(token: str) -> None:
    basic = base64.b64encode(f"analyst:{token}".encode()).decode()
    assert Client().get("/feed/figures.csv", headers={"Authorization": f"Basic {basic}"}).status_code == 200
    for wrong in ("", "Basic", "Basic !", f"Basic {token}", f"Digest {token}", "Bearer", f"Bearer {token}x"):
        answer = Client().get("/feed/figures.csv", headers={"Authorization": wrong})
        assert answer.status_code == 401, wrong
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert Client().get(f"/feed/figures.csv?token={token}").status_code == 401, "an address ends up in logs"


def test_a_session_opens_nothing_here(council: Council) -> None:
    client = Client()
    client.force_login(council.head_of_qa)
    assert client.get("/feed/figures.json").status_code == 401


def test_a_token_is_kept_as_a_hash_and_its_person_is_told(council: Council, analyst: User, token: str) -> None:
    kept = FeedToken.objects.get()
    assert token not in str(vars(kept))
    assert (kept.digest, kept.hint) == (tokens.digest_of(token), token[: tokens.HINT])
    assert len(token) > 40
    assert not TrailEntry.objects.filter(content__contains=token).exists()
    assert "Power BI" in Notice.objects.get(to=analyst).body


def test_it_ends_by_a_press_by_time_and_with_its_person(council: Council, analyst: User, token: str) -> None:
    kept = FeedToken.objects.get()
    year = NOW + tokens.LASTS
    assert tokens.open_feed(token, asked="", at=year - timedelta(days=1)) == kept
    with pytest.raises(tokens.NoToken):
        tokens.open_feed(token, asked="", at=year)
    tokens.revoke_token(pk=kept.pk, by=council.head_of_qa, at=NOW)
    with pytest.raises(NotNow):
        tokens.revoke_token(pk=kept.pk, by=council.head_of_qa, at=NOW)
    assert ask(token).status_code == 401
    other = tokens.make_token(person=analyst, purpose="Excel", by=council.head_of_qa, at=NOW)[1]
    assert ask(other).status_code == 200
    analyst.memberships.update(ends_on=TODAY - timedelta(days=1))
    assert ask(other).status_code == 401, "whoever reads no reports any more has no tool that does"


def test_sixty_questions_an_hour_and_each_stands_in_the_trail(analyst: User, token: str) -> None:
    answers = [ask(token, page=str(page)).status_code for page in range(1, tokens.MOST + 2)]
    assert answers == [200] * tokens.MOST + [429]
    assert ask(token).headers["Retry-After"] == "3600"
    kept = TrailEntry.objects.filter(act="feed.read", by=analyst)
    assert kept.count() == tokens.MOST
    assert kept.first().content == '{"asked":"page=1"}'  # type: ignore[union-attr]
    assert trail.verify().ok


def test_who_may_make_one_and_for_whom(council: Council, analyst: User) -> None:
    with pytest.raises(NotAllowed):
        tokens.make_token(person=analyst, purpose="Excel", by=council.qa_officer, at=NOW)
    with pytest.raises(Refused, match="somebody who reads"):
        tokens.make_token(person=council.keyworker, purpose="Excel", by=council.head_of_qa, at=NOW)
    with pytest.raises(Refused, match="Say what reads it"):
        tokens.make_token(person=analyst, purpose=" ", by=council.head_of_qa, at=NOW)
    assert not FeedToken.objects.exists()


def test_the_page_shows_a_token_once_and_revokes_it(council: Council, analyst: User) -> None:
    client = Client()
    client.force_login(council.head_of_qa)
    client.post("/accounts/confirm/", {"password": PASSWORD})
    refused = client.post(reverse("feed"), {"person": analyst.pk, "purpose": ""})
    assert refused.status_code == 422
    assert "Say what reads it" in refused.content.decode()
    page = client.post(reverse("feed"), {"person": analyst.pk, "purpose": "Excel <b>"}).content.decode()
    assert "Excel &lt;b&gt;" in page
    kept = FeedToken.objects.get()
    shown = page.split("<code>")[1].split("</code>")[0]
    assert tokens.digest_of(shown) == kept.digest
    assert shown not in client.get(reverse("feed")).content.decode()
    assert (
        "It opens nothing any more" in client.post(reverse("feed-revoke", args=[kept.pk]), follow=True).content.decode()
    )
    assert client.post(reverse("feed-revoke", args=[kept.pk + 1])).status_code == 404


def test_as_many_questions_for_many_reports_as_for_one(
    council: Council, issued_at_once: None, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporting.pdf.render", lambda html: html.encode())

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert ask(token).status_code == 200
            list(ask(token, "csv"))
        return len(captured)

    issued(council, "2026-10")
    one = queries()
    for written in ("2026-09", "2026-08", "2026-07"):
        issued(council, written)
    assert queries() == one
