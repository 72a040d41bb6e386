"""The figures of agreement and the messages, counted from decided panels against counting by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.test import Client

from audits.models import Audit
from audits.panel import ballot, minutes, quality
from audits.panel import figures as panel_figures
from audits.panel import sitting as panel_sitting
from audits.record import withdrawal
from people.roles import Role
from tests.audits.meeting.pages import signed_in, text
from tests.audits.panel.panels import (
    SITTING,
    Sitters,
    an_action,
    decide,
    drawn,
    final,
    give,
    regraded,
    revealed,
    review_of,
    upheld,
)
from tests.factories import Council, UserFactory

DAY = timedelta(days=1)


def a_decided_panel(council: Council, sitters: Sitters) -> list[Audit]:
    """Four audits: the panel blind the same twice, once lower, once two grades lower and regraded to RI."""
    by = UserFactory.create_batch(4, roles=(Role.AUDITOR,))
    audits = [final(council, number, "good", auditor=by[number - 1]) for number in range(1, 5)]
    drawn(council, sitters)
    for audit, blind in zip(audits, ("good", "good", "requires_improvement", "inadequate"), strict=True):
        review = revealed(council, sitters, audit, grade=blind)
        if blind == "inadequate":
            decide(review, regraded("requires_improvement", an_action(), message="Look twice."), by=council.head_of_qa)
        else:
            decide(review, upheld(message="" if blind == "good" else "Name who saw her."), by=council.head_of_qa)
    return audits


def test_audits_of_which_members_gave_grades_far_apart_are_listed_for_the_qa_team(
    client: Client, council: Council, settings: Any
) -> None:
    settings.TODAY = SITTING.date()
    sitters = Sitters.make(council)
    near, far = final(council, 1), final(council, 2)
    drawn(council, sitters)
    panel_sitting.begin_panel(review_of(far).panel, by=council.qa_officer, at=SITTING)
    for audit, last in ((near, "requires_improvement"), (far, "inadequate")):
        for user in sitters.all:
            give(review_of(audit), user, last if user is sitters.psw else "good")
        decide(review_of(audit), upheld(), by=council.head_of_qa)
    ((review, names),) = panel_figures.agreement_figures(on=SITTING.date()).far_apart
    assert (review.audit, names) == (far, ("the case as a whole",))
    listed = text(signed_in(client, council.qa_officer).get("/panel/figures/"))
    assert "To look at together" in listed
    assert far.ref in listed
    assert near.ref not in listed
    assert far.ref not in text(signed_in(client, sitters.psw).get("/panel/figures/"))


def test_figures_and_messages_are_those_of_the_decided_reviews(client: Client, council: Council, settings: Any) -> None:
    settings.TODAY = SITTING.date()
    sitters = Sitters.make(council)
    audits = a_decided_panel(council, sitters)
    whole = panel_figures.agreement_figures(on=SITTING.date()).whole
    assert (whole.found.n, whole.found.exact, whole.found.within_one) == (4, 2, 3)
    assert (whole.found.lower, whole.found.higher, whole.found.kappa) == (2, 0, None)
    assert (whole.members, whole.members_of, whole.regraded, whole.decided) == (8, 16, 1, 4)
    page = text(signed_in(client, sitters.psw).get("/panel/figures/"))
    assert "2 of 4 audits have the panel’s grade. That cannot yet be told from chance" in page
    assert "October to December 2026" in page
    assert "these figures are of the audits it looked at, and not of all audits" in page
    assert not [audit.ref for audit in audits if audit.ref in page]

    today = SITTING.date()
    before, now = panel_figures.drift(date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1))
    assert (now.found.n, now.found.lower, now.regraded, before.found.n) == (4, 2, 1, 0)
    before, now = panel_figures.drift(date(2026, 11, 1), date(2026, 12, 1), today + DAY)
    assert (now.found.n, before.found.n, before.found.lower) == (0, 4, 2)
    assert panel_figures.validated(date(2026, 11, 1), date(2026, 12, 1)) == (4, 1)
    assert panel_figures.validated(date(2026, 12, 1), today + DAY) == (0, 0)
    said = [one.text for one in minutes.panel_messages(date(2026, 12, 1), today + DAY)]
    assert sorted(said) == ["Look twice.", "Name who saw her."]
    assert minutes.panel_messages(today + DAY, today + 31 * DAY) == []


def test_neither_a_re_audit_nor_what_was_voided_since_counts(council: Council) -> None:
    audits = a_decided_panel(council, Sitters.make(council))
    Audit.objects.filter(pk=audits[0].pk).update(re_audit_of=audits[1])
    assert panel_figures.agreement_figures(on=SITTING.date()).whole.found.n == 3
    withdrawal.void_audit(audits[3], why="It was of another child’s file.", by=council.head_of_qa, at=SITTING)
    figures = panel_figures.agreement_figures(on=SITTING.date())
    assert (figures.whole.found.n, figures.whole.regraded, figures.quarters[0].found.n) == (2, 0, 2)
    voided = audits[3].auditor
    assert voided is not None
    assert quality.picture(voided).audits == 0


def test_whoever_is_near_counts_in_nothing(council: Council) -> None:
    sitters = Sitters.make(council)
    audits = a_decided_panel(council, sitters)
    review = review_of(audits[3])
    review.near = {str(user.pk): "declared" for user in sitters.all}
    review.save()
    assert panel_figures.agreement_figures(on=SITTING.date()).whole.found.n == 3


def test_others_answers_are_shown_only_where_nobody_is_picked_out(council: Council) -> None:
    sitters = Sitters.make(council)
    audits = a_decided_panel(council, sitters)
    auditor = audits[0].auditor
    assert auditor is not None
    mine = quality.picture(auditor)
    assert (mine.audits, mine.others, [tally.yes for tally in mine.own]) == (1, (), [4] * 4)
    stranger = quality.picture(council.qa_officer)
    assert (stranger.audits, stranger.others) == (0, ())


def test_my_work_counts_what_a_member_still_has_to_grade(council: Council) -> None:
    sitters = Sitters.make(council)
    final(council, 1), final(council, 2)
    held = drawn(council, sitters)
    assert ballot.waiting_for(sitters.psw) == [(held, 2)]
    assert ballot.waiting_for(council.head_of_service) == []
