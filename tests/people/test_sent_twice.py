"""The same form again within ten minutes adds nothing; later, in other words or by somebody else it does."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from people.models import TrailEntry
from people.sent_twice import AGAIN
from reporting.learning import learning
from reporting.models import Need
from tests.conftest import NOW
from tests.factories import Council


def test_what_is_sent_again_is_there_once(council: Council) -> None:
    raise_need = partial(learning.raise_need, words="Direct work", standard=1, by=council.qa_officer, at=NOW)
    first = raise_need()
    assert raise_need(at=NOW + AGAIN - timedelta(seconds=1)) == first
    assert Need.objects.count() == TrailEntry.objects.filter(act="need.raise").count() == 1
    others = [raise_need(at=NOW + AGAIN), raise_need(words="Chronologies"), raise_need(by=council.head_of_qa)]
    assert len({first, *others}) == Need.objects.count() == 4
