"""Blind until the reveal, and apart where one is too near: over every address, paper, notice and line of the trail.

Two worlds are compared that differ in one thing alone which a reader must not know: another member's ballot, or the
grades of the audit itself. A difference anywhere would be a leak (lifecycle: Panel; Must never be broken, 16).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from audits.models import Audit, Review
from audits.panel import conflicts
from audits.panel import sitting as panel_sitting
from audits.panel.conflicts import conflicts_of
from people import absence
from people.models import Membership, User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from standards.grades import Grade, usual_path
from tests import factories, two_worlds
from tests.audits.meeting.test_blindness import addresses, papers_as_words
from tests.audits.panel.panels import DRAWN, SITTING, Sitters, decide, drawn, final, fresh, give, review_of, upheld
from tests.factories import MET, Council, UserFactory

__all__ = ["papers_as_words"]
BAD, BEST = Grade.INADEQUATE, Grade.OUTSTANDING


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def compare(people: list[User], urls: list[str], change: Callable[[], None], other_change: Callable[[], None]) -> int:
    """Everything is the same to the letter in both worlds; returns how many pages there were to compare."""
    seen = two_worlds.compare(lambda: dict.fromkeys(people, urls), change, other_change)
    return sum(page.status == 200 for pages in seen.pages.values() for page in pages.values())


@pytest.mark.long
@pytest.mark.once
def test_what_one_member_gives_shows_nowhere_before_the_reveal(council: Council) -> None:
    with time_machine.travel(SITTING, tick=False):
        sitters = Sitters.make(council)
        audit = factories.finalised_audit(council)
        held = drawn(council, sitters)
        panel_sitting.begin_panel(held, by=council.qa_officer, at=SITTING)
        review = review_of(audit)
        give(review, sitters.psw, Grade.GOOD)
        people = [sitters.psw, council.head_of_qa, council.auditor]
        urls = addresses(audit, held.ref)
        pages = compare(
            people,
            urls,
            lambda: give(review, sitters.emeka, BAD),
            lambda: give(review, sitters.emeka, BEST),
        )
        assert pages > 40


@pytest.mark.long
@pytest.mark.once
def test_what_the_audit_was_graded_shows_nowhere_to_a_member_before_the_reveal(council: Council) -> None:
    with time_machine.travel(SITTING, tick=False):
        sitters = Sitters.make(council)
        audit = factories.finalised_audit(council, grade=Grade.GOOD)
        held = drawn(council, sitters)
        panel_sitting.begin_panel(held, by=council.qa_officer, at=SITTING)
        give(review_of(audit), sitters.psw, Grade.GOOD)
        urls = addresses(audit, held.ref)

        def graded(grade: str, kind: str) -> None:
            """As if it had been another grade: proposals, reasons, advice, the plan and the sample with it."""
            Audit.objects.filter(pk=audit.pk).update(grade=grade, first_grade=grade, escalation_path=usual_path(grade))
            audit.reviews.update(kind=kind)
            for one in audit.judgements.filter(applies=True):
                one.proposals.update(grade=grade, words=f"It is {grade}.")
                audit.judgements.filter(pk=one.pk).update(grade=grade, clash_why=f"{grade} it is.", advice=grade)

        def with_plan() -> None:
            graded(BAD, "inadequate")
            audit.actions.create(
                number=9,
                kind="immediate",
                part="manager",
                what="See her.",
                measure="Seen.",
                outcome="Safe.",
                resources="Time.",
                due_on=MET.date(),
                first_due_on=MET.date(),
            )

        pages = compare([sitters.psw, sitters.emeka], urls, lambda: graded(BEST, "outstanding"), with_plan)
        assert pages > 20
        # and it is there at once when it may be
        panel_sitting.reveal_now(fresh(review_of(audit)), by=council.head_of_qa, at=SITTING)
        page = signed_in(sitters.emeka).get(f"/panel/{held.ref}/{audit.ref}/").content.decode()
        assert "✓ Signed" in page
        assert "Rosalind Achterberg" in page


def test_whoever_is_too_near_sees_none_of_it_anywhere(council: Council) -> None:
    """The Head of the case's own service, and a member who declared it, before and after the reveal."""
    with time_machine.travel(SITTING, tick=False):
        sitters = Sitters.make(council)
        audit, other = factories.finalised_audit(council), final(council, 2)
        held = drawn(council, sitters)
        review = review_of(audit)
        give(review, sitters.imogen, BAD)
        conflicts.declare_too_near(review, reason="I knew her mother.", by=sitters.imogen, at=SITTING)
        own = [url for url in addresses(audit, held.ref) if f"/{audit.ref}/" in url]
        for state in ("blind", "revealed", "decided"):
            assert fresh(review).state == state
            for url, page in two_worlds.seen_by(sitters.imogen, own).items():
                # A screen that nobody passed on leads to the sign-in, whoever asks.
                assert page.status in (403, 404, 405) or url.endswith("/pin/enter/"), (state, url)
            pack = signed_in(sitters.imogen).get(f"/panel/{held.ref}/pack.pdf").content.decode()
            assert audit.ref not in pack
            assert other.ref in pack
            if state == "blind":
                panel_sitting.begin_panel(fresh(review).panel, by=council.qa_officer, at=SITTING)
                for user in (sitters.head, sitters.psw, sitters.emeka):
                    give(review, user, Grade.GOOD)
            elif state == "revealed":
                names = {ballot.member for ballot in panel_sitting.counted_ballots(fresh(review))}
                assert names == {sitters.head, sitters.psw, sitters.emeka}
                decide(review, upheld(), by=council.head_of_qa)
        listed = signed_in(sitters.imogen).get(f"/panel/{held.ref}/").content.decode()
        assert "You take no part: you said that you are too near" in listed


