"""The plan as a page shows it: the grades that need an action, who would own one, and how an action reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from django.db.models import Q

from audits.managers import responsible_manager
from audits.models import CASE_NUMBER, Action, Audit, GradeInLine, Judgement, Mark, with_whom
from audits.plan import smart, smart_plan
from people.models import User
from qualitycounts.base.templatetags import qc
from standards.models import Criterion
from standards.standard_sets import path_of
from standards.timescales import day_off, working_days_between

WEAK = (Mark.Value.NOT_EVIDENCED, Mark.Value.PARTLY)
"""The marks that may ask for an action."""


@dataclass(frozen=True, slots=True)
class GradeChoice(GradeInLine):
    """A grade that an action may be for: how many it has, whether it must have one, and whether the action being
    written is for it."""

    number: int
    title: str
    grade: str
    actions: int
    asks: bool
    chosen: bool

    @property
    def so_far(self) -> str:
        """How many actions it has, where it has any or must have one."""
        if self.actions:
            return f"{self.actions} action{'' if self.actions == 1 else 's'}"
        return "no action yet" if self.asks else ""


@dataclass(frozen=True, slots=True)
class GradeChoices:
    """The grades that must have an action, and the others that apply."""

    asking: tuple[GradeChoice, ...]
    others: tuple[GradeChoice, ...]

    @property
    def first(self) -> GradeChoice:
        """Where an error's link leads."""
        return (self.asking or self.others)[0]

    @property
    def others_heading(self) -> str:
        """What the line says that opens the others."""
        if self.asking:
            return "For another grade"
        return "No grade asks for an action; choose one to add it all the same"

    @property
    def open(self) -> bool:
        """Whether the others are shown at once."""
        return not self.asking or any(choice.chosen for choice in self.others)


@dataclass(frozen=True, slots=True)
class WeakPoint:
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
class ActionReading:
    """An action as it is typed: its SMART letters, and how it will read on the case file."""

    letters: list[tuple[str, smart.Letter]]
    owner: User | None
    what: str
    due_on: date | None
    latest: date | None
    days: int | None
    checker: str
    date_problem: str = ""
    carried_out_by: str = ""

    @property
    def limit(self) -> str:
        """How many working days there are to the date, and the latest one allowed."""
        days = f"{self.days} working day{'' if self.days == 1 else 's'} from the meeting." if self.days else ""
        return f"{days} Latest allowed: {qc.day(self.latest)}.".strip() if self.latest else days

    @property
    def remark(self) -> str:
        """What is to be said of the date at once: not in the calendar, passed, too late, or a day without work."""
        said = next(letter for _, letter in self.letters if letter.slug == "timescale")
        return self.date_problem or (said.sentence if self.due_on and (said.warning or not said.ok) else "")

    @property
    def by_whom(self) -> str:
        """The owner, and who else carries it out."""
        return with_whom(self.owner.name, self.carried_out_by) if self.owner else ""

    @property
    def complete(self) -> bool:
        """Whether it has an owner, words and a date, and so reads as it will on the file."""
        return bool(self.owner and self.what and self.due_on)

    @property
    def clear(self) -> int:
        """How many letters are clear."""
        return sum(letter.ok for _, letter in self.letters)


def grade_choices(audit: Audit, *, chosen: Sequence[int]) -> GradeChoices:
    """The grades an action may be for. Where none is chosen, those that still lack one are."""
    applying = audit.judgements.filter(applies=True).select_related("standard").prefetch_related("actions")
    rows = [
        GradeChoice(
            judgement.number,
            title_of(judgement),
            judgement.stands,
            count_actions_for(judgement),
            bool(path_of(audit.standard_set, judgement.stands)),
            judgement.number in chosen,
        )
        for judgement in applying
    ]
    if not chosen:
        rows = [replace(row, chosen=row.asks and not row.actions) for row in rows]
    return GradeChoices(tuple(row for row in rows if row.asks), tuple(row for row in rows if not row.asks))


