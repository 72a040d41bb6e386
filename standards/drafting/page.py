"""What the pages of drafts show: a draft's parts in lists, each with where to change it, and the tables of sets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from people.models import TrailEntry
from qualitycounts.base.components import Cell, Link, Table, TableRow, Value
from qualitycounts.base.templatetags import qc
from standards.drafting import outline
from standards.drafting.compare import Difference
from standards.models import SetDraft, StandardSet

TITLES = {
    "standards": "Standards",
    "headings": "The boxes under each grade",
    "grades": "What each grade means",
    "indicators": "Headline indicators",
    "smart": "What makes an action SMART",
}
"""The lists of a set in the order of its page, and what each is called there."""


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part in a list: its place, its number or letter, what it is called and says, and the parts under it."""

    place: str
    code: str
    name: str
    says: str
    fixed: bool
    first: bool
    last: bool
    under: PartList | None = None

    @property
    def called(self) -> str:
        """Its number and its name, as a button reads it out."""
        return f"{self.code} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class PartList:
    """A list of parts: its place, its heading, and the word for one more."""

    place: str
    title: str
    word: str
    fixed: bool
    rows: list[PartRow]


def lists_of(draft: SetDraft) -> list[PartList]:
    """The lists of a set, without what stands under their parts."""
    return [part_list(draft.spec, name, title) for name, title in TITLES.items()]


def list_under(draft: SetDraft, place: str) -> PartList | None:
    """The list under a part, with all that stands in it; None where nothing does."""
    kind = outline.part_or_404(draft.spec, place).kind
    return (
        part_list(draft.spec, f"{place}.{kind.under}", "", deep=True) if kind.under and place != outline.SET else None
    )


def part_list(spec: outline.Spec, place: str, title: str, *, deep: bool = False) -> PartList:
    """One list of parts; `deep`: with what stands under each."""
    kind, rows = outline.list_or_404(spec, place)
    parts = [part_row(spec, f"{place}.{number}", deep=deep) for number in range(1, len(rows) + 1)]
    return PartList(place, title, kind.word.lower(), kind.fixed, parts)


def part_row(spec: outline.Spec, place: str, *, deep: bool) -> PartRow:
    """One part in a list. The first criterion of a section can still go up, into the section before it."""
    part = outline.part_or_404(spec, place)
    row, name = part.row, part.list_name
    first, last = part.position == 0, part.position == len(part.siblings) - 1
    if name == "criteria":
        section = outline.part_or_404(spec, part.list_place.rpartition(".")[0])
        first = first and section.position == 0
        last = last and section.position == len(section.siblings) - 1
    under = f"{place}.{part.kind.under}" if part.kind.under and deep else ""
    return PartRow(
        place,
        code_of(spec, place, row),
        outline.heading_of(row, name),
        str(row.get("question") or row.get("statement") or row.get("descriptor") or row.get("hint") or ""),
        part.kind.fixed,
        first,
        last,
        part_list(spec, under, "", deep=True) if under else None,
    )


def code_of(spec: outline.Spec, place: str, row: dict[str, Any]) -> str:
    """The code that pages show of a part: 4, 4.2 or 4.2.a; "" for what has none."""
    names, numbers = place.split(".")[::2], place.split(".")[1::2]
    if names[-1] == "criteria":
        return f"{numbers[0]}.{row['number']}"
    if names[-1] == "nested":
        return f"{code_of(spec, place.rpartition('.nested')[0], outline_row(spec, place))}.{row['letter']}"
    return str(row.get("number", ""))


def outline_row(spec: outline.Spec, place: str) -> dict[str, Any]:
    """The row of the criterion that a point stands under."""
    return outline.part_or_404(spec, place.rpartition(".nested")[0]).row


def above(place: str) -> str:
    """The place of the page on which a part stands: its standard's, or "" for the draft's own."""
    names = place.split(".")
    return ".".join(names[:2]) if len(names) > 2 else ""


def address_of(draft: SetDraft, place: str) -> str:
    """The page on which a part stands in its list."""
    standard = above(place)
    if standard:
        return reverse("standards-part", args=[draft.pk, standard])
    return reverse("standards-draft", args=[draft.pk])


def sets_table(sets: Iterable[StandardSet], in_force: StandardSet) -> Table:
    """Every set: from when it is in force, and its file."""
    rows = [
        TableRow(
            [
                Cell(Value(row.title, "In force" if row == in_force else "", strong=row == in_force)),
                Cell(Value(qc.short_date(row.in_force_from), when=True), "From"),
                Cell(
                    button=Link("Download", reverse("standards-set-file", args=[row.pk]), f"the file of {row.title}"),
                ),
            ]
        )
        for row in sets
    ]
    return Table("Sets", ["Set", "From"], rows, hidden="File")


def drafts_table(drafts: Iterable[SetDraft]) -> Table:
    """Every draft: how it stands, and who began it."""
    rows = [
        TableRow(
            [
                Cell(Value(draft, draft.spec["slug"], url=reverse("standards-draft", args=[draft.pk]))),
                Cell(Value(draft.state_words), "State"),
                Cell(Value(draft.begun_by, qc.short_date(draft.begun_at)), "Begun by"),
            ]
        )
        for draft in drafts
    ]
    return Table("Drafts", ["Draft", "State", "Begun by"], rows)


def history_table(entries: Iterable[TrailEntry]) -> Table:
    """What was done to a draft, the latest first."""
    rows = [
        TableRow(
            [
                Cell(Value(qc.short_date(entry.at), qc.hour(entry.at), when=True), css="qc-col-when"),
                Cell(Value(qc.act_words(entry.act).removeprefix("Standards ").capitalize()), "What"),
                Cell(Value(entry.by or "The system"), "By"),
            ]
        )
        for entry in entries
    ]
    return Table("What was done to it", ["When", "What", "By"], rows)


def counted(differing: Iterable[Difference]) -> str:
    """How many parts were added, changed, moved and are gone, in words."""
    hows = [difference.how for difference in differing]
    said = [f"{hows.count(how)} {how}" for how in ("added", "changed", "moved", "gone") if how in hows]
    return ", ".join(said) or "nothing differs"
