"""Random walks: whoever tries whatever in whatever order, what must never be broken is not (lifecycle: invariants)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from audits import actions, follow_up, replan
from audits.models import Action, Audit
from escalation import concern, moves, re_audits, steps
from escalation.models import Breach, Escalation, Step
from escalation.paths import LATE
from escalation.sweep import sweep
from people import trail
from people.models import Notice, TrailEntry, User
from qualitycounts.refusals import Refused
from standards.grades import Grade
from standards.timescales import add_working_days
from tests.escalation.build import finalised_audit
from tests.escalation.walk import regrade
from tests.factories import MET, Council

PEOPLE = (
    "manager",
    "head_of_service",
    "qa_officer",
    "head_of_qa",
    "assistant_director",
    "executive_director",
    "keyworker",
    "auditor",
    "other_manager",
    "other_head_of_service",
    "staff",
)
THE_LINE = ("keyworker", "manager", "head_of_service", "qa_officer", "assistant_director")
GRADES = (Grade.INADEQUATE, Grade.REQUIRES_IMPROVEMENT, Grade.GOOD)
Call = Callable[[], object]
Try = Callable[[Audit, User, datetime, Council], Iterable[Call]]


def on_each_step(rule: Callable[[Step, User, datetime], object]) -> Try:
    """The rule on every step there is."""

    def calls(audit: Audit, by: User, at: datetime, council: Council) -> Iterable[Call]:
        found = Step.objects.filter(escalation__audit=audit).select_related("escalation__audit__case__team")
        return [partial(rule, one, by, at) for one in found]

    return calls


def on_each_action(rule: Callable[[Action, User, datetime], object]) -> Try:
    """The rule on every action of the audit."""

    def calls(audit: Audit, by: User, at: datetime, council: Council) -> Iterable[Call]:
        return [partial(rule, one, by, at) for one in audit.actions.select_related("audit__case__team", "owner")]

    return calls


def on_the_audit(rule: Callable[[Audit, User, datetime, Council], object]) -> Try:
    """The rule on the audit itself."""
    return lambda audit, by, at, council: [partial(rule, audit, by, at, council)]


def upward(one: Step, by: User, at: datetime) -> object:
    to = moves.whom_next(one, by=by, on=at.date())
    return moves.pass_up(one, by=by, at=at, to=to, reason="not_moving", why="It stands still.")


def later(one: Step, by: User, at: datetime) -> object:
    due = one.due_on or at.date()
    return moves.extend(one, by=by, at=at, was=due, due_on=add_working_days(max(due, at.date()), 3), why="Snow.")


def give(one: Step, by: User, at: datetime) -> object:
    to = moves.possible_owners(one, on=at.date()).first()
    return moves.hand_over(one, by=by, at=at, owner=to, why="Away.") if to else None


TRIES: tuple[Try, ...] = (
    on_each_step(lambda one, by, at: steps.acknowledge(one, by=by, at=at)),
    on_each_step(lambda one, by, at: steps.record(one, by=by, at=at, acted="He is with his aunt.")),
    on_each_step(lambda one, by, at: steps.sign(one, by=by, at=at)),
    on_each_step(lambda one, by, at: steps.complete(one, by=by, at=at)),
    on_each_step(lambda one, by, at: steps.confirm(one, by=by, at=at, words="Read.")),
    on_each_step(lambda one, by, at: steps.reopen(one, by=by, at=at, why="May is missing.")),
    on_each_step(lambda one, by, at: steps.decide(one, by=by, at=at, why="Enough.")),
    on_each_step(lambda one, by, at: re_audits.begin(one, by=by, at=at)),
    on_each_step(upward),
    on_each_step(later),
    on_each_step(give),
    on_each_action(lambda one, by, at: actions.do(one, by=by, at=at, evidence="Seen.", version=one.version)),
    on_each_action(lambda one, by, at: actions.countersign(one, by=by, at=at, version=one.version)),
    on_each_action(lambda one, by, at: actions.verify(one, by=by, at=at, version=one.version)),
    on_each_action(lambda one, by, at: actions.send_back(one, by=by, at=at, why="Which?", version=one.version)),
    on_each_action(lambda one, by, at: replan.cancel(one, by=by, at=at, why="Moved away.", version=one.version)),
    on_the_audit(
        lambda audit, by, at, council: follow_up.record_supervision(
            audit, by=by, at=at, on=at.date(), discussed=f"{at}"
        )
    ),
    on_the_audit(lambda audit, by, at, council: follow_up.put_on_file(audit, by=by, at=at, on=at.date())),
    on_the_audit(lambda audit, by, at, council: follow_up.close(audit, by=by, at=at)),
    on_the_audit(
        lambda audit, by, at, council: concern.raise_concern(
            audit, by=by, at=at, why=f"{at}", spoken_to=council.manager, spoken=at
        )
    ),
    on_the_audit(lambda audit, by, at, council: sweep(on=at.date(), at=at)),
    on_the_audit(lambda audit, by, at, council: regrade_as_chair(audit, by, at, council)),
)


def regrade_as_chair(audit: Audit, by: User, at: datetime, council: Council) -> None:
    """The panel's act: only its chair's, another grade than before, on an audit that is final and open."""
    if by == council.head_of_qa and audit.state == Audit.State.FINALISED:
        regrade(audit, GRADES[(GRADES.index(Grade(audit.grade)) + 1) % len(GRADES)], by=by, at=at)


def check(audit: Audit, first_dates: dict[int, date]) -> None:
    """What must never be broken, whatever was done."""
    found = list(Escalation.objects.filter(audit=audit).prefetch_related("steps"))
    for one in found:
        its_steps = list(one.steps.all())
        open_steps = [step for step in its_steps if step.state == Step.State.OPEN]
        if one.state == Escalation.State.OPEN:
            assert open_steps, f"{one.ref} is open with nothing to do"
            assert all(step.owner_id and step.due_on and step.first_due_on for step in open_steps)
        else:
            assert not [step for step in its_steps if step.state in (Step.State.OPEN, Step.State.WAITING)]
            doers = set(audit.actions.exclude(done_by=None).values_list("done_by", flat=True))
            last = [step for step in its_steps if step.state == Step.State.DONE][-1:]
            if not one.finished_why and one.path != Escalation.Path.SAFEGUARDING:
                assert last
                assert last[0].done_by_id not in doers
        assert audit.holds.filter(cause=f"{one.path}:{one.ref}", lifted=None).exists() == (one.state == "open")
        for step in its_steps:
            assert step.done_by_id is None or step.done_by_id != step.acted_by_id
            if step.first_due_on:
                assert first_dates.setdefault(step.pk, step.first_due_on) == step.first_due_on
    graded = [one for one in found if one.path == audit.grade]
    if audit.final and Grade(audit.grade).escalates:
        assert graded, f"{audit.grade} without an escalation"
    assert len([one for one in found if one.state == "open" and one.path != "safeguarding"]) <= 1
    if audit.state == Audit.State.CLOSED:
        assert follow_up.missing(audit) == []
    for action in audit.actions.all():
        assert action.verified_by_id is None or action.verified_by_id != action.done_by_id
        assert (action.state == Action.State.VERIFIED) == (action.verified_at is not None)
    for breach in Breach.objects.all():
        assert breach.on > breach.due_on


def attempt(call: Call) -> None:
    """Make the call. What is refused says so in a sentence, with a status of its own, and has changed nothing."""
    before = TrailEntry.objects.count(), Notice.objects.count()
    refusal: Refused | None = None
    try:
        with transaction.atomic():
            call()
    except Refused as said:
        refusal = said
    if refusal is not None:
        assert refusal.status in (403, 409, 422)
        assert refusal.sentence.endswith((".", "”"))
        assert (TrailEntry.objects.count(), Notice.objects.count()) == before


@given(
    grade=st.sampled_from(GRADES),
    walk=st.lists(
        st.tuples(st.sampled_from([*PEOPLE, "line"]), st.integers(0, len(TRIES) - 1), st.integers(0, 3)),
        min_size=5,
        max_size=12,
    ),
    eager=st.booleans(),
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_tried_nothing_is_broken(
    council: Council, grade: str, walk: list[tuple[str, int, int]], eager: bool
) -> None:
    """One person at a time tries one thing; an eager walk ends with the line doing all that takes it on."""
    forward = [("line", number, 1) for number in (0, 1, 11, 12, 2, 13, 16, 17, 3, 13, 4, 6, 18)]
    with transaction.atomic():
        audit, at, first_dates = finalised_audit(council, grade=grade), MET, {}
        for who, number, days in walk + (forward if eager else []):
            at += timedelta(days=days, minutes=1)
            for name in THE_LINE if who == "line" else (who,):
                by = User.objects.get(pk=getattr(council, name).pk)
                audit = Audit.objects.select_related("case__team").get(pk=audit.pk)
                for call in TRIES[number](audit, by, at, council):
                    attempt(call)
            audit.refresh_from_db()
            check(audit, first_dates)
        event(",".join(sorted(f"{one.path} {one.state}" for one in audit.escalations.all())))
        assert trail.verify().ok
        transaction.set_rollback(True)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12), st.booleans())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_often_it_is_swept_each_deadline_and_level_is_told_once(
    council: Council, gaps: list[int], inadequate: bool
) -> None:
    with transaction.atomic():
        grade = Grade.INADEQUATE if inadequate else Grade.REQUIRES_IMPROVEMENT
        audit, on = finalised_audit(council, grade=grade), MET.date()
        for gap in gaps:
            on += timedelta(days=gap)
            at = MET + (on - MET.date())
            told = sweep(on=on, at=at)
            assert sweep(on=on, at=at).breaches == 0
            assert told.escalated <= told.breaches
        deadlines: list[tuple[Step | Action, date]] = [
            (one, one.due_on) for one in Step.objects.open().filter(escalation__audit=audit) if one.due_on
        ]
        deadlines += [(one, one.due_on) for one in audit.actions.all()]
        for one, due_on in deadlines:
            reached = [level.days for level in LATE if add_working_days(due_on, level.days) <= on]
            assert sorted(one.breaches.values_list("level", flat=True)) == reached
        transaction.set_rollback(True)
