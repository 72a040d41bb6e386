"""Blind until both are in: whatever one proposes, every page that anybody else may open stays the same to the letter.

Two worlds are compared that differ in one unseen proposal alone. A difference anywhere would be a leak (lifecycle:
Grades), through words, counts, order or colour.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import resolve

from audits.meeting import grading, lifecycle, own_marks
from audits.models import Audit
from people.access import may, permissions_of
from people.models import User
from people.roles import Permission
from people.url_permissions import doors
from standards.grades import Grade
from standards.models import Criterion
from tests import two_worlds
from tests.conftest import NOW
from tests.factories import (
    BEFORE,
    EARLY,
    MET,
    Council,
    agree,
    auditor_of,
    booked_audit,
    keyworker_of,
    mark_alone,
    open_audit,
)

SECRET = {Grade.GOOD: "The plan is clear.", Grade.INADEQUATE: "Nobody saw her for seven months."}
LEFT_OUT = ("accounts/", "health/", "brand.css", "gallery/", "standards/")


@pytest.fixture(autouse=True)
def papers_as_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers are read before they are drawn."""
    monkeypatch.setattr("reporting.pdf.render", lambda html: html.encode())


def addresses(audit: Audit, panel: str = "") -> list[str]:
    """Every page there is, with this audit in it wherever one is asked for, before a panel where one is named."""
    known = {"ref": audit.ref, "number": "2", "slug": "s2-worried", "step": "2", "audit_ref": audit.ref} | {
        "on": "2026-12-25",
        "kind": "csv",
    }

    def place(route: str) -> str:
        if route.startswith("panel/") and panel:
            route = route.replace("<slug:ref>", panel).replace("<slug:audit_ref>", audit.ref)
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda name: known.get(name.group(1), "1"), route)

    routes = [door.route for door in doors() if not door.methods or "GET" in door.methods]
    steps = [f"audits/{audit.ref}/meeting/?step={step}" for step in ("marks", "1", "2", "case", "record", "indicators")]
    steps += [f"audits/{audit.ref}/own/{rest}?step=2" for rest in ("", "live/")]
    pages = [place(route) for route in routes if not route.startswith(LEFT_OUT)]
    live = [f"audits/{audit.ref}/meeting/live/?seen=0&step={step}" for step in ("2", "marks")]
    return [f"/{page}" for page in [*pages, *steps, *live]]


@cache
def asked_at(path: str) -> tuple[Permission, ...]:
    """The permissions of which an address asks for one."""
    return permissions_of(resolve(path).func) or ()


def opened_to(user: User, urls: list[str]) -> list[str]:
    """Those whose door opens for the person; behind a shut one there is the same page for all."""
    asked = {url: asked_at(url.partition("?")[0]) for url in urls}
    return [url for url, permissions in asked.items() if not permissions or any(may(user, one) for one in permissions)]


def before_any(audit: Audit) -> None:
    """Nobody has proposed."""


def after_a_round(audit: Audit) -> None:
    """A grade is agreed; the proposal to come opens a new round."""
    agree(audit, 2, Grade.REQUIRES_IMPROVEMENT)


@pytest.mark.long
@pytest.mark.once
@pytest.mark.parametrize(("who", "begin"), [("keyworker", before_any), ("auditor", after_a_round)])
def test_what_one_proposes_shows_nowhere_to_anybody_else(
    council: Council, who: str, begin: Callable[[Audit], None]
) -> None:
    proposer, chair = council.auditor, council.keyworker
    if who == "keyworker":
        proposer, chair = chair, proposer
    others = (chair, council.qa_officer, council.head_of_qa, council.manager, council.administrator)
    with time_machine.travel(NOW, tick=False):
        audit = open_audit(council)
        begin(audit)
        pages = {user: opened_to(user, addresses(audit)) for user in others}

        def propose(grade: Grade) -> None:
            grading.propose_grade(audit, 2, by=proposer, at=MET, grade=grade, words=SECRET[grade])

        seen = two_worlds.compare(lambda: pages, lambda: propose(Grade.GOOD), lambda: propose(Grade.INADEQUATE))
    for name, shown in seen.pages.items():
        for address, page in shown.items():
            assert SECRET[Grade.GOOD] not in page.body, (name, address)
    assert sum(page.status == 200 for page in seen.pages[chair.name].values()) > 10


