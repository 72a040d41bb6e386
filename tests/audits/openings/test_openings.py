"""Who opened what: every address is declared, each opening is a line, and the right people read it."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.models import Audit, Opening
from audits.openings import addresses, odd, writing
from audits.overview import spot_views
from people import absence
from people.models import Notice, TrailEntry, User
from people.url_permissions import doors
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.factories import CaseFactory, Council, allocated_audit
from tests.people.test_access import World, address, ask, world

__all__ = ["world"]
HELD = Opening.Kind
MONDAY = date(2026, 11, 30)


@pytest.fixture(autouse=True)
def that_day(settings: Any) -> None:
    settings.TODAY = TODAY


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def lines() -> list[tuple[str, str, str]]:
    return list(Opening.objects.order_by("pk").values_list("kind", "ref", "page"))


def test_every_address_is_declared_to_open_something_or_nothing() -> None:
    missing = [door.route for door in doors() if addresses.declared(door.route) is None]
    assert missing == [], "say in audits/openings/addresses.py what these open"


def test_every_declaration_is_of_an_address() -> None:
    used = {addresses.declared(door.route) for door in doors()}
    assert [start for start in addresses.OPENS if start not in used] == []


def test_an_address_nobody_declared_is_written_down_all_the_same() -> None:
    assert addresses.opens("something/<int:pk>/new/") == (HELD.LIST, ())
    assert addresses.opens("panel/<slug:ref>/<slug:audit_ref>/vote/") == (HELD.PANEL, ("ref", "audit_ref"))


@pytest.mark.long
@pytest.mark.once
def test_no_page_with_a_childs_record_is_declared_to_show_none(world: World) -> None:
    """Every address as the Head of QA and an auditor see it: one with a child's number or words leaves a line."""
    council, wrong, shown = world.council, [], set()
    drawn = Audit.objects.get(ref=world.values["drawn_audit"]).case.person_id
    marks = (*world.ours.children, *world.theirs.children, drawn, "Visits are on time.")
    for person in (council.head_of_qa, council.auditor):
        client = signed_in(person)
        for door in doors():
            if not door.permissions or "GET" not in door.methods:
                continue
            ours, theirs = address(door, world.ours, world, "issued"), address(door, world.theirs, world, "draft")
            for url in dict.fromkeys((ours, theirs)):
                status, body = ask(client, "GET", url)
                if status == 200 and any(mark in body for mark in marks):
                    shown.add(door.name)
                    wrong += [door.name] if addresses.opens(door.route) is None else []
    assert {"register", "register-case", "audits", "audit", "draw"} <= shown
    assert sorted(set(wrong)) == []


def test_an_opening_says_who_in_which_role_what_when_and_from_where(council: Council) -> None:
    audit = allocated_audit(council)
    client = signed_in(council.auditor)
    assert client.get(reverse("audit", args=[audit.ref]), REMOTE_ADDR="192.0.2.7").status_code == 200
    line = Opening.objects.get()
    assert (line.by, line.kind, line.ref, line.audit_ref) == (council.auditor, "audit", audit.ref, audit.ref)
    assert (line.address, line.as_file, line.page, line.in_place_of) == ("192.0.2.7", False, "audit", None)
    assert "auditor" in line.roles.split(",")


def test_what_is_refused_or_not_there_leaves_no_line(council: Council) -> None:
    audit = allocated_audit(council)
    client = signed_in(council.other_keyworker)
    assert client.get(reverse("audit", args=[audit.ref])).status_code == 404
    assert client.get(reverse("openings")).status_code == 403
    assert Client().get(reverse("audit", args=[audit.ref])).status_code == 302
    assert signed_in(council.auditor).get(reverse("help")).status_code == 200
    assert lines() == []


