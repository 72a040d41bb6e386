"""Setting a standard aside takes both chairs, never a grade that is referred, never the last standard; and what stands
against a grade is asked again at the end."""

from __future__ import annotations

import pytest
from django.test import Client

from audits.meeting import grading, lifecycle
from audits.meeting import set_aside as meeting_set_aside
from audits.meeting.missing import missing_for_ending
from audits.models import CASE_NUMBER, Audit, Judgement, Mark
from audits.record import clashes as meeting_clashes
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from standards.grades import Grade
from standards.models import Criterion, Indicator
from tests.audits.meeting.pages import signed_in, text
from tests.factories import MET, Council, agree, filled_audit, open_audit, set_aside

WHY = "The plan is a week old."


@pytest.fixture
def audit(council: Council) -> Audit:
    """A meeting going on."""
    return open_audit(council)


def judgement(audit: Audit, number: int) -> Judgement:
    """A grade as it is kept now."""
    return Judgement.objects.select_related("audit", "standard").get(audit=audit, number=number)


def test_one_chair_proposes_and_the_other_confirms(audit: Audit, council: Council) -> None:
    agree(audit, 3, Grade.GOOD)
    meeting_set_aside.propose_aside(audit, 3, by=council.auditor, at=MET, why=WHY)
    assert (judgement(audit, 3).applies, judgement(audit, 3).grade) == (True, "good"), "it stays until it is confirmed"
    with pytest.raises(NotAllowed, match="the other chair confirms"):
        meeting_set_aside.confirm_aside(audit, 3, by=council.auditor, at=MET, why=WHY)
    with pytest.raises(NotNow, match="changed the reason"):
        meeting_set_aside.confirm_aside(
            audit, 3, by=council.keyworker, at=MET, why="Another reason than the one shown."
        )
    meeting_set_aside.confirm_aside(audit, 3, by=council.keyworker, at=MET, why=WHY)
    assert (judgement(audit, 3).applies, judgement(audit, 3).applies_why) == (False, WHY)


def test_the_other_chair_declines_and_the_grade_stands(audit: Audit, council: Council) -> None:
    agree(audit, 3, Grade.GOOD)
    meeting_set_aside.propose_aside(audit, 3, by=council.keyworker, at=MET, why=WHY)
    meeting_set_aside.decline_aside(audit, 3, by=council.auditor, at=MET)
    assert (judgement(audit, 3).applies, judgement(audit, 3).grade, judgement(audit, 3).aside_why) == (True, "good", "")
    with pytest.raises(NotNow, match="Nobody proposes"):
        meeting_set_aside.confirm_aside(audit, 3, by=council.auditor, at=MET, why=WHY)


@pytest.mark.parametrize("why", ["", "x", "Too hard", ". . . ."])
def test_a_reason_is_a_sentence(audit: Audit, council: Council, why: str) -> None:
    with pytest.raises(Refused):
        meeting_set_aside.propose_aside(audit, 3, by=council.auditor, at=MET, why=why)


def test_never_the_case_as_a_whole(audit: Audit, council: Council) -> None:
    with pytest.raises(Refused, match="always graded"):
        meeting_set_aside.propose_aside(audit, CASE_NUMBER, by=council.auditor, at=MET, why=WHY)


def test_never_while_the_grade_is_with_the_qa_team(audit: Audit, council: Council) -> None:
    grading.propose_grade(audit, 2, by=council.auditor, at=MET, grade=Grade.INADEQUATE)
    grading.propose_grade(audit, 2, by=council.keyworker, at=MET, grade=Grade.GOOD)
    meeting_set_aside.propose_aside(audit, 2, by=council.auditor, at=MET, why=WHY)
    grading.refer_grade(audit, 2, by=council.keyworker, at=MET, advisers=[council.qa_officer])
    for act in (
        lambda: meeting_set_aside.confirm_aside(audit, 2, by=council.keyworker, at=MET, why=WHY),
        lambda: meeting_set_aside.propose_aside(audit, 2, by=council.keyworker, at=MET, why=WHY),
    ):
        with pytest.raises(NotNow):
            act()
    assert judgement(audit, 2).applies


def test_never_the_last_standard(audit: Audit, council: Council) -> None:
    numbers = list(audit.judgements.filter(applies=True).exclude(number=CASE_NUMBER).values_list("number", flat=True))
    for number in numbers[:-1]:
        set_aside(audit, number)
    with pytest.raises(NotNow, match="last standard"):
        meeting_set_aside.propose_aside(audit, numbers[-1], by=council.auditor, at=MET, why=WHY)


def test_what_was_proposed_before_counts_no_more_once_it_is_brought_back(audit: Audit, council: Council) -> None:
    grading.propose_grade(audit, 3, by=council.auditor, at=MET, grade=Grade.INADEQUATE)
    set_aside(audit, 3)
    meeting_set_aside.bring_back(audit, 3, by=council.auditor, at=MET)
    anew = grading.propose_grade(audit, 3, by=council.keyworker, at=MET, grade=Grade.GOOD)
    assert (anew.state, anew.round) == (Judgement.State.PROPOSED, 2)


