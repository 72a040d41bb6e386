"""The front page in words: each sentence follows from the figures, and none says better or worse without a signal."""

from __future__ import annotations

from typing import Any

from reporting import periods
from reporting.aims import Aims
from reporting.control_chart import Share
from reporting.sections.contents import read_figures
from reporting.sections.frozen import Stored, to_json
from reporting.sections.narrative import compose_narrative, level

UNITS = [str(month) for month in periods.parse("2026-11").back(12)]
MONTHS = [str(month) for month in periods.parse("2026-11").back(20)]
"""From April 2025 on: the baseline is 2025-26, the first twelve."""


NONE = Aims()


def row_of(name: str, row: list[tuple[int, int]]) -> dict[str, Any]:
    """The last twelve of a row of months, with all of them behind."""
    counts, ofs = [pair[0] for pair in row], [pair[1] for pair in row]
    by_month = [list(pair) for pair in row]
    return {"name": name, "definition": "D.", "counts": counts[-12:], "ofs": ofs[-12:], "by_month": by_month}


def series(name: str, *pairs: tuple[int, int]) -> dict[str, Any]:
    """A row that ends with these pairs; before them ten of twenty each month."""
    return row_of(name, [(10, 20)] * (20 - len(pairs)) + list(pairs))


def fives(name: str, *counts: int) -> dict[str, Any]:
    """A row of five audits a month."""
    return row_of(name, [(count, 5) for count in counts])


def figures(**changes: dict[str, Any]) -> dict[str, Any]:
    standards = [{"number": n, "good": series(f"{n} Standard {n}")} for n in range(1, 8)]
    standards[2] = {"number": 3, "good": changes.get("third", series("3 Child’s plan", (9, 20)))}
    return {
        "units": UNITS,
        "months": MONTHS,
        "baseline": "2025-26",
        "audits": {
            "good": changes.get("good", series("Graded Good or better")),
            "inadequate": changes.get("inadequate", series("Graded Inadequate")),
        },
        "actions": {"on_time": changes.get("on_time", series("Actions done on time")), "overdue": {"count": 3}},
        "loop": {"put_right": series("Put right, and on the case file", (3, 8))},
        "standards": [] if "empty" in changes else standards,
    }


def story_of(stored: Stored, aims: Aims = NONE) -> Stored:
    """The words that follow from figures as they are stored, as they are stored themselves."""
    story: Stored = to_json(compose_narrative(read_figures(stored), aims))
    return story


def sentences(aims: Aims = NONE, **changes: dict[str, Any]) -> list[str]:
    return [f"{one['lead']} {one['rest']}" for one in story_of(figures(**changes), aims)["sentences"]]


TRUTH = "drawn within category of need and so no simple sample, the true share may lie"


def test_the_level_and_the_children_come_first_with_the_interval_and_then_whether_it_changed() -> None:
    inadequate = series("Graded Inadequate", (1, 20))
    assert sentences(good=series("Graded Good or better", (9, 20), (12, 20)), inadequate=inadequate)[0] == (
        f"8 of 20 files were below Good; 1 Inadequate. From 20 files, {TRUTH} between 19% and 64%. No signal: "
        "60% (12 of 20), against 50% (120 of 240) in 2025-26. Of 20, only 3 or fewer would show a fall and 17 "
        "or more would show a rise. The last eight months together, 51% (81 of 160): no signal."
    )


def test_of_five_it_is_the_level_with_its_interval_and_what_would_show() -> None:
    """The shape that was once called steady: five audits a month, 42 of 60 in the year before."""
    year = [4, 3, 3, 4, 3, 4, 3, 4, 3, 4, 3, 4]
    good = fives("Graded Good or better", *year, 2, 4, 2, 4, 5, 2, 3, 2)
    bad = fives("Graded Inadequate", *[0] * 11, 4, 0, 0, 1, 0, 0, 2, 0, 1)
    assert sentences(good=good, inadequate=bad)[0] == (
        f"3 of 5 files were below Good; 1 Inadequate. From 5 files, {TRUTH} between 15% and 95%. "
        "Too few to tell: 2 of 5, against 70% (42 of 60) in 2025-26. Of 5, only 0 would show a fall. The last eight "
        "months together, 60% (24 of 40): no signal."
    )


