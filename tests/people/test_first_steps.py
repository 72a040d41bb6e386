"""A step of setting up that somebody sets aside, with a reason, and takes up again."""

from __future__ import annotations

import pytest

from people import first_steps, trail
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.conftest import NOW
from tests.factories import Council

pytestmark = pytest.mark.django_db


def test_a_step_is_set_aside_with_a_reason_and_taken_up_again_and_all_of_it_is_kept(council: Council) -> None:
    by = council.administrator
    with pytest.raises(Refused, match="Say why"):
        first_steps.set_step_aside("mail", why=" ", by=by, at=NOW)
    aside = first_steps.set_step_aside("mail", why="No mail server yet", by=by, at=NOW)
    assert first_steps.steps_set_aside() == {"mail": aside}
    with pytest.raises(NotNow, match="already"):
        first_steps.set_step_aside("mail", why="Again", by=by, at=NOW)
    first_steps.take_step_up_again("mail", by=by, at=NOW)
    assert not first_steps.is_set_aside("mail")
    with pytest.raises(NotNow, match="not set aside"):
        first_steps.take_step_up_again("mail", by=by, at=NOW)
    assert [row.why for row in first_steps.changes_of_step("mail")] == ["Taken up again", "No mail server yet"]
    assert {entry.act for entry in trail.entries_about(aside)} == {"step.set_aside", "step.taken_up_again"}


@pytest.mark.parametrize("step", ["staff", "qa-officer", "cases", "standards", "draw", "nothing"])
def test_what_the_rest_needs_cannot_be_set_aside(council: Council, step: str) -> None:
    with pytest.raises(Refused, match="need it"):
        first_steps.set_step_aside(step, why="Later", by=council.administrator, at=NOW)


def test_only_an_administrator_sets_a_step_aside(council: Council) -> None:
    with pytest.raises(NotAllowed):
        first_steps.set_step_aside("mail", why="Later", by=council.qa_officer, at=NOW)
    first_steps.set_step_aside("mail", why="Later", by=council.administrator, at=NOW)
    with pytest.raises(NotAllowed):
        first_steps.take_step_up_again("mail", by=council.qa_officer, at=NOW)