def points(audit: Audit, *, chosen: Sequence[int]) -> list[tuple[str, list[WeakPoint]]]:
    """The points that an action may answer, by standard: those not evidenced or partly, and what is chosen already."""
    marks = {mark.criterion_id: mark for mark in audit.marks.filter(value__in=WEAK)}
    wanted = Criterion.objects.filter(
        Q(pk__in=marks) | Q(pk__in=chosen), section__standard__standard_set=audit.standard_set
    )
    rows = wanted.select_related("section__standard").order_by(
        "section__standard__number", "section__position", "position"
    )
    return [
        (
            f"Standard {standard.number}, {standard.short_title}",
            [
                WeakPoint(criterion.pk, titled(criterion), mark_of(marks.get(criterion.pk)), criterion.pk in chosen)
                for criterion in criteria
            ],
        )
        for standard, criteria in groupby(rows, key=lambda criterion: criterion.section.standard)
    ]


def titled(criterion: Criterion) -> str:
    """A point as its standard numbers it: 6. Chronology and genogram."""
    return f"{criterion.code.partition('.')[2].replace('.', '')}. {criterion.title}"


def mark_of(mark: Mark | None) -> str:
    """A mark in words."""
    return mark.get_value_display() if mark else ""


def count_actions_for(judgement: Judgement) -> int:
    """How many actions of the plan are for this grade."""
    return sum(action.state != Action.State.CANCELLED for action in judgement.actions.all())


def title_of(judgement: Judgement) -> str:
    """The grade's name in a list: Standard 2, Assessment and analysis."""
    return f"Standard {judgement.number}, {judgement.title}" if judgement.standard_id else judgement.title


def owner_choices(audit: Audit, *, on: date) -> list[Owner]:
    """How soon, and who owns it, with the latest date of each. The manager is named anew at finalising."""
    manager = responsible_manager(audit, on=on)
    named = manager.name if manager else "nobody on the staff list"
    soon, later = (smart_plan.latest_date(kind, on) for kind in (Action.Kind.IMMEDIATE, Action.Kind.SUPERVISION))
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


def answers_in_words(action: Action) -> str:
    """Which grades an action is for and which points it answers, and how it is known to be done."""
    grades = [
        "The case" if judgement.number == CASE_NUMBER else f"Standard {judgement.number}"
        for judgement in action.judgements.all()
    ]
    codes = [criterion.code for criterion in action.criteria.all()]
    points = f" (point{'' if len(codes) == 1 else 's'} {', '.join(codes)})" if codes else ""
    return f"{', '.join(grades)}{points}. Done when: {action.measure}"


def plan_lines(actions: Iterable[Action]) -> list[tuple[Action, str]]:
    """The actions as the table shows them, each with what it answers."""
    return [(action, answers_in_words(action)) for action in actions]


def plan_key(actions: Iterable[Action]) -> str:
    """What tells whether a page still shows the plan as it is: each action with its version."""
    return "-".join(f"{action.number}.{action.version}" for action in actions)


def read_action(
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
    date_problem: str = "",
    carried_out_by: str = "",
) -> ActionReading:
    """How an action reads while it is typed; `kind` and `part` may be empty yet."""
    owner = smart_plan.owner_of(audit, part, on=on) if part else None
    latest = smart_plan.latest_date(kind, on) if kind else None
    letters = smart.check_smart(
        what=what,
        measure=measure,
        outcome=outcome,
        resources=resources,
        due_on=due_on,
        first=on,
        latest=latest,
        owner=owner.name if owner else "",
    )
    typed = {"what": what, "measure": measure, "outcome": outcome, "resources": resources, "part": part}
    shapes = [(letter_shape(letter, bool(typed.get(letter.field, due_on))), letter) for letter in letters]
    days = working_days_between(on, due_on) if due_on and due_on > on and not day_off(due_on) else None
    checked_by = checker(audit, kind, part, on=on)
    done_by = " ".join(carried_out_by.split())
    return ActionReading(shapes, owner, what.strip(), due_on, latest, days, checked_by, date_problem, done_by)


def letter_shape(letter: smart.Letter, started: bool) -> str:
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
