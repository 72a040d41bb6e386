"""A collapse is a signal in every kind of report: five hundred audits, and one standard that falls to none of 125."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import TestCase

from audits.models import Audit, Judgement
from qualitycounts.base import clock
from reporting import periods
from reporting.models import Report
from reporting.reports import counting, document
from reporting.sections.contents import read_figures
from standards.models import Standard, StandardSet
from tests.factories import CaseFactory, Council

ON = date(2026, 10, 20)
FIRST = date(2025, 10, 1)
SHARE = 59
"""Good or better in Standard 3, in a hundred, before it falls."""


def at(day: date) -> Any:
    return clock.start_of(day) + timedelta(hours=10)


class TestCollapse(TestCase):
    """125 audits a quarter, October 2025 to September 2026; Standard 3 is Good in 59 of 100 until the last quarter."""

    @classmethod
    def setUpTestData(cls) -> None:
        council = Council.make()
        case, used = CaseFactory.create(keyworker=council.keyworker), StandardSet.objects.get()
        standards = {one.number: one for one in Standard.objects.filter(standard_set=used)}
        days = [FIRST + timedelta(days=place * 365 // 500) for place in range(500)]
        audits = Audit.objects.bulk_create(
            Audit(
                ref=f"QC-C-{place}",
                month=day.replace(day=1),
                number=place,
                case=case,
                category="CIN",
                standard_set=used,
                state="finalised",
                auditor=council.auditor,
                keyworker=council.keyworker,
                team=council.north,
                first_grade="good",
                met_on=day,
                grade="good" if place * 61 % 100 < 60 else "requires_improvement",
                finalised_at=at(day),
                finalised_by=council.keyworker,
            )
            for place, day in enumerate(days)
        )
        Judgement.objects.bulk_create(
            Judgement(
                audit=audit,
                number=number,
                standard=standards[number],
                state="agreed",
                grade="good"
                if place * 61 % 100 < SHARE and not (number == 3 and days[place] >= date(2026, 7, 1))
                else "inadequate",
            )
            for place, audit in enumerate(audits)
            for number in range(1, 8)
        )

    def figures(self, period: str) -> dict[str, Any]:
        return counting.compose(periods.parse(period), at=at(ON)).to_json()

    def test_in_a_quarter_a_half_year_and_a_year(self) -> None:
        for period, said in (
            ("2026-27Q2", "it fell to 0% (0 of 126)"),
            ("2026-27H1", "it fell to "),
            ("2026-27", "it fell to "),
        ):
            found = self.figures(period)["story"]
            assert [one["short"] for one in found["readings"]] == ["No signal"] * 2 + ["Signal, down"] + [
                "No signal"
            ] * 4
            second = found["sentences"][1]
            assert second["lead"] == "Standard 3, Child’s plan, has changed:", period
            assert said in second["rest"]

    def test_a_year_has_limits_for_every_row(self) -> None:
        found = self.figures("2026-27")
        assert {tile["read"] for tile in found["story"]["tiles"][:2]} <= {"No signal", "Too few to tell"}
        for series in (found["audits"]["good"], found["audits"]["inadequate"], found["standards"][0]["good"]):
            assert len(series["by_month"]) == len(found["months"]) == 36
            inside = series["by_month"][-12:]
            assert [sum(column) for column in zip(*inside, strict=True)] == [series["counts"][-1], series["ofs"][-1]]
        for series in (found["actions"]["on_time"], found["loop"]["put_right"]):
            inside = series["by_month"][-12:]
            assert [sum(column) for column in zip(*inside, strict=True)] == [series["counts"][-1], series["ofs"][-1]]

    def test_a_period_that_is_not_over_is_read_by_its_last_month_with_audits(self) -> None:
        for period in ("2026-27", "2026-27Q2"):
            figures = self.figures(period)
            page = document.render_document(
                Report(ref="REP-1", period=period, kind="annual", number=1), read_figures(figures)
            )
            assert figures["story"]["tiles"][0]["read"] == "No signal"
            assert "Nothing was counted in" not in figures["story"]["good"]["words"]
            assert figures["audits"]["months"][-1] <= "2026-10"
            assert "September 2026 is " in page, "the chart ends with the last month that has audits"

    def test_nothing_is_called_steady(self) -> None:
        for period in ("2026-09", "2026-27Q2", "2026-27H1", "2026-27", "2025-26"):
            figures = self.figures(period)
            page = document.render_document(
                Report(ref="REP-1", period=period, kind="annual", number=1), read_figures(figures)
            )
            assert "steady" not in page.lower()


@pytest.mark.django_db
def test_a_quarter_with_too_few_says_so_in_its_first_sentence(council: Council) -> None:
    found = counting.compose(periods.parse("2026-27Q2"), at=at(ON)).to_json()
    assert found["story"]["sentences"][0]["lead"] == "No audits were finalised"
