"""The queue: every open escalation a person may see, least time left first, with whose turn it is and who is next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Exists, F, Min, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.fields import BooleanField

from audits.models import Action
from escalation.access import visible_escalations
from escalation.models import Breach, Escalation, Step
from escalation.paths import PATHS, Level, Rung, rung_of
from escalation.sweep import Holders
from escalation.who import Who
from people import absence, access
from people.models import Membership, User
from people.roles import Permission, Role, Scope
from standards.timescales import add_working_days, working_days_between

OPEN = Q(state=Step.State.OPEN)
TO_SIGN = Q(slug="make_safe", acted_at__isnull=False) | (
    Q(slug="immediate_actions")
    & ~Exists(
        Action.objects.filter(audit=OuterRef("escalation__audit"), kind=Action.Kind.IMMEDIATE, state=Action.State.OPEN)
    )
)
"""The doing is done and the step waits for its signature."""
HEADS = Membership.objects.filter(
    role=Role.HEAD_OF_SERVICE, service=OuterRef("escalation__audit__case__team__service"), ends_on=None
)
HEAD_DID = Q(Exists(HEADS.filter(user=OuterRef("acted_by"))), slug="make_safe")
"""The Head of Service of the case made the child safe, so the Assistant Director agrees to it."""
BUTTONS = {
    "acknowledge": "Acknowledge",
    "make_safe": "Say what was done",
    "immediate_actions": "See what is left",
    "supervision": "See what is left",
    "actions": "See what is left",
    "qa_check": "Check the record",
    "re_audit": "Open",
}
"""What a row's button says where the step waits for the person who looks."""
SIGN_BUTTONS = {"make_safe": "Agree child is safe", "immediate_actions": "Read and sign"}


def yours(user: User) -> Q:
    """What makes a step wait for this person: theirs to do, passed up to them, or theirs to sign."""
    signs = Q(pk__in=[])
    for held, grant in access.grants(user, Permission.DECIDE_ESCALATION):
        if grant.scope == Scope.SERVICE and held.service_id:
            near = Q(owner=held.user_id) | Q(acted_by=held.user_id)
            signs |= Q(escalation__audit__case__team__service=held.service_id) & ~near
    if access.acting_as(user, Role.ASSISTANT_DIRECTOR):
        signs |= HEAD_DID
    to_sign = signs & TO_SIGN & ~Q(owner=user) & ~Q(acted_by=user)
    cover = access.covered_by(user)
    mine, passed = Q(owner=user) | Q(owner__in=cover), Q(passed_to=user) | Q(passed_to__in=cover)
    return (mine & ~TO_SIGN) | passed | to_sign


def waiting_for(user: User) -> QuerySet[Step]:
    """The open steps that wait for this person, the soonest first: for My work and the count above the queue."""
    return (
        Step.objects.open()
        .filter(yours(user))
        .annotate(to_sign=Case(When(TO_SIGN, then=Value(True)), default=Value(False), output_field=BooleanField()))
        .select_related("escalation__audit__case__team__service", "owner", "passed_to")
        .order_by("due_on", "escalation__ref", "position")
    )


