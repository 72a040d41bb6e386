"""What the pages of job titles show: the table of titles with their roles, and how one was changed."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse

from people.job_titles import Title, TitleChange
from qualitycounts.base.components import Cell, Table, TableRow, Value
from qualitycounts.base.templatetags import qc

COLUMNS = ("Job title", "People", "Roles", "Set by")


def titles_table(titles: Iterable[Title], *, caption: str, id: str, can_change: bool) -> Table:  # noqa: A002
    """Some titles: how many have each, its roles and who set them; a link to whoever `can_change` them."""
    return Table(caption, COLUMNS, [title_row(title, can_change=can_change) for title in titles], id=id)


def title_row(title: Title, *, can_change: bool) -> TableRow:
    """One title. Its address asks for it by name, as it may hold any letter."""
    url = f"{reverse('job-title')}?{urlencode({'title': title.title})}" if can_change else ""
    return TableRow(
        [
            Cell(Value(title.title, url=url)),
            Cell(qc.thousands(title.people), "People"),
            Cell(title.in_words, "Roles"),
            Cell(Value(title.origin, quiet=True), "Set by"),
        ]
    )


def title_changes_table(changes: Iterable[TitleChange]) -> Table:
    """Every change of what a title brings, the latest first: when, to what, by whom and why."""
    rows = [
        TableRow(
            [
                Cell(Value(qc.short_date(change.setting.set_at), when=True), css="qc-col-when"),
                Cell(change.roles, "To"),
                Cell(Value(change.setting.set_by), "By"),
                Cell(change.setting.why, "Why"),
            ]
        )
        for change in changes
    ]
    return Table("How it was changed", ["When", "To", "By", "Why"], rows)