PAGES = {"partly": "Assessment of 22 June", "evidenced": "Update of 14 August"}
PRIVATE = {"partly": "I never went back to it.", "evidenced": "Ask her about the move."}


def still_booked(audit: Audit, watcher: User) -> None:
    """The meeting is to come."""


def opened(audit: Audit, watcher: User) -> None:
    """The meeting goes on, and nobody has proposed."""
    lifecycle.open_meeting(audit, by=auditor_of(audit), at=MET, why=EARLY)


def proposed_alone(audit: Audit, watcher: User) -> None:
    """The one who looks has proposed; whose sheet it is has not."""
    opened(audit, watcher)
    grading.propose_grade(audit, 2, by=watcher, at=MET, grade=Grade.GOOD, words="As I saw it.")


def proposed_by_whose_sheet_it_is(audit: Audit, watcher: User) -> None:
    """Whose sheet it is has proposed; the one who looks has not. Other standards are open to both."""
    opened(audit, watcher)
    other = keyworker_of(audit) if watcher == audit.auditor else auditor_of(audit)
    grading.propose_grade(audit, 2, by=other, at=MET, grade=Grade.GOOD, words="As I saw it.")
    for person in (watcher, other):
        grading.propose_grades(audit, {1: ("good", ""), 3: ("good", "")}, by=person, at=MET)


@pytest.mark.long
@pytest.mark.once
@pytest.mark.parametrize("who", ["auditor", "keyworker"])
@pytest.mark.parametrize("begin", [still_booked, opened, proposed_alone, proposed_by_whose_sheet_it_is])
def test_what_one_marks_alone_shows_nowhere_to_anybody_else(
    council: Council, who: str, begin: Callable[[Audit, User], None]
) -> None:
    """The one who looks has marked it not evidenced, so that it needs talk either way and the number stays the same.

    The other chair opens every page there is; whoever else looks does so where most is open, and in the other states
    the pages about this audit.
    """
    owner, chair = council.auditor, council.keyworker
    if who == "keyworker":
        owner, chair = chair, owner
    others = (chair, council.qa_officer, council.head_of_qa, council.manager, council.administrator)
    with time_machine.travel(NOW, tick=False):
        audit = booked_audit(council)
        mark_alone(audit, chair, {"2.6": "not_evidenced"})
        mark_alone(audit, owner, {"2.6": ""})
        point = Criterion.objects.get(code="2.6").pk
        said: Any = {"by": owner, "at": BEFORE, "version": 0}

        def mark(value: str) -> None:
            own_marks.save_own_mark(audit, point, value=value, seen=PAGES[value], **said)
            own_marks.save_own_note(audit, point, text=PRIVATE[value], **said)
            begin(Audit.objects.get(pk=audit.pk), chair)

        def pages() -> two_worlds.Pages:
            every = {user: opened_to(user, addresses(audit)) for user in others}
            if begin is proposed_by_whose_sheet_it_is:
                return every
            return {user: [url for url in urls if audit.ref in url] for user, urls in every.items()} | {
                chair: every[chair]
            }

        seen = two_worlds.compare(pages, lambda: mark("partly"), lambda: mark("evidenced"))
    for name, shown in seen.pages.items():
        for address, page in shown.items():
            assert not any(secret in page.body for secret in (PAGES["partly"], PRIVATE["partly"])), (name, address)
    assert sum(page.status == 200 for page in seen.pages[chair.name].values()) > 10


def test_the_canary_is_seen_where_it_may_be(client: Client, council: Council) -> None:
    """What the test above looks for does stand on a page: its owner's, and both once both have proposed."""
    with time_machine.travel(NOW, tick=False):
        audit = open_audit(council)
        point = Criterion.objects.get(code="2.6").pk
        own_marks.save_own_mark(
            audit, point, by=council.auditor, at=MET, value="partly", seen=PAGES["partly"], version=0
        )
        for person in (council.auditor, council.keyworker):
            grading.propose_grade(audit, 2, by=person, at=MET, grade=Grade.GOOD)
        for person in (council.auditor, council.keyworker):
            shown = two_worlds.seen_by(person, [f"/audits/{audit.ref}/meeting/?step={step}" for step in ("marks", "2")])
            assert all(PAGES["partly"] in page.body for page in shown.values())
