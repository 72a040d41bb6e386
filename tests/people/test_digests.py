"""One mail in place of many: its moments, what goes at once all the same, its words, and that nothing is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from people import council_settings, digests, inbox, notices
from people.digests import latest_moment
from people.models import Notice, User
from tests.conftest import NOW
from tests.factories import Council
from tests.notices import PlainText

TUESDAY = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 7, 30, tzinfo=UTC)


class Calm(PlainText, abstract=True):
    """What can wait for the morning."""

    urgent = False


class Dated(Calm, abstract=True):
    """What can wait unless it is due."""

    due_on: date = NOW.date()
    due = "due_on"


def tell(user: User, subject: str, at: datetime = NOW, kind: type[PlainText] = Calm) -> None:
    notices.notify(to=[user], text=kind(subject, ".", f"/audits/{subject}/"), key=f"{subject}:{at}", at=at)


def sent(at: datetime) -> list[tuple[str, str]]:
    """Whom the machinery mails at a moment, and under which subject."""
    mail.outbox.clear()
    digests.gather_digests(at=at)
    notices.deliver_outbox(at=at)
    return [(one.to[0], str(one.subject).partition(": ")[2]) for one in mail.outbox]


@pytest.mark.parametrize(
    ("mails", "at", "moment"),
    [
        ("daily", datetime(2026, 11, 24, 7, 29, tzinfo=UTC), datetime(2026, 11, 23, 7, 30, tzinfo=UTC)),
        ("daily", TUESDAY, TUESDAY),
        ("daily", datetime(2026, 11, 29, 12, tzinfo=UTC), datetime(2026, 11, 27, 7, 30, tzinfo=UTC)),
        ("weekly", datetime(2026, 11, 29, 12, tzinfo=UTC), datetime(2026, 11, 23, 7, 30, tzinfo=UTC)),
        ("weekly", MONDAY, MONDAY),
        ("daily", datetime(2026, 7, 1, 6, 30, tzinfo=UTC), datetime(2026, 7, 1, 6, 30, tzinfo=UTC)),
    ],
)
@pytest.mark.once
def test_working_mornings_and_mondays_at_half_past_seven_in_london(mails: str, at: datetime, moment: datetime) -> None:
    assert latest_moment(mails, at=at) == moment


def test_what_waits_goes_in_one_mail_the_next_morning_and_only_once(council: Council) -> None:
    worker, email = council.keyworker, council.keyworker.email
    tell(worker, "QC-1"), tell(worker, "QC-2"), tell(worker, "QC-3"), tell(council.auditor, "QC-1")
    tell(worker, "QC-1", at=NOW + timedelta(hours=1))
    assert sent(TUESDAY - timedelta(minutes=1)) == []
    inbox.mark_notice_read(pk=Notice.objects.get(subject="QC-3").pk, by=worker, at=NOW)
    assert sorted(sent(TUESDAY)) == sorted(
        [(email, "2 things since your last mail"), (council.auditor.email, "1 thing since your last mail")]
    )
    body = next(str(one.body) for one in mail.outbox if one.to == [email])
    assert body.startswith(
        "Hello Niamh,\n\nWhat happened since your last mail, one after the other:\n\n- Mon 23 Nov: QC-1\n  http"
    )
    assert body.count(": QC-1\n") == 1, "the same thing twice is one line"
    assert "QC-3" not in body, "read on the page before the mail went"
    assert "/audits/QC-2/" in body
    assert sent(TUESDAY) == sent(MONDAY) == []
    assert {notice.subject for notice in inbox.inbox(worker)} == {"QC-1", "QC-2", "QC-3"}
    assert Notice.objects.get(subject="QC-3").mail == Notice.Mail.READ
    assert Notice.objects.filter(digest__isnull=False).count() == 4


def test_what_is_urgent_due_today_or_brings_a_diary_entry_goes_at_once(council: Council) -> None:
    tell(council.keyworker, "urgent", kind=PlainText)
    tell(council.keyworker, "due", kind=Dated)
    tell(council.keyworker, "later", at=NOW + timedelta(days=1), kind=Dated)
    notices.notify(to=[council.keyworker], text=Calm("diary"), key="c", at=NOW, calendar="METHOD:REQUEST")
    assert [subject for _, subject in sent(NOW)] == ["urgent", "due", "diary"]


def test_a_person_chooses_and_the_council_sets_what_holds_for_the_rest(council: Council) -> None:
    worker, auditor = council.keyworker, council.auditor
    client = Client()
    client.force_login(worker)
    assert client.post("/notices/mails/", {"mails": "hourly"}).status_code == 422
    assert client.post("/notices/mails/", {"mails": "weekly"}).status_code == 302
    page = client.get("/notices/").content.decode()
    assert "weekly" in page.split("checked")[0].rsplit("<input", 1)[1]
    for person in (User.objects.get(pk=worker.pk), auditor):
        tell(person, "QC-1")
    assert sent(TUESDAY) == [(auditor.email, "1 thing since your last mail")]
    assert sent(MONDAY) == [(worker.email, "1 thing since your last mail")]
    council_settings.change(digests.MAILS, value="each", why="We are few.", number=0, by=council.head_of_qa, at=NOW)
    tell(auditor, "QC-2", at=MONDAY), tell(worker, "QC-2", at=MONDAY)
    assert sent(MONDAY) == [(auditor.email, "QC-2")]


def test_days_without_the_machinery_lose_nothing(council: Council) -> None:
    tell(council.keyworker, "QC-1")
    tell(council.keyworker, "QC-2", at=TUESDAY + timedelta(hours=1))
    late = TUESDAY + timedelta(days=3)
    assert sent(late) == [(council.keyworker.email, "2 things since your last mail")]