def test_where_every_file_is_inadequate_that_is_what_is_said_first() -> None:
    year = [4, 3, 3, 4, 3, 4, 3, 4, 3, 4, 3, 4]
    good = fives("Graded Good or better", *year, 4, 3, 4, 3, 4, 0, 0, 0)
    bad = fives("Graded Inadequate", *[0] * 17, 5, 5, 5)
    first = sentences(Aims(floor_inadequate=2), good=good, inadequate=bad)[0]
    assert first.startswith(
        "5 of 5 files were below Good; 5 Inadequate. Floor crossed: 2 or more Inadequate in a month."
    )
    assert "Signal, downward: 0 of 5 is fewer than chance gives, against 70% (42 of 60) in 2025-26." in first
    assert "steady" not in str(story_of(figures(good=good, inadequate=bad)))


def test_whether_it_is_good_enough_is_another_verdict() -> None:
    """24 of 40 since April lies between 43% and 75%: below 80%, and not to be told of 70%."""
    good = fives("Graded Good or better", *[3, 4] * 6, 2, 4, 2, 4, 5, 2, 3, 2)
    first = sentences(Aims(good=80), good=good)[0]
    assert first.endswith("Below target: 60% (24 of 40) since April 2026, may be 43% to 75%; the target is 80%.")
    assert "Too few to tell: 2 of 5" in first
    tiles = story_of(figures(good=good), Aims(good=70, on_time=20))["tiles"]
    assert tiles[0]["enough"] == "Cannot be told yet (70%): 60% (24 of 40) since April"
    assert tiles[2]["enough"] == "Target met (20%): 50% (80 of 160) since April"
    assert "enough" not in tiles[1], "it has no target"


def test_a_floor_names_its_months_where_there_are_several() -> None:
    names, good = ("August 2026", "September 2026"), (Share(3, 5), Share(2, 5))
    inadequate = (Share(0, 5), Share(1, 5))
    assert Aims(floor_inadequate=1, floor_good=60).floor_crossed(names, good, inadequate) == (
        "Floor crossed: 1 or more Inadequate in a month (September 2026) and under 60% Good or better in a month "
        "(September 2026)."
    )
    assert Aims(floor_inadequate=2, floor_good=40).floor_crossed(names, good, inadequate) == ""
    assert Aims().floor_crossed(names, good, inadequate) == ""


def test_one_file_is_said_of_one_file() -> None:
    assert level(Share(0, 1), Share(1, 1)) == "The one file was below Good; Inadequate."
    assert level(Share(1, 1), Share(0, 1)) == "The one file was Good or better."
    assert level(Share(4, 5), Share(0, 5)) == "1 of 5 files was below Good; none Inadequate."
    assert level(Share(5, 5), Share(0, 5)) == "None of 5 files was below Good."


def test_beyond_what_chance_gives_something_has_changed() -> None:
    assert sentences(good=series("Graded Good or better", (20, 20)))[0] == (
        f"None of 20 files was below Good. From 20 files, {TRUTH} between 0% and 17%. Signal, upward: "
        "100% (20 of 20) is more than chance gives, against 50% (120 of 240) in 2025-26. Something has changed; ask "
        "what."
    )


def test_a_standard_with_a_signal_is_the_second_sentence() -> None:
    said = sentences(third=series("3 Child’s plan", (1, 20)), on_time=series("Actions done on time", (20, 20)))[1]
    assert said == (
        "Standard 3, Child’s plan, has changed: it fell to 5% (1 of 20), more than chance explains; ask what did it. "
        "Actions done on time moved as well."
    )


def test_without_a_signal_the_second_sentence_says_so() -> None:
    assert sentences()[1] == (
        "No change is shown: one of ten figures is too few to tell, and the others are inside their limits."
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
    assert said[2] == "Follow-up: three actions are overdue."


def test_the_first_months_are_too_early_to_say() -> None:
    few = row_of("Graded Good or better", [(0, 0)] * 18 + [(5, 12), (6, 12)])
    assert sentences(good=few)[0].endswith(
        "Too early to say: a baseline needs six months with something to count before this one."
    )


def test_four_numbers_with_their_counts_what_they_were_and_a_reading() -> None:
    tiles = story_of(figures(inadequate=series("Graded Inadequate", (2, 20), (1, 20))))["tiles"]
    assert [(tile["value"], tile["of"], tile["was"], tile["read"]) for tile in tiles] == [
        ("50%", "10 of 20 audits", "was 50%, 10 of 20, in Oct", "No signal"),
        ("1", "of 20 audits, 5%", "was 10%, 2 of 20, in Oct", "Signal, down"),
        ("50%", "10 of 20 actions due", "was 50%, 10 of 20, in Oct", "No signal"),
        ("3 of 8", "3 of 8 below Good in Oct", "was 50%, 10 of 20, in Oct", "Too few to tell"),
    ]
