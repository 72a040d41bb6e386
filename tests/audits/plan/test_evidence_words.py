"""Words that show nothing are refused wherever somebody proves that something happened, and nothing is lost by it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audits.follow_up import actions, closing
from audits.models import Action
from audits.plan.evidence_words import says_nothing
from escalation.concerns import concern
from escalation.steps import acting
from qualitycounts.base.refusals import Refused
from standards.grades import Grade
from tests.audits.meeting.pages import signed_in, text
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.escalation.walk import LATER, fresh, opened, step, to_qa_check
from tests.factories import Council, open_audit

HOLLOW = (
    "ASAP", "a.s.a.p.", "A S A P", "A\u200bSAP", "\uff21\uff33\uff21\uff30", "As soon as possible.", "Done", "DONE!!",
    "It is done.", "Yes, all of this has been done as agreed.", "Ongoing", "On\u2011going", "In progress",
    "In due course.", "TBC", "To be confirmed", "Will do shortly", "To follow", "n/a", "N.A.",
    "None", "As above", "Completed today",
    ".", "\u2026", "\u2014", "x", "ok", "12/11/2026", "\U0001f44d",
)  # fmt: skip
REAL = (
    "It is on Mosaic.", "Seen.", "Page 2.", "GP letter", "I went myself.", "With his aunt.", "Chronology",
    "The ongoing proceedings timetable is on file", "An Ongoing Assessment record dated in May",
    "Letter sent ASAP, on file since 3 December", "Visit done on 3 December; she was seen alone.",
    "\u0413\u043e\u0442\u043e\u0432 \u0430\u043a\u0442", "\u5df2\u5b8c\u6210\u62a5\u544a",
)  # fmt: skip


@pytest.mark.parametrize("words", HOLLOW)
def test_words_that_anybody_could_write_of_anything_show_nothing(words: str) -> None:
    assert says_nothing(words)


@pytest.mark.parametrize("words", REAL)
def test_a_real_sentence_that_holds_such_a_word_is_fair(words: str) -> None:
    assert not says_nothing(words)


@pytest.mark.parametrize("words", ["ASAP", "Done.", "in due course", "."])
def test_the_page_refuses_hollow_evidence_in_a_sentence_and_keeps_it(
    client: Client, council: Council, settings: Any, words: str
) -> None:
    settings.TODAY = TODAY
    action = finalised_audit(council, grade=Grade.INADEQUATE).actions.get(kind=Action.Kind.IMMEDIATE)
    signed_in(client, council.manager)
    reply = client.post(f"/actions/{action.ref}/done/", {"version": 1, "evidence": words})
    assert reply.status_code == 422
    assert "Say what shows that it is done, and where on the file to see it." in text(reply)
    assert f">\n{words}</textarea>" in reply.content.decode()
    assert fresh(action).state == Action.State.OPEN
    sent = {"version": 1, "evidence": "ASAP as it was: letter of 3 December, on Mosaic."}
    assert client.post(f"/actions/{action.ref}/done/", sent).status_code == 302


def test_no_form_that_proves_something_takes_them(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    action = fresh(audit.actions.get(kind=Action.Kind.IMMEDIATE))
    with pytest.raises(Refused, match="“Done” cannot be checked"):
        actions.complete_action(action, by=council.manager, at=LATER, evidence="Done", version=1)
    with pytest.raises(Refused, match="Say what was talked about"):
        closing.record_supervision(audit, by=council.manager, at=LATER, on=LATER.date(), discussed="Ongoing.")
    actions.complete_action(action, by=council.manager, at=LATER, evidence="Entry of 17 November.", version=1)
    with pytest.raises(Refused, match="Say what is still missing"):
        actions.send_back_action(fresh(action), by=council.qa_officer, at=LATER, why="TBC", version=2)
    qa_check = to_qa_check(audit, council)
    with pytest.raises(Refused, match="Say what is missing"):
        acting.send_back_step(qa_check, by=council.qa_officer, at=LATER, why="As above.")
    with pytest.raises(Refused, match="Say what you looked at"):
        acting.confirm_step(qa_check, by=council.qa_officer, at=LATER, words="Done")
    acting.confirm_step(qa_check, by=council.qa_officer, at=LATER, words="Read.")
    with pytest.raises(Refused, match="Say how it ends"):
        acting.decide_step(step(opened(audit), "re_audit"), by=council.assistant_director, at=LATER, why="Done.")


def test_a_child_is_not_made_safe_by_the_word_done(council: Council) -> None:
    audit = open_audit(council, at=NOW)
    spoken = NOW - timedelta(hours=1)
    raised = concern.raise_concern(
        audit, by=council.keyworker, at=NOW, why="He was alone.", spoken_to=council.manager, spoken=spoken
    )
    make_safe = step(raised, "make_safe")
    for words in ("Done", "ASAP", "."):
        with pytest.raises(Refused, match=r"make the child safe|sentence or two"):
            acting.record_made_safe(make_safe, by=council.manager, at=NOW, acted=words)
    assert acting.record_made_safe(make_safe, by=council.manager, at=NOW, acted="He is with his aunt.").acted
