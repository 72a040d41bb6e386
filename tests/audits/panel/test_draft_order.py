"""What one tab sends of a draft, in the wrong order; and what another window sends beside it."""

from __future__ import annotations

from functools import partial

import pytest

from audits.panel.decision import keep_decision_draft
from qualitycounts.base.draft_order import Sending
from qualitycounts.base.refusals import Stale
from tests.audits.panel.panels import SITTING, Sitters, drawn, final, revealed
from tests.factories import Council
from tests.ground.emptying import empty_cache

FIRST, SECOND, THIRD = (Sending("a-tab", sent) for sent in (1, 2, 3))


def test_words_of_one_tab_never_conflict(council: Council) -> None:
    sitters, audit = Sitters.make(council), final(council, 1)
    review = drawn(council, sitters).reviews.get()
    revealed(council, sitters, audit)
    review.refresh_from_db()
    start = review.version
    keep = partial(keep_decision_draft, review, by=council.head_of_qa, at=SITTING, version=start)
    assert keep(draft={"reason": ["Warm"]}, sending=FIRST).version == start + 1
    kept = keep(draft={"reason": ["Warm, and too quick"]}, sending=THIRD)  # its page was made before the first was here
    assert (kept.version, kept.draft) == (start + 2, {"reason": ["Warm, and too quick"]})
    late = keep(draft={"reason": ["Warm, and"]}, sending=SECOND)
    assert (late.version, late.draft) == (start + 2, {"reason": ["Warm, and too quick"]})
    with pytest.raises(Stale):
        keep(draft={"reason": ["Another window"]}, sending=Sending("another-tab", 9))
    with pytest.raises(Stale):
        keep(draft={"reason": ["Without scripts"]})
    empty_cache()
    with pytest.raises(Stale):
        keep(draft={"reason": ["Much later"]}, sending=Sending("a-tab", 4))


def test_another_window_between_two_of_one_tab_is_a_conflict(council: Council) -> None:
    sitters, audit = Sitters.make(council), final(council, 1)
    review = drawn(council, sitters).reviews.get()
    revealed(council, sitters, audit)
    review.refresh_from_db()
    start = review.version
    keep = partial(keep_decision_draft, review, by=council.head_of_qa, at=SITTING)
    keep(draft={"reason": ["Warm"]}, version=start, sending=FIRST)
    keep(draft={"reason": ["Cold"]}, version=start + 1)
    with pytest.raises(Stale):
        keep(draft={"reason": ["Warm, and too quick"]}, version=start + 1, sending=SECOND)
