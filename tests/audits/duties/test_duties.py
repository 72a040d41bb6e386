"""Monthly duties stay on My work until they are done or set aside with a reason, however long ago their month was."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from audits.duties import monthly_duties, owed, setting_aside
from audits.models import Activity, SetAside
from audits.programme import planning
from people import notices, trail
from people.directory import holders
from people.models import Notice, User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from qualitycounts.work.page import my_work
from reporting.periods import parse
from reporting.reports import drafting
from tests.audits.panel.panels import Sitters, drawn
from tests.conftest import NOW
from tests.factories import Council, allocated_audit, finalised_audit

FEBRUARY = NOW.replace(year=2027, month=2, day=4)
"""Long after November's audits: nobody did anything over New Year."""


def asked(user: User, at: datetime = FEBRUARY) -> dict[str, date]:
    """What My work asks of a person, each with the day it was due."""
    groups = my_work(user, at=at).groups
    return {row.item.what: row.item.due_on for group in groups for row in group.rows}


def planned(month: date, kind: str = Activity.Kind.CORE, title: str = "") -> Activity:
    """On the programme, and not drawn."""
    return Activity.objects.create(kind=kind, month=month, title=title, planned=5)


def test_a_draw_that_was_planned_and_never_made_stays_until_it_is_dropped(council: Council) -> None:
    allocated_audit(council)
    january = planned(date(2027, 1, 1))
    planned(date(2026, 12, 1), Activity.Kind.THEMED, "Neglect")
    wanted = asked(council.qa_officer)
    assert wanted["Run the draw for January 2027"] == date(2026, 12, 14)
    assert wanted["Run the draw of “Neglect”"] == date(2026, 11, 13)
    assert "Run the draw for March 2027" in wanted
    planning.drop_activity(january, why="The team moved house.", by=council.qa_officer, at=FEBRUARY)
    assert "Run the draw for January 2027" not in asked(council.qa_officer)


def test_a_month_of_which_nothing_was_planned_or_audited_owes_nothing(council: Council) -> None:
    assert set(asked(council.qa_officer)) == {"Set Quality Counts up"}
    allocated_audit(council)
    assert set(asked(council.qa_officer)) == {"Run the draw for March 2027", "Start the report of January 2027"}


def test_before_the_first_draw_what_is_planned_is_asked_for_and_never_late(council: Council) -> None:
    planned(date(2026, 12, 1))
    wanted = asked(council.qa_officer)
    assert wanted["Run the draw for December 2026"] == FEBRUARY.date()
    assert not [what for what in wanted if "report" in what], "nothing was audited that one could tell of"
    allocated_audit(council)
    assert asked(council.qa_officer)["Run the draw for December 2026"] == date(2026, 11, 13)


def test_reports_and_samples_of_every_month_since_the_first_audit_stay(council: Council) -> None:
    finalised_audit(council, number=1)
    wanted = asked(council.qa_officer)
    for month in ("November 2026", "December 2026", "January 2027"):
        assert f"Start the report of {month}" in wanted
    assert "Start the report of October 2026" not in wanted
    assert "Start the report of February 2027" not in wanted
    assert wanted["Start the report of November 2026"] == date(2027, 1, 8), "after its panel"
    assert [what for what in wanted if "sample" in what] == ["Draw the panel’s sample of November 2026"]


def test_a_sample_that_is_drawn_and_a_draft_that_is_begun_are_asked_for_as_they_stand(council: Council) -> None:
    finalised_audit(council, number=1)
    drawn(council, Sitters.make(council))
    drafting.start_draft(period=parse("2026-11"), by=council.qa_officer, at=NOW + timedelta(days=9))
    wanted = asked(council.qa_officer)
    assert not [what for what in wanted if "sample" in what]
    assert "Read and finish the report of November 2026" in wanted
    assert "Start the report of November 2026" not in wanted


