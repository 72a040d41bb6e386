"""Sets of five, of eight and of twelve standards, each carried from the draw to the panel, the report and its exports.

With eight, 8 used to be the case: here the eighth standard is Inadequate, and the case Requires improvement.
"""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from audits import graded
from audits.draw import draws
from audits.meeting import lifecycle
from audits.meeting.desk import build_page
from audits.models import CASE_NUMBER, Audit, Judgement
from audits.panel import ballot, calibration
from audits.panel.figures import agreement_figures
from audits.programme import planning
from audits.record.signed_content import content_hash_of, snapshot
from audits.record.signed_record import build_record
from escalation.models import Escalation
from qualitycounts.base.refusals import Refused
from reporting.models import Report
from reporting.periods import parse
from reporting.reports import document
from reporting.sections.contents import work_out
from standards.grades import Grade
from tests.audits.meeting.pages import signed_in, text
from tests.audits.panel.panels import SITTING, Sitters, an_action, decide, drawn, regraded, revealed, review_of
from tests.conftest import NOW
from tests.factories import EARLY, Council, auditor_of, fill, keyworker_of, signed
from tests.standards.invented import HEADINGS, load_invented

RI, BAD, GOOD = Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE, Grade.GOOD
SIZES = (5, 8, 12)
NOVEMBER = date(2026, 11, 1)


def in_meeting(council: Council) -> Audit:
    """An audit as the draw makes it, in its meeting."""
    draw = draws.run(month=NOVEMBER, size=1, by=council.qa_officer, at=NOW)
    audit = Audit.objects.select_related("auditor", "keyworker", "standard_set", "case").get(pick__draw=draw)
    return lifecycle.open_meeting(audit, by=auditor_of(audit), at=NOW, why=EARLY)


def finalised(council: Council, count: int) -> Audit:
    """Signed: the case Requires improvement, the last standard Inadequate, the others Good."""
    audit = in_meeting(council)
    grades = dict.fromkeys(range(1, count), GOOD) | {count: BAD, CASE_NUMBER: RI}
    fill(audit, grade=GOOD, standards={number: str(grade) for number, grade in grades.items()}, at=NOW)
    return signed(lifecycle.end_meeting(audit, by=auditor_of(audit), at=NOW), at=NOW)


@pytest.mark.parametrize("count", SIZES)
def test_both_chairs_walk_every_step_of_the_meeting(client: Client, council: Council, count: int) -> None:
    load_invented(count)
    audit = in_meeting(council)
    assert [row.number for row in audit.judgements.all()] == [*range(1, count + 1), CASE_NUMBER]
    steps = [*map(str, range(1, count + 1)), "record", "indicators", "case"]
    for person in (auditor_of(audit), keyworker_of(audit)):
        signed_in(client, person)
        for step in steps:
            page = client.get(f"/audits/{audit.ref}/meeting/", {"step": step})
            assert page.status_code == 200
            if step.isdecimal():
                assert f"standard {step} of {count}" in text(page)
                assert HEADINGS[0] in text(page)
        assert client.get(f"/audits/{audit.ref}/meeting/", {"step": str(count + 13)}).status_code == 422
        assert client.get(f"/audits/{audit.ref}/meeting/end/").status_code == 200
    assert [step.slug for step in build_page(audit, auditor_of(audit)).steps][:count] == steps[:count]


@pytest.mark.parametrize("count", SIZES)
def test_a_box_of_a_standard_that_the_set_does_not_have_is_refused(council: Council, count: int) -> None:
    load_invented(count)
    audit = in_meeting(council)
    by = auditor_of(audit)
    for slug in (f"s{count}-needs", "case-needs"):
        lifecycle.record_note(audit, by=by, at=NOW, slug=slug, text="More visits.", version=0)
    for slug in (f"s{count + 1}-needs", "s0-needs", "s100-needs", "case-good-practice"):
        with pytest.raises(Refused, match="not a box of this form"):
            lifecycle.record_note(audit, by=by, at=NOW, slug=slug, text="More visits.", version=0)
    assert audit.notes.count() == 2


@pytest.mark.parametrize("count", SIZES)
def test_the_grade_of_the_case_is_the_cases_and_escalates(client: Client, council: Council, count: int) -> None:
    load_invented(count)
    audit = finalised(council, count)
    assert (audit.grade, audit.first_grade) == (RI, RI)
    assert audit.judgements.get(number=count).grade == BAD
    assert Escalation.objects.get(audit=audit).path == Escalation.objects.get().path
    record = build_record(audit)
    assert [chapter.slug for chapter in record.chapters] == [*map(str, range(1, count + 1)), "case"]
    assert (record.overall.grade, record.digest) == (RI, audit.content_hash)
    taken = snapshot(audit)
    assert [grade["number"] for grade in taken["grades"]] == [*range(1, count + 1), 8 if count < 8 else "case"]
    assert {slug for slug, *_ in taken["notes"]} >= {
        f"s{count}-works-well",
        f"{'s8' if count < 8 else 'case'}-works-well",
    }
    for person in (auditor_of(audit), council.qa_officer):
        page = text(signed_in(client, person).get(f"/audits/{audit.ref}/"))
        assert f"{count}. Promise {count}" in page
        assert "The case as a whole" in page
    history = text(client.get(f"/audits/{audit.ref}/history/"))
    assert "The case as a whole" in history
    assert f"Standard {count}" in history
    assert "Standard 100" not in history


