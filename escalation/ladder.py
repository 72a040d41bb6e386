"""The ladder: a grade or a concern opens a path, one step after another moves it on, and it finishes or ends.

An audit's grade and its escalation are one transaction: a fault here undoes the grade (lifecycle: Escalation ladder).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from audits.models import Audit, Hold
from escalation import states
from escalation.models import Escalation, Step
from escalation.notice_texts import AboutStep, EscalationFinished, EscalationOpened, StepOpened
from escalation.steps import dates
from escalation.steps.paths import PATHS
from escalation.steps.people import owner, people
from escalation.steps.step_kind import KINDS, kind_of
from people import absence, notices, trail
from people.models import Notice, User
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import day_in_words
from qualitycounts.base.refusals import NotNow
from standards.grades import Grade, word_of
from standards.standard_sets import path_of

Path, State = Escalation.Path, Step.State


def on_audit_graded(*, audit: Audit, was: str, by: User | None, at: datetime, **_: Any) -> None:
    """A grade was fixed or changed: end what the grade before asked for, open what this one asks for.

    At finalising the dates count from the meeting; after the panel regrades, from that day. Then each kind of step does
    what the grade means for its own: a better re-audit ends the step of the audit it repeats.
    """
    with trail.acting(by=by, at=at) as act:
        on = day_of(at)
        standing = audit.escalation_path if audit.final else ""
        for old in open_for_grade(audit).exclude(path=standing):
            word = (
                f"The panel regraded the audit to {word_of(audit.grade)}." if audit.final else "The audit was voided."
            )
            end_escalation(act, old, why=word)
        if was:
            open_for_grade(audit).update(grade=audit.grade)
        if standing and asks_anew(audit, was) and not open_for_grade(audit).exists():
            since = on if was or audit.met_on is None else audit.met_on
            open_for(audit, path=standing, since=since, by=by, at=at)
        for kind in KINDS.values():
            kind.graded(act, audit)


def asks_anew(audit: Audit, was: str) -> bool:
    """Whether its grade asks for more than the grade before did: another path, or the same for a lower grade."""
    before = path_of(audit.standard_set, was)
    return audit.escalation_path != before or Grade(audit.grade).rank < Grade(was).rank


def open_for_grade(audit: Audit) -> QuerySet[Escalation]:
    """The audit's open escalations that its grade caused."""
    return Escalation.objects.filter(audit=audit, state=Escalation.State.OPEN).exclude(path=Path.SAFEGUARDING)


def open_for(
    audit: Audit,
    *,
    path: str,
    since: date,
    by: User | None,
    at: datetime,
    owners: Mapping[str, User] | None = None,
) -> Escalation:
    """Open a path for an audit: its steps with owners and dates, a hold on the audit, and everyone told once.

    Dates that go by the meeting count from `since`. `owners` names the owner of a step where the ladder leaves it open.
    Refused (409) where nobody holds a part that the path needs.
    """
    on = day_of(at)
    with trail.acting(by=by, at=at) as act:
        before = Escalation.objects.filter(audit=audit).count()
        escalation = Escalation.objects.create(
            ref=f"{audit.ref}-E{before + 1}" if before else audit.ref,
            audit=audit,
            path=path,
            grade="" if path == Path.SAFEGUARDING else audit.grade,
            opened_on=on,
            opened=at,
        )
        steps = []
        for position, kind in enumerate(PATHS[path].steps):
            step = Step(
                escalation=escalation,
                slug=kind.slug,
                position=position,
                state=State.OPEN if kind.together else State.WAITING,
                owner=(owners or {}).get(kind.slug) or owner(kind.owner, audit, on=on),
            )
            counted = dates.first_due(kind, met=since, on=on)
            if counted is not None and counted.since == "met" and since != audit.met_on:
                counted = replace(counted, since="regraded")
            steps.append(counted.put(step) if counted else step)
        Step.objects.bulk_create(steps)
        Hold.objects.create(audit=audit, cause=cause(escalation), placed=at)
        act.add(
            "escalation.opened",
            escalation,
            now=escalation.state,
            content={"path": path, "steps": {step.slug: [step.owner_id, step.due_on] for step in steps}},
        )
        tell_opened(act, escalation, steps)
    return escalation


def cause(escalation: Escalation) -> str:
    """What its hold on the audit is called: "inadequate:QC-2612-041"."""
    return f"{escalation.path}:{escalation.ref}"


def tell_opened(act: trail.Act, escalation: Escalation, steps: Iterable[Step]) -> None:
    """Tell owners what is theirs and by when, and the others that it is open; and whoever stands in for one of them who
    is away. Each person once."""
    audit, on = escalation.audit, day_of(act.at)
    mine: dict[int, list[str]] = {}
    to: dict[int, User] = {}
    for step in steps:
        if step.state == State.OPEN and step.owner is not None and step.due_on is not None:
            to[step.owner.pk] = step.owner
            day = day_in_words(step.due_on)
            mine.setdefault(step.owner.pk, []).append(f"{kind_of(step).title}, by {day}")
    for who in PATHS[escalation.path].told:
        to |= {person.pk: person for person in people(who, audit, on=on)}
    for away in absence.absences_on(to, on=on).values():
        to.setdefault(away.deputy_id, away.deputy)
        theirs = [f"{words}, for {away.person.name}, who is away" for words in mine.get(away.person_id, ())]
        if theirs:
            mine.setdefault(away.deputy_id, []).extend(theirs)
    for person in to.values():
        notices.notify(
            to=[person],
            text=EscalationOpened(escalation, "; ".join(mine.get(person.pk, ()))),
            key=f"{escalation.ref}:opened",
            at=act.at,
        )


