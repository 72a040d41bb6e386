"""A check's yes or no, for a button: a refusal of any kind is no, and a fault in the check is nobody's answer."""

from __future__ import annotations

import pytest

from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale, allows


def check_number(number: int, *, most: int) -> None:
    if number > most:
        raise NotNow("That is too many.")


def test_what_the_check_lets_through_is_yes_and_what_it_refuses_no() -> None:
    assert allows(check_number, 3, most=3)
    assert not allows(check_number, 4, most=3)


@pytest.mark.parametrize("refusal", [Refused, NotNow, NotAllowed, Stale])
def test_every_kind_of_refusal_is_no(refusal: type[Refused]) -> None:
    def check() -> None:
        raise refusal("Not so.")

    assert not allows(check)


def test_a_fault_in_the_check_is_raised() -> None:
    with pytest.raises(TypeError):
        allows(check_number, "3", most=3)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        allows(check_number, 3)  # type: ignore[call-arg]
