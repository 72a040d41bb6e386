"""The queue: every open escalation a person may see, the worst first, with whose turn it is and who is next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from urllib.parse import urlencode

from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from escalation.access import visible_escalations
from escalation.models import Breach, Escalation, Step
from escalation.steps import moving
from escalation.steps.acting_as import yes
from escalation.steps.holders import Holders, WaitsFor, service_of
from escalation.steps.paths import PATHS, Level
from escalation.steps.people import Who
from escalation.steps.rights import asked_of, read_rights, to_sign
from escalation.steps.step_kind import StepKind, kind_of
from escalation.steps.waits_for import waits_for
from people import absence, access
from people.kept_questions import rows_for
from people.models import Notice, User
from people.roles import Permission, Scope
from qualitycounts.base.clock import start_of
from qualitycounts.base.dates import hour
from qualitycounts.base.refusals import allows
from standards.timescales import add_months, add_working_days, working_days_between

SEVERITY = (Escalation.Path.SAFEGUARDING, Escalation.Path.INADEQUATE, Escalation.Path.REQUIRES_IMPROVEMENT)
"""What an escalation is open for, the worst first."""


def lately(on: date) -> datetime:
    """Since when what is finished is still listed: three months, so that no quarter's end takes it out of sight."""
    return start_of(add_months(on, -3))


def queue_scope_in_words(user: User) -> str:
    """What the queue's heading says it covers: the services or teams that the person's grants reach; "" for all."""
    reached: set[str] = set()
    for held, grant in access.grants(user, Permission.SEE_ESCALATION):
        if grant.scope == Scope.SERVICE and held.service is not None:
            reached.add(held.service.name)
        elif grant.scope == Scope.TEAM and held.team is not None:
            reached.add(held.team.name)
    return "" if access.sees_all(user, Permission.SEE_ESCALATION) else " and ".join(sorted(reached))


SHOWS = ("open", "safeguarding", "yours", "over", "today", "gone", "deputy", "finished")
ORDERS = (("worst", "Worst first"), ("clock", "Clock"), ("team", "Team"))
"""In what order the queue stands; the first is the one that nobody has to choose."""


def with_deputy(steps: QuerySet[Step], *, on: date) -> QuerySet[Step]:
    """Those of these steps whose owner is away on the day, so that a deputy stands in."""
    return steps.filter(Exists(access.absences_of_day(on).filter(person=OuterRef("owner"))))


def own_steps(user: User) -> Q:
    """The open steps that wait for the person: found once for all that a page asks about them."""
    return Q(pk__in=rows_for(user, steps_waiting_for))


def steps_waiting_for(user: User) -> QuerySet[Step, int]:
    """The keys of the open steps that wait for the person."""
    return Step.objects.open().filter(asked_of(user)).values_list("pk", flat=True)


def counts(user: User, mine: Q, *, on: date) -> dict[str, int]:
    """How many the person may see of each kind that the strip above the queue counts. One question. `mine`:
    own_steps."""
    steps = Step.objects.open().filter(escalation=OuterRef("pk"))
    is_open = Q(state=Escalation.State.OPEN)
    finished = Q(state=Escalation.State.FINISHED, finished__gte=lately(on))
    counted: dict[str, int] = (
        visible_escalations(user)
        .filter(is_open | finished)
        .order_by()
        .aggregate(
            open=Count("pk", filter=is_open),
            safeguarding=Count("pk", filter=is_open & Q(path=Escalation.Path.SAFEGUARDING)),
            yours=Count("pk", filter=Exists(steps.filter(mine))),
            over=Count("pk", filter=Exists(steps.overdue(on))),
            today=Count("pk", filter=Exists(steps.filter(due_on=on))),
            gone=Count("pk", filter=Exists(steps.ownerless(on))),
            deputy=Count("pk", filter=Exists(with_deputy(steps, on=on))),
            finished=Count("pk", filter=finished),
        )
    )
    return counted


