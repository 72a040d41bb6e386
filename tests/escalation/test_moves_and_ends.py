"""Moves and ends: who answers for the child now has what is left, both sides are told, and who heard of a start hears
of its end."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from audits.models import Action, Audit, CaseChange, Import
from escalation.concerns import concern
from escalation.escalations import ending
from escalation.models import Escalation, Step
from escalation.steps import acting
from people.models import Notice
from qualitycounts.base.refusals import NotAllowed, NotNow
from standards.grades import Grade
from tests.audits.meeting.pages import signed_in, text
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.escalation.steps.test_owners import run
from tests.escalation.walk import LATER, do, opened, regrade, step, told
from tests.factories import Council
from tests.people.handed import confirm
from tests.work import rows

WHY = "The family has moved to Scotland, and the new council has the plan."


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


def extract(council: Council, at: datetime = NOW, **changes: tuple[str, str]) -> None:
    """An extract that was applied, and what it changed of the council's case."""
    case, counts = council.case, dict.fromkeys(("rows", "not_used", "added", "changed", "closed", "unchanged"), 0)
    made = Import.objects.create(
        kind="cases",
        state="applied",
        file_name="cases.csv",
        file_hash="x",
        as_at=at.date(),
        counts=counts,
        read_at=at,
        applied=at,
    )
    for field, (was, now) in changes.items():
        CaseChange.objects.create(case=case, made_by=made, on=at.date(), field=field, was=was, now=now)
    if "team" in changes:
        case.team = council.court
    if "worker" in changes:
        case.keyworker = council.other_keyworker
    if "state" in changes:
        case.closed_on = at.date()
    case.save()


def owners(escalation: Escalation) -> dict[str, str]:
    return {step.slug: str(step.owner) for step in Step.objects.open().filter(escalation=escalation)}


