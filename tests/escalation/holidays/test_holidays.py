"""A bank holiday announced late: open working-day dates move and say so; what is done, chosen or in months stays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.models import Action
from escalation.holidays import holidays
from escalation.models import Step
from escalation.steps import acting, dates, moving
from people import trail
from people.models import Notice
from qualitycounts.base.refusals import NotAllowed, Refused
from standards import timescales
from standards.grades import Grade
from standards.models import BankHoliday
from tests.audits.meeting.pages import signed_in, text
from tests.audits.panel import panels
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.escalation.walk import opened, step
from tests.factories import MET, CaseFactory, Council

WEDNESDAY = date(2026, 11, 18)
"""Two working days after the meetings of these tests, so inside each five working days."""


def add(council: Council, on: date = WEDNESDAY, title: str = "A day of mourning") -> list[Step | Action]:
    with timescales.one_calendar():  # as a page has it
        timescales.calendar()
        return holidays.add(on=on, title=title, by=council.qa_officer, at=NOW, today=TODAY)


def test_only_open_dates_counted_in_working_days_move_and_their_owners_are_told(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    escalation = opened(audit)
    acting.acknowledge_step(step(escalation, "acknowledge"), by=council.head_of_service, at=MET)
    was = dict(escalation.steps.values_list("slug", "due_on"))
    chosen = finalised_audit(
        council, grade=Grade.REQUIRES_IMPROVEMENT, number=2, case=CaseFactory.create(keyworker=council.keyworker)
    )
    late = step(opened(chosen), "acknowledge")
    moving.extend_step(
        late, by=council.qa_officer, at=MET, was=date(2026, 11, 18), due_on=date(2026, 11, 27), why="Away."
    )
    early = chosen.actions.get(kind=Action.Kind.IMMEDIATE)
    Action.objects.filter(pk=early.pk).update(due_on=date(2026, 11, 19))

    moved = add(council)

    assert sorted(one.ref for one in moved) == ["QC-2611-001-1", "QC-2611-001/immediate_actions"]
    now = dict(escalation.steps.values_list("slug", "due_on"))
    assert now["immediate_actions"] == date(2026, 11, 24) == was["immediate_actions"] + timedelta(days=1)
    assert {slug: day for slug, day in now.items() if was[slug] != day}.keys() == {"immediate_actions"}
    action = audit.actions.get(number=1)
    assert (action.due_on, action.first_due_on) == (date(2026, 11, 24), date(2026, 11, 23))
    assert step(opened(chosen), "acknowledge").due_on == date(2026, 11, 27)
    assert (
        Notice.objects.filter(to=council.manager, subject__contains="has a new date", body__contains="24").count() == 2
    )
    [entry] = [one for one in trail.entries_about(action) if one.act == "action.moved"]
    assert "A day of mourning" in entry.why
    assert "leaving out A day of mourning on Wednesday 18 November" in dates.why_due(
        step(escalation, "immediate_actions")
    )
    assert trail.verify().ok


def test_an_action_that_the_panel_added_moves_with_the_steps_that_it_opened(council: Council) -> None:
    sitters = panels.Sitters.make(council)
    audit = panels.final(council, 1)
    panels.drawn(council, sitters)
    review = panels.revealed(council, sitters, audit, grade=Grade.INADEQUATE)
    panels.decide(review, panels.regraded(Grade.INADEQUATE, panels.an_action()), by=council.head_of_qa)
    action = audit.actions.get()
    was, sat = action.due_on, panels.SITTING.date()
    day = timescales.add_working_days(sat, 2)
    moved = holidays.add(on=day, title="A day of mourning", by=council.qa_officer, at=panels.SITTING, today=sat)
    action.refresh_from_db()
    assert action.due_on == timescales.add_working_days(sat, 5) > was
    assert action.ref in {one.ref for one in moved}


def test_a_day_taken_out_again_brings_no_deadline_nearer(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT, at=NOW)
    add(council, date(2026, 11, 26))
    due = audit.actions.get(number=1).due_on
    assert due == date(2026, 12, 1)
    day = BankHoliday.objects.get(on=date(2026, 11, 26))
    holidays.remove_holiday(day, by=council.head_of_qa, at=NOW, today=TODAY, why="It is next year.")
    assert audit.actions.get(number=1).due_on == due
    assert timescales.add_working_days(TODAY, 5) == date(2026, 11, 30)


def test_what_cannot_be_added(client: Client, council: Council, settings: Any) -> None:
    settings.TODAY = TODAY
    assert signed_in(client, council.head_of_service).get("/settings/bank-holidays/").status_code == 403
    with pytest.raises(NotAllowed):
        holidays.add(on=WEDNESDAY, title="A day", by=council.manager, at=NOW, today=TODAY)
    signed_in(client, council.qa_officer)
    page = "/settings/bank-holidays/"
    for day, said in (
        ((28, 11, 2026), "no working day as it is"),
        ((25, 12, 2026), "already"),
        ((6, 5, 2049), "too far"),
    ):
        answer = client.post(page, {"on_0": day[0], "on_1": day[1], "on_2": day[2], "title": "Coronation"})
        assert answer.status_code == 422
        assert said in text(answer)
        assert "Coronation" in text(answer)
    done = client.post(page, {"on_0": 1, "on_1": 12, "on_2": 2026, "title": "Coronation"}, follow=True)
    assert "Added. No open date moved." in text(done)
    assert "Added by Amara Whitlock" in text(done)
    out = "/settings/bank-holidays/2026-12-01/out/"
    assert client.get(out).status_code == 200
    assert client.post(out, {"why": ""}).status_code == 422
    assert client.post(out, {"why": "It is not."}).status_code == 302
    assert client.get(out).status_code == 404
    assert client.get("/settings/bank-holidays/2026-12-25/out/").status_code == 409
    assert client.get("/settings/bank-holidays/2026-13-25/out/").status_code == 404


def test_a_year_is_known_once_it_is_whole(council: Council) -> None:
    day = date(2029, 1, 1)
    for n in range(7):
        add(council, day + timedelta(days=n if n < 5 else n + 2), f"Day {n}")
    with pytest.raises(Refused, match="known from 2012 to 2028"):
        timescales.is_working_day(date(2029, 6, 1))
    assert timescales.is_working_day(date(2026, 12, 1))
    add(council, date(2029, 12, 25), "Christmas Day")
    assert timescales.is_working_day(date(2029, 6, 1))
    assert timescales.known_years([date(2030, 1, 1 + n) for n in range(8)] + [date(2032, 1, 1)] * 8) == [2030]


def test_every_date_of_every_step_says_why(council: Council) -> None:
    at = datetime.combine(date(2026, 12, 21), MET.timetz())
    audit = finalised_audit(council, grade=Grade.INADEQUATE, at=at)
    found = {one.slug: dates.why_due(one) for one in opened(audit).steps.all()}
    assert found["acknowledge"] == "1 working day after it was opened on Monday 21 December 2026"
    assert found["immediate_actions"] == (
        "5 working days after the meeting on Monday 21 December 2026, leaving out Christmas Day on Friday 25 December "
        "and Boxing Day on Monday 28 December"
    )
    assert found["supervision"] == "1 month after the meeting on Monday 21 December 2026"
    assert found["re_audit"] == "3 months after the meeting on Monday 21 December 2026"
    assert found["qa_check"] == ""
    signed_late = finalised_audit(
        council,
        grade=Grade.INADEQUATE,
        number=2,
        case=CaseFactory.create(keyworker=council.keyworker),
        signed_at=MET + timedelta(days=60),
    )
    assert "no date falls before the next working day: signed on Friday 15 January 2027" in dates.why_due(
        step(opened(signed_late), "immediate_actions")
    )


def test_the_page_of_an_action_says_why_that_day(client: Client, council: Council, settings: Any) -> None:
    settings.TODAY = TODAY
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    signed_in(client, council.manager)
    why = "Why that day: 5 working days after the meeting on Monday 16 November 2026"
    assert why in text(client.get("/actions/QC-2611-001-1/"))
    assert "Why that day: 1 month after the meeting" in text(client.get("/actions/QC-2611-001-2/"))
    assert f"{why[:8]}" in text(client.get(f"/escalations/{audit.ref}/"))
    add(council)
    moved = text(client.get("/actions/QC-2611-001-1/"))
    assert "A bank holiday was added: A day of mourning, on Monday 23 November" in moved
    assert "First Monday 23 November 2026" in moved
