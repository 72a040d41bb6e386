"""The inbox: what a person was told, and what of it they have read. The same words go by mail (`people.notices`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from people import digests
from people.models import Notice, User


def inbox(user: User) -> QuerySet[Notice]:
    """What the person was told, the latest first."""
    return Notice.objects.filter(to=user).exclude(key__startswith=digests.KEY)


def unread(user: User) -> QuerySet[Notice]:
    """What the person was told and has not yet read."""
    return inbox(user).filter(read=None)


def counts_strip(unread: int, *, only_unread: bool, mends: bool) -> list[dict[str, Any]]:
    """The links above the list: what is not read, all, and to whoever `mends` it the mail that could not be sent."""
    everything = reverse("notices")
    strip = [
        {"number": unread, "text": "not read yet", "url": "?unread", "current": only_unread},
        {"text": "All", "url": everything, "current": not only_unread},
    ]
    return [*strip, {"text": "Mail that could not be sent", "url": reverse("undelivered")}] if mends else strip


def mark_notice_read(*, pk: int, by: User, at: datetime) -> None:
    """Say that one notice is read; said twice, the first stays. Missing (404) for anybody else's."""
    if not inbox(by).filter(pk=pk).exists():
        raise Http404
    unread(by).filter(pk=pk).update(read=at)


def mark_all_notices_read(*, by: User, at: datetime) -> int:
    """Say that every notice made up to now is read. Returns how many were not."""
    return unread(by).filter(made__lte=at).update(read=at)