def move_on(act: trail.Act, escalation: Escalation) -> None:
    """Open the next step once none is open, and leave out what is not needed; with none left, finish."""
    steps = list(escalation.steps.all())
    if any(step.state == State.OPEN for step in steps):
        return
    waiting = next((step for step in steps if step.state == State.WAITING), None)
    if waiting is None:
        finish(act, escalation)
        return
    waiting.escalation = escalation
    kind, on = kind_of(waiting), day_of(act.at)
    if why := kind.not_needed(escalation):
        leave_out(act, waiting, why)
        return
    if waiting.due_on is None or kind.since in ("done", "panel"):
        dates.put_later(dates.due_date(kind, start=on, on=on), waiting)
    elif waiting.due_on <= on:
        dates.working(1, start=on, since="late").put(waiting)
    waiting.owner = owner(kind.owner, escalation.audit, on=on)
    was, waiting.state = waiting.state, states.STEP.check(waiting.state, "open")
    waiting.save()
    act.add("step.opened", waiting, was=was, now=waiting.state, content=[waiting.owner_id, waiting.due_on])
    to = [waiting.owner, *people(kind.owner, escalation.audit, on=on)]
    before = trail.entries_about(waiting).filter(act="step.opened").count()
    what = f"opened:{before + 1}" if before else "opened"
    tell_step(act, StepOpened(waiting, kind.title, kind.closes, waiting.due_on or on), to, what)
    kind.opened(act, waiting)


def leave_out(act: trail.Act, step: Step, why: str) -> None:
    """A step that is not needed is dropped when its turn comes; what follows goes on."""
    was, step.state = step.state, states.STEP.check(step.state, "drop")
    step.words = why
    step.save(update_fields=["state", "words"])
    act.add("step.dropped", step, was=was, now=step.state, why=step.words)
    move_on(act, step.escalation)


def tell_step(act: trail.Act, text: AboutStep, to: Iterable[User | None], what: str) -> None:
    """Tell people of one turn of a step: once a day at most."""
    notices.notify(
        to=absence.with_deputies(to, on=day_of(act.at)),
        text=text,
        key=f"{text.step.ref}:{what}:{day_of(act.at):%Y-%m-%d}",
        at=act.at,
    )


def finish(act: trail.Act, escalation: Escalation, *, why: str = "") -> None:
    """Finish an escalation that has no step left to do; its hold on the audit is lifted and those it touched are told.

    Refused (409) while a step is open or waiting: nothing finishes with something still to do.
    """
    if escalation.steps.unfinished().exists():
        raise NotNow("A step is still to do, so this cannot finish yet.")
    was, escalation.state = escalation.state, states.ESCALATION.check(escalation.state, "finish")
    escalation.finished, escalation.finished_why = act.at, why
    escalation.save(update_fields=["state", "finished", "finished_why"])
    Hold.objects.filter(audit=escalation.audit, cause=cause(escalation), lifted=None).update(lifted=act.at)
    act.add("escalation.finished", escalation, was=was, now=escalation.state, why=why)
    notices.notify(
        to=absence.with_deputies(to_tell_of_the_end(escalation), on=day_of(act.at)),
        text=EscalationFinished(escalation, ended_early=bool(why)),
        key=f"{escalation.ref}:finished",
        at=act.at,
    )


def to_tell_of_the_end(escalation: Escalation) -> list[User | None]:
    """Whoever is told of its end: the keyworker, the owners of its steps, who raised the concern, and everybody who was
    told of its start or of a turn of it, a late step among them."""
    owners = [step.owner for step in escalation.steps.select_related("owner")]
    raised = getattr(escalation, "concern", None)
    turns = Q(key=f"{escalation.ref}:opened") | Q(key__startswith=f"{escalation.ref}/")
    turns |= Q(key__startswith=f"late:{escalation.ref}/") | Q(key__startswith=f"{escalation.ref}:case:")
    heard = User.objects.filter(pk__in=Notice.objects.filter(turns).values("to")).order_by("name", "pk")
    return [escalation.audit.keyworker, *owners, *([raised.raised_by] if raised else []), *heard]


def end_escalation(act: trail.Act, escalation: Escalation, *, why: str) -> None:
    """End an escalation whose cause is gone. What was done stays; the rest is no longer needed, and says so."""
    for step in escalation.steps.select_for_update().unfinished():
        step.escalation = escalation
        was, step.state = step.state, states.STEP.check(step.state, "drop")
        step.save(update_fields=["state"])
        act.add("step.dropped", step, was=was, now=step.state, why=why)
    finish(act, escalation, why=why)
