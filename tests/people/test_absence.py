"""Being away: who may say so, who stands in, and what that opens and what it never does."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.follow_up import actions, worklist
from audits.models import Action
from audits.programme import agreement
from escalation.access import visible_escalations
from escalation.escalations import queue_rows
from escalation.models import Escalation
from escalation.steps import acting, moving
from escalation.sweep import sweep_deadlines
from people import absence, access, trail
from people.forms import AbsenceForm
from people.models import Absence, Notice, TrailEntry, User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from standards.grades import Grade
from tests.audits.meeting.pages import signed_in, text
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.escalation.steps.listing import waiting_for
from tests.escalation.walk import do, fresh, opened, step
from tests.factories import CaseFactory, Council, UserFactory


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = TODAY


@pytest.fixture
def deputy(council: Council) -> User:
    """A Head of Service of another service: sees nothing of ours by right."""
    return User.objects.get(pk=council.other_head_of_service.pk)


def asked(person: User, deputy: User, *, by: User | None = None, days: int = 5, start: date = TODAY) -> Absence:
    end = start + timedelta(days=days)
    return absence.name_deputy(person=person, deputy=deputy, starts_on=start, ends_on=end, by=by or person, at=NOW)


def away(person: User, deputy: User, *, by: User | None = None, days: int = 5, start: date = TODAY) -> Absence:
    named = asked(person, deputy, by=by, days=days, start=start)
    return absence.agree_to_stand_in(named, by=deputy, at=NOW)


def again(user: User) -> User:
    """The same person, as a new request reads them."""
    return User.objects.get(pk=user.pk)


def test_nobody_names_themselves_in_another_place(council: Council) -> None:
    officer = council.qa_officer
    with pytest.raises(NotAllowed, match="Nobody names themselves"):
        away(council.head_of_qa, officer, by=officer)
    other = UserFactory.create(roles=(Role.QA_OFFICER,))
    assert away(council.head_of_qa, officer, by=other).deputy == officer


def test_nobody_stands_in_before_they_agree_and_a_decline_is_told(
    client: Client, council: Council, deputy: User
) -> None:
    opened(finalised_audit(council, grade=Grade.INADEQUATE))
    officer, head = council.qa_officer, council.head_of_service
    named = asked(head, deputy, by=officer)
    assert [notice.to for notice in Notice.objects.filter(subject__startswith="Agree to stand in")] == [deputy]
    [told] = Notice.objects.filter(to=head, subject="Ffion Castellano is asked to stand in for you")
    assert "If you are not away, end it" in told.body
    assert access.covered_by(again(deputy)) == []
    assert absence.with_deputies([head], on=TODAY) == [head]
    assert not visible_escalations(again(deputy)).exists()
    for other in (head, officer):
        with pytest.raises(NotAllowed, match="agrees themselves"):
            absence.agree_to_stand_in(named, by=other, at=NOW)
        assert signed_in(client, other).post(f"/away/{named.pk}/agree/").status_code == 403
    assert "Agree to stand in, or decline" in text(signed_in(client, deputy).get("/"))
    assert "has not agreed yet" in text(client.get("/away/"))
    assert client.post(f"/away/{named.pk}/agree/").status_code == 302
    assert client.post(f"/away/{named.pk}/agree/").status_code == 409
    assert access.covered_by(again(deputy)) == [head.pk]
    agreed = Notice.objects.filter(subject="Ffion Castellano stands in for Marguerite Osei")
    assert {notice.to for notice in agreed} == {head, officer}
    assert "Agree to stand in, or decline" not in text(client.get("/"))
    assert client.post(f"/away/{named.pk}/end/").status_code == 302
    assert access.covered_by(again(deputy)) == []
    declined = Notice.objects.filter(subject="Ffion Castellano does not stand in for Marguerite Osei")
    assert {notice.to for notice in declined} == {head, officer}
    late = asked(head, deputy, by=officer, start=TODAY + timedelta(days=1), days=0)
    with pytest.raises(NotNow, match="over"):
        absence.agree_to_stand_in(late, by=deputy, at=NOW + timedelta(days=2))


def test_the_deputy_sees_is_told_and_acts_in_their_own_name_while_it_lasts(council: Council, deputy: User) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    escalation = opened(audit)
    assert not visible_escalations(deputy).exists()
    away(council.head_of_service, deputy)
    told = Notice.objects.filter(subject="Ffion Castellano stands in for Marguerite Osei").values_list("to__name")
    assert sorted(told) == [("Marguerite Osei",)]
    deputy = again(deputy)
    assert visible_escalations(deputy).get() == escalation
    assert [one.slug for one in waiting_for(deputy)] == ["acknowledge"]
    mine = queue_rows.own_steps(deputy)
    queue = queue_rows.queued_escalations(deputy, "yours", mine, on=TODAY)
    [row] = queue_rows.queue_rows(
        queue_rows.in_order(queue, "yours", mine, on=TODAY), by=deputy, on=TODAY, show="yours"
    )
    assert row.whose == "Marguerite Osei (away: you stand in)"
    moving.ask_owner(step(escalation, "acknowledge"), by=council.qa_officer, at=NOW)
    assert Notice.objects.filter(to=deputy, subject__startswith="Inadequate: Amara Whitlock asks").exists()
    with pytest.raises(NotAllowed, match="Nobody gives themselves"):
        moving.check_extend(step(escalation, "acknowledge"), by=deputy)
    done = acting.acknowledge_step(step(escalation, "acknowledge"), by=deputy, at=NOW)
    assert done.done_by == deputy
    stranger = UserFactory.create(roles=(Role.HEAD_OF_SERVICE,), service=council.court.service)
    with pytest.raises(NotAllowed):
        acting.check_record(step(escalation, "supervision"), by=stranger)


def test_a_deputy_does_an_action_and_then_never_signs_or_checks_it(council: Council, deputy: User) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    away(council.manager, deputy)
    deputy = again(deputy)
    immediate = fresh(audit.actions.get(kind=Action.Kind.IMMEDIATE))
    done = actions.complete_action(immediate, by=deputy, at=NOW, evidence="Chronology, page 2.", version=1)
    assert done.done_by == deputy
    with pytest.raises(NotAllowed, match="Nobody checks their own"):
        actions.check_countersign(fresh(done), by=deputy, on=TODAY)
    with pytest.raises(NotAllowed, match="You did part of this"):
        acting.check_sign(step(opened(audit), "immediate_actions"), by=deputy)


def test_the_heads_deputy_signs_an_action_on_its_page_and_the_trail_says_in_whose_place(
    client: Client, council: Council, deputy: User
) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    page = f"/actions/{do(audit.actions.get(kind=Action.Kind.IMMEDIATE)).ref}/"
    assert signed_in(client, deputy).get(page).status_code == 404
    made = away(council.head_of_service, deputy)
    shown = signed_in(client, deputy).get(page)
    assert "I have read it and sign" in text(shown)
    assert "Check it" not in text(shown)
    assert client.post(f"{page}more-time/").status_code == 409
    assert client.get(f"/audits/{audit.ref}/").status_code == 200
    assert client.post(f"{page}sign/", {"version": 2}).status_code == 302
    assert "Ffion Castellano, standing in for Marguerite Osei" in text(client.get(page))
    entry = TrailEntry.objects.get(act="action.countersigned")
    assert (entry.by, entry.in_place_of) == (deputy, council.head_of_service)
    assert client.post(f"{page}check/", {"version": 3}).status_code == 403
    signed = TrailEntry.objects.filter(act="step.signed").values_list("by", "in_place_of")
    assert list(signed) == [(deputy.pk, council.head_of_service.pk)]
    assert trail.verify().ok
    assert "standing in for Marguerite Osei" in text(signed_in(client, council.qa_officer).get("/history/"))
    absence.end_absence(made, by=council.head_of_service, at=NOW)
    assert signed_in(client, deputy).get(page).status_code == 404


def test_nobody_signs_in_the_place_of_the_one_who_did_it(council: Council, deputy: User) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    audit.actions.update(owner=council.head_of_service)
    immediate = do(audit.actions.get(kind=Action.Kind.IMMEDIATE))
    away(council.head_of_service, deputy)
    assert not worklist.actions_by_urgency(again(deputy)).filter(worklist.to_check(again(deputy))).exists()
    with pytest.raises(NotAllowed, match="The Head of Service of this case signs it"):
        actions.check_countersign(fresh(immediate), by=again(deputy), on=TODAY)
    with pytest.raises(NotAllowed):
        acting.check_sign(step(opened(audit), "immediate_actions"), by=again(deputy))
    actions.check_countersign(fresh(immediate), by=council.assistant_director, on=TODAY)


def test_the_managers_deputy_checks_and_follows_up_as_the_manager_would(client: Client, council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    deputy = User.objects.get(pk=council.other_manager.pk)
    done = do(audit.actions.get(kind=Action.Kind.SUPERVISION, part=Action.Part.WORKER))
    follow_up = f"/audits/{audit.ref}/follow-up/"
    assert signed_in(client, deputy).get(follow_up).status_code == 404
    away(council.manager, deputy)
    signed_in(client, deputy)
    assert "An action is done: check on the record" in text(client.get("/"))
    assert "Acknowledge · for Devinder Halloran, who is away" in text(client.get("/"))
    assert client.post(f"/actions/{done.ref}/check/", {"version": done.version}).status_code == 302
    said = {"on_0": NOW.day, "on_1": NOW.month, "on_2": NOW.year, "discussed": "What the move meant to him."}
    assert client.post(f"{follow_up}supervision/", said).status_code == 302
    places = TrailEntry.objects.filter(by=deputy).values_list("act", "in_place_of__name")
    assert set(places) == {
        ("absence.agreed", None),
        ("action.verified", "Devinder Halloran"),
        ("supervision.recorded", "Devinder Halloran"),
    }


def test_what_is_told_of_a_late_step_reaches_the_deputy_and_so_does_the_decision(
    council: Council, deputy: User
) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    away(council.assistant_director, deputy, days=40)
    sweep_deadlines(on=TODAY + timedelta(days=20), at=NOW)
    late = Notice.objects.filter(to=deputy, subject__contains=" late, with ", key__endswith=":10")
    assert late.exists()
    with pytest.raises(NotNow, match="not started"):
        acting.check_decide_step(step(opened(audit), "re_audit"), by=again(deputy))


def test_a_deputy_is_lent_a_team_or_a_service_and_never_the_whole_council(council: Council) -> None:
    deputy = council.head_of_service
    away(council.assistant_director, deputy)
    deputy = again(deputy)
    assert [held.role for held in access.lent(deputy) if held.role != Role.STAFF] == [Role.ASSISTANT_DIRECTOR]
    for permission in access.LENT:
        assert not access.sees_all(deputy, permission), permission
        assert {held.user for held, _ in access.grants(deputy, permission)} == {deputy}
    elsewhere = finalised_audit(council, grade=Grade.INADEQUATE, case=CaseFactory(keyworker=council.other_keyworker))
    assert not visible_escalations(deputy).filter(audit=elsewhere).exclude(steps__owner=deputy).exists()


def test_before_after_and_once_it_is_ended_nothing_is_open(council: Council, deputy: User, settings: Any) -> None:
    finalised_audit(council, grade=Grade.INADEQUATE)
    made = away(council.head_of_service, deputy, start=TODAY + timedelta(days=1), days=0)
    for day, seen in ((TODAY, 0), (TODAY + timedelta(days=1), 1), (TODAY + timedelta(days=2), 0)):
        settings.TODAY = day
        assert visible_escalations(again(deputy)).count() == seen
    settings.TODAY = TODAY + timedelta(days=1)
    absence.end_absence(made, by=council.head_of_service, at=NOW)
    assert not visible_escalations(again(deputy)).exists()
    with pytest.raises(NotNow, match="over already"):
        absence.end_absence(made, by=council.head_of_service, at=NOW)


def test_who_no_longer_holds_a_role_that_may_stand_in_is_lent_nothing(council: Council, deputy: User) -> None:
    opened(finalised_audit(council, grade=Grade.INADEQUATE))
    away(council.head_of_service, deputy)
    deputy.memberships.filter(role=Role.HEAD_OF_SERVICE).update(ends_on=TODAY - timedelta(days=1))
    assert access.covered_by(again(deputy)) == []
    assert not visible_escalations(again(deputy)).exists()
    with pytest.raises(NotAllowed):
        acting.acknowledge_step(step(Escalation.objects.get(), "acknowledge"), by=again(deputy), at=NOW)


def test_a_role_that_was_held_once_puts_nobody_on_a_list_of_today(client: Client, council: Council) -> None:
    yesterday = TODAY - timedelta(days=1)
    away(council.head_of_service, council.other_head_of_service)
    held = council.head_of_service.memberships.filter(role=Role.HEAD_OF_SERVICE)
    for ends_on, on_lists in ((TODAY, True), (yesterday, False)):
        held.update(ends_on=ends_on)
        officer = again(council.qa_officer)
        lists = [agreement.managers(TODAY), absence.who_can_be_away(officer, on=TODAY)]
        form = AbsenceForm(people=lists[1], on=TODAY, by=officer)
        lists += [form.fields["person"].queryset, form.fields["deputy"].queryset]  # type: ignore[attr-defined]
        assert [council.head_of_service in people for people in lists] == [on_lists] * 4
    head = again(council.head_of_service)
    with pytest.raises(NotAllowed, match="enters one’s own absence"):
        away(head, council.other_head_of_service, start=TODAY + timedelta(days=20))
    made = Absence.objects.get(person=head)
    assert signed_in(client, head).post(f"/away/{made.pk}/end/").status_code == 302, "it is still theirs to end"


def test_nobody_stands_in_for_whoever_has_left(council: Council, deputy: User) -> None:
    away(council.head_of_service, deputy)
    for left_on, covered in ((TODAY + timedelta(days=1), [council.head_of_service.pk]), (TODAY, [])):
        User.objects.filter(pk=council.head_of_service.pk).update(left_on=left_on)
        assert access.covered_by(again(deputy)) == covered


def test_who_may_be_named_and_by_whom(client: Client, council: Council, deputy: User) -> None:
    with pytest.raises(NotAllowed):
        away(council.head_of_service, deputy, by=council.keyworker)
    with pytest.raises(Refused, match="cannot stand in"):
        away(council.head_of_service, council.keyworker)
    with pytest.raises(Refused, match="before the first"):
        away(council.head_of_service, deputy, days=-1)
    with pytest.raises(Refused, match="passed"):
        away(council.head_of_service, deputy, start=TODAY - timedelta(days=9))
    with pytest.raises(Refused, match="half a year"):
        away(council.head_of_service, deputy, days=190)
    away(council.head_of_service, deputy)
    with pytest.raises(NotNow, match="in those days already"):
        away(council.head_of_service, council.assistant_director, start=TODAY + timedelta(days=5))
    away(council.manager, council.head_of_service, by=council.qa_officer)

    signed_in(client, council.manager)
    page = text(client.get("/away/"))
    assert "Devinder Halloran" in page
    assert "Ffion Castellano" not in page.partition("Enter an absence")[0]
    sent = {"person": council.manager.pk, "deputy": council.head_of_service.pk, "starts_on_0": 1, "starts_on_1": 2}
    sent |= {"starts_on_2": 2027, "ends_on_0": 3, "ends_on_1": 2, "ends_on_2": 2027}
    assert client.post("/away/", sent | {"deputy": council.keyworker.pk}).status_code == 422
    assert client.post("/away/", sent).status_code == 302
    assert client.post("/away/", sent).status_code == 409
    made = Absence.objects.latest("pk")
    assert signed_in(client, council.keyworker).post(f"/away/{made.pk}/end/").status_code == 404
    assert signed_in(client, council.manager).post(f"/away/{made.pk}/end/").status_code == 302
