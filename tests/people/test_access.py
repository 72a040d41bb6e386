"""Who comes in: every address by GET and POST for every role and signed out, against what the grants say.

The oracle is written out here, beside the code's own doorways: which roles reach a record of another service, and
which one of their own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from people.models import User
from people.roles import GRANTS, Permission, Role
from people.url_permissions import ALLOW, DENY, SCOPED, Door, answer, doors
from qualitycounts.base.refusals import NotAllowed
from tests.conftest import TODAY
from tests.factories import Council
from tests.world import Things, World

NO_DOOR = "Your role does not open this page."
"""What a door says; a rule that refuses says who may instead."""
QA = {"qa_officer", "head_of_qa"}
LINE = {"auditor", "keyworker", "team_manager", "head_of_service"}
SEES_PLAN = {"assistant_director", "executive_director", "head_of_service", "principal_social_worker", "report_reader"}
"""Roles that see the whole action plan; anyone else sees the items they own."""
NOT_YET = {f"report-{what}" for what in ["pdf", "edition", "tables", "table", "rows", "figures-csv", "figures-xlsx"]}
NO_EVENT = {"report-slides", "event-pack", "event-slides"}  # no learning event here: test_event.py opens one
NOT_SET_UP = {"mfa_view_recovery_codes", "mfa_deactivate_totp"}  # nobody here has a second factor
NOT_SET_UP |= {f"programme-{what}" for what in ["answers", "answer", "answer-reopen"]}  # nor an activity a tool
NOT_THEIRS = {("audit-history", "head_of_service")}
THEIRS = {
    **dict.fromkeys(("audits", "register", "draws", "panel", "away", "views", "themes", "evidence", "family"), QA),
    "actions": QA | {"assistant_director"},
    "escalations": QA | {"assistant_director", "executive_director"},
    "reports": QA | {"assistant_director"},
    "people": QA | {"administrator"},
    "notices": set(),
    "patterns": QA | {"assistant_director"},
    "month": {"qa_officer"},
    "plan": QA | SEES_PLAN,
    "learning": set(),
}
"""Roles that reach a record of another service, by where its address begins. A report of "theirs" is a draft."""
OURS = {
    "audits": QA | LINE,
    "register": QA | LINE,
    "draws": QA,
    "actions": QA | LINE | {"assistant_director"},
    "escalations": QA | LINE | {"assistant_director", "executive_director"},
    "panel": QA | {"head_of_service", "principal_social_worker", "panel_member"},
    "reports": {role.value for role in Role} - {"keyworker", "staff", "administrator"},
    "people": QA | {"administrator"},
    "notices": {"keyworker"},
    "away": QA | {"team_manager", "head_of_service"},
    "views": QA | {"assistant_director", "keyworker"},
    "patterns": QA | {"assistant_director", "head_of_service"},
    "month": {"qa_officer"},
    "themes": QA | {"auditor"},
    "evidence": QA | {"contributor"},
    "plan": QA | SEES_PLAN | {"keyworker"},
    "learning": {role.value for role in Role} - {"administrator"},
    "family": QA | {"auditor", "keyworker"},
}
"""Roles that reach a record of their own service."""
CHAIRS = {Permission.TAKE_PART, Permission.RAISE_CONCERN}
"""Doors to the room itself: nobody but its two chairs, whatever else they may read."""
PUBLIC_BY_NAME = (
    *("account_", "mfa_authenticate", "oidc-", "help", "accessibility", "privacy", "gallery", "brand", "health-"),
    *("metrics", "calendar-feed", "pin-enter", "feed-csv", "feed-json", "family-form"),
)


@pytest.fixture
def world(council: Council, settings: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    """Papers are read as they are before they are drawn: drawing them for every role takes minutes."""
    settings.TODAY = TODAY
    monkeypatch.setattr("reporting.pdf.render", lambda html: html.encode())
    return World.make(council)


def address(door: Door, things: Things, world: World, report: str) -> str:
    """The address of a door for the records of one service."""
    first, values, mine = door.route.split("/")[0], world.values, things is world.ours
    panel = values["panel"]["ours" if mine else "theirs"]
    ref: dict[str, Any] = {
        "panel": values["exercise"] if door.name.startswith("calibration") else panel.ref,
        "audits": things.audit.ref,
        "draws": values["draw"],
        "actions": f"{things.audit.ref}-1",
        "family": things.audit.ref,
        "escalations": things.escalation.ref,
        "patterns": things.pattern.ref,
        "reports": values[report],
        "plan": values[f"item_{'ours' if report == 'issued' else 'theirs'}"],
        "learning": values["short" if report == "issued" else "draft"],
    }
    pk = {
        "panel": panel.actions.get().pk,
        "actions": things.file.pk,
        "away": things.away.pk,
        "views": things.viewing.pk,
        "register/cases": things.case.pk,
        "register/import/mappings": values["mapping"],
        "register/import": values["import"],
        "draws/auditors": values["leave"],
        "accounts": 1,
        "people/teams": world.council.north.pk,
        "people/services": world.council.north.service_id,
        "people": world.council.other_keyworker.pk,
        "programme/duties": values["set_aside"],
        "programme": values["activity"],
        "month/views": values["saved_view"],
        "notices": things.notice.pk,
        "themes/vocabulary": values["theme"],
        "family/questions": values["family_question"],
        "themes/answers": values[f"answer_{'ours' if report == 'issued' else 'theirs'}"],
        "themes/notes": values[f"note_{'ours' if report == 'issued' else 'theirs'}"],
        "themes/quotations": values["quotation"],
        "evidence": values[f"evidence_{'ours' if report == 'issued' else 'theirs'}"],
        "needs": values["need"],
        "settings/feed": values["feed_token"],
        "standards/sets": values["standard_set"],
        "standards/drafts": values["standards_draft"],
        "standards/tools": values["tool"],
        "disposals": values["disposal"],
    }
    slug = {
        "reports": "grades-by-month",
        "audits": "s1-works-well",
        "escalations": "acknowledge",
        "standards": "reviews",
        "settings": "sign_days",
        "start": "mail",
    }
    known = {
        "ref": ref.get(first),
        "pk": next((value for start, value in pk.items() if door.route.startswith(start)), None),
        "audit_ref": (world.theirs if mine else world.ours).audit.ref if first == "panel" else values["drawn_audit"],
        "criterion": values["criterion"],
        "indicator": values["indicator"],
        "number": 8 if "grades/" in door.route or "advice/" in door.route else 1,
        "held": values["given"],
        "watch": 1,
        "on": values["holiday"],
        "step": "1",
        "token": "abc123",
        "kind": "csv" if any(each in door.route for each in ("tables/", "template/", "closing.")) else "large",
        "what": "cases",
        "place": "standards" if "/add/" in door.route else "standards.1",
        "slug": "finalised" if "rows/" in door.route else slug.get(first),
    }
    known["of"], known["key"], known["code"] = things.audit.ref, "own", "EH"
    wanted = re.findall(r"<(?:\w+:)?(\w+)>", door.route)
    missing = [name for name in wanted if known.get(name) is None]
    assert not missing, f"{door.name}: say here what {missing} is"
    return reverse(door.name, kwargs={name: known[name] for name in wanted})


def ask(client: Client, method: str, url: str) -> tuple[int, str]:
    """The answer to one request. What it did is undone, and a session that it ended goes on."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        answered = client.generic(method, url)
        streamed = getattr(answered, "streaming_content", None)
        body = answered.content if streamed is None else b"".join(streamed)
        transaction.set_rollback(True)
    client.cookies = cookies
    assert not kept(answered), f"{method} {url}: a browser may keep it"
    return answered.status_code, body.decode(errors="ignore")


