"""The council's months, quarters and years: where each begins, ends, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from qualitycounts.base.refusals import Refused
from reporting.periods import Period, PeriodKind, month_of, parse


@pytest.mark.parametrize(
    ("written", "kind", "first", "last", "label", "code"),
    [
        ("2026-11", PeriodKind.MONTH, date(2026, 11, 1), date(2026, 11, 30), "November 2026", "2611"),
        ("2028-02", PeriodKind.MONTH, date(2028, 2, 1), date(2028, 2, 29), "February 2028", "2802"),
        ("2026-12", PeriodKind.MONTH, date(2026, 12, 1), date(2026, 12, 31), "December 2026", "2612"),
        (
            "2026-27Q1",
            PeriodKind.QUARTER,
            date(2026, 4, 1),
            date(2026, 6, 30),
            "April to June 2026 (2026-27 Q1)",
            "2627Q1",
        ),
        (
            "2026-27Q3",
            PeriodKind.QUARTER,
            date(2026, 10, 1),
            date(2026, 12, 31),
            "October to December 2026 (2026-27 Q3)",
            "2627Q3",
        ),
        (
            "2026-27Q4",
            PeriodKind.QUARTER,
            date(2027, 1, 1),
            date(2027, 3, 31),
            "January to March 2027 (2026-27 Q4)",
            "2627Q4",
        ),
        ("2026-27", PeriodKind.YEAR, date(2026, 4, 1), date(2027, 3, 31), "April 2026 to March 2027", "2627"),
    ],
)
def test_a_period_is_read_as_written(
    written: str, kind: PeriodKind, first: date, last: date, label: str, code: str
) -> None:
    period = parse(written)
    assert (period.kind, period.first, period.last, period.label, period.code) == (kind, first, last, label, code)
    assert str(period) == written
    assert parse(str(period)) == period


def test_spaces_and_a_small_q_are_forgiven() -> None:
    assert parse(" 2026-27q3 ") == parse("2026-27Q3")


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("2026-00", "the year from April 2026 is 2026-27"),
        ("2026-13", "the year from April 2026 is 2026-27"),
        ("2026-26", "the year from April 2026 is 2026-27"),
        ("2026-28", "the year from April 2026 is 2026-27"),
        ("2026-27Q0", "no quarter 0"),
        ("2026-27Q5", "no quarter 5"),
        ("2026-28Q1", "the year from April 2026 is 2026-27"),
        ("2014-12", "outside the years"),
        ("2099-01", "outside the years"),
        ("November", "is not a period"),
        ("2026-11-01", "is not a period"),
        ("2026-1", "is not a period"),
        ("", "is not a period"),
        ("2026-27Q3; DROP", "is not a period"),
    ],
)
def test_what_is_not_a_period_is_refused_with_how_to_write_one(written: str, says: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse(written)
    assert says in refusal.value.sentence
    assert "Write a month as 2026-11" in refusal.value.sentence


def test_the_council_year_turns_between_march_and_april() -> None:
    march, april = parse("2027-03"), parse("2027-04")
    assert (march.council_year, march.quarter) == ("2026-27", 4)
    assert (april.council_year, april.quarter) == ("2027-28", 1)
    assert march.next == april
    assert april.previous == march


def test_the_one_before_keeps_the_length() -> None:
    assert str(parse("2026-01").previous) == "2025-12"
    assert str(parse("2026-27Q1").previous) == "2025-26Q4"
    assert str(parse("2026-27").previous) == "2025-26"


def test_years_past_the_century_are_written_in_full() -> None:
    assert str(parse("2098-99").months[-1]) == "2099-03"


def test_the_months_of_a_period_meet_without_gap_or_overlap() -> None:
    for written, count in (("2026-11", 1), ("2026-27Q4", 3), ("2026-27", 12)):
        period = parse(written)
        months = period.months
        assert len(months) == count
        assert (months[0].first, months[-1].last) == (period.first, period.last)
        for one, other in pairwise(months):
            assert other.first - one.last == timedelta(days=1)


def test_the_last_twelve_end_with_this_one() -> None:
    twelve = parse("2026-11").back(12)
    assert [str(twelve[0]), str(twelve[-1]), len(twelve)] == ["2025-12", "2026-11", 12]


def test_a_day_belongs_to_one_month() -> None:
    november = parse("2026-11")
    assert date(2026, 11, 1) in november
    assert date(2026, 11, 30) in november
    assert date(2026, 10, 31) not in november
    assert date(2026, 12, 1) not in november
    assert month_of(date(2026, 11, 23)) == november
    assert Period(date(2026, 11, 1), PeriodKind.MONTH) == november


def test_its_moments_are_midnights_in_london_whatever_the_clocks_did() -> None:
    october = parse("2026-10")
    assert october.moments == (datetime(2026, 9, 30, 23, 0, tzinfo=UTC), datetime(2026, 11, 1, 0, 0, tzinfo=UTC))
