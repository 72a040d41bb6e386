"""The inbox: what one was told, and that one has read it. The same words go by mail (`people.notices`)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404

from people.models import Notice, User


def inbox(user: User) -> QuerySet[Notice]:
    """What the person was told, the latest first."""
    return Notice.objects.filter(to=user)


def unread(user: User) -> QuerySet[Notice]:
    """What the person was told and has not yet read."""
    return inbox(user).filter(read=None)


def mark_read(*, pk: int, by: User, at: datetime) -> None:
    """Say that one notice is read; said twice, the first stays. Missing (404) for anybody else's."""
    if not inbox(by).filter(pk=pk).exists():
        raise Http404
    unread(by).filter(pk=pk).update(read=at)


def mark_all_read(*, by: User, at: datetime) -> int:
    """Say that every notice made up to now is read. Returns how many were not."""
    return unread(by).filter(made__lte=at).update(read=at)
