"""The rows held about one child's case or one worker, found by walking the models' relations.

A new model is taken up by itself: whatever points at a case, or at what hangs on it, is about that child; whatever
points at a person is about that worker, with what hangs on the audits in which they sat. A relation of a model to
itself is not followed: the pick that another replaces is another child's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from audits.models import (
    Audit,
    Ballot,
    BallotGrade,
    Case,
    ExerciseGrade,
    Judgement,
    Mark,
    Note,
    OwnMark,
    Proposal,
    ReplacedWords,
    SecondWorkerProposal,
    SelfCheck,
)
from people import trail
from people.models import StoredFile, TrailEntry, User

OURS = ("people", "standards", "audits", "escalation", "reporting", "account", "mfa")
"""The apps whose models are walked: ours, and those of signing in."""
GOING_ON = (*Audit.NOT_MET, Audit.State.IN_MEETING)
BLIND: Mapping[type[models.Model], Q] = {
    Judgement: Q(audit__state__in=GOING_ON),
    Proposal: Q(judgement__audit__state__in=GOING_ON),
    SecondWorkerProposal: Q(judgement__audit__state__in=GOING_ON),
    Mark: Q(audit__state__in=GOING_ON),
    Note: Q(audit__state__in=GOING_ON),
    ReplacedWords: Q(audit__state__in=GOING_ON),
    SelfCheck: Q(audit__state__in=GOING_ON),
    OwnMark: Q(),
    Ballot: Q(review__revealed_at=None),
    BallotGrade: Q(ballot__review__revealed_at=None),
    ExerciseGrade: Q(exercise__revealed_at=None),
}
"""What nobody else reads yet: grades of a meeting that goes on, sheets of one chair, ballots before they are shown."""
SECRETS = frozenset({"password", "secret", "digest", "key", "data", "before"})
"""Names of fields that let somebody in, or hold rows of many: said to be held, and not looked into."""
SHORTEST = 4
"""Characters of a number or name that is looked for in texts: a shorter one stands everywhere."""
AUDIT_REF = re.compile(r"QC-\d{4}-\d+")
Row = TypeVar("Row", bound=models.Model)
Rows = dict[type[models.Model], dict[Any, models.Model]]


@dataclass(frozen=True, slots=True)
class Mention:
    """The lines of one field of another record in which the subject is named."""

    record: models.Model
    field: str
    lines: list[str]


@dataclass(slots=True)
class Held:
    """All that is held: the subject's own rows first, then what points at them, then texts that name the subject.

    `own` are the subject's rows and what hangs on their audits; of a worker, `rows` has what they did elsewhere too.
    `ways` says for each row by which field it was reached; `withheld`: how many rows of a kind nobody reads yet.
    """

    roots: list[Case | User]
    rows: Rows = field(default_factory=dict)
    own: list[models.Model] = field(default_factory=list)
    ways: dict[models.Model, list[str]] = field(default_factory=dict)
    mentions: list[Mention] = field(default_factory=list)
    withheld: dict[str, int] = field(default_factory=dict)
    going_on: set[str] = field(default_factory=set)

    def of(self, model: type[Row]) -> list[Row]:
        """The rows of one model."""
        return [row for row in self.rows.get(model, {}).values() if isinstance(row, model)]

    def has(self, model: type[models.Model], key: Any) -> bool:
        """Whether this row is among them."""
        return key in self.rows.get(model, {})

    def add(self, row: models.Model, way: str) -> bool:
        """Take a row up; False where it is there already."""
        there = self.rows.setdefault(type(row), {})
        self.ways.setdefault(row, [])
        if way and way not in self.ways[row]:
            self.ways[row].append(way)
        return there.setdefault(row.pk, row) is row


def held_about(subject: Case | User) -> Held:
    """Gather all that is held about a child's case, or a worker."""
    held = Held(roots=list(same_as(subject)))
    held.going_on = set(Audit.objects.filter(state__in=GOING_ON).values_list("ref", flat=True))
    keys = [root.pk for root in held.roots]
    for root in held.roots:
        held.add(root, "")
    held.own += held.roots
    if isinstance(subject, Case):
        descend(held, Case, keys)
    else:
        point_at(held, User, keys)
        sat = [row for row in held.of(Audit) if row.auditor_id in keys or row.keyworker_id in keys]
        held.own += sat
        descend(held, Audit, [row.pk for row in sat])
    take_files(held)
    take_named(held)
    held.mentions = list(mentions(held))
    return held


def same_as(subject: Case | User) -> Iterator[Case | User]:
    """The row itself, the one that it was merged into, and all that were merged with it."""
    top: Case | User = subject
    while top.merged_into is not None:
        top = top.merged_into
    rows = [top]
    for row in rows:
        rows.extend(row.merged.all())
    yield from rows


def walked_models() -> list[type[models.Model]]:
    """Every model that may hold something about a person."""
    return [model for model in apps.get_models() if model._meta.app_label in OURS]


def readable(model: type[models.Model]) -> models.QuerySet[Any]:
    """The rows of a model, with what they point at; without what is large, and what nobody else reads yet."""
    rows = model._default_manager.select_related(*(each.name for each in model._meta.fields if each.is_relation))
    rows = rows.prefetch_related(*(each.name for each in model._meta.many_to_many))
    rows = rows.defer(*(each.name for each in model._meta.fields if isinstance(each, models.BinaryField)))
    return rows.exclude(blind_rows(model)) if model in BLIND else rows