def quarter(on: date) -> date:
    """The first day of the council's quarter: April, July, October or January."""
    return on.replace(month=(on.month - 1) // 3 * 3 + 1, day=1)


def place(user: User) -> str:
    """What the queue's heading says it covers: the services or teams that the person's grants reach; "" for all."""
    reached: set[str] = set()
    for held, grant in access.grants(user, Permission.SEE_ESCALATION):
        if grant.scope == Scope.SERVICE and held.service is not None:
            reached.add(held.service.name)
        elif grant.scope == Scope.TEAM and held.team is not None:
            reached.add(held.team.name)
    return "" if access.sees_all(user, Permission.SEE_ESCALATION) else " and ".join(sorted(reached))


SHOWS = ("open", "over", "today", "yours", "finished")


def counts(user: User, *, on: date) -> dict[str, int]:
    """How many the person may see of each kind that the strip above the queue counts; one question."""
    steps = Step.objects.open().filter(escalation=OuterRef("pk"))
    found: dict[str, int] = (
        visible_escalations(user)
        .order_by()
        .aggregate(
            open=Count("pk", filter=Q(state=Escalation.State.OPEN)),
            over=Count("pk", filter=Exists(steps.overdue(on))),
            today=Count("pk", filter=Exists(steps.filter(due_on=on))),
            yours=Count("pk", filter=Exists(steps.filter(yours(user)))),
            finished=Count("pk", filter=Q(state=Escalation.State.FINISHED, finished__date__gte=quarter(on))),
        )
    )
    return found


def listed(user: User, show: str, *, on: date) -> QuerySet[Escalation]:
    """The escalations of one of `SHOWS`, with their open steps, least time left first (the latest finished first)."""
    steps = Step.objects.open().filter(escalation=OuterRef("pk"))
    found = visible_escalations(user).select_related("audit__case__team__service")
    if show == "finished":
        done = Q(state=Escalation.State.FINISHED, finished__date__gte=quarter(on))
        return found.filter(done).order_by("-finished", "ref")
    narrow = {
        "over": Q(Exists(steps.overdue(on))),
        "today": Q(Exists(steps.filter(due_on=on))),
        "yours": Q(Exists(steps.filter(yours(user)))),
    }.get(show, Q())
    open_steps = (
        Step.objects.open()
        .annotate(
            to_sign=Case(When(TO_SIGN, then=Value(True)), default=Value(False), output_field=BooleanField()),
            stands_in=absence.deputy_name(on),
            is_yours=Case(When(yours(user), then=Value(True)), default=Value(False), output_field=BooleanField()),
        )
        .select_related("owner", "passed_to", "acted_by")
        .order_by("due_on", "position")
        .prefetch_related(Prefetch("breaches", queryset=Breach.objects.only("step", "due_on", "level")))
    )
    return (
        found.filter(narrow, state=Escalation.State.OPEN)
        .annotate(due_on=Min("steps__due_on", filter=Q(steps__state=Step.State.OPEN)))
        .prefetch_related(Prefetch("steps", queryset=open_steps, to_attr="open_steps"))
        .order_by(F("due_on").asc(nulls_last=True), "ref")
    )


@dataclass(frozen=True, slots=True)
class NextUp:
    """Who is told next if a step stays open, and from which day. Nobody once everyone above was told."""

    level: Level
    person: User | None
    on: date


@dataclass(frozen=True, slots=True)
class Row:
    """One escalation in the queue: its most urgent open step, as the person who looks sees it."""

    escalation: Escalation
    step: Step
    rung: Rung
    days_left: int
    title: str
    whose: str
    next_up: NextUp | None
    button: str
    yours: bool
    gone: bool

    @property
    def ticks(self) -> bool:
        """Whether it may be acknowledged from the queue, with others."""
        return self.yours and self.step.slug == "acknowledge"


def rows(page: Iterable[Escalation], *, by: User, on: date, show: str) -> list[Row]:
    """The rows of one page. How many questions they take does not depend on how many rows there are."""
    holders = Holders(on)
    return [row(escalation, holders, by=by, on=on, show=show) for escalation in page]


def row(escalation: Escalation, holders: Holders, *, by: User, on: date, show: str) -> Row:
    """One row. Under "waiting for you" it is the step that waits for you."""
    steps: list[Step] = escalation.open_steps  # type: ignore[attr-defined]
    step = next((one for one in steps if show != "yours" or one.is_yours), steps[0])  # type: ignore[attr-defined]
    step.escalation = escalation
    mine, to_sign = step.is_yours, step.to_sign  # type: ignore[attr-defined]
    rung, due = rung_of(step), step.due_on or on
    days = working_days_between(on, due)
    title, whose = what_and_whose(step, rung, holders, by=by, mine=mine, to_sign=to_sign)
    button = (SIGN_BUTTONS if to_sign else BUTTONS).get(step.slug, "Open") if mine else "Open"
    if not mine and days < 0:
        button = "See what is left"
    return Row(escalation, step, rung, days, title, whose, next_up(step, holders), button, mine, step.owner_gone(on))


def what_and_whose(step: Step, rung: Rung, holders: Holders, *, by: User, mine: bool, to_sign: bool) -> tuple[str, str]:
    """The step's title as it stands, and whose turn it is in words."""
    owner = "You" if step.owner_id == by.pk else str(step.owner)
    if deputy := step.stands_in:  # type: ignore[attr-defined]
        owner += f" (away: {'you stand' if deputy == by.name else f'{deputy} stands'} in)"
    if step.passed_to is not None:
        up = "you" if step.passed_to_id == by.pk else str(step.passed_to)
        return rung.title, f"{owner}, passed up to {up}"
    if not to_sign:
        return rung.title, owner
    heads = holders.of(Who.HEAD_OF_SERVICE, service=service_of(step), owner=None)
    if heads and heads[0].pk == step.acted_by_id:
        heads = holders.of(Who.ASSISTANT_DIRECTOR, service=None, owner=None)
    head = "You" if mine else next((person.name for person in heads), Who.HEAD_OF_SERVICE.label)
    if step.slug == "make_safe":
        return rung.title, f"{head} {'agree' if mine else 'agrees'}, {step.acted_by} acted"
    return f"Sign {rung.title.lower()}", f"{head}: all done with evidence"


def service_of(step: Step) -> int | None:
    """The service that answers for the child now."""
    team = step.escalation.audit.case.team
    return team.service_id if team else None


def next_up(step: Step, holders: Holders) -> NextUp | None:
    """The first level that was not told of this date yet."""
    if step.due_on is None:
        return None
    told = {breach.level for breach in step.breaches.all() if breach.due_on == step.due_on}
    level = next((level for level in PATHS[step.escalation.path].late if level.key not in told), None)
    if level is None:
        return None
    people = holders.of(level.who, service=service_of(step), owner=step.owner_id)
    return NextUp(level, people[0] if people else None, add_working_days(step.due_on, level.days))
