"""The pages of no app, what is said when a page fails, and the menu around them all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import reverse

from people import access, council_identity, council_settings
from people.models import Membership, User
from people.roles import Role
from qualitycounts import menu, pages
from tests.conftest import NOW
from tests.factories import LONG_AGO, Council, UserFactory, finalised_audit

SENTENCES = {
    400: "We could not read that request",
    403: "You cannot open this page",
    404: "Page not found",
    429: "Too many tries",
}


@pytest.mark.parametrize("address", ["/help/", "/accessibility/", "/privacy/"])
def test_anyone_may_read_help_and_the_statements(client: Client, address: str, db: None) -> None:
    assert client.get(address).status_code == 200


def test_the_statement_says_whom_to_ask_and_what_other_ways_there_are(client: Client, council: Council) -> None:
    assert "The Quality Assurance team" in client.get("/accessibility/").content.decode()
    contact = "Yusuf Lindqvist, Quality Assurance\nquality@example.gov.uk\n020 7946 0000"
    council_settings.change(
        council_identity.ACCESS_CONTACT, by=council.head_of_qa, at=NOW, value=contact, why="Named.", number=0
    )
    html = client.get("/accessibility/").content.decode()
    assert 'href="mailto:quality@example.gov.uk"' in html
    assert [
        words for words in ("Yusuf", "020 7946", "Braille", "large print", "audio", "language") if words not in html
    ] == []


def test_the_statement_says_what_was_tried_and_when_and_what_was_not(client: Client, db: None) -> None:
    words = " ".join(client.get("/accessibility/").content.decode().split())
    tried, not_yet = words.split("What was tried, and when")[1].split("What we know is not yet as it should be")
    said = ("On 30 November 2026", "keyboard", "400%", "colours of one’s own", "less motion", "paper")
    assert [part for part in said if part not in tried] == []
    assert "screen reader" in not_yet


def test_help_has_a_part_for_every_kind_of_work(client: Client, db: None) -> None:
    html = client.get("/help/").content.decode()
    parts = ("keyworker", "auditor", "manager", "qa-officer", "head-of-qa", "administrator", "concern")
    assert [part for part in parts if f'id="{part}"' not in html or f'href="#{part}"' not in html] == []
    assert "After 2 working days the audit’s page lets you finalise it" in " ".join(html.split())


def test_the_gallery_is_there_only_while_debug_is_on(client: Client, db: None, settings: Any) -> None:
    assert client.get("/gallery/").status_code == 404
    settings.DEBUG = True
    assert client.get("/gallery/").status_code == 200


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (lambda request: pages.bad_request(request, SuspiciousOperation()), 400),
        (lambda request: pages.permission_denied(request, PermissionDenied()), 403),
        (lambda request: pages.not_found(request, Http404()), 404),
        (lambda request: pages.too_many(request), 429),
    ],
)
def test_a_failure_has_a_page_for_people_and_a_line_for_scripts(
    answer: Any, status: int, rf: RequestFactory, db: None
) -> None:
    page = answer(rf.get("/"))
    assert page.status_code == status
    assert SENTENCES[status] in page.content.decode()
    line = answer(rf.get("/", headers={"HX-Request": "true"}))
    assert line.status_code == status
    assert len(line.content) < 400
    assert "<html" not in line.content.decode()


def test_a_refusal_says_what_the_door_said(rf: RequestFactory, db: None) -> None:
    answer = pages.permission_denied(rf.get("/"), PermissionDenied("Ask the chair of the panel."))
    assert "Ask the chair of the panel." in answer.content.decode()


def test_the_page_for_our_own_fault_asks_the_database_nothing(
    rf: RequestFactory, django_assert_num_queries: Any, db: None
) -> None:
    with django_assert_num_queries(0):
        answer = pages.server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "The fault is ours." in answer.content.decode()


def test_a_form_with_an_old_token_is_told_how_to_keep_its_words(council: Council) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.post("/accounts/login/", {"login": "x"})
    assert page.status_code == 403
    assert "This page was open too long" in page.content.decode()
    line = client.post("/accounts/login/", {"login": "x"}, headers={"HX-Request": "true"})
    assert line.status_code == 403
    assert "<html" not in line.content.decode()


def test_a_strange_host_name_gets_a_page_too(client: Client, db: None, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["quality.example.gov.uk"]
    answer = client.get("/help/", headers={"Host": "elsewhere.example.com"})
    assert answer.status_code == 400
    assert SENTENCES[400] in answer.content.decode()


def test_too_many_tries_are_paused(
    client: Client, council: Council, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caches["default"], "key_prefix", uuid4().hex)
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    assert client.post("/accounts/login/").status_code == 422
    answer = client.post("/accounts/login/")
    assert answer.status_code == 429
    assert "Too many tries" in answer.content.decode()


@pytest.mark.parametrize(
    ("colour", "ink"), [("#12436d", "#ffffff"), ("#f3d03e", "#000000"), ("#757575", "#ffffff"), ("#767676", "#000000")]
)
def test_the_councils_colour_gets_ink_that_can_be_read_on_it(
    client: Client, db: None, settings: Any, colour: str, ink: str
) -> None:
    settings.COUNCIL_COLOUR = colour
    sheet = client.get("/brand.css")
    assert sheet.headers["Content-Type"] == "text/css"
    assert sheet.content.decode() == f":root{{--qc-brand:{colour};--qc-brand-ink:{ink}}}\n"


def test_only_a_colour_of_its_own_costs_a_request(client: Client, db: None, settings: Any) -> None:
    assert "brand.css" not in client.get("/help/").content.decode()
    settings.COUNCIL_COLOUR = "#7a1f5c"
    assert "brand.css" in client.get("/help/").content.decode()


def test_the_menu_shows_each_page_to_whoever_its_door_opens_for(council: Council) -> None:
    for user in vars(council).values():
        if not hasattr(user, "memberships"):
            continue
        client = Client()
        client.force_login(user)
        for entry in menu.entries(user, "/"):
            assert client.get(entry["url"]).status_code == 200, (user, entry)


def everyone(council: Council) -> Iterator[User]:
    """A person in each role."""
    yield from (user for user in vars(council).values() if isinstance(user, User))
    for role in Role:
        yield UserFactory.create(roles=(role,))


def test_the_menu_has_at_most_eight_entries_for_anybody_and_loses_no_page(council: Council) -> None:
    was = {
        "programme",
        "register",
        "draws",
        "audits",
        "actions",
        "escalations",
        "viewings",
        "panels",
        "reports",
        "plan",
    }
    was |= {"evidence", "learning", "standards", "people", "history", "settings", "work", "start"}
    for user in everyone(council):
        top = menu.entries(user, "/")
        assert 1 < len(top) <= 8, [entry["title"] for entry in top]
        assert len({entry["url"] for entry in top}) == len(top)
        reached = {entry["url"] for entry in top}
        for entry in top:
            reached |= {tab["url"] for tab in menu.tabs(user, entry["url"])}
        for name in was:
            asked = menu.doors(name)
            opens = asked is not None and any(access.may(user, each) for each in asked)
            own = name in {"actions", "escalations", "plan", "start", "evidence"} or "viewing" in name
            assert reverse(name) in reached or not opens or own, (user, name)


def test_the_officers_menu_is_by_her_work(council: Council) -> None:
    titles = [entry["title"] for entry in menu.entries(council.qa_officer, "/")]
    assert titles == ["My work", "Month", "Register", "Follow-up", "Panel", "Reports", "Standards", "Settings"]
    tabs = [tab["text"] for tab in menu.tabs(council.qa_officer, "/draws/DRAW-2612/")]
    assert tabs == ["Board", "Calendar", "Draws", "Auditors", "Returns", "Audits", "Programme"]
    assert [tab["text"] for tab in menu.tabs(council.qa_officer, "/draws/returns/") if tab["current"]] == ["Returns"]
    assert [entry["title"] for entry in menu.entries(council.qa_officer, "/plan/") if entry["active"]] == ["Reports"]
    assert [entry["title"] for entry in menu.entries(council.keyworker, "/")][1] == "My audits"


def test_directors_have_escalations_in_the_menu_and_workers_come_to_theirs_from_my_work(council: Council) -> None:
    people = ("executive_director", "assistant_director", "head_of_service", "keyworker", "staff")

    def pages(user: User) -> set[str]:
        top = menu.entries(user, "/")
        return {entry["url"] for entry in top} | {tab["url"] for one in top for tab in menu.tabs(user, one["url"])}

    has = [who for who in people if "/escalations/" in pages(getattr(council, who))]
    assert has == ["executive_director", "assistant_director", "head_of_service"]


def test_the_menu_marks_the_page_one_is_on(council: Council) -> None:
    here = [entry["url"] for entry in menu.entries(council.qa_officer, "/standards/3/") if entry["active"]]
    assert here == ["/standards/"]


def test_the_box_of_every_page_finds_what_one_may_open_and_nothing_else(client: Client, council: Council) -> None:
    audit = finalised_audit(council)
    number = council.case.person_id

    def asked(user: User, words: str) -> Any:
        client.force_login(user)
        return client.post("/find/", {"q": words})

    assert asked(council.qa_officer, audit.ref.lower())["Location"] == f"/audits/{audit.ref}/"
    assert asked(council.qa_officer, audit.ref.replace("-", " "))["Location"] == f"/audits/{audit.ref}/"
    assert asked(council.qa_officer, number)["Location"] == f"/register/cases/{council.case.pk}/"
    hits = asked(council.qa_officer, "okonkwo").context["finding"].hits
    assert [(some.title, [link.text for link, _ in some.links]) for some in hits] == [
        ("Audits", [audit.ref]),
        ("People", ["Niamh Okonkwo"]),
    ]
    assert asked(council.keyworker, audit.ref)["Location"] == f"/audits/{audit.ref}/"
    for stranger in (council.other_keyworker, council.other_head_of_service, council.administrator, council.staff):
        for words in (audit.ref, number, number[:3], audit.ref[:7]):
            page = asked(stranger, words)
            assert page.status_code == 200
            assert [some.title for some in page.context["finding"].hits if some.title != "People"] == []
    assert asked(council.staff, "okonkwo").context["finding"].hits == []
    assert "a part of a name" in client.get("/find/?q=QC-2611-001").content.decode()


def test_a_person_is_named_by_the_highest_role_they_hold(council: Council) -> None:
    assert menu.role_word(council.auditor) == "auditor"
    Membership.objects.create(user=council.auditor, role=Role.TEAM_MANAGER, team=council.south, starts_on=LONG_AGO)
    del council.auditor._memberships  # type: ignore[attr-defined]
    assert menu.role_word(council.auditor) == "team manager"
    assert menu.role_word(council.staff) == "staff"


def test_every_role_has_its_place_in_the_order() -> None:
    assert set(menu.MAIN_ROLE_FIRST) == set(Role)


def test_no_page_carries_a_style_or_a_script_of_its_own() -> None:
    inline = ('style="', "<style", "javascript:", ' onclick="', ' onchange="', ' onsubmit="', " hx-on")
    for template in Path(django_settings.BASE_DIR, "templates").rglob("*.html"):
        if template.is_relative_to(Path(django_settings.BASE_DIR, "templates", "reports")):
            continue
        words = template.read_text()
        assert not [mark for mark in inline if mark in words], template
        assert "<script>" not in words, template


def test_what_surrounds_every_page_costs_three_queries(
    client: Client, council: Council, django_assert_max_num_queries: Any
) -> None:
    client.force_login(council.qa_officer)
    client.get("/help/")
    with django_assert_max_num_queries(3):
        client.get("/help/")
