"""A drawn case that closes before its meeting: QA is told where it looks, nobody is chased, and it can reopen."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from audits.allocation import allocate, reassign, returns
from audits.booking import book as booking_book
from audits.booking import self_check
from audits.draw import replacement
from audits.models import Audit, Case, Import, Pick
from audits.reminders import before_meeting, stalled
from people.models import Notice
from qualitycounts.base.refusals import NotNow
from tests.audits.draw.test_draw_page import drawn_by
from tests.audits.register.extracts import DECEMBER, as_csv, bring, line
from tests.conftest import NOW, TODAY
from tests.factories import CaseFactory, Council, UserFactory, allocated_audit, booked_audit, open_audit
from tests.work import book, card, page, rows

pytestmark = pytest.mark.django_db
MEETS = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


def close(case: Case, on: date = TODAY) -> None:
    """Close a case as an extract that no longer names it does."""
    Case.objects.filter(pk=case.pk).update(closed_on=on)


def reopen(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(closed_on=None)


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_only_an_audit_that_has_not_met_is_to_be_replaced_from_the_day_its_case_closed(council: Council) -> None:
    waiting, booked, met = allocated_audit(council), booked_audit(council, number=2), open_audit(council, number=3)
    assert set(Audit.objects.to_replace(TODAY)) == set()
    close(council.case, TODAY)
    for on, closed in ((TODAY - timedelta(days=1), set()), (TODAY, {waiting, booked})):
        assert set(Audit.objects.to_replace(on)) == closed
        assert set(Audit.objects.still_to_meet(on)) == {waiting, booked, met} - closed
        every = Audit.objects.select_related("case")
        assert {audit for audit in every if audit.is_to_replace(on)} == closed
    reopen(council.case)
    assert set(Audit.objects.to_replace(TODAY)) == set()


def test_it_is_on_the_qa_officers_my_work_and_on_nobodys_list_of_things_to_do(council: Council) -> None:
    audit = allocated_audit(council)
    close(council.case)
    assert card(council.qa_officer, "to-replace") == [f"{audit.ref} North, closed Mon 23 Nov"]
    assert ("Replace a drawn case: it has closed", "drawn cases that closed", date(2026, 11, 13)) in rows(
        council.qa_officer
    )
    assert card(council.qa_officer, "others") == card(council.qa_officer, "no-auditor") == []
    for person in (council.auditor, council.keyworker):
        assert rows(person) == []
        assert card(person, "others") == [f"Replace {audit.ref} QA Officer: the case has closed"]
    reopen(council.case)
    assert card(council.qa_officer, "to-replace") == []
    assert [row[0] for row in rows(council.auditor)] == ["Book the meeting"]


def test_a_case_without_an_auditor_that_closes_is_asked_about_once(council: Council) -> None:
    audit = allocated_audit(council)
    Audit.objects.filter(pk=audit.pk).update(auditor=None)
    close(council.case)
    assert card(council.qa_officer, "no-auditor") == []
    assert len(card(council.qa_officer, "to-replace")) == 1
    with pytest.raises(NotNow, match="has its auditor already"):
        allocate.place_waiting(by=council.qa_officer, at=NOW)
    assert "Waiting for an auditor" not in client_of(council.qa_officer).get("/draws/").content.decode()


def test_nobody_is_reminded_to_book_or_to_come_to_a_meeting_of_a_closed_case(council: Council) -> None:
    late = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    unbooked = allocated_audit(council)
    worker = council.other_keyworker
    soon = book(allocated_audit(council, number=2, case=CaseFactory.create(keyworker=worker)), MEETS)
    past = booked_audit(council, number=3, case=CaseFactory.create(keyworker=worker))
    on = date(2026, 11, 26)
    at = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)

    def told(day: date, when: datetime) -> set[str]:
        return {notice.key.split(":")[0] for notice in before_meeting.reminders_due(day, when)}

    assert told(on, at) == {unbooked.ref, soon.ref, past.ref}
    for audit in (unbooked, soon, past):
        close(audit.case)
    assert told(on, at) == told(late.date(), late) == set()
    assert stalled.stalled_meetings(on, at) == []
    reopen(past.case)
    assert told(on, at) == {past.ref}


def test_a_closed_case_is_late_on_none_of_the_lists_of_qa(council: Council) -> None:
    audit = allocated_audit(council)
    on, month = date(2026, 12, 15), audit.month
    assert [row.group for row in returns.returns_of_month(month, on=on)] == ["late"]
    assert sum(share.late for share in returns.fairness(on=on).shares) == 1
    close(council.case)
    (row,) = returns.returns_of_month(month, on=on)
    assert (row.group, row.days_left, row.words) == ("closed", None, "Case closed: to be replaced")
    assert sum(share.late for share in returns.fairness(on=on).shares) == 0
    assert "Case closed: to be replaced" in client_of(council.qa_officer).get("/draws/returns/").content.decode()


def test_a_closed_case_is_neither_booked_nor_prepared_nor_given_away(council: Council) -> None:
    audit = allocated_audit(council)
    close(council.case)
    audit = Audit.objects.get(pk=audit.pk)
    with pytest.raises(NotNow, match="case is closed"):
        booking_book.book_meeting(audit, by=council.auditor, at=NOW, meets=MEETS, place="Room 4")
    with pytest.raises(NotNow, match="case is closed"):
        booking_book.confirm_file_checked(audit, by=council.keyworker, at=NOW)
    with pytest.raises(NotNow, match="case is closed"):
        self_check.save_self_check(audit, answers={}, words="", by=council.keyworker, at=NOW)
    with pytest.raises(NotNow, match="case is closed"):
        reassign.reassign_auditor(audit, auditor=council.other_auditor, why="room", by=council.qa_officer, at=NOW)
    assert client_of(council.auditor).get(f"/audits/{audit.ref}/book/").status_code == 409
    assert client_of(council.keyworker).get(f"/audits/{audit.ref}/prepare/").status_code == 200
    assert "There is nothing to book or to prepare" in (
        client_of(council.keyworker).get(f"/audits/{audit.ref}/prepare/").content.decode()
    )


def test_an_auditor_found_for_a_closed_case_is_not_asked_to_book_it(council: Council) -> None:
    audit = allocated_audit(council)
    Notice.objects.all().delete()
    close(council.case)
    audit.case.refresh_from_db()
    allocate.notify_chairs(audit, at=NOW)
    assert not Notice.objects.exists()


def test_the_draw_and_the_audit_say_that_it_is_to_be_replaced_until_it_is(council: Council) -> None:
    drawn = drawn_by(council.qa_officer, size=3)
    audit = Audit.objects.filter(pick__draw=drawn).select_related("case").order_by("number")[0]
    officer, auditor = client_of(council.qa_officer), client_of(audit.auditor)
    assert "before the meeting" not in officer.get(f"/draws/{drawn.ref}/").content.decode()
    close(audit.case)
    draw_page = officer.get(f"/draws/{drawn.ref}/").content.decode()
    replace = f"/draws/{drawn.ref}/replace/{audit.ref}/"
    assert "1 drawn case has closed before the meeting" in draw_page
    assert "Case closed Mon 23 Nov 2026" in draw_page
    text = officer.get(f"/audits/{audit.ref}/").content.decode()
    assert "The case closed on" in text
    assert replace in text
    theirs = auditor.get(f"/audits/{audit.ref}/").content.decode()
    assert "the QA Officer replaces it" in theirs
    assert replace not in theirs
    assert f"/audits/{audit.ref}/book/" not in theirs
    assert replace in page(council.qa_officer)
    assert "checked" in officer.get(replace).content.decode().split('value="closed"')[1][:80]
    pick = Pick.objects.get(audit=audit)
    replacement.replace_case(pick, reason="closed", why="", by=council.qa_officer, at=NOW)
    assert "before the meeting" not in officer.get(f"/draws/{drawn.ref}/").content.decode()
    assert card(council.qa_officer, "to-replace") == []


def test_the_extract_that_closes_it_says_so_on_its_page_before_and_after(council: Council) -> None:
    other = CaseFactory.create(keyworker=council.other_keyworker)
    audit = allocated_audit(council)
    officer = client_of(council.qa_officer)
    file = io.BytesIO(as_csv(line(other.person_id, Date_Opened="02/03/2026")))
    file.name = "cases.csv"
    day = {"as_at_0": "23", "as_at_1": "11", "as_at_2": "2026"}
    answer = officer.post("/register/import/", {"kind": "cases", "file": file, **day}, follow=True)
    text = answer.content.decode()
    assert "It closes 1 drawn case before the meeting" in text
    assert f"/audits/{audit.ref}/" in text
    url = answer.redirect_chain[-1][0]
    text = officer.post(f"{url}apply/", follow=True).content.decode()
    assert "It closed 1 drawn case before the meeting" in text
    assert len(card(council.qa_officer, "to-replace")) == 1


def test_the_command_says_which_audits_an_extract_leaves_without_a_case(council: Council, tmp_path: Path) -> None:
    other = CaseFactory.create(keyworker=council.other_keyworker)
    audit = allocated_audit(council)
    file = tmp_path / "cases.csv"
    file.write_bytes(as_csv(line(other.person_id, Date_Opened="02/03/2026")))

    def warnings(*more: str) -> list[str]:
        out = io.StringIO()
        call_command("import_cases", str(file), "--as-at", "2026-11-23", "--json", *more, stdout=out)
        found: list[str] = json.loads(out.getvalue())["warnings"]
        return found

    said = [f"Drawn cases that close before their meeting, to be replaced: {audit.ref}."]
    assert warnings("--dry-run") == said
    assert warnings() == said


def test_a_case_that_an_extract_opens_again_goes_off_the_card_by_itself(council: Council) -> None:
    audit = allocated_audit(council)
    other = CaseFactory.create(keyworker=council.other_keyworker)
    number, opened = council.case.person_id, {"Date_Opened": "02/03/2026"}
    both = [line(case.person_id, Worker_Email=case.worker_email, **opened) for case in (council.case, other)]
    bring(both[1], as_at=TODAY)
    assert card(council.qa_officer, "to-replace") == [f"{audit.ref} North, closed Mon 23 Nov"]
    bring(*both, as_at=DECEMBER)
    assert Case.objects.get(person_id=number).closed_on is None
    assert card(council.qa_officer, "to-replace") == []
    assert [row[0] for row in rows(council.auditor)] == ["Book the meeting"]


# A drawn case that moves.


def test_a_drawn_case_that_moves_is_said_by_the_import_the_command_and_the_draw(
    council: Council, tmp_path: Path
) -> None:
    drawn = drawn_by(council.qa_officer, size=3)
    audit = Audit.objects.filter(pick__draw=drawn).select_related("case").order_by("number")[0]
    Case.objects.exclude(pk=audit.case_id).update(source=Case.Source.DEMO)
    worker = UserFactory.create(name="Wren Kaya", email="wren.kaya@example.gov.uk")
    file = tmp_path / "cases.csv"
    moved = line(audit.case.person_id, Worker_Email=worker.email, Date_Opened="02/03/2026")
    file.write_bytes(as_csv(moved))
    out = io.StringIO()
    call_command("import_cases", str(file), "--as-at", "2026-11-23", "--json", "--dry-run", stdout=out)
    said = f"Drawn cases that move to another worker or team, and their audits: {audit.ref}."
    assert said in json.loads(out.getvalue())["warnings"]
    officer = client_of(council.qa_officer)
    handed = io.BytesIO(as_csv(moved))
    handed.name = "cases.csv"
    day = {"as_at_0": "23", "as_at_1": "11", "as_at_2": "2026"}
    answer = officer.post("/register/import/", {"kind": "cases", "file": handed, **day}, follow=True)
    assert "It moves 1 drawn case to another worker or team" in answer.content.decode()
    url = answer.redirect_chain[-1][0]
    text = officer.post(f"{url}apply/", follow=True).content.decode()
    assert "It moved 1 drawn case to another worker or team" in text
    assert f"/audits/{audit.ref}/" in text
    Import.objects.update(applied=drawn.drawn_at + timedelta(hours=1))
    assert f"{audit.case.person_id} moved: worker" in officer.get(f"/draws/{drawn.ref}/proof/").content.decode()
    audit.refresh_from_db()
    assert audit.keyworker == worker
