"""The flow charts for users: drawn from the tables, so each state, act and step is in them; and the same in words."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from audits.models import Audit
from audits.states import AUDIT
from escalation.steps.paths import PATHS
from people import council_settings
from people.council_settings import Number
from qualitycounts import flow_charts
from tests.conftest import NOW
from tests.factories import Council

SPACE = "{http://www.w3.org/2000/svg}"


def drawn(chart: flow_charts.FlowChart) -> list[str]:
    """The words of a picture, line by line, in the order in which they are drawn."""
    root = ET.fromstring(chart.svg)  # noqa: S314 -- our own
    assert (root.get("role"), root[0].tag, root[1].tag) == ("img", f"{SPACE}title", f"{SPACE}desc")
    _, _, width, height = map(float, (root.get("viewBox") or "").split())
    for box in root.iter(f"{SPACE}rect"):
        x, y, w, h = (float(box.get(side) or 0) for side in ("x", "y", "width", "height"))
        assert x >= 0 <= y
        assert x + w <= width
        assert y + h <= height
    assert not [each for each in root.iter() if each.get("style") or each.get("class")]
    return [each.text or "" for each in root.iter(f"{SPACE}text")]


def test_the_way_of_an_audit_has_every_state_it_passes_and_every_act_that_leads_on_or_back() -> None:
    chart = flow_charts.audit_chart()
    words = drawn(chart)
    passed = [state for state in AUDIT.labels if state not in Audit.WITHDRAWN_OR_VOIDED]
    assert [said for said in words if said in AUDIT.labels.values()] == [AUDIT.labels[state] for state in passed]
    together, in_words = " ".join(words), " ".join(chart.lines)
    for move in AUDIT.moves:
        assert f"{move.act.capitalize()} ({move.who})" in in_words
        if move.target not in Audit.WITHDRAWN_OR_VOIDED:
            assert f"{move.act.capitalize()} (" in together
    assert all(name in re.sub(" +", " ", together) for name in ("Before the meeting", "After the meeting"))


@pytest.mark.django_db
def test_each_escalation_has_its_steps_in_order_with_whose_and_by_when() -> None:
    charts = flow_charts.escalation_charts()
    assert len(charts) == len(PATHS)
    for chart, ladder in zip(charts, PATHS.values(), strict=True):
        together = " ".join(drawn(chart))
        places = [together.index(kind.title) for kind in ladder.steps]
        assert places == sorted(places)
        assert [line.split(".")[0] for line in chart.lines[1:-1]] == [kind.title.split(".")[0] for kind in ladder.steps]
        for kind, said in zip(ladder.steps, chart.lines[1:-1], strict=True):
            assert kind.owner.label.lower() in said.lower()


def test_the_times_are_those_that_the_council_has_set(client: Client, council: Council) -> None:
    kinds = [kind for ladder in PATHS.values() for kind in ladder.steps]
    _kind, setting = next((kind, kind.days) for kind in kinds if isinstance(kind.days, Number))
    changed = setting.default + 1
    council_settings.change(setting, by=council.head_of_qa, at=NOW, value=str(changed), why="Agreed.", number=0)
    page = client.get("/help/flow/")
    assert page.status_code == 200, "it is read without signing in, as the help is"
    assert f"{changed} working days after" in page.content.decode()
    assert page.content.decode().count("<svg") >= 1 + len(PATHS)
    assert 'href="/help/flow/"' in client.get("/help/").content.decode()
