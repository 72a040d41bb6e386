"""The panel's pages, as their people use them: drawn, graded unseen, revealed, decided, minuted; what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audits.models import Audit, Panel, PanelTerms, Review
from audits.panel import sample as panel_sample
from audits.panel import terms as panel_terms
from people.models import User
from people.roles import Role
from standards.grades import Grade
from tests import factories
from tests.audits.meeting.pages import at_most, signed_in, text
from tests.audits.panel.panels import ALL_YES, SITTING, Sitters, drawn, final, fresh, give, revealed, review_of
from tests.factories import CaseFactory, Council, UserFactory
from tests.people.handed import confirm

GRADES = [f"grade-{number}" for number in (*range(1, 8), "case")]
HX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def the_day(settings: Any) -> None:
    settings.TODAY = SITTING.date()


def post(client: Client, url: str, **data: Any) -> Any:
    return client.post(url, data)


def test_a_panel_from_its_draw_to_its_minutes(client: Client, council: Council) -> None:
    sitters = Sitters.make(council)
    audit = factories.finalised_audit(council)
    officer, chair = signed_in(Client(), council.qa_officer), signed_in(Client(), council.head_of_qa)
    assert "No panel yet" in text(officer.get("/panel/"))
    wrong = post(officer, "/panel/draw/", month="2026-11", deputy=sitters.psw.pk)
    assert (wrong.status_code, "Choose who gives a grade at this panel." in text(wrong)) == (422, True)
    members = [user.pk for user in sitters.all]
    asked = {"month": "2026-11", "members": members, "deputy": sitters.psw.pk}
    held = "/panel/PANEL-2611/"
    assert post(officer, "/panel/draw/", **asked)["Location"] == held
    assert Panel.objects.get().meets_on == SITTING.date()
    again = post(officer, "/panel/draw/", **asked)
    assert (again.status_code, "Choose a month from the list." in text(again)) == (422, True)
    assert "exactly these audits" in text(officer.get(f"{held}sample/"))
    assert officer.get(f"{held}frame.csv").content.decode() == f"{audit.ref},new_auditor"
    assert post(officer, f"{held}begin/")["Location"] == held

    one = f"{held}{audit.ref}/"
    for user in sitters.all:
        member = signed_in(Client(), user)
        assert "1 audit waits for your grades" in text(member.get(held))
        page = text(member.get(one))
        assert "Visits are on time." in page
        assert "✓ Signed" not in page
        half = {"grade-2": "good", "version": 0, "words": "I missed the father."}
        assert post(member, f"{one}grades/", **half)["Location"] == one
        left_out = post(member, f"{one}grades/", **half, finish="1")
        assert left_out.status_code == 422
        assert "Give your grade for standard 1" in text(left_out)
        assert "I missed the father." in text(left_out)
        whole = dict.fromkeys(GRADES, "requires_improvement") | ALL_YES
        # However it was pressed, what a script keeps as one goes is not given yet.
        autosaved = member.post(f"{one}grades/", whole | {"version": 1, "finish": "1"}, headers=HX)
        assert 'name="version" value="2"' in autosaved.content.decode()
        leads = one if user is sitters.all[-1] else held  # the last one in sees what everyone gave
        assert post(member, f"{one}grades/", **whole, version=1, finish="1")["Location"] == leads  # not stale: the same
    assert "They were the last: everyone’s are shown now." in text(member.get(one))
    assert "The grades are revealed." in text(chair.get(f"{one}live/?waits=1"))
    assert chair.get(f"{one}live/?waits=1")["HX-Refresh"] == "true"

    member = signed_in(Client(), sitters.emeka)
    assert "✓ Signed" in text(member.get(one))
    no_word = post(member, f"{one}vote/", answer="no")
    assert (no_word.status_code, "Say what is missing" in text(no_word)) == (422, True)
    assert post(member, f"{one}vote/", answer="no", why="The father is not in it.").status_code == 302
    assert "“The father is not in it.”" in text(chair.get(one))
    decide_by_page(chair, one, audit)

    assert "regraded" in text(chair.get(f"{held}minutes/"))
    not_yet = chair.post(f"{held}close/")
    assert (not_yet.status_code, "summary is empty" in text(not_yet)) == (409, True)
    minute(chair, officer, council, held)
    closed = text(member.get(f"{held}minutes/"))
    assert "Plans were clear; fathers were missing." in closed
    assert member.get(one).status_code == 404  # the minutes are closed: the audits are no longer to be read
    assert chair.get(one).status_code == 200
    mine = text(signed_in(client, council.auditor).get("/panel/mine/"))
    assert "Warm, and too quick about the father." in mine
    assert "4 yes" in mine


def decide_by_page(chair: Client, one: str, audit: Audit) -> None:
    """The chair's form: an action is asked for, the password again, and what was typed is never lost."""
    words = {
        "version": 1,
        "count": 0,
        "justified": "no",
        "smart": "none",
        "answers": "none",
        "outcome": "regraded",
        "reason": "The father is not in it.",
        "to_auditor": "Warm, and too quick about the father.",
        "message": "Ask for the father by name.",
        "grade-case": "requires_improvement",
        "unheard_why": "The three said so at the table.",
        "clash_why": "Each standard is met on paper, and his father was never asked.",
    }
    assert f'name="more" value="1" formaction="{one}keep/"' in text(chair.get(one))
    room = post(chair, f"{one}keep/", **words, more="1", decided_by="1")
    assert room.status_code == 302
    assert "decided_by" not in Review.objects.get(audit__ref__in=one.split("/")).draft, "no box of the form's"
    kept = text(chair.get(one))
    assert "Action 1" in kept
    assert "Ask for the father by name." in kept
    words |= {"version": 2, "count": 1}
    asked = post(chair, f"{one}decide/", **words)
    assert asked["Location"].startswith("/accounts/confirm/")
    confirm(chair)
    bare = post(chair, f"{one}decide/", **words)
    assert bare.status_code == 422
    assert "Add an action for each grade that escalates and has none" in text(bare)
    assert "Ask for the father by name." in text(bare)
    words |= {
        "action-0-what": "Ask the father what he sees on weekends",
        "action-0-measure": "His answer is on Mosaic, in his words",
        "action-0-outcome": "She knows both her parents are heard",
        "action-0-resources": "A phone call, and an hour to write",
        "action-0-who": "worker",
        "action-0-numbers": ["case"],
    }
    vague = post(chair, f"{one}decide/", **words | {"action-0-measure": "ASAP"})
    assert (vague.status_code, "cannot be checked" in text(vague)) == (422, True)
    assert post(chair, f"{one}decide/", **words).status_code == 302
    audit.refresh_from_db()
    assert (audit.grade, audit.first_grade) == ("requires_improvement", "good")
    page = text(chair.get(f"/audits/{audit.ref}/"))
    assert "Good when it was finalised; changed by the panel" in page
    assert "The father is not in it." in page


