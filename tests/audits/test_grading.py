"""Two chairs, one grade: unseen until both are in, agreed by both, ruled only where they cannot."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections

from audits import grading, meeting, withdrawal
from audits.models import CASE_NUMBER, Audit, Judgement, Mark
from audits.warnings import clashes
from people.models import Notice, TrailEntry, User
from people.roles import Role
from qualitycounts.refusals import NotAllowed, NotNow, Refused, Stale
from standards.grades import Grade
from standards.models import Criterion
from tests.factories import MET, Council, UserFactory, agree, filled_audit, open_audit

GOOD, RI, OUTSTANDING, INADEQUATE = Grade.GOOD, Grade.REQUIRES_IMPROVEMENT, Grade.OUTSTANDING, Grade.INADEQUATE


@pytest.fixture
def audit(council: Council) -> Audit:
    return open_audit(council)


def propose(audit: Audit, who: str, grade: str, council: Council, number: int = 2) -> Judgement:
    return grading.propose(audit, number, by=getattr(council, who), at=MET, grade=grade, words=f"{who} says why.")


def test_opening_lays_out_eight_grades_and_sets_aside_what_does_not_fit(council: Council) -> None:
    council.case.category = "EH"
    council.case.save()
    audit = open_audit(council)
    rows = list(audit.judgements.all())
    assert [row.number for row in rows] == [1, 2, 3, 4, 5, 6, 7, 8]
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
    offered = grading.offer(audit, 2, by=council.auditor, at=MET, grade=GOOD)
    assert (offered.state, offered.offered, offered.grade) == (Judgement.State.REVEALED, GOOD, "")
    settled = grading.confirm(audit, 2, by=council.keyworker, at=MET, grade=GOOD)
    assert (settled.state, settled.grade) == (Judgement.State.AGREED, GOOD)
    assert {p.grade for p in settled.proposals.all()} == {GOOD, RI}


def test_the_worker_confirms_only_what_their_page_showed(audit: Audit, council: Council) -> None:
    propose(audit, "auditor", RI, council)
    propose(audit, "keyworker", OUTSTANDING, council)
    with pytest.raises(NotNow, match="no grade to confirm"):
        grading.confirm(audit, 2, by=council.keyworker, at=MET, grade=GOOD)
    grading.offer(audit, 2, by=council.auditor, at=MET, grade=GOOD)
    grading.offer(audit, 2, by=council.auditor, at=MET, grade=RI)
    with pytest.raises(Stale, match="to Requires improvement"):
        grading.confirm(audit, 2, by=council.keyworker, at=MET, grade=GOOD)


@pytest.mark.parametrize(
    ("who", "act"),
    [
        ("keyworker", lambda audit, by: grading.offer(audit, 2, by=by, at=MET, grade=GOOD)),
        ("auditor", lambda audit, by: grading.confirm(audit, 2, by=by, at=MET, grade=GOOD)),
        ("manager", lambda audit, by: grading.propose(audit, 2, by=by, at=MET, grade=GOOD)),
        ("qa_officer", lambda audit, by: grading.propose(audit, 2, by=by, at=MET, grade=GOOD)),
        ("keyworker", lambda audit, by: grading.set_aside(audit, 2, by=by, at=MET, why="Because.")),
        ("staff", lambda audit, by: grading.advise(audit, 2, by=by, at=MET, advice="Mine.")),
        ("auditor", lambda audit, by: grading.rule(audit, 2, by=by, at=MET, grade=GOOD, why="Mine.")),
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
        grading.offer(audit, 2, by=council.auditor, at=MET, grade=GOOD)


def test_no_such_grade_is_refused_with_what_to_do(audit: Audit, council: Council) -> None:
    with pytest.raises(Refused, match="one of the four"):
        grading.propose(audit, 2, by=council.auditor, at=MET, grade="fine")
    with pytest.raises(Refused, match="no such grade"):
        grading.propose(audit, 9, by=council.auditor, at=MET, grade=GOOD)


def test_a_standard_is_set_aside_with_a_reason_and_brought_back_but_never_the_case(
    audit: Audit, council: Council
) -> None:
    with pytest.raises(Refused, match="Say why"):
        grading.set_aside(audit, 3, by=council.auditor, at=MET, why="")
    with pytest.raises(Refused, match="always graded"):
        grading.set_aside(audit, CASE_NUMBER, by=council.auditor, at=MET, why="Too hard.")
    propose(audit, "keyworker", GOOD, council, 3)
    aside = grading.set_aside(audit, 3, by=council.auditor, at=MET, why="The plan is a week old.")
    assert (aside.applies, aside.settled) == (False, True)
    with pytest.raises(NotNow, match="Bring it back"):
        propose(audit, "auditor", GOOD, council, 3)
    back = grading.bring_back(audit, 3, by=council.auditor, at=MET)
    assert (back.applies, back.settled, back.state) == (True, False, Judgement.State.BLANK)


def mark(audit: Audit, council: Council, code: str, value: str = Mark.Value.NOT_EVIDENCED) -> None:
    criterion = Criterion.objects.get(code=code, section__standard__standard_set=audit.standard_set)
    meeting.record_mark(audit, by=council.auditor, at=MET, criterion=criterion.pk, value=value, seen="", version=0)


def test_marks_that_do_not_sit_with_a_grade_ask_for_a_reason_and_never_block(audit: Audit, council: Council) -> None:
    mark(audit, council, "2.6")
    propose(audit, "auditor", GOOD, council)
    both = propose(audit, "keyworker", GOOD, council)
    assert (both.state, both.grade) == (Judgement.State.REVEALED, "")
    with pytest.raises(Refused, match="To keep Good, say why"):
        grading.offer(audit, 2, by=council.auditor, at=MET, grade=GOOD)
    settled = grading.offer(audit, 2, by=council.auditor, at=MET, grade=GOOD, clash_why="The plan shows it was known.")
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
    meeting.record_mark(
        audit, by=council.keyworker, at=MET, indicator=indicator.pk, value="not_evidenced", seen="", version=0
    )
    case = audit.judgements.get(number=CASE_NUMBER)
    assert [clash.about for clash in clashes(case, GOOD)] == [(("indicators", indicator.title),)]
    assert clashes(case, RI) == []


def test_the_qa_team_advises_then_rules_and_all_views_are_kept(audit: Audit, council: Council) -> None:
    propose(audit, "auditor", RI, council)
    propose(audit, "keyworker", GOOD, council)
    grading.refer(audit, 2, by=council.keyworker, at=MET, advisers=[council.qa_officer, council.auditor])
    assert list(Notice.objects.filter(key__contains="referred").values_list("to", flat=True)) == [council.qa_officer.pk]
    with pytest.raises(NotNow, match="Give advice first"):
        grading.rule(audit, 2, by=council.qa_officer, at=MET, grade=RI, why="Too soon.")
    grading.advise(audit, 2, by=council.qa_officer, at=MET, advice="Look at May again.")
    with pytest.raises(NotAllowed, match="Another member"):
        grading.advise(audit, 2, by=second_officer(council), at=MET, advice="Mine too.")
    ruled = grading.rule(audit, 2, by=council.qa_officer, at=MET, grade=RI, why="The gap is seven months.")
    assert (ruled.state, ruled.grade, ruled.adviser) == (Judgement.State.RULED, RI, council.qa_officer)
    assert ruled.proposals.count() == 2
    with pytest.raises(NotNow):
        propose(audit, "keyworker", GOOD, council)


def test_what_is_unresolved_at_the_end_goes_to_the_qa_team_all_or_none(audit: Audit, council: Council) -> None:
    for number, theirs in ((2, GOOD), (3, RI), (4, GOOD)):
        propose(audit, "auditor", RI, council, number)
        propose(audit, "keyworker", theirs, council, number)
    with pytest.raises(NotNow, match="Nobody in the QA Team"):
        grading.refer_unresolved(audit, by=council.auditor, at=MET, advisers=[council.auditor])
    asked = grading.refer_unresolved(audit, by=council.auditor, at=MET, advisers=[council.qa_officer])
    assert [one.number for one in asked] == [2, 4]
    assert set(audit.judgements.filter(state="referred").values_list("number", flat=True)) == {2, 4}
    with pytest.raises(NotNow, match="no grade left"):
        grading.refer_unresolved(audit, by=council.auditor, at=MET, advisers=[council.qa_officer])


def second_officer(council: Council) -> User:
    return UserFactory.create(roles=(Role.QA_OFFICER,))


def test_after_advice_the_two_may_still_agree(audit: Audit, council: Council) -> None:
    propose(audit, "auditor", RI, council)
    propose(audit, "keyworker", GOOD, council)
    grading.refer(audit, 2, by=council.auditor, at=MET, advisers=[council.qa_officer])
    grading.advise(audit, 2, by=council.qa_officer, at=MET, advice="Look at May again.")
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
    grading.refer(audit, 2, by=council.auditor, at=MET, advisers=[council.qa_officer])
    grading.advise(audit, 2, by=council.qa_officer, at=MET, advice="Look at May again.")
    again = propose(audit, "keyworker", GOOD, council)
    assert (again.state, again.round) == (Judgement.State.PROPOSED, 2)


def test_no_advice_is_given_on_an_audit_that_was_withdrawn(audit: Audit, council: Council) -> None:
    propose(audit, "auditor", RI, council)
    propose(audit, "keyworker", GOOD, council)
    grading.refer(audit, 2, by=council.auditor, at=MET, advisers=[council.qa_officer])
    withdrawal.withdraw(audit, by=council.qa_officer, at=MET, why="The case closed.")
    with pytest.raises(NotNow, match="withdrawn"):
        grading.advise(audit, 2, by=council.qa_officer, at=MET, advice="Look at May again.")
    assert not Notice.objects.filter(key__contains="advised").exists()


def test_nobody_free_to_advise_is_said(audit: Audit, council: Council) -> None:
    propose(audit, "auditor", RI, council)
    propose(audit, "keyworker", GOOD, council)
    with pytest.raises(NotNow, match="Head of QA"):
        grading.refer(audit, 2, by=council.auditor, at=MET, advisers=[council.auditor])


def test_each_grade_save_counts_the_revision_that_the_other_screen_follows(audit: Audit, council: Council) -> None:
    before = Audit.objects.get(pk=audit.pk).revision
    propose(audit, "auditor", GOOD, council)
    propose(audit, "keyworker", GOOD, council)
    assert Audit.objects.get(pk=audit.pk).revision == before + 2


@pytest.mark.django_db(transaction=True)
def test_both_chairs_proposing_in_the_same_moment_are_both_kept_and_revealed_once(council: Council) -> None:
    audit = open_audit(council)
    start = threading.Barrier(2)
    faults: list[Exception] = []

    def save(who: str, number: int) -> None:
        start.wait()
        try:
            propose(Audit.objects.get(pk=audit.pk), who, GOOD, council, number)
        except Exception as fault:  # noqa: BLE001
            faults.append(fault)
        finally:
            connections.close_all()

    for number in range(1, 8):
        threads = [threading.Thread(target=save, args=(who, number)) for who in ("auditor", "keyworker")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    connection.close()
    assert faults == []
    assert set(Judgement.objects.filter(audit=audit, number__lt=8).values_list("state", flat=True)) == {"agreed"}
    assert TrailEntry.objects.filter(act="grade.revealed").count() == 7
