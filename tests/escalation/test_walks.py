"""Random walks: whoever tries whatever in whatever order, what must never be broken is not (lifecycle: invariants)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from django.test import override_settings
from hypothesis import event, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from audits.follow_up import actions, closing, replan
from audits.models import Action, Audit
from escalation.concerns import concern
from escalation.holidays import holidays
from escalation.models import Breach, Escalation, Step
from escalation.steps import acting, moving
from escalation.steps.kinds import re_audits
from escalation.steps.paths import LATE_LEVELS
from escalation.sweep import sweep_deadlines
from people import absence, trail
from people.models import Absence, Notice, TrailEntry, User
from qualitycounts.base.refusals import Refused
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
DEPUTIES = {"manager": "other_manager", "head_of_service": "other_head_of_service"}
"""Who stands in for the line in a walk where it is away: each of another team or service."""
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
    to = moving.whom_next(one, by=by, on=at.date())
    return moving.pass_step_up(one, by=by, at=at, to=to, reason="not_moving", why="It stands still.")


def later(one: Step, by: User, at: datetime) -> object:
    due = one.due_on or at.date()
    return moving.extend_step(one, by=by, at=at, was=due, due_on=add_working_days(max(due, at.date()), 3), why="Snow.")


def go_away(audit: Audit, by: User, at: datetime, council: Council) -> object:
    """Whoever may be stood in for goes away for some days; anyone who can is the deputy, another one each time."""
    able = list(absence.deputies(by, on=at.date()))
    until = at.date() + timedelta(days=4)
    if not able:
        return None
    deputy = able[at.minute % len(able)]
    made = absence.name_deputy(person=by, deputy=deputy, starts_on=at.date(), ends_on=until, by=by, at=at)
    return absence.agree_to_stand_in(made, by=deputy, at=at)


def stand_in(deputy: User, person: User, at: datetime) -> None:
    on = at.date()
    until = on + timedelta(days=90)
    made = absence.name_deputy(person=person, deputy=deputy, starts_on=on, ends_on=until, by=person, at=at)
    absence.agree_to_stand_in(made, by=deputy, at=at)


def come_back(audit: Audit, by: User, at: datetime, council: Council) -> object:
    found = Absence.objects.filter(ended_at=None).first()
    return absence.end_absence(found, by=by, at=at) if found else None


def announce(audit: Audit, by: User, at: datetime, council: Council) -> None:
    """A bank holiday, announced late: nothing moves but what is open and counted in working days, and that later."""
    before = {one.pk: one for one in Step.objects.all()}
    first = {one.pk: one.first_due_on for one in audit.actions.all()}
    holidays.add(on=add_working_days(at.date(), 2), title="Mourning", by=by, at=at, today=at.date())
    for one in Step.objects.all():
        was = before[one.pk]
        if one.due_on != was.due_on:
            assert one.due_on is not None
            assert was.due_on is not None
            assert one.state == Step.State.OPEN
            assert was.counted_days is not None
            assert one.due_on > was.due_on
    assert {one.pk: one.first_due_on for one in audit.actions.all()} == first


def pass_on(one: Action, by: User, at: datetime) -> object:
    to = replan.possible_owners(one, on=at.date()).first()
    return replan.reassign_action(one, by=by, at=at, owner=to, why="Away.", version=one.version) if to else None


def longer(one: Action, by: User, at: datetime) -> object:
    due = add_working_days(max(one.due_on, at.date()), 2)
    return replan.extend_action(one, by=by, at=at, due_on=due, why="Snow.", version=one.version)


def give(one: Step, by: User, at: datetime) -> object:
    to = moving.possible_owners(one, on=at.date()).first()
    return moving.hand_step_over(one, by=by, at=at, owner=to, why="Away.") if to else None


TRIES: tuple[Try, ...] = (
    on_each_step(lambda one, by, at: acting.acknowledge_step(one, by=by, at=at)),
    on_each_step(lambda one, by, at: acting.record_made_safe(one, by=by, at=at, acted="He is with his aunt.")),
    on_each_step(lambda one, by, at: acting.sign_step(one, by=by, at=at)),
    on_each_step(lambda one, by, at: acting.complete_step(one, by=by, at=at)),
    on_each_step(lambda one, by, at: acting.confirm_step(one, by=by, at=at, words="Read.")),
    on_each_step(lambda one, by, at: acting.send_back_step(one, by=by, at=at, why="May is missing.")),
    on_each_step(lambda one, by, at: acting.decide_step(one, by=by, at=at, why="Enough.")),
    on_each_step(lambda one, by, at: re_audits.begin(one, by=by, at=at)),
    on_each_step(upward),
    on_each_step(later),
    on_each_step(give),
    on_each_action(
        lambda one, by, at: actions.complete_action(one, by=by, at=at, evidence="Seen.", version=one.version)
    ),
    on_each_action(lambda one, by, at: actions.countersign_action(one, by=by, at=at, version=one.version)),
    on_each_action(lambda one, by, at: actions.verify_action(one, by=by, at=at, version=one.version)),
    on_each_action(lambda one, by, at: actions.send_back_action(one, by=by, at=at, why="Which?", version=one.version)),
    on_each_action(lambda one, by, at: replan.cancel_action(one, by=by, at=at, why="Moved away.", version=one.version)),
    on_the_audit(
        lambda audit, by, at, council: closing.record_supervision(audit, by=by, at=at, on=at.date(), discussed=f"{at}")
    ),
    on_the_audit(lambda audit, by, at, council: closing.confirm_on_file(audit, by=by, at=at, on=at.date())),
    on_the_audit(lambda audit, by, at, council: closing.close_audit(audit, by=by, at=at)),
    on_the_audit(
        lambda audit, by, at, council: concern.raise_concern(
            audit, by=by, at=at, why=f"{at}", spoken_to=council.manager, spoken=at
        )
    ),
    on_the_audit(lambda audit, by, at, council: sweep_deadlines(on=at.date(), at=at)),
    on_the_audit(lambda audit, by, at, council: regrade_as_chair(audit, by, at, council)),
    on_the_audit(go_away),
    on_the_audit(come_back),
    on_the_audit(announce),
    on_each_action(pass_on),
    on_each_action(longer),
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
    graded = [one for one in found if one.path == audit.escalation_path]
    if audit.final and audit.escalation_path:
        assert graded, f"{audit.grade} without an escalation"
    assert len([one for one in found if one.state == "open" and one.path != "safeguarding"]) <= 1
    if audit.state == Audit.State.CLOSED:
        assert closing.missing_for_closing(audit) == []
    for breach in Breach.objects.all():
        assert breach.on > breach.due_on
    check_actions(audit, first_dates)
    check_deputies(audit)


def check_actions(audit: Audit, first_dates: dict[int, date]) -> None:
    """Nobody checks or signs what they did; each first date stays; each has one owner."""
    for action in audit.actions.all():
        assert action.verified_by_id is None or action.verified_by_id != action.done_by_id
        assert action.countersigned_by_id is None or action.countersigned_by_id != action.done_by_id
        assert action.due_on >= action.first_due_on
        assert first_dates.setdefault(-action.pk, action.first_due_on) == action.first_due_on
        if action.state != Action.State.CANCELLED and audit.final:
            assert action.owner_id
        assert (action.state == Action.State.VERIFIED) == (action.verified_at is not None)


SIGNS = ("action.countersigned", "action.verified", "step.signed")


def check_deputies(audit: Audit) -> None:
    """Whoever acted in another's place stood in for them on that day, and signed for nobody who had done it."""
    doers = set(audit.actions.exclude(done_by=None).values_list("done_by", flat=True))
    for entry in TrailEntry.objects.exclude(in_place_of=None):
        days = Absence.objects.filter(person=entry.in_place_of_id, deputy=entry.by_id)
        assert days.filter(starts_on__lte=entry.at.date(), ends_on__gte=entry.at.date()).exists()
        assert entry.act != "step.signed" or entry.in_place_of_id not in doers
        for action in audit.actions.all():
            if entry.act in SIGNS and entry.ref == action.ref:
                assert entry.in_place_of_id not in (action.owner_id, action.done_by_id) or action.state != entry.now


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


