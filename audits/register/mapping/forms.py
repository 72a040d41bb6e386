"""Choosing the heading of each column, what each word of a category means, and who is meant by a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from audits.models import Import
from audits.register.cell_readers import CLOSED
from audits.register.mapping.choice import ALL, ColumnChoice, everybody_choices, word_field
from audits.register.mapping.guess import FileGuess, ListGuess
from audits.register.mapping.kept import LONGEST_NAME
from audits.register.mapping.layouts import needed_columns
from audits.register.mapping.names import NearName
from audits.register.vocabulary import category_words
from qualitycounts.base.fields import dress
from standards import categories

ABSENT = ("", "Not in this file")


class ColumnsForm(forms.Form):
    """For each of our columns the heading of the file, once for all lists where they share it; and each word."""

    name = forms.CharField(
        required=False,
        max_length=LONGEST_NAME,
        label="Keep this mapping as",
        widget=forms.TextInput(attrs={"class": "govuk-input", "form": "map", "autocomplete": "off"}),
        help_text="Chosen by itself for the next file with these headings. The command takes it by this name.",
        error_messages={"max_length": f"A name has up to {LONGEST_NAME} characters."},
    )

    def __init__(self, *args: Any, guess: FileGuess, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice = ColumnChoice(guess, self.data if self.is_bound else None)
        for ours in self.choice.columns:
            for field, lists in self.choice.selects(ours):
                self.fields[field] = forms.ChoiceField(
                    required=False,
                    choices=choices_for(ours, lists, guess.kind),
                    initial=self.choice.guessed(ours, lists),
                    label=ours,
                    widget=forms.Select(attrs={"class": "govuk-select"}),
                    error_messages={"invalid_choice": "Choose a heading from the list."},
                )
        for word in self.choice.words:
            self.fields[word_field(word)] = forms.ChoiceField(
                required=False,
                choices=word_choices(),
                initial=category_words().get(word, ""),
                label=word,
                widget=forms.Select(attrs={"class": "govuk-select"}),
                error_messages={"invalid_choice": "Choose what the word means."},
            )
        self.initial["name"] = f"Our {guess.ready or f'{guess.kind} list'}"
        self.helper = dress(self)

    def word_rows(self) -> list[Any]:
        """The select of each category word."""
        return [self[word_field(word)] for word in self.choice.words]

    def clean(self) -> dict[str, Any]:
        """Refuse a mapping without what every row needs, and one that takes a heading twice."""
        for each in self.choice.guess.lists:
            chosen = self.choice.chosen(each)
            there = {ours for ours, heading in chosen.items() if heading}
            for ours in needed_columns(self.choice.guess.kind, each.category, there):
                if not chosen[ours]:
                    field, _ = self.choice.selects(ours)[0]
                    self.add_error(field, f"Choose the heading for “{ours}”: no row can be used without it.")
            taken = [heading for heading in chosen.values() if heading and not heading.startswith(ALL)]
            for twice in sorted({heading for heading in taken if taken.count(heading) > 1}):
                self.add_error(None, f"“{twice}” is chosen for two columns. Take it out of one.")
        return super().clean() or {}


def word_choices() -> list[tuple[str, str]]:
    """What a word of a category column may mean."""
    codes = [(code, f"{code}: {categories.name_of(code)}") for code in categories.case_categories().highest_first]
    return [("", "Leave these rows out"), *codes, (CLOSED, "The case is closed")]


def choices_for(ours: str, lists: Iterable[ListGuess], kind: str) -> list[tuple[str, str]]:
    """What may be chosen for one of our columns: a heading of the lists, none or, for the category, one for all."""
    offered = dict.fromkeys(heading for each in lists for heading in each.offered)
    everybody = [(each, f"Everybody in it is {each.removeprefix(ALL)}") for each in everybody_choices(kind, ours)]
    return [ABSENT, *everybody, *((heading, heading) for heading in offered)]


class NamesForm(forms.Form):
    """Who is meant by each name that is near to somebody's; blank leaves it as it is."""

    def __init__(self, *args: Any, near: list[NearName], kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.near = near
        of_staff = kind == Import.Kind.STAFF
        self.counts = "People" if of_staff else "Open cases"
        self.then = "they have no line manager" if of_staff else "its cases have no worker"
        for number, each in enumerate(near):
            self.fields[f"n{number}"] = forms.ChoiceField(
                required=False,
                choices=[("", "None of them"), *each.people],
                label=each.name,
                widget=forms.Select(attrs={"class": "govuk-select"}),
                error_messages={"invalid_choice": "Choose a person from the list."},
            )
        self.helper = dress(self)

    @property
    def chosen(self) -> Mapping[str, str]:
        """The person chosen for each folded name."""
        picked = {each.key: self.cleaned_data.get(f"n{number}", "") for number, each in enumerate(self.near)}
        return {key: person for key, person in picked.items() if person}

    def rows(self) -> list[tuple[NearName, Any]]:
        """Each name with its select."""
        return [(each, self[f"n{number}"]) for number, each in enumerate(self.near)]