@pytest.mark.parametrize("duty", [monthly_duties.Duty.PANEL, monthly_duties.Duty.REPORT, monthly_duties.Duty.DRAW])
def test_what_is_set_aside_with_a_reason_is_asked_for_no_more_until_it_is_taken_up(
    council: Council, duty: monthly_duties.Duty
) -> None:
    finalised_audit(council, number=1)
    november, by = date(2026, 11, 1), council.qa_officer
    planned(november)
    words = {
        "draw": "Run the draw for November",
        "panel": "Draw the panel’s sample",
        "report": "Start the report of November",
    }
    assert [what for what in asked(by) if what.startswith(words[duty])]
    with pytest.raises(Refused, match="Say why it will not be done"):
        setting_aside.set_duty_aside(duty=duty, month=november, why=" ", by=by, at=FEBRUARY)
    aside = setting_aside.set_duty_aside(duty=duty, month=november, why="The office was flooded.", by=by, at=FEBRUARY)
    assert not [what for what in asked(by) if what.startswith(words[duty])]
    assert "Start the report of December 2026" in asked(by)
    with pytest.raises(NotNow, match="set aside already"):
        setting_aside.set_duty_aside(duty=duty, month=november, why="Again.", by=by, at=FEBRUARY)
    setting_aside.take_duty_up_again(aside, by=by, at=FEBRUARY)
    assert [what for what in asked(by) if what.startswith(words[duty])]
    assert trail.verify().ok


def test_only_qa_sets_aside_and_only_what_is_over(council: Council) -> None:
    with pytest.raises(NotAllowed):
        setting_aside.set_duty_aside(
            duty=monthly_duties.Duty.DRAW, month=date(2026, 11, 1), why="No.", by=council.head_of_service, at=FEBRUARY
        )
    with pytest.raises(NotNow, match="February 2027 is not over"):
        setting_aside.set_duty_aside(
            duty=monthly_duties.Duty.REPORT, month=date(2027, 2, 1), why="No.", by=council.head_of_qa, at=FEBRUARY
        )


def test_the_page_keeps_what_was_typed_says_who_set_aside_and_takes_it_up_again(council: Council) -> None:
    client, page = Client(), reverse("duties")
    client.force_login(council.qa_officer)
    finalised_audit(council, at=NOW - timedelta(days=40))
    refused = client.post(page, {"duty": "report", "month": "2026-13", "why": "The office was flooded."})
    assert refused.status_code == 422
    assert "The office was flooded." in refused.content.decode()
    assert "Write the month like 2026-11." in refused.content.decode()
    assert client.post(page, {"duty": "report", "month": "2026-10", "why": "Flooded."}).status_code == 302
    shown = client.get(page).content.decode()
    assert "The monthly report of October 2026" in shown
    done = client.post(page, {"duty": "panel", "month": "2026-09", "why": "Flooded."})
    assert done.status_code == 409
    assert "asked of nobody" in done.content.decode(), "what is set aside is what is asked for"
    assert council.qa_officer.name in shown
    assert client.post(reverse("duty-again", args=[SetAside.objects.get().pk])).status_code == 302
    assert not SetAside.objects.exists()
    client.force_login(council.manager)
    assert client.get(page).status_code == 403


def test_the_head_of_qa_hears_of_a_duty_once_when_it_is_ten_working_days_late(council: Council) -> None:
    assert swept(date(2027, 3, 1)) == [], "nothing is late before the first draw"
    allocated_audit(council)
    planned(date(2026, 12, 1))
    due = date(2026, 11, 13)
    assert {row.due_on for row in owed_on(date(2026, 11, 27))} >= {due}
    assert swept(date(2026, 11, 26)) == []
    assert swept(date(2026, 11, 27)) == [("Yusuf Lindqvist", "Late: Run the draw for December 2026")]
    assert swept(date(2026, 12, 1)) == []
    (notice,) = Notice.objects.filter(key__startswith="duty:")
    assert notice.body.startswith("“Run the draw for December 2026” was due on Friday 13 November and is not done.")
    assert "It waits for Amara Whitlock." in notice.body
    later = {subject for _, subject in swept(date(2027, 1, 31))}
    assert later == {"Late: Start the report of December 2026", "Late: Run the draw for February 2027"}
    board = Client()
    board.force_login(council.qa_officer)
    assert "Yusuf Lindqvist was told on Fri 27 Nov" in board.get("/month/").content.decode()


def owed_on(day: date) -> list[owed.OwedDuty]:
    """What is owed on a day."""
    return owed.owed_duties(monthly_duties.read_duties(on=day), user=None, on=day)


def swept(day: date) -> list[tuple[str, str]]:
    """Whom the sweep of a day tells of late duties."""
    heads, officers = list(holders(Role.HEAD_OF_QA, on=day)), list(holders(Role.QA_OFFICER, on=day))
    late = owed.late_duties_due(day, datetime.combine(day, NOW.timetz()), heads=heads, officers=officers)
    notices.tell_all(late)
    return [(str(notice.to), notice.subject) for notice in late]
