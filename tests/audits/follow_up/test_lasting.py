"""Did it last? Asked three months after an action was verified; answered by its manager, looked at by QA in part."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.follow_up import actions, lasting
from audits.models import Action, Audit, LastingCheck
from escalation.month import month_reminders
from people import council_settings, trail
from people.models import Absence, Notice, User
from people.notices import tell_all
from people.roles import Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from qualitycounts.work.page import my_work
from standards.grades import Grade
from standards.timescales import add_months
from tests.escalation.build import finalised_audit
from tests.escalation.walk import LATER, do, fresh
from tests.factories import Council, UserFactory

DUE = add_months(day_of(LATER), 3)
WORDS = "Visits of May and June: she was seen alone each time, and says so herself."


def at(day: date) -> datetime:
    return datetime.combine(day, time(11), tzinfo=UTC)


@pytest.fixture
def action(council: Council) -> Action:
    """The worker's action of an audit that was Requires improvement, done and verified."""
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    done = do(fresh(audit.actions.get(kind=Action.Kind.SUPERVISION)))
    return fresh(actions.verify_action(done, by=council.manager, at=LATER, version=done.version))


def say(action: Action, by: User, *, on: date = DUE, lasted: str = "yes", words: str = WORDS) -> LastingCheck:
    return lasting.answer_lasting(fresh(action), by=by, at=at(on), lasted=lasted, words=words)


def asked(user: User, on: date) -> list[tuple[str, date, str]]:
    """What My work asks a person about it."""
    work = my_work(user, at=at(on))
    rows = [row.item for group in work.groups for row in group.rows]
    return [(item.about, item.due_on, item.button) for item in rows if "last" in item.button or "Look" in item.button]


def test_it_is_asked_three_months_after_the_action_was_verified(action: Action, council: Council) -> None:
    check = LastingCheck.objects.get()
    assert (check.action, check.due_on, check.answered_at) == (action, DUE, None)
    early = add_months(DUE, -1) - timedelta(days=1)
    assert asked(council.manager, early) == []
    with pytest.raises(NotNow, match="until then nobody can tell"):
        say(action, council.manager, on=early)
    assert asked(council.manager, add_months(DUE, -1)) == [(action.ref, DUE, "Say whether it lasted")]
    assert asked(council.other_manager, DUE) == []
    assert asked(council.qa_officer, DUE) == []


def test_its_manager_says_so_in_a_sentence_though_the_audit_is_closed(action: Action, council: Council) -> None:
    closed = {"state": "closed", "closed_at": at(DUE), "closed_by": council.qa_officer}
    Audit.objects.filter(pk=action.audit_id).update(**closed)
    for by in (council.keyworker, council.qa_officer, council.other_manager, council.head_of_service):
        with pytest.raises(NotAllowed, match="responsible manager says whether it lasted"):
            say(action, by)
    with pytest.raises(Refused, match="in a sentence") as refusal:
        say(action, council.manager, words=" ")
    assert refusal.value.field == "words"
    with pytest.raises(Refused, match="Say whether it lasted"):
        say(action, council.manager, lasted="perhaps")
    check = say(action, council.manager)
    assert (check.lasted, check.words, check.answered_by) == ("yes", WORDS, council.manager)
    with pytest.raises(NotNow, match="Devinder Halloran has said already"):
        say(action, council.manager)
    assert [entry.act for entry in trail.entries_about(action)][-1] == "action.lasted"
    assert asked(council.manager, DUE) == []


def test_a_manager_s_deputy_answers_in_their_place_and_once_they_left_the_team_s(
    action: Action, council: Council, settings: Any
) -> None:
    settings.TODAY = DUE
    away = {"starts_on": DUE, "ends_on": DUE + timedelta(days=9), "named_at": LATER, "named_by": council.manager}
    away |= {"agreed_at": LATER, "agreed_by": council.other_manager}
    absence = Absence.objects.create(person=council.manager, deputy=council.other_manager, **away)
    assert [about for about, _, _ in asked(council.other_manager, DUE)] == [action.ref]
    absence.delete()
    council.manager.left_on = DUE
    council.manager.save()
    new = UserFactory.create(name="Gareth Mistry", roles=(Role.TEAM_MANAGER,), team=council.north)
    assert [about for about, _, _ in asked(new, DUE)] == [action.ref]
    assert say(action, new).answered_by == new


