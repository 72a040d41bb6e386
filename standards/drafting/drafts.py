"""Drafts of a set of standards or of a tool: the Head of QA writes one, a second person publishes it (ADR 0045, 0054).

Each change locks the draft's row, is refused for a page that is older, and is one entry of the trail with what was and
what is.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from people import access, trail
from people.models import TrailEntry, User
from people.roles import Permission
from qualitycounts.base.refusals import NotAllowed, NotNow, Stale, allows, written
from standards import set_file
from standards.drafting import outline
from standards.models import Criterion, SetDraft, StandardSet, Tool
from standards.tools import Answer, Asked


def check_write_standards(*, by: User) -> None:
    """Refuse (`NotAllowed`, 403) whoever does not write the standards."""
    if not access.may(by, Permission.WRITE_STANDARDS):
        raise NotAllowed("The Head of QA writes the standards. Tell them what should change.")


def can_write_standards(*, by: User) -> bool:
    """Whether the person writes the standards."""
    return allows(check_write_standards, by=by)


def all_drafts() -> QuerySet[SetDraft]:
    """Every draft, the latest first, with the set it was copied from and who began it."""
    people = ("begun_by", "sent_by", "published_by")
    return SetDraft.objects.select_related("copied_from", "published_as", "published_tool", *people)


def drafts_of(*, tools: bool) -> QuerySet[SetDraft]:
    """The drafts of tools, or of sets, the latest first."""
    return all_drafts().filter(is_tool=tools)


def draft_or_404(pk: int) -> SetDraft:
    """One draft, of a set or a tool; else 404."""
    draft = all_drafts().filter(pk=pk).first()
    if draft is None:
        raise Http404
    return draft


def set_draft_or_404(pk: int) -> SetDraft:
    """One draft of a set; 404 for a tool's, which has no meeting, no pack, and no set in force to be compared with."""
    draft = draft_or_404(pk)
    if draft.is_tool:
        raise Http404
    return draft


def all_sets() -> QuerySet[StandardSet]:
    """Every set that is loaded or published, the one that begins last first."""
    return StandardSet.objects.all()


def tool_or_404(pk: int) -> Tool:
    """One published tool; else 404."""
    return get_object_or_404(Tool, pk=pk)


def set_or_404(pk: int) -> StandardSet:
    """One set; else 404."""
    standard_set = StandardSet.objects.filter(pk=pk).first()
    if standard_set is None:
        raise Http404
    return standard_set


def entries_of(draft: SetDraft) -> QuerySet[TrailEntry]:
    """What was done to a draft, the latest first."""
    entries = TrailEntry.objects.filter(kind=draft._meta.model_name, ref=str(draft.pk))
    return entries.select_related("by", "in_place_of").order_by("-seq")


def begin_draft(*, copy_of: StandardSet, by: User, at: datetime) -> SetDraft:
    """Begin a draft as a copy of a set. Refuses whoever does not write the standards (403)."""
    check_write_standards(by=by)
    with trail.acting(by=by, at=at) as act:
        spec = set_file.as_file(copy_of)
        spec |= {"slug": outline.free_slug(copy_of.slug, slugs_taken(tools=False)), "in_force_from": ""}
        outline.name_keys(spec)
        draft = SetDraft.objects.create(spec=spec, copied_from=copy_of, begun_at=at, begun_by=by)
        draft.writers.add(by)
        act.add("standards.draft_begun", draft, content={"copy_of": copy_of.slug})
    return draft


def begin_tool(
    *, title: str, copy_of: Tool | None = None, narrowed_from: Iterable[Criterion] = (), by: User, at: datetime
) -> SetDraft:
    """Begin a draft of a tool: as a copy of one, with some criteria of the guide, or with no question yet.

    Refuses whoever does not write the standards (403), and no title (422).
    """
    check_write_standards(by=by)
    title = written(title, "title", "Say what the tool asks about.", most=120)
    with trail.acting(by=by, at=at) as act:
        questions = copy.deepcopy(copy_of.questions) if copy_of else []
        criteria = list(narrowed_from)
        questions += [question_from(criterion) for criterion in criteria]
        codes = ", ".join(criterion.code for criterion in criteria)
        spec: outline.Spec = {
            "slug": outline.free_slug(title, slugs_taken(tools=True)),
            "title": title,
            "source": copy_of.source if copy_of else f"Narrowed from the guide: {codes}." if codes else "",
            "questions": questions,
        }
        outline.number_again(spec)
        draft = SetDraft.objects.create(spec=spec, is_tool=True, begun_at=at, begun_by=by)
        draft.writers.add(by)
        act.add("standards.draft_begun", draft, content={"copy_of": copy_of.slug if copy_of else codes})
    return draft


