"""Naming other owners for what people who left still have: a task on a page, several at once, each for itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from audits.follow_up import replan
from audits.models import Action
from escalation.models import Step
from escalation.steps import moving
from escalation.steps.owners import by_owner, left_without
from escalation.steps.step_kind import kind_of
from people.models import User
from qualitycounts.base.components import Link
from qualitycounts.base.dates import short_day
from qualitycounts.base.refusals import NotNow, Refused, allows


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who left, or nobody (key 0), with what still waits for them and who may take it over."""

    key: int
    name: str
    left: list[Step | Action]
    people: list[User]

    @property
    def lines(self) -> list[tuple[Link, str]]:
        """Each of it as a link, with its date."""
        return [(link_of(each), short_day(each.due_on)) for each in self.left]


def link_of(each: Step | Action) -> Link:
    """A step or an action as a link to its page."""
    if isinstance(each, Step):
        url = reverse("escalation", args=[each.escalation.ref])
        return Link(f"{kind_of(each).title} of {each.escalation.ref}", f"{url}#{each.slug}")
    return Link(f"Action {each.ref}", reverse("action", args=[each.ref]))


def may_give(each: Step | Action, *, by: User, on: date) -> bool:
    """Whether the person may give it to another."""
    if isinstance(each, Step):
        return allows(moving.check_hand_over, each, by=by)
    return allows(replan.check_reassign, each, by=by, on=on)


def candidates(each: Step | Action, *, on: date) -> set[int]:
    """The keys of those who may have it."""
    people = moving.possible_owners(each, on=on) if isinstance(each, Step) else replan.possible_owners(each, on=on)
    return set(people.values_list("pk", flat=True))


def give_to(each: Step | Action, *, owner: User, why: str, by: User, at: datetime) -> None:
    """Give it to another by its own rule, with that rule's refusals."""
    if isinstance(each, Step):
        moving.hand_step_over(each, by=by, at=at, owner=owner, why=why)
    else:
        replan.reassign_action(each, by=by, at=at, owner=owner, why=why, version=each.version)


def leavers_for(by: User, *, on: date) -> list[Leaver]:
    """Whoever left with something that this person may give to another, the earliest date first."""
    leavers = []
    for key, left in by_owner(each for each in left_without(on) if may_give(each, by=by, on=on)).items():
        able: set[int] = set().union(*(candidates(each, on=on) for each in left))
        people = list(User.objects.filter(pk__in=able).order_by("name", "pk"))
        leavers.append(Leaver(key, str(left[0].owner or "Nobody at present"), left, people))
    return leavers


def give_all(*, leaver: int, owner: User, why: str, by: User, at: datetime, on: date) -> tuple[list[str], list[str]]:
    """Give all that one person left to another, each for itself: the references that went, and a sentence for each
    that did not. Refused (409) where nothing is left of it."""
    left = next((gone.left for gone in leavers_for(by, on=on) if gone.key == leaver), [])
    if not left:
        raise NotNow("Somebody gave these to another person meanwhile. Open the page again.")
    went, refused = [], []
    for each in left:
        try:
            give_to(each, owner=owner, why=why, by=by, at=at)
        except Refused as refusal:
            refused.append(f"{each.ref}: {refusal.sentence}")
        else:
            went.append(each.ref)
    return went, refused
