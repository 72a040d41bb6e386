"""Who was missing from one staff list and comes back holds their cases and their role again, and is offered their
audits."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest
from django.test import Client

from audits.allocation import auditors, give_back, reassign
from audits.models import Audit, Case, CaseChange, Import
from audits.register import extracts as register_extracts
from escalation import sweep
from people.models import Membership, TrailEntry, User, WaitingRole
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow
from tests.audits.meeting.pages import text
from tests.audits.register.extracts import HEADINGS, LATER, NOVEMBER, bring, fixture, line, take
from tests.conftest import NOW, TODAY
from tests.factories import Council, UserFactory, allocated_audit, booked_audit, open_audit

pytestmark = pytest.mark.django_db

MIDDLE = date(2026, 11, 15)
GONE = "oisin.begum@example.gov.uk"


def without(email: str) -> bytes:
    """The November staff list without one person's row."""
    rows = fixture("2026-11", "staff").read_bytes().splitlines(keepends=True)
    return b"".join(row for row in rows if email.encode() not in row.split(b",")[1])


def staff_list(data: bytes, as_at: date) -> Import:
    return register_extracts.import_file(kind="staff", data=data, name="s.csv", as_at=as_at, by=None, at=NOW)


def is_keyworker(email: str, on: date) -> bool:
    held = Membership.objects.filter(user__email=email, role=Role.KEYWORKER, starts_on__lte=on)
    return any(each.ends_on is None or each.ends_on >= on for each in held)


def roles(email: str, on: date) -> set[str]:
    held = Membership.objects.filter(user__email=email, starts_on__lte=on)
    return {each.role for each in held if each.ends_on is None or each.ends_on >= on}


def holdings(email: str) -> int:
    return Case.objects.filter(keyworker__email=email, closed_on=None).count()


# The keyworker role.


@pytest.mark.parametrize("back", [NOVEMBER, MIDDLE, TODAY])
@pytest.mark.parametrize("order", [("staff",), ("staff", "cases"), ("cases", "staff"), ("cases", "staff", "cases")])
def test_whoever_comes_back_is_a_keyworker_again_whichever_list_comes_last(order: tuple[str, ...], back: date) -> None:
    for kind in ("staff", "cases"):
        take(fixture("2026-11", kind), NOVEMBER)
    held = holdings(GONE)
    assert held == 5
    before = roles(GONE, TODAY)
    assert staff_list(without(GONE), MIDDLE).counts["left"] == 1
    assert roles(GONE, MIDDLE) == set()
    for kind in order:
        take(fixture("2026-11", kind), back if kind == "staff" else MIDDLE)
    assert (holdings(GONE), roles(GONE, TODAY)) == (held, before)
    assert is_keyworker(GONE, TODAY)
    worker = User.objects.get(email=GONE)
    assert (worker.left_on, worker.works_here(TODAY)) == (None, True)


def test_a_worker_whom_the_first_staff_list_lacked_holds_their_cases_once_a_list_names_them() -> None:
    staff_list(without(GONE), NOVEMBER)
    take(fixture("2026-11", "cases"), NOVEMBER)
    assert (holdings(GONE), User.objects.filter(email=GONE).exists()) == (0, False)
    take(fixture("2026-11", "staff"), MIDDLE)
    named = Case.objects.filter(worker_email=GONE, closed_on=None)
    assert holdings(GONE) == named.count() == 5
    assert is_keyworker(GONE, TODAY)
    change = CaseChange.objects.filter(case=named.first()).get()
    assert (change.field, change.was, change.now) == ("worker", f"{GONE} (not on the staff list)", GONE)
    again = take(fixture("2026-11", "cases"), MIDDLE)
    dated = sum(case.fact_sources != {} for case in Case.objects.all())
    counts = again.counts
    assert (counts["changed"], counts["refreshed"] + counts["added"]) == (0, dated), "all of it is of a newer file"


def test_every_order_of_the_four_files_ends_the_same() -> None:
    """A wrong and a right staff list, and the case list before, between or after: the right list is never the first."""
    take(fixture("2026-11", "staff"), NOVEMBER)
    take(fixture("2026-11", "cases"), NOVEMBER)
    held = holdings(GONE)
    for order in permutations(("wrong", "right", "cases")):
        for each in order:
            if each == "wrong":
                staff_list(without(GONE), MIDDLE)
            else:
                take(fixture("2026-11", "staff" if each == "right" else "cases"), MIDDLE)
        take(fixture("2026-11", "staff"), TODAY)
        assert (holdings(GONE), is_keyworker(GONE, TODAY)) == (held, True), order


