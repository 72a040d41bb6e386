"""What was done to a draft, act by act, with what was and what is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from people.models import TrailEntry, User
from standards.drafting.compare import Wording, value_in_words
from standards.drafting.kinds import KINDS, Kind
from standards.drafting.outline import SET, Spec, head_kind, part_or_404

ACTS = {
    "draft_begun": "Begun",
    "part_changed": "Changed",
    "part_added": "Added",
    "part_moved": "Moved",
    "part_retired": "Taken out",
    "draft_sent": "Sent to be published",
    "draft_sent_back": "Sent back",
    "draft_dropped": "Thrown away",
    "published": "Published",
    "withdrawn": "Taken back before its day",
}
"""What each act of the trail is called on a draft's page."""


@dataclass(frozen=True, slots=True)
class PastAct:
    """One thing that was done: when, what, by whom, to which part, and each of its words as it was and is."""

    at: datetime
    what: str
    by: User | None
    part: str
    words: list[Wording]


def past_acts(entries: Iterable[TrailEntry], spec: Spec) -> list[PastAct]:
    """The acts of some entries of the trail, in their order. Names of standards are those of the draft as it is."""
    return [past_act(entry, spec) for entry in entries]


def past_act(entry: TrailEntry, spec: Spec) -> PastAct:
    """One act. Its words are gone where the trail's own have been removed."""
    content: dict[str, Any] = json.loads(entry.content) if entry.content else {}
    act = entry.act.removeprefix("standards.")
    part = " → ".join(filter(None, (content.get("part", ""), content.get("moved_part", ""))))
    if act == "draft_begun":
        part = f"As a copy of {content['copy_of']}" if content.get("copy_of") else ""
    return PastAct(entry.at, ACTS.get(act, act), entry.by, part or entry.why, wordings(content, spec))


def wordings(content: dict[str, Any], spec: Spec) -> list[Wording]:
    """What an act says was written and is written, by the labels of its part."""
    if "place" not in content or "moved" in content:
        return []
    was, now = content.get("was") or {}, content.get("now") or {}
    fields = [field for field in kind_at(content["place"], spec).fields if field.name in was or field.name in now]
    words = [
        Wording(field.label, *(value_in_words(row.get(field.name), field.typed, spec) for row in (was, now)))
        for field in fields
    ]
    return [wording for wording in words if wording.was != wording.now]


def words_at(spec: Spec, place: str) -> list[Wording]:
    """What is written of a part of a draft, to read."""
    part = part_or_404(spec, place)
    words = ((field.label, value_in_words(part.row.get(field.name), field.typed, spec)) for field in part.kind.fields)
    return [Wording(label, "", text) for label, text in words if text]


def kind_at(place: str, spec: Spec) -> Kind:
    """The kind of part that stood at a place."""
    return head_kind(spec) if place == SET else KINDS[place.split(".")[-2]]
