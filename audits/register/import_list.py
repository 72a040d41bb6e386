"""The extracts that were handed over, as the import page lists them: what each changed, or why it changed nothing."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from audits.models import Import
from qualitycounts.base.components import Cell, Table, TableRow, Value
from qualitycounts.base.templatetags import qc

HASH_SHOWN = 12


def earlier_imports(imports: Iterable[Import]) -> Table:
    """A row for each."""
    rows = [
        TableRow(
            [
                Cell(Value(qc.short_date(each.as_at), when=True), css="qc-col-when"),
                Cell(file_of(each)),
                Cell(changed_by(each)),
                Cell(Value(each.read_by or "A command", qc.at(each.applied or each.read_at))),
            ]
        )
        for each in imports
    ]
    columns = ["As at", "Extract", "What it changed", "By"]
    return Table("Extracts looked at or applied, the latest first", columns, rows, quiet=True)


def file_of(read: Import) -> Value:
    """The file, with the beginning of its hash."""
    more = [read.file_name, f"sha256 {read.file_hash[:HASH_SHOWN]}…"]
    return Value(read.get_kind_display(), more, url=reverse("register-import-one", args=[read.pk]))


def changed_by(read: Import) -> Value:
    """What an extract changed."""
    if read.state == Import.State.TAKEN_BACK:
        return Value("Taken back", read.taken_back_why, tone="no")
    if read.state == Import.State.REFUSED:
        return Value("Nothing: refused", read.refused_why, tone="no")
    if read.applied:
        gone = "left" if read.kind == Import.Kind.STAFF else "closed"
        counts = (("added", "new"), ("changed", "changed"), (gone, gone))
        return Value(", ".join(f"{read.counts[key]:,} {word}" for key, word in counts))
    mapping = read.state == Import.State.MAPPING
    return Value("Nothing: its columns are to be mapped" if mapping else "Nothing: looked at only")
