"""The tick “on the case file” holds for the entry as it read: it lapses with a change, and a wrong one is undone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.follow_up import actions, case_note, closing
from audits.models import Action, Audit
from escalation.steps import acting as steps_acting
from people import trail
from people.models import Notice
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale
from standards.grades import Grade
from tests.audits.meeting.pages import signed_in, text
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.escalation.walk import LATER, all_done, check, do, fresh, opened, step, told
from tests.factories import Council
from tests.work import rows

HEADING = "“Audit Action Plan – November”"
AGAIN = f"{HEADING} has changed since it was put on the case file: put it there again."
MONTH = date(2026, 12, 16)


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


@pytest.fixture
def audit(council: Council) -> Audit:
    return finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)


def tick(audit: Audit, council: Council, at: datetime, **more: Any) -> Audit:
    return closing.confirm_on_file(audit, by=council.keyworker, at=at, on=at.date(), **more)


def now(audit: Audit) -> Audit:
    return Audit.objects.get(pk=audit.pk)


def test_a_tick_before_anything_was_done_closes_nothing(audit: Audit, council: Council) -> None:
    tick(audit, council, LATER)
    assert HEADING not in " ".join(closing.missing_for_closing(now(audit)))
    do(audit.actions.get(number=1), at=LATER + timedelta(hours=1))
    assert AGAIN in closing.missing_for_closing(now(audit))
    do(audit.actions.get(number=2), at=LATER + timedelta(hours=1))
    closing.record_supervision(audit, by=council.manager, at=LATER, on=LATER.date(), discussed="His school.")
    with pytest.raises(NotNow, match="has changed since it was put on the case file"):
        steps_acting.complete_step(step(opened(audit), "actions"), by=council.manager, at=NOW)
    again = tick(audit, council, NOW)
    assert (again.on_file_at, again.on_file_on) == (NOW, TODAY)
    assert closing.undone(again) == []
    steps_acting.complete_step(step(opened(audit), "actions"), by=council.manager, at=NOW)
    said = [entry for entry in trail.entries_about(audit) if entry.act == "audit.on_file"]
    assert [entry.at for entry in said] == [LATER, NOW]


def test_what_is_done_again_after_the_tick_is_put_there_again_before_the_check_and_the_closing(
    audit: Audit, council: Council
) -> None:
    all_done(audit)
    steps_acting.acknowledge_step(step(opened(audit), "acknowledge"), by=council.manager, at=LATER)
    steps_acting.complete_step(step(opened(audit), "actions"), by=council.manager, at=LATER)
    qa_check, first = step(opened(audit), "qa_check"), fresh(audit.actions.get(number=1))
    actions.send_back_action(first, by=council.qa_officer, at=NOW, why="May is missing.", version=first.version)
    do(first, at=NOW)
    for action in audit.actions.all():
        check(action, council, at=NOW)
    with pytest.raises(NotNow, match="put it there again"):
        steps_acting.confirm_step(qa_check, by=council.qa_officer, at=NOW, words="Read on Mosaic.")
    tick(audit, council, NOW)
    steps_acting.confirm_step(qa_check, by=council.qa_officer, at=NOW, words="Read on Mosaic.")
    assert closing.close_audit(now(audit), by=council.qa_officer, at=NOW).state == Audit.State.CLOSED
    with pytest.raises(NotNow, match="closed"):
        tick(audit, council, NOW)


def test_an_audit_that_was_closed_stays_closed(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.GOOD)
    all_done(audit)
    closing.close_audit(now(audit), by=council.qa_officer, at=LATER)
    with trail.acting(by=council.head_of_qa, at=NOW) as act:
        Audit.objects.filter(pk=audit.pk).update(grade=Grade.OUTSTANDING)
        case_note.store_case_note(act, now(audit))
    assert case_note.has_changed(now(audit)) is True
    assert now(audit).state == Audit.State.CLOSED


def test_the_entry_that_stands_is_not_ticked_twice(audit: Audit, council: Council) -> None:
    tick(audit, council, LATER)
    with pytest.raises(NotNow, match="Niamh Okonkwo said so already"):
        tick(audit, council, NOW)


def test_the_page_says_that_it_changed_and_takes_the_tick_again(client: Client, audit: Audit, council: Council) -> None:
    address = f"/audits/{audit.ref}/follow-up/"
    tick(audit, council, LATER)
    do(audit.actions.get(number=1), at=LATER + timedelta(hours=1))
    signed_in(client, council.keyworker)
    page = text(client.get(address))
    assert AGAIN in page
    assert "Niamh Okonkwo said so. <b>It has changed since.</b>" in page
    assert 'name="version" value="2"' in page
    assert "It has changed since: put it there again" in text(client.get(f"/audits/{audit.ref}/"))
    assert "so this counts no more" in text(client.get(f"/audits/{audit.ref}/note/"))
    assert "Changed since it was put on the case file" in text(client.get(f"/escalations/{audit.ref}/"))
    day = {"on_0": "23", "on_1": "11", "on_2": "2026"}
    old = client.post(f"{address}on-file/", day | {"version": "1"})
    assert old.status_code == 409
    assert "Copy it again, then say so." in text(old)
    assert client.post(f"{address}on-file/", day | {"version": "2"}).status_code == 302
    assert AGAIN not in text(client.get(address))
    assert client.post(f"{address}on-file/", day | {"version": "2"}).status_code == 409


def test_what_changed_while_the_page_was_open_is_not_ticked(audit: Audit, council: Council) -> None:
    do(audit.actions.get(number=1))
    with pytest.raises(Stale):
        tick(audit, council, NOW, version=1)
    assert tick(audit, council, NOW, version=2).on_file_at == NOW


def test_my_work_asks_the_keyworker_again(audit: Audit, council: Council) -> None:
    asks = "Put the audit’s note on the child’s file"
    assert (asks, audit.ref, MONTH) in rows(council.keyworker)
    tick(audit, council, LATER)
    assert not [what for what, _, _ in rows(council.keyworker) if what.startswith(asks)]
    do(audit.actions.get(number=1), at=LATER + timedelta(hours=1))
    assert (f"{asks} again: it has changed", audit.ref, MONTH) in rows(council.keyworker)
    Audit.objects.filter(pk=audit.pk).update(keyworker=None)
    assert (f"{asks} again: it has changed", audit.ref, MONTH) in rows(council.manager)


# A wrong tick


@pytest.mark.parametrize("who", ["keyworker", "manager", "qa_officer"])
def test_a_wrong_tick_is_taken_back_with_a_reason(audit: Audit, council: Council, who: str) -> None:
    tick(audit, council, LATER)
    with pytest.raises(Refused, match="Say why it is not there"):
        closing.take_tick_back(audit, by=getattr(council, who), at=NOW, which="file", why=".")
    by = getattr(council, who)
    after = closing.take_tick_back(audit, by=by, at=NOW, which="file", why="It went on her brother’s file.")
    assert (after.on_file_at, after.on_file_by, after.on_file_on) == (None, None, None)
    assert f"{HEADING} is not on the case file yet." in closing.missing_for_closing(now(audit))
    entry = [entry for entry in trail.entries_about(audit) if entry.act == "audit.tick_taken_back"][-1]
    assert (entry.by, entry.why) == (by, "It went on her brother’s file.")
    key = Notice.objects.filter(key__startswith=f"{audit.ref}:taken_back:file").values_list("key", flat=True)[0]
    assert told(key) == {"Niamh Okonkwo", "Devinder Halloran"} - {by.name}
    with pytest.raises(NotNow, match="Nobody has said"):
        closing.take_tick_back(audit, by=by, at=NOW, which="file", why="It went on her brother’s file.")
    assert tick(audit, council, NOW).on_file_at == NOW


def test_so_is_one_of_the_chronology_and_only_by_those_of_the_case_or_qa(audit: Audit, council: Council) -> None:
    closing.put_in_chronology(audit, by=council.manager, at=LATER)
    for by in (council.auditor, council.other_manager, council.head_of_service):
        with pytest.raises(NotAllowed):
            closing.take_tick_back(audit, by=by, at=NOW, which="chronology", why="The wrong child.")
    with pytest.raises(Refused, match="which of the two"):
        closing.take_tick_back(audit, by=council.manager, at=NOW, which="grade", why="The wrong child.")
    closing.take_tick_back(audit, by=council.manager, at=NOW, which="chronology", why="The wrong child.")
    assert "It is not in the management chronology yet." in closing.missing_for_closing(now(audit))


def test_it_is_taken_back_on_the_page(client: Client, audit: Audit, council: Council) -> None:
    address = f"/audits/{audit.ref}/follow-up/"
    tick(audit, council, LATER)
    closing.put_in_chronology(audit, by=council.manager, at=LATER)
    signed_in(client, council.keyworker)
    assert text(client.get(address)).count("It is not there after all") == 2
    empty = client.post(f"{address}take-back/", {"which": "file", "why": ""})
    assert empty.status_code == 422
    assert 'href="#file_back_why"' in text(empty)
    sent = {"which": "file", "why": "It went on her brother’s file."}
    assert client.post(f"{address}take-back/", sent).status_code == 302
    assert client.post(f"{address}take-back/", sent).status_code == 409
    assert client.post(f"{address}take-back/", sent | {"which": "chronology"}).status_code == 302
    assert "is not on the file yet" in text(client.get(address))
    signed_in(client, council.auditor)
    assert "It is not there after all" not in text(client.get(address))


def test_in_a_closed_audit_nothing_is_taken_back(client: Client, council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.GOOD)
    all_done(audit)
    closing.close_audit(now(audit), by=council.qa_officer, at=LATER)
    with pytest.raises(NotNow, match="closed"):
        closing.take_tick_back(audit, by=council.qa_officer, at=NOW, which="file", why="The wrong child.")
    page = text(signed_in(client, council.qa_officer).get(f"/audits/{audit.ref}/follow-up/"))
    assert "It is not there after all" not in page


def test_an_action_sent_back_and_done_again_asks_for_the_file_again(audit: Audit, council: Council) -> None:
    action = do(audit.actions.get(kind=Action.Kind.IMMEDIATE))
    tick(audit, council, LATER + timedelta(hours=1))
    actions.send_back_action(
        fresh(action), by=council.qa_officer, at=LATER + timedelta(hours=2), why="May is missing.", version=2
    )
    assert AGAIN in closing.missing_for_closing(now(audit))
