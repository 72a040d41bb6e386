"""Mail that was given up: who sees it, what they see, and sending it again."""

from __future__ import annotations

from datetime import timedelta

from django.core import mail
from django.test import Client

from people import notices, undelivered
from people.models import Notice
from qualitycounts import health
from tests.audits.meeting.pages import at_most, signed_in, text
from tests.conftest import NOW
from tests.factories import Council
from tests.notices import PlainText


def dead(council: Council, number: int, **more: object) -> Notice:
    notices.notify(to=[council.manager], text=PlainText(f"Audit QC-{number}"), key=f"a:{number}", at=NOW)
    notice = Notice.objects.get(key=f"a:{number}")
    about = {"mail": "dead", "attempts": 8, "fault": "SMTPRecipientsRefused: no such box"} | more
    Notice.objects.filter(pk=notice.pk).update(**about)
    return notice


def test_those_who_can_mend_it_see_it_without_its_words_and_send_it_again(client: Client, council: Council) -> None:
    dead(council, 1)
    dead(council, 2, mail="waiting", attempts=3)
    dead(council, 3, mail="waiting", attempts=0, fault="slow")
    for person, status in ((council.manager, 403), (council.qa_officer, 200), (council.administrator, 200)):
        page = signed_in(client, person).get("/notices/undelivered/")
        assert page.status_code == status
    said = text(page)
    assert said.count("no such box") == 2
    assert "slow" not in said
    assert "QC-1" not in said
    assert council.manager.email in said
    again = client.post("/notices/undelivered/again/", follow=True)
    assert "1 mail put back" in text(again)
    assert notices.deliver_outbox(at=Notice.objects.get(key="a:1").next_try) >= 1
    assert Notice.objects.get(key="a:1").mail == Notice.Mail.SENT
    assert "Audit QC-1" in [one.subject.partition(": ")[2] for one in mail.outbox]


def test_the_page_asks_the_same_for_one_and_for_many(client: Client, council: Council) -> None:
    signed_in(client, council.administrator)
    for many in (1, 20):
        for number in range(many):
            dead(council, 100 * many + number)
        with at_most(9):
            client.get("/notices/undelivered/")


def test_health_says_when_mail_is_refused_for_an_hour_and_not_when_it_is_to_go_later(council: Council) -> None:
    dead(council, 1, mail="waiting", attempts=2)
    dead(council, 2, mail="waiting", attempts=0, fault="", next_try=NOW + timedelta(hours=20))
    assert undelivered.count_waiting(at=NOW) == 1
    assert health.outgoing_mail(at=NOW + timedelta(minutes=59)) == ""
    assert health.outgoing_mail(at=NOW + timedelta(minutes=61)).startswith("Mail waits for more than an hour (1).")
    Notice.objects.update(at_once=False, attempts=0, next_try=NOW)
    assert health.outgoing_mail(at=NOW + timedelta(days=2)) == "", "the mail of a morning is waited for"
