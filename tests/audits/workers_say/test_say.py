"""The worker's say: asked once, kept without a name, and told as totals of a quarter that is over, from five up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.models import SayGiven, WorkerSay
from audits.workers_say import say
from people.models import TrailEntry
from qualitycounts import retention
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from standards.timescales import add_working_days
from tests.audits.meeting.pages import signed_in, text
from tests.conftest import NOW, TODAY
from tests.factories import CaseFactory, Council, finalised_audit, open_audit

QUARTER = date(2026, 10, 1)
OVER = date(2027, 1, 1)
ANSWERS = {"fair": "yes", "helped": "partly"}


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = TODAY


def said(answers: Sequence[tuple[str, str]], *, month: date = QUARTER, words: str = "") -> None:
    """Answers as they are kept."""
    for fair, helped in answers:
        WorkerSay.objects.create(month=month, fair=fair, helped=helped, words=words)


def test_the_keyworker_answers_once_and_nothing_tells_who(client: Client, council: Council) -> None:
    audit = finalised_audit(council, at=NOW)
    before = TrailEntry.objects.count()
    signed_in(client, council.keyworker)
    address = f"/audits/{audit.ref}/say/"
    assert "Say how it was for you" in text(client.get(f"/audits/{audit.ref}/"))
    assert address in client.get("/").content.decode()
    assert "kept without your name" in text(client.get(address))
    assert client.post(address, ANSWERS | {"words": "More time."}).status_code == 302
    kept = WorkerSay.objects.get()
    assert (kept.month, kept.fair, kept.helped, kept.words) == (date(2026, 11, 1), "yes", "partly", "More time.")
    assert {field.name for field in WorkerSay._meta.get_fields()} == {"id", "month", "fair", "helped", "words"}
    assert {field.name for field in SayGiven._meta.get_fields()} == {"audit"}
    assert TrailEntry.objects.count() == before, "the history has no entry of it"
    assert client.get(address).status_code == client.post(address, ANSWERS).status_code == 409
    assert address not in client.get("/").content.decode()
    assert "Say how it was for you" not in text(client.get(f"/audits/{audit.ref}/"))
    assert WorkerSay.objects.count() == 1


@pytest.mark.parametrize(("missing", "says"), [("fair", "Was it fair?"), ("helped", "Did it help you?")])
def test_both_questions_want_an_answer_and_what_was_written_is_not_lost(
    client: Client, council: Council, missing: str, says: str
) -> None:
    audit = finalised_audit(council, at=NOW)
    sent = {key: value for key, value in ANSWERS.items() if key != missing} | {"words": "More time."}
    answer = signed_in(client, council.keyworker).post(f"/audits/{audit.ref}/say/", sent)
    assert answer.status_code == 422
    assert f"Choose an answer: {says}" in text(answer)
    assert "More time." in text(answer)
    assert not SayGiven.objects.exists()
    with pytest.raises(Refused, match=says.rstrip("?")):
        say.give_say(audit, by=council.keyworker, at=NOW, **(ANSWERS | {missing: "perhaps"}))
    assert not WorkerSay.objects.exists()


def test_only_the_keyworker_is_asked_and_only_for_so_long(client: Client, council: Council) -> None:
    audit = finalised_audit(council, at=NOW)
    address = f"/audits/{audit.ref}/say/"
    assert signed_in(client, council.auditor).get(address).status_code == 403
    for who in (council.manager, council.qa_officer):
        assert signed_in(client, who).get(address).status_code == 403
    assert signed_in(client, council.other_keyworker).get(address).status_code == 404
    last = add_working_days(TODAY, say.ASKED_FOR)
    say.check_say(audit, by=council.keyworker, on=last)
    with pytest.raises(NotNow, match="20 working days"):
        say.check_say(audit, by=council.keyworker, on=last + timedelta(days=1))
    with pytest.raises(NotAllowed):
        say.give_say(audit, by=council.auditor, at=NOW, **ANSWERS)
    live = open_audit(council, number=2, case=CaseFactory.create(keyworker=council.keyworker))
    with pytest.raises(NotNow, match="both have signed"):
        say.check_say(live, by=council.keyworker, on=TODAY)


@pytest.mark.django_db
def test_a_quarter_is_told_from_five_answers_up_and_once_it_is_over() -> None:
    said([("yes", "yes")] * 3 + [("no", "partly")])
    assert say.said_in(QUARTER, on=OVER) is None
    said([("partly", "no")], month=date(2026, 12, 1), words="Shorter.")
    assert say.said_in(QUARTER, on=OVER - timedelta(days=1)) is None
    told = say.said_in(QUARTER, on=OVER)
    assert told is not None
    assert (told.count, told.words) == (5, ("Shorter.",))
    assert told.fair == {"yes": 3, "partly": 1, "no": 1}
    assert told.helped == {"yes": 3, "partly": 1, "no": 1}
    assert say.said_in(date(2027, 1, 1), on=date(2027, 4, 1)) is None


@pytest.mark.parametrize(
    ("on", "first", "last"),
    [(date(2027, 1, 1), date(2026, 10, 1), date(2025, 1, 1)), (TODAY, date(2026, 7, 1), date(2024, 10, 1))],
)
def test_eight_quarters_that_are_over_are_listed(on: date, first: date, last: date) -> None:
    assert (say.quarters_over(on=on)[0], say.quarters_over(on=on)[-1], len(say.quarters_over(on=on))) == (
        first,
        last,
        8,
    )


def test_qa_reads_totals_and_words_and_nobody_else_does(client: Client, council: Council) -> None:
    said([("yes", "no")] * 5, month=date(2026, 8, 1), words="Too many <b>questions</b>.")
    said([("no", "no")] * 4, month=date(2026, 5, 1), words="Unheard.")
    for who in (council.qa_officer, council.head_of_qa):
        page = signed_in(client, who).get("/say/").content.decode()
        assert "5 answers" in page
        assert page.count("Too many &lt;b&gt;questions&lt;/b&gt;.") == 5
        assert "Unheard" not in page
        assert "Fewer than 5 answered" in page
    for who in (council.keyworker, council.manager, council.head_of_service, council.assistant_director):
        assert signed_in(client, who).get("/say/").status_code == 403


def test_the_words_go_with_the_retention_schedule_and_the_totals_stay(council: Council) -> None:
    said([("yes", "yes")] * 5, words="Shorter.")
    retention.apply(on=date(2033, 1, 1), at=datetime(2033, 1, 1, 8, tzinfo=NOW.tzinfo))
    assert set(WorkerSay.objects.values_list("words", flat=True)) == {retention.REMOVED}
    told = say.said_in(QUARTER, on=date(2033, 1, 1))
    assert told is not None
    assert told.count == 5
