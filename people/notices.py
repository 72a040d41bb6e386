"""Telling people: an inbox row in the transaction of what happened, and a mail from the outbox afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.mime.text import MIMEText
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from people.models import Notice, User
from qualitycounts.clock import day_of

LEASE = timedelta(minutes=5)
LAST_ATTEMPT = 8


def tell(
    *, to: Iterable[User | None], key: str, subject: str, body: str, link: str, at: datetime, calendar: str = ""
) -> None:
    """Tell each of `to` who still works here once under `key`: telling again under the same key does nothing.

    Plain English, a link, and no child's data: the subject and body go by e-mail. `calendar` is an invitation (.ics)
    that goes with the mail, for a calendar to take in by itself.
    """
    people = {user.pk: user for user in to if user is not None}
    tell_all(
        [
            Notice(to=user, key=key, subject=subject, body=body, link=link, calendar=calendar, made=at, next_try=at)
            for user in people.values()
        ]
    )


def tell_all(told: list[Notice]) -> None:
    """Tell many people many things at once: as `tell`, in one statement."""
    here = [notice for notice in told if notice.to.works_here(day_of(notice.made))]
    Notice.objects.bulk_create(here, ignore_conflicts=True)


DIARY = {
    "REQUEST": (
        "The entry for your diary comes with this mail.",
        "The entry for your diary is on the page: choose “Put it in my calendar”.",
    ),
    "CANCEL": (
        "What comes with this mail takes it out of your diary.",
        "Please take it out of your diary: this mail cannot.",
    ),
}
"""What a mail says of an invitation that goes with it, and of one that cannot."""


def message(notice: Notice) -> EmailMessage:
    """The mail of a notice. Its Message-ID is the same on every try, so that a mail sent twice shows once.

    An invitation goes with it where mail can carry one, and the mail says so; else where to find it.
    """
    name, sender = notice.to.first_name, settings.DEFAULT_FROM_EMAIL.split("@")[-1].strip(">")
    tried = {"X-Tried": str(notice.attempts - 1)} if notice.attempts > 1 else {}
    method = re.search(r"^METHOD:(\w+)", notice.calendar, re.MULTILINE)
    carried, not_carried = DIARY[method[1]] if method else ("", "")
    diary = f" {carried if settings.MAIL_CARRIES_FILES else not_carried}" if method else ""
    link = f"\n\nOpen it: {settings.SITE_ADDRESS}{notice.link}" if notice.link else ""
    mail = EmailMessage(
        subject=f"Quality Counts: {notice.subject}",
        body=f"Hello {name},\n\n{notice.body}{diary}{link}\n\nQuality Counts, {settings.COUNCIL_NAME}\n",
        to=[notice.to.email],
        headers={"Message-ID": f"<notice-{notice.pk}@quality-counts.{sender}>"} | tried,
    )
    if method and settings.MAIL_CARRIES_FILES:
        invitation = MIMEText(notice.calendar, "calendar", "utf-8")
        invitation.set_param("method", method[1])
        invitation.add_header("Content-Disposition", "attachment", filename="meeting.ics")
        mail.attach(invitation)
    return mail


def deliver(*, at: datetime, most: int = 100) -> int:
    """Send what is due in the outbox, at most `most`; returns how many went.

    Each row is claimed for five minutes before it is sent, so two workers do not send the same one, and one that
    dies lets it go again. A fault waits 1, 2, 4 … minutes; after eight tries the row is marked for a person to see.
    """
    with transaction.atomic():
        due = list(
            Notice.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(mail=Notice.Mail.WAITING, next_try__lte=at)
            .select_related("to")
            .order_by("next_try", "pk")[:most]
        )
        Notice.objects.filter(pk__in=[notice.pk for notice in due]).update(next_try=at + LEASE)
    return sum(send(notice, at=at) for notice in due)


def send(notice: Notice, *, at: datetime) -> bool:
    """Send one claimed notice and write down how it went. True if it went."""
    notice.attempts += 1
    try:
        message(notice).send()
    except (OSError, SMTPException, ValueError) as fault:  # ValueError: a header or an address that is none
        notice.fault = f"{type(fault).__name__}: {fault}"[:200]
        notice.next_try = at + timedelta(minutes=2 ** (notice.attempts - 1))
        if notice.attempts >= LAST_ATTEMPT:
            notice.mail = Notice.Mail.DEAD
    else:
        notice.mail, notice.sent, notice.fault = Notice.Mail.SENT, at, ""
    notice.save(update_fields=["attempts", "fault", "next_try", "mail", "sent"])
    return notice.mail == Notice.Mail.SENT