def kept(answer: Any) -> bool:
    """Whether a browser, or anything on the way, may keep the answer."""
    said = {part.strip() for part in answer.headers.get("Cache-Control", "").split(",")}
    return not {"private", "no-store"} <= said


def shut_to(user: User, method: str, url: str) -> bool:
    """Whether the door refuses, asked without the page around it: most are shut to most; staff walk the whole way."""
    request = RequestFactory().generic(method, url)
    request.user = user
    found = resolve(url)
    try:
        found.func(request, *found.args, **found.kwargs)
    except NotAllowed as refusal:
        return NO_DOOR in refusal.sentence
    return False


def about_a_record(door: Door) -> bool:
    return "<" in door.route and door.route.split("/")[0] in THEIRS


BEHIND = [door for door in doors() if door.permissions]


@pytest.mark.long
@pytest.mark.once
def test_what_each_role_may_open(world: World) -> None:
    """A door that the role lacks: 403. Another service's record: 404. One's own: there. Never 500, and never kept."""
    wrong = []
    for role in Role:
        client = Client(raise_request_exception=False)
        client.force_login(world.people[role.value])
        for door in BEHIND:
            for method in door.methods:
                if door.answers()[role.value] == DENY and role != Role.STAFF:
                    url = address(door, world.theirs, world, "draft")
                    wrong += [] if shut_to(world.people[role.value], method, url) else [f"{role}: {method} {url}: open"]
                else:
                    wrong += walked(client, door, method, role.value, world)
    assert wrong == [], "\n".join(wrong)


