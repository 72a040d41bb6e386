"""The outbox: told once, never after one has left, sent once, tried again, and no one mail keeps back the others."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections

from people import notices
from people.models import Notice, User
from tests.conftest import NOW, TODAY
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def tell(*to: User | None, key: str = "QC-2611-001:booked", subject: str = "Audit QC-2611-001 is booked") -> None:
    notices.tell(to=to, key=key, subject=subject, body="Please bring the file.", link="/audits/QC-2611-001/", at=NOW)


def test_each_person_is_told_once_under_a_key() -> None:
    ada, ben = UserFactory.create(), UserFactory.create()
    tell(ada, ada, None)
    tell(ada, ben)
    assert sorted(Notice.objects.values_list("to", flat=True)) == [ada.pk, ben.pk]


def test_who_has_left_is_told_nothing_from_that_day_on() -> None:
    left, leaving = UserFactory.create(left_on=TODAY), UserFactory.create(left_on=TODAY + timedelta(days=1))
    shut = UserFactory.create(is_active=False)
    tell(left, leaving, shut)
    assert list(Notice.objects.values_list("to", flat=True)) == [leaving.pk]


def test_the_day_one_leaves_begins_at_midnight_in_london() -> None:
    left = UserFactory.create(left_on=TODAY.replace(month=7))
    before = NOW.replace(month=7, day=22, hour=22, minute=59)
    for at, key in ((before, "before"), (before + timedelta(minutes=1), "after")):
        notices.tell(to=[left], key=key, subject="Hello", body="Hello.", link="", at=at)
    assert list(Notice.objects.values_list("key", flat=True)) == ["before"]


def test_a_mail_says_what_and_where_under_a_name_that_stays_its_own() -> None:
    ada = UserFactory.create(name="Ada Lark")
    tell(ada)
    assert notices.deliver(at=NOW) == 1
    assert notices.deliver(at=NOW + timedelta(hours=1)) == 0
    sent = mail.outbox[0]
    assert (len(mail.outbox), sent.to, sent.subject) == (
        1,
        [ada.email],
        "Quality Counts: Audit QC-2611-001 is booked",
    )
    assert sent.body.startswith("Hello Ada,")
    assert "/audits/QC-2611-001/" in sent.body
    notice = Notice.objects.get()
    assert sent.extra_headers["Message-ID"] == notices.message(notice).extra_headers["Message-ID"]
    assert (notice.mail, notice.sent, notice.attempts) == (Notice.Mail.SENT, NOW, 1)


def test_a_fault_waits_longer_each_time_and_after_eight_a_person_is_asked(settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # type: ignore[attr-defined]
    tell(UserFactory.create())
    at, waits = NOW, []
    for _ in range(8):
        assert notices.deliver(at=at) == 0
        notice = Notice.objects.get()
        waits.append((notice.next_try - at) // timedelta(minutes=1))
        assert notices.deliver(at=notice.next_try - timedelta(seconds=1)) == 0
        at = notice.next_try
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128]
    assert (notice.mail, notice.attempts) == (Notice.Mail.DEAD, 8)
    assert notice.fault.startswith("ConnectionRefusedError")


def test_a_mail_that_can_never_be_written_keeps_back_no_other() -> None:
    tell(UserFactory.create(), subject="Two\nlines", key="first")
    tell(UserFactory.create(), key="second")
    assert notices.deliver(at=NOW) == 1
    broken, fine = Notice.objects.order_by("pk")
    assert (broken.mail, fine.mail) == (Notice.Mail.WAITING, Notice.Mail.SENT)
    assert broken.fault.startswith("BadHeaderError")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once() -> None:
    for number in range(20):
        tell(UserFactory.create(), key=f"key {number}")
    start, went = threading.Barrier(2), []

    def work() -> None:
        start.wait(20)
        went.append(notices.deliver(at=NOW))
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert (sum(went), len(mail.outbox)) == (20, 20)