def test_one_without_cases_is_no_keyworker_and_one_who_stays_away_gets_no_role(council: Council) -> None:
    ann, bea = (
        f"{HEADINGS}\nAnn Lark,ann@example.gov.uk,Social Worker,Help,Hub,\n",
        "Bea Lark,bea@example.gov.uk,Social Worker,Help,Hub,\n",
    )
    staff_list((ann + bea).encode(), NOVEMBER)
    bring(line("1", Worker_Email="ann@example.gov.uk"), line("2", Worker_Email="ann@example.gov.uk"))
    staff_list(f"{HEADINGS}\n{bea}".encode(), MIDDLE)
    bring(line("1", Worker_Email="ann@example.gov.uk", Age="10"), line("2", Worker_Email="", Allocated_Worker=""))
    assert roles("ann@example.gov.uk", TODAY) == set()
    assert not is_keyworker("bea@example.gov.uk", TODAY)
    staff_list((ann + bea).encode(), TODAY)
    assert is_keyworker("ann@example.gov.uk", TODAY)
    assert Case.objects.filter(keyworker__email="ann@example.gov.uk").get().person_id == "1"
    assert not is_keyworker("bea@example.gov.uk", TODAY)


def test_a_worker_named_without_an_e_mail_is_found_if_only_one_has_the_name(council: Council) -> None:
    bring(
        line("1", Worker_Email="", Allocated_Worker="LARK, Ann"),
        line("2", Worker_Email="", Allocated_Worker="LARK, Bea"),
    )
    people = (("Ann", "ann"), ("Bea", "bea"), ("Bea", "bea.lark"))
    rows = [f"{name} Lark,{mail}@example.gov.uk,Social Worker,Help,Hub," for name, mail in people]
    staff_list("\n".join((HEADINGS, *rows)).encode(), MIDDLE)
    holders = dict(Case.objects.filter(person_id__in="12").values_list("person_id", "keyworker__email"))
    assert holders == {"1": "ann@example.gov.uk", "2": None}


def test_an_audit_follows_to_the_worker_who_comes_back(council: Council) -> None:
    worker = UserFactory.create(email="ann@example.gov.uk", name="Ann Lark", source=User.Source.FILE)
    bring(line("1", Worker_Email=worker.email))
    audit = allocated_audit(council, case=Case.objects.get(person_id="1"))
    assert audit.keyworker == worker
    bea = "Bea Lark,bea@example.gov.uk,Social Worker,Help,Hub,\n"
    staff_list(f"{HEADINGS}\n{bea}".encode(), MIDDLE)
    bring(line("1", Worker_Email=worker.email))
    bring(line("1", Worker_Email=worker.email), as_at=MIDDLE)
    audit.refresh_from_db()
    assert audit.keyworker is None
    staff_list(f"{HEADINGS}\n{bea}Ann Lark,ann@example.gov.uk,Social Worker,Help,Hub,\n".encode(), MIDDLE)
    audit.refresh_from_db()
    assert audit.keyworker == worker


# The auditor.

BEA = f"{HEADINGS}\nBea Lark,bea@example.gov.uk,Social Worker,Help,Hub,\n"
TOMASZ = "Tomasz Adeyemi,tomasz.adeyemi@example.gov.uk,Independent Reviewing Officer,Family Safeguarding,South,\n"


@pytest.fixture
def taken(council: Council, settings: Any) -> Audit:
    """A booked audit whose auditor a wrong list took away; another has it now."""
    settings.TODAY = TODAY
    council.case.keyworker.line_manager = None
    User.objects.filter(pk=council.auditor.pk).update(source=User.Source.FILE)
    Membership.objects.filter(user=council.auditor, role=Role.AUDITOR).update(from_file=True)
    audit = booked_audit(council)
    staff_list(BEA.encode(), NOVEMBER)
    audit.refresh_from_db()
    assert audit.auditor == council.other_auditor
    return audit