def walked(client: Client, door: Door, method: str, role: str, world: World) -> list[str]:
    """What is wrong with a door's answers to one role: for another service's record, then for one's own."""
    said, first = door.answers()[role], door.route.split("/")[0]
    cases = [(world.theirs, THEIRS, "draft")]
    if said != DENY and about_a_record(door):
        cases.append((world.ours, OURS, "issued"))
    wrong = []
    for things, reach, report in cases:
        url = address(door, things, world, report)
        status, body = ask(client, method, url)
        shut = status == 403 and NO_DOOR in body
        there = not about_a_record(door) or role in reach[first]
        if set(door.permissions or ()) <= CHAIRS:
            there = things is world.ours and role in ("auditor", "keyworker") and "third-chair" not in door.name
        if door.permissions == (Permission.WATCH_MEETING,) or (door.name, role) in NOT_THEIRS:
            there = False  # nobody has asked them, or it is not for them
        if door.name.startswith("calibration") or door.name in ("register-template", "register-import-progress"):
            there = True  # an invented case, headings without a row, or one's own import: whoever has the door
        if door.name in NOT_SET_UP | NO_EVENT or (door.name in NOT_YET and report == "draft"):
            there = False
        if said == DENY:
            fine = shut
        elif there:
            fine = status in (200, 204, 302, 400, 403, 409, 413, 422) and not shut
        else:
            fine = status == 404
        if not fine:
            wrong.append(f"{role}: {method} {url} ({door.name}, {said}): {status}")
    return wrong


def test_signed_out_every_page_leads_to_sign_in_and_nothing_that_is_sent_is_lost(world: World) -> None:
    client, wrong = Client(), []
    for door in BEHIND:
        url = address(door, world.theirs, world, "draft")
        for method in door.methods:
            page, line = client.generic(method, url), client.generic(method, url, headers={"HX-Request": "true"})
            sent_on = page.status_code == 302 and page.headers["Location"].startswith("/accounts/login/?next=/")
            if line.status_code != 401 or not (sent_on if method == "GET" else page.status_code == 401):
                wrong.append(f"{method} {url}: {page.status_code} {line.status_code}")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.once
def test_a_method_that_a_page_does_not_answer_is_refused(world: World) -> None:
    client, wrong = Client(), []
    client.force_login(world.council.qa_officer)
    for door in BEHIND:
        for method in {"GET", "POST", "PUT", "DELETE"} - set(door.methods):
            status, _ = ask(client, method, address(door, world.theirs, world, "draft"))
            if status not in (403, 405):
                wrong.append(f"{method} {door.name}: {status}")
    assert wrong == [], "\n".join(wrong)


def test_only_these_pages_are_open_to_anybody() -> None:
    public = [door.name for door in doors() if door.permissions == ()]
    assert public
    assert [name for name in public if not name.startswith(PUBLIC_BY_NAME)] == []


def test_whoever_left_is_out_from_that_day(world: World) -> None:
    client, person = Client(), world.council.qa_officer
    client.force_login(person)
    assert client.get("/people/").status_code == 200
    person.left_on = TODAY
    person.save()
    assert client.get("/people/").status_code == 302


