"""What is typed about a report: which period, and its words."""

from __future__ import annotations

from typing import Any

from crispy_forms_gds.layout import Field, Fixed
from django import forms
from django.http import QueryDict

from qualitycounts.base.fields import dress
from reporting import periods
from reporting.models import Report
from reporting.periods import Period, PeriodKind
from reporting.reports.drafting import BLOCKS, IN_SHORT, LONGEST, ROOM, WORDS
from reporting.sections import event


class PeriodForm(forms.Form):
    """A month, quarter or year, as it is written."""

    period = forms.CharField(
        label="Another period",
        help_text=(
            "A month as 2026-11, a quarter as 2026-27Q3, a half year for a learning event as 2026-27H2, or a council "
            "year as 2026-27."
        ),
        max_length=20,
        error_messages={"required": "Write the month, quarter or year of the report."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(self, Field.text("period", field_width=Fixed.TEN))

    def asked_for(self) -> Period:
        """The period that was written. Refuses (`Refused`) what is none."""
        return periods.parse(self.cleaned_data["period"])


BRIEF = "grades"
"""The one box beside the figures of a month, whose report is two pages; what stands in another is kept."""
ASKS = {
    "families": "What did children and families say, what was done about it, and were they told?",
    "themes": "What do the themes tell you?",
    "elsewhere": "Where do other sources agree, and where do they differ?",
    "views": "What did directors learn from the cases they looked at? No name, and nothing that points to one child",
    "staff": "In a few sentences for every worker, without numbers: what was seen, and what changes",
}


class WordsForm(forms.Form):
    """The texts of a draft: three of their own, one beside each part's figures, and the version the page shows."""

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
        blocks = {f"block_{slug}": report.blocks.get(slug, "") for slug in BLOCKS}
        kwargs["initial"] |= blocks
        super().__init__(*args, **kwargs)
        for slug in WORDS:
            self.fields[slug].widget = forms.Textarea()
        brief = report.about.kind == PeriodKind.MONTH
        self.beside = [slug for slug in BLOCKS if not brief or slug == BRIEF or report.blocks.get(slug)]
        for slug in self.beside:
            box = forms.Textarea(attrs={"rows": 3, "class": "govuk-textarea", "form": "words"})
            label = ASKS.get(slug, f"What do you make of it? {BLOCKS[slug]}")
            if brief and slug == BRIEF:
                label = "What do you make of the month, in a paragraph?"
            self.fields[f"block_{slug}"] = forms.CharField(label=label, required=False, widget=box)
        longest = {slug: ROOM[slug][1] if brief else LONGEST for slug in WORDS}
        rows = [Field.textarea(slug, rows=4, max_characters=longest[slug], threshold=75) for slug in WORDS]
        self.helper = dress(self, "version", *rows)

    @property
    def boxes(self) -> list[forms.BoundField]:
        """The boxes beside the figures."""
        return [self[f"block_{slug}"] for slug in self.beside]

    def words(self) -> dict[str, str]:
        """The three texts as typed."""
        return {slug: self.cleaned_data[slug] for slug in WORDS}

    def blocks(self) -> dict[str, str]:
        """The texts beside the figures, as typed."""
        return {slug: self.cleaned_data[f"block_{slug}"] for slug in self.beside}


class EventForm(forms.Form):
    """The texts of a learning event's pack, and the version the page shows. Nothing for leaders is asked here."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        self.texts = {**event.WRITTEN, IN_SHORT: (ASKS[IN_SHORT], "It stands under Learning, above the pack.")}
        blocks = {f"block_{slug}": report.blocks.get(slug, "") for slug in self.texts}
        kwargs["initial"] = {"version": report.version} | blocks
        super().__init__(*args, **kwargs)
        for slug, (label, how) in self.texts.items():
            box = forms.Textarea()
            self.fields[f"block_{slug}"] = forms.CharField(label=label, help_text=how, required=False, widget=box)
        rows = [Field.textarea(f"block_{slug}", rows=3, max_characters=LONGEST, threshold=75) for slug in self.texts]
        self.helper = dress(self, "version", *rows)

    def words(self) -> dict[str, str]:
        """None: what a report says to its leaders is no part of a pack."""
        return {}

    def blocks(self) -> dict[str, str]:
        """The texts as typed."""
        return {slug: self.cleaned_data[f"block_{slug}"] for slug in self.texts}


def words_form(data: QueryDict | None, *, report: Report) -> WordsForm | EventForm:
    """What is written in a draft of this kind."""
    return (EventForm if report.kind == Report.Kind.LEARNING else WordsForm)(data, report=report)
