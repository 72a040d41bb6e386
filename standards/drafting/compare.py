"""Two sets side by side: what was added, changed, moved, and what is gone. They share no key but their words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from qualitycounts.base.dates import date_in_words
from standards import categories
from standards.drafting.kinds import CHOICES, HEAD, KINDS, Kind, Typed
from standards.drafting.outline import Spec, heading_of
from standards.models import FactKind
from standards.set_faults import day_in_file

ALIKE = 0.6
"""How much of a question is the same where it counts as the same question, reworded."""
STANDS = "Where it stands"
LEVELS = ("standards", "sections", "criteria", "nested")


@dataclass(frozen=True, slots=True)
class Item:
    """A part as it is compared: where it stands in words, what it is called, and what is written of it."""

    kind: Kind
    code: str
    under: str
    name: str
    words: dict[str, str]

    @property
    def path(self) -> str:
        """What it is called with all that it stands under."""
        return ", ".join(filter(None, (self.under, self.name if self.words.get("Heading", self.name) else "")))

    @property
    def question(self) -> str:
        """The longest thing that is written of it, by which it is known when its title is another."""
        return max(self.words.values(), key=len, default="")


class Wording(NamedTuple):
    """One thing that is written of a part, as it was and as it is. Empty: there was nothing, or is nothing."""

    label: str
    was: str
    now: str

    @property
    def was_runs(self) -> list[tuple[str, bool]]:
        """What was, in runs of words, each with whether it is gone."""
        return runs(self.was, self.now)

    @property
    def now_runs(self) -> list[tuple[str, bool]]:
        """What is, in runs of words, each with whether it is new."""
        return runs(self.now, self.was)


def runs(text: str, other: str) -> list[tuple[str, bool]]:
    """A text in runs of words, each with whether the other lacks it. Where two share little nothing is marked."""
    words = text.split()
    matcher = SequenceMatcher(None, words, other.split(), autojunk=False)
    if matcher.ratio() < ALIKE:
        return [(text, False)]
    kept = {place for start, _, size in matcher.get_matching_blocks() for place in range(start, start + size)}
    by_run = groupby(enumerate(words), key=lambda placed: placed[0] not in kept)
    return [(" ".join(map(itemgetter(1), placed)), lacks) for lacks, placed in by_run]


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that is not as it was. `words`: what is written of it, each with what was and what is."""

    how: str
    kind: str
    code: str
    name: str
    words: Sequence[Wording] = ()

    @property
    def called(self) -> str:
        """Its kind, its code and its name."""
        return " ".join(filter(None, (self.kind, self.code, self.name)))


def differences(before: Spec, after: Spec) -> list[Difference]:
    """Everything in which two sets differ, in the order of the later one; what is gone comes last in its list."""
    differing = in_list([head_item(before)], [head_item(after)])
    for name in ("headings", "record", "grades"):
        differing += in_list(items_of(before, name), items_of(after, name))
    differing += in_the_tree(before, after)
    for name in ("smart", "indicators"):
        differing += in_list(items_of(before, name), items_of(after, name))
    return differing


def in_the_tree(before: Spec, after: Spec) -> list[Difference]:
    """The differences of the standards and of all under them, a level after the other.

    What stands under a part that is only called otherwise now has not moved: before, it stood under the later name.
    """
    differing: list[Difference] = []
    was_above: dict[str, str] = {}
    for level in LEVELS:
        items, was = items_at(after, level), items_at(before, level)
        earlier = [replace(item, under=was_above.get(item.under, item.under)) for item in was]
        pairs = paired(earlier, items)
        differing += in_list(earlier, items, pairs)
        was_above = {was[place].path: items[now].path for now, place in pairs.items()}
    return differing


def in_list(before: list[Item], after: list[Item], pairs: dict[int, int] | None = None) -> list[Difference]:
    """The differences of two lists of parts of a kind. `pairs`: which is which, where that is known already."""
    pairs = paired(before, after) if pairs is None else pairs
    changed = [
        difference
        for place, item in enumerate(after)
        if (difference := between(before[pairs[place]] if place in pairs else None, item))
    ]
    gone = [item for place, item in enumerate(before) if place not in pairs.values()]
    return [*changed, *(Difference("gone", item.kind.word, item.code, item.name) for item in gone)]


