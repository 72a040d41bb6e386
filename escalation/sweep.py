"""The sweep: what has become late is found, and the next person up is told, once at each level.

A `Breach` row is the claim: one for each deadline and level, so that a sweep run twice, or by two workers, tells
nobody twice; after days without a sweep each level that was reached is told once. Deadlines of one audit that were
missed on the same day are told in one notice (docs/adr/0003-escalation.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import F, Q

from audits import reminders as before_the_meeting
from audits.models import Action
from escalation import owners, patterns, reminders
from escalation.models import Breach, Escalation, Step
from escalation.paths import LATE, LATE_FOR_SAFETY, PATHS, Level
from escalation.who import ABOVE, Who
from people import absence, council, notices, trail
from people.directory import here, holding
from people.models import Absence, Heartbeat, Membership, Notice, User
from people.roles import Role
from standards.timescales import have_passed, one_calendar

TOLD = (Who.QA_OFFICER, Who.HEAD_OF_QA, Who.HEAD_OF_SERVICE, Who.ASSISTANT_DIRECTOR, Who.EXECUTIVE_DIRECTOR)
TITLES = {(path, rung.slug): rung.title for path, ladder in PATHS.items() for rung in ladder.rungs}


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did: new breaches, the deadlines they are of, and how many notices went out."""

    breaches: int
    escalated: int
    notices: int


@dataclass(frozen=True, slots=True)
class Late:
    """One deadline that has passed, a step's or an action's, with all that telling of it needs."""

    step: int | None
    action: int | None
    what: str
    ref: str
    due_on: date
    audit: str
    team: str | None
    service: int | None
    owner: int | None
    owner_name: str | None
    safety: bool = False


@dataclass(frozen=True, slots=True)
class Missed:
    """A deadline that has reached a level which was not told yet, and whom the level tells."""

    late: Late
    level: Level
    people: tuple[User, ...]

    @property
    def notice(self) -> tuple[str, date, int, tuple[int, ...]]:
        """What is told in one notice: the audit, the day that was missed, the level and who is told."""
        return self.late.audit, self.late.due_on, self.level.key, tuple(person.pk for person in self.people)

    @property
    def order(self) -> tuple[object, ...]:
        """Those of one notice side by side, its steps before its actions."""
        return *self.notice, self.late.step is None, self.late.step or self.late.action


class Holders:
    """Who holds each level's part on a day, by service where it has one; read once."""

    def __init__(self, on: date) -> None:
        held = Membership.objects.filter(holding(on), here(on, "user__"), role__in=[who.value for who in TOLD])
        self.held: dict[tuple[str, int | None], list[User]] = {}
        for membership in held.select_related("user").order_by("user__name", "user__pk"):
            service = membership.service_id if membership.role == Role.HEAD_OF_SERVICE else None
            people = self.held.setdefault((membership.role, service), [])
            if membership.user not in people:
                people.append(membership.user)

    def of(self, who: Who, *, service: int | None, owner: int | None) -> tuple[User, ...]:
        """Whom a level tells: every QA Officer, else the first by name; nobody where no one holds it or any above."""
        return self.part_and_people(who, service=service, owner=owner)[1]

    def part_and_people(self, who: Who, *, service: int | None, owner: int | None) -> tuple[Who, tuple[User, ...]]:
        """As `of`, with the part they hold: the one asked for, or the one above that stands in.

        What a QA Officer owns is told to the Head of QA.
        """
        part: Who | None = who
        while part is not None:
            people = self.held.get((part.value, service if part == Who.HEAD_OF_SERVICE else None), [])
            own = part == Who.QA_OFFICER and owner in [person.pk for person in people]
            if people and not own:
                return part, tuple(people if part == Who.QA_OFFICER else people[:1])
            part = ABOVE.get(part)
        return who, ()


def sweep(*, on: date, at: datetime) -> Swept:
    """Find every deadline that has reached a level by the day `on`, and tell that level. Running it twice is harmless.

    How many questions it asks of the database does not depend on how many deadlines are open.
    """
    with one_calendar(), council.read_once(), trail.acting(by=None, at=at) as act:
        wait_for_others(at)
        owners.follow_re_audits(act, on=on)
        patterns.look(act, on=on)
        patterns.late(on=on, at=at)
        missed = sorted(untold([*late_steps(on), *late_actions(on)], on), key=lambda one: one.order)
        told = owners.gone(on, at) + reminders.progress(on, at) + before_the_meeting.due(on, at)
        away = absence.away({person.pk for one in missed for person in one.people}, on=on)
        for _, group in groupby(missed, key=lambda one: one.notice):
            told += letters(list(group), away, at)
        for one in missed:
            content = {"due_on": one.late.due_on, "level": one.level.key}
            act.add_by_ref("deadline.missed", "step" if one.late.step else "action", one.late.ref, content=content)
        Breach.objects.bulk_create(claim(one, on) for one in missed)
        notices.tell_all(told)
    return Swept(len(missed), len({(one.late.step, one.late.action) for one in missed}), len(told))