def question_from(criterion: Criterion) -> outline.Spec:
    """A criterion of the guide as a question of a tool: answered by a mark."""
    return {
        "title": criterion.title,
        "question": criterion.question,
        "where_to_look": criterion.where_to_look,
        "answer": Answer.MARK.value,
        "scale": [],
        "asked": Asked.EVERYONE.value,
    }


def slugs_taken(*, tools: bool) -> list[str]:
    """The slugs of the tools, or of the sets, that there are or that are being written."""
    published: QuerySet[Any] = Tool.objects.all() if tools else StandardSet.objects.all()
    specs = SetDraft.objects.filter(is_tool=tools).values_list("spec", flat=True)
    return [*published.values_list("slug", flat=True), *(spec["slug"] for spec in specs)]


@dataclass(slots=True)
class Opened:
    """A draft that is locked and being changed, and what the trail will say of the change."""

    draft: SetDraft
    content: dict[str, Any]


@contextmanager
def writing(draft: SetDraft, what: str, *, version: int, by: User, at: datetime) -> Iterator[Opened]:
    """Lock a draft, let it be changed, then save it and say so. One that was sent to be published is not sent any more.

    Refuses whoever does not write the standards (403), a draft that is not open (409), and a page that is older (409).
    """
    check_write_standards(by=by)
    with trail.acting(by=by, at=at) as act:
        opened = Opened(lock_draft(draft, version=version), {})
        yield opened
        opened.draft.version += 1
        opened.draft.sent_at = opened.draft.sent_by = None
        opened.draft.save(update_fields=["spec", "version", "sent_at", "sent_by"])
        opened.draft.writers.add(by)
        act.add(f"standards.{what}", opened.draft, content=opened.content)


def lock_draft(draft: SetDraft, *, version: int) -> SetDraft:
    """Lock the row. Refuses a draft that is published or thrown away (409), and one that was changed since (409)."""
    locked = SetDraft.objects.select_for_update().get(pk=draft.pk)
    if not locked.open:
        raise NotNow("This draft is not open any more. Begin another as a copy of the set you want to change.")
    if locked.version != version:
        raise Stale("Somebody changed this draft since you opened the page. Open it again, look, and do it once more.")
    return locked


def write_part(
    draft: SetDraft, *, place: str, values: Mapping[str, Any], version: int, by: User, at: datetime
) -> SetDraft:
    """Write what stands at a place. Refuses as `writing` does, 404 where there is nothing."""
    with writing(draft, "part_changed", version=version, by=by, at=at) as opened:
        row = outline.part_or_404(opened.draft.spec, place).row
        was = {name: row.get(name) for name in values if row.get(name) != values[name]}
        part = outline.called(opened.draft.spec, place)
        opened.content |= {"place": place, "part": part, "was": was, "now": {name: values[name] for name in was}}
        outline.put_values(opened.draft.spec, place, values)
    return opened.draft


def add_part(
    draft: SetDraft, *, list_place: str, values: Mapping[str, Any], version: int, by: User, at: datetime
) -> str:
    """Add a part at the end of a list; returns its place. Refuses as `writing` does."""
    with writing(draft, "part_added", version=version, by=by, at=at) as opened:
        place = outline.insert_part(opened.draft.spec, list_place, values)
        opened.content |= {"place": place, "part": outline.called(opened.draft.spec, place), "now": dict(values)}
    return place


def move_part(draft: SetDraft, *, place: str, down: bool, version: int, by: User, at: datetime) -> str:
    """Move a part up or down by one; returns where it stands then. Refuses as `writing` does."""
    with writing(draft, "part_moved", version=version, by=by, at=at) as opened:
        part = outline.called(opened.draft.spec, place)
        moved = outline.shift_part(opened.draft.spec, place, down=down)
        moved_part = outline.called(opened.draft.spec, moved)
        opened.content |= {"place": place, "part": part, "moved": moved, "moved_part": moved_part}
    return moved


def retire_part(draft: SetDraft, *, place: str, version: int, by: User, at: datetime) -> None:
    """Take a part out, with all under it. Refuses as `writing` does."""
    with writing(draft, "part_retired", version=version, by=by, at=at) as opened:
        row = copy.deepcopy(outline.part_or_404(opened.draft.spec, place).row)
        opened.content |= {"place": place, "part": outline.called(opened.draft.spec, place), "was": row}
        outline.remove_part(opened.draft.spec, place)


def drop_draft(draft: SetDraft, *, version: int, by: User, at: datetime) -> None:
    """Throw a draft away. Refuses as `writing` does."""
    check_write_standards(by=by)
    with trail.acting(by=by, at=at) as act:
        locked = lock_draft(draft, version=version)
        locked.dropped_at, locked.dropped_by = at, by
        locked.save(update_fields=["dropped_at", "dropped_by"])
        act.add("standards.draft_dropped", locked)