def minute(chair: Client, officer: Client, council: Council, held: str) -> None:
    """Summary, an action of the QA Team, and the end."""
    summary = {"summary": "Plans were clear; fathers were missing.", "version": 1}
    assert post(officer, f"{held}minutes/", **summary).status_code == 302
    stale = post(chair, f"{held}minutes/", **summary | {"summary": "Other words."})
    assert (stale.status_code, "Other words." in text(stale)) == (409, True)
    day = {"due_on_0": "29", "due_on_1": "1", "due_on_2": "2027"}
    nobody = post(officer, f"{held}minutes/ask/", what="Write a page on fathers.", **day)
    assert (nobody.status_code, "Choose who does it." in text(nobody)) == (422, True)
    assert (
        post(
            officer, f"{held}minutes/ask/", what="Write a page on fathers.", owner=council.qa_officer.pk, **day
        ).status_code
        == 302
    )
    action = Panel.objects.get().actions.get()
    assert post(officer, f"{held}minutes/{action.pk}/done/", outcome="").status_code == 422
    assert post(officer, f"{held}minutes/{action.pk}/done/", outcome="It is in the guide.").status_code == 302
    assert officer.post(f"{held}close/").status_code == 403
    assert chair.post(f"{held}close/").status_code == 302


def test_what_was_typed_is_there_when_the_chair_reveals_first(council: Council) -> None:
    sitters = Sitters.make(council)
    audit = final(council, 1)
    held = drawn(council, sitters)
    chair, member = signed_in(Client(), council.head_of_qa), signed_in(Client(), sitters.emeka)
    one = f"/panel/{held.ref}/{audit.ref}/"
    post(signed_in(Client(), council.qa_officer), f"/panel/{held.ref}/begin/")
    give(review_of(audit), sitters.psw, Grade.GOOD)
    assert post(chair, f"{one}reveal/")["Location"] == one
    late = post(
        member, f"{one}grades/", **{"grade-case": "good", "words": "Mine was Good.", "version": 0, "finish": "1"}
    )
    assert late.status_code == 409
    assert "can no longer be given or changed" in text(late)
    assert "Mine was Good." in text(late)
    assert "✓ Signed" in text(late)


