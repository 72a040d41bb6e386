"""Patterns: several Inadequate of one team, or of one standard, in a quarter of the council's year.

The sweep finds them; the Head of QA and the Head of Service put them to CQAWG, where a themed or a flash audit is
decided, or neither with a reason (strategy 5.5, 7; lifecycle: Escalation ladder).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Unpack

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from audits import programme
from audits.managers import head_of_service, holders
from audits.models import CASE_NUMBER, THAT_STANDS, Activity, Audit, Judgement
from escalation import states, times
from escalation.models import Pattern
from escalation.paths import LATE
from escalation.who import ABOVE, Who
from people import access, notices, trail
from people.models import User
from people.roles import Permission, Role, Scope
from qualitycounts.clock import day_of, start_of
from qualitycounts.refusals import NotAllowed, NotNow, Refused, written
from standards.grades import Grade
from standards.timescales import add_months, add_working_days

TO_PLAN = Q(decision__in=(Pattern.Decision.THEMED, Pattern.Decision.FLASH)) & ~Q(activity__state="planned")
"""An audit was decided on that is not on the programme, or was dropped from it."""
FINAL = (Audit.State.FINALISED, Audit.State.CLOSED)


def quarter_of(on: date) -> date:
    """The first day of the council's quarter: April, July, October or January."""
    return on.replace(month=(on.month - 1) // 3 * 3 + 1, day=1)


def finalised_in(quarter: date) -> Q:
    """Audits that became final in a quarter and stand."""
    return Q(state__in=FINAL, finalised_at__gte=start_of(quarter), finalised_at__lt=start_of(add_months(quarter, 3)))


def look(act: trail.Act, *, on: date) -> int:
    """Find the patterns of the quarter that are not known yet, and tell whom they concern. How many there were."""
    quarter = quarter_of(on)
    known = set(Pattern.objects.filter(quarter=quarter).values_list("team", "standard"))
    teams = (
        Audit.objects.filter(finalised_in(quarter), grade=Grade.INADEQUATE, team__isnull=False)
        .order_by("team")
        .values_list("team")
        .annotate(count=Count("pk"))
        .filter(count__gte=times.PATTERN_TEAM.value())
    )
    standards = (
        inadequate()
        .filter(audit__in=Audit.objects.filter(finalised_in(quarter)), number__lt=CASE_NUMBER)
        .order_by("number")
        .values_list("number")
        .annotate(count=Count("audit"))
        .filter(count__gte=times.PATTERN_STANDARD.value())
    )
    found: list[tuple[int | None, int | None]] = [(team, None) for team, _ in teams]
    found += [(None, number) for number, _ in standards]
    new = [one for one in found if one not in known]
    for team, number in new:
        open_one(act, quarter=quarter, team=team, standard=number, on=on)
    return len(new)


def inadequate() -> QuerySet[Judgement]:
    """Grades that stand as Inadequate now, the panel's changes counted."""
    return Judgement.objects.annotate(standing=THAT_STANDS).filter(standing=Grade.INADEQUATE)


def open_one(act: trail.Act, *, quarter: date, team: int | None, standard: int | None, on: date) -> Pattern:
    """Open a pattern: the Head of QA owns it, the Heads of Service whom it concerns and the QA Officers are told."""
    number = Pattern.objects.filter(quarter=quarter).count() + 1
    owner = holders(Role.HEAD_OF_QA, on=on).first() or holders(Role.ASSISTANT_DIRECTOR, on=on).first()
    pattern = Pattern.objects.create(
        ref=f"PAT-{quarter:%y%m}-{number}",
        team_id=team,
        standard=standard,
        quarter=quarter,
        found=act.at,
        owner=owner,
        due_on=add_working_days(on, times.CQAWG.value()),
    )
    act.add("pattern.found", pattern, now=pattern.state, content={"team": team, "standard": standard})
    due = f"{pattern.due_on:%A} {pattern.due_on.day} {pattern.due_on:%B %Y}"
    notices.tell(
        to=[owner, *heads(pattern, on=on), *holders(Role.QA_OFFICER, on=on)],
        key=f"{pattern.ref}:found",
        subject=f"A pattern: {title(pattern)}",
        body=f"{sentence(pattern)} It goes to CQAWG, and a themed or a flash audit, or neither, is decided by {due}.",
        link=f"/patterns/{pattern.ref}/",
        at=act.at,
    )
    return pattern


def heads(pattern: Pattern, *, on: date) -> list[User]:
    """The Heads of Service whom it concerns: the team's, or all of them for a standard."""
    if pattern.team is None:
        return list(holders(Role.HEAD_OF_SERVICE, on=on))
    head = head_of_service(pattern.team, on=on)
    return [head] if head is not None else []


def title(pattern: Pattern) -> str:
    """What it is called in a list."""
    return f"Inadequate in {pattern.team}" if pattern.team else f"Standard {pattern.standard} Inadequate"


def sentence(pattern: Pattern) -> str:
    """What was found, without anything about a child."""
    if pattern.team is not None:
        least = times.PATTERN_TEAM.value()
        return f"{pattern.team} has {least} or more audits graded Inadequate in the quarter."
    least = times.PATTERN_STANDARD.value()
    return f"Standard {pattern.standard} is graded Inadequate in {least} or more audits of the quarter."


def late(*, on: date, at: datetime) -> None:
    """Tell of patterns that are not decided by their date, or whose audit is not on the programme as long after the
    decision, level by level; the notice's own key makes it once."""
    shown = Pattern.objects.select_related("team", "owner", "activity")
    for pattern in shown.filter(state=Pattern.State.OPEN, due_on__lt=on):
        remind(pattern, "late", "is not decided", "decided", pattern.due_on, on=on, at=at)
    for pattern in shown.filter(TO_PLAN):
        if pattern.decided_at is not None:
            due_on = add_working_days(day_of(pattern.decided_at), times.CQAWG.value())
            remind(pattern, "unplanned", "is not on the programme", "put on the programme", due_on, on=on, at=at)


def remind(pattern: Pattern, what: str, is_not: str, to_be: str, due_on: date, *, on: date, at: datetime) -> None:
    """Tell each level that the pattern has reached by the day `on`."""
    for level in LATE:
        if add_working_days(due_on, level.days) <= on:
            notices.tell(
                to=told(level.who, pattern, on=on),
                key=f"{pattern.ref}:{what}:{level.key}",
                subject=f"Late: {title(pattern)} {is_not}",
                body=f"{sentence(pattern)} It was to be {to_be} by {due_on:%A} {due_on.day} {due_on:%B %Y}, and waits "
                f"for {pattern.owner or 'nobody at present'}.",
                link=f"/patterns/{pattern.ref}/",
                at=at,
            )


def told(who: Who, pattern: Pattern, *, on: date) -> list[User]:
    """Who plays the part for a pattern, else whoever stands above."""
    part: Who | None = who
    while part is not None:
        people = heads(pattern, on=on) if part == Who.HEAD_OF_SERVICE else list(holders(Role(part.value), on=on))
        if people:
            return people
        part = ABOVE.get(part)
    return []


def visible(user: User) -> QuerySet[Pattern]:
    """Every one for QA and the Assistant Director; for a Head of Service, those of the service and of standards."""
    found = Pattern.objects.select_related("team__service", "owner", "decided_by", "activity")
    if access.sees_all(user, Permission.SEE_ESCALATION):
        return found
    mine = [
        held.service_id
        for held, grant in access.grants(user, Permission.DECIDE_ESCALATION)
        if grant.scope == Scope.SERVICE and held.service_id
    ]
    return found.filter(Q(team__service__in=mine) | Q(team=None)) if mine else found.none()


def opens(user: User, pattern: Pattern | None) -> bool:
    """Whether there is one and the person may open it."""
    return pattern is not None and visible(user).filter(pk=pattern.pk).exists()


def pattern_or_404(user: User, ref: str) -> Pattern:
    """The pattern, if the person may open it."""
    found = visible(user).filter(ref=ref).first()
    if found is None:
        raise Http404
    return found


def audits_of(pattern: Pattern) -> QuerySet[Audit]:
    """The audits that make it, as they stand now."""
    found = Audit.objects.filter(finalised_in(pattern.quarter)).select_related("team").order_by("finalised_at")
    if pattern.team_id is not None:
        return found.filter(team=pattern.team_id, grade=Grade.INADEQUATE)
    return found.filter(pk__in=inadequate().filter(number=pattern.standard or 0).values("audit"))


def check_decide(pattern: Pattern, *, by: User) -> None:
    """The Head of QA, or a Head of Service whom it concerns (403); once (409)."""
    concerned = access.acting_as(by, Role.HEAD_OF_SERVICE) and visible(by).filter(pk=pattern.pk).exists()
    if not (access.acting_as(by, Role.HEAD_OF_QA) or concerned):
        raise NotAllowed("The Head of QA or the Head of Service writes down what CQAWG decided.")
    states.PATTERN.check(pattern.state, "decide")


def can_decide(pattern: Pattern, *, by: User) -> bool:
    """Whether `check_decide` lets it through."""
    try:
        check_decide(pattern, by=by)
    except Refused:
        return False
    return True


def decide(pattern: Pattern, *, by: User, at: datetime, decision: str, why: str) -> Pattern:
    """Write down what was decided: a themed audit, a flash audit, or neither; and why, or what it will look at.

    Refused: others (403), decided already (409), no decision or no reason (422).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = Pattern.objects.select_for_update(of=("self",)).select_related("team", "owner").get(pk=pattern.pk)
        check_decide(fresh, by=by)
        if decision not in Pattern.Decision.values:
            raise Refused("Choose what was decided.", "decision")
        why = written(why, "why", "Say why, or what the audit will look at.")
        was, fresh.state = fresh.state, states.PATTERN.check(fresh.state, "decide")
        fresh.decision, fresh.decided_why, fresh.decided_at, fresh.decided_by = decision, why, at, by
        fresh.save()
        act.plays(access.acting_as(by, Role.HEAD_OF_QA, Role.HEAD_OF_SERVICE))
        act.add("pattern.decided", fresh, was=was, now=fresh.state, why=why, content={"decision": decision})
        notices.tell(
            to=[fresh.owner, *heads(fresh, on=day_of(at)), *holders(Role.QA_OFFICER, on=day_of(at))],
            key=f"{fresh.ref}:decided",
            subject=f"Decided: {title(fresh)}",
            body=f"{by.name} wrote down what was decided: {fresh.get_decision_display().lower()}. "
            + ("The QA Officer puts it on the programme." if to_plan(fresh) else "Nothing has to be planned."),
            link=f"/patterns/{fresh.ref}/",
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
    try:
        check_plan(pattern, by=by)
    except Refused:
        return False
    return True


def as_planned(pattern: Pattern, *, on: date) -> dict[str, object]:
    """What the form of the programme begins with: the kind decided on, next month, and where it came from."""
    return {
        "kind": pattern.decision,
        "month": f"{add_months(on.replace(day=1), 1):%Y-%m}",
        "title": f"{title(pattern)} ({pattern.ref})",
        "origin": Activity.Origin.CORE_FINDING,
        "origin_words": f"Pattern {pattern.ref}. {sentence(pattern)} {pattern.decided_why}",
        "focus": [pattern.standard] if pattern.standard else [],
        "teams": [pattern.team] if pattern.team else [],
    }


def into_programme(pattern: Pattern, *, by: User, at: datetime, **asked: Unpack[programme.Plan]) -> Pattern:
    """Put the audit that was decided on into the annual programme, and keep which one it is; those concerned are told.

    Refused: as `check_plan`, another kind than was decided (422), and whatever `programme.plan` refuses.
    """
    with trail.acting(by=by, at=at) as act:
        fresh = Pattern.objects.select_for_update(of=("self",)).select_related("team", "owner", "activity")
        found = fresh.get(pk=pattern.pk)
        check_plan(found, by=by)
        if asked["kind"] != found.decision:
            raise Refused(f"CQAWG decided on {found.get_decision_display().lower()}. Choose that kind.", "kind")
        found.activity = programme.plan(by=by, at=at, **asked)
        found.save(update_fields=["activity"])
        act.add("pattern.planned", found, was=found.state, now=found.state, content={"activity": found.activity.pk})
        notices.tell(
            to=[found.owner, *heads(found, on=day_of(at))],
            key=f"{found.ref}:planned:{found.activity.pk}",
            subject=f"On the programme: {title(found)}",
            body=f"{by.name} has put what was decided on the programme: {found.activity}.",
            link=f"/patterns/{found.ref}/",
            at=at,
        )
    return found
