"""A re-audit beside the audit it repeats: what moved, only once it is signed, and for whoever may open it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audits.models import Audit, Mark
from audits.record import comparison
from standards.grades import Grade
from standards.models import Criterion
from tests.audits.meeting.pages import at_most, signed_in, text
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.factories import Council, auditor_of


def mark(audit: Audit, code: str, value: str) -> None:
    point = Criterion.objects.get(section__standard__standard_set=audit.standard_set, code=code)
    Mark.objects.create(audit=audit, criterion=point, value=value, saved_at=NOW, saved_by=auditor_of(audit))


@pytest.fixture
def again(council: Council, settings: Any) -> Audit:
    settings.TODAY = TODAY
    first = finalised_audit(council, grade=Grade.INADEQUATE)
    other = council.other_auditor
    again = finalised_audit(council, grade=Grade.GOOD, number=2, auditor=other, at=NOW)
    Audit.objects.filter(pk=again.pk).update(re_audit_of=first)
    for code, was, now in (
        ("1.1", "not_evidenced", "evidenced"),
        ("1.2", "evidenced", "partly"),
        ("2.1", "partly", "partly"),
    ):
        mark(first, code, was)
        mark(again, code, now)
    mark(again, "2.2", "evidenced")
    for audit, grade in ((first, Grade.INADEQUATE), (again, Grade.REQUIRES_IMPROVEMENT)):
        standard = audit.standard_set.standards.get(number=1)
        one = audit.judgements.create(number=1, standard=standard, state="agreed", grade=grade)
        if audit == first:
            audit.actions.get(number=1).judgements.add(one)
    return Audit.objects.get(pk=again.pk)


def test_grade_by_grade_and_point_by_point(again: Audit) -> None:
    both = comparison.compare(again)
    first, second, case = both.parts[0], both.parts[-1], both.parts[1]
    assert (first.was, first.now, first.moved, first.same) == ("inadequate", "requires_improvement", "better", 0)
    assert [(point.title[:3], point.moved) for point in first.points] == [("1.1", "better"), ("1.2", "worse")]
    assert [action.number for action in first.actions] == [1]
    assert (case.was, case.now, case.moved) == ("inadequate", "good", "better")
    assert (both.better, both.worse, second.title) == (1, 1, "Headline indicators")


def test_only_for_those_who_may_open_it_and_once_it_is_final(client: Client, again: Audit, council: Council) -> None:
    page = f"/audits/{again.ref}/compare/"
    for who, status in ((council.qa_officer, 200), (council.manager, 200), (council.other_keyworker, 404)):
        assert signed_in(client, who).get(page).status_code == status
    signed_in(client, council.other_auditor)
    with at_most(14):
        said = text(client.get(page))
    assert "1 point better, <b>1</b> worse" in said.replace("<b>1</b> point", "1 point")
    assert "Meant to move it:" in said
    assert "Read the first audit" not in said
    assert client.get(f"/audits/{again.re_audit_of}/compare/").status_code == 404
    assert signed_in(client, council.qa_officer).get(f"/audits/{again.re_audit_of}/compare/").status_code == 409
    Audit.objects.filter(pk=again.pk).update(state="agreed")
    assert client.get(page).status_code == 409
    assert TODAY - timedelta(days=7) == again.re_audit_of.met_on  # type: ignore[union-attr]
