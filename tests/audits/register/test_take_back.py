"""Taking the latest import back: everything as it was, what was built on it stays and is said, and nothing by half."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from audits.booking import book as booking_book
from audits.draw import draws
from audits.models import Audit, Case, Import
from audits.register import extracts as register_extracts
from audits.register import take_back
from audits.tasks import forget_abandoned
from people import council_settings, trail
from people.models import Membership, Notice, TrailEntry, User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.audits.meeting.pages import text
from tests.audits.register.extracts import (
    DECEMBER,
    LATER,
    NOVEMBER,
    as_csv,
    bring,
    case,
    everything,
    fixture,
    history,
    line,
    staff_csv,
    take,
)
from tests.conftest import NOW, TODAY
from tests.factories import Council, UserFactory, allocated_audit, booked_audit

pytestmark = pytest.mark.django_db
MUCH_LATER = LATER + timedelta(hours=1)


def differing(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (before[name], after[name]) for name in before if before[name] != after[name]}


def latest() -> Import:
    return Import.objects.latest("pk")


def staff_list(*people: str, closing: int | None = None, at: datetime = NOW, **more: Any) -> Import:
    data = staff_csv(*people, **more)
    given = {} if closing is None else {"closing": closing}
    return register_extracts.import_file(kind="staff", data=data, name="s.csv", as_at=NOVEMBER, by=None, at=at, **given)


@pytest.fixture(autouse=True)
def _fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


# As it was.


@pytest.mark.parametrize(
    "imports",
    [
        lambda: take(fixture("2026-12", "cases"), DECEMBER, at=LATER),
        lambda: take(fixture("2026-12", "staff"), DECEMBER, at=LATER),
    ],
)
def test_a_real_shaped_month_goes_back_row_by_row(imports: Callable[[], Import], council: Council) -> None:
    Case.objects.update(source=Case.Source.DEMO)
    for kind in ("staff", "cases"):
        take(fixture("2026-11", kind), NOVEMBER)
    draws.run(month=TODAY.replace(month=12, day=1), size=22, by=council.qa_officer, at=NOW)
    before = everything()
    done = imports()
    assert differing(before, everything())
    take_back.take_import_back(done, why="The wrong month", by=council.qa_officer, at=MUCH_LATER)
    assert differing(before, everything()) == {}
    assert trail.verify().ok
    assert latest().state == Import.State.TAKEN_BACK
    assert latest().before is None
    again = imports()
    assert again.counts["added"] == done.counts["added"]


def test_cases_that_were_closed_changed_or_new_go_back_and_the_history_keeps_both() -> None:
    bring(line("1"), line("2"), line("3", Age="9"))
    before = everything()
    bring(line("2", Category="CP"), line("3", Age="10"), line("4"), as_at=DECEMBER)
    assert (case("1").closed_on, case("2").category, case("3").age, case("4").closed_on) == (DECEMBER, "CP", 10, None)
    back = take_back.take_import_back(latest(), why="", by=None, at=LATER)
    assert differing(before, everything()) == {}
    counts = back.counts
    assert (counts["cases_opened_again"], counts["cases_as_before"], counts["cases_removed"]) == (1, 2, 1)
    assert [pair[0] for pair in history("1")] == ["state", "state"]
    assert history("1")[1][1:] == history("1")[0][:0:-1]
    acts = TrailEntry.objects.filter(kind="case").values_list("act", "ref")
    assert ("case.put_back", "1") in acts
    assert ("case.removed", "4") in acts
    assert TrailEntry.objects.get(act="import.taken_back").was == "applied"


def test_staff_numbers_that_a_list_brought_or_changed_go_back() -> None:
    def numbered(number: str, *, at: datetime) -> Import:
        person = {"Name": "Ann Lark", "Email": "ann@example.gov.uk", "Job Title": "Social Worker", "Service": "Help"}
        person |= {"Team": "Hub", "Line Manager Email": "", "Staff Number": number}
        person["Registration Number"] = f"SW{number}"
        return register_extracts.import_file(
            kind="staff", data=as_csv(person), name="s.csv", as_at=NOVEMBER, by=None, at=at
        )

    staff_list("Ann")
    numbered("101", at=NOW)
    before = everything()
    done = numbered("202", at=LATER)
    ann = User.objects.get(email="ann@example.gov.uk")
    assert (ann.staff_number, ann.registration_number) == ("202", "SW202")
    take_back.take_import_back(done, why="", by=None, at=MUCH_LATER)
    assert differing(before, everything()) == {}


def test_people_who_left_are_back_with_every_role_and_new_ones_are_gone(council: Council) -> None:
    staff_list("Ann", "Bea", "Cat")
    ann = User.objects.get(email="ann@example.gov.uk")
    bring(line("1", Worker_Email=ann.email))
    before = everything()
    done = staff_list("Bea", "Dan", at=LATER, title="Team Manager")
    assert User.objects.get(pk=ann.pk).left_on == NOVEMBER
    take_back.take_import_back(done, why="", by=None, at=MUCH_LATER)
    assert differing(before, everything()) == {}
    assert {held.role for held in Membership.objects.filter(user=ann, ends_on=None)} == {Role.STAFF, Role.KEYWORKER}


def test_a_booking_that_an_import_cancelled_is_back_and_both_are_told(council: Council) -> None:
    """The auditor left by a wrong list; another had the audit since."""
    User.objects.filter(pk=council.auditor.pk).update(source=User.Source.FILE)
    meets = datetime(2026, 12, 1, 10, tzinfo=NOW.tzinfo)
    audit = allocated_audit(council)
    booking_book.book_meeting(audit, by=council.auditor, at=NOW, meets=meets, place="Room 4")
    before = everything()
    done = staff_list("Ann", at=LATER)
    assert Audit.objects.get(pk=audit.pk).auditor == council.other_auditor
    Notice.objects.all().delete()
    with pytest.raises(Refused, match="Say why it is taken back"):
        take_back.take_import_back(done, why=" ", by=council.qa_officer, at=MUCH_LATER)
    take_back.take_import_back(done, why="Cut short", by=council.qa_officer, at=MUCH_LATER)
    assert differing(before, everything()) == {}
    told = set(Notice.objects.values_list("to__name", "subject"))
    assert (council.auditor.name, f"Audit {audit.ref} is booked for Tuesday 1 December 2026 at 10:00") in told
    assert (council.other_auditor.name, f"You no longer audit {audit.ref}") in told
    assert (council.head_of_qa.name, "The import s.csv was taken back") in told
    assert TrailEntry.objects.filter(act="audit.put_back", ref=audit.ref, now="booked").exists()


# What was built on it.


def test_what_was_built_on_it_stays_and_is_listed(client: Client, council: Council) -> None:
    worker = UserFactory.create(email="ann@example.gov.uk", roles=(Role.KEYWORKER,), team=council.north)
    Case.objects.update(source=Case.Source.DEMO)
    bring(line("1", Worker_Email=worker.email))
    mine, nobody = {"Worker_Email": worker.email}, {"Worker_Email": "", "Allocated_Worker": ""}
    done = bring(line("1", **mine, Age="10", Category="CP"), line("2", **mine), line("3", **nobody))
    draw = draws.run(month=TODAY.replace(month=12, day=1), size=3, by=council.qa_officer, at=LATER)
    assert draw.picks.filter(case__person_id="2").exists()
    Case.objects.filter(person_id="1").update(age=11)
    client.force_login(council.qa_officer)
    address = f"/register/import/{done.pk}/take-back/"
    page = client.get(address)
    assert [each.what for each in page.context["page"].stays] == ["case 1", draw.ref, "case 2"]
    assert f"/draws/{draw.ref}/" in page.content.decode()
    assert client.post(address, {"why": ""}).status_code == 422
    answer = client.post(address, {"why": "A filter was on"}, follow=True)
    assert "Built on it, and stays." in text(answer)
    assert "Taken back" in text(answer)
    assert [case("1").age, case("2").closed_on, Case.objects.filter(person_id="3").exists()] == [11, None, False]
    assert draws.Draw.objects.get(pk=draw.pk).state == "drawn"
    assert client.post(address, {"why": "Again"}).status_code == 409
    assert "Taken back" in text(client.get("/register/import/"))
    assert "The extract was taken back" in text(client.get(f"/register/cases/{case('1').pk}/"))


def test_an_audit_with_which_somebody_went_on_stays_with_them(council: Council) -> None:
    User.objects.filter(pk=council.auditor.pk).update(source=User.Source.FILE)
    audit = allocated_audit(council)
    done = staff_list("Ann", at=LATER)
    audit.refresh_from_db()
    assert audit.auditor == council.other_auditor
    meets = datetime(2026, 12, 1, 10, tzinfo=NOW.tzinfo)
    booking_book.book_meeting(audit, by=council.other_auditor, at=LATER, meets=meets, place="Room 4")
    back = take_back.take_import_back(done, why="", by=None, at=MUCH_LATER)
    audit.refresh_from_db()
    assert (audit.auditor, audit.state, audit.meets) == (council.other_auditor, "booked", meets)
    assert [each.what for each in back.stays] == [audit.ref]
    assert User.objects.get(pk=council.auditor.pk).left_on is None


def test_a_new_person_who_has_done_something_stays_and_cannot_sign_in(council: Council) -> None:
    done = staff_list("Ann", at=LATER)
    ann = User.objects.get(email="ann@example.gov.uk")
    with trail.acting(by=ann, at=LATER) as act:
        act.add("person.changed", ann)
    back = take_back.take_import_back(done, why="", by=None, at=MUCH_LATER)
    assert [each.what for each in back.stays] == ["Ann Lark"]
    ann.refresh_from_db()
    assert (ann.works_here(TODAY), Membership.objects.filter(user=ann).count()) == (False, 0)


# Who, when, how long.


def test_only_the_latest_of_its_kind_and_only_once_and_only_by_those_who_import(
    client: Client, council: Council
) -> None:
    first = bring(line("1"))
    staff_list("Ann")
    second = bring(line("1"), line("2"))
    with pytest.raises(NotNow, match="A later list of this kind"):
        take_back.take_import_back(first, why="", by=None, at=LATER)
    with pytest.raises(NotAllowed):
        take_back.take_import_back(second, why="So", by=council.auditor, at=LATER)
    client.force_login(council.auditor)
    assert client.get(f"/register/import/{second.pk}/take-back/").status_code == 403
    client.force_login(council.qa_officer)
    assert "Take this import back" in text(client.get(f"/register/import/{second.pk}/"))
    assert "Take this import back" not in text(client.get(f"/register/import/{first.pk}/"))
    take_back.take_import_back(second, why="", by=None, at=LATER)
    with pytest.raises(NotNow, match="taken back already"):
        take_back.take_import_back(second, why="", by=None, at=LATER)
    with pytest.raises(NotNow, match="no longer kept"):
        take_back.take_import_back(first, why="", by=None, at=LATER)


def test_a_file_looked_at_before_is_looked_at_again_after_it_was_taken_back(council: Council) -> None:
    first = bring(line("1"))
    data = staff_csv("Ann")
    given: dict[str, Any] = {"kind": "staff", "data": data, "name": "s.csv", "as_at": NOVEMBER, "by": None, "at": NOW}
    looked_at = register_extracts.keep_preview(**given)
    take_back.take_import_back(first, why="", by=None, at=LATER)
    with pytest.raises(NotNow, match="Another extract was applied"):
        register_extracts.apply_import(looked_at, by=None, at=LATER)


def test_what_an_import_changed_is_kept_until_the_next_and_no_longer_than_the_council_says(council: Council) -> None:
    first, staff = bring(line("1")), staff_list("Ann")
    second = bring(line("1"), line("2"))
    kept = Import.objects.exclude(before=None)
    assert set(kept) == {staff, second}
    assert first not in kept
    assert take_back.forget_old_ways_back(at=NOW + timedelta(days=62)) == 0
    assert take_back.forget_old_ways_back(at=NOW + timedelta(days=62, seconds=1)) == 2
    bring(line("1"), at=NOW)
    setting = council_settings.SETTINGS["way_back_days"]
    council_settings.change(setting, by=council.head_of_qa, at=NOW, value="1", why="Less", number=0)
    Import.objects.filter(kind="cases").update(applied=NOW - timedelta(days=2))
    assert forget_abandoned() == 1
    with pytest.raises(NotNow, match="no longer kept"):
        take_back.check_take_import_back(latest(), by=None)


def test_the_command_takes_back_and_says_what_stays(council: Council) -> None:
    bring(line("1"))
    done = bring(line("2"), closing=1)

    def run(which: object) -> dict[str, Any]:
        out = StringIO()
        call_command("take_back", str(which), "--reason", "Cut short", "--json", stdout=out)
        answer: dict[str, Any] = json.loads(out.getvalue())
        return answer

    answer = run("cases")
    assert (answer["undone"]["cases_opened_again"], answer["undone"]["cases_removed"], answer["kept"]) == (1, 1, [])
    assert latest().taken_back_why == "Cut short"
    for number, says in (
        (done.pk, "taken back already"),
        (done.pk + 9, "There is no import"),
        ("all", "no import all"),
    ):
        with pytest.raises(CommandError, match=says):
            run(number)
    out = StringIO()
    call_command("take_back", str(bring(line("3"), closing=1).pk), stdout=out)
    assert out.getvalue() == "Taken back.\ncases opened again: 1\ncases removed: 1\n"


def test_booked_audits_of_a_case_that_a_file_closed_go_on(council: Council) -> None:
    audit = booked_audit(council)
    Case.objects.exclude(pk=council.case.pk).delete()
    done = bring(line("1"))
    assert list(Audit.objects.to_replace(TODAY)) == [audit]
    take_back.take_import_back(done, why="", by=None, at=LATER)
    assert list(Audit.objects.to_replace(TODAY)) == []
