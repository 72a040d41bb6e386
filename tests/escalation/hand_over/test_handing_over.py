"""Everything of one person goes to another with one reason, each thing by its own rule; what may not go is named."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from audits.allocation.independence import AUDITS_A_MONTH
from audits.booking import book as booking_book
from audits.models import Audit
from escalation.hand_over import handing_over
from escalation.steps import owners
from escalation.steps.holders import Holders
from people import trail
from people.models import Notice, TrailEntry, User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.factories import MET, CaseFactory, Council, UserFactory, allocated_audit, open_audit

WHY = "On long leave from Monday."


@pytest.fixture
def deputy(council: Council) -> User:
    """Another team manager of the same team, who audits too."""
    made = UserFactory.create(name="Emeka Strand", roles=(Role.AUDITOR,), service=council.north.service)
    made.memberships.create(role=Role.TEAM_MANAGER, team=council.north, starts_on=TODAY.replace(year=2025))
    return made


def hand(person: User, to: User, by: User, *, others: bool = False, why: str = WHY) -> handing_over.HandedOver:
    keys = [holding.key for holding in handing_over.holdings_of(person)]
    return handing_over.hand_over_all(person, to=to, keys=keys, why=why, others=others, by=by, at=NOW)


def test_a_managers_actions_and_steps_go_to_whoever_may_have_them(council: Council, deputy: User) -> None:
    audit = finalised_audit(council, grade="inadequate")
    before = [holding.words for holding in handing_over.holdings_of(council.manager)]
    assert any(words.startswith(f"Action {audit.ref}-1, by") for words in before)
    assert any("Immediate actions" in words for words in before)
    outcome = hand(council.manager, deputy, council.qa_officer)
    assert sorted(outcome.went) == sorted(before)
    assert (outcome.stayed, handing_over.holdings_of(council.manager)) == ([], [])
    assert {holding.words for holding in handing_over.holdings_of(deputy)} == set(before)
    whys = TrailEntry.objects.filter(act__in=("action.reassigned", "step.handed_over")).values_list("why", flat=True)
    assert set(whys) == {WHY}
    assert TrailEntry.objects.get(act="person.handed_over").why == WHY
    assert trail.verify().ok


def test_what_may_not_go_stays_with_its_sentence_and_leaves_nothing_behind(council: Council) -> None:
    finalised_audit(council, grade="inadequate")
    entries = TrailEntry.objects.count()
    outcome = hand(council.manager, council.other_manager, council.qa_officer)
    assert outcome.went == []
    assert all("cannot" in sentence for _, sentence in outcome.stayed)
    assert TrailEntry.objects.count() == entries + 1
    assert trail.verify().ok


def test_audits_go_with_their_booking_and_others_by_the_rules_of_allocation(council: Council, deputy: User) -> None:
    for number in range(1, AUDITS_A_MONTH.value() + 2):
        case = CaseFactory.create(keyworker=council.other_keyworker)
        allocated_audit(council, number=number, case=case)
    first = Audit.objects.earliest("number")
    booking_book.book_meeting(first, by=council.auditor, at=MET, meets=NOW + timedelta(days=1), place="Room 4")
    open_audit(council, number=9)
    assert [sentence.partition(":")[0] for sentence in handing_over.stays_with(council.auditor)] == [
        "QC-2611-009 is in meeting"
    ]
    free = UserFactory.create(name="Imogen Ball", roles=(Role.AUDITOR,))
    outcome = hand(council.auditor, deputy, council.qa_officer, others=True)
    assert (len(outcome.went), outcome.stayed) == (3, [])
    held = list(Audit.objects.not_met().order_by("number").values_list("auditor__name", "state", "meets"))
    assert sorted(name for name, _, _ in held) == ["Emeka Strand", "Emeka Strand", free.name]
    assert {(state, meets) for _, state, meets in held} == {("allocated", None)}
    assert Notice.objects.filter(to=council.auditor, key__contains=":cancelled:").count() == 1


def test_the_page_gives_all_or_some_and_who_is_gone_leads_there(council: Council, deputy: User) -> None:
    finalised_audit(council, grade="inadequate")
    with pytest.raises(NotAllowed):
        hand(council.manager, deputy, council.head_of_service)
    with pytest.raises(Refused, match="Say why"):
        hand(council.manager, deputy, council.qa_officer, why=" ")
    with pytest.raises(NotNow, match="Nothing of these waits"):
        hand(council.staff, deputy, council.qa_officer)
    council.manager.left_on = TODAY
    council.manager.save()
    assert {notice.link for notice in owners.gone(Holders(TODAY), TODAY, NOW)} == {"/escalations/owners/"}
    client, page = Client(), f"/people/{council.manager.pk}/hand-over/"
    client.force_login(council.qa_officer)
    assert f'href="{page}"' in client.get("/escalations/owners/").content.decode()
    shown = client.get(page).content.decode()
    assert shown.count('name="keys"') == len(handing_over.holdings_of(council.manager))
    assert client.post(page, {"to": deputy.pk, "why": WHY}).status_code == 422
    key, words = (first := handing_over.holdings_of(council.manager)[0]).key, first.words
    done = client.post(page, {"keys": [key], "to": deputy.pk, "why": WHY}, follow=True).content.decode()
    assert f"1 thing went to Emeka Strand, or to others by the rules of allocation: {words}." in unescape(done)
    assert f"/people/{council.manager.pk}/hand-over/" in client.get(f"/people/{council.manager.pk}/").content.decode()