def wait_for_others(at: datetime) -> None:
    """One sweep at a time: the row of its heartbeat is the turn."""
    Heartbeat.objects.get_or_create(part="sweep", defaults={"beat": at})
    beat = Heartbeat.objects.select_for_update().get(part="sweep")
    beat.beat = at
    beat.save(update_fields=["beat"])


def late_steps(on: date) -> Iterator[Late]:
    """Every open step whose date has passed, locked so that none is done meanwhile."""
    rows = Step.objects.overdue(on).order_by("pk").select_for_update(of=("self",))
    for pk, slug, path, ref, due_on, audit, team, service, owner, name in rows.values_list(
        "pk",
        "slug",
        "escalation__path",
        "escalation__ref",
        "due_on",
        "escalation__audit__ref",
        "escalation__audit__case__team__name",
        "escalation__audit__case__team__service",
        "owner",
        "owner__name",
    ):
        if due_on is not None:
            safety = path == Escalation.Path.SAFEGUARDING
            title = TITLES[path, slug]
            yield Late(pk, None, title, f"{ref}/{slug}", due_on, audit, team, service, owner, name, safety)


def late_actions(on: date) -> Iterator[Late]:
    """Every overdue action, locked so that none is done meanwhile."""
    rows = Action.objects.overdue(on).order_by("pk").select_for_update(of=("self",))
    for pk, number, due_on, audit, team, service, owner, name in rows.values_list(
        "pk",
        "number",
        "due_on",
        "audit__ref",
        "audit__case__team__name",
        "audit__case__team__service",
        "owner",
        "owner__name",
    ):
        yield Late(None, pk, f"action {number}", f"{audit}-{number}", due_on, audit, team, service, owner, name)


def untold(late: list[Late], on: date) -> list[Missed]:
    """Each deadline with each level that it has reached by the day and that nobody was told of yet."""
    if not late:
        return []
    told = Breach.objects.filter(
        Q(step__state=Step.State.OPEN, due_on=F("step__due_on"))
        | Q(action__state=Action.State.OPEN, due_on=F("action__due_on"))
    )
    known = set(told.values_list("step", "action", "due_on", "level"))
    now = Holders(on)
    reached: dict[tuple[date, bool], list[Level]] = {}
    found = []
    for one in late:
        key = (one.due_on, one.safety)
        if key not in reached:
            levels = LATE_FOR_SAFETY if one.safety else LATE
            reached[key] = [level for level in levels if have_passed(level.days, one.due_on, on=on)]
        found += [
            Missed(one, level, now.of(level.who, service=one.service, owner=one.owner))
            for level in reached[key]
            if (one.step, one.action, one.due_on, level.key) not in known
        ]
    return found


def claim(one: Missed, on: date) -> Breach:
    """The row that makes this telling happen once."""
    return Breach(
        step_id=one.late.step,
        action_id=one.late.action,
        level=one.level.key,
        due_on=one.late.due_on,
        on=on,
        told=one.people[0] if one.people else None,
    )


def letters(together: list[Missed], away: Mapping[int, Absence], at: datetime) -> list[Notice]:
    """One notice for each person of a level, and for their deputy while they are `away`, about everything of one audit
    that was due on one day."""
    first, level, people = together[0].late, together[0].level, together[0].people
    deputies = [away[person.pk].deputy for person in people if person.pk in away]
    what = " and ".join(dict.fromkeys(one.late.what for one in together))
    names = " and ".join(dict.fromkeys(one.late.owner_name or "nobody at present" for one in together))
    due = f"{first.due_on:%A} {first.due_on.day} {first.due_on:%B %Y}"
    since = "its date has passed" if level.key == 1 else f"it is {level.days} working days late or more"
    body = (
        f"{what[:1].upper()}{what[1:]} of {first.audit}{f', {first.team}' if first.team else ''}: due on {due} and "
        f"still open, with {names}. You are told because {since}."
    )
    return [
        Notice(
            to=person,
            key=f"late:{first.ref}:{first.due_on}:{level.key}",
            subject=f"Late: {what} of {first.audit}"[:200],
            body=body,
            link=link(first, level),
            made=at,
            next_try=at,
        )
        for person in dict.fromkeys([*people, *deputies])
    ]


def link(late: Late, level: Level) -> str:
    """Where to see it. The Executive Director opens escalations but not single actions, so those have no link."""
    if late.step:
        return f"/escalations/{late.ref.partition('/')[0]}/"
    return "" if level.who == Who.EXECUTIVE_DIRECTOR else f"/actions/{late.ref}/"
