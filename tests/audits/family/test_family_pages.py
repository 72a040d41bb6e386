"""The pages: naming, asking, the form without sign-in, the packs, the meeting, the plan and the letter."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from audits.family import answers, in_meeting
from audits.family.said import family_voice
from audits.models import Action, Audit, FamilyAsk, FamilyQuestion, Note
from people.models import TrailEntry, User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow
from reporting.papers import pack
from tests.audits.family.families import SAID, agreed, answered, named
from tests.conftest import NOW, TODAY
from tests.factories import MET, Council, UserFactory, booked_audit, finalised_audit, open_audit


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = TODAY


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def body(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


# The form


def test_a_family_answers_from_its_link_once_and_sees_nothing_of_the_case(council: Council) -> None:
    audit = booked_audit(council)
    ask = agreed(audit, council)
    page = signed_in(council.qa_officer).post(f"/family/{audit.ref}/1/link/")
    link = re.search(r"http://testserver(/tell-us/[\w-]+/)", page.content.decode())
    assert link is not None
    assert page["Cache-Control"].count("no-store")
    family = Client()
    shown = family.get(link[1])
    assert shown.status_code == 200
    assert shown["Cache-Control"].startswith("private, no-store")
    assert shown["Referrer-Policy"] == "same-origin"
    case = audit.case
    secrets = (audit.ref, case.person_id, council.keyworker.name, council.auditor.name, council.qa_officer.name)
    assert not [secret for secret in (*secrets, "Sign in", "My work", str(case.team)) if secret in body(shown)]
    refused = family.post(link[1], {})
    assert refused.status_code == 422
    assert "Answer at least one of the questions." in body(refused)
    scaled, free = (FamilyQuestion.objects.get(text__startswith=text) for text in ("Do people", "What has"))
    wrong = family.post(link[1], {f"c{scaled.pk}": "9", f"w{free.pk}": SAID})
    assert wrong.status_code == 422
    assert SAID in body(wrong), "what was typed is still there"
    assert "Choose one of the answers offered." in body(wrong)
    sent = family.post(link[1], {f"c{scaled.pk}": "2", f"w{free.pk}": SAID})
    assert (sent.status_code, sent["Location"]) == (302, "/tell-us/")
    assert "Thank you" in body(family.get("/tell-us/"))
    for again in (family.get(link[1]), family.post(link[1], {f"w{free.pk}": "More."}), family.get("/tell-us/never/")):
        assert again.status_code == 410
        assert "This link is closed" in body(again)
    ask.refresh_from_db()
    assert [answer.said for answer in ask.answers.exclude(choice=None, words="")] == ["Yes, mostly", f"“{SAID}”"]


def test_a_link_is_over_with_its_audit_and_after_its_days(council: Council, settings: Any) -> None:
    audit = booked_audit(council)
    token = answers.make_link(agreed(audit, council), by=council.qa_officer, at=NOW)
    settings.TODAY = TODAY.replace(month=12, day=31)
    assert Client().get(f"/tell-us/{token}/").status_code == 410
    settings.TODAY = TODAY
    assert Client().get(f"/tell-us/{token}/").status_code == 200
    Audit.objects.filter(pk=audit.pk).update(state="withdrawn", ended_why="It moved.")
    assert Client().get(f"/tell-us/{token}/").status_code == 410


def test_guessing_is_slowed_down(council: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_AN_HOUR", 3)
    statuses = [Client().get("/tell-us/guess/", REMOTE_ADDR="192.0.2.9").status_code for _ in range(4)]
    assert statuses == [410, 410, 410, 429]
    assert Client().get("/tell-us/guess/", REMOTE_ADDR="192.0.2.10").status_code == 410


# Those who ask


def test_a_participation_officer_asks_from_a_page_with_nothing_else_of_the_audit(council: Council) -> None:
    audit = booked_audit(council)
    officer = UserFactory.create(name="Rosa Whitby", roles=(Role.CONTRIBUTOR,))
    auditor = signed_in(council.auditor)
    page = auditor.post(f"/family/{audit.ref}/", {"speaker": "child"})
    assert (page.status_code, "Choose who asks." in body(page)) == (422, True)
    assert auditor.post(f"/family/{audit.ref}/", {"speaker": "child", "asker": officer.pk}).status_code == 302
    client = signed_in(officer)
    assert f"Case {audit.case.person_id}" in body(client.get("/family/"))
    assert client.get(f"/family/{audit.ref}/").status_code == 403
    assert "First: do they agree?" in body(client.get(f"/family/{audit.ref}/1/"))
    assert client.post(f"/family/{audit.ref}/1/", {}).status_code == 422
    assert client.post(f"/family/{audit.ref}/1/", {"consent": "yes"}).status_code == 302
    paper = body(client.post(f"/family/{audit.ref}/1/paper/"))
    assert audit.case.person_id not in paper
    assert FamilyAsk.objects.get().mark in paper
    free = FamilyQuestion.objects.get(text__startswith="What has")
    wrong = client.post(f"/family/{audit.ref}/1/answers/", {f"w{free.pk}": SAID})
    assert (wrong.status_code, "Say how they answered." in body(wrong)) == (422, True)
    kept = client.post(f"/family/{audit.ref}/1/answers/", {f"w{free.pk}": SAID, "way": "paper"})
    assert kept.status_code == 302
    assert SAID in body(client.get(f"/family/{audit.ref}/1/"))
    assert "No family to ask now" in body(client.get("/family/"))
    assert client.get(f"/family/{audit.ref}/1/answers/").status_code == 409


def test_the_keyworker_reads_it_and_neither_names_nor_writes_it_down(council: Council) -> None:
    audit = booked_audit(council)
    ask = agreed(audit, council)
    client = signed_in(council.keyworker)
    assert "Name who asks" not in body(client.get(f"/family/{audit.ref}/"))
    assert client.post(f"/family/{audit.ref}/", {"speaker": "child", "asker": council.keyworker.pk}).status_code == 403
    assert client.get(f"/family/{audit.ref}/1/answers/").status_code == 403
    assert not ask.answers.exclude(words="").exists()


# The packs, the meeting, the plan


def test_both_packs_and_the_file_have_what_was_said(council: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    audit = booked_audit(council)
    assert "Nobody is named yet who asks them" in body(
        signed_in(council.keyworker).get(f"/audits/{audit.ref}/prepare/")
    )
    answered(audit, council, choice=2)
    for person, page in ((council.keyworker, "prepare"), (council.auditor, "prepare"), (council.auditor, "pack")):
        shown = body(signed_in(person).get(f"/audits/{audit.ref}/{page}/"))
        assert f"What has helped the most? “{SAID}”" in shown
        assert "Do people listen to you? Yes, mostly" in shown
        assert "What should we do differently?" not in shown, "what was left out is not shown as said"
    monkeypatch.setattr("reporting.pdf.render", lambda html: html.encode())
    assert SAID in pack.auditor_pack_pdf(audit, by=council.auditor, on=TODAY).decode()


def test_it_stands_in_the_meeting_beside_the_standards_it_speaks_to(council: Council) -> None:
    audit = open_audit(council)
    answered(audit, council, choice=1)
    for person in (council.auditor, council.keyworker):
        client = signed_in(person)
        shown = {step: body(client.get(f"/audits/{audit.ref}/meeting/?step={step}")) for step in "123456"}
        assert [step for step, text in shown.items() if SAID in text] == ["6"]
        assert [step for step, text in shown.items() if "Do people listen to you? Yes, a lot" in text] == ["5"]
        assert SAID in body(client.get(f"/audits/{audit.ref}/meeting/?step=record"))


def test_the_box_of_the_record_is_filled_by_a_press_alone_and_never_over_words(council: Council) -> None:
    audit = open_audit(council)
    answered(audit, council)
    client = signed_in(council.keyworker)
    assert "Put it in the box" in body(client.get(f"/audits/{audit.ref}/meeting/?step=record"))
    assert not Note.objects.filter(audit=audit, slug="feedback").exists(), "looking at it sets nothing"
    assert client.post(f"/family/{audit.ref}/box/").status_code == 302
    note = Note.objects.get(audit=audit, slug="feedback")
    assert note.choice == "given"
    assert note.text.startswith("Parent, by telephone, ")
    assert SAID in note.text
    assert "Put it in the box" not in body(client.get(f"/audits/{audit.ref}/meeting/?step=record"))
    with pytest.raises(NotNow, match="has words already"):
        in_meeting.put_in_box(audit, by=council.auditor, at=MET)
    with pytest.raises(NotAllowed):
        in_meeting.put_in_box(open_audit(council, number=2), by=council.qa_officer, at=MET)


@pytest.mark.parametrize("place", ["meeting/?step=record", "plan/"])
def test_not_asked_offers_an_action_with_one_press_and_once(council: Council, place: str) -> None:
    audit = open_audit(council)
    client = signed_in(council.auditor)
    assert "Ask the family …" in body(client.get(f"/audits/{audit.ref}/{place}"))
    assert client.post(f"/family/{audit.ref}/action/").status_code == 302
    action = Action.objects.get(audit=audit)
    assert (action.kind, action.owner) == ("supervision", council.keyworker)
    assert [judgement.number for judgement in action.judgements.all()] == [5]
    assert "Ask the family …" not in body(client.get(f"/audits/{audit.ref}/{place}"))
    assert client.post(f"/family/{audit.ref}/action/").status_code == 409


def test_who_was_asked_is_not_put_into_the_plan(council: Council) -> None:
    audit = open_audit(council)
    agreed(audit, council)
    assert family_voice(audit).choice == "asked"
    assert "Ask the family …" not in body(signed_in(council.auditor).get(f"/audits/{audit.ref}/plan/"))
    with pytest.raises(NotNow, match="asked already"):
        in_meeting.add_ask_action(audit, by=council.auditor, at=MET)


# The letter, the history


def test_what_we_did_about_it_goes_back_as_a_letter_that_a_person_picked(council: Council) -> None:
    audit = booked_audit(council)
    ask = answered(audit, council, choice=3)
    client, address = signed_in(council.auditor), f"/family/{audit.ref}/1/letter/"
    assert client.get(f"{address}print/").status_code == 404
    for sent, says in (
        ({"done": "We ring back the same day."}, "Pick at least one thing"),
        ({"picked": [0], "done": "We ring back."}, "Select a valid choice"),
        ({"picked": [ask.answers.exclude(words="").get().pk], "done": " "}, "Say in plain words"),
    ):
        page = client.post(address, sent)
        assert (page.status_code, says in body(page)) == (422, True), says
    picked = ask.answers.exclude(words="").get()
    assert client.post(address, {"picked": [picked.pk], "done": "We ring back the same day."}).status_code == 302
    printed = body(client.get(f"{address}print/"))
    assert SAID in printed
    assert "We ring back the same day." in printed
    assert "Not much" not in printed, "only what was picked"
    assert audit.ref not in printed
    assert council.manager.name not in printed
    assert signed_in(council.manager).get(address).status_code == 404


def test_the_history_says_that_they_were_asked_and_not_what_they_said(council: Council) -> None:
    audit = booked_audit(council)
    answered(audit, council)
    shown = body(signed_in(council.auditor).get(f"/audits/{audit.ref}/history/"))
    assert "Kept what the family said" in shown
    assert SAID not in shown
    assert not TrailEntry.objects.filter(content__contains=SAID).exists()


def test_no_manager_sees_a_word_of_it_once_the_audit_is_final(council: Council) -> None:
    audit = open_audit(council)
    answered(audit, council)
    final = finalised_audit(council, number=2)
    named(audit, council.keyworker, by=council.auditor, speaker="child")
    FamilyAsk.objects.filter(audit=audit).update(audit=final)
    for person in (council.manager, council.head_of_service, council.other_manager):
        client = signed_in(person)
        assert client.get(f"/family/{final.ref}/").status_code == 404
        assert client.get(f"/family/{final.ref}/1/").status_code == 404
        assert SAID not in client.get(f"/audits/{final.ref}/").content.decode()


def test_the_list_and_the_page_ask_as_little_for_many_as_for_one(
    council: Council, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(council.qa_officer)
    for number in range(1, 6):
        audit = booked_audit(council, number=number)
        for speaker in ("child", "parent"):
            agreed(audit, council, speaker=speaker)
        if number in (1, 5):
            for page in ("/family/", f"/family/{audit.ref}/"):
                with django_assert_max_num_queries(14):
                    assert client.get(page).status_code == 200


def test_the_head_of_qa_keeps_the_questions_on_a_page_that_qa_reads(council: Council) -> None:
    officer, head = signed_in(council.qa_officer), signed_in(council.head_of_qa)
    assert "The Head of QA keeps them." in body(officer.get("/family/questions/"))
    assert officer.post("/family/questions/", {"text": "Why?"}).status_code == 403
    sent = {"text": "Can you reach us?", "scale": "Yes\r\nNo\r\n", "standards": ["plan"]}
    assert head.post("/family/questions/", sent).status_code == 302
    question = FamilyQuestion.objects.get(text="Can you reach us?")
    assert (question.scale, question.standards) == (["Yes", "No"], ["plan"])
    page = head.post("/family/questions/", sent)
    assert (page.status_code, "asked already" in body(page)) == (422, True)
    assert head.post(f"/family/questions/{question.pk}/", sent | {"standards": []}).status_code == 302
    assert head.post(f"/family/questions/{question.pk}/retire/").status_code == 302
    assert "Can you reach us?" in body(head.get("/family/questions/"))