WALKS = st.lists(
    st.tuples(st.sampled_from([*PEOPLE, "line"]), st.integers(0, len(TRIES) - 1), st.integers(0, 3)),
    min_size=5,
    max_size=12,
)
FORWARD = [("line", number, 1) for number in (0, 1, 11, 12, 2, 13, 16, 17, 3, 13, 4, 6, 18)]
"""All that takes an escalation on, by whoever of the line may."""


def test_whatever_is_tried_nothing_is_broken(council: Council, rounds: Callable[[int], int]) -> None:
    """One person at a time tries one thing; an eager walk ends with the line doing all that takes it on."""

    @example_settings(max_examples=rounds(8))
    @given(grade=st.sampled_from(GRADES), walk=WALKS, eager=st.booleans(), away=st.booleans())
    def walked(grade: str, walk: list[tuple[str, int, int]], eager: bool, away: bool) -> None:
        with transaction.atomic():
            audit, at, first_dates = finalised_audit(council, grade=grade), MET, {}
            line = [DEPUTIES.get(name, name) if away else name for name in THE_LINE]
            for name, deputy in DEPUTIES.items() if away else ():
                stand_in(getattr(council, deputy), getattr(council, name), at)
            for who, number, days in walk + (FORWARD if eager else []):
                at += timedelta(days=days, minutes=1)
                for name in line if who == "line" else (who,):
                    by = User.objects.get(pk=getattr(council, name).pk)
                    audit = Audit.objects.select_related("case__team").get(pk=audit.pk)
                    with override_settings(TODAY=at.date()):
                        for call in TRIES[number](audit, by, at, council):
                            attempt(call)
                audit.refresh_from_db()
                check(audit, first_dates)
            event(",".join(sorted(f"{one.path} {one.state}" for one in audit.escalations.all())))
            event(f"a deputy acted: {TrailEntry.objects.exclude(in_place_of=None).exists()}")
            event(f"a holiday was announced: {TrailEntry.objects.filter(act='holiday.added').exists()}")
            assert trail.verify().ok
            transaction.set_rollback(True)

    walked()


