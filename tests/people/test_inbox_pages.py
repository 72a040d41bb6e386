"""The inbox: what one was told, read by oneself alone."""

from __future__ import annotations

from typing import Any

from django.test import Client

from people import notices
from people.models import Notice, User
from tests.conftest import NOW
from tests.factories import Council
from tests.notices import PlainText


def of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def tell(user: User, key: str) -> Notice:
    words = f"Audit {key} is booked"
    notices.notify(to=[user], text=PlainText(words, "Please say so.", f"/audits/{key}/prepare/"), key=key, at=NOW)
    return Notice.objects.get(to=user, key=key)


def test_a_notice_leads_to_the_thing_it_speaks_of(council: Council) -> None:
    tell(council.keyworker, "QC-2611-001")
    page = " ".join(of(council.keyworker).get("/notices/").content.decode().split())
    assert '<a class="govuk-link" href="/audits/QC-2611-001/prepare/">' in page
    assert "<b>Audit QC-2611-001 is booked</b>" in page
    assert "<b>1</b> not read yet" in page


def test_reading_takes_a_post_and_happens_once(council: Council) -> None:
    notice = tell(council.keyworker, "QC-2611-001")
    mine = of(council.keyworker)
    assert mine.get(f"/notices/{notice.pk}/read/").status_code == 405
    assert mine.post(f"/notices/{notice.pk}/read/").status_code == 302
    notice.refresh_from_db()
    first = notice.read
    assert first is not None
    mine.post(f"/notices/{notice.pk}/read/")
    notice.refresh_from_db()
    assert notice.read == first
    assert "You have read everything." in mine.get("/notices/?unread").content.decode()
    assert "QC-2611-001" in mine.get("/notices/").content.decode()


def test_all_are_marked_at_once_and_only_ones_own(council: Council) -> None:
    for key in ("QC-2611-001", "QC-2611-002"):
        tell(council.keyworker, key)
    theirs = tell(council.auditor, "QC-2611-003")
    answer = of(council.keyworker).post("/notices/read/", follow=True)
    assert "2 notices marked as read." in answer.content.decode()
    theirs.refresh_from_db()
    assert theirs.read is None


def test_anybody_elses_notice_is_not_there(council: Council) -> None:
    theirs = tell(council.auditor, "QC-2611-003")
    mine = of(council.keyworker)
    assert mine.post(f"/notices/{theirs.pk}/read/").status_code == 404
    assert "QC-2611-003" not in mine.get("/notices/").content.decode()
    theirs.refresh_from_db()
    assert theirs.read is None


def test_an_empty_inbox_says_what_will_come(council: Council) -> None:
    assert "you are told here and by e-mail" in of(council.staff).get("/notices/").content.decode()


def test_there_are_25_a_page_and_as_many_queries_as_for_one(
    council: Council, django_assert_max_num_queries: Any
) -> None:
    mine = of(council.keyworker)
    tell(council.keyworker, "first")
    with django_assert_max_num_queries(6):
        assert len(mine.get("/notices/").context["page"]) == 1
    for number in range(30):
        tell(council.keyworker, f"key {number}")
    with django_assert_max_num_queries(6):
        assert len(mine.get("/notices/").context["page"]) == 25
