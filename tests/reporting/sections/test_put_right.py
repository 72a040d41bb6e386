"""Audits followed until they are put right: the figures as one audit after another gives them, in one reading."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from django.db import connection
from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from audits.models import Action, Audit
from reporting.periods import parse
from reporting.sections.base import Window
from reporting.sections.followed import audited_again, first_better, plans_of
from reporting.sections.put_right import PutRight
from standards.grades import BELOW_GOOD, Grade
from tests.factories import Council
from tests.reporting.builder import Builder
from tests.reporting.test_figures import ON

NO_PLAN = (0, 0, None, None)
"""What is counted of an audit without a plan."""


class TestLoop(TestCase):
    """A random year in which audits below Good have none, one or more re-audits, and none, one or more actions."""

    @classmethod
    def setUpTestData(cls) -> None:
        builder, chance = Builder(Council.make(), seed=4), Random(4)
        builder.audits(60)
        for audit in list(Audit.objects.filter(grade__in=BELOW_GOOD, re_audit_of=None, state__in=Audit.FINAL)):
            for _ in range(chance.choice((0, 1, 2, 3))):
                day = (audit.finalised_at + timedelta(days=chance.randrange(90))).date()
                grade, state = (
                    chance.choice(["good", "inadequate", "outstanding"]),
                    chance.choice([*Audit.FINAL, "voided"]),
                )
                builder.audit(day, grade=grade, state=state, re_audit_of=audit)

    def rows_asked_for_each(self) -> dict[int, tuple[Any, ...]]:
        """What the loop reads of each audit, by a question put again for every one of them."""
        live = ~Q(actions__state=Action.State.CANCELLED)
        better = (
            Audit.objects.filter(re_audit_of=OuterRef("pk"), state__in=Audit.FINAL)
            .exclude(grade=Grade.INADEQUATE)
            .order_by("finalised_at")
        )
        rows = (
            Audit.objects.order_by()
            .values_list("pk")
            .annotate(
                better_at=Subquery(better.values("finalised_at")[:1]),
                planned=Count("actions", filter=live),
                not_done=Count("actions", filter=Q(actions__state=Action.State.OPEN)),
                not_checked=Count("actions", filter=Q(actions__state__in=(Action.State.OPEN, Action.State.DONE))),
                last_done=Max("actions__done_at", filter=live),
                last_checked=Max("actions__verified_at", filter=live),
            )
        )
        return {pk: tuple(values) for pk, *values in rows}

    def test_it_reads_of_each_audit_what_a_question_for_each_reads(self) -> None:
        every = Audit.objects.order_by()
        plans, better = plans_of(every), first_better(audited_again(every))
        read = {pk: (better.get(pk), pk in plans, *plans.get(pk, NO_PLAN)) for pk in every.values_list("pk", flat=True)}
        assert read == {pk: (at, planned > 0, *rest) for pk, (at, planned, *rest) in self.rows_asked_for_each().items()}
        assert every.annotate(n=Count("re_audits")).filter(n__gt=1).exists(), "some had more than one re-audit"
        assert plans
        assert better

    def test_it_is_ten_readings_and_asks_nothing_again_for_each_row(self) -> None:
        with CaptureQueriesContext(connection) as asked:
            PutRight.count(Window(parse("2026-27H1"), ON))
        assert len(asked) == 10, "audits, plans, re-audits and theirs; and those of the children followed, escalations"
        for one in asked:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{one['sql']}")
                plan = str(cursor.fetchall())
            assert "CORRELATED" not in plan
            assert "SubPlan" not in plan
