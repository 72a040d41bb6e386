"""The guides of docs/ tell of what there is: each address, picture, person and page of the menu is held to the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest
from django.urls import resolve, reverse
from PIL import Image

from fixtures.demo.people import DOMAIN, PASSWORD, SIGN_INS
from people.roles import Role
from people.url_permissions import DENY, Door, doors
from qualitycounts import menu
from tests import pictures
from tests.ground.processes import ROOT

pytestmark = pytest.mark.once

GUIDE = ROOT / "docs" / "guide"
READERS = {
    "auditors": (Role.AUDITOR,),
    "workers": (Role.KEYWORKER,),
    "managers": (Role.TEAM_MANAGER,),
    "heads-of-service": (Role.HEAD_OF_SERVICE,),
    "directors": (Role.ASSISTANT_DIRECTOR, Role.EXECUTIVE_DIRECTOR),
    "panel": (Role.PANEL_MEMBER, Role.PRINCIPAL_SOCIAL_WORKER),
    "qa-officer": (Role.QA_OFFICER,),
    "head-of-qa": (Role.HEAD_OF_QA,),
    "administrators": (Role.ADMINISTRATOR,),
    "information-governance": (Role.HEAD_OF_QA, Role.KEYWORKER),
    "everybody": (Role.PRINCIPAL_SOCIAL_WORKER, Role.REPORT_READER, Role.ANALYST, Role.CONTRIBUTOR, Role.STAFF),
    "first-hour": tuple(Role),
    "developers": (),
}
"""Each guide by its file's name, and the roles for which it is written: their pages open for one of them at least."""
NOT_TOLD: set[str] = set()
"""Pages of the menu that no guide tells of, by their routes' names."""
MOST, LARGEST, WIDEST = 40, 80_000, 1200
PICTURE = re.compile(r"!\[([^]]+)\]\(pictures/([\w-]+)\.png\)")
ADDRESS = re.compile(r"`(/[^`]*)`")


@cache
def text(name: str) -> str:
    """One guide."""
    return (GUIDE / f"{name}.md").read_text(encoding="utf-8")


@cache
def addresses() -> dict[str, list[Door]]:
    """The application's addresses as the guides write them: "/actions/<ref>/"."""
    written: dict[str, list[Door]] = {}
    for door in doors():
        written.setdefault("/" + re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", door.route), []).append(door)
    return written


def as_written(route: str) -> str:
    """A route as the guides write it."""
    return "/" + re.sub(r"<\w+:(\w+)>", r"<\1>", route)


def told() -> Iterator[tuple[str, str]]:
    """Each address that a guide names, with the guide."""
    return ((name, address) for name in READERS for address in ADDRESS.findall(text(name)))


def test_each_guide_is_written_for_somebody() -> None:
    assert {path.stem for path in GUIDE.glob("*.md")} == set(READERS)
    assert len({role for roles in READERS.values() for role in roles}) == len(Role)


def test_each_address_in_a_guide_is_a_page_that_opens_for_its_reader() -> None:
    known = addresses()
    assert {(name, address) for name, address in told() if address not in known} == set()
    assert sum(1 for _ in told()) > 150
    shut = {
        (name, address)
        for name, address in told()
        if all(door.answers()[role] == DENY for door in known[address] for role in READERS[name])
    }
    assert shut == set(), "a guide names a page that does not open for whom it is written"
    sent = {address for _, address in told() if all("GET" not in (door.methods or ("GET",)) for door in known[address])}
    assert sent == set(), "what a button sends is no page to be named"


def test_each_picture_is_of_an_address_that_there_is_for_that_person() -> None:
    roles = {person.email: (*person.roles, Role.STAFF) for person in SIGN_INS}
    routes = {door.route: door for door in doors()}
    for picture in pictures.PICTURES:
        for route in (*picture.way, picture.route):
            assert route.partition("?")[0] in routes, f"{picture.name}: /{route} is no address any more"
            opens = {routes[route.partition("?")[0]].answers()[role] for role in roles[picture.person]} - {DENY}
            assert opens, f"{picture.name}: /{route} does not open for {picture.person}"
        assert pictures.pattern(picture.route).fullmatch(f"/{picture.address or ''}") or not picture.address
    assert (pictures.PASSWORD, pictures.DOMAIN) == (PASSWORD, DOMAIN)


def test_each_picture_is_shown_and_each_that_is_shown_is_taken() -> None:
    table = {picture.name: picture for picture in pictures.PICTURES}
    assert len(table) == len(pictures.PICTURES) <= MOST
    shown = {picture for name in READERS for _, picture in PICTURE.findall(text(name))}
    assert shown == set(table) == {path.stem for path in pictures.FOLDER.iterdir()}
    for path in pictures.FOLDER.iterdir():
        assert path.stat().st_size <= LARGEST, path.name
        with Image.open(path) as image:
            assert image.width <= WIDEST, path.name


def test_each_picture_beside_the_guides_is_shown() -> None:
    docs = ROOT / "docs"
    papers = "".join(path.read_text() for path in (ROOT / "README.md", *docs.glob("*.md")))
    assert {path.name for path in (docs / "pictures").iterdir()} == set(re.findall(r"pictures/([\w-]+\.png)", papers))


def test_a_task_that_shows_a_picture_names_the_address_of_it() -> None:
    table = {picture.name: as_written(picture.route) for picture in pictures.PICTURES}
    assert [
        (name, picture)
        for name in READERS
        for task in re.split(r"^## ", text(name), flags=re.MULTILINE)
        for _, picture in PICTURE.findall(task)
        if table[picture] not in ADDRESS.findall(task)
    ] == []


def test_each_sign_in_that_a_guide_names_is_one_of_the_demonstration() -> None:
    named = {email for name in READERS for email in re.findall(r"`([\w.]+@[\w.]+)`", text(name))}
    assert named == {f"{person.email}@{DOMAIN}" for person in SIGN_INS} & named
    assert len(named) > 10


def test_each_page_of_the_menu_is_told_of() -> None:
    known = {address for _, address in told()}
    pages = {entry.name for group in menu.GROUPS for entry in group.entries}
    assert {name for name in pages if as_written(resolve(reverse(name)).route) not in known} == NOT_TOLD
