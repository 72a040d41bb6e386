"""What is chosen for each of our columns and each category word of a file: at first the guess, then what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from audits.models import Import
from audits.register.mapping.guess import FileGuess, ListGuess, readable_keys, words_to_map
from audits.register.mapping.layouts import CATEGORY, FileLayout, ListLayout, rules_when_absent
from audits.register.vocabulary import category_words
from standards import categories

ALL = "="
"""Before a category: that everybody of the list has it."""


def word_field(word: str) -> str:
    """The name of the select of a category word."""
    return f"w-{sha256(word.encode()).hexdigest()[:12]}"


class ColumnChoice:
    """The choice as it stands. `sent` has the value of each select by its name; None before anything was sent."""

    def __init__(self, guess: FileGuess, sent: Mapping[str, str] | None) -> None:
        self.guess = guess
        self.sent = sent
        self.columns = list(rules_when_absent(guess.kind))
        self.words = self.words_of_file()

    def selects(self, ours: str) -> list[tuple[str, list[ListGuess]]]:
        """The selects of one of our columns, each with its lists: one, where all lists that have it call it the same,
        else one a list."""
        number, lists = self.columns.index(ours), self.guess.lists
        if len({each.columns[ours].heading for each in lists} - {""}) < 2:
            return [(f"c{number}", lists)]
        return [(f"c{number}-{place}", [each]) for place, each in enumerate(lists)]

    def guessed(self, ours: str, lists: list[ListGuess]) -> str:
        """The heading that was guessed for a select."""
        return next((each.columns[ours].heading for each in lists if each.columns[ours].heading), "")

    def heading_of(self, each: ListGuess, ours: str) -> str:
        """The heading that is chosen for one of our columns on a list, or a category for everybody; "" for none."""
        for field, lists in self.selects(ours):
            if any(list_guess is each for list_guess in lists):
                chosen = self.guessed(ours, lists) if self.sent is None else self.sent.get(field, "")
                return chosen if chosen in each.offered or chosen in everybody_choices(self.guess.kind, ours) else ""
        return ""

    def chosen(self, each: ListGuess) -> dict[str, str]:
        """What is chosen for each of our columns on a list."""
        return {ours: self.heading_of(each, ours) for ours in self.columns}

    def words_of_file(self) -> list[str]:
        """The words of the category columns that somebody has to settle."""
        if self.guess.kind != Import.Kind.CASES:
            return []
        words: dict[str, None] = {}
        for each in self.guess.lists:
            heading = self.heading_of(each, CATEGORY)
            if heading and not heading.startswith(ALL):
                words.update(dict.fromkeys(words_to_map(each.headings, heading)))
        known = category_words() if self.guess.ready else {}
        return [word for word in words if word not in known]

    @property
    def layout(self) -> FileLayout:
        """The layout that was chosen, for exactly the headings of this file."""
        kind = self.guess.kind
        lists, headings = [], []
        for each in self.guess.lists:
            chosen = self.chosen(each)
            everybody = chosen.get(CATEGORY, "")
            category = everybody.removeprefix(ALL) if everybody.startswith(ALL) else each.category
            columns = {ours: (heading,) for ours, heading in chosen.items() if heading and not heading.startswith(ALL)}
            known_by = tuple(heading for (heading,) in columns.values())
            lists.append(ListLayout(columns, known_by, title=each.title, category=category))
            headings.append(readable_keys(kind, each.headings.headings))
        meant = {word: (self.sent or {}).get(word_field(word), "") for word in self.words}
        settled = {word: code for word, code in meant.items() if code}
        known = dict(category_words()) if self.guess.ready else {}
        return FileLayout("", kind, tuple(lists), known | settled, tuple(headings))


def everybody_choices(kind: str, ours: str) -> list[str]:
    """For the category of a case list: that everybody in it has one."""
    return (
        [f"{ALL}{code}" for code in categories.case_categories().highest_first]
        if ours == CATEGORY and kind == Import.Kind.CASES
        else []
    )
