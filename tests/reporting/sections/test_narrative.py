"""The front page in words: each sentence follows from the figures, and none says better or worse without a signal."""

from __future__ import annotations

from typing import Any

from reporting import periods
from reporting.control_chart import Share
from reporting.sections.contents import read_figures
from reporting.sections.frozen import Stored, to_json
from reporting.sections.narrative import compose_narrative, level

UNITS = [str(month) for month in periods.parse("2026-11").back(12)]


def series(name: str, *pairs: tuple[int, int]) -> dict[str, Any]:
    """A row that ends with these pairs; before them ten of twenty each month."""
    row = [(10, 20)] * (12 - len(pairs)) + list(pairs)
    return {"name": name, "definition": "D.", "counts": [pair[0] for pair in row], "ofs": [pair[1] for pair in row]}


def five(name: str, *counts: int) -> dict[str, Any]:
    """A row of five audits a month."""
    return {"name": name, "definition": "D.", "counts": list(counts), "ofs": [5] * 12}


def figures(**changes: dict[str, Any]) -> dict[str, Any]:
    standards = [{"number": n, "good": series(f"{n} Standard {n}")} for n in range(1, 8)]
    standards[2] = {"number": 3, "good": changes.get("third", series("3 Child’s plan", (9, 20)))}
    return {
        "units": changes.get("units", UNITS),
        "audits": {
            "good": changes.get("good", series("Graded Good or better")),
            "inadequate": changes.get("inadequate", series("Graded Inadequate")),
        },
        "actions": {"on_time": changes.get("on_time", series("Actions done on time")), "overdue": {"count": 3}},
        "loop": {"put_right": series("Put right, and on the case file", (3, 8))},
        "standards": [] if "empty" in changes else standards,
    }


def story_of(stored: Stored) -> Stored:
    """The words that follow from figures as they are stored, as they are stored themselves."""
    story: Stored = to_json(compose_narrative(read_figures(stored)))
    return story


def sentences(**changes: dict[str, Any]) -> list[str]:
    return [f"{one['lead']} {one['rest']}" for one in story_of(figures(**changes))["sentences"]]


def test_the_level_and_its_count_come_first_and_a_rise_inside_the_limits_is_not_yet_an_improvement() -> None:
    few = series("Graded Inadequate", (1, 20))
    assert sentences(good=series("Graded Good or better", (9, 20), (12, 20)), inadequate=few)[0] == (
        "8 of 20 files were below Good; 1 Inadequate. 12 of 20 were Good or better (60%); of all files it may be "
        "anywhere from 36% to 81% (95% interval); the rise from 45% in October 2026 is the size that chance alone "
        "gives, so it is not yet an improvement."
    )


def test_where_every_file_is_inadequate_that_is_what_is_said_first() -> None:
    """The shape that was once called steady: five audits a month, three months of them Inadequate."""
    good = five("Graded Good or better", 4, 3, 2, 5, 3, 4, 3, 4, 2, 0, 0, 0)
    bad = five("Graded Inadequate", 0, 1, 0, 0, 1, 0, 1, 0, 0, 5, 5, 5)
    first = sentences(good=good, inadequate=bad)[0]
    assert first.startswith("5 of 5 files were below Good; 5 Inadequate. 0 of 5 were Good or better;")
    assert "Too few to tell: 0 of 5" in first
    assert "steady" not in str(story_of(figures(good=good, inadequate=bad)))


def test_one_file_is_said_of_one_file() -> None:
    assert level(Share(0, 1), Share(1, 1)) == "The one file was below Good; Inadequate."
    assert level(Share(1, 1), Share(0, 1)) == "The one file was Good or better."
    assert level(Share(4, 5), Share(0, 5)) == "1 of 5 files was below Good; none Inadequate."
    assert level(Share(5, 5), Share(0, 5)) == "None of 5 files was below Good."


def test_a_fall_and_no_change_are_said_as_plainly() -> None:
    fell = sentences(good=series("Graded Good or better", (12, 20), (9, 20)))[0]
    assert "the fall from 60% in October 2026 is the size that chance alone gives, so it is not yet a decline." in fell
    assert sentences()[0].endswith("(95% interval), as in October 2026.")


def test_beyond_the_limits_something_has_changed() -> None:
    assert sentences(good=series("Graded Good or better", (20, 20)))[0] == (
        "None of 20 files was below Good. 20 of 20 were Good or better (100%); of all files it may be anywhere from "
        "83% to 100% (95% interval). Signal, upward: 100% is outside the limits (21% to 88%). Something has changed; "
        "ask what."
    )


def test_a_standard_with_a_signal_is_the_second_sentence() -> None:
    said = sentences(third=series("3 Child’s plan", (1, 20)), on_time=series("Actions done on time", (20, 20)))[1]
    assert said == (
        "Standard 3, Child’s plan, has changed: it fell to 5% (1 of 20), more than chance explains; ask what did it. "
        "Actions done on time moved as well."
    )