def test_who_is_too_near_is_worked_out_from_the_organisation(council: Council) -> None:
    audit = factories.finalised_audit(council)
    held = drawn(council, Sitters.make(council))
    review = review_of(audit)
    adviser, colleague, stranger = (UserFactory.create(team=team) for team in (None, council.north, council.court))
    audit.judgements.filter(number=3).update(adviser=adviser)
    audit.supervisions.create(on=MET.date(), discussed=".", recorded_at=MET, recorded_by=council.other_manager)
    people = [
        council.auditor,
        council.keyworker,
        council.manager,
        council.assistant_director,
        council.head_of_service,
        adviser,
        council.other_manager,
        colleague,
        stranger,
        council.other_head_of_service,
        council.head_of_qa,
    ]
    found = conflicts_of([review], people, at=DRAWN)[review.pk]
    assert {user.name: found[user.pk] for user in people if user.pk in found} == {
        council.auditor.name: "auditor",
        council.keyworker.name: "keyworker",
        council.manager.name: "manager",
        council.assistant_director.name: "line",
        council.head_of_service.name: "line",
        adviser.name: "ruled",
        council.other_manager.name: "supervised",
        colleague.name: "team",
    }
    council.head_of_service.line_manager = None
    council.manager.line_manager = None
    council.manager.save()
    assert conflicts_of([review], [council.head_of_service], at=DRAWN)[review.pk] == {
        council.head_of_service.pk: "service"
    }
    assert held.reviews.get().near == {}
    review.near = {str(person.pk): "declared" for person in (council.auditor, stranger)}
    kept = conflicts_of([review], [council.auditor, stranger], at=DRAWN)[review.pk]
    assert kept == {council.auditor.pk: "auditor", stranger.pk: "declared"}, "as things stand goes before what was kept"


def test_a_deputy_and_whoever_acts_up_for_the_team_are_as_near_as_those_they_act_for(council: Council) -> None:
    audit = factories.finalised_audit(council)
    drawn(council, Sitters.make(council))
    review, deputy = review_of(audit), council.other_head_of_service
    acting, elsewhere = UserFactory.create(team=None), UserFactory.create(team=None)
    for person, team in ((acting, audit.team), (elsewhere, council.court)):
        Membership.objects.create(user=person, role=Role.TEAM_MANAGER, team=team, starts_on=MET.date())
    people = [deputy, acting, elsewhere]
    assert set(conflicts_of([review], people, at=DRAWN)[review.pk]) == {acting.pk}
    named = absence.name_deputy(
        person=council.head_of_service,
        deputy=deputy,
        starts_on=DRAWN.date(),
        ends_on=DRAWN.date(),
        by=council.head_of_service,
        at=DRAWN,
    )
    assert deputy.pk not in conflicts_of([review], people, at=DRAWN)[review.pk]
    absence.agree_to_stand_in(named, by=deputy, at=DRAWN)
    assert conflicts_of([review], people, at=DRAWN)[review.pk] == {deputy.pk: "covers", acting.pk: "covers"}
    assert deputy.pk not in conflicts_of([review], people, at=DRAWN + timedelta(days=1))[review.pk]


def test_a_ballot_is_ones_own_until_the_reveal_and_finished_when_whole(council: Council) -> None:
    sitters = Sitters.make(council)
    audit = final(council, 1)
    held = drawn(council, sitters)
    review = review_of(audit)
    give(review, sitters.psw, Grade.GOOD, finish=False)
    for person in (council.qa_officer, council.head_of_qa, council.head_of_service, council.auditor):
        with pytest.raises(NotAllowed):
            give(review, person, Grade.GOOD)
    with pytest.raises(Refused, match="Give your grade for the case as a whole") as refused:
        give(review, sitters.emeka, "")
    assert refused.value.field == "grade-case"
    for user in (sitters.head, sitters.emeka, sitters.imogen):
        give(review, user, Grade.GOOD)
    assert fresh(review).state == Review.State.BLIND  # the panel has not begun, and one has not finished
    panel_sitting.begin_panel(held, by=council.qa_officer, at=SITTING)
    assert fresh(review).state == Review.State.BLIND
    members = [sitters.head.pk, sitters.emeka.pk, sitters.imogen.pk]
    panel_sitting.set_there(held, here=members, chair_away=False, deputy=None, by=council.qa_officer, at=SITTING)
    assert fresh(review).state == Review.State.REVEALED  # everyone who is there has finished
    with pytest.raises(NotAllowed, match="marked as away"):
        give(review, sitters.psw, Grade.GOOD)
    with pytest.raises(NotNow, match="no longer be given"):
        give(review, sitters.emeka, BAD)
    assert {ballot.member for ballot in panel_sitting.counted_ballots(fresh(review))} == {
        sitters.head,
        sitters.emeka,
        sitters.imogen,
    }


def test_the_chair_reveals_what_there_is(council: Council) -> None:
    sitters = Sitters.make(council)
    audit = final(council, 1)
    held = drawn(council, sitters)
    review = review_of(audit)
    with pytest.raises(NotNow, match="has not begun"):
        panel_sitting.reveal_now(review, by=council.head_of_qa, at=SITTING)
    panel_sitting.begin_panel(held, by=council.head_of_qa, at=SITTING)
    with pytest.raises(NotNow, match="Nobody has finished"):
        panel_sitting.reveal_now(fresh(review), by=council.head_of_qa, at=SITTING)
    give(review, sitters.emeka, Grade.GOOD)
    with pytest.raises(NotAllowed):
        panel_sitting.reveal_now(fresh(review), by=sitters.psw, at=SITTING)
    assert panel_sitting.reveal_now(fresh(review), by=council.head_of_qa, at=SITTING).state == Review.State.REVEALED