def queued_escalations(user: User, show: str, mine: Q, *, on: date) -> QuerySet[Escalation]:
    """The escalations of one of `SHOWS`, as yet in no order. `mine`: own_steps."""
    steps = Step.objects.open().filter(escalation=OuterRef("pk"))
    if show == "finished":
        return visible_escalations(user).filter(state=Escalation.State.FINISHED, finished__gte=lately(on))
    narrow = {
        "safeguarding": Q(path=Escalation.Path.SAFEGUARDING),
        "over": Q(Exists(steps.overdue(on))),
        "today": Q(Exists(steps.filter(due_on=on))),
        "yours": Q(Exists(steps.filter(mine))),
        "gone": Q(Exists(steps.ownerless(on))),
        "deputy": Q(Exists(with_deputy(steps, on=on))),
    }.get(show, Q())
    return visible_escalations(user).filter(narrow, state=Escalation.State.OPEN)


def in_order(
    queue: QuerySet[Escalation], show: str, mine: Q, *, on: date, order: str = "worst"
) -> QuerySet[Escalation]:
    """Escalations of `queued_escalations` with their open steps, in one of `ORDERS` (the latest finished first).

    Worst first: safeguarding, then the path of Inadequate, then that of Requires improvement; in each, the person's
    own, then the clock.
    """
    queue = queue.select_related("audit__case__team__service", "audit__case__keyworker")
    if show == "finished":
        return queue.order_by("-finished", "ref")
    open_steps = (
        Step.objects.open()
        .annotate(stands_in=absence.deputy_name(on), is_yours=yes(mine), to_sign=yes(to_sign()))
        .select_related("owner", "passed_to", "acted_by")
        .order_by("due_on", "position")
        .prefetch_related(Prefetch("breaches", queryset=Breach.objects.only("step", "due_on", "level")))
    )
    steps = Step.objects.open().filter(escalation=OuterRef("pk"))
    soonest = steps.order_by("due_on").values("due_on")
    worst_first = {
        "severity": Case(
            *(When(path=path, then=Value(place)) for place, path in enumerate(SEVERITY)), default=Value(9)
        ),
        "turn": Case(When(Exists(steps.filter(mine)), then=Value(0)), default=Value(1)),
        "due_on": Coalesce(Subquery(soonest.filter(mine)[:1]), Subquery(soonest[:1])),
    }
    by = {
        "clock": ("due_on", "severity", "ref"),
        "team": ("audit__case__team__name", "severity", "turn", "due_on", "ref"),
    }.get(order, ("severity", "turn", "due_on", "ref"))
    return (
        queue.annotate(**worst_first)
        .prefetch_related(Prefetch("steps", queryset=open_steps, to_attr="open_steps"))
        .order_by(*by)
    )


@dataclass(frozen=True, slots=True)
class NextUp:
    """Who is told next if a step stays open, and from which day. Nobody once everyone above was told."""

    level: Level
    person: User | None
    on: date


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One escalation in the queue: its most urgent open step, as the person who looks sees it.

    `asks`: they may ask whom it waits for, by its button; `asked`: when they did so today, "" if they did not.
    """

    escalation: Escalation
    step: Step
    kind: StepKind
    waiting: WaitsFor
    days_left: int
    title: str
    whose: str
    next_up: NextUp | None
    button: str
    yours: bool
    gone: bool
    asks: bool = False
    asked: str = ""
    show: str = ""

    @property
    def ticks(self) -> bool:
        """Whether it may be acknowledged from the queue, with others."""
        return self.yours and self.kind.ticked

    @property
    def ask(self) -> str:
        """What the button says that asks whom it waits for."""
        return f"Ask {' and '.join(person.first_name for person in self.waiting.people)}"

    @property
    def address(self) -> str:
        """What opens it in the pane, as the end of the queue's address."""
        return urlencode({key: value for key, value in (("show", self.show), ("open", self.escalation.ref)) if value})

    @property
    def read(self) -> str:
        """The address that opens it in the pane and leads there."""
        return f"?{self.address}#read"


@dataclass(frozen=True, slots=True)
class QueueGroup:
    """The rows of one cause, with how many of it there are on all pages."""

    path: str
    count: int
    rows: list[QueueRow]

    @property
    def own_path(self) -> str:
        """The path in words where a set of standards has put another grade on it than the one of its name."""
        return next((row.escalation.own_path for row in self.rows if row.escalation.own_path), "")


def queue_groups(rows: Iterable[QueueRow], counted: Mapping[str, int]) -> list[QueueGroup]:
    """The rows of a page by their cause, as they follow one another."""
    return [
        QueueGroup(path, counted.get(path, 0), list(group))
        for path, group in groupby(rows, key=lambda row: row.escalation.path)
    ]


