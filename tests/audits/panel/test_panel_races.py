"""The panel's last two ballots at once, in threads with a connection each: the grades are revealed, and once."""

from __future__ import annotations

import pytest

from audits.models import Audit, Review
from audits.panel import sitting as panel_sitting
from people import trail
from people.models import TrailEntry
from standards.grades import Grade
from tests.audits.meeting.test_races import at_once, refused
from tests.audits.panel.panels import SITTING, Sitters, drawn, final, give, review_of
from tests.factories import Council

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_last_two_ballots_at_once_reveal_exactly_once(council: Council) -> None:
    sitters = Sitters.make(council)
    audits = [final(council, number) for number in (1, 2, 3)]
    panel_sitting.begin_panel(drawn(council, sitters), by=council.qa_officer, at=SITTING)

    def race(audit: Audit) -> None:
        review = review_of(audit)
        give(review, sitters.head, Grade.GOOD)
        give(review, sitters.psw, Grade.GOOD)
        assert review_of(audit).state == Review.State.BLIND
        found = at_once(
            lambda: give(review, sitters.emeka, Grade.GOOD), lambda: give(review, sitters.imogen, Grade.INADEQUATE)
        )
        assert refused(found) == []
        after = review_of(audit)
        assert (after.state, len(panel_sitting.counted_ballots(after))) == (Review.State.REVEALED, 4)
        assert TrailEntry.objects.filter(act="review.revealed", ref=review.ref).count() == 1

    for audit in audits:
        race(audit)
    assert trail.verify().ok
