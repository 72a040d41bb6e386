"""What no ladder chases is reminded of too: the month after any audit, and checks that lie; across any day's end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from audits.follow_up import actions, closing
from audits.models import Action, Audit
from escalation.models import Pattern
from people.models import Notice
from standards.grades import Grade
from tests.escalation.build import add_action, finalised_audit
from tests.escalation.steps.test_owners import run
from tests.escalation.walk import LATER, all_done, do, fresh
from tests.factories import MET, CaseFactory, Council, allocated_audit


def told(audit: Audit, what: str) -> list[str]:
    notices = Notice.objects.filter(key__startswith=f"{audit.ref}:{what}").order_by("pk")
    return [f"{notice.to.first_name}: {notice.subject}" for notice in notices]


def test_the_month_after_an_outstanding_audit_is_reminded_of_and_told_upward(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.OUTSTANDING)
    run(date(2026, 12, 15))
    assert told(audit, "month") == []
    run(date(2026, 12, 16))
    run(date(2026, 12, 17))
    words = f"Due today, with Devinder Halloran and Niamh Okonkwo: what follows audit {audit.ref}"
    assert told(audit, "month") == [f"Devinder: {words}", f"Niamh: {words}"]
    body = Notice.objects.filter(key__startswith=f"{audit.ref}:month")[0].body
    assert "No supervision is recorded. “Audit Action Plan – November” is not on the case file as it reads now." in body
    run(date(2026, 12, 22))
    assert len(told(audit, "month")) == 2
    run(date(2026, 12, 23))
    late = f"Amara: 5 working days late, with Devinder Halloran and Niamh Okonkwo: what follows audit {audit.ref}"
    assert told(audit, "month")[2:] == [late]
    done = finalised_audit(council, number=2, case=CaseFactory.create(keyworker=council.keyworker))
    all_done(done)
    low = finalised_audit(
        council, number=3, case=CaseFactory.create(keyworker=council.keyworker), grade=Grade.REQUIRES_IMPROVEMENT
    )
    run(date(2027, 1, 29))
    assert told(done, "month") == told(low, "month") == []


def test_a_check_that_lies_is_reminded_of_and_told_above(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    for action in audit.actions.all():
        do(action)
    run(date(2026, 11, 25))
    keys = Notice.objects.filter(key__contains=":unchecked:").order_by("key")
    assert {(notice.key, notice.to.first_name) for notice in keys} == {
        (f"{audit.ref}-1:unchecked:2:owner", "Amara"),
        (f"{audit.ref}-2:unchecked:2:owner", "Devinder"),
    }
    run(date(2026, 12, 2))
    above = keys.filter(key__endswith=":qa")
    assert {(notice.key[:13], notice.to.first_name) for notice in above} == {
        (f"{audit.ref}-1", "Yusuf"),
        (f"{audit.ref}-2", "Amara"),
    }
    action = fresh(audit.actions.get(kind=Action.Kind.SUPERVISION))
    actions.verify_action(action, by=council.manager, at=LATER, version=action.version)
    run(date(2027, 1, 29))
    assert above.count() == 2


def test_with_no_sweep_over_the_turn_of_year_quarter_and_month_nothing_is_lost(council: Council) -> None:
    """The worker is down from Friday 18 December to Monday 4 January, and then everything comes at once, each once."""

    def another(number: int, **more: object) -> Audit:
        case = CaseFactory.create(keyworker=council.keyworker)
        return finalised_audit(council, number=number, case=case, **more)  # type: ignore[arg-type]

    eve = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    good = finalised_audit(council, at=MET + timedelta(days=8))
    closed = another(2, grade=Grade.REQUIRES_IMPROVEMENT)
    Audit.objects.filter(pk=closed.pk).update(
        state=Audit.State.CLOSED, closed_at=datetime(2026, 9, 24, 9, 0, tzinfo=UTC), closed_by=council.qa_officer
    )
    late = another(3)
    add_action(late, at=datetime(2026, 12, 16, 9, 0, tzinfo=UTC))
    unbooked = allocated_audit(council, number=4, case=CaseFactory.create(keyworker=council.keyworker))
    Audit.objects.filter(pk=unbooked.pk).update(month=date(2026, 12, 1))
    closing.record_supervision(late, by=council.manager, at=LATER, on=LATER.date(), discussed="His school.")
    run(date(2026, 12, 18))
    before = Notice.objects.count()
    low = [another(number, grade=Grade.INADEQUATE, signed_at=eve) for number in (5, 6)]
    for on in (date(2027, 1, 4), date(2027, 1, 4), date(2027, 1, 5)):
        run(on)
    assert Notice.objects.count() > before
    assert len(told(good, "month")) == 3
    assert told(closed, "progress") == [f"Devinder: Three months on: {closed.ref}"]
    keys = set(Notice.objects.filter(key__startswith=f"late:{late.ref}").values_list("key", flat=True))
    assert keys == {f"late:{late.ref}-1:2026-12-23:{level}" for level in (1, 5)}
    assert told(unbooked, "unbooked-qa") == [f"Amara: Audit {unbooked.ref} is not booked yet"]
    pattern = Pattern.objects.get()
    assert pattern.quarter == date(2026, 10, 1)
    assert len(told(low[0], "opened")) == 5
    assert Notice.objects.filter(key=f"{pattern.ref}:found").count() == 3
