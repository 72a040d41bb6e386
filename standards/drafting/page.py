"""What the pages of drafts show: a draft's parts in lists, each with where to change it, and the tables of sets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from qualitycounts.base.components import Cell, Link, Table, TableRow, Value
from qualitycounts.base.templatetags import qc
from standards.drafting import outline
from standards.drafting.compare import Difference
from standards.models import SetDraft, StandardSet, Tool

TITLES = {
    "standards": "Standards",
    "headings": "The boxes under each grade",
    "record": "The boxes about the child’s record",
    "grades": "What each grade means",
    "indicators": "Headline indicators",
    "smart": "What makes an action SMART",
    "questions": "Questions",
}
"""The lists of a set, or of a tool, in the order of its page, and what each is called there."""


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
    def shows_list(self) -> bool:
        """Whether what stands under it is listed with it. The page of a criterion adds the first point under it."""
        return self.under is not None and (bool(self.under.rows) or self.under.name != "nested")

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
    where: str
    adds: bool
    rows: list[PartRow]

    @property
    def name(self) -> str:
        """The key of the list in the file: sections, criteria and so on."""
        return self.place.rpartition(".")[2]


def lists_of(draft: SetDraft) -> list[PartList]:
    """The lists of a set or a tool, without what stands under their parts."""
    return [part_list(draft.spec, name, title) for name, title in TITLES.items() if name in draft.spec]


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
    holder = place.rpartition(".")[0]
    adds = not kind.fixed and (place != "record" or bool(outline.boxes_left_out(spec)))
    return PartList(place, title, kind.one, outline.called(spec, holder) if holder else "", adds, parts)


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
        outline.code_of(spec, place),
        outline.heading_of(row, name)[:1].upper() + outline.heading_of(row, name)[1:],
        str(row.get("question") or row.get("statement") or row.get("descriptor") or row.get("hint") or ""),
        part.kind.fixed,
        first,
        last,
        part_list(spec, under, "", deep=True) if under else None,
    )


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


def words_above(draft: SetDraft, place: str) -> str:
    """What the page on which a part stands is called."""
    standard = above(place)
    return outline.called(draft.spec, standard) if standard else str(draft)


def holder_of(draft: SetDraft, list_place: str) -> str:
    """What the parts of a list stand under, in words; "" for the set itself."""
    holder = list_place.rpartition(".")[0]
    if not holder:
        return ""
    standard = ".".join(holder.split(".")[:2])
    return ", ".join(outline.called(draft.spec, place) for place in dict.fromkeys((standard, holder)))


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
    return Table("Sets", ["Set", "From"], rows, hidden="File", look="qc-table--sets")


def draft_of(tool: Tool) -> str:
    """The address of the draft that a tool was published from; "" where there is none."""
    return reverse("standards-draft", args=[tool.draft.pk]) if hasattr(tool, "draft") else ""


def tools_table(tools: Iterable[Tool]) -> Table:
    """Every published tool: how many questions it asks, and since when it is there; its draft, where there is one."""
    rows = [
        TableRow(
            [
                Cell(Value(tool, tool.source, url=draft_of(tool))),
                Cell(Value(str(len(tool.questions))), "Questions"),
                Cell(Value(qc.short_date(tool.published_on), when=True), "Published"),
                Cell(
                    button=Link("Download", reverse("standards-tool-file", args=[tool.pk]), f"the file of {tool.title}")
                ),
            ]
        )
        for tool in tools
    ]
    heads = ["Tool", "Questions", "Published"]
    return Table("Published tools", heads, rows, hidden="File", look="qc-table--tools")


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
    return Table("Drafts", ["Draft", "State", "Begun by"], rows, look="qc-table--sets")


HOWS = ("changed", "added", "moved", "gone")


def by_how(differing: list[Difference]) -> list[tuple[str, list[Difference]]]:
    """The differences under how each came about: changed, added, moved, gone."""
    by_each = [(how, [difference for difference in differing if difference.how == how]) for how in HOWS]
    return [(how, differences) for how, differences in by_each if differences]


def counted(differing: Iterable[Difference]) -> str:
    """How many parts were added, changed, moved and are gone, in words."""
    hows = [difference.how for difference in differing]
    said = [f"{hows.count(how)} {how}" for how in HOWS if how in hows]
    return ", ".join(said) or "nothing differs"
