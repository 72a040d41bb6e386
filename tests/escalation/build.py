"""An audit made final in a few statements, for tests of what comes after. Finalising, its last act, is the real one."""

from __future__ import annotations

from datetime import datetime

from audits.models import CASE_NUMBER, Action, Audit, Case, Judgement
from audits.plan import smart_plan
from audits.record import signing
from people import trail
from people.models import User
from standards.grades import Grade
from standards.standard_sets import path_of
from tests.factories import MET, Council, allocated_audit, auditor_of, keyworker_of


def agreed_audit(
    council: Council,
    *,
    grade: str = Grade.GOOD,
    number: int = 1,
    case: Case | None = None,
    auditor: User | None = None,
    at: datetime = MET,
) -> Audit:
    """Met at `at` and waiting for signatures; with two actions where its grade asks for any."""
    audit = allocated_audit(council, number=number, case=case, auditor=auditor)
    audit.state, audit.met_on, audit.agreed_at, audit.agreed_by = Audit.State.AGREED, at.date(), at, auditor_of(audit)
    audit.save()
    Judgement.objects.create(audit=audit, number=CASE_NUMBER, state=Judgement.State.AGREED, grade=grade)
    if path_of(audit.standard_set, grade):
        add_action(audit, at=at)
        add_action(audit, kind=Action.Kind.SUPERVISION, part=Action.Part.WORKER, at=at)
    return audit


def finalised_audit(
    council: Council, *, at: datetime = MET, signed_at: datetime | None = None, **more: object
) -> Audit:
    """Final; what its grade asks for is open."""
    audit = agreed_audit(council, at=at, **more)  # type: ignore[arg-type]
    with trail.acting(by=keyworker_of(audit), at=signed_at or at) as act:
        signing.finalise_audit(act, audit)
    return audit


def add_action(
    audit: Audit,
    *,
    kind: str = Action.Kind.IMMEDIATE,
    part: str = Action.Part.MANAGER,
    owner: User | None = None,
    at: datetime = MET,
) -> Action:
    """A SMART action with the latest date that its kind allows."""
    due_on = smart_plan.latest_date(kind, at.date())
    return Action.objects.create(
        audit=audit,
        number=audit.actions.count() + 1,
        kind=kind,
        part=part,
        owner=owner or smart_plan.owner_of(audit, part, on=at.date()),
        what="Bring the chronology up to date from May to today",
        measure="The chronology has an entry for each event since May",
        outcome="His carers understand what the move meant",
        resources="Half a day without duty, agreed",
        due_on=due_on,
        first_due_on=due_on,
    )
