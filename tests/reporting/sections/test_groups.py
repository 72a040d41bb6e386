"""The split by service and team: a team is never given away by its service's row."""

from __future__ import annotations

from reporting.sections.groups import groups, services

COURT = {("Court", "Court"): [6, 30, 20, 5]}


def test_groups_stand_in_the_order_of_their_names_with_their_four_grades() -> None:
    table = groups({"Early help": [0, 9, 6, 0], "Child in need": [8, 20, 10, 5]})
    assert [(row.name, row.audits, row.good, row.below, row.grades) for row in table.rows] == [
        ("Child in need", "43", "28", "15", ("8", "20", "10", "5")),
        ("Early help", "15", "9", "6", ("0", "9", "6", "0")),
    ]
    assert (table.audits, table.good, table.below, table.grades) == (58, 37, 21, [8, 29, 16, 5])
    assert (table.groups, table.left_out) == (2, False)


def test_where_four_would_give_a_small_number_away_two_are_left() -> None:
    table = groups({"Early help": [1, 8, 0, 6], "Child in need": [8, 20, 1, 14]})
    assert [(row.good, row.below, row.grades) for row in table.rows] == [("28", "15", ()), ("9", "6", ())]


def test_teams_stand_under_a_service_that_is_printed_in_full() -> None:
    table = services({("Safeguarding", "North"): [0, 9, 6, 0], ("Safeguarding", "South"): [0, 7, 8, 0]} | COURT)
    assert [(row.name, row.team, row.audits, row.grades) for row in table.rows] == [
        ("Court", False, "61", ("6", "30", "20", "5")),
        ("Court", True, "61", ("6", "30", "20", "5")),
        ("Safeguarding", False, "30", ("0", "16", "14", "0")),
        ("North", True, "15", ("0", "9", "6", "0")),
        ("South", True, "15", ("0", "7", "8", "0")),
    ]


def test_teams_have_no_four_grades_where_their_service_hides_one() -> None:
    many = {("Safeguarding", "North"): [2, 9, 6, 0], ("Safeguarding", "South"): [0, 12, 8, 0]}
    more = {("Court", "One"): [9, 30, 20, 5], ("Care", "Two"): [3, 40, 20, 5]}
    rows = services(many | more).rows
    hidden = {row.name for row in rows if not row.team and not all(cell.isdigit() for cell in row.grades)}
    assert "Safeguarding" in hidden
    assert [row.grades for row in rows if row.name in ("North", "South")] == [(), ()]


def test_a_small_team_hides_a_larger_one_of_its_service_too() -> None:
    table = services({("Safeguarding", "North"): [0, 9, 6, 0], ("Safeguarding", "South"): [0, 7, 3, 0]} | COURT)
    teams = {row.name: (row.good, row.below) for row in table.rows if row.team and row.name != "Court"}
    assert teams["South"][1] == "<5"
    assert "[c]" in teams["North"] + teams["South"]


def test_teams_of_a_masked_service_are_not_listed() -> None:
    few = {
        ("Safeguarding", "North"): [0, 9, 6, 0],
        ("Court", "Court"): [0, 3, 5, 0],
        ("After care", "One"): [0, 8, 2, 0],
    }
    table = services(few)
    assert [row.name for row in table.rows if row.team] in (["North"], [])
    assert all(row.audits != "8" or not row.team for row in table.rows if row.name == "Court")


def test_a_number_that_is_printed_elsewhere_protects_nothing() -> None:
    counts = {"Core live audits": [6, 30, 20, 5], "Themed audits": [0, 5, 3, 0], "Flash audits": [0, 5, 5, 0]}
    hides = {row.name: row.audits for row in groups(counts).rows}
    told = groups(counts, printed_elsewhere=True)
    assert "[c]" not in {row.audits for row in told.rows}
    assert "8" in {row.audits for row in told.rows} or told.left_out
    assert hides


def test_no_audits_make_no_table() -> None:
    table = services({})
    assert (table.rows, table.audits, table.grades, table.left_out) == ([], 0, [0, 0, 0, 0], True)
