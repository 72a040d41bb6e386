"""What an older version's page is answered: what it saves is taken where its fields still stand, else refused whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from audits.models import Audit, Note
from people.models import TrailEntry
from qualitycounts import page_version
from qualitycounts.page_version import SENTENCE, UPDATED, VERSION, version_of
from tests.audits.meeting.pages import SCRIPT, signed_in, text
from tests.factories import MET, Council, open_audit

OLDER = {"HTTP_X_PAGE_VERSION": "of-last-week"}
WORDS = "He was not seen on his own."


@pytest.fixture
def audit(council: Council, settings: Any) -> Audit:
    settings.TODAY = MET.date()
    return open_audit(council)


@pytest.fixture
def auditor(client: Client, council: Council) -> Client:
    return signed_in(client, council.auditor)


def box(audit: Audit) -> str:
    return f"/audits/{audit.ref}/meeting/notes/s1-worried/"


def test_a_page_says_which_version_made_it(auditor: Client, audit: Audit) -> None:
    page = auditor.get(f"/audits/{audit.ref}/meeting/?step=1")
    assert f'data-version="{VERSION}"' in page.content.decode()


def test_the_version_is_another_once_a_file_of_it_is(tmp_path: Path) -> None:
    page = tmp_path / "templates" / "base.html"
    page.parent.mkdir()
    page.write_text("one")
    before = version_of(tmp_path)
    assert version_of(tmp_path) == before
    page.write_text("another")
    assert version_of(tmp_path) != before


def test_what_an_older_page_saves_is_taken_where_every_field_is_still_read(auditor: Client, audit: Audit) -> None:
    fields = {"choice": "", "text": WORDS, "version": 0, "as": audit.auditor_id}
    reply = auditor.post(box(audit), fields, **SCRIPT, **OLDER)
    assert (reply.status_code, reply.headers[UPDATED]) == (200, "1")
    assert Note.objects.get(slug="s1-worried").text == WORDS
    assert UPDATED not in auditor.get(f"/audits/{audit.ref}/meeting/live/", **SCRIPT).headers
    assert auditor.get(f"/audits/{audit.ref}/meeting/live/", **SCRIPT, **OLDER).headers[UPDATED] == "1"


@pytest.mark.parametrize("page", [OLDER, {}])
def test_a_field_that_nothing_reads_any_more_has_an_older_page_refused_whole(
    auditor: Client, audit: Audit, page: dict[str, str]
) -> None:
    """As if `text` had been called `words` last week: taken, it would blank the box."""
    auditor.post(box(audit), {"text": "As it stands.", "version": 0}, **SCRIPT)
    trail = TrailEntry.objects.count()
    reply = auditor.post(box(audit), {"words": WORDS, "version": 1}, **SCRIPT, **page)
    if not page:
        assert reply.status_code == 200, "this version's own pages send what it reads"
        return
    assert (reply.status_code, reply.json()["sentence"]) == (409, SENTENCE)
    assert Note.objects.get(slug="s1-worried").text == "As it stands."
    assert TrailEntry.objects.count() == trail


def test_a_form_without_scripts_is_refused_with_every_word_on_the_page(auditor: Client, audit: Audit) -> None:
    fields = {"text": "As it stands.", "words": WORDS, "version": "0", page_version.FIELD: "of-last-week"}
    reply = auditor.post(box(audit), fields)
    assert reply.status_code == 409
    assert SENTENCE in text(reply)
    assert WORDS in text(reply)
    assert not Note.objects.exists()
    assert "Saved" not in text(auditor.get(f"/audits/{audit.ref}/meeting/?step=1")), "nothing was"


def test_an_address_that_is_gone_is_no_dead_end_for_an_older_page(auditor: Client, audit: Audit) -> None:
    gone = f"/audits/{audit.ref}/meeting/remarks/s1/"
    assert auditor.post(gone, {"text": WORDS}, **SCRIPT).status_code == 404
    reply = auditor.post(gone, {"text": WORDS}, **SCRIPT, **OLDER)
    assert (reply.status_code, reply.json()["sentence"]) == (409, SENTENCE)


def test_what_a_rule_refuses_is_said_in_its_own_words(auditor: Client, audit: Audit) -> None:
    reply = auditor.post(box(audit), {"choice": "", "text": "x" * 10_001, "version": 0}, **SCRIPT, **OLDER)
    assert reply.status_code == 422
    assert "10,001 characters" in reply.json()["sentence"]


def test_signing_in_from_an_older_page_goes_on(client: Client, council: Council) -> None:
    reply = client.post("/accounts/login/", {"login": "nobody", "left_over": "1"}, **OLDER)
    assert reply.status_code == 422, "of the wrong address, as on any page"
    assert SENTENCE not in text(reply)
