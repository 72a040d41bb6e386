"""The page that ends a meeting: what stands against each grade with its reason, and what else deserves a look."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audits.meeting import grading, lifecycle
from audits.meeting import set_aside as meeting_set_aside
from audits.meeting.missing import missing_for_ending
from audits.models import CASE_NUMBER, CASE_SLUG, Audit, Hold, Judgement, Mark
from audits.record import clashes as meeting_clashes
from standards.grades import Grade
from standards.models import Criterion, Indicator
from tests.audits.meeting.pages import at_most, signed_in, text
from tests.factories import MET, Council, agree, booked_audit, filled_audit, mark_alone, open_audit


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = MET.date()


def ending(audit: Audit) -> str:
    return f"/audits/{audit.ref}/meeting/end/"


def judgement(audit: Audit, number: int) -> Judgement:
    return Judgement.objects.select_related("audit", "standard").get(audit=audit, number=number)


def mark(audit: Audit, value: str, *, seen: str = "", **of: int) -> None:
    """Mark a criterion or an indicator anew."""
    row = Mark.objects.filter(audit=audit, **of).first()
    lifecycle.record_mark(
        audit, by=audit.auditor, at=MET, value=value, seen=seen, version=row.version if row else 0, **of
    )  # type: ignore[misc, arg-type]


def criterion(audit: Audit, code: str) -> int:
    return Criterion.objects.get(section__standard__standard_set=audit.standard_set, code=code).pk


def first_indicator(audit: Audit) -> Indicator:
    return Indicator.objects.filter(standard_set=audit.standard_set).order_by("number")[0]


def test_the_record_and_the_indicators_are_asked_for_before_the_case(council: Council) -> None:
    audit = open_audit(council)
    for one in audit.judgements.filter(applies=True).exclude(number=CASE_NUMBER):
        agree(audit, one.number, Grade.GOOD)
        lifecycle.record_note(
            audit, by=council.auditor, at=MET, slug=f"s{one.number}-needs", text="More visits.", version=0
        )
    steps = list(dict.fromkeys(gap.step for gap in missing_for_ending(audit) if gap.blocks))
    assert steps == ["record", "indicators", CASE_SLUG]


@pytest.mark.parametrize("value", ["not_applicable", "partly"])
def test_a_high_grade_over_marks_that_show_little_asks_why(council: Council, value: str) -> None:
    audit = filled_audit(council)
    Mark.objects.filter(audit=audit, criterion__section__standard__number=2).update(value=value)
    for indicator in audit.standard_set.indicators.all():
        mark(audit, "not_applicable", indicator=indicator.pk)
    pks = list(Criterion.objects.filter(section__standard__standard_set=audit.standard_set, code__startswith="2."))
    for point in pks[:3]:
        mark(audit, value, criterion=point.pk)
    said = [clash.sentence for clash in meeting_clashes.clashes(judgement(audit, 2), Grade.OUTSTANDING)]
    assert said == [
        "Outstanding, and 3 of the 3 points marked do not apply."
        if value == "not_applicable"
        else "Outstanding, and 3 of the 3 points marked are only partly evidenced."
    ]
    of_case = [clash.sentence for clash in meeting_clashes.clashes(judgement(audit, CASE_NUMBER), Grade.GOOD)]
    assert of_case == ["Good, and 7 of the 7 headline indicators marked do not apply."]
    assert meeting_clashes.clashes(judgement(audit, 2), Grade.REQUIRES_IMPROVEMENT) == []


def test_each_indicator_not_evidenced_is_listed_with_its_link_and_asks_what_was_seen(
    client: Client, council: Council
) -> None:
    audit = filled_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    missed = first_indicator(audit)
    mark(audit, "not_evidenced", indicator=missed.pk)
    asked = [gap for gap in missing_for_ending(audit) if gap.step == "indicators"]
    assert [(gap.sentence, gap.place, gap.blocks) for gap in asked] == [
        (f"“{missed.title}” is not evidenced. Say what you saw.", f"i{missed.pk}", False)
    ]
    page = text(signed_in(client, council.keyworker).get(ending(audit)))
    assert f'href="/audits/{audit.ref}/meeting/?step=indicators#i{missed.pk}">{missed.title}</a>' in page
    assert "Nothing is written beside it. Say what you saw." in page
    mark(audit, "not_evidenced", seen="Only on paper, in the school’s file.", indicator=missed.pk)
    assert missing_for_ending(audit) == []
    page = text(client.get(ending(audit)))
    assert "Only on paper, in the school’s file." in page
    assert "Nothing is written beside it" not in page


def test_the_reasons_are_written_on_the_page_and_kept_with_the_record(client: Client, council: Council) -> None:
    audit = filled_audit(council)
    given = judgement(audit, 2).stands_why
    mark(audit, "not_evidenced", criterion=criterion(audit, "2.1"))
    mark(audit, "evidenced", criterion=criterion(audit, "2.2"))
    keyworkers = text(signed_in(client, council.keyworker).get(ending(audit)))
    assert "Tomasz says why it stands" in keyworkers
    assert 'name="why-2"' not in keyworkers
    signed_in(client, council.auditor)
    with at_most(14):
        shown = client.get(ending(audit))
    page = text(shown)
    title = Criterion.objects.get(pk=criterion(audit, "2.1")).title
    assert f'href="/audits/{audit.ref}/meeting/?step=2#c{criterion(audit, "2.1")}">1. {title}</a>' in page
    assert f'Said before this was found</b> <span class="qc-more">{given}' in page
    against = page.partition('name="against-2" value="')[2].partition('"')[0]
    mark(audit, "not_evidenced", criterion=criterion(audit, "2.2"))
    stale = client.post(ending(audit), {"why-2": "It is on paper.", "against-2": against})
    assert stale.status_code == 409
    assert "What stands against this grade has changed." in text(stale)
    assert ">It is on paper.</textarea>" in text(stale).replace("> It", ">It")
    against = text(stale).partition('name="against-2" value="')[2].partition('"')[0]
    reply = client.post(ending(audit), {"why-2": "It is on paper.", "against-2": against})
    assert reply["Location"] == f"/audits/{audit.ref}/sign/"
    assert judgement(audit, 2).stands_why == f"{given} It is on paper."


def test_a_reason_is_saved_while_something_still_keeps_the_meeting_from_ending(
    client: Client, council: Council
) -> None:
    audit = filled_audit(council)
    mark(audit, "not_evidenced", criterion=criterion(audit, "2.1"))
    audit.notes.filter(slug="childs-eye").delete()
    signed_in(client, council.auditor)
    assert "Save the reasons" in text(client.get(ending(audit)))
    reply = client.post(ending(audit), {"why-2": "It is on paper.", "save": "1"})
    assert reply["Location"] == ending(audit)
    assert judgement(audit, 2).stands_why.endswith("It is on paper.")
    assert "Save the reasons" not in text(client.get(ending(audit)))
    reply = client.post(ending(audit), {})
    assert reply.status_code == 422, "what is missing still keeps it from ending"


def test_the_sign_page_shows_any_concern_and_what_nobody_gave_a_reason_for(client: Client, council: Council) -> None:
    audit = filled_audit(council, standards={1: Grade.INADEQUATE})
    lifecycle.end_meeting(audit, by=council.auditor, at=MET)
    hold = Hold.objects.create(audit=audit, cause="safeguarding:SG-2611-01", placed=MET)
    page = text(signed_in(client, council.keyworker).get(f"/audits/{audit.ref}/sign/"))
    assert "A safeguarding concern was raised in this audit" in page
    assert "and is open." in page
    of_case = page.partition("The case as a whole, Good.")[2]
    assert "Good overall, with a safeguarding concern raised in this audit." in of_case
    why = f"Why it stands: We talked it through. Of what was found since: {meeting_clashes.NO_REASON}"
    assert why in of_case.partition("</li>")[0]
    hold.lifted = MET
    hold.save()
    page = text(client.get(f"/audits/{audit.ref}/sign/"))
    assert "A safeguarding concern was raised in this audit" in page
    assert "and is closed." in page


def test_the_sign_page_says_first_what_is_not_evidenced(client: Client, council: Council) -> None:
    audit = filled_audit(council, grade=Grade.INADEQUATE)
    missed = first_indicator(audit)
    mark(audit, "not_evidenced", indicator=missed.pk)
    mark(audit, "not_evidenced", criterion=criterion(audit, "3.1"))
    lifecycle.end_meeting(audit, by=council.auditor, at=MET)
    page = text(signed_in(client, council.auditor).get(f"/audits/{audit.ref}/sign/"))
    found = page.partition("What is not evidenced</h2>")[2].partition("</section>")[0]
    assert f"1. {Criterion.objects.get(pk=criterion(audit, '3.1')).title}" in found
    assert missed.title in found


def test_what_is_kept_of_a_proposal_is_said_wherever_one_proposes(client: Client, council: Council) -> None:
    audit = booked_audit(council)
    mark_alone(audit, council.auditor)
    lifecycle.open_meeting(audit, by=council.auditor, at=MET, why="We are both here.")
    signed_in(client, council.auditor)
    for step in ("marks", "2", CASE_SLUG):
        page = text(client.get(f"/audits/{audit.ref}/meeting/", {"step": step}))
        assert "Nobody reads it before both are in, the QA Team included." in page, step
        assert "Of what you change only the last is kept" in page, step


def test_no_button_sets_a_standard_aside_while_its_grade_is_with_the_qa_team(client: Client, council: Council) -> None:
    audit = open_audit(council)
    grading.propose_grade(audit, 2, by=council.auditor, at=MET, grade=Grade.INADEQUATE)
    grading.propose_grade(audit, 2, by=council.keyworker, at=MET, grade=Grade.GOOD)
    meeting_set_aside.propose_aside(audit, 2, by=council.auditor, at=MET, why="The plan is a week old.")
    address, confirm = f"/audits/{audit.ref}/meeting/?step=2", "Confirm: it does not apply"
    assert confirm in text(signed_in(client, council.keyworker).get(address))
    grading.refer_grade(audit, 2, by=council.keyworker, at=MET, advisers=[council.qa_officer])
    page = text(client.get(address))
    assert confirm not in page
    assert "The QA Team decides this grade, so its standard cannot be set aside." in page
    assert "No, it does apply" in page
