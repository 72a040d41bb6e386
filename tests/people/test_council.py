"""The council's settings: what they are, who changes them, and that a change holds from then on."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from audits.allocation import independence
from audits.case_system import CASE_SYSTEM
from audits.draw import frame
from people import council_settings, trail
from people.models import CouncilSetting, TrailEntry
from qualitycounts.base.refusals import NotAllowed, Refused, Stale
from tests.audits.meeting.pages import text
from tests.conftest import NOW, TODAY
from tests.factories import Council, booked_audit
from tests.ground.processes import environment
from tests.people.handed import confirm
from tests.shape import PACKAGES, ROOT, modules

MOST = independence.AUDITS_A_MONTH
DEFINED = re.compile(r"council(?:_settings)?\.(?:Number|Choice|Name|Lines)\(\s*\"(\w+)\"")


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


def change(by: Any, **other: Any) -> CouncilSetting:
    asked = {"at": NOW, "value": "3", "why": "Agreed at CQAWG in November.", "number": MOST.changes}
    return council_settings.change(MOST, by=by, **(asked | other))


def test_a_setting_is_its_default_until_it_is_set_and_keeps_its_history(council: Council) -> None:
    assert (MOST.value(), MOST.changes) == (2, 0)
    change(council.head_of_qa)
    change(council.head_of_qa, value=" 04 ", why="Two auditors have joined.")
    assert (MOST.value(), MOST.changes) == (4, 2)
    assert list(CouncilSetting.objects.values_list("number", "value")) == [(1, "3"), (2, "4")]
    entry = TrailEntry.objects.get(act="setting.changed", why="Two auditors have joined.")
    assert (entry.ref, entry.content) == ("audits_a_month", '{"now":"4","was":"3"}')
    assert trail.verify().ok


@pytest.mark.parametrize("value", ["", "0", "21", "-1", "2.5", "two", "²", "9" * 400, "2"])
def test_what_is_no_value_of_it_is_refused_with_what_would_be(council: Council, value: str) -> None:
    with pytest.raises(Refused, match=r"whole number from 1 to 20|It is 2 audits already") as refusal:
        change(council.head_of_qa, value=value)
    assert (refusal.value.status, refusal.value.field) == (422, "value")
    assert MOST.changes == 0


def test_only_the_head_of_qa_changes_it_with_a_reason_and_from_what_the_page_showed(council: Council) -> None:
    for other in (council.qa_officer, council.administrator, council.assistant_director):
        with pytest.raises(NotAllowed):
            change(other)
    with pytest.raises(Refused, match="Say why"):
        change(council.head_of_qa, why=" . ")
    change(council.head_of_qa)
    with pytest.raises(Stale, match="set this to 3 audits"):
        change(council.head_of_qa, value="5", number=0)
    assert MOST.value() == 3


def test_other_kinds_of_setting_take_what_they_are(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr("people.council_settings.SETTINGS", {})
    say = {"group": "G", "why": "Ours."}
    pick = council_settings.Choice("pick", "Pick", choices=(("all", "All of them"), ("some", "Some")), **say)
    readers = council_settings.Lines("readers", "Readers", default=("CQAWG", "DMT"), **say)
    assert (pick.value(), pick.words("some"), readers.value()) == ("all", "Some", ("CQAWG", "DMT"))
    assert readers.read(" DMT \n\n CQAWG\nDMT") == "DMT\nCQAWG"
    for setting, typed in ((pick, "none"), (readers, " \n ")):
        with pytest.raises(Refused):
            setting.read(typed)
    with pytest.raises(ValueError, match="two settings"):
        council_settings.Choice("pick", "Another", choices=(("a", "A"),), **say)


def test_the_page_shows_each_and_its_form_changes_one(council: Council, client: Client) -> None:
    client.force_login(council.head_of_qa)
    page = client.get("/settings/").content.decode()
    assert all(setting.title in page for setting in (MOST, frame.SETTLING_DAYS))
    assert page.count("Our default") >= 5
    confirm(client)
    form = {"value": "3", "why": "", "number": "0"}
    answer = client.post("/settings/audits_a_month/change/", form)
    assert (answer.status_code, 'value="3"' in answer.content.decode()) == (422, True)
    assert client.post("/settings/audits_a_month/change/", form | {"why": "Agreed."}).status_code == 302
    answer = client.post("/settings/audits_a_month/change/", form | {"value": "5", "why": "Agreed."})
    assert (answer.status_code, "Someone else has set this" in answer.content.decode()) == (409, True)
    assert "3 audits" in client.get("/settings/").content.decode()
    assert client.get("/settings/nothing/change/").status_code == 404
    client.force_login(council.qa_officer)
    assert "The Head of QA may change it" in client.get("/settings/audits_a_month/change/").content.decode()
    assert client.post("/settings/audits_a_month/change/", form | {"number": "1", "why": "More."}).status_code == 403


def test_a_page_reads_the_settings_at_most_once(db: None, django_assert_num_queries: Any) -> None:
    with council_settings.read_once(), django_assert_num_queries(1):
        assert [MOST.value(), frame.SETTLING_DAYS.value(), MOST.value()] == [2, 42, 2]


@pytest.mark.once
def test_every_setting_that_a_rule_names_is_on_the_page_of_a_server_that_has_only_started(tmp_path: Path) -> None:
    """The page shows what is loaded: a setting whose module no page imports would be missing from it. Asked of a
    process of its own, for the tests have loaded everything."""
    loaded = "import django; django.setup(); from django.urls import get_resolver; get_resolver().url_patterns"
    ask = f"{loaded}; from people.council_settings import SETTINGS; print(*SETTINGS)"
    env = environment(tmp_path, DEBUG="1", DJANGO_SETTINGS_MODULE="qualitycounts.settings")
    started = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    named = [slug for path in modules(*PACKAGES) for slug in DEFINED.findall(path.read_text(encoding="utf-8"))]
    assert len(named) >= 20
    assert set(named) - set(started.stdout.split()) == set()


def test_the_case_system_is_called_what_the_council_calls_it(client: Client, council: Council) -> None:
    audit = booked_audit(council)
    client.force_login(council.keyworker)
    assert "Bring the record on Mosaic up to date" in text(client.get(f"/audits/{audit.ref}/prepare/"))
    say: dict[str, Any] = {"by": council.head_of_qa, "at": NOW, "why": "We moved in May.", "number": 0}
    for name, problem in (("", "Enter a name."), ("x" * 41, "40 characters or fewer")):
        with pytest.raises(Refused, match=problem):
            council_settings.change(CASE_SYSTEM, value=name, **say)
    council_settings.change(CASE_SYSTEM, value=" Liquid  Logic ", **say)
    page = text(client.get(f"/audits/{audit.ref}/prepare/"))
    assert "Bring the record on Liquid Logic up to date" in page
    assert "I have checked the file on Liquid Logic, on" in page
    assert "Mosaic up to date" not in page
