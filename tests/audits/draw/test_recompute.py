"""Working a draw out again: it comes out, and whatever is changed afterwards is found."""

from __future__ import annotations

import html
import re
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from audits.draw import draws, recompute, replacement
from audits.models import Draw, Pick
from people.models import User
from qualitycounts.base.refusals import Refused
from tests.conftest import NOW
from tests.factories import CaseFactory, Council


@pytest.fixture
def drawn(council: Council) -> Draw:
    """A draw of eight of forty cases, with one replaced since."""
    for number in range(39):
        category = ["CIN", "CP", "EH"][number % 3]
        CaseFactory.create(keyworker=council.other_keyworker if number % 2 else council.keyworker, category=category)
    made = draws.run(month=date(2026, 12, 1), size=8, by=council.qa_officer, at=NOW)
    pick = Pick.objects.filter(draw=made, category="CIN").earliest("place")
    replacement.replace_case(pick, reason="closed", why="", by=council.qa_officer, at=NOW)
    return Draw.objects.get(pk=made.pk)


def test_it_comes_out_even_when_people_and_cases_have_moved_since(drawn: Draw, council: Council) -> None:
    User.objects.update(team=council.north, left_on=date(2026, 1, 1))
    CaseFactory.create(keyworker=council.keyworker)
    found = recompute.recompute_draw(drawn.ref)
    assert (found.ok, found.problems, found.frame_hash) == (True, [], drawn.frame_hash)


def test_a_draw_that_is_not_there_is_refused(db: None) -> None:
    with pytest.raises(Refused, match="There is no draw DRAW-9912"):
        recompute.recompute_draw("DRAW-9912")


def swap_places(drawn: Draw) -> None:
    drawn.quotas = {**drawn.quotas, "CIN": drawn.quotas["CIN"] - 1, "CP": drawn.quotas["CP"] + 1}


def one_more_case(drawn: Draw) -> None:
    drawn.frame += "\n999999,CP"


def another_seed(drawn: Draw) -> None:
    drawn.seed = drawn.seed[::-1]


def another_size(drawn: Draw) -> None:
    drawn.size += 1


def another_auditor(drawn: Draw) -> None:
    given: dict[str, Any] = drawn.allocation["given"]
    first, second = sorted(given)[:2]
    given[first], given[second] = given[second] + ".uk", given[first] + ".uk"


def more_room(drawn: Draw) -> None:
    for auditor in drawn.allocation["auditors"].values():
        auditor["room"] += 2


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (one_more_case, "not the one that was frozen"),
        (swap_places, "places of the categories"),
        (another_seed, "not the lowest tickets"),
        (another_seed, "trail has another seed"),
        (another_size, "places of the categories"),
        (another_auditor, "allocation comes out differently"),
        (more_room, "allocation comes out differently"),
    ],
)
def test_whatever_is_changed_in_the_draw_is_found(drawn: Draw, change: Callable[[Draw], None], problem: str) -> None:
    change(drawn)
    drawn.save()
    found = recompute.recount(Draw.objects.get(pk=drawn.pk))
    assert not found.ok
    assert any(problem in sentence for sentence in found.problems)


def test_a_case_put_in_the_place_of_another_is_found(drawn: Draw, council: Council) -> None:
    pick = drawn.picks.filter(state="chosen").earliest("place")
    pick.case = CaseFactory.create(keyworker=council.keyworker)
    pick.save()
    assert any("not the lowest tickets" in sentence for sentence in recompute.recount(drawn).problems)


def test_a_case_taken_out_is_found(drawn: Draw) -> None:
    last = drawn.picks.filter(category="CP").latest("place")
    last.audit.delete()
    last.delete()
    assert not recompute.recount(drawn).ok


def test_counting_again_takes_the_same_queries_however_large_the_draw(
    drawn: Draw, council: Council, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    small = draws.run(month=date(2027, 1, 1), size=1, by=council.qa_officer, at=NOW)
    for one in (small, drawn):
        with django_assert_num_queries(2):
            assert recompute.recount(one).ok


def test_the_three_lines_of_the_page_do_what_they_say(
    drawn: Draw, council: Council, client: Client, tmp_path: Path
) -> None:
    """The lines are taken off the page and run on the file one downloads, as a doubter would."""
    client.force_login(council.qa_officer)
    page = client.get(f"/draws/{drawn.ref}/proof/").content.decode()
    lines = [html.unescape(line) for line in re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)]
    assert len(lines) == 3
    (tmp_path / "frame.csv").write_bytes(client.get(f"/draws/{drawn.ref}/frame.csv").content)

    def run(line: str) -> str:
        done = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=True)
        assert not done.stderr
        return done.stdout

    assert run(lines[0]).split() == [drawn.frame_hash, "frame.csv"]
    run(lines[1])
    assert (tmp_path / "tickets.txt").read_bytes() == client.get(f"/draws/{drawn.ref}/tickets.txt").content
    chosen = [line.split() for line in run(lines[2]).splitlines()]
    first_drawn = drawn.picks.filter(replaces=None).select_related("case").order_by("category", "place")
    assert chosen == [[pick.category, pick.ticket, pick.case.person_id] for pick in first_drawn]
