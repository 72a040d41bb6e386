"""What the pages of the council's settings show: every setting as it stands, and how one was changed."""

from __future__ import annotations

from itertools import groupby

from django.urls import reverse

from people import council_settings
from people.council_settings import Setting
from qualitycounts.base.components import Cell, Table, TableRow, Value
from qualitycounts.base.templatetags import qc


def settings_tables() -> list[Table]:
    """Every setting with its value and who set it: a table for each group."""
    grouped = groupby(council_settings.rows(), key=lambda row: row.setting.group)
    return [
        Table(group, ["Setting", "Now", "Set by"], [setting_row(row) for row in settings])
        for group, settings in grouped
    ]


def setting_row(row: council_settings.Row) -> TableRow:
    """One setting: what it governs, its value, and who set it last."""
    set_by = Value("Our default", quiet=True)
    if row.change:
        set_by = Value(row.change.set_by, qc.short_date(row.change.set_at))
    title = Value(row.setting.title, row.setting.why, url=reverse("setting", args=[row.setting.slug]))
    return TableRow([Cell(title), Cell(row.value, "Now"), Cell(set_by, "Set by")])


def changes_table(setting: Setting) -> Table:
    """Every change of a setting, the latest first: when, to what, by whom and why."""
    rows = [
        TableRow(
            [
                Cell(Value(qc.short_date(change.set_at), when=True), css="qc-col-when"),
                Cell(setting.words(change.value), "To"),
                Cell(Value(change.set_by), "By"),
                Cell(change.why, "Why"),
            ]
        )
        for change in council_settings.changes_of(setting)
    ]
    return Table("How it was changed", ["When", "To", "By", "Why"], rows)
