"""What every form shares: how it is laid out, and a date in three boxes with plain words for what is wrong with it."""

from __future__ import annotations

import calendar
import re
from datetime import date, time
from typing import Any

from crispy_forms_gds.fields import DateInputField
from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout
from django import forms
from django.core.validators import RegexValidator
from django.utils.html import conditional_escape

ACCEPT = ".pdf,.docx,.png"
"""What a file box offers to choose from. `people.files` judges the bytes all the same."""
TYPED_TIME = re.compile(r"([0-9]{1,2})[:.h]?([0-9]{2})?(am|pm)?")
MONTHS = tuple(name.lower() for name in calendar.month_name)
OPEN_AGAIN = "This page was not sent whole. Copy what you typed, open the page again and paste it."
"""Said where a page's form came without what the page always sends."""


def dress(form: forms.Form, *rows: Any) -> FormHelper:
    """A helper that lays out the rows (all fields, if none is named). The page has the form tag and its token.

    Labels and help texts are escaped here, as the library prints them as they are; some are a council's own words.
    """
    for field in form.fields.values():
        field.label = None if field.label is None else conditional_escape(field.label)
        field.help_text = conditional_escape(field.help_text)
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.label_size = helper.legend_size = "s"
    helper.layout = Layout(*(rows or form.fields))
    return helper


def word(form: forms.Form, name: str, label: str, errors: dict[str, str], hint: str = "") -> None:
    """Give a field its label, its hint and its own sentences for what can be wrong with it; no placeholder."""
    field = form.fields[name]
    field.widget.attrs.pop("placeholder", None)
    field.label, field.help_text = label, hint
    field.error_messages |= errors


def password_row(name: str) -> Field:
    """A password with a button that shows what was typed."""
    return Field(name, template="components/password.html")


def file_field(label: str, *, required: bool = False) -> forms.FileField:
    """A box for a file that `people.files` keeps. Its size and its bytes are that module's to judge."""
    return forms.FileField(
        label=label,
        help_text="A PDF, a Word document (.docx) or a picture (.png), up to 10 MB. Only what shows it, and nothing of "
        "another child.",
        required=required,
        allow_empty_file=True,
        max_length=400,
        widget=forms.FileInput(attrs={"accept": ACCEPT, "class": "govuk-file-upload"}),
        error_messages={
            "required": "Choose the file.",
            "max_length": "The file’s name is too long. Shorten it and choose the file again.",
            "invalid": "The file did not arrive whole. Choose it again.",
        },
    )


def month_number(typed: Any) -> str:
    """The number of a month, typed as one or by its name: "3", "march", "Mar"; what is neither stays as it is."""
    text = str(typed or "").strip()
    begin = text.lower().rstrip(".")
    named = [str(number) for number, name in enumerate(MONTHS) if len(begin) > 2 and name.startswith(begin)]
    return named[0] if named else text


class DayField(DateInputField):  # type: ignore[misc]
    """A date as day, month and year. `what` names it in the refusals: what="the due date"."""

    def __init__(self, *, what: str, **kwargs: Any) -> None:
        super().__init__(require_all_fields=False, **kwargs)
        self.name = what[:1].upper() + what[1:]
        self.error_messages["required"] = f"Enter {what}."
        for part, field, widget in zip(("a day", "a month", "a year"), self.fields, self.widget.widgets, strict=True):
            field.error_messages["incomplete"] = f"{self.name} must include {part}."
            field.validators = [RegexValidator(r"^[0-9]+$", f"{self.name} must be in numbers, like 27 3 2027.")]
            widget.attrs["inputmode"] = "numeric"
        self.fields[1].to_python = month_number

    def compress(self, data_list: Any) -> date | None:
        """The date, or None where all three boxes are empty. Refuses what is not in the calendar, and 2-digit years."""
        day, month, year = data_list
        if not (day and month and year):
            return None
        if len(year) != 4:
            raise forms.ValidationError(f"{self.name} needs a year of 4 numbers, like 2027.", code="invalid")
        try:
            return date(int(year), int(month), int(day))
        except (ValueError, OverflowError) as wrong:
            raise forms.ValidationError(f"{self.name} must be a real date.", code="invalid") from wrong


class TimeOfDayField(forms.TimeField):
    """A time as people type it: 14:30, 14.30, 1430, 2:30 pm, 2pm, midday. Refuses a bare hour, which may be either."""

    def __init__(self, **kwargs: Any) -> None:
        box = forms.TimeInput(format="%H:%M", attrs={"autocomplete": "off"})
        super().__init__(**{"widget": box} | kwargs)

    def to_python(self, value: Any) -> time | None:
        """The time, None where the box is empty."""
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        typed = "".join(value.lower().split()).replace("a.m", "am").replace("p.m", "pm").removesuffix(".")
        match = TYPED_TIME.fullmatch({"midday": "12pm", "noon": "12pm"}.get(typed, typed))
        if match is None or not (match[2] or match[3]):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        hour = int(match[1]) % 12 + 12 * (match[3] == "pm") if match[3] and int(match[1]) <= 12 else int(match[1])
        try:
            return time(hour, int(match[2] or 0))
        except ValueError as wrong:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from wrong


class Words(forms.CharField):
    """Text as it was typed, with one kind of line end, so that the same words are always the same."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, required=False, **kwargs)

    def to_python(self, value: Any) -> str:
        """The text; browsers send line ends as CR LF."""
        return with_plain_line_ends(super().to_python(value) or "")


def with_plain_line_ends(text: str) -> str:
    """Return the text with one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def whole_number(text: str | None) -> int:
    """A whole number out of an address or a form; 0 for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def reason_field(label: str, required: str, hint: str = "") -> forms.CharField:
    """A box for a reason, in the person's own words."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": required, "max_length": "Say it in 1,000 characters or fewer."},
    )
