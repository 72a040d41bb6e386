"""A case as it stands on the register, or would stand after an extract, so that the two can be compared.

A register may hold many cases of which a month changes few: each is read as its bare columns, and becomes a record only
where something about it changes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from audits.models import Case
from audits.register.case_fields import FACTS, FIELDS, STORED, CaseDetails
from audits.register.case_rows import CaseRow
from qualitycounts.base.dates import date_in_words

stored_of = attrgetter(*STORED)
"""The values of a case or a row that are kept as an extract writes them."""
KEPT = frozenset(each.name for each in FIELDS if each.keeps)
OPENED = STORED.index("opened_on")
NUMBERED = tuple(STORED.index(name) for name in ("worker_number", "worker_registration"))
worker_of = itemgetter(STORED.index("worker_name"), STORED.index("worker_email"))
"""Who a case's worker is, in its facts."""
AS_TEXT = {"other_numbers": "numbers_text", "fact_sources": "sources_text"}
"""The columns that are read as the text in which they are stored, and looked into only where that is needed."""
COLUMNS = tuple(each.attname for each in Case._meta.concrete_fields)
PLACES = {name: place for place, name in enumerate(COLUMNS)}
facts_in = itemgetter(*(PLACES[name] for name in STORED))


@dataclass(slots=True, kw_only=True)
class Standing(CaseDetails):
    """A case as it stands or would stand; the team by name and the keyworker by e-mail, "" for none."""

    keyworker: str

    @property
    def worker(self) -> str:
        """Who has the case, in words: an e-mail, or what the extract says of somebody not on the staff list."""
        unknown = self.worker_email or self.worker_name
        return self.keyworker or (f"{unknown} (not on the staff list)" if unknown else "nobody")

    @property
    def state(self) -> str:
        """Open, or closed on a day."""
        return f"closed {date_in_words(self.closed_on)}" if self.closed_on else "open"


@lru_cache(maxsize=10_000)
def json_of(text: str) -> Any:
    """What a stored text holds. Not to be changed: many cases share it, as one file says the same of thousands."""
    return json.loads(text)


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case of the register as its columns (`COLUMNS`), those of `AS_TEXT` still as text."""

    values: tuple[Any, ...]

    @property
    def person_id(self) -> str:
        """Its number."""
        return str(self.values[PLACES["person_id"]])

    @property
    def facts(self) -> tuple[Any, ...]:
        """What an extract says of it, in the order of `STORED`."""
        return (*facts_in(self.values)[:-1], self.fact_sources)

    @property
    def team_id(self) -> int | None:
        """The key of its team."""
        key: int | None = self.values[PLACES["team_id"]]
        return key

    @property
    def keyworker_id(self) -> int | None:
        """The key of its keyworker."""
        key: int | None = self.values[PLACES["keyworker_id"]]
        return key

    @property
    def other_numbers(self) -> list[str]:
        """The numbers under which files name it too."""
        numbers: list[str] = json_of(self.values[PLACES["other_numbers"]])
        return numbers

    @property
    def fact_sources(self) -> dict[str, list[str]]:
        """Of each kind of fact, the day and the mapping of the file that said it last."""
        sources: dict[str, list[str]] = json_of(self.values[PLACES["fact_sources"]])
        return sources

    @property
    def can_close(self) -> bool:
        """Whether a file that leaves it out closes it: it is open, and a file brought it in."""
        return self.values[PLACES["closed_on"]] is None and self.values[PLACES["source"]] == Case.Source.FILE

    def as_case(self) -> Case:
        """The record itself."""
        values = list(self.values)
        for name in AS_TEXT:
            values[PLACES[name]] = json.loads(values[PLACES[name]])
        return Case.from_db("default", list(COLUMNS), values)


@dataclass(frozen=True, slots=True)
class Register:
    """The cases by number, and the number of each row that was merged with another with that one's."""

    cases: dict[str, KnownCase]
    merged: dict[str, str]

    @classmethod
    def at_hand(cls, cases: QuerySet[Case] | None = None) -> Register:
        """All of it, or some of the cases."""
        texts = {text: Cast(name, TextField()) for name, text in AS_TEXT.items()}
        every = (Case.objects.all() if cases is None else cases).annotate(**texts)
        columns = [AS_TEXT.get(name, name) for name in COLUMNS]
        rows = list(every.order_by("person_id").values_list(*columns))
        key, number, into = PLACES["id"], PLACES["person_id"], PLACES["merged_into_id"]
        apart = {row[number]: row[into] for row in rows if row[into] is not None}
        numbers = {row[key]: row[number] for row in rows} if apart else {}
        merged = {old: numbers[kept] for old, kept in apart.items() if kept in numbers}
        return cls({row[number]: KnownCase(row) for row in rows if row[into] is None}, merged)


def with_known_number(row: CaseRow, facts: tuple[Any, ...]) -> CaseRow:
    """The row with the numbers of its worker that the register has, where the file has no column for them."""
    number, registration = (facts[place] for place in NUMBERED)
    if number == row.worker_number and registration == row.worker_registration:
        return row
    return replace(row, worker_number=number, worker_registration=registration)


@dataclass(frozen=True, slots=True)
class Names:
    """What teams and people are called, by key: a team by the name that a file gives it, a person by e-mail."""

    teams: Mapping[int, str]
    people: Mapping[int, str]

    def standing_of(self, case: KnownCase) -> Standing:
        """A case as the register has it."""
        keyworker = self.people[case.keyworker_id] if case.keyworker_id else ""
        return stand(case.person_id, case.facts, self.team_of(case), keyworker)

    def team_of(self, case: KnownCase) -> str:
        """The name of a case's team; "" for none."""
        return self.teams[case.team_id] if case.team_id else ""


def stand(person_id: str, facts: tuple[Any, ...], team: str, keyworker: str) -> Standing:
    """A case of which these are the facts."""
    said = dict(zip(STORED, facts, strict=True))
    return Standing(person_id=person_id, service="", team=team, keyworker=keyworker, **said)


def facts_of_row(row: CaseRow, case: KnownCase | None, as_at: date) -> tuple[Any, ...]:
    """What the extract says of a case, in the order of `STORED`; where it has no column, what the register has.

    The number of a worker is kept while it is the same worker. A list of care leavers need not say when a case opened:
    the register's own day stands, else that of the extract.
    """
    facts: tuple[Any, ...] = (*stored_of(row)[:-1], sources_of_row(row, case, as_at))
    if row.opened_on is None:
        said = list(facts)
        said[OPENED] = case.facts[OPENED] if case else as_at
        facts = tuple(said)
    if case is None or not row.absent:
        return facts
    known, places = case.facts, kept_places(row.absent)
    if all(facts[place] == known[place] for place in places):
        return facts
    same_worker = worker_of(facts) == worker_of(known)
    said = list(facts)
    for place in places:
        if same_worker or place not in NUMBERED:
            said[place] = known[place]
    return tuple(said)


def sources_of_row(row: CaseRow, case: KnownCase | None, as_at: date) -> dict[str, list[str]]:
    """Of which day and mapping each fact is: of this extract, or what the register has where it has no such column."""
    day, known = as_at.isoformat(), case.fact_sources if case else {}
    said = {kind: [day, row.source] for kind, name in FACTS if getattr(row, name) is not None}
    return said | {kind: known[kind] for kind, name in FACTS if kind in known and name in row.absent}


@lru_cache(maxsize=100)
def kept_places(absent: tuple[str, ...]) -> tuple[int, ...]:
    """Where the facts stand that the register keeps, of the fields that a file does not have."""
    return tuple(STORED.index(name) for name in absent if name in KEPT)
