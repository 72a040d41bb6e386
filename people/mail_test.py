"""A test mail to oneself: whether the mail server takes it, in its own words, and whether it arrives.

It goes at once, round the outbox, so that a wrong setting is seen on the page and not an hour later in a list. That it
arrived is known by the number in it: nobody ticks it off.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.crypto import salted_hmac

from people import access, council_identity, trail
from people.models import MailTest, User
from people.roles import Permission
from qualitycounts.base.refusals import NotNow, Refused

BETWEEN = timedelta(minutes=1)
"""How long after a test mail that was taken the next may go: a mended setting is tried at once."""


def reaches_nobody() -> bool:
    """Whether mail is only written to a folder, because the server names no mail server."""
    return settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")


def latest_test() -> MailTest | None:
    """The latest test mail that anybody sent."""
    return MailTest.objects.select_related("sent_by").first()


def mail_arrives() -> bool:
    """Whether a test mail ever arrived."""
    return MailTest.objects.exclude(came_at=None).exists()


def number_in(test: MailTest) -> str:
    """The six figures in a test mail. They are worked out from its row and kept nowhere."""
    return f"{int(salted_hmac('people.mail_test', str(test.pk)).hexdigest(), 16) % 1_000_000:06}"


def send_test_mail(*, by: User, at: datetime) -> MailTest:
    """Send the person a mail with a number in it, and keep what the mail server said.

    Refused: not an administrator (403); less than a minute after one that was taken (409).
    """
    access.check(by, Permission.MANAGE_USERS)
    with trail.acting(by=by, at=at) as act:
        last = MailTest.objects.select_for_update(of=("self",), no_key=True).first()
        if last is not None and last.taken and at - last.sent_at < BETWEEN:
            raise NotNow("A test mail went less than a minute ago. Wait a minute, then send another.")
        test = MailTest.objects.create(sent_at=at, sent_by=by)
        act.add("mail.tested", test)
    try:  # outside the transaction: a mail server may take its time
        test_message(test).send()
    except (OSError, SMTPException, ValueError) as fault:
        test.fault = server_sentence(fault)
    else:
        test.taken = at
    test.save(update_fields=["fault", "taken"])
    return test


def test_message(test: MailTest) -> EmailMessage:
    """The test mail."""
    return EmailMessage(
        subject=f"Quality Counts: the test mail, number {number_in(test)}",
        body=f"Hello {test.sent_by.first_name},\n\nMail from Quality Counts arrives. Type this number on the page "
        f"Start: {number_in(test)}\n\n{settings.SITE_ADDRESS}{reverse('start')}\n\n"
        f"Quality Counts, {council_identity.NAME.value()}\n",
        to=[test.sent_by.email],
    )


def server_sentence(fault: Exception) -> str:
    """What the mail server said, as a person reads it."""
    if isinstance(fault, SMTPRecipientsRefused):
        code, said = next(iter(fault.recipients.values()))
        return f"{code} {in_text(said)}"[:300]
    if isinstance(fault, SMTPResponseException):
        return f"{fault.smtp_code} {in_text(fault.smtp_error)}"[:300]
    return f"{type(fault).__name__}: {fault}"[:300]


def in_text(said: bytes | str) -> str:
    """A server's line as text, on one line."""
    return " ".join((said.decode(errors="replace") if isinstance(said, bytes) else said).split())


def confirm_arrival(number: str, *, by: User, at: datetime) -> MailTest:
    """Say that the latest test mail arrived, by the number in it. Said twice, the first stays.

    Refused: not an administrator (403); another number (422); no test mail that the server took (409).
    """
    access.check(by, Permission.MANAGE_USERS)
    with trail.acting(by=by, at=at) as act:
        test = MailTest.objects.select_for_update(of=("self",), no_key=True).exclude(taken=None).first()
        if test is None:
            raise NotNow("No test mail was taken by the mail server yet. Send one first.")
        if "".join(number.split()) != number_in(test):
            raise Refused("That is not the number in the latest test mail. Look at its subject, and type it.", "number")
        if test.came_at is None:
            test.came_at, test.came_by = at, by
            test.save(update_fields=["came_at", "came_by"])
            act.add("mail.arrived", test)
    return test
