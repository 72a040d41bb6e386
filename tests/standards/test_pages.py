"""The guide as pages: for everyone who signs in, each point with where to look, and a page that prints."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from people.models import User
from standards.models import Criterion, StandardSet
from tests.factories import Council


def read(user: User, address: str) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_contents_name_the_standards_grades_indicators_and_smart_questions(council: Council) -> None:
    page = read(council.staff, "/standards/")
    assert "The 7 standards" in page
    assert "The 7 headline indicators" in page
    assert "The 4 grades" in page
    assert "14 points, 23 more under them" in page
    assert "Timescales" in page


@pytest.mark.parametrize("who", ["staff", "keyworker", "administrator", "reader", "executive_director"])
def test_everyone_who_signs_in_may_read_it(council: Council, who: str) -> None:
    for address in ("/standards/", "/standards/4/", "/standards/whole/", "/standards/themes/voice-of-the-child/"):
        read(getattr(council, who), address)


def test_a_standard_has_each_of_its_points_and_what_stands_under_them(council: Council) -> None:
    page = read(council.keyworker, "/standards/4/")
    for code in Criterion.objects.filter(section__standard__number=4).values_list("code", flat=True):
        assert f'id="point-{code}"' in page
    assert page.count("Where to look:") == 14
    assert "For: child looked after" in page


def test_the_whole_guide_has_every_point_once(council: Council, v7: StandardSet) -> None:
    page = read(council.keyworker, "/standards/whole/")
    assert page.count('id="point-') == 111
    assert "data-print" in page


def test_a_theme_gathers_its_points_from_every_standard(council: Council) -> None:
    page = read(council.keyworker, "/standards/themes/voice-of-the-child/")
    with_it = [point for point in Criterion.objects.filter(parent=None) if "voice of the child" in point.tags]
    assert len(with_it) == 20
    assert all(f'id="point-{point.code}"' in page for point in with_it)
    assert page.count("Where to look:") == len(with_it)


@pytest.mark.parametrize("address", ["/standards/0/", "/standards/8/", "/standards/themes/nothing-of-ours/"])
def test_what_is_not_in_the_guide_is_not_found(council: Council, address: str) -> None:
    client = Client()
    client.force_login(council.keyworker)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/standards/", 9),
        ("/standards/7/", 9),
        ("/standards/4/", 10),
        ("/standards/whole/", 11),
        ("/standards/themes/reviews/", 7),
    ],
)
def test_the_queries_do_not_grow_with_the_points(
    council: Council, django_assert_max_num_queries: Any, address: str, most: int
) -> None:
    client = Client()
    client.force_login(council.keyworker)
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == 200
