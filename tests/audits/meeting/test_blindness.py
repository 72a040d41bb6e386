"""Blind until both are in: whatever one proposes, every page that anybody else may open stays the same to the letter.

Two worlds are compared that differ in one unseen proposal alone. A difference anywhere would be a leak (lifecycle:
Grades), through words, counts, order or colour.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import resolve

from audits.meeting import grading
from audits.models import Audit
from people.access import may, permissions_of
from people.models import Notice, TrailEntry, User
from people.url_permissions import doors
from standards.grades import Grade
from tests.conftest import NOW
from tests.factories import MET, Council, agree, open_audit

SECRET = {Grade.GOOD: "The plan is clear.", Grade.INADEQUATE: "Nobody saw her for seven months."}
TOKEN = re.compile(r'csrfmiddlewaretoken\\?" value=\\?"\w+|"\w{64}"')
LEFT_OUT = ("accounts/", "health/", "brand.css", "gallery/", "standards/")


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
    steps = [f"audits/{audit.ref}/meeting/?step={step}" for step in ("1", "2", "8", "record", "indicators")]
    pages = [place(route) for route in routes if not route.startswith(LEFT_OUT)]
    return [f"/{page}" for page in [*pages, *steps, f"audits/{audit.ref}/meeting/live/?seen=0&step=2"]]


def opened_to(user: User, urls: list[str]) -> list[str]:
    """Those whose door opens for the person; behind a shut one there is the same page for all."""
    asked = {url: permissions_of(resolve(url.partition("?")[0]).func) or () for url in urls}
    return [url for url, permissions in asked.items() if not permissions or any(may(user, one) for one in permissions)]


def seen_by(user: User, urls: list[str]) -> dict[str, tuple[int, str]]:
    """What one person is shown at each address."""
    client, found = Client(raise_request_exception=False), {}
    client.force_login(user)
    for url in urls:
        answer = client.get(url)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        found[url] = answer.status_code, TOKEN.sub("", body.decode(errors="replace"))
    return found


def told() -> list[object]:
    """Every notice and every line of the trail."""
    notices = Notice.objects.order_by("pk").values_list("to", "key", "subject", "body", "link")
    entries = TrailEntry.objects.order_by("seq").values_list("act", "kind", "ref", "was", "now", "why", "content")
    return [*notices, *entries]


def before_any(audit: Audit) -> None:
    """Nobody has proposed."""


def after_a_round(audit: Audit) -> None:
    """A grade is agreed; the proposal to come opens a new round."""
    agree(audit, 2, Grade.REQUIRES_IMPROVEMENT)


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

        def world(grade: Grade) -> tuple[list[object], dict[str, dict[str, tuple[int, str]]]]:
            with transaction.atomic():
                grading.propose_grade(audit, 2, by=proposer, at=MET, grade=grade, words=SECRET[grade])
                found = told(), {user.name: seen_by(user, urls) for user, urls in pages.items()}
                transaction.set_rollback(True)
            return found

        one, other = world(Grade.GOOD), world(Grade.INADEQUATE)
    assert one[0] == other[0]
    for name, shown in one[1].items():
        for address, page in shown.items():
            assert page == other[1][name][address], (name, address)
            assert SECRET[Grade.GOOD] not in page[1], (name, address)
    assert sum(status == 200 for status, _ in one[1][chair.name].values()) > 10
