"""What all tables of a year together give away: the reader's side, worked out by trying every year that fits them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from random import Random

import pytest

from reporting.disclosure import Known, Sum, printed
from reporting.masking import NO_LIMIT
from reporting.sections.groups import Groups, groups
from reporting.sections.held import Audited, HeldSplits, HeldTable, Span, columns
from standards.grades import Grade

Q1, Q2 = (date(2026, 4, 1), date(2026, 6, 30)), (date(2026, 7, 1), date(2026, 9, 30))
HALF = (Q1[0], Q2[1])
NAMES = ("CIN", "CLA", "CP")
GOOD, BAD = Grade.GOOD.value, Grade.INADEQUATE.value
World = Mapping[tuple[str, str], int]
"""How many audits of each group and grade."""


def audits_of(world: World, span: Span) -> list[Audited]:
    return [
        Audited(span[0] + timedelta(days=place), grade, (name,))
        for (name, grade), n in world.items()
        for place in range(n)
    ]


def table_of(*worlds: World) -> Groups:
    """The table by itself, as it was always masked."""
    places = {grade.value: place for place, grade in enumerate(Grade)}
    counts = defaultdict[str, list[int]](lambda: [0] * 4)
    for world in worlds:
        for (name, grade), n in world.items():
            counts[name][places[grade]] += n
    return groups({name: four for name, four in counts.items() if sum(four)})


def worlds(world: World) -> Iterator[World]:
    """Every quarter with the same grades in all."""
    splits = {grade: list(shared_out(sum(world[name, grade] for name in NAMES))) for grade in (GOOD, BAD)}
    for good, bad in product(splits[GOOD], splits[BAD]):
        yield {(name, GOOD): n for name, n in zip(NAMES, good, strict=True)} | {
            (name, BAD): n for name, n in zip(NAMES, bad, strict=True)
        }


def shared_out(whole: int) -> Iterator[tuple[int, ...]]:
    """Every way of sharing so many among the groups."""
    return (each for each in product(range(whole + 1), repeat=len(NAMES)) if sum(each) == whole)


def fits(table: Groups, world: World) -> bool:
    """Whether a reader of the table alone could take it to be of this world."""
    for row in table.rows:
        for grades, text in columns(row):
            n = sum(world.get((row.name, grade), 0) for grade in grades)
            if not {"<5": 0 < n < 5, "[c]": n >= 5}.get(text, str(n) == text):
                return False
    return True


def added(first: World, second: World) -> World:
    return {key: first.get(key, 0) + second.get(key, 0) for key in {*first, *second}}


def small_numbers(world: World) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, grades in product(NAMES, ((GOOD, BAD), (GOOD,), (BAD,))):
        if 0 < sum(world.get((name, grade), 0) for grade in grades) < 5:
            yield name, grades


def told(first: World, second: World, tables: tuple[Groups, Groups, Groups | None]) -> set[object]:
    """The small numbers, of either quarter and of both, that only one thing fits."""
    one = [each for each in worlds(first) if fits(tables[0], each)]
    two = [each for each in worlds(second) if fits(tables[1], each)]
    values = defaultdict[object, set[int]](set)
    names = [(0, *each) for each in small_numbers(first)] + [(1, *each) for each in small_numbers(second)]
    names += [(2, *each) for each in small_numbers(added(first, second))]
    for a, b in product(one, two):
        both = added(a, b)
        if tables[2] is None or fits(tables[2], both):
            for which, name, grades in names:
                values[which, name, grades].add(sum((a, b, both)[which].get((name, grade), 0) for grade in grades))
    assert set(values) == set(names), "what is true fits what is printed"
    return {key for key, possible in values.items() if len(possible) == 1}


def random_world(random: Random) -> World:
    return {(name, grade): random.choice((0, 1, 2, 3, 5)) for name in NAMES for grade in (GOOD, BAD)}


@pytest.mark.parametrize("seed", [0, 1, 2, *range(4, 12)])
def test_a_half_year_beside_its_quarters_tells_nothing_more(seed: int) -> None:
    random = Random(seed)
    first, second = random_world(random), random_world(random)
    audits = audits_of(first, Q1) + audits_of(second, Q2)
    one = table_of(first)
    two = HeldSplits([HeldTable(Q1, one)], audits).checked(table_of(second), Q2)
    held = HeldSplits([HeldTable(Q1, one), HeldTable(Q2, two)], audits)
    half = held.checked(table_of(first, second), HALF)
    assert told(first, second, (one, two, half)) <= told(first, second, (one, two, None))


def test_a_sum_that_would_give_a_hidden_number_away_is_left_out() -> None:
    """A quarter prints CIN in full, the next hides it as too few: the half-year of both would give it back."""
    first = {("CIN", GOOD): 9, ("CIN", BAD): 8, ("CLA", GOOD): 7, ("CLA", BAD): 6, ("CP", GOOD): 8, ("CP", BAD): 7}
    second = {("CIN", GOOD): 1, ("CIN", BAD): 2, ("CLA", GOOD): 7, ("CLA", BAD): 8, ("CP", GOOD): 2, ("CP", BAD): 9}
    one, two, half = table_of(first), table_of(second), table_of(first, second)
    assert told(first, second, (one, two, None)) == set()
    assert told(first, second, (one, two, half)) != set()
    held = HeldSplits([HeldTable(Q1, one), HeldTable(Q2, two)], audits_of(first, Q1) + audits_of(second, Q2))
    checked = held.checked(half, HALF)
    assert checked.left_out
    assert checked.rows == []
    assert (checked.audits, checked.grades) == (half.audits, half.grades), "the whole stays in print"


def test_where_nothing_is_held_a_table_stays_as_it_was_masked() -> None:
    table = table_of(random_world(Random(3)))
    assert HeldSplits([], []).checked(table, Q1) is table


def test_a_number_with_a_witness_is_not_given_away() -> None:
    values = {("q", "a"): 2, ("q", "b"): 3, ("q", "c"): 7, ("q", "d"): 9}
    rows = [frozenset({("q", "a"), ("q", "c")}), frozenset({("q", "b"), ("q", "d")})]
    across = [frozenset({("q", "a"), ("q", "b")}), frozenset({("q", "c"), ("q", "d")})]
    sums = [Sum(cells, *2 * [sum(values[cell] for cell in cells)]) for cells in (*rows, *across)]
    sums += [printed(frozenset({cell}), "<5" if n < 5 else "[c]", n) for cell, n in values.items()]
    target = frozenset({("q", "a")})
    assert list(Known(values, sums).given_away([target])) == []
    shown = [Sum(frozenset({("q", "c")}), 7, 7)]
    assert list(Known(values, [*sums, *shown]).given_away([target])) == [target]
    assert ("q", "a") in Known(values, [*sums, *shown]).proved()


def test_what_was_printed_before_it_changed_is_taken_as_known() -> None:
    cells = frozenset({("q", "a")})
    assert printed(cells, "<5", 3) == Sum(cells, 1, 4)
    assert printed(cells, "<5", 6) == Sum(cells, 6, 6)
    assert printed(cells, "[c]", 6) == Sum(cells, 5, NO_LIMIT)
    assert printed(cells, "[c]", 4) == Sum(cells, 4, 4)
    assert printed(cells, "7", 8) == Sum(cells, 8, 8)
