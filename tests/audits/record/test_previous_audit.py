"""The re-audit lens: the earlier mark beside each question, what moved, and no earlier grade before both proposed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audits.meeting import grading, lifecycle
from audits.meeting.desk import build_page
from audits.models import Audit
from audits.record.previous_audit import mark_movement, previous_audit_on
from standards.models import Criterion
from tests.audits.meeting.pages import at_most, signed_in, text
from tests.factories import MET, Council, fill, open_audit, signed


@pytest.fixture
def again(council: Council, settings: Any) -> Audit:
    """A re-audit: in the first, point 1.1 was not evidenced and standard 1 Inadequate."""
    settings.TODAY = MET.date()
    first = open_audit(council)
    point = Criterion.objects.get(section__standard__standard_set=first.standard_set, code="1.1").pk
    indicator = first.standard_set.indicators.get(number=1)
    lifecycle.record_mark(first, by=council.auditor, at=MET, criterion=point, value="not_evidenced", seen="", version=0)
    first = fill(first, grade="good", standards={1: "inadequate"})
    signed(lifecycle.end_meeting(first, by=council.auditor, at=MET))
    second = open_audit(council, number=2, auditor=council.other_auditor)
    Audit.objects.filter(pk=second.pk).update(re_audit_of=first)
    second.refresh_from_db()
    lifecycle.record_mark(second, by=council.other_auditor, at=MET, criterion=point, value="partly", seen="", version=0)
    lifecycle.record_mark(
        second, by=council.other_auditor, at=MET, indicator=indicator.pk, value="partly", seen="", version=0
    )
    return second


def test_each_mark_stands_beside_the_earlier_one(council: Council, again: Audit) -> None:
    desk = build_page(again, council.other_auditor, "1")
    marked = [(one.number, one.before_word, one.moved) for one in desk.points if one.before]
    assert marked == [("1", "Not evidenced", "better")]
    first = build_page(again, council.other_auditor, "indicators").points[0]
    assert (first.before, first.value, first.moved) == ("evidenced", "partly", "worse")
    assert mark_movement("partly", "partly") == "same"
    assert mark_movement("not_applicable", "partly") == mark_movement("partly", "") == ""
    assert previous_audit_on(again.re_audit_of or again, "1", ()) is None


def test_the_earlier_grade_shows_once_both_have_proposed(client: Client, council: Council, again: Audit) -> None:
    page = f"/audits/{again.ref}/meeting/?step=1"
    signed_in(client, council.keyworker)
    with at_most(12):
        before = text(client.get(page))
    assert "Last time: Not evidenced" in before
    assert "better now" in before
    assert "Bring the chronology up to date from May to today" in before
    assert "The grade it had then shows once you have both proposed" in before
    assert "graded then" not in before
    assert 'qc-grade--inadequate"' not in before
    for person in (council.other_auditor, council.keyworker):
        grading.propose_grade(again, 1, by=person, at=MET, grade="good")
    assert 'qc-grade--inadequate"' in text(client.get(page))
