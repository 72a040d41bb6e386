"""Every part of a page on one page, for those who build and check them. Only while DEBUG is on."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms_gds.choices import Choice
from crispy_forms_gds.layout import Field
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from people.access import public
from qualitycounts.base.components import Cell, KeyFigure, Link, Note, SummaryRow, Table, TableRow, Value
from qualitycounts.base.fields import DayField, dress


class Example(forms.Form):
    """One field of each kind."""

    what = forms.CharField(
        label="What will be done?",
        help_text="One thing, with who does it to what.",
        widget=forms.Textarea,
        error_messages={"required": "Say what will be done."},
    )
    place = forms.CharField(label="Where will you meet?", required=False)
    due = DayField(
        what="the due date", label="Due date", help_text="We start with the latest date allowed. Choose an earlier one."
    )
    kind = forms.ChoiceField(
        label="How soon?",
        widget=forms.RadioSelect,
        choices=[
            Choice("immediate", "Immediate", hint="By Tuesday 15 December 2026, the 5th working day"),
            Choice("supervision", "Through supervision", hint="By Friday 8 January 2027, one month"),
        ],
        error_messages={"required": "Choose how soon it has to be done."},
    )
    about = forms.MultipleChoiceField(
        label="Which grades is it for?",
        widget=forms.CheckboxSelectMultiple,
        choices=[Choice("2", "Standard 2"), Choice("7", "Standard 7")],
        error_messages={"required": "Choose at least one grade."},
    )
    file = forms.FileField(label="Case extract", error_messages={"required": "Choose a file."})
    sure = forms.BooleanField(label="I have read it", error_messages={"required": "Read it, then tick the box."})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = dress(
            self,
            Field.textarea("what", rows=3),
            Field.text("place", field_width="two-thirds"),
            "due",
            Field.radios("kind", small=True),
            Field.checkboxes("about", small=True),
            "file",
            Field.checkbox("sure", small=True),
        )


def work_row(when: str, days_left: int, what: str, about: str, *, main: bool = False) -> TableRow:
    """A row of work, with its date and clock, its words, who with, and its button."""
    return TableRow(
        [
            Cell(Value(when, days_left=days_left, when=True), css="qc-col-when"),
            Cell(Value(what, about, strong=True)),
            Cell(Value("Devinder Halloran", "Family Safeguarding North"), "Who with"),
            Cell(button=Link("Open", "#", about), css="qc-col-go", main=main),
        ]
    )


PARTS: dict[str, Any] = {
    "day": date(2026, 12, 18),
    "grades": ["outstanding", "good", "requires_improvement", "inadequate"],
    "clocks": [-2, -1, 0, 1, 12],
    "states": [
        {"state": "blank", "text": "Not started"},
        {"state": "proposed", "text": "You have proposed"},
        {"state": "revealed", "text": "Revealed: you differ"},
        {"state": "agreed", "text": "Agreed: Good"},
        {"state": "na", "text": "Does not apply"},
        {"state": "here", "text": "Here"},
        {"state": "open", "text": "Open"},
        {"state": "no", "text": "Over time"},
    ],
    "counts": [
        {"number": 1, "text": "late", "url": "#late", "over": True},
        {"number": 2, "text": "due today", "url": "#today", "current": True},
        {"number": 1105, "text": "open cases", "url": "#cases"},
    ],
    "rows": [
        SummaryRow("Seed", Value("e3f214c03849403eee3aad1b15acde83", "Made by the server at the draw")),
        SummaryRow("Now", Value("Finalised", grade="good")),
        SummaryRow("Owner", Value("Niamh Okonkwo", flag="Owner gone")),
        SummaryRow("Meeting", "Friday 18 December 2026 at 10:00", url="#"),
    ],
    "table": Table(
        "A list of work",
        ["When", "What", "Who with"],
        [
            work_row("Fri 18 Dec", -2, "Check the record: is every action really done?", "QC-2610-027", main=True),
            work_row("Fri 18 Dec", 3, "Book the meeting", "QC-2612-044"),
        ],
        hidden="Do it",
    ),
    "key_figures": [KeyFigure("New", 60, url="#cases"), KeyFigure("Unchanged", 1045, "12 with newer dates")],
    "note": Note(
        "It closes 2 drawn cases before the meeting.",
        "Please replace them:",
        [Link("QC-2612-011", "#"), Link("QC-2612-014", "#")],
        "Nobody is asked to book them any more.",
    ),
    "ladder": [
        {"state": "agreed", "text": "Acknowledged", "more": "By the Head of Service.", "days_left": None},
        {"state": "no", "text": "Immediate actions", "more": "2 of 3 done with evidence.", "days_left": -3},
        {"state": "open", "text": "Supervision", "more": "Due Sat 26 Dec 2026.", "days_left": 12},
    ],
    "facts": ["Case 704218", "Family Safeguarding North", "Met Tuesday 8 December 2026"],
    "columns": [
        {"grade": "inadequate", "people": []},
        {
            "grade": "requires_improvement",
            "people": [{"name": "Marguerite Osei", "agreed": False}, {"name": "Yusuf Lindqvist", "agreed": False}],
        },
        {"grade": "good", "people": [{"name": "Agreed in the meeting", "agreed": True}]},
        {"grade": "outstanding", "people": []},
    ],
}


@public
def gallery(request: HttpRequest) -> HttpResponse:
    """The parts; a form sent empty shows how each field says what is wrong."""
    if not settings.DEBUG:
        raise Http404
    form = Example(request.POST, request.FILES) if request.method == "POST" else Example()
    page = Paginator(range(1105), 25).get_page(request.GET.get("page", "7"))
    context = PARTS | {"page": page, "form": form}
    return render(request, "pages/gallery.html", context, status=422 if form.errors else 200)
