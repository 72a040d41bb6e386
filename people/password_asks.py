"""Somebody who forgot their password asks for a link: the page writes the address down, and the worker answers.

So the page does the same, in the same time, for any address; whether somebody has it is looked up afterwards.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.utils import filter_users_by_email
from django.db import transaction

from people.first_sign_in import single_sign_on
from people.identities import is_break_glass
from people.models import PasswordAsk, User
from people.notice_texts import PasswordAsked
from people.notices import ASKED, asked_since, notify

MOST_ASKED = 5
"""Mails with a link for a new password that one person gets in an hour, whoever asks."""
LINK_LIVES = timedelta(hours=1)


def answer_asks(*, at: datetime, most: int = 500) -> int:
    """Put a mail into the outbox for each asking at the address of somebody who signs in with a password, and let go of
    all of them; returns how many there were. A person who has had five mails in the hour gets no sixth."""
    with transaction.atomic():
        asks = list(PasswordAsk.objects.select_for_update(skip_locked=True).filter(asked__lte=at).order_by("pk")[:most])
        for ask in asks:
            user = whose(ask.email)
            if user is not None and asked_since(user, ask.asked - LINK_LIVES) < MOST_ASKED:
                key = f"{ASKED}{ask.asked.isoformat()}"
                notify(to=[user], text=PasswordAsked(), key=key, at=ask.asked)
        PasswordAsk.objects.filter(pk__in=[ask.pk for ask in asks]).delete()
    return len(asks)


def whose(email: str) -> User | None:
    """Who signs in with this address and a password here, if anybody does."""
    users = filter_users_by_email(email.lower(), is_active=True, prefer_verified=True)
    return next((user for user in users[:1] if not single_sign_on() or is_break_glass(user)), None)
