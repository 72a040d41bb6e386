"""Saves of words alone: a page hears of the fields; of everything where it missed too much, or more happened."""

from __future__ import annotations

from typing import Any

import pytest

from audits.meeting import grading, lifecycle, text_changes
from audits.models import Audit
from tests.factories import MET, Council, open_audit

SLUG = "s1-works-well"


def write(audit: Audit, council: Council, version: int) -> None:
    lifecycle.record_note(
        audit, by=council.auditor, at=MET, slug=SLUG, text=f"Visit {version} was on time.", version=version
    )


@pytest.fixture
def audit(council: Council, django_capture_on_commit_callbacks: Any) -> Audit:
    """In its meeting, a box written in once and then as often as a page may have missed, and once more."""
    audit = open_audit(council)
    with django_capture_on_commit_callbacks(execute=True):
        for version in range(text_changes.MOST + 2):
            write(audit, council, version)
    return Audit.objects.get(pk=audit.pk)


def test_a_page_catches_up_field_by_field_with_so_many_saves_and_no_more(audit: Audit) -> None:
    assert text_changes.since(audit, audit.revision) is None
    assert text_changes.since(audit, audit.revision - 1) == {SLUG}
    assert text_changes.since(audit, audit.revision - text_changes.MOST) == {SLUG}
    assert text_changes.since(audit, audit.revision - text_changes.MOST - 1) is None
    assert text_changes.since(audit, 0) is None


def test_the_first_words_of_a_box_and_a_grade_between_ask_for_everything(
    audit: Audit, council: Council, django_capture_on_commit_callbacks: Any
) -> None:
    seen = audit.revision
    with django_capture_on_commit_callbacks(execute=True):
        grading.propose_grade(audit, 2, by=council.auditor, at=MET, grade="good", words="Seen weekly.")
        write(audit, council, text_changes.MOST + 2)
    now = Audit.objects.get(pk=audit.pk)
    assert text_changes.since(now, seen) is None
    assert text_changes.since(now, seen + 1) == {SLUG}
    [(_, choice, text, by)] = text_changes.fields(now, {SLUG}).values()
    assert (choice, text, by) == ("", f"Visit {text_changes.MOST + 2} was on time.", council.auditor.name)
