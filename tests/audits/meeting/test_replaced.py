"""Words that the other replaced: their writer hears it by name and has them, on every page, until they answer."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audits.meeting import lifecycle
from audits.models import Audit, Mark, Note, ReplacedWords
from people.models import User
from standards.models import Criterion
from tests.audits.meeting.pages import at_most, signed_in, text
from tests.factories import MET, Council, filled_audit, open_audit, signed

SLUG = "s2-needs"


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = MET.date()


@pytest.fixture
def audit(council: Council) -> Audit:
    return open_audit(council)


def write(audit: Audit, by: User, words: str) -> None:
    note = Note.objects.filter(audit=audit, slug=SLUG).first()
    lifecycle.record_note(audit, by=by, at=MET, slug=SLUG, text=words, version=note.version if note else 0)


def page(client: Client, audit: Audit, by: User, step: str = "2") -> str:
    return text(signed_in(client, by).get(f"/audits/{audit.ref}/meeting/", {"step": step}))


def test_whoever_is_replaced_sees_their_words_on_every_step_and_nobody_else_does(
    client: Client, council: Council, audit: Audit
) -> None:
    write(audit, council.keyworker, "Write the plan anew.")
    write(audit, council.auditor, "Nothing.")
    write(audit, council.auditor, "Nothing at all.")
    for step in ("2", "1", "record"):
        said = page(client, audit, council.keyworker, step)
        assert "<b>Tomasz replaced what you wrote</b>" in said
        assert "Write the plan anew." in said
        assert f'href="/audits/{audit.ref}/meeting/?step=2#{SLUG}"' in said
        assert "Write the plan anew." not in page(client, audit, council.auditor, step)
    signed_in(client, council.keyworker)
    with at_most(11):
        client.get(f"/audits/{audit.ref}/meeting/", {"step": "1"})
    news = (
        signed_in(client, council.keyworker)
        .get(f"/audits/{audit.ref}/meeting/live/", {"seen": "1", "step": "2"})
        .json()
    )
    assert "Write the plan anew." in news["parts"]["replaced"]["html"]

    reply = client.post(f"/audits/{audit.ref}/meeting/replaced/{SLUG}/", {"step": "2"})
    assert reply.status_code == 302
    assert "Write the plan anew." not in page(client, audit, council.keyworker)
    assert not ReplacedWords.objects.exists()


@pytest.mark.parametrize(
    ("was", "now"),
    [("Write the plan anew.", "They say: Write the\nplan  anew. Soon."), (".", "Nothing."), ("", "Nothing.")],
)
def test_words_that_stand_there_still_or_say_nothing_are_not_replaced(
    council: Council, audit: Audit, was: str, now: str
) -> None:
    write(audit, council.keyworker, was)
    write(audit, council.auditor, now)
    assert not ReplacedWords.objects.exists()


def test_words_that_stand_there_only_as_part_of_others_are_replaced(council: Council, audit: Audit) -> None:
    write(audit, council.keyworker, "No")
    write(audit, council.auditor, "Nothing.")
    assert ReplacedWords.objects.get().text == "No"


def test_one_s_own_words_may_be_changed_and_words_put_back_are_no_longer_told(
    client: Client, council: Council, audit: Audit
) -> None:
    write(audit, council.keyworker, "Write the plan anew.")
    write(audit, council.keyworker, "Nothing.")
    assert not ReplacedWords.objects.exists()
    write(audit, council.auditor, "Something.")
    assert "replaced what you wrote" in page(client, audit, council.keyworker)
    write(audit, council.auditor, "Something. Nothing.")
    assert "replaced what you wrote" not in page(client, audit, council.keyworker)


def test_what_was_seen_of_a_point_is_told_too(client: Client, council: Council, audit: Audit) -> None:
    point = Criterion.objects.get(section__standard__standard_set=audit.standard_set, code="2.1")
    for version, (by, seen) in enumerate([(council.keyworker, "Page 3."), (council.auditor, "No page.")]):
        lifecycle.record_mark(audit, by=by, at=MET, criterion=point.pk, value="partly", seen=seen, version=version)
    assert Mark.objects.get().seen == "No page."
    said = page(client, audit, council.keyworker)
    assert "Page 3." in said
    assert point.title in said
    assert f"?step=2#c{point.pk}" in page(client, audit, council.keyworker, "1")


def test_only_a_chair_answers_and_what_is_left_goes_when_the_audit_is_final(client: Client, council: Council) -> None:
    audit = filled_audit(council)
    write(audit, council.keyworker, "Write the plan anew.")
    write(audit, council.auditor, "Nothing.")
    reply = signed_in(client, council.qa_officer).post(f"/audits/{audit.ref}/meeting/replaced/{SLUG}/")
    assert reply.status_code in (403, 404)
    signed_in(client, council.auditor).post(f"/audits/{audit.ref}/meeting/replaced/{SLUG}/")
    assert ReplacedWords.objects.get().written_by == council.keyworker
    audit.refresh_from_db()
    lifecycle.end_meeting(audit, by=council.auditor, at=MET)
    audit.refresh_from_db()
    signed(audit)
    assert not ReplacedWords.objects.exists()
