"""What an activity’s own tool was answered, in a report: counted by question, small numbers and words left out."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client

from audits.models import ToolSheet
from audits.programme import conclusion, findings, planning, tool_sheets
from reporting.periods import parse
from reporting.reports.tidy import tidy_rows
from reporting.sections.conclusions import Concluded, Conclusions
from reporting.sections.contents import work_out
from reporting.sections.frozen import from_json, to_json
from standards.models import StandardSet
from tests.audits.plan.plans import planned
from tests.audits.programme.test_tools import published_tool
from tests.conftest import NOW, TODAY
from tests.factories import Council

NOVEMBER = parse("2026-11")
ASKED = (
    {"title": "Ready", "question": "Were the parents ready?", "answer": "yes_no"},
    {"title": "Heard", "question": "Was the child heard?", "answer": "yes_no"},
    {"title": "Else", "question": "What else?", "answer": "text"},
)
SEEN = {"text": "She led it well.", "strengths": "Warmth.", "learning": "Begin in time.", "action": "Ali, on Friday."}


@pytest.fixture
def concluded(v7: StandardSet, council: Council) -> Conclusions:
    """Twenty observations answered with a tool, of which the parents were ready in twelve, and what they came to."""
    officer = council.qa_officer
    activity = planned(council, kind="observation", title="Conferences", tool=published_tool(council, *ASKED))
    activity = planning.activity_or_404(activity.pk)
    for number in range(20):
        findings.record_observation(
            activity, observed=council.keyworker, seen=f"Conference {number}", on=TODAY, by=officer, at=NOW, **SEEN
        )
    for place, respondent in enumerate(tool_sheets.respondents_for(activity, officer)):
        said = {1: (1 if place < 12 else 2, ""), 2: (1 if place < 17 else 3, "Zinnia sang."), 3: (None, "So.")}
        tool_sheets.answer_tool(respondent, answers=said, version=0, finish=True, by=officer, at=NOW)
    conclusion.conclude_activity(activity, text="Parents are mostly ready.", by=officer, at=NOW)
    return work_out(NOVEMBER, on=TODAY).of(Conclusions)


def test_it_stands_under_the_conclusion_with_small_numbers_hidden(concluded: Conclusions, council: Council) -> None:
    choices, words = concluded.concluded[0].answers or []
    assert (choices.who, choices.columns) == ("Observers", ["Yes", "No", "Does not apply"])
    first, second = choices.rows
    assert (first.question, first.cells, first.whole) == ("1. Were the parents ready?", ["12", "8", "0"], "20")
    assert second.cells[2] == "<5"
    assert "17" not in second.cells, "with the whole it would give away the three that are hidden"
    assert [row.cells for row in words.rows] == [["20", "0"]]
    figures = work_out(NOVEMBER, on=TODAY)
    assert from_json(Conclusions, to_json(concluded)) == concluded
    html = render_to_string("reports/conclusions.html", {"conclusions": concluded})
    assert "Were the parents ready?" in html
    assert "&lt;5" in html
    assert "Zinnia" not in html + str(list(concluded.tables(figures))) + str(to_json(concluded))
    rows = next(table.rows for table in concluded.tables(figures) if table.slug == "tool-answers")
    assert [
        "Observations of practice",
        "Conferences",
        "December 2026",
        "Observers",
        *("1. Were the parents ready?",),
    ] == [*rows[0][:5]]
    tidy = [row for row in tidy_rows(figures) if "ready" in row.group]
    assert [(row.figure, row.count, row.of) for row in tidy] == [
        ("Yes", 12, 20),
        ("No", 8, 20),
        ("Does not apply", 0, 20),
    ]
    client = Client()
    client.force_login(council.qa_officer)
    page = client.get(f"/programme/{ToolSheet.objects.all()[0].activity_id}/conclusion/").content.decode()
    assert ("&lt;5" in page, "Zinnia sang." in page) == (True, True)


def test_what_is_finished_after_the_conclusion_and_too_little_is_not_printed(
    v7: StandardSet, council: Council, concluded: Conclusions
) -> None:
    ToolSheet.objects.filter(pk__in=ToolSheet.objects.values("pk")[:17]).update(finished_at=NOW.replace(month=12))
    answers = work_out(NOVEMBER, on=TODAY).of(Conclusions).concluded[0].answers or []
    assert [table.rows for table in answers] == [[], []]
    assert "too few to show what they answered: 1. Were the parents ready? 2." in render_to_string(
        "reports/tool_answers.html", {"tables": answers}
    )


def test_a_conclusion_without_a_tool_is_frozen_as_it_always_was() -> None:
    assert to_json(Concluded("Themed audits", "Neglect", "December 2026", "So.")) == {
        "kind": "Themed audits",
        "title": "Neglect",
        "month": "December 2026",
        "words": "So.",
    }