def queue_rows(page: Iterable[Escalation], *, by: User, on: date, show: str) -> list[QueueRow]:
    """The rows of one page. How many questions they take does not depend on how many rows there are."""
    holders = Holders(on)
    steps = [shown_step(escalation, show, on=on) for escalation in page]
    waiting = waits_for(steps, on=on, holders=holders)
    read_rights(steps, by=by)
    keys = {f"{step.ref}:asked:{by.pk}:{on:%Y-%m-%d}": step.pk for step in steps}
    asked = {keys[key]: hour(made) for key, made in Notice.objects.filter(key__in=keys).values_list("key", "made")}
    rows = [queue_row(step, waiting[step.pk], holders, asked, by=by, on=on) for step in steps]
    return [replace(row, show="" if show == "open" else show) for row in rows]


def shown_step(escalation: Escalation, show: str, *, on: date) -> Step:
    """The step that waits for the person, else the most urgent; where late ones or those of today are asked for, the
    most urgent of these."""
    steps: list[Step] = escalation.open_steps  # type: ignore[attr-defined]
    late = {step.pk for step in steps if step.due_on is not None and step.due_on < on}
    today = {step.pk for step in steps if step.due_on == on}
    asked = {"over": late, "today": today}.get(show, {step.pk for step in steps})
    wanted = [step for step in steps if step.pk in asked] or steps
    step = next((step for step in wanted if step.is_yours), wanted[0])  # type: ignore[attr-defined]
    step.escalation = escalation
    return step


def queue_row(
    step: Step, waiting: WaitsFor, holders: Holders, asked: Mapping[int, str], *, by: User, on: date
) -> QueueRow:
    """One row."""
    mine: bool = step.is_yours  # type: ignore[attr-defined]
    kind, due = kind_of(step), step.due_on or on
    title, whose = what_and_whose(step, kind, waiting, by=by, mine=mine)
    gone = step.owner_gone(on)
    if mine:
        button = (kind.signature if waiting.signs else kind.to_do).button
    else:
        button = "Name another" if gone and allows(moving.check_hand_over, step, by=by) else "Read"
    return QueueRow(
        step.escalation,
        step,
        kind,
        waiting,
        working_days_between(on, due),
        title,
        whose,
        next_level(step, waiting, holders),
        button,
        mine,
        gone,
        asks=not mine and button == "Read" and allows(moving.check_ask, step, by=by),
        asked=asked.get(step.pk, ""),
    )


def what_and_whose(step: Step, kind: StepKind, waiting: WaitsFor, *, by: User, mine: bool) -> tuple[str, str]:
    """The step's title as it stands, and whose turn it is in words."""
    if waiting.signs:
        sign = "You" if mine else (waiting.names if waiting.people else Who.HEAD_OF_SERVICE.label)
        return kind.sign_row(step, sign, agrees="agree" if mine or len(waiting.people) > 1 else "agrees")
    others = [person for person in waiting.people if person.pk not in (step.owner_id, step.passed_to_id)]
    if others and step.owner_id not in waiting.keys:
        return kind.title, " and ".join("You" if person.pk == by.pk else person.name for person in others)
    owner = "You" if step.owner_id == by.pk else str(step.owner)
    if deputy := step.stands_in:  # type: ignore[attr-defined]
        owner += f" (away: {'you stand' if deputy == by.name else f'{deputy} stands'} in)"
    if step.passed_to is not None:
        up = "you" if step.passed_to_id == by.pk else str(step.passed_to)
        return kind.title, f"{owner}, passed up to {up}"
    return kind.title, owner


def next_level(step: Step, waiting: WaitsFor, holders: Holders) -> NextUp | None:
    """The first level that was not told of this date yet."""
    if step.due_on is None:
        return None
    levels_told = {breach.level for breach in step.breaches.all() if breach.due_on == step.due_on}
    level = next((level for level in PATHS[step.escalation.path].late if level.key not in levels_told), None)
    if level is None:
        return None
    people = holders.whom_to_tell(level.who, service=service_of(step), late=waiting.keys)
    return NextUp(level, people[0] if people else None, add_working_days(step.due_on, level.days))