def test_a_page_opened_twice_is_two_lines_and_a_list_one_an_hour(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit, seconds = allocated_audit(council), count()
    client = signed_in(council.qa_officer)
    monkeypatch.setattr("qualitycounts.base.clock.now", lambda: NOW + timedelta(seconds=next(seconds)))
    for _ in range(2):
        client.get(reverse("audit", args=[audit.ref]))
        client.get(reverse("audits"))
        client.get(reverse("audits-csv"))
        client.get(reverse("audit-history", args=[audit.ref]), headers={"HX-Request": "true"})
    assert sorted(page for _, _, page in lines()) == [
        *("audit", "audit", "audit-history", "audits"),
        *("audits-csv", "audits-csv"),
    ]
    monkeypatch.setattr("qualitycounts.base.clock.now", lambda: NOW + timedelta(hours=1))
    client.get(reverse("audits"))
    assert Opening.objects.filter(page="audits").count() == 2


def test_a_file_taken_away_says_so(council: Council) -> None:
    case = council.case
    client = signed_in(council.qa_officer)
    assert client.get(reverse("register-csv")).status_code == 200
    assert client.get(reverse("register-case", args=[case.pk])).status_code == 200
    assert list(Opening.objects.order_by("pk").values_list("kind", "as_file", "case_key")) == [
        ("list", True, None),
        ("case", False, case.pk),
    ]


def test_writing_it_down_costs_one_statement_and_none_once_its_hour_has_it(council: Council) -> None:
    audit = allocated_audit(council)
    client = signed_in(council.qa_officer)

    def statements(url: str) -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return [each["sql"].split()[0] for each in asked if "audits_opening" in each["sql"]]

    one, every = reverse("audit", args=[audit.ref]), reverse("register")
    assert [statements(url) for url in (one, one, every, every)] == [["INSERT"], ["INSERT"], ["INSERT"], []]
    client = signed_in(council.qa_officer)
    assert statements(every) == ["INSERT"], "another sign-in, and it is no second line"
    assert Opening.objects.filter(page="register").count() == 1


def test_a_page_goes_on_where_it_cannot_be_written_down(
    council: Council, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise DatabaseError("disk full")

    audit = allocated_audit(council)
    monkeypatch.setattr(Opening.objects, "bulk_create", full)
    with caplog.at_level(logging.ERROR, logger=writing.__name__):
        assert signed_in(council.qa_officer).get(reverse("audit", args=[audit.ref])).status_code == 200
    assert "could not be written down" in caplog.text
    assert f"by_id={council.qa_officer.pk}, roles=qa_officer,staff" in caplog.text
    assert f"ref={audit.ref}" in caplog.text, "whole, so that it can be put back"


# Who reads it


def test_the_head_of_qa_reads_and_narrows_and_takes_it_away(council: Council) -> None:
    audit = allocated_audit(council)
    for person in (council.auditor, council.keyworker):
        signed_in(person).get(reverse("audit", args=[audit.ref]))
    head = signed_in(council.head_of_qa)
    page = head.get(reverse("openings"), {"person": council.auditor.name}).content.decode()
    assert audit.ref in page
    assert council.auditor.name in page
    assert f"from {Opening.objects.first().address}" in page  # type: ignore[union-attr]
    assert "1 opening," in page
    assert "2 openings," in head.get(reverse("openings")).content.decode()
    assert "Nothing fits" in head.get(reverse("openings"), {"since": "2026-11-24"}).content.decode()
    assert "2 openings," in head.get(reverse("openings"), {"case": audit.case_id}).content.decode()
    assert "Nothing fits" in head.get(reverse("openings"), {"only": "deputies"}).content.decode()
    assert head.get(reverse("openings"), {"ref": "1234567"}).status_code == 422
    table = head.get(reverse("openings-csv"), {"ref": audit.ref}).getvalue().decode()
    assert len(table.strip().splitlines()) == 3
    assert "From address" in table.splitlines()[0]
    assert TrailEntry.objects.filter(act="openings.exported").count() == 1


def test_the_list_asks_at_most_eight_queries_more_or_less_full(council: Council) -> None:
    head, counts = signed_in(council.head_of_qa), []
    audit = finalised_audit(council)
    for number in (1, 20):
        for _ in range(number):
            signed_in(council.keyworker).get(reverse("audit", args=[audit.ref]))
            signed_in(council.qa_officer).get(reverse("register-case", args=[audit.case_id]))
        with CaptureQueriesContext(connection) as asked:
            head.get(reverse("openings"))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8


def test_the_worker_sees_who_opened_their_audit_and_others_do_not(council: Council) -> None:
    audit = finalised_audit(council)
    other = allocated_audit(council, number=7, case=CaseFactory.create(keyworker=council.other_keyworker))
    url = reverse("audit-opened", args=[audit.ref])
    assert signed_in(council.manager).get(reverse("audit-history", args=[audit.ref])).status_code == 200
    signed_in(council.qa_officer).get(reverse("audit", args=[other.ref]))
    page = signed_in(council.keyworker).get(url).content.decode()
    assert council.manager.name in page
    assert "Page: audit history" in page
    assert council.qa_officer.name not in page
    assert "127.0.0.1" not in page
    assert signed_in(council.head_of_qa).get(url).status_code == 200
    for person in (council.qa_officer, council.auditor, council.manager):
        assert signed_in(person).get(url).status_code == 403
    assert signed_in(council.other_keyworker).get(url).status_code == 404
    assert url in signed_in(council.keyworker).get(reverse("audit", args=[audit.ref])).content.decode()
    assert url not in signed_in(council.auditor).get(reverse("audit", args=[audit.ref])).content.decode()


def test_a_directors_reason_stands_beside_what_they_opened_that_day(council: Council) -> None:
    audit = finalised_audit(council)
    spot_views.open_case(
        by=council.assistant_director, at=NOW, kind="spot", number=audit.ref, why="A look at his file."
    )
    signed_in(council.assistant_director).get(reverse("audit", args=[audit.ref]))
    signed_in(council.qa_officer).get(reverse("audit", args=[audit.ref]))
    page = signed_in(council.head_of_qa).get(reverse("openings"), {"person": council.assistant_director.email})
    assert "“A look at his file.”" in page.content.decode()
    others = signed_in(council.head_of_qa).get(reverse("openings"), {"person": council.qa_officer.email})
    assert "A look at his file." not in others.content.decode()


# What is odd


def opened(by: User, audits: list[Audit], *, apart: timedelta, **more: Any) -> None:
    """Openings of these audits, one after another, from Monday 10:00 on."""
    Opening.objects.bulk_create(
        Opening(
            at=NOW + number * apart,
            slot=NOW + number * apart,
            by=by,
            roles="staff",
            kind="audit",
            ref=audit.ref,
            audit_ref=audit.ref,
            **{"page": "audit"} | more,
        )
        for number, audit in enumerate(audits)
    )


def five_audits(council: Council) -> list[Audit]:
    return [
        allocated_audit(council, number=number, case=CaseFactory.create(keyworker=council.keyworker))
        for number in range(1, 6)
    ]


def told(on: date = MONDAY) -> str:
    odd.tell_odd_openings(on=on, at=NOW)
    return "\n".join(Notice.objects.filter(key__startswith="odd-openings:").values_list("body", flat=True))


@pytest.mark.parametrize(("minutes", "is_told"), [(14, True), (15, False)])
def test_many_children_within_an_hour_are_told_and_not_over_an_hour(
    council: Council, monkeypatch: pytest.MonkeyPatch, minutes: int, is_told: bool
) -> None:
    monkeypatch.setattr(type(odd.AN_HOUR), "value", lambda _: 5)
    opened(council.qa_officer, five_audits(council), apart=timedelta(minutes=minutes))
    assert (f"{council.qa_officer}, 5" in told()) is is_told


def test_one_child_opened_often_is_not_many(council: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(odd.AN_HOUR), "value", lambda _: 5)
    opened(council.qa_officer, five_audits(council)[:1] * 9, apart=timedelta(minutes=1))
    assert told() == ""


def test_another_services_records_opened_by_a_deputy_are_told(council: Council) -> None:
    mine = five_audits(council)[:2]
    theirs = allocated_audit(council, number=8, case=CaseFactory.create(keyworker=council.other_keyworker))
    assert mine[0].case.team is not None
    assert theirs.case.team is not None
    assert mine[0].case.team.service_id != theirs.case.team.service_id
    deputy = council.head_of_service
    opened(deputy, [theirs], apart=timedelta(hours=2))
    assert told() == "", "not as a deputy"
    opened(deputy, mine, apart=timedelta(hours=3), in_place_of=council.manager)
    assert told() == "", "one's own service"
    opened(deputy, [theirs], apart=timedelta(hours=4), in_place_of=council.manager, page="audit-history")
    assert f"{deputy}, 1" in told()


def test_it_is_told_once_to_the_head_of_qa_for_the_week_before(council: Council) -> None:
    theirs = allocated_audit(council, number=8, case=CaseFactory.create(keyworker=council.other_keyworker))
    opened(council.head_of_service, [theirs], apart=timedelta(hours=4), in_place_of=council.manager)
    assert [told(TODAY), told(MONDAY + timedelta(days=7))] == ["", ""], "another week's"
    assert odd.tell_odd_openings(on=MONDAY, at=NOW) == 1
    assert odd.tell_odd_openings(on=MONDAY, at=NOW) == 0
    assert Notice.objects.get(key__startswith="odd-openings:").to == council.head_of_qa


def test_a_deputys_opening_says_for_whom(council: Council) -> None:
    audit, deputy = finalised_audit(council), council.head_of_service
    away = absence.name_deputy(
        person=council.manager, deputy=deputy, starts_on=TODAY, ends_on=TODAY, by=council.manager, at=NOW
    )
    absence.agree_to_stand_in(away, by=deputy, at=NOW)
    signed_in(deputy).get(reverse("audit", args=[audit.ref]))
    assert Opening.objects.get().in_place_of == council.manager
    page = signed_in(council.head_of_qa).get(reverse("openings"), {"only": "deputies"}).content.decode()
    assert f"standing in for {council.manager}" in page
