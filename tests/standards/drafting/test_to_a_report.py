"""Two councils that are not there, each with a set of its own: written by the acts of the pages, published by a second
person, then drawn by, graded by, escalated, looked at by the panel and reported, and counted again from the rows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from audits.draw import draws
from audits.meeting import lifecycle
from audits.models import CASE_NUMBER, Audit, Judgement
from audits.record.signed_record import build_record
from escalation.models import Escalation
from reporting.models import Report
from reporting.periods import parse
from reporting.reports import document
from reporting.sections.contents import work_out
from standards import set_file, standard_sets
from standards.drafting import outline
from standards.grades import Grade, word_of
from standards.models import StandardSet
from tests.audits.meeting.pages import signed_in, text
from tests.audits.panel.panels import Sitters, an_action, decide, drawn, regraded, revealed
from tests.conftest import NOW
from tests.factories import EARLY, CaseFactory, Council, auditor_of, fill, signed
from tests.standards.drafting.writing import begun, published, typed_in, wrote
from tests.standards.invented import GRADES, HEADINGS, invented

NOVEMBER, BEGINS = date(2026, 11, 1), date(2026, 11, 24)
DRAWN, MEETS = NOW + timedelta(days=1), NOW + timedelta(days=3)
"""In November, when the set is in force."""


@pytest.mark.parametrize("count", [5, 12])
def test_a_councils_own_set_goes_from_the_editor_to_a_report(
    client: Client, v7: StandardSet, council: Council, count: int
) -> None:
    spec = invented(count) | {"in_force_from": BEGINS.isoformat(), "published_on": NOW.date().isoformat()}
    draft = begun(council, v7)
    typed_in(council, draft, spec)
    wrote(council, draft, outline.SET, slug=spec["slug"])
    ours = published(council, draft)
    assert set_file.as_file(ours) == set_file.whole(spec)
    assert [word_of(grade) for grade in standard_sets.grades_of(ours)] == list(GRADES)

    CaseFactory.create(keyworker=council.keyworker)
    draw = draws.run(month=NOVEMBER, size=2, by=council.qa_officer, at=DRAWN)
    audits = list(Audit.objects.select_related("standard_set").filter(pick__draw=draw).order_by("pk"))
    assert {audit.standard_set for audit in audits} == {ours}
    low, good = (met(audit, count, case) for audit, case in zip(audits, (Grade.INADEQUATE, Grade.GOOD), strict=True))

    signed_in(client, auditor_of(low))
    page = text(client.get(f"/audits/{low.ref}/"))
    for word in ("Fails", "Holds", "What the child says", HEADINGS[0], f"{count}. Promise {count}"):
        assert word in page
    for word in ("Inadequate", "Family Safeguarding"):
        assert word not in page
    assert build_record(low).digest == low.content_hash
    assert (Escalation.objects.get().audit, Escalation.objects.get().path) == (low, Escalation.Path.INADEQUATE)

    sitters = Sitters.make(council)
    drawn(council, sitters)
    decide(revealed(council, sitters, low), regraded(Grade.REQUIRES_IMPROVEMENT, an_action()), by=council.head_of_qa)
    low.refresh_from_db()
    assert (low.grade, word_of(low.grade), word_of(low.first_grade)) == (Grade.REQUIRES_IMPROVEMENT, "Slips", "Fails")
    assert Audit.objects.filter(grade__in=[Grade.REQUIRES_IMPROVEMENT, Grade.OUTSTANDING]).get() == low
    assert Audit.objects.exclude(grade=Grade.GOOD).filter(pk__in=[low.pk, good.pk]).get() == low

    figures = work_out(parse("2026-11"), on=MEETS.date())
    stored = figures.to_json()
    assert [row["grades"] for row in stored["standards"]] == [recounted(number) for number in range(1, count + 1)]
    assert [(row["name"], row["count"]) for row in stored["audits"]["grades"]] == [
        ("Shines (Outstanding)", 0),
        ("Holds (Good)", 1),
        ("Slips (Requires improvement)", 1),
        ("Fails (Inadequate)", 0),
    ]
    printed = document.render_document(Report(ref="R", period="2026-11", kind="monthly"), figures)
    assert "Slips (Requires improvement)" in printed
    assert f"Promise {count}" in printed


def met(audit: Audit, count: int, case: Grade) -> Audit:
    """Graded and signed: the last standard is Inadequate in the one whose case is."""
    audit = lifecycle.open_meeting(audit, by=auditor_of(audit), at=MEETS, why=EARLY)
    last = {count: Grade.INADEQUATE} if case == Grade.INADEQUATE else {}
    grades = dict.fromkeys(range(1, count + 1), Grade.GOOD) | last | {CASE_NUMBER: case}
    fill(audit, grade=Grade.GOOD, standards={number: str(grade) for number, grade in grades.items()}, at=MEETS)
    return signed(lifecycle.end_meeting(audit, by=auditor_of(audit), at=MEETS), at=MEETS)


def recounted(number: int) -> list[int]:
    """The grades of a standard, counted one by one from the rows, best first."""
    given = [str(row.stands) for row in Judgement.objects.filter(number=number, applies=True)]
    return [given.count(grade) for grade in Grade.values]
