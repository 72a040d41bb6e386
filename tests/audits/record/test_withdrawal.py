"""Taking back an audit, before it is final and after."""

from __future__ import annotations

import pytest

from audits.models import Audit
from audits.record import withdrawal
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from standards.grades import Grade
from tests.factories import MET, Council, finalised_audit, open_audit


def test_an_audit_under_way_is_withdrawn_with_a_reason_and_only_once(council: Council) -> None:
    audit = open_audit(council)
    with pytest.raises(NotAllowed):
        withdrawal.withdraw_audit(audit, why="The case closed.", by=council.auditor, at=MET)
    with pytest.raises(Refused, match="Say why"):
        withdrawal.withdraw_audit(audit, why=" ", by=council.qa_officer, at=MET)
    audit = withdrawal.withdraw_audit(audit, why="The case closed.", by=council.qa_officer, at=MET)
    assert (audit.state, audit.ended_by) == (Audit.State.WITHDRAWN, council.qa_officer)
    with pytest.raises(NotNow):
        withdrawal.withdraw_audit(audit, why="Again.", by=council.qa_officer, at=MET)


def test_a_final_audit_is_not_withdrawn_but_voided_by_the_head_of_qa_and_its_escalation_ends(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    with pytest.raises(NotNow):
        withdrawal.withdraw_audit(audit, why="The wrong child.", by=council.qa_officer, at=MET)
    with pytest.raises(NotAllowed):
        withdrawal.void_audit(audit, why="The wrong child.", by=council.qa_officer, at=MET)
    with pytest.raises(Refused, match="Say why"):
        withdrawal.void_audit(audit, why="", by=council.head_of_qa, at=MET)
    assert audit.escalations.get().state == "open"
    audit = withdrawal.void_audit(audit, why="The wrong child’s file was read.", by=council.head_of_qa, at=MET)
    assert (audit.state, audit.grade) == (Audit.State.VOIDED, Grade.INADEQUATE)
    assert audit.escalations.get().state == "finished"
    assert not audit.holds.filter(lifted=None).exists()
    with pytest.raises(NotNow):
        withdrawal.void_audit(audit, why="Again.", by=council.head_of_qa, at=MET)
