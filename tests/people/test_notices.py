"""The outbox: told once, sent once, tried again after a fault, and given up only after eight tries."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.conf import settings as settings_of_django
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection

from people import notices, tasks
from people.models import Notice, User
from people.notices import LAST_ATTEMPT, LEASE
from qualitycounts.base import clock
from tests.conftest import NOW
from tests.factories import Council, UserFactory
from tests.notices import PlainText

HERE = "tests.people.test_notices"


class Broken(EmailBackend):
    """A mail server that hangs up."""

    def send_messages(self, messages: Any) -> int:
        """Hang up."""
        raise SMTPServerDisconnected("Connection unexpectedly closed")


def tell(*to: User | None, key: str = "a:1", subject: str = "It is late") -> None:
    notices.notify(to=to, text=PlainText(subject, "Please look.", "/actions/QC-2611-001-1/"), key=key, at=NOW)


def test_told_twice_under_one_key_it_is_one_line_and_one_mail(council: Council) -> None:
    tell(council.manager, council.manager, council.keyworker, None)
    tell(council.manager, subject="It is very late")
    assert Notice.objects.filter(key="a:1").count() == 2
    assert notices.deliver_outbox(at=NOW) == 2
    assert notices.deliver_outbox(at=NOW) == 0
    assert sorted(message.to[0] for message in mail.outbox) == [council.manager.email, council.keyworker.email]
    assert {message.subject for message in mail.outbox} == {"Quality Counts: It is late"}


def test_another_key_is_another_notice(council: Council) -> None:
    tell(council.manager)
    tell(council.manager, key="a:2")
    assert Notice.objects.count() == 2


def test_the_mail_greets_by_name_and_leads_to_the_page(council: Council, settings: Any) -> None:
    settings.SITE_ADDRESS = "https://quality.example.gov.uk"
    tell(council.manager)
    notices.deliver_outbox(at=NOW)
    body = mail.outbox[0].body
    assert body.startswith("Hello Devinder,\n\nPlease look.\n\nOpen it: https://quality.example.gov.uk/actions/")
    assert mail.outbox[0].extra_headers["Message-ID"].startswith("<notice-")


def test_before_its_time_it_is_not_sent(council: Council) -> None:
    tell(council.manager)
    assert notices.deliver_outbox(at=NOW - timedelta(seconds=1)) == 0
    assert notices.deliver_outbox(at=NOW) == 1


def test_at_most_so_many_go_at_once(council: Council) -> None:
    for number in range(5):
        tell(council.manager, key=f"a:{number}")
    assert notices.deliver_outbox(at=NOW, most=3) == 3
    assert notices.deliver_outbox(at=NOW, most=3) == 2


def test_a_fault_waits_longer_each_time_and_is_written_down(council: Council, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{HERE}.Broken"
    tell(council.manager)
    at, waits = NOW, []
    for tried in range(1, LAST_ATTEMPT):
        assert notices.deliver_outbox(at=at) == 0
        notice = Notice.objects.get()
        assert (notice.attempts, notice.mail) == (tried, Notice.Mail.WAITING)
        waits.append(int((notice.next_try - at).total_seconds() // 60))
        assert notices.deliver_outbox(at=notice.next_try - timedelta(seconds=1)) == 0
        assert Notice.objects.get().attempts == tried
        at = notice.next_try
    assert waits == [1, 2, 4, 8, 16, 32, 64]
    assert notice.fault == "SMTPServerDisconnected: Connection unexpectedly closed"


def test_after_eight_tries_it_is_given_up_for_a_person_to_see(council: Council, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{HERE}.Broken"
    tell(council.manager)
    at = NOW
    for _ in range(LAST_ATTEMPT):
        notices.deliver_outbox(at=at)
        at += timedelta(days=1)
    notice = Notice.objects.get()
    assert (notice.mail, notice.attempts) == (Notice.Mail.DEAD, 8)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert notices.deliver_outbox(at=at) == 0


def test_once_the_fault_is_over_everything_goes(council: Council, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{HERE}.Broken"
    for number in range(3):
        tell(council.manager, key=f"a:{number}")
    notices.deliver_outbox(at=NOW)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert notices.deliver_outbox(at=NOW + timedelta(minutes=1)) == 3
    assert not Notice.objects.filter(mail=Notice.Mail.WAITING).exists()
    assert {notice.fault for notice in Notice.objects.all()} == {""}


def test_a_worker_that_dies_between_claim_and_sending_lets_it_go_after_the_lease(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(council.manager)

    def die(notice: Notice, *, at: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(notices, "send", die)
        with pytest.raises(KeyboardInterrupt):
            notices.deliver_outbox(at=NOW)
    assert notices.deliver_outbox(at=NOW + LEASE - timedelta(seconds=1)) == 0
    assert len(mail.outbox) == 0
    assert notices.deliver_outbox(at=NOW + LEASE) == 1
    assert len(mail.outbox) == 1


def test_the_task_claims_a_few_at_once_and_goes_on_until_all_are_sent(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        tell(council.manager, key=f"line:{number}")
    claimed = []
    plain = notices.deliver_outbox

    def deliver(*, at: Any, most: int) -> int:
        claimed.append(most)
        return plain(at=at, most=most)

    monkeypatch.setattr(notices, "deliver_outbox", deliver)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    assert tasks.deliver() == len(mail.outbox) == 10
    assert claimed == [tasks.AT_ONCE] * 4
    assert LEASE.total_seconds() > tasks.AT_ONCE * settings_of_django.EMAIL_TIMEOUT, "a slow server outlives no claim"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    person = UserFactory.create(name="Devinder Halloran")
    for number in range(40):
        tell(person, key=f"a:{number}")
    gate, sent = threading.Barrier(2), []

    def work() -> None:
        gate.wait()
        try:
            sent.append(sum(notices.deliver_outbox(at=NOW, most=7) for _ in range(8)))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 40
    mails = [file.read_text() for file in tmp_path.iterdir()]
    assert sum(text.count("Message-ID: <notice-") for text in mails) == 40
    assert set(Notice.objects.values_list("mail", "attempts")) == {(Notice.Mail.SENT, 1)}
