"""What is held, as a person reads it: each value with whose it is, so that what is about others can be taken out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.functional import Promise

from audits.models import Case, FamilyAnswer, FamilyAsk, FamilyLetter
from people.models import User
from qualitycounts.base.dates import hour, short_date
from qualitycounts.subject_access.held import SECRETS, Held, is_blind

BLACKED_OUT = "[about somebody else]"
STAFF_OF_CASE = frozenset(
    [
        *("worker_name", "worker_email", "worker_number", "worker_registration", "second_worker"),
        *("presented_by", "spoken_with"),
    ]
)
"""Fields beside a child's record that say who works with them, without pointing at a person."""
OF_FAMILIES = (FamilyAsk, FamilyAnswer, FamilyLetter)
"""What families said: theirs, where a worker asks."""
SHORT = 60
"""Characters of a field that no sentence fits into: a reference, a name, a grade."""


class About(StrEnum):
    """Whose a value is."""

    SUBJECT = ""
    OTHERS = "about others"
    READ = "read it first"
    SHUT = "held, not shown"


@dataclass(frozen=True, slots=True)
class HeldValue:
    """One field of one record; `names` are the others whom its text names."""

    label: str
    text: str
    about: About
    names: list[str] = field(default_factory=list)

    @property
    def of_others(self) -> bool:
        """Whether it is known to be about somebody else."""
        return self.about == About.OTHERS

    @property
    def note(self) -> str:
        """What stands beside it: whose it is, and whom its text names."""
        return f"{self.about}; names {', '.join(self.names)}" if self.names else self.about


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """One record: its kind, what it is called, by which fields it was reached, and its values without empty ones."""

    kind: str
    name: str
    ways: list[str]
    values: list[HeldValue]

    @property
    def heading(self) -> str:
        """What it is called, and by which fields it was reached."""
        return f"{self.name} (as {', '.join(self.ways)})" if self.ways else self.name


class Others:
    """Everybody else who can be named: staff, and the numbers of other children."""

    def __init__(self, held: Held) -> None:
        own = set(held.roots)
        users = [user for user in User.objects.all() if user not in own]
        cases = [case for case in Case.objects.only("person_id", "other_numbers") if case not in own]
        self.staff = sorted({name for user in users for name in (user.name, user.email) if name})
        self.children = {number for case in cases for number in (case.person_id, *case.other_numbers)}

    def named_in(self, text: str) -> list[str]:
        """Who of them is named in a text."""
        numbers = {word for word in re.findall(r"[\w-]+", text) if word in self.children}
        return [name for name in self.staff if name in text] + sorted(numbers)


def records_of(held: Held, others: Others, *, black_out: bool) -> Iterator[HeldRecord]:
    """Every record in words, kind by kind; with `black_out`, what is about others is taken out where it is known."""
    for model, rows in held.rows.items():
        for row in rows.values():
            values = [value_of(held, row, each, others) for each in (*model._meta.fields, *model._meta.many_to_many)]
            shown = [blacked_out(value) if black_out else value for value in values if value.text]
            ways = [way.replace("_", " ") for way in held.ways[row]]
            yield HeldRecord(in_words(model._meta.verbose_name), name_of(held, row, black_out), ways, shown)


def mentions_of(held: Held, others: Others, *, black_out: bool) -> Iterator[HeldRecord]:
    """The lines of other records that name the subject: each to be read before it leaves."""
    for mention in held.mentions:
        text = "\n".join(mention.lines)
        value = HeldValue(mention.field, text, About.READ, others.named_in(text))
        kind, name = in_words(mention.record._meta.verbose_name), str(mention.record.pk)
        yield HeldRecord(kind, name, [], [blacked_out(value) if black_out else value])


def value_of(held: Held, row: models.Model, each: models.Field[Any, Any], others: Others) -> HeldValue:
    """One field of a record."""
    label = in_words(each.verbose_name)
    if each.name in SECRETS or isinstance(each, models.BinaryField):
        return HeldValue(label, About.SHUT.value, About.SHUT)
    if each.name in ("why", "content") and is_blind(held, row):
        return HeldValue(label, "Not shown while the meeting goes on", About.SHUT)
    text = text_of(row, each)
    if text and concerns_others(held, row, each):
        return HeldValue(label, text, About.OTHERS)
    names = others.named_in(text) if isinstance(each, models.CharField | models.TextField | models.JSONField) else []
    return HeldValue(label, text, About.READ if names or (text and is_sentence(each)) else About.SUBJECT, names)


def is_sentence(each: models.Field[Any, Any]) -> bool:
    """Whether a field has room for words of somebody's own."""
    if each.choices:
        return False
    long = isinstance(each, models.CharField) and (each.max_length or 0) > SHORT
    return long or isinstance(each, models.TextField | models.JSONField)


def concerns_others(held: Held, row: models.Model, each: models.Field[Any, Any]) -> bool:
    """Whether a field is about somebody else: another person or case, or another record of the same kind."""
    if each.related_model in (User, Case):
        return not any(
            isinstance(root, each.related_model) and root.pk == getattr(row, each.attname) for root in held.roots
        )
    if each.related_model is type(row):
        return not held.has(type(row), getattr(row, each.attname))
    if isinstance(held.roots[0], Case):
        return each.name in STAFF_OF_CASE
    return isinstance(row, (Case, *OF_FAMILIES)) or (isinstance(row, User) and row not in held.roots)


def text_of(row: models.Model, each: models.Field[Any, Any]) -> str:
    """A field's value in words; "" for nothing."""
    if each.many_to_many:
        return "; ".join(str(other) for other in getattr(row, each.name).all())
    value = getattr(row, each.name)
    if in_words := getattr(row, f"get_{each.name}_display", None):
        return str(in_words())
    if isinstance(value, User):
        return value.name_and_title
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{short_date(value)} at {hour(value)}"
    if isinstance(value, date):
        return short_date(value)
    if isinstance(value, list | dict):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return str(value)


def name_of(held: Held, row: models.Model, black_out: bool) -> str:
    """What a record is called; the name of another person or case is taken out with the rest."""
    of_others = isinstance(row, User | Case) and row not in held.roots
    return BLACKED_OUT if black_out and of_others else str(row)


def blacked_out(value: HeldValue) -> HeldValue:
    """A value without what is known to be about others."""
    if value.about == About.OTHERS:
        return HeldValue(value.label, BLACKED_OUT, value.about)
    text = value.text
    for name in sorted(value.names, key=len, reverse=True):
        text = text.replace(name, BLACKED_OUT)
    return HeldValue(value.label, text, value.about)


def in_words(name: str | Promise | None) -> str:
    """A field's or a kind's name as a heading: "Last seen on"."""
    words = str(name).replace("_", " ")
    return words[:1].upper() + words[1:]


def by_kind(records: Iterable[HeldRecord]) -> dict[str, list[HeldRecord]]:
    """The records under their kinds."""
    kinds: dict[str, list[HeldRecord]] = {}
    for record in records:
        kinds.setdefault(record.kind, []).append(record)
    return kinds
