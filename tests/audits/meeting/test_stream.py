"""The stream of a meeting: each save is told within a moment, and only to those who may still be in the room."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from audits.locking import topic_of
from audits.meeting import grading, lifecycle, stream
from audits.models import Audit
from people.models import User
from qualitycounts.base import live
from qualitycounts.base.refusals import Refused
from tests.audits.meeting.pages import signed_in
from tests.factories import MET, Council, open_audit

pytestmark = pytest.mark.django_db(transaction=True)

Heard = asyncio.Queue[str]
Story = Callable[[Heard], Awaitable[None]]


@pytest.fixture
def audit(council: Council) -> Audit:
    return open_audit(council)


def session_of(user: User) -> str:
    return str(signed_in(Client(), user).session.session_key)


def told(audit: Audit, by: User, story: Story, *, session: str = "") -> None:
    """Open a stream and live through the story with what it says; at its end the stream says ""."""

    async def live_it() -> None:
        words, heard = stream.words(audit, by=by, session=session or session_of(by)), Heard()

        async def listen() -> None:
            async for word in words:
                heard.put_nowait(word)
            heard.put_nowait("")

        listening = asyncio.create_task(listen())
        assert await heard.get() == "retry: 3000\n\n"
        await soon(heard, f"revision {audit.revision}")
        await asyncio.sleep(0.3)  # by now Redis is listened to, and one hears that one is here oneself
        while not heard.empty():
            assert await heard.get() == f"data: revision {audit.revision}\n\n"
        await story(heard)
        for task in (listening, *live.listeners.values()):
            task.cancel()
        live.listeners.clear()

    def in_a_loop_of_its_own() -> None:
        try:
            asyncio.run(live_it())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:  # a browser test before this one leaves its loop in the main thread
        thread.submit(in_a_loop_of_its_own).result()


async def soon(heard: Heard, text: str) -> None:
    """The stream says this before its heartbeat would."""
    async with asyncio.timeout(5):
        while await heard.get() != f"data: {text}\n\n":
            pass


def test_every_save_and_whoever_makes_it_is_told_as_a_number(council: Council, audit: Audit) -> None:
    async def story(heard: Heard) -> None:
        await asyncio.to_thread(
            lifecycle.record_note, audit, by=council.keyworker, at=MET, slug="s1-needs", text="One.", version=0
        )
        await soon(heard, f"revision {audit.revision}")
        first = audit.revision
        await asyncio.to_thread(grading.propose_grade, audit, 2, by=council.keyworker, at=MET, grade="good")
        await soon(heard, f"revision {first + 1}")

    told(audit, council.auditor, story)


def test_what_is_refused_is_no_news(council: Council, audit: Audit) -> None:
    async def story(heard: Heard) -> None:
        def refused() -> None:
            with pytest.raises(Refused):
                grading.propose_grade(audit, 2, by=council.keyworker, at=MET, grade="superb")

        await asyncio.to_thread(refused)
        await asyncio.sleep(0.3)
        assert heard.empty()

    told(audit, council.auditor, story)


def test_at_each_heartbeat_it_says_the_revision_and_whoever_may_not_stay_is_let_go(
    council: Council, audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT", 0.2)
    client = signed_in(Client(), council.auditor)

    async def story(heard: Heard) -> None:
        await soon(heard, f"revision {audit.revision}")
        await asyncio.to_thread(Audit.objects.filter(pk=audit.pk).update, revision=40)  # a ring was lost
        await soon(heard, "revision 40")
        await asyncio.to_thread(client.logout)
        async with asyncio.timeout(5):
            while await heard.get():
                pass

    told(audit, council.auditor, story, session=str(client.session.session_key))
    key = session_of(council.keyworker)
    assert stream.may_follow(audit.ref, session=key, who=council.keyworker.pk) == 40
    assert stream.may_follow(audit.ref, session=key, who=council.auditor.pk) is None
    assert stream.may_follow("QC-9999-001", session=key, who=council.keyworker.pk) is None
    assert stream.may_follow(audit.ref, session="", who=council.keyworker.pk) is None


def test_who_streams_is_here_and_a_while_after_it_ends_away(
    council: Council, audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "GRACE", 0.1)
    topic = topic_of(audit)

    async def other_comes_and_goes(heard: Heard) -> None:
        other = stream.words(audit, by=council.keyworker, session=session_of(council.keyworker))
        await anext(other)
        await anext(other)
        assert await asyncio.to_thread(live.is_here, topic, council.keyworker.pk)
        await soon(heard, f"revision {audit.revision}")
        await other.aclose()  # type: ignore[attr-defined]
        await soon(heard, f"revision {audit.revision}")
        assert not await asyncio.to_thread(live.is_here, topic, council.keyworker.pk)

    told(audit, council.auditor, other_comes_and_goes)


def test_where_only_pages_are_served_there_is_no_stream_and_nobody_else_gets_one(
    client: Client, council: Council, audit: Audit
) -> None:
    address = f"/audits/{audit.ref}/meeting/live/events/"
    assert signed_in(client, council.auditor).get(address).status_code == 204
    assert client.get(address, {"as": council.keyworker.pk}).status_code == 409
    for person, status in ((council.other_auditor, 404), (council.qa_officer, 403), (council.manager, 403)):
        assert signed_in(client, person).get(address).status_code == status
