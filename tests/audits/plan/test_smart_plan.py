"""The SMART plan as it is made in the meeting: who may own what, by when, and nothing twice."""

from __future__ import annotations

from datetime import date

import pytest

from audits.plan import smart_plan
from qualitycounts.base.refusals import NotNow, Refused, Stale
from standards.grades import Grade
from tests.factories import MET, Council, add_action, agree, filled_audit, open_audit


def test_the_latest_dates_are_five_working_days_and_one_month(council: Council) -> None:
    assert smart_plan.latest_date("immediate", date(2026, 12, 23)) == date(2027, 1, 4)
    assert smart_plan.latest_date("supervision", date(2027, 1, 31)) == date(2027, 2, 28)
    audit = open_audit(council)
    agree(audit, 1, Grade.REQUIRES_IMPROVEMENT)
    words = {
        "what": "Bring the chronology up to date",
        "measure": "Chronology has an entry each month",
        "outcome": "She understands her own story",
        "resources": "Half a day, agreed with duty",
    }
    common = {"by": council.auditor, "at": MET, "numbers": [1], **words}
    with pytest.raises(Refused, match="Monday 23 November 2026"):
        smart_plan.add_meeting_action(audit, kind="immediate", part="manager", due_on=date(2026, 11, 24), **common)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="has passed"):
        smart_plan.add_meeting_action(audit, kind="immediate", part="manager", due_on=date(2026, 11, 15), **common)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="responsible manager’s"):
        smart_plan.add_meeting_action(audit, kind="immediate", part="worker", due_on=date(2026, 11, 20), **common)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="which grade"):
        smart_plan.add_meeting_action(
            audit,
            kind="immediate",
            part="manager",
            due_on=date(2026, 11, 20),
            **{**common, "numbers": []},  # type: ignore[arg-type]
        )
    done = smart_plan.add_meeting_action(audit, kind="immediate", part="manager", due_on=date(2026, 11, 23), **common)  # type: ignore[arg-type]
    assert (done.owner, done.first_due_on, done.number) == (council.manager, date(2026, 11, 23), 1)


def test_changing_an_action_from_a_stale_page_is_refused(council: Council) -> None:
    audit = filled_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    action = audit.actions.get(kind="supervision")
    words = {
        "kind": "supervision",
        "part": "worker",
        "numbers": [1],
        "what": "Go through the summary with both parents",
        "measure": "A case note says what they thought",
        "outcome": "They understand the plan",
        "resources": "A visit is booked",
        "due_on": date(2026, 12, 10),
    }
    changed = smart_plan.change_action(action, by=council.keyworker, at=MET, version=1, **words)  # type: ignore[arg-type]
    assert (changed.version, changed.due_on) == (2, date(2026, 12, 10))
    with pytest.raises(Stale):
        smart_plan.change_action(action, by=council.auditor, at=MET, version=1, **words)  # type: ignore[arg-type]


def test_with_no_manager_on_the_staff_list_an_immediate_action_says_so(council: Council) -> None:
    orphan = council.keyworker
    orphan.line_manager = None
    orphan.save()
    council.manager.memberships.all().delete()
    audit = open_audit(council)
    agree(audit, 1, Grade.REQUIRES_IMPROVEMENT)
    with pytest.raises(NotNow, match="names no manager"):
        add_action(audit, [1])


def test_a_second_click_adds_nothing(council: Council) -> None:
    audit = open_audit(council)
    agree(audit, 1, Grade.REQUIRES_IMPROVEMENT)
    add_action(audit, [1])
    with pytest.raises(NotNow, match="in the plan already"):
        add_action(audit, [1])
    add_action(audit, [1], kind="supervision", part="worker")
    smart_plan.remove_action(audit.actions.get(kind="immediate"), by=council.auditor, at=MET, version=1)
    add_action(audit, [1])
    assert sorted(audit.actions.exclude(state="cancelled").values_list("number", flat=True)) == [2, 3]
