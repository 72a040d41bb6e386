"""The auditors of a month, and writing down when they are away."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from audits.allocation import auditors, independence
from audits.draw import draws
from audits.models import Leave
from people.models import TrailEntry, User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, Refused
from tests.conftest import NOW, TODAY
from tests.factories import Council, UserFactory

DECEMBER, LAST = date(2026, 12, 1), date(2026, 12, 31)


def load_of(auditor: User) -> auditors.Load:
    return next(load for load in auditors.auditor_loads(DECEMBER, on=TODAY) if load.auditor == auditor)


def test_what_is_drawn_counts_as_held(council: Council) -> None:
    draws.run(month=DECEMBER, size=1, by=council.qa_officer, at=NOW)
    loads = auditors.auditor_loads(DECEMBER, on=TODAY)
    assert {load.auditor for load in loads} == {council.auditor, council.other_auditor}
    assert sorted(load.month.held for load in loads) == [0, 1]
    assert sorted(load.month.room for load in loads) == [1, 2]


def test_someone_away_all_month_is_given_nothing_and_is_back_when_it_is_taken_off(council: Council) -> None:
    leave = auditors.be_away(council.auditor, starts_on=DECEMBER, ends_on=LAST, by=council.qa_officer, at=NOW)
    assert load_of(council.auditor) == auditors.Load(
        council.auditor, independence.Auditor(room=0, held=0, away=True), [leave]
    )
    auditors.end_leave(leave, by=council.qa_officer, at=NOW)
    assert load_of(council.auditor).month.room == 2
    assert [entry.act for entry in TrailEntry.objects.order_by("seq")] == ["auditor.away", "auditor.back"]


def test_what_is_refused(council: Council) -> None:
    with pytest.raises(NotAllowed):
        auditors.be_away(council.auditor, starts_on=DECEMBER, ends_on=LAST, by=council.auditor, at=NOW)
    with pytest.raises(Refused, match="before the first"):
        auditors.be_away(council.auditor, starts_on=LAST, ends_on=DECEMBER, by=council.qa_officer, at=NOW)
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(Refused, match="have passed"):
        auditors.be_away(council.auditor, starts_on=yesterday, ends_on=yesterday, by=council.qa_officer, at=NOW)
    assert not Leave.objects.exists()


def test_the_page(client: Client, council: Council, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    days = {"starts_on_0": "1", "starts_on_1": "12", "starts_on_2": "2026"}
    days |= {"ends_on_0": "31", "ends_on_1": "12", "ends_on_2": "2026"}
    filled = {"auditor": council.auditor.pk, **days}
    with time_machine.travel(NOW, tick=False):
        client.force_login(council.auditor)
        assert client.get("/draws/auditors/").status_code == 403
        client.force_login(council.qa_officer)
        assert client.post("/draws/auditors/", {**filled, "auditor": ""}).status_code == 422
        assert client.post("/draws/auditors/", {**filled, "ends_on_1": "11"}).status_code == 422
        assert client.post("/draws/auditors/", filled).status_code == 302
        text = client.get("/draws/auditors/").content.decode()
        assert "Auditors in December 2026" in text
        assert "Away all month" in text
        assert "Away all month" not in client.get("/draws/auditors/?month=2027-01").content.decode()
        for number in range(2):
            UserFactory.create_batch(number * 10, roles=(Role.AUDITOR,))
            with django_assert_max_num_queries(11):
                client.get("/draws/auditors/")
        leave = Leave.objects.get()
        assert client.post(f"/draws/auditors/leave/{leave.pk}/end/").status_code == 302
        assert client.post(f"/draws/auditors/leave/{leave.pk}/end/").status_code == 404
    assert not Leave.objects.exists()
