"""The split by service and team: a team is never given away by its service's row."""

from __future__ import annotations

from reporting.figures.groups import groups, services


def test_groups_stand_in_the_order_of_their_names() -> None:
    table = groups({"Early help": [9, 6], "Child in need": [20, 10]})
    assert [(row.name, row.audits, row.good, row.below) for row in table.rows] == [
        ("Child in need", "30", "20", "10"),
        ("Early help", "15", "9", "6"),
    ]
    assert (table.audits, table.good, table.below, table.left_out) == (45, 29, 16, False)


def test_teams_stand_under_a_service_that_is_printed_in_full() -> None:
    table = services({("Safeguarding", "North"): [9, 6], ("Safeguarding", "South"): [7, 8], ("Court", "Court"): [6, 5]})
    assert [(row.name, row.team, row.audits) for row in table.rows] == [
        ("Court", False, "11"),
        ("Court", True, "11"),
        ("Safeguarding", False, "30"),
        ("North", True, "15"),
        ("South", True, "15"),
    ]


def test_a_small_team_hides_a_larger_one_of_its_service_too() -> None:
    table = services({("Safeguarding", "North"): [9, 6], ("Safeguarding", "South"): [7, 3], ("Court", "Court"): [6, 5]})
    teams = {row.name: (row.good, row.below) for row in table.rows if row.team and row.name != "Court"}
    assert teams["South"][1] == "<5"
    assert "[c]" in teams["North"] + teams["South"]


def test_teams_of_a_masked_service_are_not_listed() -> None:
    table = services({("Safeguarding", "North"): [9, 6], ("Court", "Court"): [3, 5], ("After care", "One"): [8, 2]})
    assert [row.name for row in table.rows if row.team] in (["North"], [])
    assert all(row.audits != "8" or not row.team for row in table.rows if row.name == "Court")


def test_no_audits_make_no_table() -> None:
    table = services({})
    assert (table.rows, table.audits, table.left_out) == ([], 0, True)
