"""docs/obligations.md names only what there is: addresses, commands, notices and tests, and counts what it says."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.core.management import get_commands

from people.url_permissions import doors
from tests.ground.processes import ROOT

pytestmark = pytest.mark.once

TEXT = (ROOT / "docs" / "obligations.md").read_text()
ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in re.findall(r"^\| \d+ \|.*$", TEXT, re.MULTILINE)]


def test_what_the_page_of_obligations_names_is_there() -> None:
    routes = {"/" + re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", door.route) for door in doors()}
    addresses = set(re.findall(r"`(/[^`]*)`", TEXT))
    assert len(addresses) > 80
    assert addresses - routes == set()
    assert {name for name in re.findall(r"`(tests/[^`]+)`", TEXT) if not (ROOT / name).is_file()} == set()
    notices = set(re.findall(r"notice `([^`]+)`", TEXT))
    assert {name for name in notices if not (ROOT / "templates" / "notices" / f"{name}.txt").is_file()} == set()
    assert set(re.findall(r"`manage\.py (\w+)", TEXT)) - set(get_commands()) == set()


def test_each_of_the_147_has_its_line_and_the_table_adds_up() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, 148))
    verdicts = Counter(row[3].partition(":")[0] for row in ROWS)
    assert set(verdicts) == {"met", "in part", "out of scope"}
    whole = re.search(r"^\| \*\*All\*\* (.*)$", TEXT, re.MULTILINE)
    assert whole
    assert [int(number) for number in re.findall(r"\d+", whole[1])] == [
        *(verdicts[verdict] for verdict in ("met", "in part", "out of scope")),
        147,
    ]
    for number, _, _, verdict, where, test in ROWS:
        assert bool(where and test) is not verdict.startswith("out"), f"{number}: where, and which test"
        assert verdict == "met" or len(verdict) > 20, f"{number}: what is missing, or why it is not ours"
