"""What one person may do on steps: the questions of `StepKind` and `acting_as`, asked of one step or of many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from django.db.models import Q

from escalation.models import Step
from escalation.steps.acting_as import LINE, came_to_q, decided_by, signed_by, took_part_q, yes
from escalation.steps.step_kind import KINDS, StepKind, kind_of, of_kinds
from people import access
from people.models import User
from people.roles import Scope
from qualitycounts.base.row_questions import NO_ROW

Right = Literal["does", "signs", "moves", "came", "took_part", "ready"]
"""What a person may do on a step, whatever its state (do it, sign it, keep it moving), and how they and it stand."""


def asked_of(user: User) -> Q:
    """The steps that wait for this person, if they are open: theirs to do, passed up to them, or theirs to sign.

    Nothing that the rules refuse them; and where its owner cannot act, it waits for those whom the rules let act.
    """
    on, to_do = access.doorway_day(), NO_ROW
    for kinds in alike(KINDS.values(), lambda kind: type(kind).turn_of):
        to_do |= done_by(kinds, user) & kinds[0].turn_of(user, on=on)
    return (to_sign() & signed_by(user, on=on)) | (~to_sign() & to_do)


def done_by(kinds: Iterable[StepKind], user: User) -> Q:
    """The steps of these kinds that the person may do, whoever's turn it is."""
    steps = NO_ROW
    for same in alike(kinds, lambda kind: (type(kind).done_by, kind.scopes)):
        steps |= of_kinds(same) & same[0].done_by(user)
    return steps


def alike(kinds: Iterable[StepKind], key: Callable[[StepKind], object]) -> list[list[StepKind]]:
    """The kinds of which the same is asked, together: the database plans each question that it is asked."""
    groups: dict[object, list[StepKind]] = {}
    for kind in kinds:
        groups.setdefault(key(kind), []).append(kind)
    return list(groups.values())


def to_sign(kinds: Iterable[StepKind] | None = None) -> Q:
    """The steps whose doing is done, so that they wait for a signature."""
    steps = NO_ROW
    for kind in KINDS.values() if kinds is None else kinds:
        if (ready := kind.ready()) is not None:
            steps |= of_kinds([kind]) & ready
    return steps


QUESTIONS: dict[Right, Callable[[list[StepKind], User], Q]] = {
    "does": done_by,
    "signs": lambda kinds, by: signed_by(by, on=access.doorway_day()),
    "moves": lambda kinds, by: decided_by(by, *LINE, Scope.ALL),
    "came": lambda kinds, by: came_to_q(by),
    "took_part": lambda kinds, by: took_part_q(by.pk),
    "ready": lambda kinds, by: to_sign(kinds),
}


def read_rights(steps: Sequence[Step], *, by: User) -> None:
    """Ask everything of all of these steps at once, and keep the answers with each, for the checks of one page. What
    was asked before of a step and the person stands."""
    steps = [step for step in steps if vars(step).get("rights", (None,))[0] != by.pk]
    if not steps:
        return
    kinds = list(dict.fromkeys(map(kind_of, steps)))
    columns = {right: yes(question(kinds, by)) for right, question in QUESTIONS.items()}
    answers = Step.objects.filter(pk__in=[step.pk for step in steps]).order_by().values("pk", **columns)
    known = {answer["pk"]: answer for answer in answers}
    for step in steps:
        step.rights = by.pk, known[step.pk]  # type: ignore[attr-defined]


def has_right(step: Step, by: User, right: Right) -> bool:
    """Whether it holds of the person and the step: as the page asked of all of its steps, or else now."""
    whose, known = vars(step).get("rights", (None, {}))
    if whose == by.pk:
        return bool(known[right])
    return Step.objects.filter(QUESTIONS[right]([kind_of(step)], by), pk=step.pk).exists()
