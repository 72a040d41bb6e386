"""Telling people: an inbox row in the transaction of what happened, and a mail from the outbox afterwards.

Whoever has one mail a day or a week is told of most things in that one (`people.digests`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import attrgetter
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from people import council_identity, council_settings, digests
from people.first_sign_in import how_to_sign_in, password_link
from people.models import Notice, User
from people.notice_texts import NoticeText
from qualitycounts.base.bulk import write_rows
from qualitycounts.base.clock import day_of

LEASE = timedelta(seconds=100)
LAST_ATTEMPT = 8
LONGEST_SUBJECT = 200
COLUMNS = [field.attname for field in Notice._meta.concrete_fields if not field.primary_key]
WELCOME = "welcome:"
"""How the key of a welcome mail begins: it brings the link that sets a password."""
ASKED = "password:"
"""How the key of a mail begins that somebody asked for on the sign-in page: it brings such a link, too."""


def notify(*, to: Iterable[User | None], text: NoticeText, key: str, at: datetime, calendar: str = "") -> None:
    """Tell each of `to` who still works here once under `key`: telling again under the same key does nothing.

    The words of `text` go by e-mail, so no child's data is in them. `calendar` is an invitation (.ics) that goes with
    the mail, for a calendar to take in by itself.
    """
    tell_all(notices_to(to, text=text, key=key, at=at, calendar=calendar))


def asked_since(user: User, moment: datetime) -> int:
    """How many mails with a link for a new password the person was given since then."""
    return Notice.objects.filter(to=user, key__startswith=ASKED, made__gt=moment).count()


def notices_to(
    to: Iterable[User | None],
    *,
    text: NoticeText,
    key: str,
    at: datetime,
    calendar: str = "",
    wait: timedelta = timedelta(),
) -> list[Notice]:
    """Notices of one text that are not saved yet: one for each person who is there. Their mails go after `wait`."""
    people = dict.fromkeys(user for user in to if user is not None)
    if not people:
        return []
    subject, body = text.words()
    said: dict[str, Any] = {
        "key": key,
        "subject": subject[:LONGEST_SUBJECT],
        "body": body,
        "link": text.link(),
        "calendar": calendar,
    }
    said["at_once"] = bool(calendar) or text.goes_at_once(day_of(at))
    return [Notice(to=user, made=at, next_try=at + wait, **said) for user in people]


def told_before(keys: Iterable[str]) -> set[str]:
    """Those of these keys under which somebody was told already."""
    asked = list(keys)
    return set(Notice.objects.filter(key__in=asked).values_list("key", flat=True)) if asked else set()


def tell_all(unsaved: list[Notice]) -> None:
    """Save many notices in one statement, without those of whoever has left and those told before."""
    for_workers = [notice for notice in unsaved if notice.to.works_here(day_of(notice.made))]
    with transaction.atomic(savepoint=False):
        write_rows(Notice, COLUMNS, map(attrgetter(*COLUMNS), for_workers), only_new=True)


DIARY = {
    "REQUEST": (
        "The entry for your diary comes with this mail: accept it there. Nobody reads what you answer to it.",
        "The entry for your diary is on the page: choose “Put it in my calendar”.",
    ),
    "CANCEL": (
        "What comes with this mail takes it out of your diary.",
        "Please take it out of your diary: this mail cannot.",
    ),
}
"""What a mail says of an invitation that goes with it, and of one that cannot."""


def message(notice: Notice) -> EmailMultiAlternatives:
    """The mail of a notice. Its Message-ID is the same on every try, so that a mail sent twice shows once.

    An invitation goes with it where mail can carry one: beside the text, which Outlook, Google and Apple read, and as a
    file for the rest (RFC 6047). The mail says so; else where to find it.
    """
    name, sender = notice.to.first_name, settings.DEFAULT_FROM_EMAIL.split("@")[-1].strip(">")
    tried = {"X-Tried": str(notice.attempts - 1)} if notice.attempts > 1 else {}
    method = re.search(r"^METHOD:(\w+)", notice.calendar, re.MULTILINE)
    carried, not_carried = DIARY[method[1]] if method else ("", "")
    diary = f" {carried if settings.MAIL_CARRIES_FILES else not_carried}" if method else ""
    link = f"\n\nOpen it: {settings.SITE_ADDRESS}{notice.link}" if notice.link else ""
    how = how_to_sign_in(notice.to, welcome=notice.key.startswith(WELCOME))
    if notice.key.startswith(ASKED):
        how = f"Choose a new password: {password_link(notice.to, asked=True)}"
    first = f"\n\n{how}" if how else ""
    mail = EmailMultiAlternatives(
        subject=f"Quality Counts: {notice.subject}",
        body=f"Hello {name},\n\n{notice.body}{diary}{link}{first}\n\nQuality Counts, {council_identity.NAME.value()}\n",
        to=[notice.to.email],
        headers={"Message-ID": f"<notice-{notice.pk}@quality-counts.{sender}>"} | tried,
    )
    if method and settings.MAIL_CARRIES_FILES:
        mail.attach_alternative(notice.calendar, f"text/calendar; method={method[1]}")
        mail.attach("invite.ics", notice.calendar.encode(), "application/ics")
    return mail


def deliver_outbox(*, at: datetime, most: int = 100) -> int:
    """Send what is due in the outbox, at most `most`; returns how many went.

    Each row is claimed for `LEASE` before it is sent, so two workers do not send the same one, and one that dies
    lets it go again. A fault waits 1, 2, 4 … minutes; after eight tries the row is marked for a person to see.
    """
    with transaction.atomic(), council_settings.read_once():
        due = list(
            Notice.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(digests.sent_by_itself(), mail=Notice.Mail.WAITING, next_try__lte=at)
            .select_related("to")
            .order_by("next_try", "pk")[:most]
        )
        Notice.objects.filter(pk__in=[notice.pk for notice in due]).update(next_try=at + LEASE)
    with council_settings.read_once():
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
