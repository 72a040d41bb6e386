"""The event stream of a meeting: "revision 42" when there is one and at each heartbeat, and never anything else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from django.db import connections

from audits.access import followed_audits
from audits.locking import topic_of
from audits.models import Audit
from people import access
from people.models import User
from people.roles import Permission
from qualitycounts.base import live

AGAIN = 3000
"""Milliseconds after which a page opens the stream again when it has broken."""


def may_follow(ref: str, *, session: str, who: int) -> int | None:
    """The meeting's revision, as long as whoever opened the stream is still signed in and may still be in the room.

    They are here for another while then. Holds no connection afterwards.
    """
    try:
        user = access.of_session(session)
        if user is None or user.pk != who or not access.may(user, Permission.TAKE_PART):
            return None
        audit = followed_audits(user).filter(ref=ref).only("ref", "revision").first()
        if audit is None:
            return None
        live.note_presence(topic_of(audit), who, seconds=2 * live.HEARTBEAT)
        return audit.revision
    finally:
        let_go()


def let_go() -> None:
    """Close every connection that this request has opened: the stream that follows needs none."""
    connections.close_all()
    live.let_go()


async def words(audit: Audit, *, by: User, session: str) -> AsyncIterator[str]:
    """The stream of one page, from now until it is left, its reader may not be here any more, or the server stops."""
    topic, who = topic_of(audit), by.pk
    with live.subscribe(topic, who=who, revision=audit.revision) as bell:
        yield f"retry: {AGAIN}\n\n"
        rung = False
        while not live.closing.is_set():
            if not rung:
                revision = await asyncio.to_thread(may_follow, audit.ref, session=session, who=who)
                if revision is None:
                    return
                bell.revision = max(bell.revision, revision)
            yield f"data: revision {bell.revision}\n\n"
            rung = await bell.wait(live.HEARTBEAT)