def test_what_comes_to_stand_against_an_agreed_grade_is_asked_at_the_end(council: Council) -> None:
    audit = filled_audit(council)
    assert missing_for_ending(audit) == []
    first = Indicator.objects.filter(standard_set=audit.standard_set).order_by("number")[0]
    lifecycle.record_mark(
        audit,
        by=council.auditor,
        at=MET,
        indicator=first.pk,
        value="not_evidenced",
        seen="",
        version=_version(audit, first),
    )
    assert len(missing_for_ending(audit)) == 1
    assert "say why Good stands" in missing_for_ending(audit)[0].sentence
    grading.say_why(audit, CASE_NUMBER, by=council.auditor, at=MET, stands_why="The carers keep it in a book.")
    assert missing_for_ending(audit) == []


def test_it_never_keeps_a_meeting_from_ending_and_the_signers_see_it(client: Client, council: Council) -> None:
    audit = filled_audit(council)
    missed = Criterion.objects.get(section__standard__standard_set=audit.standard_set, code="2.1")
    Mark.objects.update_or_create(
        audit=audit,
        criterion=missed,
        defaults={"value": "not_evidenced", "version": 9, "saved_at": MET, "saved_by": council.auditor},
    )
    ending = text(signed_in(client, council.auditor).get(f"/audits/{audit.ref}/meeting/end/"))
    assert "Where grade and evidence do not sit together" in ending
    assert "Nothing is missing" not in ending
    assert client.post(f"/audits/{audit.ref}/meeting/end/").status_code == 302
    assert judgement(audit, 2).stands_why.endswith("Of what was found since: No reason was given.")
    page = text(client.get(f"/audits/{audit.ref}/sign/"))
    against = page.partition("What stands against a grade, and why it stands")[2]
    assert "Good asks for these, and you marked them not evidenced." in against
    assert "Of what was found since: No reason was given." in against
    assert f"Not evidenced:</b> 1. {missed.title}" in page
    lifecycle.reopen_meeting(audit, by=council.auditor, at=MET, why="To say why.")
    assert [gap.blocks for gap in missing_for_ending(audit)] == [False]
    said = judgement(audit, 2).stands_why
    lifecycle.end_meeting(audit, by=council.auditor, at=MET)
    assert judgement(audit, 2).stands_why == said, "said once, however often it ends"


def test_most_points_only_partly_evidenced_ask_why_of_a_high_grade(audit: Audit, council: Council) -> None:
    partly = Criterion.objects.filter(section__standard__standard_set=audit.standard_set, code__startswith="3.")[:5]
    for place, criterion in enumerate(partly):
        value = "evidenced" if place < 2 else "partly"
        row = {"value": value, "version": 9, "saved_at": MET, "saved_by": council.auditor}
        Mark.objects.update_or_create(audit=audit, criterion=criterion, defaults=row)
    said = [clash.sentence for clash in meeting_clashes.clashes(judgement(audit, 3), Grade.GOOD)]
    assert said == ["Good, and 3 of the 5 points marked are only partly evidenced."]
    assert meeting_clashes.clashes(judgement(audit, 3), Grade.REQUIRES_IMPROVEMENT) == []


def _version(audit: Audit, indicator: Indicator) -> int:
    mark = Mark.objects.filter(audit=audit, indicator=indicator).first()
    return mark.version if mark else 0


def test_a_reason_answers_only_what_it_was_given_for(council: Council) -> None:
    audit = filled_audit(council)
    first, second = Criterion.objects.filter(
        section__standard__standard_set=audit.standard_set, code__in=("1.1", "1.2")
    ).order_by("code")
    for criterion in (first, second):
        mark = Mark.objects.filter(audit=audit, criterion=criterion).first()
        lifecycle.record_mark(
            audit,
            by=council.auditor,
            at=MET,
            criterion=criterion.pk,
            value="not_evidenced",
            seen="",
            version=mark.version if mark else 0,
        )
        against = meeting_clashes.standing_of(judgement(audit, 1))
        assert meeting_clashes.unanswered(judgement(audit, 1), against), criterion.code
        grading.say_why(audit, 1, by=council.auditor, at=MET, stands_why="It is on paper, as the audit saw.")
        assert not meeting_clashes.unanswered(judgement(audit, 1), meeting_clashes.standing_of(judgement(audit, 1)))


def test_fewer_than_half_of_a_standards_points_marked_asks_why(council: Council) -> None:
    audit = filled_audit(council)
    Mark.objects.filter(audit=audit, criterion__section__standard__number=2).update(value="")
    kinds = [clash.kind for clash in meeting_clashes.standing_of(judgement(audit, 2))]
    assert kinds == ["unmarked"]


def test_a_low_grade_with_everything_evidenced_asks_why_too(audit: Audit, council: Council) -> None:
    for criterion in Criterion.objects.filter(
        section__standard__standard_set=audit.standard_set, code__in=("1.1", "1.2")
    ):
        lifecycle.record_mark(
            audit, by=council.auditor, at=MET, criterion=criterion.pk, value="evidenced", seen="", version=0
        )
    assert [clash.kind for clash in meeting_clashes.clashes(judgement(audit, 1), Grade.INADEQUATE)] == ["all evidenced"]
    assert meeting_clashes.clashes(judgement(audit, 1), Grade.GOOD) == []