@pytest.mark.long
@pytest.mark.once
def test_no_list_count_or_search_gives_another_services_records_away(world: World) -> None:
    """Every page without a record in its address, and with the other service's numbers where it reads what is asked."""
    shown, seen = [], []
    for role in Role:
        if role.value in QA or GRANTS[role] in seen:
            continue
        seen.append(GRANTS[role])
        client = Client()
        client.force_login(world.people[role.value])
        hidden = hidden_from(world, role.value)
        lists = [door for door in BEHIND if is_list(door) and door.answers()[role.value] != DENY]
        assert {"work", "notices"} <= {door.name for door in lists}
        for door in lists:
            pages = [("", client.get(reverse(door.name)))]
            if "GET" in pages[0][1].wsgi_request.__dict__:
                pages += [(query, client.get(reverse(door.name) + query)) for query in queries(world)]
            for query, page in pages:
                body = page.getvalue().decode()
                body = re.sub(r'value="[^"]*"|href="\?[^"]*"', "", body)  # what one asked for oneself
                shown += [f"{role.value} {door.name}{query}: {mark}" for mark in hidden if stands(mark, body)]
    assert len(seen) > 5
    assert shown == []


def is_list(door: Door) -> bool:
    """Whether a page is about no one record, and not about the guide."""
    files = (".pdf", ".zip", ".xlsx")
    return (
        "<" not in door.route
        and "GET" in door.methods
        and not door.route.startswith("standards/")
        and not door.route.endswith(files)
    )


def hidden_from(world: World, role: str) -> set[str]:
    """What must never stand on a page of this role's."""
    theirs, ours, marks = world.theirs, world.ours, set(world.theirs.marks)
    if role == "assistant_director":
        marks -= theirs.follow_up | theirs.live
    elif role == "executive_director":
        marks -= theirs.follow_up
    elif role not in LINE:
        marks |= ours.marks
    if role in ("team_manager", "head_of_service"):
        marks |= {f"/audits/{ours.open_audit.ref}/"}
    return marks


def queries(world: World) -> Iterator[str]:
    """What somebody may try in an address: each mark under every name that a filter has or might have."""
    names = ("ref", "q", "number", "search", "audit", "case", "person", "name")
    theirs = world.theirs
    for mark in (theirs.case.person_id, theirs.audit.ref, theirs.concern.ref, f"{theirs.audit.ref}-1"):
        yield "?" + "&".join(f"{name}={mark}" for name in names)
    people = f"owner={world.council.other_manager.pk}&team={world.council.court.pk}"
    yield f"?{people}&state=finalised&show=over&month=2026-11"
    yield "?show=all&state=open"


def stands(mark: str, body: str) -> bool:
    """Whether a number or reference stands in a page, and not only as a part of a longer one."""
    return re.search(rf"(?<![\w-]){re.escape(mark)}(?!\w)", body) is not None


def test_what_is_hidden_would_be_found(world: World) -> None:
    """The check above can fail: the QA Officer's lists show every one of them."""
    client = Client()
    client.force_login(world.council.qa_officer)
    pages = "".join(
        client.get(url).content.decode() for url in ("/register/", "/audits/", "/escalations/", "/actions/?show=all")
    )
    assert {mark for mark in world.theirs.marks if not stands(mark, pages)} == set()
    assert stands("QC-2611-011", "see QC-2611-011.")
    assert not stands("QC-2611-01", "see QC-2611-011.")


# The commands


def printed(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def test_the_matrix_is_printed_for_programs_and_for_people() -> None:
    matrix = json.loads(printed("access_matrix", "--json"))
    assert set(matrix) == {door.name for door in doors()}
    roles = {role.value for role in Role}
    assert all(set(answers) == roles for methods in matrix.values() for answers in methods.values())
    assert matrix["work"]["GET"]["staff"] == ALLOW
    assert matrix["draws"]["POST"] == {role.value: ALLOW if role.value in QA else DENY for role in Role}
    assert matrix["audit"]["GET"]["team_manager"] == SCOPED
    words = printed("access_matrix")
    assert "Only once finalised, so that the worker can speak freely." in words
    assert re.search(r"^draws +POST +A A - - - - - - - - - - - - -$", words, re.MULTILINE)


def test_an_address_on_which_nobody_has_said_anything_is_shut() -> None:
    assert [answer(role, None) for role in Role] == [DENY] * len(Role)
    assert answer(Role.STAFF, ()) == ALLOW
    assert answer(Role.STAFF, (Permission.SEE_AUDIT,)) == DENY
    assert answer(Role.TEAM_MANAGER, (Permission.SEE_AUDIT,)) == SCOPED
    assert answer(Role.STAFF, (Permission.SEE_AUDIT, Permission.USE)) == ALLOW
