"""Chance itself: the margins that a size leaves, and thousands of draws in which every case has the same chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from math import erfc, sqrt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.draw import frame, precision, tickets
from tests.conftest import TODAY
from tests.factories import CaseFactory, Council


def test_margins_worked_out_by_hand() -> None:
    """Wilson's interval for half of 96 is 0.4 to 0.6; 22 of 713 is known as 22.67 of an endless frame."""
    assert precision.margin(96, 10**9) == pytest.approx(9.81, abs=0.01)
    assert precision.margin(22, 713) == pytest.approx(19.03, abs=0.01)
    assert precision.margin(22, 713, 0.7) < precision.margin(22, 713)
    assert precision.margin(713, 713) == 0
    assert precision.needed(10, 713) == 82


@settings(max_examples=40)
@given(st.integers(2, 5_000), st.sampled_from(precision.ASKED), st.floats(0.05, 0.95))
def test_the_size_needed_is_the_first_that_is_enough(size: int, points: int, share: float) -> None:
    n = precision.needed(points, size, share)
    assert precision.margin(n, size, share) <= points
    assert n == 1 or precision.margin(n - 1, size, share) > points


@pytest.mark.django_db
def test_the_page_says_what_a_number_of_cases_tells(client: Client, council: Council) -> None:
    client.force_login(council.qa_officer)
    page = client.get("/draws/size/").content.decode()
    assert "the case in which the margin is largest" in " ".join(page.split())
    assert precision.margins_for(size=200, on=TODAY, asked=22).lines[4].asked
    assert "every case" in page


def test_the_cases_that_could_be_drawn_are_counted_and_not_read(council: Council) -> None:
    for days in (1, 100, 400):
        CaseFactory.create(keyworker=council.keyworker, opened_on=TODAY - timedelta(days=days))
    could_be_drawn = len(frame.build_frame(TODAY, {}).cases)
    with CaptureQueriesContext(connection) as asked:
        assert precision.margins_today(on=TODAY).frame_size == could_be_drawn
    assert not any('"person_id"' in one["sql"] for one in asked)


def test_in_thousands_of_draws_every_case_of_a_category_has_the_same_chance(rounds: Callable[[int], int]) -> None:
    """Each category's counts against an even chance: the statistic of a sample without putting back is χ²(N − 1)."""
    cases = [(f"{700000 + n}", code) for code, many in {"CIN": 40, "CLA": 25, "CP": 15, "EH": 6}.items() for n in
             range(many * 100, many * 101)]  # fmt: skip
    sizes, many = tickets.sizes(cases), rounds(1_000)
    quotas = tickets.quotas(sizes, 12)
    drawn: Counter[str] = Counter()
    for n in range(many):
        chosen = tickets.choose(sha256(f"draw {n}".encode()).hexdigest()[:32], cases, quotas)
        assert {code: len(queue) for code, queue in chosen.items()} == quotas
        drawn.update(person_id for queue in chosen.values() for _, person_id in queue)
    for code, size in sizes.items():
        chance = quotas[code] / size
        counts = [drawn[person_id] for person_id, category in cases if category == code]
        apart = sum((count - many * chance) ** 2 for count in counts)
        statistic = apart / (many * chance * (1 - chance) * size / (size - 1))
        assert sum(counts) == many * quotas[code]
        assert above(statistic, size - 1) > 0.01, (code, statistic)


def above(statistic: float, freedom: int) -> float:
    """How often chance alone gives a χ² this large or larger (Wilson and Hilferty's approximation)."""
    spread = 2 / (9 * freedom)
    return erfc(((statistic / freedom) ** (1 / 3) - 1 + spread) / sqrt(spread) / sqrt(2)) / 2


def test_the_approximation_itself() -> None:
    """Tabled: 5 in 100 are above 55.758 with 40 degrees of freedom, 1 in 100 above 20.090 with 8."""
    assert above(55.758, 40) == pytest.approx(0.05, abs=0.001)
    assert above(20.090, 8) == pytest.approx(0.01, abs=0.001)
