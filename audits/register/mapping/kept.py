"""The mappings that are kept: found for a file by its headings or by name, kept by name, and taken away."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404

from audits.models import Import, KeptMapping
from audits.register.mapping.guess import readable_keys
from audits.register.mapping.layouts import FileLayout, layout_as_json, layout_from_json, own_layout, ready_layouts
from audits.register.raw_files import RawFile
from people import access, trail
from people.models import User
from people.roles import Permission
from qualitycounts.base.refusals import Refused, written

LONGEST_NAME = 80


def kinds_for(user: User) -> list[str]:
    """The kinds of list that a person may import, and map."""
    if access.may(user, Permission.RUN_SELECTION):
        return [Import.Kind.STAFF, Import.Kind.CASES]
    return [Import.Kind.STAFF] if access.may(user, Permission.MANAGE_USERS) else []


def kept_mappings(*kinds: str) -> QuerySet[KeptMapping]:
    """Every mapping that is kept for these kinds of file, the latest first."""
    return KeptMapping.objects.select_related("kept_by").filter(kind__in=kinds)


def visible_mapping_or_404(user: User, pk: int) -> KeptMapping:
    """One mapping that is kept, of a kind of file that the person may import."""
    mapping = kept_mappings(*kinds_for(user)).filter(pk=pk).first()
    if mapping is None:
        raise Http404
    return mapping


def layout_named(name: str, kind: str) -> FileLayout:
    """The mapping of a name, kept or ready. Refuses (422) a name that none has, and says which there are."""
    kept = {each.name: layout_from_json(each.name, each.kind, each.content) for each in kept_mappings(kind)}
    named = {each.name: each for each in ready_layouts() if each.kind == kind} | kept
    folded = {each.casefold(): layout for each, layout in named.items()}
    if name.casefold() not in folded:
        there = ", ".join(f"“{each}”" for each in named) or "none"
        raise Refused(f"There is no mapping called “{name}” for this kind of file. There are: {there}.")
    return folded[name.casefold()]


def layout_for(file: RawFile, kind: str) -> FileLayout | None:
    """The layout that reads a file without a question: a kept one that was settled for exactly these headings, the
    latest first, else our own; None where the file has to be mapped."""
    for each in kept_mappings(kind):
        layout = layout_from_json(each.name, each.kind, each.content)
        matched = layout.lists_in(file)
        if matched and tuple(readable_keys(kind, headings.headings) for _, headings in matched) == layout.headings:
            return layout
    own = own_layout(kind)
    return own if own.lists_in(file) else None


def check_map(kind: str, *, by: User) -> None:
    """Refuse (403) anybody who may not import files of this kind."""
    if kind not in kinds_for(by):
        access.check(by, Permission.RUN_SELECTION)


def keep_mapping(layout: FileLayout, *, name: str, by: User, at: datetime) -> KeptMapping:
    """Keep a layout by name; one of the same name and kind is replaced, and the trail keeps both.

    Refuses (422) no name, one that is too long, and one that another kind of file or a ready mapping has.
    """
    check_map(layout.kind, by=by)
    name = " ".join(written(name, "name", "Give the mapping a name.", most=LONGEST_NAME).split())
    if name.casefold() in {ready.name.casefold() for ready in ready_layouts()}:
        raise Refused(f"“{name}” is the ready mapping. Give yours a name of its own.", "name")
    with trail.acting(by=by, at=at) as act:
        mapping = KeptMapping.objects.select_for_update().filter(name__iexact=name).first()
        if mapping is not None and mapping.kind != layout.kind:
            raise Refused(f"“{name}” is a mapping of another kind of file. Give this one another name.", "name")
        mapping = mapping or KeptMapping(name=name, kind=layout.kind)
        mapping.content, mapping.kept_at, mapping.kept_by = layout_as_json(layout), at, by
        mapping.save()
        act.add("mapping.kept", mapping, now="kept", content={"kind": mapping.kind, **mapping.content})
    return mapping


def forget_mapping(mapping: KeptMapping, *, by: User, at: datetime) -> None:
    """Take a mapping away: the next file of its headings is mapped again. The trail keeps what it was."""
    check_map(mapping.kind, by=by)
    with trail.acting(by=by, at=at) as act:
        act.add("mapping.removed", mapping, was="kept", now="removed", content=mapping.content)
        mapping.delete()
