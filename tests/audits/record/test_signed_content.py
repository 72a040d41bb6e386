"""What is signed: the same words give the same hash wherever it runs, and nothing is in it that one never saw."""

from __future__ import annotations

from audits.meeting import grading, lifecycle
from audits.models import Audit
from audits.record import signed_content
from people import trail
from standards.grades import Grade
from standards.models import Criterion
from tests.factories import MET, CaseFactory, Council, agreed_audit, filled_audit, open_audit, set_aside


def mark(audit: Audit, council: Council, code: str) -> None:
    point = Criterion.objects.get(code=code, section__standard__standard_set=audit.standard_set)
    lifecycle.record_mark(
        audit, by=council.auditor, at=MET, criterion=point.pk, value="evidenced", seen=f"Seen {code}", version=0
    )


def test_its_order_is_the_same_on_every_database(council: Council) -> None:
    audit = open_audit(council, case=CaseFactory.create(keyworker=council.keyworker, category="CLA"))
    indicator = audit.standard_set.indicators.get(number=2)
    lifecycle.record_mark(audit, by=council.auditor, at=MET, indicator=indicator.pk, value="partly", seen="", version=0)
    for code in ("4.2.a", "4.2", "3.10", "2.6"):
        mark(audit, council, code)
    for slug in ("s1-worried", "record-wishes", "s1-works-well"):
        lifecycle.record_note(audit, by=council.auditor, at=MET, slug=slug, text="May.", version=0)
    signed = signed_content.snapshot(audit)
    assert [of for of, _, _ in signed["marks"]] == ["2.6", "3.10", "4.2", "4.2.a", "indicator 2"]
    assert [slug for slug, _, _ in signed["notes"]] == ["record-wishes", "s1-works-well", "s1-worried"]


def test_a_proposal_that_was_never_revealed_is_not_in_it(council: Council) -> None:
    audit = filled_audit(council)
    grading.propose_grade(audit, 3, by=council.keyworker, at=MET, grade=Grade.INADEQUATE, words="Only I know this.")
    set_aside(audit, 3)
    audit = lifecycle.end_meeting(audit, by=council.auditor, at=MET)
    assert "Only I know this." not in (trail.canonical(signed_content.snapshot(audit)) or "")
    third = signed_content.snapshot(audit)["grades"][2]
    assert [[number, chair, grade] for number, chair, grade, _ in third["proposals"]] == [
        [1, "auditor", Grade.GOOD],
        [1, "keyworker", Grade.GOOD],
    ]


def test_it_is_the_same_when_read_again_and_another_after_any_change(council: Council) -> None:
    audit = agreed_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    again = Audit.objects.get(pk=audit.pk)
    assert signed_content.content_hash_of(again) == audit.content_hash
    for change in (
        lambda: again.notes.filter(slug="s1-works-well").update(text="Other."),
        lambda: again.marks.filter(indicator__number=1).update(value="partly"),
        lambda: again.actions.filter(number=1).update(outcome="Other."),
        lambda: again.judgements.filter(number=2).update(clash_why="Other."),
    ):
        before = signed_content.content_hash_of(again)
        change()
        assert signed_content.content_hash_of(again) != before
