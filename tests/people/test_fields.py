"""A date in three boxes, and what it says when it is not one."""

from __future__ import annotations

from datetime import date, time

import pytest
from django import forms

from qualitycounts.base.fields import DayField, TimeOfDayField, dress


class Booking(forms.Form):
    when = DayField(what="the meeting's date", label="When?")
    until = DayField(what="the end date", label="Until?", required=False)


def booking(day: str, month: str, year: str, **until: str) -> Booking:
    return Booking({"when_0": day, "when_1": month, "when_2": year} | until)


def test_three_boxes_are_a_date() -> None:
    form = booking(" 9", "12", "2026 ")
    assert form.is_valid()
    assert form.cleaned_data == {"when": date(2026, 12, 9), "until": None}


@pytest.mark.parametrize(
    ("boxes", "said"),
    [
        (("", "", ""), "Enter the meeting's date."),
        (("", "12", "2026"), "The meeting's date must include a day."),
        (("9", "", "2026"), "The meeting's date must include a month."),
        (("9", "12", ""), "The meeting's date must include a year."),
        (("29", "2", "2027"), "The meeting's date must be a real date."),
        (("0", "2", "2027"), "The meeting's date must be a real date."),
        (("9", "2", "0000"), "The meeting's date must be a real date."),
        (("9" * 30, "2", "2027"), "The meeting's date must be a real date."),
        (("9", "9" * 5000, "2027"), "The meeting's date must be a real date."),
        (("²", "2", "2027"), "The meeting's date must be in numbers, like 27 3 2027."),
        (("9\x00", "2", "2027"), "The meeting's date must be in numbers, like 27 3 2027."),
        (("9", "Ma", "2026"), "The meeting's date must be in numbers, like 27 3 2027."),
        (("9", "12", "26"), "The meeting's date needs a year of 4 numbers, like 2027."),
    ],
)
def test_what_is_not_a_date_is_refused_in_words(boxes: tuple[str, str, str], said: str) -> None:
    assert booking(*boxes).errors["when"] == [said]


@pytest.mark.parametrize(
    ("typed", "number"), [("dec", 12), ("December", 12), ("Dec.", 12), ("Sept", 9), ("may", 5), ("03", 3)]
)
def test_a_month_may_be_typed_by_its_name(typed: str, number: int) -> None:
    assert booking("9", typed, "2026").is_valid()
    assert booking("9", typed, "2026").fields["when"].clean(["9", typed, "2026"]) == date(2026, number, 9)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("14:30", time(14, 30)),
        (" 9.05 ", time(9, 5)),
        ("0930", time(9, 30)),
        ("930", time(9, 30)),
        ("2:30 pm", time(14, 30)),
        ("2.30 P.M.", time(14, 30)),
        ("10am", time(10)),
        ("12pm", time(12)),
        ("12:15am", time(0, 15)),
        ("Midday", time(12)),
        ("14:30pm", time(14, 30)),
        ("00:00", time(0)),
    ],
)
def test_a_time_is_read_as_people_type_it(typed: str, meant: time) -> None:
    assert TimeOfDayField().clean(typed) == meant


@pytest.mark.parametrize(
    "typed", ["2", "10", "half ten", "24:00", "12:60", "9:5", "pm", "１０:３０", "10:30\x00", "0pm:"]
)
def test_what_is_no_time_or_may_be_either_half_of_the_day_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError, match="Enter a time"):
        TimeOfDayField(error_messages={"invalid": "Enter a time like 10:30 or 2:30pm."}).clean(typed)


def test_a_leap_day_is_a_date_in_its_year() -> None:
    assert booking("29", "2", "2028").is_valid()


def test_a_date_that_may_be_left_out_must_still_be_whole() -> None:
    form = booking("9", "12", "2026", until_0="10")
    assert form.errors["until"] == ["The end date must include a month.", "The end date must include a year."]


def test_a_phone_shows_its_number_keys_and_no_form_tag_is_doubled() -> None:
    form = Booking()
    assert str(form["when"]).count('inputmode="numeric"') == 3
    assert dress(form).form_tag is False
