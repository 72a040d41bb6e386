"""Working days and months, against the calendar worked out a second way."""

import calendar
import json
import random
from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from qualitycounts.base import clock
from qualitycounts.base.refusals import Refused
from standards import timescales
from standards.models import BankHoliday
from standards.timescales import add_months, add_working_days, is_working_day, working_days_between

FILE = Path(__file__).parents[2] / "fixtures/bank_holidays.json"
YEARS = range(2012, 2029)
MOVED = {2012: {"spring": date(2012, 6, 4)}, 2020: {"early_may": date(2020, 5, 8)}, 2022: {"spring": date(2022, 6, 2)}}
EXTRA = {date(2012, 6, 5), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8)}


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar."""
    golden, century = year % 19, year // 100
    moon = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon -= (moon // 28) * (1 - (29 // (moon + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    march = moon - weekday + 28
    return date(year, 3, 1) + timedelta(days=march - 1)


def monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def by_the_rules(year: int) -> set[date]:
    """The bank holidays of England and Wales in a year: the standing rules, what was moved, what was added."""
    christmas = date(year, 12, 25)
    at_christmas = {5: (27, 28), 6: (26, 27), 4: (25, 28)}.get(christmas.weekday(), (25, 26))
    new_year = date(year, 1, 1)
    days = {
        "new_year": monday_from(new_year) if new_year.weekday() > 4 else new_year,
        "good_friday": easter(year) - timedelta(days=2),
        "easter_monday": easter(year) + timedelta(days=1),
        "early_may": monday_from(date(year, 5, 1)),
        "spring": monday_from(date(year, 5, 25)),
        "summer": monday_from(date(year, 8, 25)),
        "christmas": date(year, 12, at_christmas[0]),
        "boxing_day": date(year, 12, at_christmas[1]),
    }
    return set((days | MOVED.get(year, {})).values()) | {day for day in EXTRA if day.year == year}


HOLIDAYS = set().union(*(by_the_rules(year) for year in YEARS))
DAYS = [date(2012, 1, 1) + timedelta(days=n) for n in range((date(2028, 12, 31) - date(2012, 1, 1)).days + 1)]
WORKING = [day for day in DAYS if day.isoweekday() < 6 and day not in HOLIDAYS]


def test_the_file_holds_the_bank_holidays_that_the_rules_give() -> None:
    rows = json.loads(FILE.read_text(encoding="utf-8"))
    days = [date.fromisoformat(row["on"]) for row in rows]
    assert set(days) == HOLIDAYS
    assert days == sorted(set(days))
    assert all(row["title"] for row in rows)


@pytest.mark.parametrize(
    ("met_on", "due_on"),
    [
        (date(2026, 12, 23), date(2027, 1, 4)),  # Christmas Day, Boxing Day's Monday, New Year's Day
        (date(2027, 3, 24), date(2027, 4, 2)),  # Good Friday and Easter Monday
        (date(2026, 10, 23), date(2026, 10, 30)),  # over the night the clocks go back
        (date(2026, 8, 26), date(2026, 9, 3)),  # the summer bank holiday
        (date(2026, 11, 21), date(2026, 11, 27)),  # from a Saturday
        (date(2026, 11, 22), date(2026, 11, 27)),  # from a Sunday
        (date(2026, 12, 25), date(2027, 1, 5)),  # from a bank holiday
        (date(2022, 9, 16), date(2022, 9, 26)),  # a holiday announced ten days before
    ],
)
@pytest.mark.django_db
def test_five_working_days(met_on: date, due_on: date) -> None:
    assert add_working_days(met_on, 5) == due_on
    assert working_days_between(met_on, due_on) == 5
    assert working_days_between(due_on, met_on) == -5


@pytest.mark.django_db
def test_no_days_are_the_same_day_even_on_a_sunday() -> None:
    assert add_working_days(date(2026, 11, 22), 0) == date(2026, 11, 22)


@pytest.mark.django_db
def test_working_days_are_not_taken_away() -> None:
    with pytest.raises(ValueError, match="not taken away"):
        add_working_days(date(2026, 11, 23), -1)


@pytest.mark.django_db
def test_weekends_and_bank_holidays_are_not_working_days() -> None:
    assert is_working_day(date(2026, 12, 24))
    assert not is_working_day(date(2026, 12, 25))
    assert not is_working_day(date(2026, 12, 26))
    assert not is_working_day(date(2026, 12, 28))
    assert is_working_day(date(2026, 12, 29))


@pytest.mark.django_db
def test_a_clock_says_today_on_the_day_only() -> None:
    friday, saturday, monday = date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 30)
    assert working_days_between(friday, friday) == 0
    assert working_days_between(friday, saturday) == 1
    assert working_days_between(saturday, friday) == -1
    assert working_days_between(friday, monday) == 1
    assert working_days_between(monday, friday) == -1
    assert working_days_between(monday, saturday) == -1


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 1, 28), 1, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 8, 31), 3, date(2026, 11, 30)),
        (date(2026, 11, 25), 1, date(2026, 12, 25)),  # never rolled on, not even from Christmas Day
        (date(2040, 5, 5), 1, date(2040, 6, 5)),  # needs no bank holidays
    ],
)
def test_months_keep_their_day_or_take_the_last(start: date, months: int, expected: date) -> None:
    assert add_months(start, months) == expected


@given(st.dates(date(2012, 1, 1), date(2030, 12, 31)), st.integers(0, 36))
def test_a_month_later_is_the_nearest_day_that_month_has(start: date, months: int) -> None:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    later = add_months(start, months)
    assert (later.year, later.month) == (year, month + 1)
    assert later.day == start.day or (later.day < start.day and (later + timedelta(days=1)).day == 1)


@pytest.mark.django_db
@given(st.sampled_from(DAYS[:-60]), st.integers(1, 30))
def test_working_days_agree_with_a_list_of_them(start: date, days: int) -> None:
    with timescales.one_calendar():
        due = add_working_days(start, days)
        assert due == WORKING[bisect_right(WORKING, start) + days - 1]
        assert working_days_between(start, due) == days
        assert working_days_between(due, start) == -days


@pytest.mark.django_db
def test_ten_thousand_random_starts_agree_with_the_oracle() -> None:
    chance, wrong = random.Random(2026), 0
    with timescales.one_calendar():
        for _ in range(10_000):
            start, days, months = chance.choice(DAYS[:-150]), chance.randint(1, 30), chance.randint(1, 12)
            wrong += add_working_days(start, days) != WORKING[bisect_right(WORKING, start) + days - 1]
            month = start.year * 12 + start.month - 1 + months
            last = calendar.monthrange(month // 12, month % 12 + 1)[1]
            wrong += add_months(start, months) != date(month // 12, month % 12 + 1, min(start.day, last))
    assert wrong == 0


@pytest.mark.parametrize(
    ("last_second", "day"),
    [
        (datetime(2026, 10, 25, 23, 59, 59, tzinfo=UTC), date(2026, 10, 25)),  # clocks went back at 2 that morning
        (datetime(2026, 10, 24, 22, 59, 59, tzinfo=UTC), date(2026, 10, 24)),
        (datetime(2027, 3, 28, 22, 59, 59, tzinfo=UTC), date(2027, 3, 28)),  # clocks went forward at 1 that morning
        (datetime(2027, 3, 27, 23, 59, 59, tzinfo=UTC), date(2027, 3, 27)),
    ],
)
def test_a_day_ends_at_midnight_in_london_on_both_sides_of_a_clock_change(last_second: datetime, day: date) -> None:
    assert clock.day_of(last_second) == day
    assert clock.day_of(last_second + timedelta(seconds=1)) == day + timedelta(days=1)
    assert clock.start_of(day + timedelta(days=1)) == last_second + timedelta(seconds=1)


@pytest.mark.django_db
@given(st.sampled_from(DAYS), st.integers(-90, 90))
def test_a_clock_agrees_with_a_list_of_working_days(on: date, days: int) -> None:
    due_on = max(DAYS[0], min(DAYS[-1], on + timedelta(days=days)))
    counted = bisect_right(WORKING, due_on) - bisect_right(WORKING, on)
    with timescales.one_calendar():
        shown = working_days_between(on, due_on)
    if counted == 0 and on != due_on:
        counted = 1 if on < due_on else -1
    assert shown == counted


@pytest.mark.django_db
@pytest.mark.parametrize(
    "count",
    [
        is_working_day,
        lambda day: add_working_days(day, 1),
        lambda day: working_days_between(date(2028, 12, 1), day),
        lambda day: working_days_between(day, date(2028, 12, 1)),
    ],
)
def test_it_refuses_outside_the_known_years(count: Callable[[date], object]) -> None:
    count(date(2028, 12, 28))
    for unknown in (date(2029, 1, 2), date(2011, 12, 1)):
        with pytest.raises(Refused, match=f"from 2012 to 2028 only.*bank holidays of {unknown.year}"):
            count(unknown)


@pytest.mark.django_db
def test_it_refuses_to_count_into_an_unknown_year() -> None:
    assert add_working_days(date(2028, 12, 22), 3) == date(2028, 12, 29)
    with pytest.raises(timescales.Unknown):
        add_working_days(date(2028, 12, 22), 4)


@pytest.mark.django_db
def test_it_refuses_while_no_bank_holiday_is_loaded() -> None:
    BankHoliday.objects.all().delete()
    with pytest.raises(Refused, match="not loaded yet"):
        add_working_days(date(2026, 11, 23), 5)


@pytest.mark.django_db
def test_a_holiday_announced_late_counts_at_once() -> None:
    assert add_working_days(date(2026, 11, 23), 5) == date(2026, 11, 30)
    BankHoliday.objects.create(on=date(2026, 11, 26), title="A day of mourning")
    assert add_working_days(date(2026, 11, 23), 5) == date(2026, 12, 1)


@pytest.mark.django_db
def test_a_page_asks_for_the_holidays_once_and_the_next_page_asks_again(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    def page(request: HttpRequest) -> HttpResponse:
        for days in range(25):
            add_working_days(date(2026, 11, 23), days)
            working_days_between(date(2026, 11, 23), date(2026, 12, 1))
        return HttpResponse(str(add_working_days(date(2026, 11, 23), 5)))

    served = timescales.one_calendar_a_request(page)
    with django_assert_num_queries(1):
        assert served(HttpRequest()).content == b"2026-11-30"
    BankHoliday.objects.create(on=date(2026, 11, 26), title="A day of mourning")
    with django_assert_num_queries(1):
        assert served(HttpRequest()).content == b"2026-12-01"


@pytest.mark.django_db
def test_a_page_that_counts_nothing_asks_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0), timescales.one_calendar():
        assert add_months(date(2026, 11, 23), 1) == date(2026, 12, 23)


@pytest.mark.django_db
def test_past_the_last_known_year_a_level_comes_a_little_later_rather_than_never() -> None:
    last = date(2028, 12, 4)
    assert timescales.have_passed(1, last, on=date(2028, 12, 5))
    assert not timescales.have_passed(1, last, on=last)
    with pytest.raises(timescales.Unknown):
        timescales.add_working_days(last, 20)
    assert not timescales.have_passed(20, last, on=date(2029, 1, 10))
    assert timescales.have_passed(20, last, on=last + timedelta(days=54))