def test_near_and_taken_out_by_their_pages(council: Council) -> None:
    sitters = Sitters.make(council)
    audit = final(council, 1)
    held = drawn(council, sitters)
    one = f"/panel/{held.ref}/{audit.ref}/"
    member, officer = signed_in(Client(), sitters.emeka), signed_in(Client(), council.qa_officer)
    assert post(member, f"{one}near/", reason="").status_code == 422
    assert post(member, f"{one}near/", reason="I knew her mother.")["Location"] == f"/panel/{held.ref}/"
    assert member.get(one).status_code == 404
    assert post(officer, f"{one}take-out/", why="").status_code == 422
    done = officer.post(f"{one}take-out/", {"why": "Everyone is too near."}, follow=True)
    assert "No ticket is left to call" in text(done)
    assert fresh(held.reviews.get()).state == Review.State.REPLACED


def test_terms_are_read_by_all_and_reviewed_by_the_head_of_qa(client: Client, council: Council) -> None:
    page = text(signed_in(client, council.staff).get("/panel/terms/"))
    assert "Who sits on it" in page
    assert "The yearly review is due" in page
    said = {"text": "## Why\n\nTo be sure.", "note": "Shorter.", "version": 0}
    assert post(client, "/panel/terms/", **said).status_code == 403
    chair = signed_in(Client(), council.head_of_qa)
    empty = post(chair, "/panel/terms/", **said | {"note": ""})
    assert (empty.status_code, "To be sure." in text(empty)) == (422, True)
    assert post(chair, "/panel/terms/", **said).status_code == 302
    stale = post(chair, "/panel/terms/", **said)
    assert stale.status_code == 409
    page = text(chair.get("/panel/terms/"))
    assert "Next by Friday 31 December 2027." in page
    assert "The yearly review is due" not in page
    assert PanelTerms.objects.get().note == "Shorter."
    assert [part.heading for part in panel_terms.terms_in_force().parts] == ["Why"]


def test_an_exercise_shows_its_spread_without_names_from_three_people_on(client: Client, council: Council) -> None:
    officer = signed_in(client, council.qa_officer)
    made = post(officer, "/panel/calibration/start/", title="A boy of nine", case="## Who\n\nHe is invented.")
    one = made["Location"]
    people: list[User] = [
        council.auditor,
        council.other_auditor,
        *UserFactory.create_batch(1, roles=(Role.PANEL_MEMBER,)),
    ]
    for user, grade in zip(people, ("good", "inadequate", "good"), strict=True):
        own = signed_in(Client(), user)
        assert post(own, one, **{"grade-1": grade}).status_code == 422
        too_few = officer.post(f"{one}reveal/")
        assert too_few.status_code == 409
        assert post(own, one, **dict.fromkeys(GRADES, grade)).status_code == 302
    assert "How the grades fell" not in text(officer.get(one))
    assert officer.post(f"{one}reveal/").status_code == 302
    page = text(officer.get(one))
    assert "2 grades between the lowest and the highest" in page
    assert not [user.name for user in people if user.name in page]
    late = post(signed_in(Client(), council.auditor), one, **dict.fromkeys(GRADES, "good"))
    assert (late.status_code, "can no longer be given" in text(late)) == (409, True)
    assert post(officer, f"{one}learned/", learned="We weigh the door.").status_code == 302
    assert "We weigh the door." in text(signed_in(Client(), council.auditor).get(one))


def test_no_page_asks_more_for_more_audits(client: Client, council: Council) -> None:
    sitters = Sitters.make(council)
    first = final(council, 1)
    held = drawn(council, sitters)
    revealed(council, sitters, first)
    member = signed_in(client, sitters.psw)
    pages = ["/panel/", f"/panel/{held.ref}/", f"/panel/{held.ref}/minutes/", "/panel/figures/"]
    most = dict(zip(pages, (9, 21, 26, 10), strict=True))
    for url, budget in most.items():
        with at_most(budget):
            assert member.get(url).status_code == 200
    for number in range(2, 8):
        audit = final(council, number, case=CaseFactory.create(keyworker=council.keyworker))
        panel_sample.add_reviews(held, [(f"{number:064}", audit.ref, "chance")])
        revealed(council, sitters, audit)
    for url, budget in most.items():
        with at_most(budget):
            assert member.get(url).status_code == 200
