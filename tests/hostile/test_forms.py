"""Every form of every page, as a person might fill it in: what is sent beside its boxes moves nothing, sending it twice
makes nothing twice, and what was written stands in no mail, log, address or cookie."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils.html import escape

from people.access import requires
from people.roles import Permission, Role
from people.url_permissions import doors
from reporting.models import Need
from tests.conftest import NOW
from tests.factories import Council, UserFactory, agreed_audit, allocated_audit, booked_audit
from tests.hostile import audit_states, pages, year_states
from tests.hostile.forms import CANARY, WORDS, Control, Form, Reader
from tests.hostile.mass import every_name
from tests.hostile.pages import Got
from tests.hostile.rows import missing_rows
from tests.hostile.walker import STATES, Walker, undone
from tests.people.test_access import world
from tests.world import World

__all__ = ["audit_states", "world", "year_states"]
OPENED_BY = {
    "head_of_qa": "",
    "auditor": "audits",
    "keyworker": "audits",
    "team_manager": "actions escalations audits",
    "administrator": "people start settings",
    "assistant_director": "reports views",
    "head_of_service": "panel escalations",
}
"""Whose pages are read for their forms, and where their addresses begin: what others open has the same forms."""
ROOMS = {"audit", "audit-book", "audit-prepare", "audit-meeting", "audit-end", "audit-sign", "audit-action-new"}
"""Pages of an audit that have other forms in other states."""
NO_FORM = {
    "account_session": "the idle warning's own request, which sends nothing (tests/people/test_session_end.py)",
    "account_reset_password_from_key": "its link stands in a mail alone (tests/people/test_sign_in.py)",
    "mfa_authenticate": "between password and code nobody is signed in (tests/people/test_second_factor.py)",
    "mfa_reauthenticate_webauthn": "a browser signs what is sent with a key (tests/browser)",
    "audit-third-chair-propose": "a council may have a third chair, and has none here (tests/audits/meeting)",
    "pin-enter": "two share one browser (tests/audits/meeting/test_pins.py)",
}
"""Addresses that take what is sent but have no form that can be read from a page here, and why."""
WROTE_AT_LEAST = 215
"""Addresses at which a form filled in so is taken. The others refuse it: another day, a code, a file."""


@pytest.fixture
def walker(world: World, monkeypatch: pytest.MonkeyPatch) -> Walker:
    """A browser for each role; the clock stands still, and what is drawn is drawn alike each time."""
    monkeypatch.setattr("qualitycounts.base.clock.now", lambda: NOW)
    monkeypatch.setattr("audits.draw.tickets.seed_new", lambda: "5" * 32)
    monkeypatch.setattr("audits.overview.spot_views.at_random", lambda cases: cases.order_by("pk").first())
    missing_rows(world)
    world.people["second_administrator"] = UserFactory.create(roles=(Role.ADMINISTRATOR,))
    clients = {role: pages.signed_in_as(role, world) for role in world.people}
    return Walker(clients | {"nobody": Client(raise_request_exception=False)})


def more_audits(council: Council) -> list[str]:
    """Audits in states that the world has none in."""
    return [
        allocated_audit(council, number=41).ref,
        booked_audit(council, number=42).ref,
        agreed_audit(council, number=43).ref,
    ]


def pages_with_forms(walker: Walker, world: World) -> Iterator[pages.Got]:
    """The pages that may have one, as the world stands."""
    audits = [world.ours.open_audit.ref, *more_audits(world.council)]
    final = world.ours.audit.ref
    for role, starts in OPENED_BY.items():
        for door, url in pages.addresses_for(role, world):
            if pages.is_file(url) or (starts and url.split("/")[1] not in starts.split()):
                continue
            yield pages.got(role, door, url, walker.clients[role].get(url))
            if door in ROOMS and final in url and role in ("head_of_qa", "auditor", "keyworker"):
                for ref in audits:
                    there = url.replace(final, ref)
                    yield pages.got(role, door, there, walker.clients[role].get(there))


def walk_all(walker: Walker, world: World) -> None:
    """Send the forms of all pages, and of the states that those forms lead to."""
    walker.send([form for page in pages_with_forms(walker, world) for form in walker.forms_of(page)])
    for state in STATES:
        with undone(walker.clients["head_of_qa"]):
            state(walker, world)


@pytest.mark.long
@pytest.mark.once
@pytest.mark.timeout(600)
def test_a_form_takes_its_own_boxes_makes_its_rows_once_and_tells_nobody_its_words(
    walker: Walker, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    walk_all(walker, world)
    walker.told += [f"log: {record.getMessage()[:100]}" for record in caplog.records if CANARY in record.getMessage()]
    posts = {door.name for door in doors() if "POST" in door.methods}
    sys.stdout.write(
        f"\n{len(walker.sent)} forms at {len(walker.read & posts)} of {len(posts)} addresses, taken at "
        f"{len(walker.wrote)}; {len(every_name())} names of fields sent beside each\n"
    )
    sys.stdout.write(f"refused: {', '.join(sorted(walker.read & posts - walker.wrote))}\n")
    assert (walker.moves(), walker.twice, walker.told, walker.faults) == ([], [], [], [])
    assert posts - walker.read == set(NO_FORM), "open its page in tests/hostile/*_states.py, or say why it has none"
    assert len(walker.wrote) >= WROTE_AT_LEAST


def test_words_that_a_page_shows_as_they_are_are_found() -> None:
    raw, escaped = (Got("staff", "", "/", 200, {}, f"<p>{text}</p>") for text in (WORDS, escape(WORDS)))
    assert (Reader(raw).is_raw, Reader(escaped).is_raw) == (True, False)


@pytest.mark.once
def test_a_form_that_takes_more_makes_two_and_tells_is_found(council: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail: a view with all three holes in it, at the address where a learning need is written."""

    def careless(request: Any) -> HttpResponse:
        standard = request.POST.get("standard_set") or request.POST.get("standard")
        need = Need.objects.create(words=request.POST["words"], raised_at=NOW, raised_by=request.user)
        if standard:
            Need.objects.filter(pk=need.pk).update(answer=standard)
        return HttpResponseRedirect(f"/needs/?said={request.POST['words']}")

    resolvers = [each for each in get_resolver().url_patterns if hasattr(each, "url_patterns")]
    pattern = next(each for there in resolvers for each in there.url_patterns if getattr(each, "name", "") == "needs")
    monkeypatch.setattr(pattern, "callback", requires(Permission.USE)(careless))
    client = Client()
    client.force_login(council.qa_officer)
    form = Form("qa_officer", "needs", reverse("needs"), {"words": Control("words", "textarea")})
    walker = Walker({"qa_officer": client})
    walker.send([form])
    assert walker.wrote == {"needs"}
    assert [len(each) for each in (walker.moves(), walker.twice, walker.told)] == [2, 1, 1]
