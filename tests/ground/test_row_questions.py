"""Questions whose answer is known before they are asked leave out what they decide, and change nothing."""

from __future__ import annotations

import pytest
from django.db.models import Exists, Q

from people.models import Team
from qualitycounts.base.row_questions import EVERY_ROW, NO_ROW
from tests.factories import Council

SOUTH = Q(name="South")


def test_what_decides_stands_alone_and_what_does_not_is_left_out() -> None:
    assert (NO_ROW & SOUTH) is NO_ROW is (SOUTH & NO_ROW)
    assert (EVERY_ROW | SOUTH) is EVERY_ROW is (SOUTH | EVERY_ROW)
    assert (NO_ROW | SOUTH) == (SOUTH | NO_ROW) == (EVERY_ROW & SOUTH) == (SOUTH & EVERY_ROW) == SOUTH
    assert ~NO_ROW is EVERY_ROW
    assert ~EVERY_ROW is NO_ROW


def test_an_empty_question_says_nothing_as_everywhere() -> None:
    assert (NO_ROW | Q()) is NO_ROW
    assert (Q() & EVERY_ROW) == EVERY_ROW


@pytest.mark.django_db
def test_they_are_answered_as_any_question(council: Council) -> None:
    every = Team.objects.count()
    assert every > 1
    assert Team.objects.filter(NO_ROW).count() == 0
    assert Team.objects.filter(EVERY_ROW).count() == every
    assert Team.objects.filter(NO_ROW | SOUTH).count() == Team.objects.filter(SOUTH).count()
    assert Team.objects.exclude(EVERY_ROW & ~NO_ROW).count() == 0
    assert Team.objects.filter(NO_ROW | Exists(Team.objects.all())).count() == every
