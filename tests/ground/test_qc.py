"""How dates, numbers and clocks are written."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.core.paginator import Paginator

from qualitycounts.base import dates
from qualitycounts.base.templatetags import qc

FRIDAY = date(2026, 12, 4)


def test_a_date_carries_its_weekday() -> None:
    assert qc.day(FRIDAY) == "Friday 4 December 2026"
    assert qc.short_day(FRIDAY) == "Fri 4 Dec"
    assert qc.short_date(FRIDAY) == "Fri 4 Dec 2026"
    assert qc.month(FRIDAY) == "December 2026"
    assert dates.weekday_in_words(FRIDAY) == "Friday 4 December"


def test_a_date_or_a_month_can_stand_alone() -> None:
    assert qc.plain_date(FRIDAY) == "4 December 2026"
    assert (dates.month_name(FRIDAY), dates.short_month(FRIDAY)) == ("December", "Dec")
    assert dates.short_month(FRIDAY, year=True) == "Dec 2026"


def test_a_moment_is_told_in_london() -> None:
    summer = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert qc.at(summer) == "Wed 1 Jul at 00:30"
    assert qc.day(summer) == "Wednesday 1 July 2026"
    assert (qc.plain_date(summer), qc.month(summer)) == ("1 July 2026", "July 2026")
    assert dates.weekday_in_words(summer) == "Wednesday 1 July"
    assert qc.hour(datetime(2026, 12, 7, 15, 10, tzinfo=UTC)) == "15:10"


@pytest.mark.parametrize(
    "write", [qc.day, qc.short_day, qc.short_date, qc.plain_date, qc.month, qc.at, qc.hour, qc.clock, qc.thousands]
)
def test_nothing_is_written_for_nothing(write: object) -> None:
    assert write(None) == ""  # type: ignore[operator]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-2, "2 working days over"),
        (-1, "1 working day over"),
        (0, "Due today"),
        (1, "1 working day left"),
        (12, "12 working days left"),
    ],
)
def test_a_clock_counts_working_days_either_side_of_today(days: int, words: str) -> None:
    assert qc.clock(days) == words


def test_numbers_have_their_thousands_and_a_true_minus() -> None:
    assert (qc.thousands(999), qc.thousands(1105), qc.thousands(-44)) == ("999", "1,105", "−44")


def test_a_grade_is_said_as_people_say_it() -> None:
    assert qc.grade_word("requires_improvement") == "Requires improvement"
    assert qc.grade_word("") == ""


def test_page_links_leave_out_the_middle() -> None:
    assert qc.pages(Paginator(range(1105), 25), 7) == [1, None, 6, 7, 8, None, 45]


def test_an_error_leads_to_the_first_thing_one_can_fill_in() -> None:
    class Example(forms.Form):
        words = forms.CharField()
        kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
        when = forms.SplitDateTimeField()

    form = Example()
    assert [qc.first_input(field) for field in form] == ["id_words", "id_kind_1", "id_when_0"]
