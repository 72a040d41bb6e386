"""The sweep: what has become late is found, and the next person up is told, once at each level.

A `Breach` row is the claim: one for each deadline and level, so that a sweep run twice, or by two workers, tells
nobody twice; after days without a sweep each level that was reached is told once. Deadlines of one audit that were
missed on the same day are told in one notice (docs/adr/0003-escalation.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import Exists, OuterRef, Q, QuerySet

from audits.booking import book
from audits.duties import owed
from audits.models import Action
from audits.register import cases as register_cases
from audits.reminders import before_meeting as before_the_meeting
from audits.reminders import chase
from escalation import reminders
from escalation.models import Breach, Escalation, Step
from escalation.month import month_reminders
from escalation.notice_texts import DeadlineMissed
from escalation.patterns import finding, patterns
from escalation.steps import moves, owners
from escalation.steps.acting_as import yes
from escalation.steps.holders import Holders, service_of
from escalation.steps.paths import LATE_LEVELS, PATHS, Level
from escalation.steps.people import Who
from escalation.steps.rights import to_sign
from escalation.steps.step_kind import KINDS, kind_of
from escalation.steps.waits_for import waits_for
from people import absence, council_settings, notices, trail
from people.models import Absence, Heartbeat, Notice, User
from qualitycounts.base.row_questions import NO_ROW
from standards.grades import word_of
from standards.timescales import have_passed, one_calendar, working_days_between


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did: new breaches, the deadlines they are of, how many notices went out of those, and how many
    reminders and late monthly duties were told beside them."""

    breaches: int
    escalated: int
    notices: int
    reminders: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Late:
    """One deadline that has passed, a step's or an action's: whom it waits for, and all that telling of it needs."""

    step: int | None
    action: int | None
    what: str
    ref: str
    due_on: date
    audit: str
    team: str
    service: int | None
    waits_for: tuple[User, ...]
    why: str = ""
    missing: str = ""
    levels: tuple[Level, ...] = LATE_LEVELS
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


def sweep_deadlines(*, on: date, at: datetime) -> Swept:
    """Find every deadline that has reached a level by the day `on`, and tell that level. Running it twice is harmless.

    How many questions it asks of the database does not depend on how many deadlines are open.
    """
    with one_calendar(), council_settings.read_once(), trail.acting(by=None, at=at) as act:
        wait_for_others(at)
        for kind in KINDS.values():
            kind.swept(act, on=on)
        register_cases.mend_keyworkers(act, on=on)
        book.follow_second_workers(act, on=on)
        moves.follow_cases(act, on=on)
        holders = Holders(on)
        of_patterns = [*finding.find_patterns(act, holders, on=on), *patterns.late(holders, on=on)]
        late = [*late_steps(on, holders), *late_actions(on)]
        missed = sorted(untold(late, holders, on), key=lambda deadline: deadline.order)
        outgoing = (
            owners.gone(holders, on, at)
            + reminders.progress(on, at)
            + month_reminders(on, at)
            + before_the_meeting.reminders_due(on, at)
        )
        away = absence.absences_on({person.pk for deadline in missed for person in deadline.people}, on=on)
        for _, group in groupby(missed, key=lambda deadline: deadline.notice):
            outgoing += letters(list(group), away, on, at)
        for deadline in missed:
            late_row, content = deadline.late, {"due_on": deadline.late.due_on, "level": deadline.level.key}
            act.add_by_ref("deadline.missed", "step" if late_row.step else "action", late_row.ref, content=content)
        Breach.objects.bulk_create(claim(deadline, on) for deadline in missed)
        officers, heads = holders.everyone(Who.QA_OFFICER), holders.everyone(Who.HEAD_OF_QA)
        duties = owed.late_duties_due(on, at, heads=heads, officers=officers)
        notices.tell_all([*outgoing, *absence.notices_with_deputies(of_patterns, on=on, at=at), *duties])
        chase.keep_of_notices(outgoing)
        reminded = chase.remind_by_itself(on=on, at=at) + len(duties)
    escalated = {(deadline.late.step, deadline.late.action) for deadline in missed}
    return Swept(len(missed), len(escalated), len(outgoing), reminded)


def wait_for_others(at: datetime) -> None:
    """One sweep at a time: the row of its heartbeat is the turn."""
    Heartbeat.objects.get_or_create(part="sweep", defaults={"beat": at})
    beat = Heartbeat.objects.select_for_update().get(part="sweep")
    beat.beat = at
    beat.save(update_fields=["beat"])


def latest_reached(level: Level, *, on: date) -> date:
    """The latest date that has reached the level by the day `on`: every earlier one has, too."""
    due_on = on
    while not have_passed(level.days, due_on, on=on):
        due_on -= timedelta(days=1)
    return due_on


