"""The ladder's times are the council's: a change holds for what comes, tells nobody twice, and leaves given dates."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.management import call_command

from escalation.models import Breach, Step
from escalation.steps import acting, times
from escalation.steps.kinds import qa_check
from escalation.sweep import sweep_deadlines
from people import council_settings as settings_of
from people.council_settings import Number
from standards.grades import Grade
from tests.conftest import NOW
from tests.escalation.build import finalised_audit
from tests.escalation.walk import opened, step
from tests.factories import MET, CaseFactory, Council


def put(council: Council, setting: Number, value: int) -> None:
    settings_of.change(
        setting, by=council.head_of_qa, at=NOW, value=str(value), why="Agreed at CQAWG.", number=setting.changes
    )


def test_a_change_holds_for_paths_that_open_after_it(council: Council) -> None:
    before = opened(finalised_audit(council, grade=Grade.INADEQUATE))
    put(council, times.INADEQUATE_ACKNOWLEDGE, 3)
    put(council, times.RE_AUDIT, 6)
    case = CaseFactory.create(keyworker=council.keyworker)
    after = opened(finalised_audit(council, grade=Grade.INADEQUATE, number=2, case=case))
    assert step(before, "acknowledge").due_on == date(2026, 11, 17)
    assert step(after, "acknowledge").due_on == date(2026, 11, 19)
    assert (step(before, "re_audit").due_on, step(after, "re_audit").due_on) == (date(2027, 2, 16), date(2027, 5, 16))
    assert step(after, "immediate_actions").due_on == date(2026, 11, 23), "the strategy's five days are not a setting"


def test_a_level_told_is_not_told_again_when_its_days_change(council: Council) -> None:
    finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    on = date(2026, 11, 25)  # five working days after the acknowledgement of the 18th
    assert sweep_deadlines(on=on, at=NOW).breaches == 3
    put(council, times.LATE[1], 4)
    assert sweep_deadlines(on=on, at=NOW).breaches == 0
    put(council, times.LATE[1], 5)
    put(council, times.LATE[2], 6)
    assert sweep_deadlines(on=on + timedelta(days=1), at=NOW).breaches == 1
    assert Breach.objects.latest("pk").level == 10, "kept under its own name"
    call_command("draw_states", "--check")


def test_a_share_of_requires_improvement_is_checked_and_the_rest_ends_without(council: Council) -> None:
    put(council, times.SAMPLE, 25)
    checked = 0
    for number in range(1, 9):
        case = CaseFactory.create(keyworker=council.keyworker)
        escalation = opened(finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT, number=number, case=case))
        Step.objects.filter(escalation=escalation, slug="actions").update(
            state="done", done_at=MET, done_by=council.manager
        )
        acting.acknowledge_step(step(escalation, "acknowledge"), by=council.manager, at=NOW)
        escalation.refresh_from_db()
        wanted = qa_check.sampled(escalation)
        checked += wanted
        last = step(escalation, "qa_check")
        assert (escalation.state, last.state) == (("open", "open") if wanted else ("finished", "dropped"))
        assert ("Not in the sample of 25 per cent" in last.words) != wanted
        assert escalation.audit.holds.filter(lifted=None).exists() == wanted
    assert 0 < checked < 8


def test_an_inadequate_is_always_checked(council: Council) -> None:
    put(council, times.SAMPLE, 25)
    for number in range(1, 9):
        case = CaseFactory.create(keyworker=council.keyworker)
        assert qa_check.sampled(opened(finalised_audit(council, grade=Grade.INADEQUATE, number=number, case=case)))