def offered(client: Client) -> bool:
    return "Give it back to Tomasz Adeyemi" in text(client.get("/"))


def test_an_auditor_who_comes_back_is_offered_back_and_given_back(
    client: Client, council: Council, taken: Audit
) -> None:
    client.force_login(council.qa_officer)
    assert not offered(client), "not while they are away"
    done = staff_list((BEA + TOMASZ).encode(), MIDDLE)
    assert offered(client)
    page = text(client.get(f"/register/import/{done.pk}/"))
    assert "Audits to give back" in page
    assert taken.ref in page
    address = f"/audits/{taken.ref}/give/"
    answer = client.get(address)
    assert "Give it back to Tomasz Adeyemi?" in text(answer)
    assert answer.context["form"].initial["auditor"] == council.auditor.pk
    given = client.post(address, {"auditor": council.auditor.pk, "why": answer.context["form"].initial["why"]})
    assert given.status_code == 302
    taken.refresh_from_db()
    assert (taken.auditor, taken.taken_from) == (council.auditor, None)
    assert not offered(client)
    assert "Audits to give back" not in text(client.get(f"/register/import/{done.pk}/"))


def test_qa_may_leave_it_where_it_is(client: Client, council: Council, taken: Audit) -> None:
    staff_list((BEA + TOMASZ).encode(), MIDDLE)
    address = f"/audits/{taken.ref}/give/leave/"
    client.force_login(council.auditor)
    assert client.post(address).status_code in (403, 404)
    client.force_login(council.qa_officer)
    assert client.get(address).status_code == 405
    assert offered(client)
    assert client.post(address).status_code == 302
    taken.refresh_from_db()
    assert (taken.auditor, taken.taken_from) == (council.other_auditor, None)
    assert not offered(client)
    assert client.post(address).status_code == 409
    assert TrailEntry.objects.filter(act="audit.not_given_back", ref=taken.ref).count() == 1


def test_it_is_offered_to_qa_alone_and_only_until_they_meet(client: Client, council: Council, taken: Audit) -> None:
    staff_list((BEA + TOMASZ).encode(), MIDDLE)
    for user in (council.auditor, council.other_auditor, council.head_of_service, council.administrator):
        assert list(give_back.offered_to(user, on=TODAY)) == []
    assert give_back.offered_to(council.head_of_qa, on=TODAY) == [taken]
    with pytest.raises(NotAllowed):
        give_back.decline(taken, by=council.head_of_service, at=LATER)
    met = open_audit(council, number=9)
    Audit.objects.filter(pk=met.pk).update(taken_from=council.other_auditor)
    assert give_back.offers(on=TODAY) == [taken]
    with pytest.raises(NotNow):
        give_back.decline(met, by=council.qa_officer, at=LATER)


def test_it_is_not_offered_to_one_who_may_not_audit_it_any_more(council: Council, taken: Audit) -> None:
    staff_list((BEA + TOMASZ.replace("Independent Reviewing Officer", "Social Worker")).encode(), MIDDLE)
    assert give_back.offers(on=TODAY) == [], "no auditor now"
    staff_list((BEA + TOMASZ.replace("South", "North")).encode(), MIDDLE)
    assert give_back.offers(on=TODAY) == [], "in the keyworker's team now"
    staff_list((BEA + TOMASZ).encode(), MIDDLE)
    assert give_back.offers(on=TODAY) == [taken]


def test_it_is_offered_where_nobody_else_was_free(council: Council, taken: Audit) -> None:
    Audit.objects.filter(pk=taken.pk).update(auditor=None)
    staff_list((BEA + TOMASZ).encode(), MIDDLE)
    assert give_back.offers(on=TODAY) == [taken]
    reassign.reassign_auditor(taken, auditor=council.auditor, why="Back", by=council.qa_officer, at=LATER)
    assert give_back.offers(on=TODAY) == []


def test_an_auditor_whom_a_wrong_list_moved_too_near_is_offered_back_once_it_is_right(
    council: Council, settings: Any
) -> None:
    settings.TODAY = TODAY
    audit = allocated_audit(council)
    staff_list((BEA + TOMASZ.replace("South", "North")).encode(), NOVEMBER)
    audit.refresh_from_db()
    assert audit.auditor == council.other_auditor
    assert give_back.offers(on=TODAY) == []
    staff_list((BEA + TOMASZ).encode(), MIDDLE)
    assert give_back.offers(on=TODAY) == [audit]


