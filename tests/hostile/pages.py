"""Every page that a role may open, as the test client gets it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import DateTimeField
from django.test import Client
from django.urls import reverse

from audits.models import Audit, Case, Conflict, Disposal, Draw, Import, PanelAction, Viewing
from escalation.models import Escalation, Step
from people.models import StoredFile
from people.roles import Role
from people.url_permissions import DENY, doors
from tests.conftest import NOW
from tests.people.handed import confirm
from tests.people.test_access import address
from tests.world import World

TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+')
STEPS = ("1", "2", "record", "indicators", "case", "plan", "marks", "family")


NO_PAGE = {"account_reset_password_from_key", "calendar-feed"}
"""A link that works once, for whoever forgot their password, and a file for diaries: each has tests of its own."""


@dataclass(frozen=True)
class Got:
    """One answer: to whom, from where, and what."""

    role: str
    door: str
    url: str
    status: int
    headers: dict[str, str]
    body: str

    @property
    def shown(self) -> bool:
        """Whether a browser draws it; papers are read as the page that they are drawn from."""
        return self.headers.get("Content-Type", "").startswith(("text/html", "application/pdf"))


def is_file(url: str) -> bool:
    """Whether the address gives a file to take away."""
    return url.endswith((".csv", ".xlsx", ".pdf", ".zip", ".ics", ".json", ".pptx"))


def addresses_for(role: str, world: World) -> list[tuple[str, str]]:
    """Each address that the role's grants open, for records of its own service, with the door's name. What is open to
    anybody, and the pages of one's own account, are the same for all: staff open those."""
    urls: dict[str, str] = {}
    for door in doors():
        same = not door.permissions or door.route.startswith(("accounts/", "oidc/", "help/"))
        shut = door.answers()[role] == DENY or (same and role != Role.STAFF)
        if "GET" not in door.methods or door.name in NO_PAGE or shut:
            continue
        for report in ("issued", "draft"):
            urls.setdefault(address(door, world.ours, world, report), door.name)
        if door.name == "audit-meeting":
            room = reverse("audit-meeting", args=[world.ours.open_audit.ref])
            urls |= dict.fromkeys((room, *(f"{room}?step={step}" for step in STEPS)), door.name)
    return [(name, url) for url, name in urls.items()]


def signed_in_as(role: str, world: World) -> Client:
    """A browser of this role's person, that gets an error page where there is a fault."""
    client = Client(raise_request_exception=False)
    client.force_login(world.people[role])
    confirm(client)
    return client


def got(role: str, door: str, url: str, answer: Any) -> Got:
    """What came, without what makes two of the same page differ."""
    streamed = getattr(answer, "streaming_content", None)
    body = (answer.content if streamed is None else b"".join(streamed)).decode(errors="ignore")
    return Got(role, door, url, answer.status_code, dict(answer.headers), TOKEN.sub("", body))


def every_page(world: World) -> Iterator[Got]:
    """Every address for every role; a file that roles take away alike is taken once."""
    taken: set[str] = set()
    for role in Role:
        client = signed_in_as(role.value, world)
        for door, url in addresses_for(role.value, world):
            if not (is_file(url) and url in taken):
                answer = got(role.value, door, url, client.get(url))
                taken |= {url} if answer.status == 200 else set()
                yield answer


ENDS = {
    "Review": "panel",
    "Exercise": "panel",
    "Pattern": "patterns",
    "Step": "escalations",
    "Escalation": "escalations",
    "Pick": "draws",
    "Import": "register",
    "Draw": "draws",
    "Activity": "programme",
}
"""What a page says otherwise once it is over, and where its addresses begin."""


OPEN_AUDIT = ("audit-prepare", "audit-own", "audit-plan", "audit-plan-change", "audit-end", "audit", "audit-pack")
"""Pages of an audit whose meeting goes on, for those who sit in it."""


def pages_of_an_open_audit(world: World) -> Iterator[Got]:
    """What stands between the two chairs until they have signed."""
    final, ref = world.ours.audit.ref, world.ours.open_audit.ref
    for role in (Role.AUDITOR.value, Role.KEYWORKER.value):
        client = signed_in_as(role, world)
        for door, url in addresses_for(role, world):
            if door in OPEN_AUDIT:
                yield got(role, door, url.replace(final, ref), client.get(url.replace(final, ref)))


def pages_in_other_states(world: World) -> Iterator[Got]:
    """The pages of what ENDS names for the Head of QA, with its rows in each state. That contradicts what else is
    written of them, so that a page may well fail; what is shown counts."""
    client = signed_in_as(Role.HEAD_OF_QA.value, world)
    yield from pages_of_an_open_audit(world)
    urls = [
        (door, url)
        for door, url in addresses_for(Role.HEAD_OF_QA.value, world)
        if re.search(r"/(\d+|[A-Z]+-\d[^/]*)/", url) and not is_file(url)
    ]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
    Case.objects.update(keyworker=None)
    Audit.objects.exclude(state__in=Audit.FINAL).update(auditor=None)
    for model in (Draw, Escalation, Step, Disposal, Import, PanelAction, Viewing, StoredFile, Conflict):
        unset = [field for field in model._meta.concrete_fields if field.null and isinstance(field, DateTimeField)]
        model._default_manager.update(**{field.name: NOW for field in unset})
    for model in apps.get_models():
        first = ENDS.get(model.__name__)
        states = model._meta.get_field("state").choices if first else ()
        for state, _ in states or ():
            model._default_manager.update(state=state)
            for door, url in urls:
                if url.startswith(f"/{first}/"):
                    yield got(Role.HEAD_OF_QA.value, door, url, client.get(url))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = OFF")