def test_without_a_signal_the_second_sentence_says_so() -> None:
    assert sentences()[1] == (
        "No other change is shown: one of ten figures is too few to tell, and the others are inside their limits."
    )


def test_the_lowest_standard_is_named_with_how_long() -> None:
    assert sentences()[2] == (
        "Child’s plan is the lowest of the seven: 9 of 20 were Good or better (45%); it was the lowest in one of the "
        "last 12 months with audits, and shared the lowest place in 11 more."
    )


def test_those_that_share_the_lowest_place_are_all_named_and_none_where_all_do() -> None:
    tied = figures()
    tied["standards"][5] = {"number": 6, "good": series("6 Impact", (9, 20))}
    said = story_of(tied)["sentences"][2]
    assert said == {
        "lead": "Child’s plan and Impact are the lowest of the seven:",
        "rest": "9 of 20 each were Good or better (45%).",
    }
    level_all = sentences(third=series("3 Child’s plan"))[2]
    assert level_all == (
        "All seven standards stand level: 10 of 20 each were Good or better (50%). None is the lowest."
    )


def test_equal_rates_of_different_numbers_are_a_tie() -> None:
    tied = figures(third=series("3 Child’s plan", (3, 10)))
    tied["standards"][5] = {"number": 6, "good": series("6 Impact", (6, 20))}
    assert story_of(tied)["sentences"][2]["rest"] == "3 of 10 and 6 of 20 were Good or better (30%)."


def test_months_without_audits_are_not_counted_among_those_in_which_it_was_lowest() -> None:
    whole = figures(third=series("3 Child’s plan", (9, 20), (9, 20)))
    for standard in whole["standards"]:
        standard["good"]["counts"][:9], standard["good"]["ofs"][:9] = [0] * 9, [0] * 9
    assert story_of(whole)["sentences"][2]["rest"].endswith(
        "it was the lowest in two of the last three months with audits, and shared the lowest place in one more."
    )


def test_a_month_without_audits_says_so_and_what_is_overdue() -> None:
    none = series("Graded Good or better", (0, 0))
    said = sentences(good=none, empty={})
    assert said[0] == "No audits were finalised in November 2026: there are no grades to report."
    assert said[2] == "Follow-up goes on: three actions are overdue."


def test_the_first_months_are_too_early_to_say() -> None:
    few = {"name": "Graded Good or better", "definition": "D.", "counts": [0] * 10 + [5, 6], "ofs": [0] * 10 + [12, 12]}
    assert sentences(good=few)[0].endswith(
        "Too early to say: limits need six months with something to count, and there are two."
    )


def test_four_numbers_with_their_counts_what_they_were_and_a_reading() -> None:
    tiles = story_of(figures(inadequate=series("Graded Inadequate", (2, 20), (1, 20))))["tiles"]
    assert [(tile["value"], tile["of"], tile["was"], tile["read"]) for tile in tiles] == [
        ("50%", "10 of 20 audits", "was 50%, 10 of 20, in Oct", "No signal"),
        ("1", "of 20 audits, 5%", "was 10%, 2 of 20, in Oct", "Signal, down"),
        ("50%", "10 of 20 actions due", "was 50%, 10 of 20, in Oct", "No signal"),
        ("3 of 8", "3 of 8 below Good in Oct", "was 50%, 10 of 20, in Oct", "Too few to tell"),
    ]


def test_a_quarter_that_was_frozen_before_every_row_had_its_months_is_read_by_those_of_the_case() -> None:
    quarters = [str(one) for one in periods.parse("2026-27Q2").back(6)]
    few = {"name": "Graded Good or better", "definition": "D.", "counts": [0] * 4 + [30, 33], "ofs": [0] * 4 + [60, 60]}
    whole = figures(units=quarters, good=few)
    for row in (*whole["standards"], whole["audits"], whole["actions"], whole["loop"]):
        for one in row.values():
            if isinstance(one, dict) and "counts" in one and one is not few:
                one["counts"], one["ofs"] = one["counts"][-6:], one["ofs"][-6:]
    months = periods.parse("2026-09").back(12)
    whole["audits"] |= {"months": [str(month) for month in months], "mix": [[2, 8, 8, 2]] * 12}
    assert story_of(whole)["tiles"][0]["read"] == "No signal"
    whole["audits"]["mix"] = [[2, 8, 8, 2]] * 11 + [[0, 0, 10, 10]]
    said = story_of(whole)
    assert "Signal, downward: 0% (0 of 20) in September 2026 is fewer than chance gives" in said["sentences"][0]["rest"]
    assert (said["tiles"][0]["read"], said["tiles"][0]["signal"]) == ("Signal, down", True)
