"""A council that is not there says in the editor that “Holds” escalates and “Slips” is as grave as “Fails”: its audits
go by that from the meeting to the report, and those of the set before by theirs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.draw import draws
from audits.follow_up import acting_as, closing, worklist
from audits.meeting import lifecycle
from audits.meeting.missing import missing_for_ending
from audits.models import CASE_NUMBER, Action, Audit
from escalation.models import Escalation
from escalation.steps import acting
from people.models import Notice
from qualitycounts.base.refusals import Refused
from reporting.models import Report
from reporting.periods import parse
from reporting.reports import document
from reporting.sections.contents import work_out
from standards import set_file
from standards.drafting import outline
from standards.grades import EscalationPath, Grade, word_of
from standards.models import StandardSet
from tests.audits.meeting.pages import signed_in, text
from tests.audits.panel.panels import SITTING, Sitters, an_action, decide, drawn, regraded, revealed
from tests.conftest import NOW
from tests.escalation.build import finalised_audit
from tests.escalation.escalations.test_take_away import rows_taken
from tests.escalation.walk import opened, regrade, to_qa_check
from tests.factories import EARLY, CaseFactory, Council, auditor_of, fill, signed
from tests.standards.drafting.writing import begun, published, typed_in, wrote
from tests.standards.invented import invented
from tests.standards.test_set_faults import load

NOVEMBER, BEGINS = date(2026, 11, 1), date(2026, 11, 24)
DRAWN, MEETS = NOW + timedelta(days=1), NOW + timedelta(days=3)
DONE, CHECKED = MEETS + timedelta(days=1), MEETS + timedelta(days=5)
RI, INADEQUATE = EscalationPath.REQUIRES_IMPROVEMENT.value, EscalationPath.INADEQUATE.value
PATHS = ("none", RI, INADEQUATE, INADEQUATE)
COUNT = 5


@pytest.fixture
def ours(v7: StandardSet, council: Council) -> StandardSet:
    """The set as the pages made it."""
    spec = invented(COUNT) | {"in_force_from": BEGINS.isoformat(), "published_on": NOW.date().isoformat()}
    for row, path in zip(spec["grades"], PATHS, strict=True):
        row["path"] = path
    draft = begun(council, v7)
    typed_in(council, draft, spec)
    wrote(council, draft, outline.SET, slug=spec["slug"])
    published_set = published(council, draft)
    assert set_file.as_file(published_set) == set_file.whole(spec)
    return published_set


def in_meetings(council: Council) -> list[Audit]:
    """Two audits in their meetings, of two cases of one team."""
    CaseFactory.create(keyworker=council.keyworker)
    draw = draws.run(month=NOVEMBER, size=2, by=council.qa_officer, at=DRAWN)
    audits = Audit.objects.select_related("standard_set").filter(pick__draw=draw).order_by("pk")
    return [lifecycle.open_meeting(audit, by=auditor_of(audit), at=MEETS, why=EARLY) for audit in audits]


def filled(audit: Audit, case: Grade) -> None:
    """The case of one grade, each standard Outstanding; with the actions that the grades ask for."""
    grades = dict.fromkeys(range(1, COUNT + 1), Grade.OUTSTANDING) | {CASE_NUMBER: case}
    fill(audit, grade=Grade.OUTSTANDING, standards={number: str(each) for number, each in grades.items()}, at=MEETS)


def met(audit: Audit, case: Grade) -> Audit:
    """Filled and signed."""
    filled(audit, case)
    return signed(lifecycle.end_meeting(audit, by=auditor_of(audit), at=MEETS), at=MEETS)


def test_the_meeting_asks_an_action_of_what_escalates_by_the_set(
    client: Client, ours: StandardSet, council: Council, settings: Any
) -> None:
    audit, _ = in_meetings(council)
    filled(audit, Grade.GOOD)
    audit.actions.all().delete()
    assert [gap.sentence for gap in missing_for_ending(audit)] == [
        "The case as a whole is graded Holds and has no action yet."
    ]
    page = text(signed_in(client, auditor_of(audit)).get(f"/audits/{audit.ref}/plan/"))
    assert "Each Holds, Slips or Fails grade needs at least one" in page
    step = text(client.get(f"/audits/{audit.ref}/meeting/", {"step": "1"}))
    assert "Starts the escalation path of Requires improvement." in step
    for day, told in ((NOW.date(), False), (BEGINS, True)):
        settings.TODAY = day
        assert ("Starts the escalation path of Inadequate." in text(client.get("/standards/"))) == told


def test_from_the_meeting_to_the_report_by_the_sets_own_paths(
    client: Client, ours: StandardSet, council: Council, settings: Any
) -> None:
    holds, slips = (
        met(audit, case)
        for audit, case in zip(in_meetings(council), (Grade.GOOD, Grade.REQUIRES_IMPROVEMENT), strict=True)
    )
    assert [(audit.escalation_path, word_of(audit.grade)) for audit in (holds, slips)] == [
        (RI, "Holds"),
        (INADEQUATE, "Slips"),
    ]
    first, grave = opened(holds), opened(slips)
    assert [(each.path, word_of(each.grade), each.own_path) for each in (first, grave)] == [
        (RI, "Holds", "Requires improvement"),
        (INADEQUATE, "Slips", "Inadequate"),
    ]
    subjects = set(Notice.objects.filter(key=f"{first.ref}:opened").values_list("subject", flat=True))
    assert all(each.startswith("Holds: ") for each in subjects)

    settings.TODAY = MEETS.date()
    signed_in(client, council.qa_officer)
    queue = text(client.get("/escalations/"))
    for words in ("On the path of Inadequate", "On the path of Requires improvement", "Slips", "Holds"):
        assert words in queue
    [row] = rows_taken(client, f"/escalations/monitor.csv?q={first.ref}")
    assert row["Grade"] == "Holds (Good), on the path of Requires improvement"
    assert "on the path of Inadequate" in text(client.get(f"/escalations/{grave.ref}/"))

    at_once = slips.actions.get(kind=Action.Kind.IMMEDIATE)
    assert acting_as.asks_head(Action.objects.select_related("audit").get(pk=at_once.pk))
    assert set(Action.objects.filter(worklist.HEAD_SIGNS)) == {at_once}, "not those of “Holds”"
    qa_check = to_qa_check(slips, council, at=DONE)
    acting.confirm_step(qa_check, by=council.qa_officer, at=CHECKED, words="Read on the record.")
    assert grave.steps.get(slug="re_audit").state == "open"

    acting.confirm_step(to_qa_check(holds, council, at=DONE), by=council.qa_officer, at=CHECKED, words="Read.")
    first.refresh_from_db()
    assert first.state == "finished"
    closing.answer_chronology(holds, by=council.manager, at=CHECKED, answer="no")
    assert closing.close_audit(holds, by=council.qa_officer, at=CHECKED).state == Audit.State.CLOSED

    sitters = Sitters.make(council)
    drawn(council, sitters)
    review = revealed(council, sitters, holds)
    for action in holds.actions.all():
        action.judgements.clear()
    with pytest.raises(Refused, match="Add an action for each grade that escalates and has none"):
        decide(review, regraded(Grade.REQUIRES_IMPROVEMENT), by=council.head_of_qa)
    decide(review, regraded(Grade.REQUIRES_IMPROVEMENT, an_action()), by=council.head_of_qa)
    decide(revealed(council, sitters, slips), regraded(Grade.OUTSTANDING), by=council.head_of_qa)
    for audit in (holds, slips):
        audit.refresh_from_db()
    assert (holds.escalation_path, holds.state, slips.escalation_path) == (INADEQUATE, Audit.State.FINALISED, "")
    again = opened(holds)
    assert (again.ref, again.path, word_of(again.grade), again.opened_on) == (
        f"{holds.ref}-E2",
        INADEQUATE,
        "Slips",
        SITTING.date(),
    )
    grave.refresh_from_db()
    assert (grave.state, grave.finished_why) == ("finished", "The panel regraded the audit to Shines.")

    stored = work_out(parse("2026-11"), on=SITTING.date()).to_json()
    assert {row["name"]: row["count"] for row in stored["escalations"]["opened"]} == {
        "Safeguarding": 0,
        "Inadequate": 1,
        "Requires improvement": 1,
    }
    printed = document.render_document(
        Report(ref="R", period="2026-11", kind="monthly"), work_out(parse("2026-11"), on=SITTING.date())
    )
    assert "Slips (Requires improvement)" in printed


def test_a_grade_that_moves_on_its_path_keeps_the_escalation(ours: StandardSet, council: Council) -> None:
    audit = met(in_meetings(council)[0], Grade.REQUIRES_IMPROVEMENT)
    grave = opened(audit)
    regrade(audit, Grade.INADEQUATE, by=council.head_of_qa, at=DONE)
    assert opened(audit) == grave
    grave.refresh_from_db()
    assert (grave.state, grave.grade, grave.own_path) == ("open", Grade.INADEQUATE, "")
    Escalation.objects.filter(pk=grave.pk).update(state="finished", finished=DONE)
    regrade(audit, Grade.REQUIRES_IMPROVEMENT, by=council.head_of_qa, at=DONE)
    assert not audit.escalations.filter(state="open").exists(), "better, and followed to its end already"
    regrade(audit, Grade.INADEQUATE, by=council.head_of_qa, at=DONE)
    assert opened(audit).ref == f"{audit.ref}-E2"


def test_a_re_audit_answers_once_it_is_better_than_the_grade_that_asked_for_it(
    ours: StandardSet, council: Council
) -> None:
    first, again = in_meetings(council)
    first = met(first, Grade.REQUIRES_IMPROVEMENT)
    step = opened(first).steps.get(slug="re_audit")
    for slug in ("acknowledge", "immediate_actions", "supervision", "qa_check"):
        opened(first).steps.filter(slug=slug).update(state="dropped")
    opened(first).steps.filter(pk=step.pk).update(state="open", first_due_on=step.due_on)
    Audit.objects.filter(pk=again.pk).update(re_audit_of=first)
    again.refresh_from_db()
    again = met(again, Grade.REQUIRES_IMPROVEMENT)
    step.refresh_from_db()
    assert (step.state, step.owner) == ("open", council.assistant_director), "no better, so the director decides"
    regrade(again, Grade.GOOD, by=council.head_of_qa, at=DONE)
    step.refresh_from_db()
    assert step.state == "done"


def test_what_was_graded_by_the_set_before_keeps_its_paths(v7: StandardSet, council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.GOOD)
    spec = invented(COUNT) | {"in_force_from": BEGINS.isoformat()}
    for row, path in zip(spec["grades"], PATHS, strict=True):
        row["path"] = path
    load(spec)
    assert not audit.escalations.exists()
    regrade(audit, Grade.REQUIRES_IMPROVEMENT, by=council.head_of_qa, at=DONE)
    assert (opened(audit).path, opened(audit).own_path, opened(audit).opened_for) == (
        RI,
        "",
        "Requires improvement",
    )
    regrade(audit, Grade.GOOD, by=council.head_of_qa, at=DONE)
    assert not audit.escalations.filter(state="open").exists()
