"""Patterns: several Inadequate of one team, or of one standard, in a quarter of the council's year.

The sweep finds them; the Head of QA and the Head of Service put them to CQAWG, where a themed or a flash audit is
decided, or neither with a reason (strategy 5.5, 7; lifecycle: Escalation ladder).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Unpack

from django.db.models import Q, QuerySet
from django.http import Http404

from audits.models import THAT_STANDS, Activity, Audit, Judgement
from audits.programme import planning
from escalation import states
from escalation.models import Pattern
from escalation.notice_texts import PatternDecided, PatternPlanned, PatternUndecided, PatternUnplanned
from escalation.steps import times
from escalation.steps.holders import Holders
from escalation.steps.paths import LATE_LEVELS
from escalation.steps.people import ABOVE, Who
from people import absence, access, notices, trail
from people.directory import holders
from people.models import User
from people.roles import Permission, Role, Scope
from qualitycounts.base.clock import day_of, start_of
from qualitycounts.base.dates import date_in_words, month_in_words, month_name
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, allows, written
from standards.grades import Grade
from standards.timescales import add_months, add_working_days

TO_PLAN = Q(decision__in=(Pattern.Decision.THEMED, Pattern.Decision.FLASH)) & ~Q(activity__state="planned")
"""An audit was decided on that is not on the programme, or was dropped from it."""


def quarter_of(on: date) -> date:
    """The first day of the council's quarter: April, July, October or January."""
    return on.replace(month=(on.month - 1) // 3 * 3 + 1, day=1)


def quarter_in_words(quarter: date) -> str:
    """The quarter that begins on a day, as a sentence has it: from October to December 2026."""
    return f"from {month_name(quarter)} to {month_in_words(add_months(quarter, 2))}"


def finalised_in(quarter: date) -> Q:
    """Audits that became final in a quarter and stand."""
    since, until = start_of(quarter), start_of(add_months(quarter, 3))
    return Q(state__in=Audit.FINAL, finalised_at__gte=since, finalised_at__lt=until)


def inadequate() -> QuerySet[Judgement]:
    """Grades that stand as Inadequate now, the panel's changes counted."""
    return Judgement.objects.annotate(standing=THAT_STANDS).filter(standing=Grade.INADEQUATE)


def heads(pattern: Pattern, holders: Holders) -> list[User]:
    """The Heads of Service whom it concerns: the team's, or all of them for a standard."""
    if pattern.team is None:
        return holders.everyone(Who.HEAD_OF_SERVICE)
    head = holders.head_of(pattern.team)
    return [head] if head is not None else []


def people_of_pattern(pattern: Pattern, holders: Holders) -> list[User | None]:
    """Whom it concerns: its owner, the Heads of Service and the QA Officers."""
    return [pattern.owner, *heads(pattern, holders), *holders.everyone(Who.QA_OFFICER)]


def standards_of(pattern: Pattern) -> list[int]:
    """The numbers of its standards: the one that it was found by, and those of which the same audits make one."""
    return sorted({*([pattern.standard] if pattern.standard else []), *pattern.also})


def standards_in_words(numbers: Sequence[int]) -> str:
    """Standards in a sentence: standard 2; standards 2, 4 and 5."""
    *most, last = map(str, numbers)
    return f"standards {', '.join(most)} and {last}" if most else f"standard {last}"


def title(pattern: Pattern) -> str:
    """What it is called in a list."""
    numbers = standards_of(pattern)
    if pattern.team is not None:
        return f"Inadequate in {pattern.team}" + (f", and in {standards_in_words(numbers)} there" if numbers else "")
    words = standards_in_words(numbers)
    return f"{words[:1].upper()}{words[1:]} Inadequate"


def sentence(pattern: Pattern) -> str:
    """What was found and when, without anything about a child: an audit may be regraded or declared void since."""
    ends, when = start_of(add_months(pattern.quarter, 3)), quarter_in_words(pattern.quarter)
    then = f"Found on {date_in_words(pattern.found)}:"
    numbers = standards_of(pattern)
    if pattern.team is not None:
        least = times.PATTERN_TEAM.value_before(ends)
        also = f" The same audits had {standards_in_words(numbers)} Inadequate." if numbers else ""
        return f"{then} {pattern.team} had {least} or more audits graded Inadequate in the quarter {when}.{also}"
    least, words = times.PATTERN_STANDARD.value_before(ends), standards_in_words(numbers)
    were = "were" if len(numbers) > 1 else "was"
    return f"{then} {words} {were} graded Inadequate in {least} or more audits of the quarter {when}."


def late(holders: Holders, *, on: date) -> Iterator[absence.Telling]:
    """Yield what is told of patterns that are not decided by their date, or whose audit is not on the programme as long
    after the decision, level by level; the notice's own key makes it once."""
    shown = Pattern.objects.select_related("team", "owner", "activity")
    for pattern in shown.filter(state=Pattern.State.OPEN, due_on__lt=on):
        undecided = PatternUndecided(pattern, title(pattern), sentence(pattern), pattern.due_on)
        yield from reminders_of(undecided, "late", holders, on=on)
    for pattern in shown.filter(TO_PLAN):
        if pattern.decided_at is not None:
            due_on = add_working_days(day_of(pattern.decided_at), times.CQAWG.value())
            unplanned = PatternUnplanned(pattern, title(pattern), sentence(pattern), due_on)
            yield from reminders_of(unplanned, "unplanned", holders, on=on)


def reminders_of(
    text: PatternUndecided | PatternUnplanned, what: str, holders: Holders, *, on: date
) -> Iterator[absence.Telling]:
    """Yield what each level is told that the pattern has reached by the day `on`."""
    for level in LATE_LEVELS:
        if add_working_days(text.due_on, level.days) <= on:
            people = told_for_pattern(level.who, text.pattern, holders)
            yield f"{text.pattern.ref}:{what}:{level.key}", people, text


def told_for_pattern(who: Who, pattern: Pattern, holders: Holders) -> list[User]:
    """Who plays the part for a pattern, else whoever stands above."""
    part: Who | None = who
    while part is not None:
        people = heads(pattern, holders) if part == Who.HEAD_OF_SERVICE else holders.everyone(part)
        if people:
            return people
        part = ABOVE.get(part)
    return []


def visible(user: User) -> QuerySet[Pattern]:
    """Every one for QA and the Assistant Director; for a Head of Service, those of the service and of standards."""
    patterns = Pattern.objects.select_related("team__service", "owner", "decided_by", "activity")
    if access.sees_all(user, Permission.SEE_ESCALATION):
        return patterns
    mine = [
        held.service_id
        for held, grant in access.grants(user, Permission.DECIDE_ESCALATION)
        if grant.scope == Scope.SERVICE and held.service_id
    ]
    return patterns.filter(Q(team__service__in=mine) | Q(team=None)) if mine else patterns.none()


def patterns_in_order(user: User) -> QuerySet[Pattern]:
    """The patterns that the person may see, those to be decided first."""
    return visible(user).order_by("-state", "due_on", "pk")


def opens(user: User, pattern: Pattern | None) -> bool:
    """Whether there is one and the person may open it."""
    return pattern is not None and visible(user).filter(pk=pattern.pk).exists()


def pattern_or_404(user: User, ref: str) -> Pattern:
    """The pattern, if the person may open it."""
    pattern = visible(user).filter(ref=ref).first()
    if pattern is None:
        raise Http404
    return pattern


def audits_of_pattern(pattern: Pattern) -> QuerySet[Audit]:
    """The audits that make it, as they stand now."""
    audits = Audit.objects.filter(finalised_in(pattern.quarter)).select_related("team").order_by("finalised_at")
    if pattern.team_id is not None:
        return audits.filter(team=pattern.team_id, grade=Grade.INADEQUATE)
    return audits.filter(pk__in=inadequate().filter(number=pattern.standard or 0).values("audit"))


def one_manager(pattern: Pattern, *, on: date) -> bool:
    """Whether the pattern names a team that has one manager on the day: its name is then that person's (ADR 0041)."""
    return pattern.team is not None and holders(Role.TEAM_MANAGER, on=on, team=pattern.team).count() == 1


def check_decide_pattern(pattern: Pattern, *, by: User) -> None:
    """The Head of QA, or a Head of Service whom it concerns (403); once (409)."""
    head = access.acting_as(by, Role.HEAD_OF_SERVICE) and visible(by).filter(pk=pattern.pk).exists()
    if not (access.acting_as(by, Role.HEAD_OF_QA) or head):
        raise NotAllowed("The Head of QA or the Head of Service writes down what CQAWG decided.")
    states.PATTERN.check(pattern.state, "decide")


def can_decide(pattern: Pattern, *, by: User) -> bool:
    """Whether `check_decide` lets it through."""
    return allows(check_decide_pattern, pattern, by=by)


def decide_pattern(
    pattern: Pattern, *, by: User, at: datetime, decision: str, why: str, named_why: str = ""
) -> Pattern:
    """Write down what was decided: a themed audit, a flash audit, or neither; and why, or what it will look at.

    `named_why` is why a team with one manager is named all the same. Refused: others (403), decided already (409), no
    decision or no reason, or none for naming such a team (422).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = Pattern.objects.select_for_update(of=("self",)).select_related("team", "owner").get(pk=pattern.pk)
        check_decide_pattern(fresh, by=by)
        if decision not in Pattern.Decision.values:
            raise Refused("Choose what was decided.", "decision")
        why = written(why, "why", "Say why, or what the audit will look at.")
        if one_manager(fresh, on=day_of(at)):
            fresh.named_why = written(
                named_why, "named_why", "Say who has talked with the manager, and why it is named."
            )
        was, fresh.state = fresh.state, states.PATTERN.check(fresh.state, "decide")
        fresh.decision, fresh.decided_why, fresh.decided_at, fresh.decided_by = decision, why, at, by
        fresh.save()
        act.plays(access.acting_as(by, Role.HEAD_OF_QA, Role.HEAD_OF_SERVICE))
        act.add(
            "pattern.decided",
            fresh,
            was=was,
            now=fresh.state,
            why=why,
            content={"decision": decision, "named_why": fresh.named_why},
        )
        notices.notify(
            to=absence.with_deputies(people_of_pattern(fresh, Holders(day_of(at))), on=day_of(at)),
            text=PatternDecided(fresh, title(fresh), sentence(fresh), by, to_plan(fresh)),
            key=f"{fresh.ref}:decided",
            at=at,
        )
    return fresh


def to_plan(pattern: Pattern) -> bool:
    """Whether `TO_PLAN` holds of it."""
    decided = pattern.decision in (Pattern.Decision.THEMED, Pattern.Decision.FLASH)
    planned = pattern.activity is not None and pattern.activity.state == Activity.State.PLANNED
    return decided and not planned


def check_plan(pattern: Pattern, *, by: User) -> None:
    """Refused: not the QA Team (403); no audit decided on, or on the programme already (409)."""
    if not access.may(by, Permission.RUN_SELECTION):
        raise NotAllowed("The QA Officer puts what was decided on the programme.")
    if not to_plan(pattern):
        raise NotNow(
            f"It is on the programme already: {pattern.activity}."
            if pattern.activity
            else "A themed or a flash audit is decided on first. Write down what CQAWG decided."
        )


def can_plan(pattern: Pattern, *, by: User) -> bool:
    """Whether `check_plan` lets it through."""
    return allows(check_plan, pattern, by=by)


def as_planned(pattern: Pattern, *, on: date) -> dict[str, object]:
    """What the form of the programme begins with: the kind decided on, next month, and where it came from."""
    return {
        "kind": pattern.decision,
        "month": f"{add_months(on.replace(day=1), 1):%Y-%m}",
        "title": f"{title(pattern)} ({pattern.ref})",
        "origin": Activity.Origin.CORE_FINDING,
        "origin_words": f"Pattern {pattern.ref}. {sentence(pattern)} {pattern.decided_why}",
        "focus": standards_of(pattern),
        "teams": [pattern.team] if pattern.team else [],
    }


def into_programme(pattern: Pattern, *, by: User, at: datetime, **asked: Unpack[planning.ActivityPlan]) -> Pattern:
    """Put the audit that was decided on into the annual programme, and keep which one it is; those concerned are told.

    Refused: as `check_plan`, another kind than was decided (422), and whatever `programme.plan` refuses.
    """
    with trail.acting(by=by, at=at) as act:
        fresh = Pattern.objects.select_for_update(of=("self",)).select_related("team", "owner", "activity")
        decided = fresh.get(pk=pattern.pk)
        check_plan(decided, by=by)
        if asked["kind"] != decided.decision:
            raise Refused(f"CQAWG decided on {decided.get_decision_display().lower()}. Choose that kind.", "kind")
        decided.activity = planning.plan_activity(by=by, at=at, **asked)
        decided.save(update_fields=["activity"])
        act.add(
            "pattern.planned", decided, was=decided.state, now=decided.state, content={"activity": decided.activity.pk}
        )
        notices.notify(
            to=absence.with_deputies([decided.owner, *heads(decided, Holders(day_of(at)))], on=day_of(at)),
            text=PatternPlanned(decided, title(decided), sentence(decided), by),
            key=f"{decided.ref}:planned:{decided.activity.pk}",
            at=at,
        )
    return decided