def blind_rows(model: type[models.Model]) -> Q:
    """Which rows of a model nobody else reads yet."""
    return BLIND[model] or Q(pk__isnull=False)


def pointers(model: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """Every field of another model that points at this one."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel) or relation.many_to_many:
            continue
        pointing = relation.related_model
        if pointing is not model and pointing in walked_models():
            yield pointing, relation.field.name


def point_at(held: Held, model: type[models.Model], keys: Iterable[Any]) -> Rows:
    """Take up every row that points at these, and return those that are new."""
    new: Rows = {}
    for pointing, name in pointers(model):
        wanted = Q(**{f"{name}__in": list(keys)})
        if pointing in BLIND:
            count = pointing._default_manager.filter(wanted & blind_rows(pointing)).count()
            if count:
                title = str(pointing._meta.verbose_name)
                held.withheld[title] = max(held.withheld.get(title, 0), count)
        for row in readable(pointing).filter(wanted):
            if held.add(row, name):
                new.setdefault(pointing, {})[row.pk] = row
    return new


def descend(held: Held, model: type[models.Model], keys: list[Any]) -> None:
    """Take up what points at these rows, then what points at that, and so on."""
    waiting = [(model, keys)]
    while waiting:
        pointed, wanted = waiting.pop(0)
        for pointing, rows in (point_at(held, pointed, wanted) if wanted else {}).items():
            held.own += rows.values()
            waiting.append((pointing, list(rows)))


def take_files(held: Held) -> None:
    """Take up the files that rows among these point at."""
    for rows in list(held.rows.values()):
        for row in list(rows.values()):
            for each in row._meta.fields:
                if each.related_model is StoredFile and (file := getattr(row, each.name)) is not None:
                    held.add(file, f"{row._meta.verbose_name} {row}")


def take_named(held: Held) -> None:
    """Take up what names a row without pointing at it: the history, and what has columns for that (openings)."""
    refs: dict[str, set[str]] = {}
    for row in held.own:
        refs.setdefault(row._meta.model_name or "", set()).add(trail.ref_of(row))
    audits = refs.get("audit", set())
    wanted = Q(*(Q(kind=kind, ref__in=known) for kind, known in refs.items()), _connector=Q.OR)
    for ref in audits:
        wanted |= Q(ref__startswith=f"{ref}/") | Q(ref__startswith=f"{ref}-")
    for entry in readable(TrailEntry).filter(wanted):
        held.add(entry, "ref")
    cases = [row.pk for row in held.own if isinstance(row, Case)]
    for model in walked_models():
        for column, known in {"audit_ref": audits, "case_key": cases}.items():
            if any(each.name == column for each in model._meta.fields):
                for row in readable(model).filter(**{f"{column}__in": known}):
                    held.add(row, column)


def own_names(held: Held) -> set[str]:
    """The numbers, names and addresses by which texts may name the subject; of a child its audits, too."""
    names: set[str] = set()
    for row in held.own:
        if isinstance(row, Case):
            names |= {row.person_id, *row.other_numbers}
        elif isinstance(row, User):
            names |= {row.name, row.email, row.staff_number, row.registration_number}
        elif isinstance(row, Audit) and isinstance(held.roots[0], Case):
            names.add(row.ref)
    return {name for name in names if len(name) >= SHORTEST}


def mentions(held: Held) -> Iterator[Mention]:
    """The lines in records of others that name the subject. What else stands in such a record is not taken."""
    names = sorted(own_names(held))
    if not names:
        return
    wanted = re.compile(rf"(?<![\w])(?:{'|'.join(map(re.escape, names))})(?![\w])", re.IGNORECASE)
    for model in walked_models():
        texts = [each for each in model._meta.fields if is_text(each) and each.name not in SECRETS]
        if not texts:
            continue
        columns = {f"text_of_{each.name}": Cast(each.name, models.TextField()) for each in texts}
        named = Q(*((f"{column}__icontains", name) for column in columns for name in names), _connector=Q.OR)
        for row in readable(model).alias(**columns).filter(named):
            if held.has(model, row.pk) or is_blind(held, row):
                continue
            for each in texts:
                if lines := [line for line in lines_of(getattr(row, each.name)) if wanted.search(line)]:
                    yield Mention(row, str(each.verbose_name), lines)


def is_text(each: models.Field[Any, Any]) -> bool:
    """Whether a field may name somebody."""
    return isinstance(each, models.CharField | models.TextField | models.JSONField) and not each.choices


def lines_of(value: Any) -> Iterator[str]:
    """The lines of a text, or of the texts in a list or a table; a text that is JSON itself is read as such."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from lines_of(name)
            yield from lines_of(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from lines_of(inner)
    elif value is not None:
        yield from trail_lines(str(value))


def trail_lines(text: str) -> Iterator[str]:
    """The lines of a text; the history keeps its content as one line of JSON, which is many."""
    if text[:1] in ("{", "["):
        try:
            yield from lines_of(json.loads(text))
        except ValueError:
            yield from text.splitlines()
    else:
        yield from text.splitlines()


def is_blind(held: Held, row: models.Model) -> bool:
    """Whether it is an entry of the history about a meeting that still goes on: its words are not shown yet."""
    audit = AUDIT_REF.match(row.ref) if isinstance(row, TrailEntry) else None
    return audit is not None and audit[0] in held.going_on