@pytest.mark.parametrize("count", SIZES)
def test_the_panel_grades_each_standard_and_the_case(client: Client, council: Council, count: int) -> None:
    load_invented(count)
    audit, sitters = finalised(council, count), Sitters.make(council)
    drawn(council, sitters)
    review = review_of(audit)
    assert ballot.numbers(review) == [*range(1, count + 1), CASE_NUMBER]
    page = signed_in(client, sitters.psw).get(f"/panel/{review.panel.ref}/{audit.ref}/").content.decode()
    assert 'name="grade-case"' in page
    assert f'name="grade-{count}"' in page
    review = revealed(council, sitters, audit, grade=BAD)
    decide(review, regraded(BAD, an_action()), by=council.head_of_qa)
    audit.refresh_from_db()
    assert (audit.grade, audit.first_grade, audit.judgements.get(number=count).regraded) == (BAD, RI, "")
    figures = agreement_figures(on=SITTING.date())
    assert [row.name for row in figures.standards] == [f"{number}. Promise {number}" for number in range(1, count + 1)]
    assert [row.found.exact for row in figures.standards] == [0] * (count - 1) + [1]
    assert (figures.whole.found.n, figures.whole.found.exact, figures.whole.regraded) == (1, 0, 1)


@pytest.mark.parametrize("count", SIZES)
def test_reports_and_exports_have_every_standard_and_the_case_apart(
    client: Client, council: Council, count: int
) -> None:
    load_invented(count)
    audit = finalised(council, count)
    figures = work_out(parse("2026-11"), on=NOW.date())
    stored = figures.to_json()
    assert [(row["set"], row["number"]) for row in stored["standards"]] == [
        (f"set-{count}", number) for number in range(1, count + 1)
    ]
    assert [row["grades"] for row in stored["standards"]] == [[0, 1, 0, 0]] * (count - 1) + [[0, 0, 0, 1]]
    assert [grade["count"] for grade in stored["audits"]["grades"]] == [0, 0, 1, 0]
    assert len(stored["practice"]) == count
    page = document.render_document(Report(ref="R", period="2026-11", kind="monthly"), figures)
    assert f"Promise {count}" in page
    answer = signed_in(client, council.qa_officer).get("/audits/audits.csv")
    (row,) = csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig")))  # type: ignore[arg-type]
    assert row["Audit"] == audit.ref
    assert (row["Case as a whole"], row[f"Standard {count}"]) == ("Slips (Requires improvement)", "Fails (Inadequate)")
    assert (row["Standard 1"], row["Standards"]) == ("Holds (Good)", f"{count} standards")
    last = max(count, 7)
    assert f"Standard {last}" in row
    assert f"Standard {last + 1}" not in row


@pytest.mark.parametrize("count", SIZES)
def test_an_exercise_is_graded_by_the_set_that_was_in_force_when_it_was_opened(council: Council, count: int) -> None:
    load_invented(count)
    exercise = calibration.start_exercise(title="A girl", case="Words.", by=council.qa_officer, at=NOW)
    assert list(calibration.titles(exercise)) == [*range(1, count + 1), CASE_NUMBER]
    whole = dict.fromkeys(calibration.titles(exercise), str(GOOD))
    with pytest.raises(Refused, match="the case as a whole") as refusal:
        calibration.give_exercise_grades(exercise, grades=whole | {CASE_NUMBER: ""}, by=council.auditor, at=NOW)
    assert refusal.value.field == "grade-case"
    calibration.give_exercise_grades(exercise, grades=whole, by=council.auditor, at=NOW)
    assert exercise.grades.count() == count + 1


def test_an_old_link_to_8_leads_to_the_case_unless_there_is_a_standard_8(client: Client, council: Council) -> None:
    audit = in_meeting(council)
    signed_in(client, auditor_of(audit))
    assert "Notes on the case as a whole" in text(client.get(f"/audits/{audit.ref}/meeting/", {"step": "8"}))
    newer = load_invented(8)
    Audit.objects.filter(pk=audit.pk).update(standard_set=newer)
    audit.judgements.all().delete()
    audit = Audit.objects.get(pk=audit.pk)
    lifecycle.create_judgements(audit)
    assert graded.meant_step(audit, "8") == "8"
    assert "Notes on this standard" in text(client.get(f"/audits/{audit.ref}/meeting/", {"step": "8"}))


def test_an_activity_looks_at_standards_of_the_set_its_audits_are_graded_by(council: Council) -> None:
    who = {"by": council.qa_officer, "at": NOW}
    themed = {**planning.core(date(2026, 12, 1), 3), "kind": "themed", "title": "Neglect"}
    with pytest.raises(Refused, match="has the standards 1 to 7"):
        planning.plan_activity(**(themed | {"focus": [12]}), **who)  # type: ignore[arg-type]
    load_invented(12)
    activity = planning.plan_activity(**(themed | {"focus": [12]}), **who)  # type: ignore[arg-type]
    assert activity.focus == [12]


def test_a_record_of_seven_standards_is_signed_as_ever(council: Council) -> None:
    audit = finalised(council, 7)
    assert [grade["number"] for grade in snapshot(audit)["grades"]] == [*range(1, 9)]
    assert {slug for slug, *_ in snapshot(audit)["notes"] if slug.startswith(("s8", "case"))} == {"s8-works-well"}
    assert snapshot(audit)["plan"][0]["for"] == [7, 8]
    assert content_hash_of(audit) == audit.content_hash


def test_the_case_and_a_standard_cannot_change_places(council: Council) -> None:
    audit = in_meeting(council)
    for wrong in ({"number": 3}, {"number": 99}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Judgement.objects.filter(audit=audit, standard=None).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        audit.judgements.filter(number=2).update(number=CASE_NUMBER + 1)
