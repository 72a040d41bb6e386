"""Reports that were frozen by an earlier version open and print as they did then, to the letter.

`tests/reporting/golden/` holds the frozen figures and rows of four reports as that version stored them, and the sha256
of what it made of them. A change of wording changes these on purpose: the failure shows what to put into expected.json.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string

from people.models import User
from reporting.models import Recommendation, Report
from reporting.reports import audiences, document, drill_down, summary, workbook
from reporting.sections.contents import read_figures

GOLDEN = Path(__file__).parent.parent / "golden"
EXPECTED: dict[str, dict[str, str]] = json.loads((GOLDEN / "expected.json").read_text())
KINDS = ("monthly", "quarterly", "annual", "learning")
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
BLOCKS = (
    "html|head|body|main|section|div|p|ul|ol|li|dl|dt|dd|table|caption|colgroup|col|thead|tbody|tr|th|td|h[1-6]|figure|"
    "figcaption|blockquote|footer|br|title|meta|link"
)
LATER_SERIES = ("audits.good", "audits.inadequate", "actions.on_time", "loop.put_right")

Stored = dict[str, Any]


def golden(kind: str) -> Stored:
    """One report as it was stored: its own fields, its figures and the rows behind them."""
    stored: Stored = json.loads((GOLDEN / f"{kind}.json").read_text())
    return stored


def before_panel_spoke_of_the_period(figures: Stored) -> None:
    panel = figures["moderation"]
    for key in ("of_this_period", "kappa_words"):
        del panel[key]
    for figure in (panel["decided"], panel["regraded"], *panel["agreement"]):
        figure.pop("before"), figure.pop("before_of")


def before_core_stood_alone(figures: Stored) -> None:
    audits = figures["audits"]
    del audits["core"], audits["by_kind"], figures["sets"], figures["story"]["sets"]
    audits["by_type"] = deepcopy(audits["by_category"]) | {"groups": 2}
    for standard in figures["standards"]:
        del standard["set"]
    for split in ("by_category", "by_service", "by_type"):
        for row in audits[split]["rows"]:
            del row["grades"]


def before_every_row_had_its_months(figures: Stored) -> None:
    del figures["months"], figures["evidence"]["tied"]
    for path in LATER_SERIES:
        first, second = path.split(".")
        del figures[first][second]["by_month"]
    for standard in figures["standards"]:
        del standard["good"]["by_month"]


def before_anything_but_grades(figures: Stored) -> None:
    """As short as the first reports were."""
    for change in (before_core_stood_alone, before_every_row_had_its_months):
        change(figures)
    for key in ("moderation", "programme", "taken", "themes", "practice", "steps", "coverage", "elsewhere"):
        del figures[key]
    del figures["loop"]["better"], figures["recommendations"], figures["last_time"]
    for split in ("by_category", "by_service", "by_type"):
        figures["audits"][split].pop("groups")


def as_a_later_version_might(figures: Stored) -> None:
    """Keys that nobody knows yet are passed over."""
    figures["weather"] = {"rain": 4}
    figures["audits"]["good"]["colour"] = "green"


EARLIER: dict[str, Callable[[Stored], None]] = {
    "panel": before_panel_spoke_of_the_period,
    "core": before_core_stood_alone,
    "months": before_every_row_had_its_months,
    "short": before_anything_but_grades,
    "later": as_a_later_version_might,
}


def report_of(stored: Stored) -> Report:
    """The report, with who made it, as a page would have it."""
    maker = User(pk=1, name="Invented Officer", job_title="QA Officer", email="officer@example.org")
    report = Report(pk=1, made_at=AT, made_by=maker, issued_at=AT, issued_by=maker, sha256="0" * 64, **stored)
    report.responded_at, report.responded_by, report.response = AT, maker, "We accept what is asked."
    asked = [
        Recommendation(report=report, number=1, kind="practice", words="Hold plan clinics", because="Plans", standard=3)
    ]
    report._prefetched_objects_cache = {"recommended": asked}  # type: ignore[attr-defined]
    return report


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def plain(html: str) -> str:
    """A page without the white space that no reader sees: one space stands for any, none beside the tag of a block."""
    return re.sub(rf"\s*(</?(?:{BLOCKS})\b[^>]*>)\s*", r"\1", " ".join(html.split()))


def pages(report: Report) -> dict[str, str]:
    """Everything that is made of what a report holds, as text."""
    figures = read_figures(report.figures)
    context = document.document_context(report, figures)
    tables = {table.slug: [table.title, table.heads, list(map(list, table.rows))] for table in workbook.tables(report)}
    in_short = {"summary": summary.compose_summary(report), "edition": audiences.wider()} | document.cover(report)
    lists = [(row_list.slug, row_list.title) for row_list in drill_down.row_lists(report)]
    behind = {slug: drill_down.of(report, slug).rows for slug, _ in lists}  # type: ignore[union-attr]
    return {
        "document": plain(document.render_document(report, figures)),
        "response": plain(
            render_to_string("reports/document.html", context | {"response": document.response(report), "large": True})
        ),
        "body": plain(render_to_string("reports/body.html", context | {"can_write": True})),
        "short": plain(render_to_string("reports/wider.html", in_short)),
        "tables": json.dumps(tables, ensure_ascii=False),
        "rows": json.dumps([lists, behind], ensure_ascii=False),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_a_report_opens_and_prints_as_it_did_when_it_was_issued(kind: str) -> None:
    made = pages(report_of(golden(kind)))
    assert {name: digest(text) for name, text in made.items()} == EXPECTED[kind]


@pytest.mark.django_db
@pytest.mark.parametrize("change", EARLIER)
@pytest.mark.parametrize("kind", KINDS)
def test_a_report_that_was_frozen_before_there_were_such_figures_opens_too(kind: str, change: str) -> None:
    stored = deepcopy(golden(kind))
    EARLIER[change](stored["figures"])
    made = pages(report_of(stored))
    assert {name: digest(text) for name, text in made.items()} == EXPECTED[f"{kind} {change}"]
