"""The front page in words: each sentence follows from the figures, and none says better or worse without a signal."""

from __future__ import annotations

from typing import Any

from reporting import periods, story

UNITS = [str(month) for month in periods.parse("2026-11").back(12)]


def series(name: str, *pairs: tuple[int, int]) -> dict[str, Any]:
    """A row that ends with these pairs; before them ten of twenty each month."""
    row = [(10, 20)] * (12 - len(pairs)) + list(pairs)
    return {"name": name, "definition": "D.", "counts": [pair[0] for pair in row], "ofs": [pair[1] for pair in row]}


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


def sentences(**changes: dict[str, Any]) -> list[str]:
    return [f"{one['lead']} {one['rest']}" for one in story.tell(figures(**changes))["sentences"]]


def test_a_rise_inside_the_limits_is_steady_and_not_yet_an_improvement() -> None:
    assert sentences(good=series("Graded Good or better", (9, 20), (12, 20)))[0] == (
        "Practice overall is steady: 12 of 20 audits were graded Good or better (60%); the rise from 45% in October "
        "2026 is the size that chance alone gives, so it is not yet an improvement."
    )


def test_a_fall_and_no_change_are_said_as_plainly() -> None:
    fell = sentences(good=series("Graded Good or better", (12, 20), (9, 20)))[0]
    assert "the fall from 60% in October 2026 is the size that chance alone gives, so it is not yet a decline." in fell
    assert sentences()[0].endswith("10 of 20 audits were graded Good or better (50%), as in October 2026.")


def test_beyond_the_limits_practice_has_moved() -> None:
    assert sentences(good=series("Graded Good or better", (20, 20)))[0] == (
        "Practice overall has moved: 20 of 20 audits were graded Good or better (100%), more than chance explains; "
        "ask what is different."
    )


def test_a_standard_with_a_signal_is_the_second_sentence() -> None:
    said = sentences(third=series("3 Child’s plan", (1, 20)), on_time=series("Actions done on time", (20, 20)))[1]
    assert said == (
        "Standard 3, Child’s plan, has changed: it fell to 5% (1 of 20), more than chance explains; ask what did it. "
        "Actions done on time moved as well."
    )


def test_without_a_signal_the_second_sentence_says_so() -> None:
    assert sentences()[1].startswith("Nothing else has changed more than chance allows:")


def test_the_lowest_standard_is_named_with_how_long() -> None:
    assert sentences()[2] == (
        "Child’s plan is the lowest of the seven: 9 of 20 were Good or better (45%); it was the lowest in one of the "
        "last 12 months."
    )


def test_a_month_without_audits_says_so_and_what_is_overdue() -> None:
    none = series("Graded Good or better", (0, 0))
    said = sentences(good=none, empty={})
    assert said[0] == "No audits were finalised in November 2026: there are no grades to report."
    assert said[2] == "Follow-up goes on: three actions are overdue."


def test_the_first_months_are_too_early_to_say() -> None:
    few = {"name": "Graded Good or better", "definition": "D.", "counts": [0] * 10 + [5, 6], "ofs": [0] * 10 + [12, 12]}
    assert sentences(good=few)[0].startswith("It is too early to say how practice is moving:")


def test_four_numbers_with_their_counts_what_they_were_and_a_reading() -> None:
    tiles = story.tell(figures(inadequate=series("Graded Inadequate", (2, 20), (1, 20))))["tiles"]
    assert [(tile["value"], tile["of"], tile["was"], tile["read"]) for tile in tiles] == [
        ("50%", "10 of 20 audits", "was 50%, 10 of 20, in Oct", "No signal"),
        ("1", "of 20 audits, 5%", "was 10%, 2 of 20, in Oct", "Signal, down"),
        ("50%", "10 of 20 actions due", "was 50%, 10 of 20, in Oct", "No signal"),
        ("3 of 8", "3 of 8 below Good in Oct", "was 50%, 10 of 20, in Oct", "No signal"),
    ]


def test_a_quarter_is_read_by_its_months_until_there_are_quarters_enough() -> None:
    quarters = [str(one) for one in periods.parse("2026-27Q2").back(6)]
    few = {"name": "Graded Good or better", "definition": "D.", "counts": [0] * 4 + [30, 33], "ofs": [0] * 4 + [60, 60]}
    whole = figures(units=quarters, good=few)
    for row in (*whole["standards"], whole["audits"], whole["actions"], whole["loop"]):
        for one in row.values():
            if isinstance(one, dict) and "counts" in one and one is not few:
                one["counts"], one["ofs"] = one["counts"][-6:], one["ofs"][-6:]
    months = periods.parse("2026-09").back(12)
    whole["audits"] |= {"months": [str(month) for month in months], "mix": [[2, 8, 8, 2]] * 12}
    said = story.tell(whole)
    assert said["sentences"][0]["lead"] == "Practice overall is steady:"
    assert said["sentences"][0]["rest"].endswith("(55%); every month is inside the limits that chance gives.")
    assert (said["tiles"][0]["read"], said["good"]["short"]) == ("No signal", "No signal")
    whole["audits"]["mix"][-1] = [0, 0, 10, 10]
    said = story.tell(whole)
    assert said["sentences"][0]["lead"] == "Practice overall has moved:"
    assert (said["tiles"][0]["read"], said["tiles"][0]["signal"]) == ("Signal, down", True)
