"""Social Work England's professional standards: readable beside the guide, and named by themes and learning needs."""

from __future__ import annotations

import pytest
from django.test import Client

from reporting.models import Need, Theme
from standards.professional import PROFESSIONAL_STANDARDS, SOURCE
from tests.factories import Council


def test_there_are_six_with_the_number_of_points_that_each_has() -> None:
    assert [(each.number, each.points) for each in PROFESSIONAL_STANDARDS] == [
        (1, 7),
        (2, 7),
        (3, 15),
        (4, 8),
        (5, 6),
        (6, 7),
    ]
    assert len({each.title for each in PROFESSIONAL_STANDARDS}) == 6


def test_they_are_read_beside_the_guide_by_everyone(client: Client, council: Council) -> None:
    client.force_login(council.staff)
    assert 'href="/standards/professional/"' in client.get("/standards/").content.decode()
    page = client.get("/standards/professional/").content.decode()
    assert all(str(each) in page and each.words in page for each in PROFESSIONAL_STANDARDS)
    assert SOURCE in page
    assert "never a person" in page


def test_a_theme_and_a_learning_need_can_name_one(client: Client, council: Council) -> None:
    client.force_login(council.qa_officer)
    theme = {"name": "Supervision used to learn", "side": "well", "standard": "7", "professional": "4"}
    assert client.post("/themes/vocabulary/", theme).status_code == 302
    need = {"words": "Writing analysis, for the duty team.", "standard": "2", "professional": "3"}
    assert client.post("/needs/", need).status_code == 302
    assert (Theme.objects.get().professional, Need.objects.get().professional) == (4, 3)
    assert "Social Work England 4. Learning" in client.get("/themes/vocabulary/").content.decode()
    assert "Social Work England 3. Answering for practice" in " ".join(client.get("/needs/").content.decode().split())


@pytest.mark.parametrize("number", ["7", "0", "x"])
def test_one_that_there_is_not_is_refused(client: Client, council: Council, number: str) -> None:
    client.force_login(council.qa_officer)
    sent = {"words": "Writing analysis.", "standard": "", "professional": number}
    assert client.post("/needs/", sent).status_code == 422
    assert client.post("/needs/", sent | {"professional": ""}).status_code == 302
    assert Need.objects.get().professional is None
