"""Figures to JSON and back: what is frozen is read as it was written, by whichever version."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from reporting.sections.contents import read_figures
from reporting.sections.frozen import NO_LONGER_COUNTED, from_json, to_json
from tests.reporting.reports.test_golden import KINDS, golden


@dataclass(frozen=True)
class Leaf:
    """The innermost."""

    name: str
    count: int = 7


@dataclass(frozen=True)
class Tree:
    """Every kind of field that figures have."""

    title: str
    number: int
    share: float
    told: bool
    leaf: Leaf
    leaves: list[Leaf]
    rows: list[list[int]]
    cells: tuple[str, ...] = ()
    maybe: Leaf | None = None
    median: float | None = None
    gone: Leaf | None = field(default=None, metadata=NO_LONGER_COUNTED)


WHOLE = Tree("Oak", 3, 0.5, True, Leaf("a", 1), [Leaf("b"), Leaf("c", 2)], [[1, 2], []], ("x", "y"), Leaf("d"), 4.5)


def test_what_is_written_is_read_again() -> None:
    stored = to_json(WHOLE)
    assert stored["cells"] == ["x", "y"]
    assert stored["leaves"] == [{"name": "b", "count": 7}, {"name": "c", "count": 2}]
    assert from_json(Tree, stored) == WHOLE


def test_a_field_that_is_no_longer_counted_is_read_and_not_written() -> None:
    assert "gone" not in to_json(WHOLE)
    read = from_json(Tree, to_json(WHOLE) | {"gone": {"name": "e"}})
    assert read.gone == Leaf("e")
    assert to_json(read)["gone"] == {"name": "e", "count": 7}


def test_what_is_missing_is_empty_and_what_nobody_knows_is_passed_over() -> None:
    empty = from_json(Tree, {"colour": "green"})
    assert empty == Tree("", 0, 0.0, False, Leaf(""), [], [])
    assert empty.maybe is None


def test_nothing_where_there_should_be_something_is_empty_too() -> None:
    stored = to_json(WHOLE) | {"number": None, "leaf": None, "leaves": None, "maybe": None}
    read = from_json(Tree, stored)
    assert (read.number, read.leaf, read.leaves, read.maybe) == (0, Leaf(""), [], None)


@pytest.mark.parametrize("kind", KINDS)
def test_a_frozen_report_is_read_and_written_without_a_change(kind: str) -> None:
    figures = golden(kind)["figures"]
    assert read_figures(figures).to_json() == figures
