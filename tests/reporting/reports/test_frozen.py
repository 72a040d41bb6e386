"""What was issued never changes: not its numbers, not its file, not who issued it; by rule, by query or by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.test import TestCase

from audits.models import Audit
from reporting import periods, triggers
from reporting.models import Edition, Report
from reporting.reports import counting, drafting, generate, issue
from tests.conftest import NOW, issue_at_once
from tests.factories import Council
from tests.reporting.builder import Builder

NOVEMBER = periods.parse("2026-11")
LATER = NOW + timedelta(days=1)
CHANGES: list[dict[str, Any]] = [
    {"figures": {}},
    {"pdf": b"%PDF"},
    {"sha256": "0" * 64},
    {"sha256": ""},
    {"as_at": None},
    {"worries": "Other words."},
    {"period": "2026-10"},
    {"number": 9},
    {"issued_at": LATER},
    {"made_at": LATER},
]


class TestFrozen(TestCase):
    """One issued report, and every road to it."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.council = Council.make()
        issue_at_once(cls.council)
        cls.audit = Builder(cls.council).audit(NOVEMBER.first, grade="good")
        by = cls.council.qa_officer
        report = generate.request_report(report=drafting.start_draft(period=NOVEMBER, by=by, at=NOW), by=by, at=NOW)
        issue.issue_report(report=generate.generate_report(report=report, at=NOW), by=by, at=NOW)

    def refused(self, act: Any) -> None:
        before = Report.objects.values().get()
        with self.assertRaisesMessage(DatabaseError, triggers.REFUSAL), transaction.atomic():
            act()
        assert Report.objects.values().get() == before

    def test_no_query_changes_it(self) -> None:
        for change in CHANGES:
            self.refused(lambda change=change: Report.objects.update(**change))

    def test_no_save_changes_it(self) -> None:
        for change in CHANGES:
            report = Report.objects.get()
            for name, value in change.items():
                setattr(report, name, value)
            self.refused(report.save)

    def test_it_cannot_be_removed(self) -> None:
        self.refused(Report.objects.get().delete)
        self.refused(Report.objects.all().delete)

    def test_no_table_of_it_is_emptied_at_a_stroke(self) -> None:
        if connection.vendor == "sqlite":  # it knows no TRUNCATE
            return

        def emptied(table: str) -> None:
            with connection.cursor() as cursor:
                cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE")

        editions = Edition.objects.count()
        self.refused(lambda: emptied("reporting_report"))
        if editions:
            self.refused(lambda: emptied("reporting_edition"))
        assert Edition.objects.count() == editions

    def test_sql_by_hand_is_refused_too(self) -> None:
        def by_hand() -> None:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE reporting_report SET sha256 = '', pdf = NULL, state = 'draft'")

        self.refused(by_hand)

    def test_its_issue_cannot_be_given_to_another(self) -> None:
        self.refused(lambda: Report.objects.update(issued_by=self.council.head_of_qa))

    def test_what_happens_to_audits_afterwards_changes_no_number_of_it(self) -> None:
        before = Report.objects.values().get()
        Audit.objects.update(
            state="voided", ended_at=LATER, ended_by=self.council.head_of_qa, ended_why="Named the wrong child."
        )
        assert Report.objects.values().get() == before
        assert before["figures"]["audits"]["finalised"]["count"] == 1
        assert counting.compose(NOVEMBER, at=LATER).to_json()["audits"]["finalised"]["count"] == 0

    def test_being_superseded_is_the_one_thing_that_still_happens_to_it(self) -> None:
        assert Report.objects.update(state=Report.State.SUPERSEDED) == 1
