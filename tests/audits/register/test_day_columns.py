"""The dates of a column are judged as a column: read in every style that is certain, and never half one way."""

from __future__ import annotations

from datetime import date

import pytest

from audits.models import Case, Import
from audits.register import day_columns
from audits.register.day_columns import DayColumn, DayOrder, DayStyle, judge_day_column
from qualitycounts.base.refusals import Refused
from tests.audits.register.extracts import bring, case, line, said
from tests.factories import Council


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("02/03/2026", date(2026, 3, 2)),
        ("2/3/2026", date(2026, 3, 2)),
        ("2026-08-11", date(2026, 8, 11)),
        ("19-Jan-2026", date(2026, 1, 19)),
        ("9-sept-2026", date(2026, 9, 9)),
        ("19 January 2026", date(2026, 1, 19)),
        ("29/02/2024", date(2024, 2, 29)),
        ("01/01/1990", date(1990, 1, 1)),
        ("2026-08-11 00:00:00", date(2026, 8, 11)),
        ("2026-08-11T23:59:59.5", date(2026, 8, 11)),
        ("11/08/2026 14:30", date(2026, 8, 11)),
        ("2/2/26", date(2026, 2, 2)),
        ("02/02/90", date(1990, 2, 2)),
        ("02/02/89", date(2089, 2, 2)),
        ("02.03.2026", date(2026, 3, 2)),
        ("02-03-2026", date(2026, 3, 2)),
        ("02-Feb-26", date(2026, 2, 2)),
        ("2nd February 2026", date(2026, 2, 2)),
        ("February 2, 2026", date(2026, 2, 2)),
        ("Mon 2 Feb 2026", date(2026, 2, 2)),
        ("Monday, 02 February 2026", date(2026, 2, 2)),
        ("2026/02/03", date(2026, 2, 3)),
        ("2026/2/3", date(2026, 2, 3)),
        ("20260203", date(2026, 2, 3)),
        ("2026-02-02T00:00:00Z", date(2026, 2, 2)),
        ("2026-06-01T23:30:00Z", date(2026, 6, 2)),
        ("2026-06-01T23:30:00+01:00", date(2026, 6, 1)),
        ("2/3/2026 12:00:00 AM", date(2026, 3, 2)),
    ],
)
def test_a_date_is_read_in_each_style(text: str, expected: date) -> None:
    assert day_columns.parse_day(text) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("31/02/2026", "not a day in the calendar"),
        ("29/02/2026", "not a day in the calendar"),
        ("13/13/2026", "not a day in the calendar"),
        ("00/01/2026", "not a day in the calendar"),
        ("19-Foo-2026", "not a day in the calendar"),
        ("31/12/1989", "not in a year that can be right"),
        ("01/01/0206", "not in a year that can be right"),
        ("01/01/2100", "not in a year that can be right"),
        ("46055", "not a date"),
        ("yesterday", "not a date"),
        ("٠٢/٠٢/٢٠٢٦", "not a date"),
    ],
)
def test_an_impossible_date_is_said(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        day_columns.parse_day(text)


def judged(*cells: str) -> DayColumn:
    """What a column of these cells, from row 2 on, shows."""
    return judge_day_column(enumerate(cells, start=2))


def test_one_date_that_can_be_nothing_else_decides_the_column() -> None:
    assert judged("03/04/2026", "12/12/2026").order == DayOrder.EITHER
    assert judged("03/04/2026", "13/04/2026").order == DayOrder.DAY_FIRST
    assert judged("03/04/2026", "04/13/2026").order == DayOrder.MONTH_FIRST
    assert judged("13/13/2026", "00/13/2026").order == DayOrder.EITHER
    assert judged("2026-04-13", "13-Apr-2026", "").order == DayOrder.EITHER
    both = judged("03/04/2026", "31/01/26", "01/31/26")
    assert (both.order, both.day_first_row, both.month_first_row) == (DayOrder.BOTH, 3, 4)


def test_bare_numbers_are_days_where_at_least_half_of_the_column_are() -> None:
    assert judged("46055", "02/02/2026", "").serials
    assert not judged("46055", "02/02/2026", "02/02/2026").serials
    assert day_columns.parse_day("46055", DayStyle(serials=True)) == date(2026, 2, 2)
    assert day_columns.parse_day("46055.5", DayStyle(serials=True)) == date(2026, 2, 2)


@pytest.mark.django_db
def test_a_month_first_column_is_month_first_in_every_row_and_said_once(council: Council) -> None:
    done = bring(
        line("1", Date_Opened="01/05/2026", Last_Supervision="10/04/2026"),
        line("2", Date_Opened="01/16/2026", Last_Supervision="10/04/2026"),
    )
    assert [case(number).opened_on for number in "12"] == [date(2026, 1, 5), date(2026, 1, 16)]
    assert case("1").last_supervision_on == date(2026, 10, 4), "a column that could be either follows the other"
    assert said(done) == [(2, "Last Supervision"), (3, "Date Opened")]
    assert "month first, as this row shows" in done.problems[1]["why"]


@pytest.mark.django_db
def test_a_column_written_both_ways_is_refused_or_left_out_whole(council: Council) -> None:
    mixed = [line("1", Date_Opened="31/01/2026"), line("2", Date_Opened="01/31/2026")]
    with pytest.raises(Refused, match="row 2 can only be day first and row 3 only month first") as refused:
        bring(*mixed)
    assert (refused.value.status, Case.objects.filter(person_id="1").exists()) == (422, False)
    assert Import.objects.get().state == Import.State.REFUSED
    bring(line("1", Last_Audited="05/05/2026"), line("2"))
    done = bring(line("1", Last_Audited="31/01/2026"), line("2", Last_Audited="01/31/2026"))
    assert case("1").last_audited_on == date(2026, 5, 5), "the register keeps what it knows"
    assert said(done) == [(3, "Last Audited")]


@pytest.mark.django_db
def test_a_column_that_cannot_be_told_in_a_file_of_both_kinds_is_not_guessed(council: Council) -> None:
    odd = {"Last_Supervision": "01/31/2026", "Last_Audited": "13/01/2026"}
    with pytest.raises(Refused, match="“Date Opened” the dates of this column, as in row 2"):
        bring(line("1", Date_Opened="02/03/2026", **odd))
    assert bring(line("1", Date_Opened="2026-03-02", **odd)).counts["added"] == 1