def test_however_often_it_is_swept_each_deadline_and_level_is_told_once(
    council: Council, rounds: Callable[[int], int]
) -> None:
    @example_settings(max_examples=rounds(10))
    @given(st.lists(st.integers(0, 30), min_size=1, max_size=12), st.booleans())
    def swept(gaps: list[int], inadequate: bool) -> None:
        with transaction.atomic():
            grade = Grade.INADEQUATE if inadequate else Grade.REQUIRES_IMPROVEMENT
            audit, on = finalised_audit(council, grade=grade), MET.date()
            for gap in gaps:
                on += timedelta(days=gap)
                at = MET + (on - MET.date())
                told = sweep_deadlines(on=on, at=at)
                assert sweep_deadlines(on=on, at=at).breaches == 0
                assert told.escalated <= told.breaches
            deadlines: list[tuple[Step | Action, date]] = [
                (one, one.due_on) for one in Step.objects.open().filter(escalation__audit=audit) if one.due_on
            ]
            deadlines += [(one, one.due_on) for one in audit.actions.all()]
            for one, due_on in deadlines:
                reached = [level.days for level in LATE_LEVELS if add_working_days(due_on, level.days) <= on]
                assert sorted(one.breaches.values_list("level", flat=True)) == reached
            transaction.set_rollback(True)

    swept()
