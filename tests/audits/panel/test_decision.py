"""What the chair decides: upheld, regraded down and up, by whom, and what a random panel may never break."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from audits.follow_up import case_note, closing
from audits.models import CASE_NUMBER, Action, Audit, Judgement, Panel, Regrade, Review
from audits.panel import ballot, conflicts
from audits.panel import sitting as panel_sitting
from audits.panel.decision import keep_decision_draft
from audits.panel.feedback import feedback
from audits.record import withdrawal
from audits.record.comparison import compare
from audits.record.previous_audit import previous_audit_on
from escalation.models import Escalation, Pattern, Step
from escalation.patterns.patterns import audits_of_pattern
from escalation.steps import acting
from escalation.sweep import sweep_deadlines
from people import trail
from people.models import Notice, TrailEntry
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale
from reporting.periods import parse
from reporting.reports.drill_down import rows_behind
from reporting.sections.contents import work_out
from standards.grades import Grade
from tests import factories
from tests.audits.panel.panels import (
    LATEST,
    NOVEMBER,
    SITTING,
    Sitters,
    an_action,
    decide,
    drawn,
    final,
    fresh,
    give,
    regraded,
    revealed,
    review_of,
    upheld,
)
from tests.audits.test_invariants import check_replay
from tests.escalation.walk import all_done, check, do, opened, step, told
from tests.factories import MET, Council

Rounds = Callable[[int], int]
CHANGED = {"outcome": "regraded", "justified": "partly"}
RI, BAD, GOOD = Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE, Grade.GOOD


def test_a_regrade_down_opens_the_path_that_day_with_the_actions_that_were_missing(council: Council) -> None:
    sitters = Sitters.make(council)
    audit = final(council, 1)
    closing.record_supervision(audit, by=council.manager, at=MET, on=MET.date(), discussed="What went well.")
    closing.confirm_on_file(audit, by=council.manager, at=MET + timedelta(hours=1), on=MET.date())
    closing.close_audit(audit, by=council.qa_officer, at=MET + timedelta(days=1))
    drawn(council, sitters)
    review = revealed(council, sitters, audit, grade=BAD)
    with pytest.raises(Refused, match="Add an action for each grade that escalates and has none: The case as a whole"):
        decide(review, regraded(BAD), by=council.head_of_qa)
    audit.refresh_from_db()
    assert (audit.state, audit.grade, Regrade.objects.count()) == ("closed", "good", 0)

    decide(review, regraded(BAD, an_action()), by=council.head_of_qa)
    audit.refresh_from_db()
    assert (audit.grade, audit.first_grade, audit.state, audit.closed_at) == (BAD, GOOD, "finalised", None)
    case = audit.judgements.get(number=CASE_NUMBER)
    assert (case.grade, case.stands) == (GOOD, BAD)
    action = audit.actions.get()
    assert (action.owner, action.due_on, action.agreed_in) == (council.manager, LATEST, "panel")
    path = opened(audit)
    assert path.opened_on == SITTING.date()
    dates = {one.slug: one.due_on for one in path.steps.all()}
    assert dates == {
        "acknowledge": date(2027, 1, 4),
        "immediate_actions": LATEST,
        "supervision": date(2027, 1, 31),
        "qa_check": None,
        "re_audit": date(2027, 3, 31),
    }
    assert audit.holds.filter(lifted=None).count() == 1
    assert closing.undone(audit) == [
        "1 action is still to do.",
        "No supervision is recorded since the panel changed its grade.",
        "“Audit Action Plan – November” is not on the case file yet.",
    ]
    assert told(f"{review.ref}:decided") == {
        "Tomasz Adeyemi",
        "Niamh Okonkwo",
        "Devinder Halloran",
        "Marguerite Osei",
    }
    note = case_note.text(audit)
    assert "graded Inadequate by the validation panel; Good when it was signed." in note
    # and the path is walked to its end from there
    later = SITTING + timedelta(days=5)
    acting.acknowledge_step(step(path, "acknowledge"), by=council.head_of_service, at=later)
    all_done(audit, at=later)
    acting.sign_step(step(path, "immediate_actions"), by=council.head_of_service, at=later)
    acting.complete_step(step(path, "supervision"), by=council.manager, at=later)
    check(audit.actions.get(), council, at=later)
    acting.confirm_step(step(path, "qa_check"), by=council.qa_officer, at=later, words="Seen on the record.")
    assert step(path, "re_audit").state == Step.State.OPEN


def test_a_regrade_up_ends_the_path_and_keeps_it(council: Council) -> None:
    sitters = Sitters.make(council)
    audit = final(council, 1, BAD)
    path = opened(audit)
    do(audit.actions.get(number=1), at=MET + timedelta(days=1))
    drawn(council, sitters)
    decide(
        revealed(council, sitters, audit), regraded(GOOD, reason="The record bears Good out."), by=council.head_of_qa
    )
    audit.refresh_from_db()
    path.refresh_from_db()
    assert (audit.grade, audit.first_grade, audit.state) == (GOOD, BAD, "finalised")
    assert path.state == Escalation.State.FINISHED
    assert path.finished_why == "The panel regraded the audit to Good."
    assert {one.state for one in path.steps.all()} == {"dropped"}
    assert not audit.holds.filter(lifted=None).exists()
    assert audit.actions.unfinished().count() == 2  # what was agreed is still agreed
    assert told(f"{path.ref}:finished") >= {"Marguerite Osei", "Devinder Halloran", "Niamh Okonkwo"}


def test_one_step_down_or_up_within_monitoring_changes_the_path(council: Council) -> None:
    sitters = Sitters.make(council)
    low, bad = final(council, 1, RI), final(council, 2, BAD)
    drawn(council, sitters)
    decide(revealed(council, sitters, low), regraded(BAD), by=council.head_of_qa)
    decide(revealed(council, sitters, bad), regraded(RI), by=council.head_of_qa)
    for audit, was, now in ((low, RI, BAD), (bad, BAD, RI)):
        assert {(one.path, one.state) for one in audit.escalations.all()} == {(was, "finished"), (now, "open")}
        assert opened(audit).ref == f"{audit.ref}-E2"


def test_a_standard_may_change_alone_and_what_was_signed_still_has_its_hash(council: Council) -> None:
    sitters = Sitters.make(council)
    audit = factories.finalised_audit(council, grade=GOOD)
    hash_was = audit.content_hash
    drawn(council, sitters)
    review = revealed(council, sitters, audit)
    asked = an_action(numbers=(2,), kind="supervision", part="worker")
    not_for_her = regraded("", asked, grades={9: RI})
    with pytest.raises(Refused, match="does not apply to this child"):
        decide(review, not_for_her, by=council.head_of_qa)
    decide(review, regraded("", asked, grades={2: RI}), by=council.head_of_qa)
    audit.refresh_from_db()
    assert (audit.grade, audit.escalations.count()) == (GOOD, 0)
    two = audit.judgements.get(number=2)
    assert (two.grade, two.stands) == (GOOD, RI)
    from audits.record.signed_record import build_record

    kept = build_record(audit)
    assert kept.digest == hash_was == audit.content_hash
    assert (kept.chapters[1].grade, kept.chapters[1].regraded) == (GOOD, RI)
    assert ": Requires improvement (Good when it was signed)" in case_note.text(audit)


def test_the_grade_that_stands_counts_in_reports_patterns_and_re_audits(council: Council) -> None:
    sitters = Sitters.make(council)
    audits = [final(council, number) for number in (1, 2, 3)]
    for audit in audits:
        standard = audit.standard_set.standards.get(number=4)
        Judgement.objects.create(audit=audit, number=4, standard=standard, state="agreed", grade=GOOD)
    drawn(council, sitters)
    for audit in audits:
        both = regraded(BAD, an_action(numbers=(4, CASE_NUMBER)), grades={4: BAD, CASE_NUMBER: BAD})
        decide(revealed(council, sitters, audit, grade=BAD), both, by=council.head_of_qa)
    november = parse("2026-11")
    found = work_out(november, on=SITTING.date()).to_json()
    assert [figure["count"] for figure in found["audits"]["grades"]] == [0, 0, 0, 3]
    assert [standard["grades"] for standard in found["standards"]] == [[0, 0, 0, 3]]
    assert [row.grades for row in rows_behind(november, on=SITTING.date()).audits] == [{"4": BAD}] * 3
    assert list(Judgement.objects.filter(number=4).values_list("grade", flat=True)) == [GOOD] * 3
    Audit.objects.update(finalised_at=SITTING)
    sweep_deadlines(on=SITTING.date(), at=SITTING)
    pattern = Pattern.objects.get()
    assert pattern.also == [4], "a team and a standard of the same audits are one"
    assert list(audits_of_pattern(pattern).values_list("number", flat=True)) == [1, 2, 3]
    before, again, _ = audits
    Judgement.objects.filter(audit=again, number=4).update(regraded=RI)
    again.re_audit_of = before
    part = compare(again).parts[0]
    assert (part.was, part.now, part.moved) == (BAD, RI, "better")
    lens = previous_audit_on(again, "4", ())
    assert lens is not None
    assert lens.grade == BAD


def test_nothing_is_decided_before_every_member_has_answered_or_the_chair_says_why(council: Council) -> None:
    sitters = Sitters.make(council)
    audit = final(council, 1)
    drawn(council, sitters)
    review = revealed(council, sitters, audit)
    for user in sitters.all[:2]:
        ballot.vote_on_review(fresh(review), by=user, at=SITTING, answer="yes", why="")
    with pytest.raises(Refused, match=r"Not yet said by Emeka Strand, Imogen Varga: ask them, or say why") as refused:
        decide(review, upheld(unheard_why=" "), by=council.head_of_qa)
    assert refused.value.field == "unheard_why"
    for user in sitters.all[2:]:
        ballot.vote_on_review(fresh(review), by=user, at=SITTING, answer="no", why="No.")
    assert decide(review, upheld(), by=council.head_of_qa).unheard_why == "", "not so any more"


def test_a_grade_that_the_content_justifies_is_not_changed(council: Council) -> None:
    sitters = Sitters.make(council)
    audit = final(council, 1)
    drawn(council, sitters)
    review = revealed(council, sitters, audit)
    with pytest.raises(Refused, match="the content justifies the grade, yet it is changed"):
        decide(review, regraded(RI, an_action(), justified="yes"), by=council.head_of_qa)
    assert decide(review, regraded(RI, an_action(), justified="partly"), by=council.head_of_qa).outcome == "regraded"


def test_a_changed_grade_against_what_was_found_asks_the_reason_that_the_meeting_asks(council: Council) -> None:
    sitters = Sitters.make(council)
    audit = factories.finalised_audit(council)
    drawn(council, sitters)
    review = revealed(council, sitters, audit, grade=BAD)
    others = {each.number: each.stands for each in audit.judgements.filter(applies=True).exclude(number=CASE_NUMBER)}
    assert set(others.values()) == {GOOD}
    with pytest.raises(Refused, match=r"Inadequate is more than one grade below the highest standard\.") as refused:
        decide(review, regraded(BAD, an_action(), clash_why=""), by=council.head_of_qa)
    assert refused.value.field == "clash_why"
    assert Regrade.objects.count() == 0
    grades = dict.fromkeys([*others, CASE_NUMBER], BAD)
    every = an_action(numbers=tuple(grades))
    decide(review, regraded(BAD, every, grades=grades, clash_why=""), by=council.head_of_qa)
    assert Regrade.objects.count() == len(grades), "nothing speaks against grades that are low together"


def test_upheld_changes_nothing_but_says_what_to_do_next_time(council: Council) -> None:
    sitters = Sitters.make(council)
    audit = final(council, 1, RI)
    drawn(council, sitters)
    before = {name: getattr(Audit.objects.get(pk=audit.pk), name) for name in ("state", "grade", "revision")}
    decide(
        revealed(council, sitters, audit),
        upheld(to_worker="Your notes made it easy.", message="Name who saw the child.", grades={CASE_NUMBER: BAD}),
        by=council.head_of_qa,
    )
    audit.refresh_from_db()
    assert before == {name: getattr(audit, name) for name in before}
    assert [(one.to_auditor, one.to_worker) for one in feedback(audit, council.auditor)] == [
        ("Clear, and fair to the worker.", "")
    ]
    assert [(one.to_auditor, one.to_worker) for one in feedback(audit, council.keyworker)] == [
        ("", "Your notes made it easy.")
    ]
    assert [(one.to_auditor, one.to_worker) for one in feedback(audit, council.manager)] == [("", "")]
    assert "Good" not in "".join(Notice.objects.filter(key__endswith=":decided").values_list("body", flat=True))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"justified": ""}, "Say whether the content"),
        ({"smart": "perhaps"}, "about the actions"),
        ({"outcome": "changed"}, "upheld or changed"),
        ({"to_auditor": " "}, "Write the auditor"),
        ({"justified": "no"}, "say why"),
        (CHANGED | {"grades": {CASE_NUMBER: BAD}}, "Say why the grade is changed"),
        (CHANGED | {"reason": "Seen."}, "Choose which grade changes"),
        (CHANGED | {"reason": "Seen.", "grades": {CASE_NUMBER: GOOD}}, "Choose which grade changes"),
        (CHANGED | {"reason": "Seen.", "grades": {CASE_NUMBER: "superb"}}, "one of the four"),
        (CHANGED | {"reason": "Seen.", "grades": {3: BAD}}, "does not apply"),
    ],
)
def test_what_is_left_out_is_asked_for_and_nothing_changes(council: Council, wrong: Any, sentence: str) -> None:
    sitters = Sitters.make(council)
    audit = final(council, 1)
    drawn(council, sitters)
    review = revealed(council, sitters, audit)
    entries = TrailEntry.objects.count()
    with pytest.raises(Refused, match=sentence):
        decide(review, replace(upheld(), **wrong), by=council.head_of_qa)
    assert (fresh(review).state, TrailEntry.objects.count()) == ("revealed", entries)
    for words, asked in (
        ({"measure": "ASAP"}, "cannot be checked"),
        ({"numbers": ()}, "which grade"),
        ({"kind": "later"}, "how soon"),
        ({"due_on": date(2027, 1, 11)}, "latest date allowed is Friday 8 January 2027"),
        ({"due_on": SITTING.date()}, "Choose Monday 4 January 2027 or later"),
    ):
        with pytest.raises(Refused, match=asked):
            decide(review, regraded(BAD, an_action(**words)), by=council.head_of_qa)
    assert TrailEntry.objects.count() == entries


def test_only_the_chair_decides_or_the_deputy_where_the_chair_is_near_or_away(council: Council) -> None:
    sitters = Sitters.make(council)
    first, second = final(council, 1), final(council, 2)
    drawn(council, sitters)
    conflicts.declare_too_near(review_of(first), reason="I wrote the referral.", by=council.head_of_qa, at=SITTING)
    near, usual = revealed(council, sitters, first), revealed(council, sitters, second)
    for person in (council.head_of_qa, sitters.emeka, council.qa_officer, council.assistant_director):
        with pytest.raises(NotAllowed):
            decide(near, upheld(), by=person)
    decide(near, upheld(), by=sitters.psw)
    with pytest.raises(NotAllowed, match="Yusuf Lindqvist decides"):
        decide(usual, upheld(), by=sitters.psw)
    here = [user.pk for user in sitters.all]
    with pytest.raises(Refused, match="since the chair is away"):
        panel_sitting.set_there(usual.panel, here=here, chair_away=True, deputy=None, by=council.qa_officer, at=SITTING)
    panel_sitting.set_there(
        usual.panel, here=here, chair_away=True, deputy=sitters.psw, by=council.qa_officer, at=SITTING
    )
    with pytest.raises(NotAllowed):
        decide(usual, upheld(), by=council.head_of_qa)
    decide(usual, upheld(), by=sitters.psw)
    with pytest.raises(NotNow):
        decide(usual, upheld(), by=sitters.psw)


def test_a_decision_is_kept_as_it_is_written_and_a_second_window_is_told(council: Council) -> None:
    sitters = Sitters.make(council)
    audit = final(council, 1)
    drawn(council, sitters)
    review = revealed(council, sitters, audit)
    kept = keep_decision_draft(review, draft={"reason": ["Half a sent"]}, version=1, by=council.head_of_qa, at=SITTING)
    assert (kept.draft, kept.version, kept.state) == ({"reason": ["Half a sent"]}, 2, "revealed")
    keep_decision_draft(
        review, draft={"reason": ["Half a sent"]}, version=1, by=council.head_of_qa, at=SITTING
    )  # the same, twice
    with pytest.raises(Stale):
        keep_decision_draft(review, draft={"reason": ["Other"]}, version=1, by=council.head_of_qa, at=SITTING)
    with pytest.raises(NotAllowed):
        keep_decision_draft(review, draft={}, version=3, by=sitters.psw, at=SITTING)
    withdrawal.void_audit(audit, why="The wrong child’s file.", by=council.head_of_qa, at=SITTING)
    with pytest.raises(NotNow, match="Take it out instead"):
        decide(review, upheld(), by=council.head_of_qa)


def test_whatever_the_panel_decides_grades_escalations_and_actions_hold_together(
    council: Council, rounds: Rounds
) -> None:
    sitters, number = Sitters.make(council), 0
    for seed in range(rounds(2)):
        walk(council, sitters, Random(seed), first=number)
        number += 3
        Panel.objects.filter(month=NOVEMBER).update(ref=f"PANEL-{seed}", month=date(2025, 1, 1) + timedelta(days=seed))
        Audit.objects.update(finalised_at=MET - timedelta(days=400))
    assert trail.verify().ok


def walk(council: Council, sitters: Sitters, chance: Random, *, first: int) -> None:
    """One panel on three audits: everybody tries everything; what is refused changes nothing."""
    audits = [final(council, first + number, chance.choice(list(Grade))) for number in (1, 2, 3)]
    held = drawn(council, sitters)
    panel_sitting.begin_panel(held, by=council.qa_officer, at=SITTING)
    people = [*sitters.all, council.head_of_qa, council.head_of_qa, council.qa_officer, council.auditor]
    for _ in range(40):
        review = fresh(chance.choice(list(held.reviews.all())))
        before = frozen(audits)
        try:
            if review.state == Review.State.BLIND:
                give(review, chance.choice(people[:5]), chance.choice(list(Grade)))
            else:
                actions = (an_action(),) * chance.choice((0, 0, 1))
                made = chance.choice((upheld(), regraded(chance.choice([*Grade, ""]), *actions)))
                decide(review, made, by=chance.choice(people))
        except Refused:
            assert frozen(audits) == before
        whole(Audit.objects.get(pk=review.audit_id))


def frozen(audits: list[Audit]) -> list[object]:
    """Every row that a refusal must leave alone."""
    kinds: tuple[Any, ...] = (Audit, Judgement, Action, Review, Regrade, Escalation, Step)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds] + [TrailEntry.objects.count()]


def whole(audit: Audit) -> None:
    """What holds of a final audit whatever panels do (lifecycle: Must never be broken, 2, 5, 6, 11)."""
    case = audit.judgements.get(number=CASE_NUMBER)
    assert (audit.grade, audit.first_grade) == (case.stands, case.grade)
    changed = Regrade.objects.filter(judgement=case).order_by("pk")
    assert bool(case.regraded) == changed.exists()
    for one in changed:
        assert one.review.reason
        assert one.review.decided_by == one.review.panel.chair
    open_ones = list(audit.escalations.filter(state="open"))
    assert [one.path for one in open_ones] == list(filter(None, [audit.escalation_path]))
    for one in audit.escalations.all():
        waiting = one.steps.filter(state__in=("open", "waiting"))
        assert waiting.exists() == (one.state == "open")
    assert audit.holds.filter(lifted=None).count() == len(open_ones)
    if audit.escalation_path:
        assert case.actions.exclude(state="cancelled").exists()
    for record in (audit, *audit.reviews.all(), *audit.escalations.all(), *audit.actions.all()):
        check_replay(record)