def test_an_auditor_to_whom_a_wrong_case_list_gave_the_case_is_offered_back(council: Council, settings: Any) -> None:
    settings.TODAY = TODAY
    audit = allocated_audit(council)
    number = council.case.person_id
    bring(line(number, Worker_Email=council.auditor.email))
    audit.refresh_from_db()
    assert audit.auditor != council.auditor
    assert give_back.offers(on=TODAY) == []
    bring(line(number, Worker_Email=council.keyworker.email), as_at=MIDDLE)
    assert give_back.offers(on=TODAY) == [audit]


def test_two_wrong_lists_leave_it_with_whom_it_was_taken_from_first(council: Council, taken: Audit) -> None:
    User.objects.filter(pk=council.other_auditor.pk).update(source=User.Source.FILE)
    UserFactory.create(name="Wren Kaya", roles=(Role.AUDITOR,))
    auditors.set_capacity(council.auditor, a_month=0, why="On a course", by=council.qa_officer, at=NOW)
    staff_list((BEA + TOMASZ).encode(), MIDDLE)
    taken.refresh_from_db()
    assert taken.auditor not in (council.auditor, council.other_auditor)
    assert [audit.taken_from for audit in give_back.offers(on=TODAY)] == [council.auditor]


# The roles that wait for an administrator.


@pytest.mark.parametrize("left", [NOVEMBER, MIDDLE])
@pytest.mark.parametrize("back", [NOVEMBER, MIDDLE, TODAY])
def test_a_manager_who_comes_back_has_every_role_again_and_nobody_is_asked(left: date, back: date) -> None:
    rows = f"{HEADINGS}\nAnn Lark,ann@example.gov.uk,Team Manager,Help,Hub,\n"
    granting = {"kind": "staff", "name": "s.csv", "by": None, "at": NOW}
    whole, part = (rows + "Bea,b@example.gov.uk,,,,").encode(), f"{HEADINGS}\nBea,b@example.gov.uk,,,,".encode()
    register_extracts.import_file(**granting, data=whole, as_at=NOVEMBER, granting=True)
    before = roles("ann@example.gov.uk", TODAY)
    assert before == {Role.STAFF, Role.TEAM_MANAGER, Role.AUDITOR}
    register_extracts.import_file(**granting, data=part, as_at=left)
    assert not User.objects.get(email="ann@example.gov.uk").works_here(left)
    register_extracts.import_file(**granting, data=whole, as_at=back)
    assert roles("ann@example.gov.uk", TODAY) == before
    assert not WaitingRole.objects.exists()


def test_one_who_comes_back_with_a_higher_title_waits_for_what_is_new() -> None:
    rows, bea = f"{HEADINGS}\nAnn Lark,ann@example.gov.uk,%s,Help,Hub,\n", "Bea,b@example.gov.uk,,,,"
    for title in ("Social Worker", None, "Team Manager"):
        data = f"{HEADINGS}\n{bea}" if title is None else rows % title + bea
        staff_list(data.encode(), NOVEMBER)
    assert roles("ann@example.gov.uk", TODAY) == {Role.STAFF, Role.AUDITOR}
    assert WaitingRole.objects.get().role == Role.TEAM_MANAGER


# The sweep.


def test_the_sweep_makes_a_keyworker_of_whoever_holds_an_open_case(council: Council) -> None:
    Membership.objects.filter(user=council.keyworker, role=Role.KEYWORKER).delete()
    sweep.sweep_deadlines(on=TODAY, at=NOW)
    assert is_keyworker(council.keyworker.email, TODAY)
    entry = TrailEntry.objects.get(act="person.role_given", ref=str(council.keyworker.pk))
    assert (entry.by, entry.now, entry.why) == (None, "keyworker", "Holds an open case.")
    sweep.sweep_deadlines(on=TODAY, at=LATER)
    assert TrailEntry.objects.filter(act="person.role_given").count() == 1
    Membership.objects.filter(user=council.keyworker, role=Role.KEYWORKER).delete()
    Case.objects.update(closed_on=TODAY)
    sweep.sweep_deadlines(on=TODAY, at=LATER)
    assert not is_keyworker(council.keyworker.email, TODAY)
