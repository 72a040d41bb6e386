"""The test mail: what the server said of it, in its own words, and whether it arrived, by the number in it."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPAuthenticationError, SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client

from people import mail_test
from people.models import MailTest, User
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.conftest import NOW, TODAY
from tests.factories import Council

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Refusing(BaseEmailBackend):
    """A mail server that does not know us."""

    fault: Exception = SMTPAuthenticationError(535, b"5.7.8 Bad username\r\nor password")

    def send_messages(self, email_messages: Any) -> int:
        raise self.fault


@pytest.fixture
def boss(council: Council, settings: Any) -> User:
    settings.TODAY = TODAY
    return council.administrator


def test_a_test_mail_that_is_taken_has_arrived_once_its_number_is_typed(boss: User) -> None:
    test = mail_test.send_test_mail(by=boss, at=NOW)
    assert (test.taken, test.fault, mail_test.mail_arrives()) == (NOW, "", False)
    (sent,) = mail.outbox
    assert sent.to == [boss.email]
    number = mail_test.number_in(test)
    assert number in sent.subject
    with pytest.raises(Refused, match="not the number"):
        mail_test.confirm_arrival("12", by=boss, at=NOW)
    mail_test.confirm_arrival(f" {number[:3]} {number[3:]} ", by=boss, at=NOW)
    assert mail_test.mail_arrives()
    mail_test.confirm_arrival(number, by=boss, at=NOW + MINUTE)
    assert MailTest.objects.get().came_at == NOW


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (SMTPAuthenticationError(535, b"5.7.8 Bad username\r\nor password"), "535 5.7.8 Bad username or password"),
        (SMTPRecipientsRefused({"a@b.uk": (550, b"No such user")}), "550 No such user"),
        (ConnectionRefusedError(111, "Connection refused"), "ConnectionRefusedError: [Errno 111] Connection refused"),
    ],
)
def test_what_the_server_says_stands_on_the_page(
    boss: User, settings: Any, monkeypatch: pytest.MonkeyPatch, fault: Exception, said: str
) -> None:
    settings.EMAIL_BACKEND = "tests.people.test_mail_test.Refusing"
    monkeypatch.setattr(Refusing, "fault", fault)
    client = Client()
    client.force_login(boss)
    assert said in client.post("/start/mail/", follow=True).content.decode()
    text = client.get("/start/").content.decode()
    assert "The mail server refused it" in text
    assert "Yes, it came" not in text
    with pytest.raises(NotNow, match="No test mail was taken"):
        mail_test.confirm_arrival("123456", by=boss, at=NOW)


def test_one_a_minute_and_by_an_administrator_alone(boss: User, council: Council) -> None:
    with pytest.raises(NotAllowed):
        mail_test.send_test_mail(by=council.qa_officer, at=NOW)
    mail_test.send_test_mail(by=boss, at=NOW)
    with pytest.raises(NotNow, match="Wait a minute"):
        mail_test.send_test_mail(by=boss, at=NOW + MINUTE - timedelta(seconds=1))
    mail_test.send_test_mail(by=boss, at=NOW + MINUTE)
    with pytest.raises(NotAllowed):
        mail_test.confirm_arrival("123456", by=council.qa_officer, at=NOW)


def test_a_wrong_number_comes_back_in_its_box(boss: User) -> None:
    client = Client()
    client.force_login(boss)
    client.post("/start/mail/")
    answer = client.post("/start/mail/arrived/", {"number": "000"})
    assert answer.status_code == 422
    assert "That is not the number in the latest test mail" in answer.content.decode()
    assert 'value="000"' in answer.content.decode()
    number = mail_test.number_in(MailTest.objects.get())
    assert "Mail arrives" in client.post("/start/mail/arrived/", {"number": number}, follow=True).content.decode()
