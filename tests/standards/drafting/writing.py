"""A draft that is written by the Head of QA through the rules, part by part, until it is the set that is wanted."""

from __future__ import annotations

from typing import Any

from standards import set_file
from standards.drafting import drafts, outline, publishing
from standards.drafting.kinds import HEAD, KINDS, Kind
from standards.models import SetDraft, StandardSet
from tests.conftest import NOW
from tests.factories import Council


def begun(council: Council, copy_of: StandardSet) -> SetDraft:
    """A draft as a copy of a set."""
    return drafts.begin_draft(copy_of=copy_of, by=council.head_of_qa, at=NOW)


def fresh(draft: SetDraft) -> SetDraft:
    """The draft as it is now."""
    return drafts.draft_or_404(draft.pk)


def wrote(council: Council, draft: SetDraft, place: str, **values: Any) -> SetDraft:
    """Write what stands at a place."""
    by, version = council.head_of_qa, fresh(draft).version
    return drafts.write_part(draft, place=place, values=values, version=version, by=by, at=NOW)


def dated(council: Council, draft: SetDraft, day: str, slug: str = "v8", title: str = "Version 8") -> SetDraft:
    """Give a draft its title and the day it begins."""
    return wrote(council, draft, outline.SET, title=title, slug=slug, in_force_from=day)


def added(council: Council, draft: SetDraft, list_place: str, **values: Any) -> str:
    """Add a part to a list; returns its place."""
    by, version = council.head_of_qa, fresh(draft).version
    return drafts.add_part(draft, list_place=list_place, values=values, version=version, by=by, at=NOW)


def retired(council: Council, draft: SetDraft, place: str) -> None:
    """Take a part out."""
    drafts.retire_part(draft, place=place, version=fresh(draft).version, by=council.head_of_qa, at=NOW)


def moved(council: Council, draft: SetDraft, place: str, *, down: bool) -> str:
    """Move a part by one; returns its place."""
    by, version = council.head_of_qa, fresh(draft).version
    return drafts.move_part(draft, place=place, down=down, version=version, by=by, at=NOW)


def sent(council: Council, draft: SetDraft) -> SetDraft:
    """Send it to be published, by the Head of QA."""
    publishing.send_draft(draft, version=fresh(draft).version, by=council.head_of_qa, at=NOW)
    return fresh(draft)


def published(council: Council, draft: SetDraft) -> StandardSet:
    """Send it and publish it, by the QA Officer."""
    if fresh(draft).sent_at is None:
        sent(council, draft)
    return publishing.publish_set(draft, version=fresh(draft).version, by=council.qa_officer, at=NOW)


def typed_in(council: Council, draft: SetDraft, spec: dict[str, Any]) -> None:
    """Make a draft be such a set, by the acts of its pages alone."""
    spec = set_file.whole(spec)
    wrote(council, draft, outline.SET, **own(spec, HEAD))
    for name in ("headings", "grades"):
        for place, row in enumerate(spec[name], 1):
            wrote(council, draft, f"{name}.{place}", **own(row, KINDS[name]))
    for name in ("standards", "indicators", "smart", "record"):
        for _ in fresh(draft).spec[name]:
            retired(council, draft, f"{name}.1")
        for row in spec[name]:
            type_part(council, draft, name, row)


def type_part(council: Council, draft: SetDraft, list_place: str, row: dict[str, Any]) -> None:
    """Add a part with all that stands under it."""
    kind = KINDS[list_place.rpartition(".")[2]]
    first = {"slug": row["slug"]} if kind.asked_first else own(row, kind)
    place = added(council, draft, list_place, **first)
    if kind.asked_first:
        wrote(council, draft, place, **own(row, kind))
    for under in row.get(kind.under, []) if kind.under else []:
        type_part(council, draft, f"{place}.{kind.under}", under)


def own(row: dict[str, Any], kind: Kind) -> dict[str, Any]:
    """What is written of a part itself."""
    return {field.name: row.get(field.name, field.empty) for field in kind.fields}
