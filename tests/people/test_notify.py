"""GOV.UK Notify in place of SMTP: what it is asked, and that what it took is not sent twice."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from people import notices
from people.models import Notice
from tests.conftest import NOW
from tests.factories import Council
from tests.notices import PlainText

SERVICE, SECRET = "6f2c5b1e-0000-4000-8000-000000000001", "0d5f3c2a-0000-4000-8000-000000000002"
KEY = f"quality-counts-{SERVICE}-{SECRET}"


@contextmanager
def pretend_notify(*answers: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A server that answers as Notify does; each number is one POST's status (201 once they are used up)."""
    asked: list[dict[str, Any]] = []
    left = list(answers)

    class Notify(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(body | {"token": self.headers["Authorization"]})
            self.answer(left.pop(0) if left else 201, {"id": "1"})

        def do_GET(self) -> None:
            [reference] = parse_qs(urlsplit(self.path).query)["reference"]
            found = [one for one in asked if one["reference"] == reference]
            self.answer(200, {"notifications": found})

        def answer(self, status: int, body: dict[str, Any]) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Notify)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def test_a_notice_goes_once_also_where_the_first_answer_was_a_fault(council: Council, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.NOTIFY_KEY, settings.NOTIFY_TEMPLATE = (
        "people.notify.NotifyBackend",
        KEY,
        "template-1",
    )
    notices.notify(to=[council.manager], text=PlainText("Action 2 is late", path="/a/"), key="a", at=NOW)
    with pretend_notify(500) as (settings.NOTIFY_ADDRESS, asked):
        assert notices.deliver_outbox(at=NOW) == 0
        assert "OSError: GOV.UK Notify: 500" in Notice.objects.get().fault
        assert notices.deliver_outbox(at=NOW + timedelta(minutes=1)) == 1
    [one] = asked
    assert one["email_address"] == council.manager.email
    assert one["template_id"] == "template-1"
    assert one["personalisation"]["subject"] == "Quality Counts: Action 2 is late"
    assert "/a/" in one["personalisation"]["body"]
    assert one["reference"].startswith("<notice-")
    assert Notice.objects.get().mail == Notice.Mail.SENT


@pytest.mark.parametrize(
    ("method", "said"),
    [("REQUEST", "is on the page: choose “Put it in my calendar”"), ("CANCEL", "Please take it out of your diary")],
)
def test_an_invitation_it_cannot_carry_is_said_to_be_on_the_page(
    council: Council, settings: Any, method: str, said: str
) -> None:
    calendar = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nEND:VCALENDAR\r\n"
    notices.notify(to=[council.manager], text=PlainText("Booked", "At ten."), key="a", at=NOW, calendar=calendar)
    carried = notices.message(Notice.objects.get())
    assert "with this mail" in carried.body
    assert len(carried.attachments) == 1
    settings.EMAIL_BACKEND, settings.NOTIFY_KEY, settings.NOTIFY_TEMPLATE = "people.notify.NotifyBackend", KEY, "t"
    settings.MAIL_CARRIES_FILES = False
    with pretend_notify() as (settings.NOTIFY_ADDRESS, asked):
        assert notices.deliver_outbox(at=NOW) == 1
    body = asked[0]["personalisation"]["body"]
    assert said in body
    assert "with this mail" not in body


def test_the_word_it_is_asked_with_is_signed_by_the_key(council: Council, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.NOTIFY_KEY, settings.NOTIFY_TEMPLATE = "people.notify.NotifyBackend", KEY, "t"
    notices.notify(to=[council.manager], text=PlainText("Late"), key="a", at=NOW)
    with pretend_notify() as (settings.NOTIFY_ADDRESS, asked):
        notices.deliver_outbox(at=NOW)
    head, body, signature = asked[0]["token"].removeprefix("Bearer ").split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    assert said["iss"] == SERVICE
    assert abs(said["iat"] - time.time()) < 60
    ours = hmac.new(SECRET.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "==") == ours


def test_a_notify_that_is_not_there_leaves_the_notice_for_the_next_try(council: Council, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.NOTIFY_KEY, settings.NOTIFY_TEMPLATE = "people.notify.NotifyBackend", KEY, "t"
    settings.NOTIFY_ADDRESS = "http://127.0.0.1:9"
    notices.notify(to=[council.manager], text=PlainText("Late"), key="a", at=NOW)
    assert notices.deliver_outbox(at=NOW) == 0
    assert Notice.objects.get().mail == Notice.Mail.WAITING
