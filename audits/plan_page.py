"""The plan as a page shows it: the grades that need an action, who would own one, and how an action reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from django.db.models import Q

from audits import plan, smart
from audits.managers import responsible_manager
from audits.models import Action, Audit, Judgement, Mark
from people.models import User
from standards.grades import Grade
from standards.models import Criterion
from standards.timescales import working_days_between

WEAK = (Mark.Value.NOT_EVIDENCED, Mark.Value.PARTLY)
"""The marks that may ask for an action."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A grade that an action may be for: how many it has, and whether the action being written is for it."""

    number: int
    title: str
    grade: str
    actions: int
    chosen: bool

    @property
    def asks(self) -> bool:
        """Whether the grade must have an action."""
        return bool(self.grade) and Grade(self.grade).escalates


@dataclass(frozen=True, slots=True)
class Choices:
    """The grades that must have an action, and the others that apply."""

    asking: tuple[Choice, ...]
    others: tuple[Choice, ...]

    @property
    def first(self) -> Choice:
        """Where an error's link leads."""
        return (self.asking or self.others)[0]

    @property
    def open(self) -> bool:
        """Whether the others are shown at once."""
        return not self.asking or any(one.chosen for one in self.others)


@dataclass(frozen=True, slots=True)
class Weak:
    """A point that was not, or only partly, evidenced, and so may ask for an action."""

    pk: int
    title: str
    mark: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Owner:
    """One choice of how soon and whose: the sentence, and the latest date."""

    choice: str
    text: str
    latest: date
    more: str


@dataclass(frozen=True, slots=True)
class Reading:
    """An action as it is typed: its SMART letters, and how it will read on the case file."""

    letters: list[tuple[str, smart.Letter]]
    owner: User | None
    what: str
    due_on: date | None
    latest: date | None
    days: int | None
    checker: str

    @property
    def clear(self) -> int:
        """How many letters are clear."""
        return sum(letter.ok for _, letter in self.letters)


def choices(audit: Audit, *, chosen: Sequence[int]) -> Choices:
    """The grades an action may be for. Where none is chosen, those that still lack one are."""
    applying = audit.judgements.filter(applies=True).select_related("standard").prefetch_related("actions")
    rows = [Choice(one.number, title_of(one), one.stands, live(one), one.number in chosen) for one in applying]
    if not chosen:
        rows = [replace(row, chosen=row.asks and not row.actions) for row in rows]
    return Choices(tuple(row for row in rows if row.asks), tuple(row for row in rows if not row.asks))


def points(audit: Audit, *, chosen: Sequence[int]) -> list[tuple[str, list[Weak]]]:
    """The points that an action may answer, by standard: those not evidenced or partly, and what is chosen already."""
    marks = {mark.criterion_id: mark for mark in audit.marks.filter(value__in=WEAK)}
    found = Criterion.objects.filter(
        Q(pk__in=marks) | Q(pk__in=chosen), section__standard__standard_set=audit.standard_set
    )
    rows = found.select_related("section__standard").order_by(
        "section__standard__number", "section__position", "position"
    )
    return [
        (
            f"Standard {standard.number}, {standard.short_title}",
            [Weak(one.pk, titled(one), mark_of(marks.get(one.pk)), one.pk in chosen) for one in ones],
        )
        for standard, ones in groupby(rows, key=lambda one: one.section.standard)
    ]


def titled(one: Criterion) -> str:
    """A point as its standard numbers it: 6. Chronology and genogram."""
    return f"{one.code.partition('.')[2].replace('.', '')}. {one.title}"


def mark_of(mark: Mark | None) -> str:
    """A mark in words."""
    return mark.get_value_display() if mark else ""


def live(one: Judgement) -> int:
    """How many actions of the plan are for this grade."""
    return sum(action.state != Action.State.CANCELLED for action in one.actions.all())


def title_of(one: Judgement) -> str:
    """The grade's name in a list: Standard 2, Assessment and analysis."""
    return f"Standard {one.number}, {one.title}" if one.standard_id else one.title


def owners(audit: Audit, *, on: date) -> list[Owner]:
    """How soon, and who owns it, with the latest date of each. The manager is named anew at finalising."""
    manager = responsible_manager(audit, on=on)
    named = manager.name if manager else "nobody on the staff list"
    soon, later = (plan.latest_date(kind, on) for kind in (Action.Kind.IMMEDIATE, Action.Kind.SUPERVISION))
    return [
        Owner("immediate", f"Immediate: {named}, responsible manager", soon, "the 5th working day"),
        Owner("worker", f"Through supervision: {audit.keyworker}, keyworker", later, "one month"),
        Owner("manager", f"Through supervision: {named}, responsible manager", later, "one month"),
    ]


def actions(audit: Audit) -> list[Action]:
    """The plan so far."""
    live = audit.actions.exclude(state=Action.State.CANCELLED)
    return list(
        live.select_related("owner", "audit").prefetch_related("judgements__standard", "criteria").order_by("number")
    )


def key_of(actions: Iterable[Action]) -> str:
    """What tells whether a page still shows the plan as it is: each action with its version."""
    return "-".join(f"{one.number}.{one.version}" for one in actions)


def read(
    audit: Audit,
    *,
    on: date,
    kind: str,
    part: str,
    what: str,
    measure: str,
    outcome: str,
    resources: str,
    due_on: date | None,
) -> Reading:
    """How an action reads while it is typed; `kind` and `part` may be empty yet."""
    owner = plan.owner_of(audit, part, on=on) if part else None
    latest = plan.latest_date(kind, on) if kind else None
    letters = smart.check(
        what=what,
        measure=measure,
        outcome=outcome,
        resources=resources,
        due_on=due_on,
        latest=latest,
        owner=owner.name if owner else "",
    )
    typed = {"what": what, "measure": measure, "outcome": outcome, "resources": resources, "part": part}
    shapes = [(shape(letter, bool(typed.get(letter.field, due_on))), letter) for letter in letters]
    days = working_days_between(on, due_on) if due_on and due_on > on else None
    return Reading(shapes, owner, what.strip(), due_on, latest, days, checker(audit, kind, part, on=on))


def shape(letter: smart.Letter, started: bool) -> str:
    """A letter's shape: clear, to be weighed, wrong, or not begun yet."""
    if letter.ok:
        return "revealed" if letter.warning else "agreed"
    return "no" if started else "blank"


def checker(audit: Audit, kind: str, part: str, *, on: date) -> str:
    """Who sees that it was done: never its owner (lifecycle: Action)."""
    if kind == Action.Kind.SUPERVISION and part == Action.Part.WORKER:
        manager = responsible_manager(audit, on=on)
        return manager.name if manager else "the responsible manager"
    return "the QA Officer"
