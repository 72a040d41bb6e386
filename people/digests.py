"""One mail in place of many: what a person was told since the last one, on working mornings or on Mondays.

What is about a child's safety, what is due the same day, what a person sends by hand and what brings a diary entry goes
at once, whatever was chosen (`NoticeText.goes_at_once`). Everything stands among the notices the moment it happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from people import council_settings, trail
from people.models import Notice, User
from people.notice_texts import Digest
from qualitycounts.base.clock import LONDON
from qualitycounts.base.dates import short_day
from qualitycounts.base.refusals import Refused

MAILS = council_settings.Choice(
    "mails",
    "How often people are told by mail",
    "Mail",
    "What holds for everyone who has not chosen otherwise on the page of their notices. Ours.",
    choices=(
        (User.Mails.DAILY, str(User.Mails.DAILY.label)),
        (User.Mails.EACH, str(User.Mails.EACH.label)),
        (User.Mails.WEEKLY, str(User.Mails.WEEKLY.label)),
    ),
)
MORNING = time(7, 30)
"""When the mail of a working morning is made up, in London."""
MONDAY, FRIDAY = 0, 4
KEY = "digest:"
"""How the key of such a mail begins. It stands in nobody's list: what is in it does."""


def latest_moment(mails: str, *, at: datetime) -> datetime:
    """The latest moment up to `at` at which a mail of this kind is made up."""
    moment = datetime.combine(at.astimezone(LONDON).date(), MORNING, tzinfo=LONDON)
    while moment > at or moment.weekday() > (MONDAY if mails == User.Mails.WEEKLY else FRIDAY):
        moment = datetime.combine(moment.date() - timedelta(days=1), MORNING, tzinfo=LONDON)
    return moment


def mails_of(user: User) -> str:
    """How often a person is told by mail."""
    return user.mails or MAILS.value()


def sent_by_itself() -> Q:
    """Notices whose mail goes by itself: at once, or to somebody who has a mail for each thing."""
    by_itself = Q(at_once=True) | Q(to__mails=User.Mails.EACH)
    return by_itself | Q(to__mails="") if MAILS.value() == User.Mails.EACH else by_itself


def gather_digests(*, at: datetime) -> int:
    """Make up the mail of everyone for whom the moment has come and something waits; returns how many were made.

    Running it twice is harmless: what went into a mail waits no more, and a person has one mail a moment. What was read
    on the page meanwhile is left out. A day without it loses nothing: the next gathers what was left.
    """
    with transaction.atomic(), council_settings.read_once():
        waiting = (
            Notice.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(~sent_by_itself(), mail=Notice.Mail.WAITING, made__lt=latest_moment(User.Mails.DAILY, at=at))
            .select_related("to")
            .order_by("to", "made", "pk")
        )
        return sum(gather_digest(list(some), at=at) for _, some in groupby(waiting, key=lambda notice: notice.to_id))


def gather_digest(waiting: Sequence[Notice], *, at: datetime) -> bool:
    """Make up the mail of one person, of what waits for them; False where its moment has not come or all was read."""
    user = waiting[0].to
    moment = latest_moment(mails_of(user), at=at)
    due = [notice for notice in waiting if notice.made < moment]
    unread = [notice for notice in due if notice.read is None]
    read = [notice.pk for notice in due if notice.read is not None]
    Notice.objects.filter(pk__in=read).update(mail=Notice.Mail.READ)
    if not unread:
        return False
    lines = lines_of(unread)
    text = Digest(len(lines), "".join(lines))
    subject, body = text.words()
    mail, made = Notice.objects.get_or_create(
        to=user,
        key=f"{KEY}{moment:%Y-%m-%d}",
        defaults={"subject": subject, "body": body, "link": text.link(), "made": at, "next_try": at, "read": at},
    )
    if made:
        Notice.objects.filter(pk__in=[notice.pk for notice in unread]).update(
            mail=Notice.Mail.SENT, sent=at, digest=mail
        )
    return made


def lines_of(notices: Sequence[Notice]) -> list[str]:
    """What a mail of many lists: each thing once, after an empty line, with where to open it and the day on which it
    was last said: “1 working day late” was true then."""
    days = {(notice.subject, notice.link): short_day(notice.made) for notice in notices}
    return [f"\n\n- {day}: {subject}\n  {settings.SITE_ADDRESS}{link}" for (subject, link), day in days.items()]


def choose_mails(mails: str, *, by: User, at: datetime) -> None:
    """Choose how often one is told by mail; it holds for what waits already. Refused (422): none of the three."""
    if mails not in User.Mails.values:
        raise Refused("Choose how often you are told by mail.", "mails")
    with trail.acting(by=by, at=at) as act:
        by.mails = mails
        by.save(update_fields=["mails"])
        act.add("user.mails_chosen", by, content={"mails": mails})
