"""The doorways to audits: whom each opens for, and that each record comes through once."""

from __future__ import annotations

import pytest
from django.http import Http404

from audits.access import audit_or_404, meeting_or_404, visible_audits
from audits.models import Judgement
from tests.factories import Council, open_audit


def test_an_adviser_on_two_grades_sees_the_audit_once(council: Council) -> None:
    audit = open_audit(council)
    assert not visible_audits(council.reader).exists()
    Judgement.objects.filter(audit=audit, number__in=(2, 5)).update(adviser=council.reader)
    assert list(visible_audits(council.reader)) == [audit]
    assert audit_or_404(council.reader, audit.ref) == audit


def test_the_room_opens_for_its_two_chairs_and_for_nobody_else(council: Council) -> None:
    audit = open_audit(council)
    for person in (council.auditor, council.keyworker):
        assert meeting_or_404(person, audit.ref) == audit
    assert audit_or_404(council.qa_officer, audit.ref) == audit
    for person in (council.qa_officer, council.manager, council.other_auditor, council.administrator):
        with pytest.raises(Http404):
            meeting_or_404(person, audit.ref)


def test_there_is_no_room_without_an_audit(council: Council) -> None:
    with pytest.raises(Http404):
        meeting_or_404(council.auditor, "QC-2611-999")
