"""Drafts of a set of standards: the Head of QA writes one, a second person publishes it (ADR 0045).

Each change locks the draft's row, is refused for a page that is older, and is one entry of the trail with what was and
what is. A published set never changes: it is withdrawn while no audit has it and its day has not come, or replaced.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import ProtectedError, QuerySet
from django.http import Http404

from people import access, trail
from people.models import TrailEntry, User
from people.roles import Permission
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale, allows
from standards import set_file, standard_sets
from standards.drafting import outline
from standards.models import SetDraft, StandardSet
from standards.set_faults import day_in_file, set_faults


def check_write_standards(*, by: User) -> None:
    """Refuse (`NotAllowed`, 403) whoever does not write the standards."""
    if not access.may(by, Permission.WRITE_STANDARDS):
        raise NotAllowed("The Head of QA writes the standards. Tell them what should change.")


def can_write_standards(*, by: User) -> bool:
    """Whether the person writes the standards."""
    return allows(check_write_standards, by=by)


def check_publish_set(draft: SetDraft, *, by: User) -> None:
    """Refuse whoever may not publish it, or wrote in it (`NotAllowed`, 403)."""
    access.check(by, Permission.PUBLISH_STANDARDS)
    if draft.writers.filter(pk=by.pk).exists():
        raise NotAllowed(
            "You wrote in this draft, so somebody else publishes it: the QA Officer or the Assistant Director."
        )


def can_publish_set(draft: SetDraft, *, by: User) -> bool:
    """Whether the person may publish this draft, once nothing is wrong with it."""
    return draft.open and allows(check_publish_set, draft, by=by)


def all_drafts() -> QuerySet[SetDraft]:
    """Every draft, the latest first, with the set it was copied from and who began it."""
    return SetDraft.objects.select_related("copied_from", "begun_by", "published_by", "published_as")


def draft_or_404(pk: int) -> SetDraft:
    """One draft; else 404."""
    draft = all_drafts().filter(pk=pk).first()
    if draft is None:
        raise Http404
    return draft


def all_sets() -> QuerySet[StandardSet]:
    """Every set that is loaded or published, the one that begins last first."""
    return StandardSet.objects.all()


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


def faults_of(draft: SetDraft, *, on: date) -> list[str]:
    """All that keeps a draft from being published on a day, every fault in a sentence: the rules of the loader, and
    that it begins after that day."""
    faults = set_faults(draft.spec)
    if StandardSet.objects.filter(slug=draft.spec["slug"]).exists():
        faults.append(f"Another set has the short name “{draft.spec['slug']}”. Give this one its own.")
    begins = day_in_file(draft.spec["in_force_from"])
    if begins and begins <= on:
        faults.append("It must come into force after the day on which it is published. Give it a later day.")
    return faults


def begin_draft(*, copy_of: StandardSet, by: User, at: datetime) -> SetDraft:
    """Begin a draft as a copy of a set. Refuses whoever does not write the standards (403)."""
    check_write_standards(by=by)
    with trail.acting(by=by, at=at) as act:
        spec = set_file.as_file(copy_of)
        taken = [*slugs_taken(), *(draft.spec["slug"] for draft in SetDraft.objects.all())]
        spec |= {"slug": outline.free_slug(copy_of.slug, taken), "in_force_from": ""}
        draft = SetDraft.objects.create(spec=spec, copied_from=copy_of, begun_at=at, begun_by=by)
        draft.writers.add(by)
        act.add("standards.draft_begun", draft, content={"copy_of": copy_of.slug})
    return draft


def slugs_taken() -> list[str]:
    """The slugs of the sets there are."""
    return list(StandardSet.objects.values_list("slug", flat=True))


@dataclass(slots=True)
class Opened:
    """A draft that is locked and being changed, and what the trail will say of the change."""

    draft: SetDraft
    content: dict[str, Any]


@contextmanager
def writing(draft: SetDraft, what: str, *, version: int, by: User, at: datetime) -> Iterator[Opened]:
    """Lock a draft, let it be changed, then save it and say so.

    Refuses whoever does not write the standards (403), a draft that is not open (409), and a page that is older (409).
    """
    check_write_standards(by=by)
    with trail.acting(by=by, at=at) as act:
        opened = Opened(lock_draft(draft, version=version), {})
        yield opened
        opened.draft.version += 1
        opened.draft.save(update_fields=["spec", "version"])
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
        opened.content |= {"place": place, "was": was, "now": {name: values[name] for name in was}}
        outline.put_values(opened.draft.spec, place, values)
    return opened.draft


def add_part(
    draft: SetDraft, *, list_place: str, values: Mapping[str, Any], version: int, by: User, at: datetime
) -> str:
    """Add a part at the end of a list; returns its place. Refuses as `writing` does."""
    with writing(draft, "part_added", version=version, by=by, at=at) as opened:
        place = outline.insert_part(opened.draft.spec, list_place, values)
        opened.content |= {"place": place, "now": dict(values)}
    return place


def move_part(draft: SetDraft, *, place: str, down: bool, version: int, by: User, at: datetime) -> str:
    """Move a part up or down by one; returns where it stands then. Refuses as `writing` does."""
    with writing(draft, "part_moved", version=version, by=by, at=at) as opened:
        moved = outline.shift_part(opened.draft.spec, place, down=down)
        opened.content |= {"was": place, "now": moved}
    return moved


def retire_part(draft: SetDraft, *, place: str, version: int, by: User, at: datetime) -> None:
    """Take a part out, with all under it. Refuses as `writing` does."""
    with writing(draft, "part_retired", version=version, by=by, at=at) as opened:
        opened.content |= {"place": place, "was": copy.deepcopy(outline.part_or_404(opened.draft.spec, place).row)}
        outline.remove_part(opened.draft.spec, place)


def drop_draft(draft: SetDraft, *, version: int, by: User, at: datetime) -> None:
    """Throw a draft away. Refuses as `writing` does."""
    check_write_standards(by=by)
    with trail.acting(by=by, at=at) as act:
        locked = lock_draft(draft, version=version)
        locked.dropped_at, locked.dropped_by = at, by
        locked.save(update_fields=["dropped_at", "dropped_by"])
        act.add("standards.draft_dropped", locked)


def publish_set(draft: SetDraft, *, version: int, by: User, at: datetime) -> StandardSet:
    """Publish a draft: load it by the loader's own rules. It is in force from its day.

    Refuses whoever may not or wrote in it (403), a draft that is not open or was changed since (409), and (422) one
    that the loader would refuse or whose day has come, with every fault named.
    """
    check_publish_set(draft, by=by)
    with trail.acting(by=by, at=at) as act:
        locked = lock_draft(draft, version=version)
        if faults := faults_of(locked, on=day_of(at)):
            raise Refused(f"It was not published. {' '.join(faults)}")
        locked.spec["published_on"] = day_of(at).isoformat()
        published, _ = standard_sets.load(set_file.as_bytes(locked.spec))
        locked.published_as, locked.published_at, locked.published_by = published, at, by
        locked.save(update_fields=["spec", "published_as", "published_at", "published_by"])
        act.add("standards.published", locked, content={"slug": published.slug, "file_hash": published.file_hash})
    return published


def withdraw_set(draft: SetDraft, *, by: User, at: datetime) -> SetDraft:
    """Take back a published set whose day has not come: it is a draft again.

    Refuses whoever neither writes nor publishes standards (403), and a set that is in force or that an audit has (409).
    """
    with trail.acting(by=by, at=at) as act:
        locked = SetDraft.objects.select_for_update().get(pk=draft.pk)
        published = check_withdraw_set(locked, by=by, on=day_of(at))
        act.add("standards.withdrawn", locked, content={"slug": published.slug, "file_hash": published.file_hash})
        locked.published_as = locked.published_at = locked.published_by = None
        locked.save(update_fields=["published_as", "published_at", "published_by"])
        try:
            published.delete()
        except ProtectedError as used:
            raise NotNow("An audit is graded by this set already, so it stays. Write another to follow it.") from used
    return locked


def check_withdraw_set(draft: SetDraft, *, by: User, on: date) -> StandardSet:
    """The set it was published as. Refuses whoever neither writes nor publishes standards (403), and what is not
    published or is in force (409)."""
    if not (access.may(by, Permission.WRITE_STANDARDS) or access.may(by, Permission.PUBLISH_STANDARDS)):
        raise NotAllowed("The Head of QA and whoever publishes standards take one back.")
    if draft.published_as is None:
        raise NotNow("This draft is not published.")
    if draft.published_as.in_force_from <= on:
        raise NotNow("This set is in force, so it stays. Write another to follow it.")
    return draft.published_as


def can_withdraw_set(draft: SetDraft, *, by: User, on: date) -> bool:
    """Whether the person may take it back today."""
    return allows(check_withdraw_set, draft, by=by, on=on)