def test_a_case_that_moves_takes_what_is_left_with_it_and_both_sides_are_told(client: Client, council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    escalation = opened(audit)
    raised = concern.raise_concern(
        audit, by=council.auditor, at=LATER, why="Alone.", spoken_to=council.manager, spoken=LATER
    )
    extract(council, team=("North", "Court"), worker=("niamh", "kofi"))
    run(TODAY)
    run(date(2026, 11, 24))
    assert owners(escalation) == {
        "acknowledge": "Ffion Castellano",
        "immediate_actions": "Sunita Blackwood",
        "supervision": "Sunita Blackwood",
    }
    assert owners(raised) == {"acknowledge": "Sunita Blackwood", "make_safe": "Sunita Blackwood"}
    assert {str(action.owner) for action in audit.actions.all()} == {"Sunita Blackwood", "Kofi Brennan"}
    sides = Notice.objects.filter(key__startswith=f"{escalation.ref}:case:")
    for_new, for_old = sides.filter(link=f"/escalations/{escalation.ref}/"), sides.filter(link="/")
    assert {"Ffion Castellano", "Sunita Blackwood", "Kofi Brennan", "Amara Whitlock"} <= {
        notice.to.name for notice in for_new
    }
    assert {notice.to.name for notice in for_old} == {"Devinder Halloran", "Marguerite Osei"}
    assert sides.count() == len({notice.to for notice in sides})
    assert "moved from North to Court and has another worker, Kofi Brennan." in for_old[0].body
    assert rows(council.manager) == []
    signed_in(client, council.manager)
    assert for_old[0].subject in text(client.get("/")), "My work of the side that it left says so until it is read"
    signed_in(client, council.other_keyworker)
    assert "The case moved from North to Court" in text(client.get(f"/escalations/{escalation.ref}/"))
    assert ("Say that you have read it and have it", raised.ref) in [row[:2] for row in rows(council.other_manager)]
    acting.acknowledge_step(step(raised, "acknowledge"), by=council.other_manager, at=NOW)
    assert told(f"{raised.ref}/acknowledge:acknowledged") == {"Tomasz Adeyemi"}


def test_a_closed_case_is_ended_by_the_head_of_qa_and_all_who_were_told_are_told(
    client: Client, council: Council
) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    escalation, page = opened(audit), f"/escalations/{audit.ref}/"
    do(audit.actions.get(kind=Action.Kind.IMMEDIATE))
    with pytest.raises(NotNow, match="The case is open"):
        ending.end_rest(escalation, by=council.head_of_qa, at=NOW, why=WHY)
    extract(council, state=("open", "closed"))
    run(date(2026, 12, 2))
    assert "closed." in Notice.objects.get(key__startswith=f"{audit.ref}:case:", to=council.head_of_service).body
    with pytest.raises(NotAllowed, match="The Head of QA"):
        ending.end_rest(Escalation.objects.get(), by=council.qa_officer, at=NOW, why=WHY)
    assert "The Head of QA can end what is left" in text(signed_in(client, council.manager).get(page))
    signed_in(client, council.head_of_qa)
    confirm(client)
    assert "Re-audit" in text(client.get(f"{page}end/"))
    assert client.post(f"{page}end/", {"why": "ASAP"}).status_code == 422
    assert client.post(f"{page}end/", {"why": WHY}).status_code == 302
    ended = Escalation.objects.get()
    assert (ended.state, WHY in ended.finished_why) == ("finished", True)
    assert sorted(audit.actions.values_list("state", flat=True)) == ["cancelled", "done"]
    heard = set(Notice.objects.filter(key__startswith=f"late:{audit.ref}/").values_list("to__name", flat=True))
    assert "Leona Bhandari" in heard
    assert heard | told(f"{audit.ref}:opened") <= told(f"{audit.ref}:finished")
    mails = Notice.objects.filter(key=f"{audit.ref}:finished").values_list("body", flat=True)
    assert not any(WHY in mail for mail in mails), "a reason may tell of the child, and stands on the page alone"


def test_owners_who_left_are_a_task_on_a_page_and_one_mail(client: Client, council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    council.manager.left_on = TODAY
    council.manager.save()
    run(TODAY)
    run(date(2026, 11, 24))
    gone = Notice.objects.filter(key__startswith="gone:")
    assert {(notice.to.name, notice.link) for notice in gone} == {
        ("Amara Whitlock", "/escalations/owners/"),
        ("Marguerite Osei", "/escalations/owners/"),
    }
    assert "3 steps or actions of Devinder Halloran want another owner" in gone[0].subject
    tasks = {f"{count} another owner" for count in ("2 steps want", "1 action wants")}
    for person in (council.qa_officer, council.head_of_service):
        assert tasks <= {what for what, _, _ in rows(person)}
    assert tasks.isdisjoint({what for what, _, _ in rows(council.other_head_of_service)})
    signed_in(client, council.head_of_service)
    shown = text(client.get("/escalations/owners/"))
    for words in (f"Immediate actions of {audit.ref}", f"Action {audit.ref}-1", "Devinder Halloran has left."):
        assert words in shown
    typed = {"leaver": council.manager.pk, "owner": council.head_of_service.pk, "why": "Devinder has left."}
    reply = client.post("/escalations/owners/", typed, follow=True)
    assert f"{audit.ref}/immediate_actions" in text(reply)
    assert "Everything has an owner." in text(reply)
    assert not Step.objects.ownerless(TODAY).exists()


ENDS = {
    "regraded up": lambda council, audit: regrade(audit, Grade.GOOD, by=council.head_of_qa, at=NOW),
    "regraded down": lambda council, audit: regrade(audit, Grade.INADEQUATE, by=council.head_of_qa, at=NOW),
    "closed": lambda council, audit: (
        extract(council, state=("open", "closed")),
        ending.end_rest(opened(audit), by=council.head_of_qa, at=NOW, why=WHY),
    ),
}


@pytest.mark.parametrize("end", sorted(ENDS))
def test_whoever_was_told_of_a_start_is_told_of_its_end(council: Council, end: str) -> None:
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    escalation = opened(audit)
    for on in (date(2026, 11, 19), date(2026, 12, 2), date(2026, 12, 18)):
        run(on)
    ENDS[end](council, Audit.objects.select_related("case__team").get(pk=audit.pk))
    escalation.refresh_from_db()
    assert escalation.state == "finished"
    starts = [f"{escalation.ref}:opened", f"{escalation.ref}/", f"late:{escalation.ref}/"]
    heard = set().union(
        *(Notice.objects.filter(key__startswith=start).values_list("to__name", flat=True) for start in starts)
    )
    assert len(heard) >= 5
    assert heard <= told(f"{escalation.ref}:finished")