def between(was: Item | None, now: Item) -> Difference | None:
    """How a part differs from what it was; None where it does not."""
    if was is None:
        words = [Wording(label, "", text) for label, text in now.words.items() if text]
        return Difference("added", now.kind.word, now.code, now.name, words)
    words = [Wording(label, was.words[label], text) for label, text in now.words.items() if text != was.words[label]]
    if was.under != now.under:
        words.append(Wording(STANDS, was.under, now.under))
    how = "changed" if [each for each in words if each.label != STANDS] else "moved"
    return Difference(how, now.kind.word, now.code, now.name, words) if words else None


def paired(before: list[Item], after: list[Item]) -> dict[int, int]:
    """The place in `before` of each part of `after` that was there: first the same, then the same title, then alike.

    Of what every set has, such as the grades, the first is the first.
    """
    if before and before[0].kind.fixed:
        return {place: place for place in range(min(len(before), len(after)))}
    pairs: dict[int, int] = {}
    tests: list[Callable[[Item, Item], bool]] = [
        lambda was, now: (was.under, was.name, was.words) == (now.under, now.name, now.words),
        lambda was, now: was.words == now.words,
        lambda was, now: (was.under, was.name) == (now.under, now.name),
        lambda was, now: was.name == now.name,
        lambda was, now: was.question == now.question,
        alike,
    ]
    for same in tests:
        free = [place for place in range(len(before)) if place not in pairs.values()]
        for place, now in enumerate(after):
            if place in pairs:
                continue
            there = next((other for other in free if same(before[other], now)), None)
            if there is not None:
                pairs[place] = there
                free.remove(there)
    return pairs


def alike(was: Item, now: Item) -> bool:
    """Whether one is the other, reworded; by how they begin, since long ones take very long to compare."""
    matcher = SequenceMatcher(None, was.question[:BEGINNING], now.question[:BEGINNING], autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def head_item(spec: Spec) -> Item:
    """The set itself, which has no list."""
    return Item(HEAD, "", "", "", words_of(spec, HEAD, spec))


def items_of(spec: Spec, name: str) -> list[Item]:
    """The parts of a list at the top of a set."""
    kind = KINDS[name]
    return [
        Item(kind, str(row.get("number", "")), "", heading_of(row, name), words_of(row, kind, spec))
        for row in spec[name]
    ]


def items_at(spec: Spec, level: str) -> list[Item]:
    """Every standard, section, criterion or point under one, in order."""
    return [item for item in walk(spec) if item.kind is KINDS[level]]


def walk(spec: Spec) -> Iterator[Item]:
    """Every standard and all under it, with what each stands under."""
    for standard in items_of(spec, "standards"):
        yield standard
        for section_row in spec["standards"][int(standard.code) - 1]["sections"]:
            section = item_under(standard, section_row, "sections", "", spec)
            yield section
            for row in section_row["criteria"]:
                criterion = item_under(section, row, "criteria", f"{standard.code}.{row['number']}", spec)
                yield criterion
                for nested in row.get("nested", []):
                    yield item_under(criterion, nested, "nested", f"{criterion.code}.{nested['letter']}", spec)


def item_under(above: Item, row: Spec, name: str, code: str, spec: Spec) -> Item:
    """A part that stands under another."""
    return Item(KINDS[name], code, above.path, heading_of(row, name), words_of(row, KINDS[name], spec))


def words_of(row: dict[str, Any], kind: Kind, spec: Spec) -> dict[str, str]:
    """What is written of a part of a set, by its label, as people read it."""
    return {
        field.label: value_in_words(row.get(field.name, field.empty), field.typed, spec)
        for field in kind.fields
        if field.name != "slug"
    }


def value_in_words(value: Any, typed: Typed, spec: Spec) -> str:
    """One thing that is written of a part as people read it: a day, codes and numbers of standards by their names."""
    if typed == Typed.DAY:
        day = day_in_file(value)
        return date_in_words(day) if day else ""
    if typed in CHOICES:
        return dict(CHOICES[typed]).get(value, "")
    if not isinstance(value, list):
        return str(value or "")
    names: dict[Any, str] = {
        **categories.case_categories().names,
        **dict(FactKind.choices),
        **{standard["number"]: standard["short_title"] for standard in spec.get("standards", ())},
        **{standard["key"]: standard["short_title"] for standard in spec.get("standards", ())},
    }
    words = [names.get(each, str(each)) for each in value]
    return ("; " if any("," in each for each in words) else ", ").join(words)


BEGINNING = 400
"""Letters of two questions that are compared."""
