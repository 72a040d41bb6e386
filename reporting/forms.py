"""What is typed about a report: which period, and its words."""

from __future__ import annotations

from typing import Any

from crispy_forms_gds.layout import Field, Fixed
from django import forms

from people.fields import dress
from reporting import periods
from reporting.drafting import LONGEST, WORDS
from reporting.models import Report
from reporting.periods import Period


class PeriodForm(forms.Form):
    """A month, quarter or year, as it is written."""

    period = forms.CharField(
        label="Another period",
        help_text="A month as 2026-11, a quarter as 2026-27Q3 or a council year as 2026-27.",
        max_length=20,
        error_messages={"required": "Write the month, quarter or year of the report."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.text("period", field_width=Fixed.TEN))

    def asked_for(self) -> Period:
        """The period that was written. Refuses (`Refused`) what is none."""
        return periods.parse(self.cleaned_data["period"])


class WordsForm(forms.Form):
    """The three texts of a draft, and the version of it that the page shows."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    working_well = forms.CharField(
        label="What is working well",
        help_text="One point a line. No names, and nothing that points to one child: leaders, CQAWG and DMT read this.",
        required=False,
    )
    worries = forms.CharField(label="What we are worried about", help_text="One point a line.", required=False)
    recommendations = forms.CharField(
        label="What we ask of you",
        help_text="One a line, beginning with who: “DMT: agree an hour a month for plan clinics, by 18 December 2026.”",
        required=False,
    )

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": report.version} | {slug: getattr(report, slug) for slug in WORDS}
        super().__init__(*args, **kwargs)
        for slug in WORDS:
            self.fields[slug].widget = forms.Textarea()
        rows = [Field.textarea(slug, rows=4, max_characters=LONGEST, threshold=75) for slug in WORDS]
        self.helper = dress(self, "version", *rows)

    def words(self) -> dict[str, str]:
        """The three texts as typed."""
        return {slug: self.cleaned_data[slug] for slug in WORDS}
