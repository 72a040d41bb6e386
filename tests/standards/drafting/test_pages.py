"""The pages of a draft: written and published by hand, previewed, compared, and shown to those who may."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from people.models import User
from standards import set_file
from standards.drafting import drafts, ready_made
from standards.models import Criterion, SetDraft, StandardSet
from tests.audits.meeting.pages import text
from tests.factories import Council
from tests.people.handed import confirm
from tests.standards.drafting.writing import begun, dated, fresh


def client_of(user: User) -> Client:
    """Somebody's browser, just signed in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def draft(v7: StandardSet, council: Council) -> SetDraft:
    """A draft with its title and its day."""
    return dated(council, begun(council, v7), "2027-01-01")


def test_the_head_of_qa_writes_by_hand_and_the_officer_publishes(council: Council, v7: StandardSet) -> None:
    head, officer = client_of(council.head_of_qa), client_of(council.qa_officer)
    page = head.post("/standards/drafts/", {"copy_of": v7.pk}, follow=True)
    draft = SetDraft.objects.get()
    here = f"/standards/drafts/{draft.pk}/"
    assert page.redirect_chain == [(here, 302)]
    assert "It has no day from which it is in force." in page.content.decode()
    words: dict[str, Any] = {"title": "Ours", "slug": "ours", "source": "", "version": 1}
    day = {"in_force_from_0": "1", "in_force_from_1": "1", "in_force_from_2": "2027"}
    assert head.post(f"{here}at/set/", words | day).status_code == 302
    words = {"title": "New", "question": "Is it new?", "where_to_look": "", "tags": "one\n two \n\none", "version": 2}
    added = head.post(f"{here}add/standards.1.sections.1.criteria/", words | {"facts": ["last_visit"]}, follow=True)
    assert "1.9" in added.content.decode()
    row = fresh(draft).spec["standards"][0]["sections"][0]["criteria"][8]
    assert (row["tags"], row["facts"], row["number"]) == (["one", "two"], ["last_visit"], 9)
    move = head.post(f"{here}move/standards.1.sections.1.criteria.9/", {"version": 3})
    assert move.headers["Location"].endswith("/at/standards.1/#standards.1.sections.1.criteria.8")
    assert head.post(f"{here}retire/indicators.1/", {"version": 4}).status_code == 302
    assert head.post(f"{here}retire/indicators.1/", {"version": 4}).status_code == 409
    assert "Publish it" not in officer.get(here).content.decode()
    assert head.post(f"{here}send/", {"version": 5}).status_code == 302
    assert "Publish it" not in head.get(here).content.decode()
    assert officer.post(f"{here}send-back/", {"version": 5, "why": ""}).status_code == 422
    assert here in officer.get("/").content.decode()
    assert "Publish it" in officer.get(here).content.decode()
    for client in (head, officer):
        assert client.post(f"{here}publish/", {"version": 5}).headers["Location"].startswith("/accounts/confirm/")
        confirm(client)
    assert head.post(f"{here}publish/", {"version": 5}).status_code == 403
    assert officer.post(f"{here}publish/", {"version": 4}).status_code == 409
    said = officer.post(f"{here}publish/", {"version": 5}, follow=True).content.decode()
    assert "Audits that begin from 1 January 2027 on go by it." in said
    exported = json.loads(officer.get(f"/standards/sets/{StandardSet.objects.get(slug='ours').pk}/set.json").content)
    assert set_file.whole(exported) == fresh(draft).spec


def test_what_is_missing_is_said_beside_its_box_and_nothing_is_changed(council: Council, draft: SetDraft) -> None:
    head = client_of(council.head_of_qa)
    for place, missing in (("standards.1", "Enter short title."), ("smart.1", "Enter word."), ("set", "Enter title.")):
        page = head.post(f"/standards/drafts/{draft.pk}/at/{place}/", {"version": 2})
        assert page.status_code == 422
        assert missing in page.content.decode()
    assert fresh(draft).version == 2


def test_a_criterion_that_is_written_already_fills_the_form_and_is_in_no_set_by_itself(
    council: Council, draft: SetDraft, v7: StandardSet
) -> None:
    titles = {one.title for one in ready_made.all_ready_made()}
    assert len(titles) == len({one.key for one in ready_made.all_ready_made()}) >= 8
    assert not titles & set(Criterion.objects.values_list("title", flat=True))
    client, place = client_of(council.head_of_qa), "standards.1.sections.1.criteria"
    address = f"/standards/drafts/{draft.pk}/add/{place}/"
    assert "Records drafted by a machine" in text(client.get(address))
    form = text(client.get(address, {"ready": "drafted-by-ai"}))
    assert 'value="Records drafted by a machine"' in form
    asked = ready_made.ready_made("drafted-by-ai", place)
    sent = asked | {"tags": "\n".join(asked["tags"]), "version": draft.version}
    assert client.post(address, sent).status_code == 302
    rows = fresh(draft).spec["standards"][0]["sections"][0]["criteria"]
    assert {name: rows[-1][name] for name in asked} == asked
    assert "Records drafted by a machine" not in text(client.get(address))
    for other in ("indicators", "smart"):
        page = text(client.get(f"/standards/drafts/{draft.pk}/add/{other}/", {"ready": "lead"}))
        assert "Written already" not in page
        assert "Lead practitioner" not in page


def test_the_look_ahead_is_the_meeting_in_the_words_of_the_draft(council: Council, draft: SetDraft) -> None:
    officer = client_of(council.qa_officer)
    for step in (*map(str, range(1, 8)), "indicators", "case"):
        page = officer.get(f"/standards/drafts/{draft.pk}/meeting/", {"step": step}).content.decode()
        assert ("What is working well?" in page) == (step != "indicators")
        assert ("Beyond Good, and it lasts" in page) == (step != "indicators")
    assert officer.get(f"/standards/drafts/{draft.pk}/meeting/?step=8").status_code == 404
    pack = officer.get(f"/standards/drafts/{draft.pk}/pack/").content.decode()
    for standard in draft.spec["standards"]:
        assert standard["statement"] in pack


def test_who_neither_writes_nor_publishes_sees_no_draft(council: Council, draft: SetDraft) -> None:
    for user in (council.auditor, council.staff, council.administrator, council.head_of_service):
        client = client_of(user)
        for address in ("", f"{draft.pk}/", f"{draft.pk}/compare/", f"{draft.pk}/meeting/", f"{draft.pk}/set.json"):
            assert client.get(f"/standards/drafts/{address}").status_code == 403
        assert "Write, compare and publish" not in client.get("/standards/").content.decode()


@pytest.mark.parametrize("page", ["", "at/standards.4/", "at/set/", "compare/", "meeting/", "pack/"])
def test_a_page_asks_few_questions(
    council: Council, draft: SetDraft, page: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(council.qa_officer)
    client.get("/standards/")
    with django_assert_max_num_queries(12):
        assert client.get(f"/standards/drafts/{draft.pk}/{page}").status_code == 200


def test_the_list_of_drafts_does_not_ask_for_each(
    council: Council, v7: StandardSet, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(12):
        begun(council, v7)
    assert drafts.all_drafts().count() == 12
    client = client_of(council.qa_officer)
    client.get("/standards/")
    with django_assert_max_num_queries(12):
        client.get("/standards/drafts/")
