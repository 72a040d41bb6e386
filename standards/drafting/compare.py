"""Two sets side by side: what was added, changed, moved, and what is gone. They share no key but their words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from standards.drafting.kinds import HEAD, KINDS, Kind
from standards.drafting.outline import Spec, heading_of

ALIKE = 0.6
"""How much of a question is the same where it counts as the same question, reworded."""


@dataclass(frozen=True, slots=True)
class Item:
    """A part as it is compared: where it stands in words, what it is called, and what is written of it."""

    kind: Kind
    code: str
    under: str
    name: str
    words: dict[str, str]

    @property
    def question(self) -> str:
        """The longest thing that is written of it, by which it is known when its title is another."""
        return max(self.words.values(), key=len, default="")


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that is not as it was. `words`: what is written of it, each with what was and what is."""

    how: str
    kind: str
    code: str
    name: str
    words: Sequence[tuple[str, str, str]] = ()


def differences(before: Spec, after: Spec) -> list[Difference]:
    """Everything in which two sets differ, in the order of the later one; what is gone comes last in its list."""
    differing = []
    for lister in (head_items, *map(items_of, ("headings", "grades", "standards")), criterion_items, *REST):
        differing += in_list(list(lister(before)), list(lister(after)))
    return differing


def in_list(before: list[Item], after: list[Item]) -> list[Difference]:
    """The differences of two lists of parts of a kind."""
    pairs = paired(before, after)
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
        words = [(label, "", text) for label, text in now.words.items() if text]
        return Difference("added", now.kind.word, now.code, now.name, words)
    words = [(label, was.words[label], text) for label, text in now.words.items() if text != was.words[label]]
    if was.under != now.under:
        words.append(("Where it stands", was.under, now.under))
    how = "changed" if [each for each in words if each[0] != "Where it stands"] else "moved"
    return Difference(how, now.kind.word, now.code, now.name, words) if words else None


def paired(before: list[Item], after: list[Item]) -> dict[int, int]:
    """The place in `before` of each part of `after` that was there: first the same, then the same title, then alike."""
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
    """Whether one is the other, reworded."""
    matcher = SequenceMatcher(None, was.question, now.question, autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def head_items(spec: Spec) -> Iterator[Item]:
    """The set itself, which has no list."""
    yield Item(HEAD, "", "", "The set", words_of(spec, HEAD))


def items_of(name: str) -> Callable[[Spec], Iterator[Item]]:
    """Yield the parts of a list at the top of a set."""

    def items(spec: Spec) -> Iterator[Item]:
        kind = KINDS[name]
        for place, row in enumerate(spec[name], 1):
            called = heading_of(row, name) if not kind.fixed else f"{kind.word} {place}"
            yield Item(kind, "" if kind.fixed else str(place), "", called, words_of(row, kind))

    return items


REST = (items_of("smart"), items_of("indicators"))


def criterion_items(spec: Spec) -> Iterator[Item]:
    """Every criterion and every point under one, with the standard and the section it stands in."""
    for standard in spec["standards"]:
        for section in standard["sections"]:
            under = ", ".join(filter(None, (standard["title"], section["heading"])))
            for row in section["criteria"]:
                code = f"{standard['number']}.{row['number']}"
                yield Item(KINDS["criteria"], code, under, row["title"], words_of(row, KINDS["criteria"]))
                for nested in row.get("nested", []):
                    words = words_of(nested, KINDS["nested"])
                    place = f"{under}, {row['title']}"
                    yield Item(KINDS["nested"], f"{code}.{nested['letter']}", place, nested["title"], words)


def words_of(row: dict[str, Any], kind: Kind) -> dict[str, str]:
    """What is written of a part, by its label, as text."""
    values = {
        field.label: row.get(field.name, field.empty) for field in kind.fields if field.name not in ("slug", "key")
    }
    return {
        label: ", ".join(map(str, value)) if isinstance(value, list) else str(value) for label, value in values.items()
    }
