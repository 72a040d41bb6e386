"""Did practice change? The quarter's page sets themes, what was asked, what lasted and what moved side by side."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.template.loader import render_to_string

from audits.models import LastingCheck, Note
from qualitycounts.base import clock
from reporting.learning import learning
from reporting.models import PlanItem, Theme
from reporting.periods import parse
from reporting.sections.changed import Changed
from reporting.sections.contents import work_out
from reporting.sections.themes import Themes
from reporting.themes import vocabulary
from tests.conftest import NOW
from tests.factories import Council
from tests.reporting.builder import Builder

QUARTER, ON = parse("2026-27Q3"), date(2026, 11, 23)


def changed() -> Changed | None:
    return work_out(QUARTER, on=ON).get(Changed)


def test_only_a_quarter_has_the_page(council: Council) -> None:
    for written in ("2026-11", "2026-27H2", "2026-27"):
        assert work_out(parse(written), on=ON).get(Changed) is None


def test_a_quarter_without_anything_says_so(council: Council) -> None:
    empty = changed()
    assert empty is not None
    assert empty.rows == []
    page = render_to_string("reports/changed.html", {"changed": empty})
    assert "No check “did it last?” was due in the quarter." in page
    assert "nothing was asked" in page


def plan_item(council: Council, **more: Any) -> PlanItem:
    values: dict[str, Any] = {"what": "Try a one-page plan in two teams", "standard": 3, "owner": council.manager}
    values |= {"number": PlanItem.objects.count() + 1, "due_on": ON, "first_due_on": ON, "opened_at": NOW}
    return PlanItem.objects.create(**(values | {"opened_by": council.qa_officer} | more))


def test_each_standard_has_its_themes_what_was_asked_and_what_lasted(council: Council) -> None:
    builder = Builder(council, on=ON)
    audits = [builder.audit(day, grade="good") for day in (date(2026, 10, 5), date(2026, 8, 5))]
    theme = vocabulary.coin(name="No contingency", side=Theme.Side.WORRIED, standard=3, by=council.qa_officer, at=NOW)
    for audit in audits:
        builder.judgements(audit)
        note = Note.objects.create(audit=audit, slug="s3-worried", text="x", saved_at=NOW, saved_by=council.auditor)
        vocabulary.tag(note=note, themes=[theme], by=council.qa_officer, at=NOW)
    plan_item(council)
    ended = {"ended_at": NOW, "ended_by": council.qa_officer}
    plan_item(council, what="Talk of plans in supervision", state="done", impact="Seen in 8 of 10.", **ended)
    long_ago = NOW - timedelta(days=200)
    plan_item(council, what="Over long ago", state="dropped", **(ended | {"ended_at": long_ago, "opened_at": long_ago}))
    learning.raise_need(words="How to write for a child", standard=None, by=council.qa_officer, at=NOW)
    for number, lasted in enumerate(("yes", "no"), start=1):
        action = builder.action(audits[1], number, date(2026, 8, 5), state="verified")
        action.judgements.set(audits[1].judgements.filter(number=3))
        answered = {"lasted": lasted, "words": "Seen.", "answered_at": NOW, "answered_by": council.manager}
        LastingCheck.objects.create(action=action, due_on=date(2026, 11, 5), **answered)
    late = builder.action(audits[1], 3, date(2026, 8, 5), state="verified")
    LastingCheck.objects.create(action=late, due_on=date(2026, 11, 6))

    found = changed()
    assert found is not None
    assert [row.standard for row in found.rows] == [3, 0]
    third, none = found.rows
    assert third.seen == ["No contingency: 1 of 1 audit, 1 of 1 before"]
    assert [(asked.words, asked.stands) for asked in third.asked] == [
        ("Try a one-page plan in two teams", "On the plan, due 23 November 2026"),
        ("Talk of plans in supervision", "Done, 23 November 2026: Seen in 8 of 10."),
    ]
    assert third.lasted == "1 of 2 lasted"
    assert "Standard 3" in third.moved
    assert [(asked.words, asked.stands) for asked in none.asked] == [
        ("Learning: How to write for a child", "Not answered yet")
    ]
    assert none.moved == "No figure was named"
    assert found.lasted_in_words == (
        "2 of 3 checks “did it last?” that were due are answered; of those answered in the quarter 1 of 2 lasted."
    )
    page = " ".join(render_to_string("reports/changed.html", {"changed": found}).split())
    assert "Try a one-page plan in two teams <strong>On the plan, due 23 November 2026</strong>" in page
    (table,) = found.tables(work_out(QUARTER, on=ON))
    assert len(table.rows) == 3


def test_a_theme_is_known_by_its_key_however_its_name_is_written(council: Council) -> None:
    builder = Builder(council, on=ON)
    note = Note.objects.create(
        audit=builder.audit(date(2026, 10, 5), grade="good"),
        slug="s3-worried",
        text="x",
        saved_at=NOW,
        saved_by=council.auditor,
    )
    named = "Late (Standard 5 (S5) of the guide)"
    theme = vocabulary.coin(name=named, side=Theme.Side.WORRIED, standard=3, by=council.qa_officer, at=NOW)
    vocabulary.tag(note=note, themes=[theme], by=council.qa_officer, at=NOW)
    found = changed()
    assert found is not None
    assert [(row.standard, row.seen) for row in found.rows] == [(3, [f"{named}: 1 of 1 audit"])]
    figure = work_out(QUARTER, on=ON).of(Themes).worried[0]
    assert (figure.name, figure.key) == (f"{named} (S3)", theme.pk)


def test_what_was_answered_outside_the_quarter_is_of_another(council: Council) -> None:
    builder = Builder(council, on=ON)
    audit = builder.audit(date(2026, 5, 5), grade="good")
    for number, day in enumerate((QUARTER.first - timedelta(days=1), QUARTER.first, QUARTER.last), start=1):
        action = builder.action(audit, number, date(2026, 5, 5), state="verified")
        answered = {
            "lasted": "yes",
            "words": "Seen.",
            "answered_at": clock.start_of(day),
            "answered_by": council.manager,
        }
        LastingCheck.objects.create(action=action, due_on=date(2026, 9, 1), **answered)
    found = changed()
    assert found is not None
    assert (found.lasted.count, found.lasted.of, found.due.of) == (2, 2, 0)
