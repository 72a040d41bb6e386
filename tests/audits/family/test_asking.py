"""Who asks a family, whether it agrees, what it answers, and what goes when it takes that back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audits.family import answers, asking, letter
from audits.family.questions import DEFAULTS
from audits.family.said import family_voice
from audits.models import Audit, FamilyAnswer, FamilyAsk, FamilyLetter
from people.models import Notice, TrailEntry
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from qualitycounts.work.programme import programme_part
from tests.audits.family.families import SAID, agreed, answered, answers_to, named
from tests.conftest import NOW, TODAY
from tests.factories import Council, UserFactory, allocated_audit, booked_audit, finalised_audit


@pytest.fixture
def audit(council: Council) -> Audit:
    return booked_audit(council)


def test_the_auditor_or_qa_names_who_asks_and_never_the_keyworker_alone(council: Council, audit: Audit) -> None:
    with pytest.raises(NotAllowed, match="auditor or the QA Team names"):
        named(audit, council.keyworker, by=council.keyworker)
    ask = named(audit, council.keyworker, by=council.auditor)
    assert (ask.ref, ask.asker) == (f"{audit.ref}/F1", council.keyworker)
    told = Notice.objects.get(to=council.keyworker, subject__startswith="Please ask a family")
    assert told.link == f"/family/{audit.ref}/1/"
    again = named(audit, council.qa_officer, by=council.qa_officer)
    assert (again.pk, again.asker) == (ask.pk, council.qa_officer), "nobody had asked yet: it is given to somebody else"
    assert named(audit, council.auditor, by=council.auditor, speaker="child").number == 2


def test_nobody_asks_who_manages_the_work_or_has_no_part_in_it(council: Council, audit: Audit) -> None:
    officer = UserFactory.create(name="Rosa Whitby", roles=(Role.CONTRIBUTOR,))
    also_manages = UserFactory.create(name="Ada North", roles=(Role.AUDITOR, Role.TEAM_MANAGER))
    also_manages.memberships.filter(role=Role.TEAM_MANAGER).update(team=council.north)
    offered = set(asking.askers_offered(audit, on=TODAY))
    assert {council.auditor, council.keyworker, council.qa_officer, council.head_of_qa, officer} <= offered
    assert offered.isdisjoint({council.manager, council.head_of_service, council.staff, also_manages})
    for person in (council.manager, council.staff):
        with pytest.raises(Refused, match="Choose somebody from the list"):
            named(audit, person, by=council.auditor)
    with pytest.raises(Refused, match="Say who is to be asked"):
        named(audit, officer, by=council.auditor, speaker="neighbour")


def test_nobody_is_named_for_an_audit_that_is_final(council: Council) -> None:
    with pytest.raises(NotNow, match="nobody is asked for it any more"):
        named(finalised_audit(council), council.auditor, by=council.auditor)


def test_consent_is_written_down_once_by_whoever_asks_and_the_questions_become_theirs(
    council: Council, audit: Audit
) -> None:
    ask = named(audit, council.qa_officer, by=council.auditor)
    with pytest.raises(NotAllowed, match=f"{council.qa_officer.name} was named to ask"):
        asking.say_consent(ask, consent="yes", by=council.auditor, at=NOW)
    with pytest.raises(Refused, match="Say whether they agreed"):
        asking.say_consent(ask, consent="perhaps", by=council.qa_officer, at=NOW)
    ask = asking.say_consent(ask, consent="yes", by=council.qa_officer, at=NOW)
    assert (ask.consent, ask.consent_by, ask.consent_at) == ("yes", council.qa_officer, NOW)
    assert [answer.question.text for answer in ask.answers.all()] == [text for text, _, _ in DEFAULTS]
    with pytest.raises(NotNow, match="written down already"):
        asking.say_consent(ask, consent="no", by=council.qa_officer, at=NOW)


def test_who_declined_is_not_asked_and_counts_as_declined(council: Council, audit: Audit) -> None:
    ask = named(audit, council.qa_officer, by=council.auditor)
    assert family_voice(audit).choice == "not_explored"
    ask = asking.say_consent(ask, consent="no", by=council.qa_officer, at=NOW)
    assert family_voice(audit).choice == "declined"
    with pytest.raises(NotNow, match="whether they agree to be asked"):
        answers.make_link(ask, by=council.qa_officer, at=NOW)
    assert not asking.asks_to_do(council.qa_officer).exists()


def test_what_is_said_is_kept_once_and_the_auditor_is_told_without_a_word_of_it(council: Council, audit: Audit) -> None:
    ask = agreed(audit, council)
    assert list(asking.asks_to_do(council.qa_officer)) == [ask]
    said = answers_to(ask)
    for way in ("link", "pigeon"):
        with pytest.raises(Refused, match="Say how they answered"):
            answers.record_answers(ask, way=way, answers=said, by=council.qa_officer, at=NOW)
    ask = answers.record_answers(ask, way="visit", answers=said, by=council.qa_officer, at=NOW)
    assert (ask.way, ask.recorder, ask.answered) == ("visit", council.qa_officer, NOW)
    with pytest.raises(NotNow, match="here already"):
        answers.record_answers(ask, way="visit", answers=said, by=council.qa_officer, at=NOW)
    notice = Notice.objects.get(subject__startswith="A family has answered")
    assert notice.to == council.auditor
    entries = TrailEntry.objects.filter(ref=ask.ref)
    assert {entry.act for entry in entries} == {"family.asker_named", "family.consent", "family.answered"}
    assert SAID not in notice.body + "".join(entry.content or "" for entry in entries)


@pytest.mark.parametrize(
    ("choice", "words", "says"),
    [
        (None, " ", "Answer at least one"),
        (5, "", "Choose one of the answers offered"),
        (0, "", "Choose one of the answers offered"),
        (None, "x" * 2_001, "2,001 characters"),
    ],
)
def test_an_answer_that_is_none_is_refused_and_nothing_is_kept(
    council: Council, audit: Audit, choice: int | None, words: str, says: str
) -> None:
    ask = agreed(audit, council)
    said = answers_to(ask, choice=choice, words=words)
    with pytest.raises(Refused, match=says):
        answers.record_answers(ask, way="paper", answers=said, by=council.qa_officer, at=NOW)
    ask.refresh_from_db()
    assert ask.answered is None
    assert not ask.answers.exclude(words="").exists()


def test_a_link_opens_once_until_its_day_and_the_newest_alone(council: Council, audit: Audit) -> None:
    ask = agreed(audit, council)
    first = answers.make_link(ask, by=council.qa_officer, at=NOW)
    token = answers.make_link(ask, by=council.qa_officer, at=NOW)
    assert answers.ask_of_token(first, at=NOW) is None
    assert answers.ask_of_token("", at=NOW) is None
    assert answers.ask_of_token(token, at=NOW + timedelta(days=13)) == ask
    assert answers.ask_of_token(token, at=NOW + timedelta(days=14)) is None
    row = FamilyAsk.objects.values().get(pk=ask.pk)
    assert token not in str(row), "the token itself is kept nowhere"
    assert not TrailEntry.objects.filter(content__contains=token).exists()
    answers.send_answers(token, answers=answers_to(ask), at=NOW)
    ask.refresh_from_db()
    assert (ask.way, ask.recorder, ask.answered) == ("link", None, NOW)
    assert TrailEntry.objects.get(act="family.answered").by is None
    with pytest.raises(NotNow, match="answered already, or the time for them is over"):
        answers.send_answers(token, answers=answers_to(ask), at=NOW)


def test_a_paper_form_has_a_mark_of_its_own_and_nothing_of_the_case(council: Council, audit: Audit) -> None:
    ask = agreed(audit, council)
    mark = answers.mark_paper(ask, by=council.qa_officer, at=NOW).mark
    assert len(mark) == 6
    assert answers.mark_paper(ask, by=council.qa_officer, at=NOW).mark == mark


def test_what_they_take_back_is_gone_for_good(council: Council, audit: Audit) -> None:
    ask = answered(audit, council)
    letter.write_letter(
        ask, picked=[ask.answers.exclude(words="").get().pk], done="We ring.", by=council.auditor, at=NOW
    )
    with pytest.raises(NotAllowed):
        asking.take_back_consent(ask, by=council.keyworker, at=NOW)
    ask = asking.take_back_consent(ask, by=council.auditor, at=NOW)
    assert (ask.consent, ask.answered, ask.way) == ("no", None, "")
    assert not FamilyAnswer.objects.exists()
    assert not FamilyLetter.objects.exists()
    assert family_voice(audit).choice == "declined"
    with pytest.raises(NotNow, match="nothing that they agreed to"):
        asking.take_back_consent(ask, by=council.auditor, at=NOW)


def test_the_chairs_and_qa_read_it_and_no_manager_whatever_the_audit_has_come_to(council: Council) -> None:
    audit = allocated_audit(council)
    answered(audit, council)
    for state in ("allocated", "in_meeting", "agreed"):
        Audit.objects.filter(pk=audit.pk).update(state=state)
        for person in (council.auditor, council.keyworker, council.qa_officer, council.head_of_qa):
            assert asking.family_audits(person).filter(pk=audit.pk).exists()
            assert asking.visible_asks(person).exists()
        for other in (
            *(council.manager, council.head_of_service, council.other_manager, council.other_keyworker),
            *(council.assistant_director, council.executive_director, council.administrator, council.reader),
        ):
            assert not asking.family_audits(other).exists()
            assert not asking.visible_asks(other).exists()


def test_whoever_is_named_reads_what_they_ask_and_nothing_else_of_the_audit(council: Council, audit: Audit) -> None:
    officer = UserFactory.create(name="Rosa Whitby", roles=(Role.CONTRIBUTOR,))
    ask = named(audit, officer, by=council.auditor, speaker="child")
    answered(audit, council, speaker="parent")
    assert list(asking.visible_asks(officer)) == [ask]
    assert list(asking.asks_to_do(officer)) == [ask]
    assert not asking.family_audits(officer).exists()
    [item] = programme_part(officer, at=NOW, row=None).items
    assert (item.what, item.url) == ("Ask the family: child or young person", f"/family/{audit.ref}/1/")