def untold_of(levels: Iterable[Level], breaches: QuerySet[Breach], *, on: date) -> Q:
    """The deadlines that have reached one of these levels that was not told yet. `breaches`: those of a row."""
    untold = NO_ROW
    for level in levels:
        breached = breaches.filter(due_on=OuterRef("due_on"), level=level.key)
        untold |= Q(~Exists(breached), due_on__lte=latest_reached(level, on=on))
    return untold


def late_steps(on: date, holders: Holders) -> Iterator[Late]:
    """Every late step of which a level is still to be told, locked so that none is done meanwhile."""
    breaches, untold = Breach.objects.filter(step=OuterRef("pk")), NO_ROW
    for path, ladder in PATHS.items():
        untold |= Q(escalation__path=path) & untold_of(ladder.late, breaches, on=on)
    late = Step.objects.overdue(on).filter(untold)
    rows = late.annotate(to_sign=yes(to_sign())).order_by("pk").select_for_update(of=("self",))
    steps = list(rows.select_related("owner", "passed_to", "escalation__audit__case__team"))
    waiting = waits_for(steps, on=on, holders=holders) if steps else {}
    for step in steps:
        if step.due_on is not None:
            audit, path = step.escalation.audit, step.escalation.path
            yield Late(
                step.pk,
                None,
                kind_of(step).title,
                step.ref,
                step.due_on,
                audit.ref,
                str(audit.case.team or ""),
                service_of(step),
                waiting[step.pk].people,
                step.escalation.opened_for,
                waiting[step.pk].missing,
                PATHS[path].late,
                path == Escalation.Path.SAFEGUARDING,
            )


def late_actions(on: date) -> Iterator[Late]:
    """Every overdue action of which a level is still to be told, locked so that none is done meanwhile."""
    breaches = Breach.objects.filter(action=OuterRef("pk"))
    late = Action.objects.overdue(on).filter(untold_of(LATE_LEVELS, breaches, on=on))
    rows = late.order_by("pk").select_for_update(of=("self",))
    for action in rows.select_related("owner", "audit__case__team"):
        audit, team, owner = action.audit, action.audit.case.team, action.owner
        waiting = (owner,) if owner is not None and owner.works_here(on) else ()
        service = team.service_id if team else None
        what = f"action {action.number}"
        why = word_of(audit.grade) if audit.grade else ""
        yield Late(None, action.pk, what, action.ref, action.due_on, audit.ref, str(team or ""), service, waiting, why)


def untold(late: list[Late], holders: Holders, on: date) -> list[Missed]:
    """Each deadline with each level that it has reached by the day and that nobody was told of yet."""
    if not late:
        return []
    steps = [deadline.step for deadline in late if deadline.step is not None]
    actions = [deadline.action for deadline in late if deadline.action is not None]
    breaches = Breach.objects.filter(Q(step__in=steps) | Q(action__in=actions))
    known = set(breaches.values_list("step", "action", "due_on", "level"))
    reached: dict[tuple[date, tuple[Level, ...]], list[Level]] = {}
    misseds = []
    for deadline in late:
        key = (deadline.due_on, deadline.levels)
        if key not in reached:
            reached[key] = [level for level in deadline.levels if have_passed(level.days, deadline.due_on, on=on)]
        waiting = [person.pk for person in deadline.waits_for]
        misseds += [
            Missed(deadline, level, holders.whom_to_tell(level.who, service=deadline.service, late=waiting))
            for level in reached[key]
            if (deadline.step, deadline.action, deadline.due_on, level.key) not in known
        ]
    return misseds


def claim(missed: Missed, on: date) -> Breach:
    """The row that makes this telling happen once."""
    return Breach(
        step_id=missed.late.step,
        action_id=missed.late.action,
        level=missed.level.key,
        due_on=missed.late.due_on,
        on=on,
        told=missed.people[0] if missed.people else None,
    )


def letters(together: list[Missed], away: Mapping[int, Absence], on: date, at: datetime) -> list[Notice]:
    """One notice for each person of a level, and for their deputy while they are `away`, about everything of one audit
    that was due on one day."""
    first, level, people = together[0].late, together[0].level, together[0].people
    deputies = [away[person.pk].deputy for person in people if person.pk in away]
    what = " and ".join(dict.fromkeys(missed.late.what for missed in together))
    waiting = dict.fromkeys(person.name for missed in together for person in missed.late.waits_for)
    names = " and ".join(waiting) or "nobody at present"
    text = DeadlineMissed(
        ref=first.ref,
        of_step=first.step is not None,
        opens_actions=level.who != Who.EXECUTIVE_DIRECTOR,
        what=what,
        audit=first.audit,
        team=first.team,
        due_on=first.due_on,
        names=names,
        days_late=max(-working_days_between(on, first.due_on), 1),
        why=first.why,
        missing=" and ".join(dict.fromkeys(missed.late.missing for missed in together if missed.late.missing)),
        safety=any(missed.late.safety for missed in together),
    )
    key = f"late:{first.ref}:{first.due_on}:{level.key}"
    return notices.notices_to([*people, *deputies], text=text, key=key, at=at)
