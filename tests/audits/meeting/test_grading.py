"""Two chairs, one grade: unseen until both are in, agreed by both, ruled only where they cannot."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from audits.meeting import grading, lifecycle
from audits.meeting import set_aside as meeting_set_aside
from audits.models import CASE_NUMBER, Audit, Judgement, Mark
from audits.record import withdrawal
from audits.record.clashes import clashes
from people.models import Notice, TrailEntry, User
from people.roles import Role
from qualitycounts.base.refusals import LONGEST, NotAllowed, NotNow, Refused, Stale
from standards.grades import Grade
from standards.models import Criterion, Standard
from tests.factories import MET, CaseFactory, Council, UserFactory, agree, filled_audit, open_audit, set_aside

GOOD, RI, OUTSTANDING, INADEQUATE = Grade.GOOD, Grade.REQUIRES_IMPROVEMENT, Grade.OUTSTANDING, Grade.INADEQUATE


@pytest.fixture
def audit(council: Council) -> Audit:
    return open_audit(council)


def propose(audit: Audit, who: str, grade: str, council: Council, number: int = 2) -> Judgement:
    return grading.propose_grade(audit, number, by=getattr(council, who), at=MET, grade=grade, words=f"{who} says why.")


def test_opening_lays_out_the_grades_and_sets_aside_what_does_not_fit(council: Council) -> None:
    council.case.category = "EH"
    council.case.save()
    Standard.objects.filter(number=4).update(applies_to=["CLA", "CP"])  # as in a set of another council
    audit = open_audit(council)
    rows = list(audit.judgements.all())
    assert [row.number for row in rows] == [*range(1, 8), CASE_NUMBER]
    assert [row.number for row in rows if not row.applies] == [4]
    assert rows[3].applies_why
    assert rows[7].standard is None


def test_one_proposal_is_unseen_two_equal_ones_agree(audit: Audit, council: Council) -> None:
    one = propose(audit, "keyworker", GOOD, council)
    assert (one.state, one.grade) == (Judgement.State.PROPOSED, "")
    seen = TrailEntry.objects.filter(act="grade.proposed").values_list("content", "why")
    assert list(seen) == [(None, "")]
    two = propose(audit, "auditor", GOOD, council)
    assert (two.state, two.grade) == (Judgement.State.AGREED, GOOD)


def test_before_the_reveal_one_may_change_ones_own_proposal(audit: Audit, council: Council) -> None:
    propose(audit, "keyworker", GOOD, council)
    one = propose(audit, "keyworker", RI, council)
    assert one.state == Judgement.State.PROPOSED
    assert [(p.round, p.grade) for p in one.proposals.all()] == [(1, RI)]


def test_where_they_differ_the_auditor_enters_and_the_worker_confirms(audit: Audit, council: Council) -> None:
    propose(audit, "auditor", RI, council)
    assert propose(audit, "keyworker", GOOD, council).state == Judgement.State.REVEALED
    offered = grading.offer_grade(audit, 2, by=council.auditor, at=MET, grade=GOOD)
    assert (offered.state, offered.offered, offered.grade) == (Judgement.State.REVEALED, GOOD, "")
    settled = grading.confirm_grade(audit, 2, by=council.keyworker, at=MET, grade=GOOD)
    assert (settled.state, settled.grade) == (Judgement.State.AGREED, GOOD)
    assert {p.grade for p in settled.proposals.all()} == {GOOD, RI}


def test_the_worker_confirms_only_what_their_page_showed(audit: Audit, council: Council) -> None:
    propose(audit, "auditor", RI, council)
    propose(audit, "keyworker", OUTSTANDING, council)
    with pytest.raises(NotNow, match="no grade to confirm"):
        grading.confirm_grade(audit, 2, by=council.keyworker, at=MET, grade=GOOD)
    grading.offer_grade(audit, 2, by=council.auditor, at=MET, grade=GOOD)
    grading.offer_grade(audit, 2, by=council.auditor, at=MET, grade=RI)
    with pytest.raises(Stale, match="to Requires improvement"):
        grading.confirm_grade(audit, 2, by=council.keyworker, at=MET, grade=GOOD)


@pytest.mark.parametrize(
    ("who", "act"),
    [
        ("keyworker", lambda audit, by: grading.offer_grade(audit, 2, by=by, at=MET, grade=GOOD)),
        ("auditor", lambda audit, by: grading.confirm_grade(audit, 2, by=by, at=MET, grade=GOOD)),
        ("manager", lambda audit, by: grading.propose_grade(audit, 2, by=by, at=MET, grade=GOOD)),
        ("qa_officer", lambda audit, by: grading.propose_grade(audit, 2, by=by, at=MET, grade=GOOD)),
        (
            "manager",
            lambda audit, by: meeting_set_aside.propose_aside(audit, 2, by=by, at=MET, why="Not for this child."),
        ),
        ("staff", lambda audit, by: grading.advise_on_grade(audit, 2, by=by, at=MET, advice="Mine.")),
        ("auditor", lambda audit, by: grading.rule_on_grade(audit, 2, by=by, at=MET, grade=GOOD, why="Mine.")),
    ],
)
def test_each_act_is_one_chairs_and_others_change_nothing(
    audit: Audit, council: Council, who: str, act: Callable[[Audit, object], object]
) -> None:
    propose(audit, "auditor", RI, council)
    propose(audit, "keyworker", GOOD, council)
    before = Judgement.objects.values().get(audit=audit, number=2)
    with pytest.raises(NotAllowed):
        act(audit, getattr(council, who))
    assert Judgement.objects.values().get(audit=audit, number=2) == before


def test_a_new_proposal_takes_off_what_was_agreed_and_opens_a_new_round(audit: Audit, council: Council) -> None:
    agree(audit, 2, GOOD)
    again = propose(audit, "keyworker", RI, council)
    assert (again.state, again.grade, again.round) == (Judgement.State.PROPOSED, "", 2)
    assert again.proposals.filter(round=1).count() == 2


def test_before_both_are_in_nothing_can_be_offered(audit: Audit, council: Council) -> None:
    propose(audit, "auditor", GOOD, council)
    with pytest.raises(NotNow, match="“proposed by one”"):
        grading.offer_grade(audit, 2, by=council.auditor, at=MET, grade=GOOD)


def test_no_such_grade_is_refused_with_what_to_do(audit: Audit, council: Council) -> None:
    with pytest.raises(Refused, match="one of the four"):
        grading.propose_grade(audit, 2, by=council.auditor, at=MET, grade="fine")
    with pytest.raises(Refused, match="no such grade"):
        grading.propose_grade(audit, 9, by=council.auditor, at=MET, grade=GOOD)


def mark(audit: Audit, council: Council, code: str, value: str = Mark.Value.NOT_EVIDENCED) -> None:
    criterion = Criterion.objects.get(code=code, section__standard__standard_set=audit.standard_set)
    lifecycle.record_mark(audit, by=council.auditor, at=MET, criterion=criterion.pk, value=value, seen="", version=0)


def test_marks_that_do_not_sit_with_a_grade_ask_for_a_reason_and_never_block(audit: Audit, council: Council) -> None:
    mark(audit, council, "2.6")
    propose(audit, "auditor", GOOD, council)
    both = propose(audit, "keyworker", GOOD, council)
    assert (both.state, both.grade) == (Judgement.State.REVEALED, "")
    with pytest.raises(Refused, match="To keep Good, say why"):
        grading.offer_grade(audit, 2, by=council.auditor, at=MET, grade=GOOD)
    settled = grading.offer_grade(
        audit, 2, by=council.auditor, at=MET, grade=GOOD, clash_why="The plan shows it was known."
    )
    assert (settled.state, settled.grade, settled.clash_why) == (
        Judgement.State.AGREED,
        GOOD,
        "The plan shows it was known.",
    )


def test_the_same_marks_ask_nothing_below_good(audit: Audit, council: Council) -> None:
    mark(audit, council, "2.6")
    propose(audit, "auditor", RI, council)
    assert propose(audit, "keyworker", RI, council).grade == RI


@pytest.mark.parametrize(
    ("standards", "overall", "warned"),
    [
        ({1: RI}, GOOD, False),
        ({1: RI}, OUTSTANDING, True),
        ({1: INADEQUATE}, RI, False),
        ({1: INADEQUATE}, GOOD, True),
        ({}, OUTSTANDING, False),
    ],
)
def test_the_case_grade_against_its_standards(
    council: Council, standards: dict[int, str], overall: str, warned: bool
) -> None:
    audit = filled_audit(council, standards={**standards, CASE_NUMBER: GOOD})
    case = audit.judgements.get(number=CASE_NUMBER)
    assert bool(clashes(case, overall)) is warned


def test_an_indicator_not_evidenced_warns_of_good_overall(audit: Audit, council: Council) -> None:
    indicator = audit.standard_set.indicators.get(number=2)
    lifecycle.record_mark(
        audit, by=council.keyworker, at=MET, indicator=indicator.pk, value="not_evidenced", seen="", version=0
    )
    case = audit.judgements.get(number=CASE_NUMBER)
    assert [clash.about for clash in clashes(case, GOOD)] == [(("indicators", indicator.title),)]
    assert clashes(case, RI) == []


def test_the_qa_team_advises_then_rules_and_all_views_are_kept(audit: Audit, council: Council) -> None:
    propose(audit, "auditor", RI, council)
    propose(audit, "keyworker", GOOD, council)
    grading.refer_grade(audit, 2, by=council.keyworker, at=MET, advisers=[council.qa_officer, council.auditor])
    assert list(Notice.objects.filter(key__contains="referred").values_list("to", flat=True)) == [council.qa_officer.pk]
    with pytest.raises(NotNow, match="Give advice first"):
        grading.rule_on_grade(audit, 2, by=council.qa_officer, at=MET, grade=RI, why="Too soon.")
    grading.advise_on_grade(audit, 2, by=council.qa_officer, at=MET, advice="Look at May again.")
    with pytest.raises(NotAllowed, match="Another member"):
        grading.advise_on_grade(audit, 2, by=second_officer(council), at=MET, advice="Mine too.")
    ruled = grading.rule_on_grade(audit, 2, by=council.qa_officer, at=MET, grade=RI, why="The gap is seven months.")
    assert (ruled.state, ruled.grade, ruled.adviser) == (Judgement.State.RULED, RI, council.qa_officer)
    assert ruled.proposals.count() == 2
    with pytest.raises(NotNow):
        propose(audit, "keyworker", GOOD, council)


def test_the_head_of_qa_may_go_on_with_what_another_adviser_began_and_no_officer_may(
    audit: Audit, council: Council
) -> None:
    propose(audit, "auditor", RI, council)
    propose(audit, "keyworker", GOOD, council)
    grading.refer_grade(audit, 2, by=council.auditor, at=MET, advisers=[council.qa_officer])
    grading.advise_on_grade(audit, 2, by=council.qa_officer, at=MET, advice="Look at May again.")
    with pytest.raises(NotAllowed, match="Another member"):
        grading.rule_on_grade(audit, 2, by=second_officer(council), at=MET, grade=RI, why="The gap is seven months.")
    ruled = grading.rule_on_grade(audit, 2, by=council.head_of_qa, at=MET, grade=RI, why="The gap is seven months.")
    assert (ruled.state, ruled.adviser, ruled.advised_by) == ("ruled", council.head_of_qa, council.qa_officer)


def test_what_is_unresolved_at_the_end_goes_to_the_qa_team_all_or_none(audit: Audit, council: Council) -> None:
    for number, theirs in ((2, GOOD), (3, RI), (4, GOOD)):
        propose(audit, "auditor", RI, council, number)
        propose(audit, "keyworker", theirs, council, number)
    with pytest.raises(NotNow, match="Nobody in the QA Team"):
        grading.refer_unresolved_grades(audit, by=council.auditor, at=MET, advisers=[council.auditor])
    asked = grading.refer_unresolved_grades(audit, by=council.auditor, at=MET, advisers=[council.qa_officer])
    assert [one.number for one in asked] == [2, 4]
    assert set(audit.judgements.filter(state="referred").values_list("number", flat=True)) == {2, 4}
    with pytest.raises(NotNow, match="no grade left"):
        grading.refer_unresolved_grades(audit, by=council.auditor, at=MET, advisers=[council.qa_officer])


def second_officer(council: Council) -> User:
    return UserFactory.create(roles=(Role.QA_OFFICER,))


def test_after_advice_the_two_may_still_agree(audit: Audit, council: Council) -> None:
    propose(audit, "auditor", RI, council)
    propose(audit, "keyworker", GOOD, council)
    grading.refer_grade(audit, 2, by=council.auditor, at=MET, advisers=[council.qa_officer])
    grading.advise_on_grade(audit, 2, by=council.qa_officer, at=MET, advice="Look at May again.")
    propose(audit, "keyworker", RI, council)
    settled = propose(audit, "auditor", RI, council)
    assert (settled.state, settled.grade, settled.round) == (Judgement.State.AGREED, RI, 2)


def test_the_same_proposal_sent_twice_is_one_and_takes_nothing_off(audit: Audit, council: Council) -> None:
    propose(audit, "keyworker", GOOD, council)
    assert propose(audit, "auditor", GOOD, council).state == Judgement.State.AGREED
    again = propose(audit, "auditor", GOOD, council)
    assert (again.state, again.grade, again.round) == (Judgement.State.AGREED, GOOD, 1)
    propose(audit, "keyworker", GOOD, council, 3)
    propose(audit, "auditor", RI, council, 3)
    again = propose(audit, "auditor", RI, council, 3)
    assert (again.state, again.round) == (Judgement.State.REVEALED, 1)
    assert TrailEntry.objects.filter(act="grade.proposed").count() == 4


def test_in_answer_to_advice_one_may_keep_to_the_same_grade(audit: Audit, council: Council) -> None:
    propose(audit, "auditor", RI, council)
    propose(audit, "keyworker", GOOD, council)
    grading.refer_grade(audit, 2, by=council.auditor, at=MET, advisers=[council.qa_officer])
    grading.advise_on_grade(audit, 2, by=council.qa_officer, at=MET, advice="Look at May again.")
    again = propose(audit, "keyworker", GOOD, council)
    assert (again.state, again.round) == (Judgement.State.PROPOSED, 2)


def test_no_advice_is_given_on_an_audit_that_was_withdrawn(audit: Audit, council: Council) -> None:
    propose(audit, "auditor", RI, council)
    propose(audit, "keyworker", GOOD, council)
    grading.refer_grade(audit, 2, by=council.auditor, at=MET, advisers=[council.qa_officer])
    withdrawal.withdraw_audit(audit, by=council.qa_officer, at=MET, why="The case closed.")
    with pytest.raises(NotNow, match="withdrawn"):
        grading.advise_on_grade(audit, 2, by=council.qa_officer, at=MET, advice="Look at May again.")
    assert not Notice.objects.filter(key__contains="advised").exists()


def test_nobody_free_to_advise_is_said(audit: Audit, council: Council) -> None:
    propose(audit, "auditor", RI, council)
    propose(audit, "keyworker", GOOD, council)
    with pytest.raises(NotNow, match="Head of QA"):
        grading.refer_grade(audit, 2, by=council.auditor, at=MET, advisers=[council.auditor])


def test_the_trail_says_of_each_turn_what_it_was_what_it_is_why_and_by_whom(council: Council) -> None:
    other = open_audit(council, number=2, case=CaseFactory(keyworker=council.keyworker))
    audit = open_audit(council)
    mark(audit, council, "2.6")
    propose(audit, "auditor", RI, council, 2)
    propose(audit, "keyworker", GOOD, council, 2)
    grading.offer_grade(audit, 2, by=council.auditor, at=MET, grade=GOOD, clash_why="One gap, since mended.")
    grading.confirm_grade(audit, 2, by=council.keyworker, at=MET, grade=GOOD)
    set_aside(audit, 3)
    meeting_set_aside.bring_back(audit, 3, by=council.auditor, at=MET)
    propose(audit, "auditor", RI, council, 1)
    propose(audit, "keyworker", GOOD, council, 1)
    grading.refer_grade(audit, 1, by=council.keyworker, at=MET, advisers=[council.qa_officer])
    grading.advise_on_grade(audit, 1, by=council.qa_officer, at=MET, advice="Look at May again.")
    grading.rule_on_grade(audit, 1, by=council.qa_officer, at=MET, grade=RI, why="The gap is seven months.")
    both = {who: {"grade": grade, "words": f"{who} says why."} for who, grade in (("auditor", RI), ("keyworker", GOOD))}
    auditor, keyworker, adviser = council.auditor.pk, council.keyworker.pk, council.qa_officer.pk
    mended = "One gap, since mended."
    entries = TrailEntry.objects.filter(act__startswith="grade.").order_by("seq")
    said = [(one.by_id, one.act, one.was, one.now, one.why, json.loads(one.content or "null")) for one in entries]
    assert said == [
        (auditor, "grade.proposed", "blank", "proposed", "", None),
        (keyworker, "grade.proposed", "proposed", "proposed", "", None),
        (keyworker, "grade.revealed", "proposed", "revealed", "", both),
        (auditor, "grade.offered", "revealed", "revealed", mended, {"grade": GOOD}),
        (keyworker, "grade.agreed", "revealed", "agreed", mended, {"grade": GOOD}),
        (auditor, "grade.aside_proposed", "blank", "blank", "The plan is a week old.", None),
        (keyworker, "grade.set_aside", "blank", "blank", "The plan is a week old.", None),
        (auditor, "grade.brought_back", "blank", "blank", "", None),
        (auditor, "grade.proposed", "blank", "proposed", "", None),
        (keyworker, "grade.proposed", "proposed", "proposed", "", None),
        (keyworker, "grade.revealed", "proposed", "revealed", "", both),
        (keyworker, "grade.referred", "revealed", "referred", "", None),
        (adviser, "grade.advised", "referred", "referred", "", {"advice": "Look at May again."}),
        (adviser, "grade.ruled", "referred", "ruled", "The gap is seven months.", {"grade": RI}),
    ]
    assert not other.judgements.exclude(state=Judgement.State.BLANK).exists()


def test_each_refusal_names_the_field_it_is_about(audit: Audit, council: Council) -> None:
    def field(act: Callable[[], object]) -> str:
        with pytest.raises(Refused) as refused:
            act()
        return refused.value.field

    chair = {"by": council.auditor, "at": MET}
    assert field(lambda: grading.propose_grade(audit, 2, **chair, grade="fine")) == "grade"
    assert field(lambda: grading.propose_grade(audit, 2, **chair, grade=GOOD, words="x" * (LONGEST + 1))) == "words"
    assert field(lambda: meeting_set_aside.propose_aside(audit, 2, **chair, why=" ")) == "why"
    propose(audit, "auditor", RI, council, 2)
    propose(audit, "keyworker", GOOD, council, 2)
    mark(audit, council, "2.6")
    assert field(lambda: grading.offer_grade(audit, 2, **chair, grade=GOOD)) == "clash_why"
    assert (
        field(lambda: grading.offer_grade(audit, 2, **chair, grade=GOOD, clash_why="x" * (LONGEST + 1))) == "clash_why"
    )
    adviser = {"by": council.qa_officer, "at": MET}
    grading.refer_grade(audit, 2, **chair, advisers=[council.qa_officer])
    assert field(lambda: grading.advise_on_grade(audit, 2, **adviser, advice=" ")) == "advice"
    assert field(lambda: grading.rule_on_grade(audit, 2, **adviser, grade=RI, why=" ")) == "why"


def test_only_the_auditor_brings_a_standard_back(audit: Audit, council: Council) -> None:
    set_aside(audit, 3)
    with pytest.raises(NotAllowed):
        meeting_set_aside.bring_back(audit, 3, by=council.keyworker, at=MET)


def test_a_reason_is_kept_only_where_the_marks_asked_for_one(audit: Audit, council: Council) -> None:
    propose(audit, "auditor", RI, council)
    propose(audit, "keyworker", GOOD, council)
    assert grading.offer_grade(audit, 2, by=council.auditor, at=MET, grade=GOOD, clash_why="Just so.").clash_why == ""


def test_a_grade_that_both_see_alike_and_only_lacks_its_reason_is_not_asked_of_the_qa_team(
    audit: Audit, council: Council
) -> None:
    mark(audit, council, "2.6")
    propose(audit, "auditor", GOOD, council)
    assert propose(audit, "keyworker", GOOD, council).state == Judgement.State.REVEALED
    with pytest.raises(NotNow, match="no grade left"):
        grading.refer_unresolved_grades(audit, by=council.auditor, at=MET, advisers=[council.qa_officer])


def test_a_page_that_was_late_is_told_what_is_on_offer_now_and_both_hear_of_advice_and_ruling(
    audit: Audit, council: Council
) -> None:
    propose(audit, "auditor", RI, council)
    propose(audit, "keyworker", GOOD, council)
    grading.offer_grade(audit, 2, by=council.auditor, at=MET, grade=RI)
    with pytest.raises(Stale) as stale:
        grading.confirm_grade(audit, 2, by=council.keyworker, at=MET, grade=GOOD)
    assert stale.value.current == "Requires improvement"
    grading.refer_grade(audit, 2, by=council.auditor, at=MET, advisers=[council.qa_officer])
    grading.advise_on_grade(audit, 2, by=council.qa_officer, at=MET, advice="Look at May again.")
    grading.rule_on_grade(audit, 2, by=council.qa_officer, at=MET, grade=RI, why="The gap is seven months.")
    told = Notice.objects.filter(to=council.keyworker, link=f"/audits/{audit.ref}/meeting/?step=2").order_by("pk")
    title = audit.judgements.get(number=2).title
    assert [(one.subject, title in one.body) for one in told] == [
        (f"The QA Team’s advice on {audit.ref}", True),
        (f"The QA Team has ruled on a grade of {audit.ref}", True),
    ]
    assert len({one.key for one in told}) == 2
    assert {one.to for one in Notice.objects.filter(key__in=[one.key for one in told])} == {
        council.auditor,
        council.keyworker,
    }


def test_each_grade_save_counts_the_revision_that_the_other_screen_follows(audit: Audit, council: Council) -> None:
    before = Audit.objects.get(pk=audit.pk).revision
    propose(audit, "auditor", GOOD, council)
    propose(audit, "keyworker", GOOD, council)
    assert Audit.objects.get(pk=audit.pk).revision == before + 2
