"""Every kind of audit from the programme to the report, as its people go: planned, drawn, met, concluded, read."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audits.models import Activity, Audit, Draw
from audits.programme.activity_page import activity_page
from people.models import Notice
from people.roles import Role
from reporting import periods
from reporting.models import Report
from reporting.reports import drafting, generate
from reporting.sections.conclusions import Conclusions
from reporting.sections.contents import read_figures, work_out
from tests.conftest import NOW, TODAY
from tests.factories import CaseFactory, Council, UserFactory, met_and_signed

NOVEMBER = "2026-11"
WORDS = "What was found late was found by others first. We ask for one question in supervision."
CASES = {
    "core": {},
    "themed": {"title": "Neglect", "focus": [2, 5], "questions": "Who named it first?"},
    "flash": {"title": "Missing plans", "focus": [3], "origin": "complaint", "origin_words": "Three in a month."},
    "management": {"title": "Supervision records"},
    "multi_agency": {"title": "Missing from home", "agencies": "Police\nHealth"},
}
DRAWN = {
    "core": "DRAW-2611",
    "themed": "THEMED-2611",
    "flash": "FLASH-2611",
    "management": "MANAGEMENT-2611",
    "multi_agency": "PARTNERS-2611",
}
SAID = {
    "core": None,
    "themed": "A themed audit about “Neglect”.",
    "flash": "A flash audit about “Missing plans”.",
    "management": "A management audit about “Supervision records”.",
    "multi_agency": "A multi-agency audit about “Missing from home”.",
}
JUDGED = {"core": 8, "themed": 3, "flash": 2, "management": 8, "multi_agency": 8}
"""How many grades each comes to: its standards, and the case."""


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


@pytest.fixture
def officer(council: Council) -> Client:
    """The QA Officer, signed in; there are auditors, and two cases of one worker."""
    UserFactory.create_batch(2, roles=(Role.AUDITOR,))
    CaseFactory.create(keyworker=council.keyworker)
    client = Client()
    client.force_login(council.qa_officer)
    return client


def plan(officer: Client, kind: str, **more: object) -> Activity:
    """Put an activity of this month on the programme, by its page."""
    form = {"kind": kind, "month": NOVEMBER, "planned": "1", "origin": "routine", "origin_words": ""}
    answer = officer.post("/programme/new/", form | more)
    assert answer.status_code == 302, answer.content.decode()
    return Activity.objects.get(kind=kind)


def conclude(officer: Client, activity: Activity) -> None:
    """Write the conclusion on the activity's page."""
    page = f"/programme/{activity.pk}/"
    assert "Write the conclusion" in officer.get(page).content.decode()
    shown = officer.post(f"{page}conclusion/", {"text": WORDS}, follow=True).content.decode()
    assert WORDS in shown


def concluded_of(period: str) -> list[tuple[str, str, str, str]]:
    """The conclusions in the figures of a period, as they stand today."""
    figures = work_out(periods.parse(period), on=TODAY)
    return [(each.kind, each.title, each.month, each.words) for each in figures.of(Conclusions).concluded]


@pytest.mark.parametrize("kind", CASES)
def test_a_kind_that_is_drawn_is_walked_from_programme_to_report(council: Council, officer: Client, kind: str) -> None:
    activity = plan(officer, kind, **CASES[kind])
    drawn = officer.post("/draws/", {"activity": NOVEMBER if kind == "core" else str(activity.pk), "size": "1"})
    assert drawn["Location"] == f"/draws/{DRAWN[kind]}/"
    officer.post(f"/draws/{DRAWN[kind]}/send/", {"note": ""})
    audit = Audit.objects.get()
    assert Draw.objects.get().sent is not None
    assert Notice.objects.filter(to=audit.auditor).exists()
    if kind == "management":
        assert audit.auditor == council.other_manager, "a manager of another team"
    audit = met_and_signed(audit, grade="good", at=NOW)
    assert audit.judgements.filter(applies=True).count() == JUDGED[kind]
    page = activity_page(activity, user=council.qa_officer, on=TODAY)
    assert (page.row.done, page.grades, page.audits) == (1, [("good", 1)], [audit])
    html = officer.get(f"/audits/{audit.ref}/").content.decode()
    said = SAID[kind]
    if said is None:
        assert not page.can_conclude, "the report itself speaks of the core audits"
        assert concluded_of(NOVEMBER) == []
        return
    assert said in html
    conclude(officer, activity)
    assert concluded_of(NOVEMBER) == [
        (activity.get_kind_display(), CASES[kind]["title"], "November 2026", WORDS),
    ]
    assert concluded_of("2026-27Q3") == concluded_of(NOVEMBER)
    assert concluded_of("2026-12") == []


def test_an_observation_is_walked_from_programme_to_report(council: Council, officer: Client) -> None:
    activity = plan(officer, "observation", title="Conferences")
    page = f"/programme/{activity.pk}/"
    assert "Draw its cases" not in officer.get(page).content.decode()
    form = {
        "observed": council.keyworker.pk,
        "seen": "Initial child protection conference",
        "on_0": "20",
        "on_1": "11",
        "on_2": "2026",
        "text": "The parents were asked what they wanted.",
        "strengths": "Plain words throughout.",
        "learning": "Hear the child’s words before the reports.",
        "action": "She opens the next one with them, by 4 December.",
    }
    for name in ("observed", "seen", "text", "strengths", "learning", "action"):
        assert officer.post(f"{page}finding/", {**form, name: ""}).status_code == 422, name
    shown = officer.post(f"{page}finding/", form, follow=True).content.decode()
    for words in (council.keyworker.name, *(str(form[name]) for name in ("seen", "text", "strengths", "action"))):
        assert words in shown, words
    assert activity_page(activity, user=council.qa_officer, on=TODAY).row.now.text == "Done"
    reader = Client()
    reader.force_login(council.head_of_service)
    assert "Plain words throughout." not in reader.get(page).content.decode()
    conclude(officer, activity)
    assert concluded_of(NOVEMBER) == [("Observations of practice", "Conferences", "November 2026", WORDS)]


def test_a_conclusion_is_printed_in_the_report_and_frozen_with_it(council: Council, officer: Client) -> None:
    activity = plan(officer, "themed", title="Neglect")
    officer.post("/draws/", {"activity": str(activity.pk), "size": "1"})
    officer.post("/draws/THEMED-2611/send/", {"note": ""})
    met_and_signed(Audit.objects.get(), grade="good", at=NOW)
    conclude(officer, activity)
    draft = drafting.start_draft(period=periods.parse(NOVEMBER), by=council.qa_officer, at=NOW)
    assert WORDS.partition(". ")[0] in officer.get(f"/reports/{draft.ref}/").content.decode()
    made = generate.generate_report(report=generate.request_report(report=draft, by=council.qa_officer, at=NOW), at=NOW)
    officer.post(f"/programme/{activity.pk}/conclusion/", {"text": "Said otherwise since."})
    frozen = read_figures(Report.objects.get(pk=made.pk).figures).of(Conclusions)
    assert [each.words for each in frozen.concluded] == [WORDS]
