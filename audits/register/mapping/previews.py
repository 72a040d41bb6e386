"""A file that has to be mapped first: kept sealed, and read once its columns are settled."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime

from audits.models import Import
from audits.register import extracts, kept_rows
from audits.register.mapping import waiting
from audits.register.mapping.guess import guess_file
from audits.register.mapping.kept import keep_mapping
from audits.register.mapping.layouts import FileLayout
from audits.register.raw_files import RawFile
from audits.register.reading import UnmappedFile, clean_by, compare_file
from people import trail
from people.models import User
from qualitycounts.base.refusals import NotNow


def keep_unmapped(
    unmapped: UnmappedFile, *, kind: str, data: bytes, as_at: date, by: User, at: datetime
) -> tuple[Import, str]:
    """Keep a file that has to be mapped first, sealed; returns with it the key, which is kept nowhere.

    Refuses (422) one in which hardly a heading is known: there is nothing to map.
    """
    guess = guess_file(unmapped.file, kind)
    if guess is None:
        raise unmapped
    sealed, key = waiting.seal(
        unmapped.file, kind, {each.headings.sheet.name: each.headings.number for each in guess.lists}
    )
    extracts.forget_abandoned_rows(at=at)
    with trail.acting(by=by, at=at) as act:
        looked_at = Import.objects.create(
            kind=kind,
            state=Import.State.MAPPING,
            file_name=unmapped.file.name[:200],
            file_hash=hashlib.sha256(data).hexdigest(),
            data=sealed,
            as_at=as_at,
            read_at=at,
            read_by=by,
        )
        act.add("import.to_map", looked_at, now=looked_at.state, content={"file": looked_at.file_hash})
    return looked_at, key


def preview_mapped(looked_at: Import, file: RawFile, layout: FileLayout, *, by: User, at: datetime) -> Import:
    """Read a file that waited by the layout it was given, and keep what it would change. Refuses what
    `compare_file` refuses."""
    clean = clean_by(layout, file, as_at=looked_at.as_at)
    reading = compare_file(clean, as_at=looked_at.as_at, brought_by=[by.pk])
    with trail.acting(by=by, at=at) as act:
        mapped = Import.objects.select_for_update().get(pk=looked_at.pk)
        if mapped.state != Import.State.MAPPING:
            raise NotNow("The columns of this file have been mapped already.")
        extracts.keep_reading(mapped, reading, act, rows=kept_rows.pack_rows(reading.cleaned))
    return mapped


def settle_columns(
    looked_at: Import, file: RawFile, layout: FileLayout, *, name: str, keep: bool, by: User, at: datetime
) -> Import:
    """Read a file by the layout that was settled on its page and, with `keep`, keep that by name for the next one.

    Both or neither: a layout that cannot read its own file is not kept.
    """
    with trail.acting(by=by, at=at):
        if keep:
            layout = replace(layout, name=keep_mapping(layout, name=name, by=by, at=at).name)
        return preview_mapped(looked_at, file, layout, by=by, at=at)
