"""The meeting's pages: what each save answers, how little they ask of the database, and how they refuse."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.test import Client

from audits.booking import book as booking_book
from audits.form_boxes import RECORD_BOXES
from audits.meeting import grading, lifecycle
from audits.models import Audit, Judgement, Mark, Note
from people.models import Notice, TrailEntry
from qualitycounts.base.refusals import allows
from standards import standard_sets
from standards.models import Criterion
from tests.audits.meeting.pages import SCRIPT, at_most, fill, signed_in, text
from tests.factories import (
    EVERY_FACT,
    MET,
    CaseFactory,
    Council,
    agreed_audit,
    allocated_audit,
    booked_audit,
    filled_audit,
    finalised_audit,
    mark_alone,
    open_audit,
)
from tests.ground.emptying import empty_cache


@pytest.fixture(autouse=True)
def on_the_day(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TODAY = MET.date()
    monkeypatch.setattr(caches["default"], "key_prefix", uuid4().hex)


@pytest.fixture
def audit(council: Council) -> Audit:
    return open_audit(council)


def url(audit: Audit, rest: str = "") -> str:
    return f"/audits/{audit.ref}/meeting/{rest}"


def first_point(audit: Audit) -> int:
    return Criterion.objects.get(section__standard__standard_set=audit.standard_set, code="1.1").pk


# What it costs


STEPS = ("1", "2", "3", "4", "5", "6", "7", "record", "indicators", "case")


@pytest.mark.parametrize("step", STEPS)
def test_a_step_asks_few_questions_and_stays_small_however_much_is_written(
    client: Client, council: Council, step: str
) -> None:
    case = CaseFactory.create(keyworker=council.keyworker, category="CLA", **EVERY_FACT)
    few, many = open_audit(council), open_audit(council, number=2, case=case)
    fill(many)
    signed_in(client, council.auditor).get(url(few), {"step": "1"})  # the guide is read once a process
    for person in (council.auditor, council.keyworker):
        signed_in(client, person)
        for audit in (few, many):
            with at_most(11 if step == "record" else 10):
                page = client.get(url(audit), {"step": step})
            assert len(page.content) <= 90_000


@pytest.mark.parametrize("step", ["2", "4"])
def test_a_step_stays_small_with_words_replaced_and_both_sheets_beside_every_point(
    client: Client, council: Council, step: str
) -> None:
    case = CaseFactory.create(keyworker=council.keyworker, category="CLA")
    audit = booked_audit(council, number=2, case=case)
    mark_alone(audit, council.auditor, nested=True)
    mark_alone(audit, council.keyworker, value="partly", nested=True)
    lifecycle.open_meeting(audit, by=council.auditor, at=MET, why="We are both here.")
    fill(audit)
    for slug in ("s4-needs", "s4-worried"):
        other: Any = {"text": "Another word for it. " * 8, "version": 1}
        lifecycle.record_note(audit, by=council.keyworker, at=MET, slug=slug, **other)
    for person, grade in ((council.auditor, "good"), (council.keyworker, "inadequate")):
        grading.propose_grade(audit, int(step), by=person, at=MET, grade=grade, words="As the record shows. " * 8)
    signed_in(client, council.auditor).get(url(audit), {"step": step})  # the guide is read once a process
    with at_most(11):
        page = client.get(url(audit), {"step": step})
    assert page.content.count(b"data-replaced") == 2
    assert page.content.count(b'class="qc-pair"') == {"2": 13, "4": 35}[step]
    assert len(page.content) <= 90_000, len(page.content)


def test_saving_a_mark_or_a_note_asks_at_most_eight_questions_and_answers_in_a_line(
    client: Client, council: Council, audit: Audit
) -> None:
    standard_sets.points(audit.standard_set.pk, audit.standard_set.file_hash)
    signed_in(client, council.keyworker)
    sends = {
        url(audit, f"mark/{first_point(audit)}/"): (
            {"value": "partly", "seen": ""},
            {"value": "partly", "seen": "Here."},
        ),
        url(audit, "notes/s1-worried/"): ({"text": "One."}, {"text": "Two."}),
    }
    for address, (first, second) in sends.items():
        for version, words in enumerate((first, second)):
            with at_most(8):
                reply = client.post(address, words | {"version": version}, **SCRIPT)  # type: ignore[arg-type]
            assert (reply.status_code, reply.json()["version"]) == (200, version + 1)
            assert set(reply.json()) == {"saved", "version", "revision"}
            assert len(reply.content) <= 3_000


def test_proposing_asks_at_most_nine_questions_and_the_reveal_two_more(
    client: Client, council: Council, audit: Audit
) -> None:
    signed_in(client, council.auditor)
    for grade in ("good", "outstanding"):
        with at_most(10 if grade == "good" else 9):  # the first opens the round
            reply = client.post(url(audit, "grades/3/propose/"), {"grade": grade, "words": "Seen."}, **SCRIPT)  # type: ignore[arg-type]
        assert set(reply.json()) == {"saved", "version", "revision"}
    assert Judgement.objects.get(audit=audit, number=3).state == Judgement.State.PROPOSED
    signed_in(client, council.keyworker)
    with at_most(10):
        client.post(url(audit, "grades/3/propose/"), {"grade": "good", "words": "Seen."}, **SCRIPT)  # type: ignore[arg-type]
    judgement = Judgement.objects.get(audit=audit, number=3)
    assert judgement.state == Judgement.State.REVEALED
    assert {each.chair: each.grade for each in judgement.proposals.all()} == {
        "auditor": "outstanding",
        "keyworker": "good",
    }


def test_asking_for_news_is_cheap_while_there_is_none(client: Client, council: Council, audit: Audit) -> None:
    signed_in(client, council.keyworker)
    with at_most(4):
        reply = client.get(url(audit, "live/"), {"seen": audit.revision, "step": "2"}, **SCRIPT)  # type: ignore[arg-type]
    assert reply.json() == {"revision": audit.revision, "here": False}
    with at_most(9):
        reply = client.get(url(audit, "live/"), {"seen": 0, "step": "2"}, **SCRIPT)  # type: ignore[arg-type]
    assert set(reply.json()["parts"]) == {"concern", "replaced", "bar", "steps", "grade", "gradebar", "mirror"}
    assert "no-store" in reply["Cache-Control"]


def news_of(client: Client, audit: Audit, seen: int) -> Any:
    return client.get(url(audit, "live/"), {"seen": seen, "step": "1"}, **SCRIPT).json()  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_where_only_words_changed_the_news_is_the_words_alone(client: Client, council: Council) -> None:
    audit = open_audit(council)
    who: Any = {"by": council.auditor, "at": MET}
    signed_in(client, council.keyworker)
    point = first_point(audit)
    start = audit.revision
    lifecycle.record_note(audit, slug="s1-worried", text="One.", version=0, **who)
    lifecycle.record_mark(audit, criterion=point, value="partly", seen="", version=0, **who)
    assert {"parts", "points", "fields"} <= set(news_of(client, audit, start))
    first = audit.revision
    lifecycle.record_note(audit, slug="s1-worried", text="Two.", version=1, **who)
    lifecycle.record_mark(audit, criterion=point, value="partly", seen="Page 4.", version=1, **who)
    with at_most(6):
        news = news_of(client, audit, first)
    assert set(news) == {"revision", "here", "fields"}
    assert {key: words[1:] for key, words in news["fields"].items()} == {
        "s1-worried": ["", "Two.", council.auditor.name],
        f"c{point}": ["partly", "Page 4.", council.auditor.name],
    }
    whole_news = news_of(client, audit, 0)
    assert {key: whole_news["fields"][key] for key in news["fields"]} == news["fields"], "in the same words either way"
    second = audit.revision
    lifecycle.record_note(audit, slug="s1-worried", text="Three.", version=2, **who)
    grading.propose_grade(audit, 1, grade="good", **who)
    lifecycle.record_note(audit, slug="s1-worried", text="Four.", version=3, **who)
    assert "parts" in news_of(client, audit, second), "something else happened between"
    third = audit.revision
    lifecycle.record_note(audit, slug="s1-worried", text=" ", version=4, **who)
    assert "parts" in news_of(client, audit, third), "a box that is empty now is missing again"
    fourth = audit.revision
    lifecycle.record_note(audit, slug="s1-worried", text="Five.", version=5, **who)
    lifecycle.record_note(audit, slug="s1-worried", text="Six.", version=6, **who)
    empty_cache()
    assert "parts" in news_of(client, audit, fourth)


# What it shows


def test_it_opens_at_the_first_step_with_something_missing(client: Client, council: Council, audit: Audit) -> None:
    signed_in(client, council.auditor)
    assert "<h1" in text(client.get(url(audit)))
    assert "Case description and history, live audit" in text(client.get(url(audit)))
    full = filled_audit(council, number=2, case=CaseFactory.create(keyworker=council.keyworker))
    Note.objects.filter(audit=full, slug="childs-eye").delete()
    assert "Child’s record and feedback, live audit" in text(client.get(url(full)))
    assert client.get(url(audit), {"step": "9"}).status_code == 422


def test_before_and_after_the_meeting_the_page_leads_on(client: Client, council: Council) -> None:
    audit = booked_audit(council)
    assert "Open the meeting" not in text(signed_in(client, council.keyworker).get(url(audit)))
    assert "Get ready" in text(client.get(url(audit)))
    assert "Open the meeting" in text(signed_in(client, council.auditor).get(url(audit)))
    unsaid = client.post(url(audit, "open/"), {"why": " "})
    assert unsaid.status_code == 422
    assert "The keyworker has not said yet that the file is up to date. Say in a sentence why" in text(unsaid)
    assert client.post(url(audit, "open/"), {"why": "We are both here."})["Location"] == url(audit)
    assert TrailEntry.objects.get(act="audit.opened").why == "We are both here."
    assert Notice.objects.get(key=f"{audit.ref}:opened-early").to == council.keyworker
    ready = booked_audit(council, number=9, case=CaseFactory.create(keyworker=council.keyworker))
    booking_book.confirm_file_checked(ready, by=council.keyworker, at=MET)
    assert "Why do you open it now?" not in text(client.get(url(ready)))
    assert client.post(url(ready, "open/"))["Location"] == url(ready)
    assert not Notice.objects.filter(key=f"{ready.ref}:opened-early").exists()
    agreed = agreed_audit(council, number=2, case=CaseFactory.create(keyworker=council.keyworker))
    assert client.get(url(agreed))["Location"] == f"/audits/{agreed.ref}/sign/"
    assert client.get(url(agreed, "live/")).json()["over"] == f"/audits/{agreed.ref}/sign/"
    final = finalised_audit(council, number=3, case=CaseFactory.create(keyworker=council.keyworker))
    assert client.get(url(final))["Location"] == f"/audits/{final.ref}/"


def test_news_says_who_is_here_and_what_each_field_holds(client: Client, council: Council, audit: Audit) -> None:
    signed_in(client, council.auditor).get(url(audit), {"step": "1"})
    lifecycle.record_note(audit, by=council.auditor, at=MET, slug="s1-needs", text="More visits.", version=0)
    news = signed_in(client, council.keyworker).get(url(audit, "live/"), {"seen": "x", "step": "1"}).json()
    assert news["here"]
    assert news["fields"]["s1-needs"][1:] == ["", "More visits.", council.auditor.name]
    assert news["fields"]["s1-needs"][0].startswith("1.")


# A script's saves, and their refusals


def test_a_stale_save_is_refused_with_what_is_there(client: Client, council: Council, audit: Audit) -> None:
    lifecycle.record_note(audit, by=council.auditor, at=MET, slug="s1-needs", text="Theirs.", version=0)
    reply = signed_in(client, council.keyworker).post(
        url(audit, "notes/s1-needs/"), {"text": "Mine.", "version": 0}, **SCRIPT
    )
    assert (reply.status_code, reply.json()["current"]) == (409, "Theirs.")
    assert Note.objects.get(audit=audit).text == "Theirs."


@pytest.mark.parametrize(
    ("rest", "data", "status"),
    [
        ("mark/{point}/", {"value": "excellent", "version": 0}, 422),
        ("mark/{point}/", {"value": "partly", "version": "x"}, 422),
        ("mark/{point}/", {"value": "partly"}, 422),
        ("mark/999999/", {"value": "partly", "version": 0}, 422),
        ("indicator/999999/", {"value": "partly", "version": 0}, 422),
        ("notes/s9-needs/", {"text": "x", "version": 0}, 422),
        ("notes/feedback/", {"choice": "perhaps", "version": 0}, 422),
        ("notes/s1-needs/", {"text": "x" * 10_001, "version": 0}, 422),
        ("grades/2/propose/", {}, 422),
        ("grades/2/propose/", {"grade": "superb"}, 422),
        ("grades/99/propose/", {"grade": "good"}, 422),
        ("grades/2/confirm/", {"grade": "good"}, 409),
        ("grades/2/offer/", {"grade": "good"}, 403),
        ("grades/2/set-aside/", {"why": "x"}, 422),
        ("step/9/", {}, 422),
        ("step/1/", {}, 422),
        ("end/", {}, 403),
        ("reopen/", {"why": "More to say."}, 409),
        ("reopen/", {"why": " "}, 422),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_changes_nothing(
    client: Client, council: Council, audit: Audit, rest: str, data: dict[str, Any], status: int
) -> None:
    signed_in(client, council.keyworker)
    reply = client.post(url(audit, rest.format(point=first_point(audit))), data, **SCRIPT)
    assert reply.status_code == status
    assert reply.json()["sentence"].endswith(".")
    assert not Mark.objects.exists()
    assert not Note.objects.exists()
    audit.refresh_from_db()
    assert audit.revision == 1


def test_nobody_else_comes_into_the_room(client: Client, council: Council, audit: Audit) -> None:
    for person, status in ((council.other_auditor, 404), (council.qa_officer, 403), (council.manager, 403)):
        signed_in(client, person)
        assert client.get(url(audit)).status_code == status
        assert client.get(url(audit, "live/")).status_code == status
        assert client.post(url(audit, "notes/s1-needs/"), {"text": "x", "version": 0}).status_code == status
    assert client.get(url(audit, "notes/s1-needs/")).status_code in (403, 405)
    signed_in(client, council.auditor)
    assert client.get("/audits/QC-9999-001/meeting/").status_code == 404


def test_signed_out_a_script_hears_401_and_a_form_gets_its_words_back(client: Client, audit: Audit) -> None:
    words = {"text": "Visits are on time.", "version": 0}
    assert client.post(url(audit, "notes/s1-needs/"), words, **SCRIPT).status_code == 401  # type: ignore[arg-type]
    reply = client.post(url(audit, "step/1/"), {"s1-needs": "Visits are on time."})
    assert reply.status_code == 401
    assert "Visits are on time." in text(reply)


def test_a_page_that_the_other_opened_saves_nothing(client: Client, council: Council, audit: Audit) -> None:
    signed_in(client, council.keyworker)
    reply = client.post(url(audit, "grades/2/propose/"), {"grade": "good", "as": council.auditor.pk}, **SCRIPT)
    assert reply.status_code == 409
    assert "has signed in here since" in reply.json()["sentence"]
    assert client.get(url(audit, "live/"), {"as": council.auditor.pk}).status_code == 409


# Ending


def test_the_end_lists_what_is_missing_and_then_ends(client: Client, council: Council, audit: Audit) -> None:
    signed_in(client, council.auditor)
    page = text(client.get(url(audit, "end/")))
    assert "Assessment and analysis has no agreed grade yet." in page
    assert f"“{RECORD_BOXES[0].title}” is not filled in." in page
    refused = client.post(url(audit, "end/"))
    assert refused.status_code == 422
    assert "Not yet:" in text(refused)
    full = filled_audit(council, number=2, case=CaseFactory.create(keyworker=council.keyworker))
    assert "Nothing is missing." in text(client.get(url(full, "end/")))
    assert client.post(url(full, "end/"))["Location"] == f"/audits/{full.ref}/sign/"
    assert client.get(url(full, "end/"))["Location"] == url(full)
    reply = signed_in(client, council.keyworker).post(url(full, "reopen/"), {"why": "We missed a note."})
    assert reply["Location"] == url(full)


def test_an_audit_without_a_keyworker_cannot_be_opened(client: Client, council: Council) -> None:
    audit = allocated_audit(council)
    Audit.objects.update(keyworker=None)
    reply = signed_in(client, council.auditor).post(url(audit, "open/"))
    assert reply.status_code == 409
    assert not allows(booking_book.check_book, audit, by=council.keyworker)


def test_nothing_of_an_open_proposal_reaches_the_other_chair(client: Client, council: Council, audit: Audit) -> None:
    grading.propose_grade(audit, 2, by=council.auditor, at=MET, grade="inadequate", words="Nothing since May.")
    for person in (council.keyworker, council.qa_officer):
        signed_in(client, person)
        for address in (
            *(url(audit) + f"?step={step}" for step in STEPS),
            url(audit, "live/?seen=0&step=2"),
            url(audit, "end/"),
            *(f"/audits/{audit.ref}/{rest}" for rest in ("", "plan/", "history/", "history/?show=all", "advice/2/")),
        ):
            said = client.get(address).content.decode()
            assert "Nothing since May." not in said
            assert 'qc-grade--inadequate"' not in said
            assert not any("checked" in one for one in said.split("<input") if 'value="inadequate"' in one)


def test_at_the_end_the_grades_still_differed_on_go_to_the_qa_team(
    client: Client, council: Council, audit: Audit
) -> None:
    for person, grade in ((council.auditor, "good"), (council.keyworker, "inadequate")):
        grading.propose_grade(audit, 3, by=person, at=MET, grade=grade, words="Seen.")
    signed_in(client, council.auditor)
    with at_most(16):
        page = text(client.get(url(audit, "end/")))
    assert "Ask the QA Team about 1 grade" in page
    reply = client.post(url(audit, "ask/"), {"as": council.auditor.pk})
    assert (reply.status_code, reply["Location"]) == (302, url(audit, "end/"))
    page = text(client.get(url(audit, "end/")))
    assert "The QA Team is asked about 1 grade." in page
    assert "is with the QA Team." in page
    assert "Where you still differ" not in page
    assert client.post(url(audit, "ask/"), {"as": council.auditor.pk}).status_code == 409
