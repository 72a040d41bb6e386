"""The columns that we want of each file, as a list and as a template to download."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from audits.models import Import
from audits.register.case_fields import FIELDS
from audits.register.mapping.layouts import CATEGORY, needed_columns, optional_columns, rules_when_absent
from qualitycounts.base.spreadsheets import Column
from standards import categories

STAFF_HOLDS = {
    "Name": "The person’s name.",
    "First Name": "Where the list has the name in two columns.",
    "Last Name": "Where the list has the name in two columns.",
    "Email": "The e-mail by which they sign in.",
    "Job Title": "As on the page Job titles, which says which roles it brings.",
    "Service": "The service they work in.",
    "Team": "The team they work in.",
    "Line Manager Email": "The e-mail of their line manager, or the name in words.",
    "Staff Number": "By which a case list may name its worker.",
    "Registration Number": "With Social Work England; a case list may name its worker by it.",
    "Leaving Date": "Whoever left on it or before has left; a day to come changes nothing yet.",
}


@dataclass(frozen=True, slots=True)
class WantedColumn:
    """One of our columns: what stands in it, an example, and the rule where a file does not have it."""

    heading: str
    holds: str
    example: str
    absent: str
    needed: bool


@dataclass(frozen=True, slots=True)
class WantedFile:
    """One kind of file with its columns."""

    kind: str
    title: str
    columns: list[WantedColumn]


def wanted_columns() -> list[WantedFile]:
    """The columns of both files, staff first: it is imported first."""
    return [WantedFile(kind, title, columns_wanted(kind)) for kind, title in reversed(Import.Kind.choices)]


def columns_wanted(kind: str) -> list[WantedColumn]:
    """Our columns of one kind of file."""
    holds = {each.heading: (each.holds, each.example) for each in FIELDS}
    codes = categories.case_categories().highest_first
    holds[CATEGORY] = (f"{', '.join(codes[:-1])}{' or ' if codes[:-1] else ''}{codes[-1]}.", codes[0])
    if kind == Import.Kind.STAFF:
        holds = {heading: (text, "") for heading, text in STAFF_HOLDS.items()}
    return [
        WantedColumn(heading, *holds[heading], rule, heading in needed_columns(kind))
        for heading, rule in rules_when_absent(kind).items()
    ]


def template_columns(kind: str) -> list[Column[Any]]:
    """The headings of an empty file of ours. 404 for another kind."""
    if kind not in Import.Kind.values:
        raise Http404
    extra = optional_columns(kind)
    return [Column(heading, lambda _: "") for heading in rules_when_absent(kind) if heading not in extra]
