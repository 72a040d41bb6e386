"""A council that changes its own set in the year: what was graded before it is shown, taken away and reported as ever,
and what is graded after it goes by the new words and the new order."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.family.in_meeting import number_of_voice
from audits.form_boxes import BOXES, speaks_to
from audits.models import CASE_NUMBER, Audit, Judgement
from audits.record import comparison
from audits.record.signed_record import build_record
from escalation.models import Escalation
from reporting.models import Report
from reporting.periods import parse
from reporting.reports import document
from reporting.sections.contents import work_out
from standards import standard_sets
from standards.grades import Grade, word_of
from standards.models import StandardSet
from tests.audits.meeting.pages import signed_in, text
from tests.factories import CaseFactory, Council, allocated_audit, auditor_of, met_and_signed
from tests.standards.drafting.writing import begun, dated, moved, published, retired, wrote
from tests.standards.invented import GRADES

BEFORE, AFTER = datetime(2026, 10, 19, 10, 0, tzinfo=UTC), datetime(2026, 12, 14, 10, 0, tzinfo=UTC)
BEGINS, LATER = date(2026, 12, 1), date(2027, 1, 4)
WRITTEN = ("Outstanding", "Good", "Requires improvement", "Inadequate")
KEYS = ("partnership", "history", "assessment", "plan", "review", "impact", "oversight")


def changed(council: Council, old: StandardSet) -> StandardSet:
    """The council's set with partnership first, a question less and grades of other names."""
    draft = dated(council, begun(council, old), BEGINS.isoformat())
    for place in (5, 4, 3, 2):
        moved(council, draft, f"standards.{place}", down=False)
    retired(council, draft, "standards.2.sections.1.criteria.1")
    for place, word in enumerate(GRADES, 1):
        wrote(council, draft, f"grades.{place}", word=word)
    return published(council, draft)


def graded(council: Council, number: int, grade: Grade, *, at: datetime) -> Audit:
    """An audit by the set that is in force, met and signed."""
    case = CaseFactory.create(keyworker=council.keyworker)
    audit = allocated_audit(council, number=number, case=case)
    audit.standard_set = standard_sets.in_force(at.date())
    audit.save()
    audit.judgements.all().delete()
    return met_and_signed(Audit.objects.get(pk=audit.pk), grade=grade, at=at)


def as_shown(client: Client, audit: Audit, qa_officer: Any) -> dict[str, Any]:
    """What a chair reads of an audit, what is taken away of it, and October's report."""
    page = text(signed_in(client, auditor_of(audit)).get(f"/audits/{audit.ref}/"))
    answer = signed_in(client, qa_officer).get("/audits/audits.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    figures = work_out(parse("2026-10"), on=LATER)
    printed = document.render_document(Report(ref="R", period="2026-10", kind="monthly"), figures)
    return {
        "record": build_record(Audit.objects.get(pk=audit.pk)).digest,
        "page": page[page.index("<main") : page.index("</main>")],
        "row": next(row for row in rows if row["Audit"] == audit.ref),
        "figures": figures.to_json(),
        "printed": printed,
    }


@pytest.mark.usefixtures("v7")
def test_what_was_graded_before_a_change_stays_and_figures_begin_anew(client: Client, council: Council) -> None:
    old_set = StandardSet.objects.get()
    old = graded(council, 1, Grade.INADEQUATE, at=BEFORE)
    before = as_shown(client, old, council.qa_officer)
    new_set = changed(council, old_set)
    assert as_shown(client, old, council.qa_officer) == before
    new = graded(council, 2, Grade.REQUIRES_IMPROVEMENT, at=AFTER)
    graded(council, 3, Grade.GOOD, at=AFTER + timedelta(days=1))
    after = as_shown(client, old, council.qa_officer)
    assert {key for key in before if before[key] != after[key]} == {"figures", "printed"}
    differing = {key for key, value in before["figures"].items() if value != after["figures"][key]}
    assert differing == {"actions", "escalations"}, "what is overdue and open now, of any month"
    assert "Inadequate" in before["page"]
    assert (word_of(old.grade), word_of(new.grade), new.standard_set) == ("Inadequate", "Slips", new_set)

    assert [standard.key for standard in new_set.standards.all()] == list(KEYS)
    for audit, partnership in ((old, 5), (new, 1)):
        assert number_of_voice(audit) == partnership, "families are asked about it first of all"
        for looked_at, asked in (([partnership], True), ([6 if audit == old else 2], False)):
            audit.focus = looked_at
            assert speaks_to(audit, BOXES["record-wishes"]) is asked

    page = text(signed_in(client, auditor_of(new)).get(f"/audits/{new.ref}/"))
    assert "Slips" in page
    assert "Requires improvement" not in page[page.index("<main") : page.index("</main>")]
    assert set(Escalation.objects.values_list("audit__ref", "path")) == {
        (old.ref, Escalation.Path.INADEQUATE),
        (new.ref, Escalation.Path.REQUIRES_IMPROVEMENT),
    }

    Audit.objects.filter(pk=new.pk).update(re_audit_of=old)
    both = comparison.compare(Audit.objects.get(pk=new.pk))
    case = next(part for part in both.parts if part.was)
    assert (word_of(case.was), word_of(case.now), case.moved) == ("Inadequate", "Slips", "better")
    assert [part.was for part in both.parts].count("") == len(both.parts) - 1
    Audit.objects.filter(pk=new.pk).update(re_audit_of=None)

    figures = work_out(parse("2026-27Q3"), on=LATER)
    stored = figures.to_json()
    names = [f"{usual} (later {word})" for usual, word in zip(WRITTEN, GRADES, strict=True)]
    assert [(row["name"], row["count"]) for row in stored["audits"]["grades"]] == list(
        zip(names, recounted(CASE_NUMBER), strict=True)
    )
    assert [(row["set"], row["number"], row["grades"]) for row in stored["standards"]] == [
        (of_set.slug, number, recounted(number, of_set)) for of_set in (old_set, new_set) for number in range(1, 8)
    ]
    printed = document.render_document(Report(ref="R", period="2026-27Q3", kind="quarterly"), figures)
    assert "The standards changed in these months" in printed
    assert "Requires improvement (later Slips)" in printed


def recounted(number: int, of_set: StandardSet | None = None) -> list[int]:
    """The grades of a standard of a set, or of the case, counted one by one from the rows, best first."""
    rows = Judgement.objects.filter(number=number, applies=True, audit__state__in=Audit.FINAL)
    given = Counter(str(row.stands) for row in rows if of_set is None or row.audit.standard_set == of_set)
    return [given[grade] for grade in Grade.values]
