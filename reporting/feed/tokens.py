"""Tokens of the feed: made for one person's tool, shown once, kept as a hash, and ended by a press or by time."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.http import Http404

from people import access, directory, notices, trail
from people.models import User
from people.roles import GRANTS, Permission
from qualitycounts.base.clock import day_of
from qualitycounts.base.hourly import count_within_hour
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, written
from reporting.models import FeedToken
from reporting.notice_texts import FeedTokenMade

PREFIX, BYTES, HINT = "qc_", 32, 8
"""How a token begins, the bytes of chance in it (too many to guess), and how many letters of it are kept to tell it."""
LASTS = timedelta(days=365)
MOST = 60
"""Questions that one token may ask an hour."""
READERS = [role for role, held in GRANTS.items() if Permission.SEE_REPORTS in held]
"""Whoever reads issued reports: a token tells nobody more than they may read."""


KEEPERS = (Permission.CHANGE_SETTINGS, Permission.MANAGE_USERS)
"""Who keeps the tokens: the Head of QA, who answers for the figures, and a system administrator, who keeps accounts."""


class NoToken(Refused):
    """No token, or one that opens nothing. Answers 401."""

    status = 401


def check_keep_feed(*, by: User) -> None:
    """Refuse (`NotAllowed`, 403) whoever keeps no tokens."""
    if not any(access.may(by, permission) for permission in KEEPERS):
        raise NotAllowed("The Head of QA and system administrators keep the tokens. Ask one of them.")


def all_tokens() -> QuerySet[FeedToken]:
    """Every token there is or was, the newest first."""
    return FeedToken.objects.select_related("person", "made_by", "revoked_by")


def people_offered(on: date) -> QuerySet[User]:
    """In whose name a token may be: whoever reads issued reports."""
    return directory.holders(*READERS, on=on)


def make_token(*, person: User, purpose: str, by: User, at: datetime) -> tuple[FeedToken, str]:
    """Make a token for a year; the second value is the token itself, which nothing keeps. The person is told.

    Refuses whoever may not keep the feed (403), somebody who does not read reports, and no purpose (`Refused`, 422).
    """
    check_keep_feed(by=by)
    words = written(purpose, "purpose", "Say what reads it, such as “Power BI, children’s dashboard”.")
    if not people_offered(day_of(at)).filter(pk=person.pk).exists():
        raise Refused("Choose somebody who reads the reports: the token opens no more than they may read.", "person")
    token = PREFIX + secrets.token_urlsafe(BYTES)
    with trail.acting(by=by, at=at) as act:
        kept = FeedToken.objects.create(
            person=person,
            purpose=words,
            digest=digest_of(token),
            hint=token[:HINT],
            expires_on=day_of(at) + LASTS,
            made_at=at,
            made_by=by,
        )
        act.add("feed.token_made", kept, content={"for": person.email, "purpose": words})
        notices.notify(to=[person], text=FeedTokenMade(kept), key=f"{kept.ref}:made", at=at)
    return kept, token


def revoke_token(*, pk: int, by: User, at: datetime) -> FeedToken:
    """End a token at once. Refuses whoever may not keep the feed (403); missing (404); ended already (409)."""
    check_keep_feed(by=by)
    with trail.acting(by=by, at=at) as act:
        token = FeedToken.objects.select_for_update().filter(pk=pk).first()
        if token is None:
            raise Http404
        if token.revoked_at is not None:
            raise NotNow("This token was revoked already.")
        token.revoked_at, token.revoked_by = at, by
        token.save(update_fields=["revoked_at", "revoked_by"])
        act.add("feed.token_revoked", token)
    return token


def holds_on(token: FeedToken, on: date) -> bool:
    """Whether a token opens the feed on a day: not revoked, not a year old, and its person works here and reads."""
    in_time = token.revoked_at is None and on < token.expires_on
    return in_time and people_offered(on).filter(pk=token.person_id).exists()


def open_feed(token: str, *, asked: str, at: datetime) -> FeedToken:
    """Let a token read: the trail keeps which, when and what it asked for.

    Refuses none, or one that opens nothing (`NoToken`, 401), and more than `MOST` in an hour (`TooMany`, 429).
    """
    known = FeedToken.objects.select_related("person").filter(digest=digest_of(token)).first() if token else None
    if known is None or not holds_on(known, day_of(at)):
        raise NoToken("Send a token that holds. A system administrator or the Head of QA makes one under Settings.")
    count_question(known, at)
    with trail.acting(by=known.person, at=at) as act:
        FeedToken.objects.filter(pk=known.pk).update(last_read=at)
        act.add("feed.read", known, content={"asked": asked})
    return known


def count_question(token: FeedToken, at: datetime) -> None:
    """Count what a token asks within the hour. Refuses (`TooMany`, 429) beyond `MOST`."""
    sentence = f"That is more than {MOST} questions in an hour. Ask again in the next hour."
    count_within_hour(f"feed:{token.pk}", at, most=MOST, sentence=sentence)


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