def test_every_no_and_a_share_of_the_rest_is_looked_at_by_qa(action: Action, council: Council) -> None:
    council_settings.change(lasting.SAMPLE, by=council.head_of_qa, at=LATER, value="0", why="A trial.", number=0)
    check = say(action, council.manager, lasted="no")
    assert check.sampled
    assert [about for about, _, _ in asked(council.qa_officer, DUE)] == [action.ref]
    with pytest.raises(NotAllowed, match="QA Team looks"):
        lasting.record_look(action, by=council.manager, at=at(DUE), agrees=True, seen="Nothing since May.")
    with pytest.raises(Refused, match="what you saw"):
        lasting.record_look(action, by=council.qa_officer, at=at(DUE), agrees=False, seen="")
    seen = lasting.record_look(action, by=council.qa_officer, at=at(DUE), agrees=True, seen="Nothing since May.")
    assert (seen.agrees, seen.checked_by) == (True, council.qa_officer)
    with pytest.raises(NotNow, match="looked at already"):
        lasting.record_look(action, by=council.qa_officer, at=at(DUE), agrees=True, seen="Again.")
    assert asked(council.qa_officer, DUE) == []


def test_outside_the_sample_qa_does_not_look(action: Action, council: Council) -> None:
    council_settings.change(lasting.SAMPLE, by=council.head_of_qa, at=LATER, value="0", why="A trial.", number=0)
    assert not say(action, council.manager).sampled
    with pytest.raises(NotNow, match="not in the sample"):
        lasting.record_look(action, by=council.qa_officer, at=at(DUE), agrees=True, seen="It is so.")


@pytest.mark.django_db
def test_the_share_is_about_what_the_council_set() -> None:
    drawn = sum(lasting.in_sample(Action(audit=Audit(ref=f"QC-2612-{n:03}"), number=1)) for n in range(1000))
    assert 200 < drawn < 300


def test_no_two_hands_of_one_person(action: Action, council: Council) -> None:
    """A manager who came to the QA Team since does not look at their own answer."""
    say(action, council.manager, lasted="no")
    LastingCheck.objects.update(answered_by=council.qa_officer)
    assert asked(council.qa_officer, DUE) == []
    with pytest.raises(NotAllowed, match="your own answer"):
        lasting.record_look(action, by=council.qa_officer, at=at(DUE), agrees=True, seen="It is so.")


def test_the_manager_is_reminded_on_the_day_and_the_qa_officer_five_working_days_after(
    action: Action, council: Council
) -> None:
    def told(on: date) -> list[tuple[str, str]]:
        tell_all(month_reminders(on, at(on)))
        notices = Notice.objects.filter(key__contains=":lasting:").select_related("to").order_by("pk")
        return [(notice.to.name, notice.subject) for notice in notices if notice.to]

    assert told(DUE - timedelta(days=1)) == []
    first = (council.manager.name, f"Did it last? {action.audit.ref}")
    assert told(DUE) == [first]
    assert told(DUE) == [first], "once"
    late = told(DUE + timedelta(days=9))
    assert late == [first, (council.qa_officer.name, first[1])]
    say(action, council.manager)
    assert told(DUE + timedelta(days=20)) == late


def test_the_pages_ask_refuse_and_show_it(action: Action, council: Council, client: Client, settings: Any) -> None:
    settings.TODAY = DUE
    client.force_login(council.manager)
    one = f"/actions/{action.ref}/"
    assert "Say whether it lasted" in client.get(one).content.decode()
    assert client.get(f"{one}lasted/").status_code == 200
    refused = client.post(f"{one}lasted/", {"lasted": "yes", "words": ""})
    assert refused.status_code == 422
    assert "in a sentence what shows it" in refused.content.decode()
    assert client.post(f"{one}lasted/", {"lasted": "no", "words": WORDS}).status_code == 302
    assert client.get(f"{one}lasted/").status_code == 409
    client.force_login(council.qa_officer)
    assert WORDS in client.get(one).content.decode()
    assert client.post(f"{one}lasted/look/", {"agrees": "no", "seen": "It stopped in May."}).status_code == 302
    page = " ".join(client.get(one).content.decode().split())
    assert "The record does not show it" in page
    assert "It stopped in May." in page
    client.force_login(council.keyworker)
    assert client.get(f"{one}lasted/").status_code in (403, 404)
