"""What reports print of odd worlds: nothing to count, one of it, another kind alone, a child who was audited again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from audits.models import Audit
from audits.panel.agreement import agreement
from audits.panel.figures import AgreementRow
from audits.panel.figures import Figures as PanelFigures
from escalation.models import Escalation
from qualitycounts.base import clock
from reporting import periods
from reporting.aims import good_enough_in_words
from reporting.control_chart import Share
from reporting.learning import evidence
from reporting.models import Report
from reporting.reports.archive import replaced_by
from reporting.reports.revisions import REGRADED, SET_ASIDE, Revision, why_in_words
from reporting.reports.summary import about
from reporting.reports.version_card import moved_in_words, version_card
from reporting.sections.actions import Actions
from reporting.sections.base import Window
from reporting.sections.brief_numbers import put_right_of
from reporting.sections.changed import Changed
from reporting.sections.contents import read_figures, work_out
from reporting.sections.coverage import Coverage
from reporting.sections.followed import FollowedChildren
from reporting.sections.frozen import from_json
from reporting.sections.grades import Grades
from reporting.sections.panel import PanelPage
from reporting.sections.programme import Work
from reporting.sections.put_right import PutRight
from reporting.sections.section import View
from reporting.sections.workers_say import WorkersSay, WorkersSayPage
from tests.conftest import NOW
from tests.factories import Council
from tests.reporting.builder import Builder
from tests.reporting.sections.test_narrative import figures, row_of, series, story_of
from tests.reporting.test_baseline import held
from tests.reporting.test_mutated import BAD, GOOD, a_year_and_a_half, drawn_for, words_printed

OCTOBER = date(2026, 10, 1)


def aside(audit: Audit, council: Council) -> None:
    """The audit is set aside after it was finalised."""
    ended = {"ended_at": audit.finalised_at, "ended_by": council.head_of_qa, "ended_why": "The wrong child."}
    Audit.objects.filter(pk=audit.pk).update(state="voided", **ended)


def test_a_month_of_other_kinds_alone_does_not_say_that_nothing_was_finalised(council: Council) -> None:
    audits = a_year_and_a_half(council, lambda month, _: BAD if month == OCTOBER else GOOD)
    drawn_for((audit for audit in audits if audit.month == OCTOBER), "themed")
    said = words_printed()
    assert "No audits were finalised" not in said
    assert (
        "No core audit stands in October 2026: the headline counts no audit, and has no grade to report. Finalised "
        "were 5 audits chosen for a reason." in said
    )
    assert "Under the floor" not in said
    assert "In October 2026 it was" not in said
    assert "in none of the numbers" not in said, "what is put right counts their children"


def test_a_month_whose_audits_were_set_aside_says_so(council: Council) -> None:
    builder = Builder(council)
    first, second = (builder.audit(OCTOBER + timedelta(days=day), grade=GOOD) for day in (3, 5))
    aside(first, council)
    again = builder.audit(OCTOBER + timedelta(days=8), grade=GOOD, re_audit_of=second)
    Audit.objects.filter(pk=second.pk).update(finalised_at=clock.start_of(date(2026, 9, 9)))
    assert again.re_audit_of == second
    assert "has no grade to report. Finalised were 1 re-audit and 1 audit set aside since." in words_printed()


def test_a_period_that_is_not_over_has_nothing_so_far(council: Council) -> None:
    assert "No audits were finalised in October to December 2026 (2026-27 Q3), so far:" in words_printed("2026-27Q3")


def test_nothing_to_read_is_not_called_too_early() -> None:
    """There is a baseline: it is the month that has nothing."""
    empty = figures(
        **{key: series("Row", (0, 0)) for key in ("good", "inadequate", "on_time")}, third=series("3 Plan", (0, 0))
    )
    empty["loop"]["put_right"] = series("Put right", (0, 0))
    for standard in empty["standards"]:
        standard["good"] = series(standard["good"]["name"], (0, 0))
    story = story_of(empty)
    assert story["sentences"][1] == {
        "lead": "There is nothing to read a change from:",
        "rest": "nothing was counted in November 2026.",
    }
    assert story["standards"] == "No standard was graded in the period: there is nothing to read."
    assert story["tiles"][1]["value"] == "–", "none of none is not 0"


def test_only_what_was_read_is_said_to_be_inside_its_limits() -> None:
    empty = figures(on_time=series("Actions done on time", (0, 0)), inadequate=series("Graded Inadequate"))
    empty["loop"]["put_right"] = series("Put right", (0, 0))
    empty["standards"][4]["good"] = series("5 Partnership", (0, 0))
    story = story_of(empty)
    assert story["sentences"][1] == {
        "lead": "No change is shown:",
        "rest": "six of seven standards and the share graded Inadequate are inside their limits.",
    }
    assert story["standards"].startswith("No signal in six. Nothing to read in one. What is low stays low")


def test_what_is_low_is_said_only_where_something_is() -> None:
    whole = figures()
    for standard in whole["standards"]:
        standard["good"] = row_of(standard["good"]["name"], [(20, 20)] * 20)
    assert "What is low" not in story_of(whole)["standards"]


def test_one_standard_is_lowest_of_nothing_and_two_are_both() -> None:
    one, two = figures(), figures()
    one["standards"], two["standards"] = one["standards"][2:3], two["standards"][3:5]
    assert story_of(one)["sentences"][2] == {"lead": "Child’s plan:", "rest": "9 of 20 were Good or better (45%)."}
    assert story_of(two)["sentences"][2]["lead"] == "Both standards stand level:"


def test_a_standard_that_few_audits_looked_at_is_not_counted_among_the_seven_in_silence() -> None:
    seldom = figures()
    seldom["standards"][4]["good"] = series("5 Partnership", (0, 2))
    assert story_of(seldom)["sentences"][2]["lead"] == (
        "Child’s plan is the lowest of the six graded in half of the audits or more:"
    )


def test_of_two_sets_it_is_said_which_standards_stand_level() -> None:
    both = figures()
    later = [{"number": n, "set": "v8", "good": series(f"{n} New {n}", (10, 20))} for n in (1, 2, 3)]
    both["standards"] = [each | {"set": "v7"} for each in both["standards"]] + later
    assert story_of(both)["sentences"][2]["lead"] == "All three standards of the newer set stand level:"
    for each in later:
        each["good"] = series("1 New 1", (1, 2))
    assert story_of(both)["sentences"][2]["lead"] == "Child’s plan is the lowest of the seven of the earlier set:"


def test_a_run_that_shifted_is_said_of_the_run_and_not_of_its_last_month() -> None:
    """5 of 10 alone is what chance gives; a month without a draw is passed over, and said to be."""
    reading = held(*[(7, 10)] * 12, *[(5, 10)] * 4, (0, 0), *[(5, 10)] * 4).read()
    assert reading.words.startswith("Signal, downward: the last eight months with something to count lie below the 70%")
    assert reading.moved == "50% (40 of 80) over the last eight months with something to count"


def test_a_child_who_was_audited_twice_again_is_better_at_the_second(council: Council) -> None:
    builder, day = Builder(council), date(2026, 9, 5)
    finalised = clock.start_of(day)
    filed: dict[str, Any] = {"on_file_on": day, "on_file_at": finalised, "on_file_by": council.keyworker}
    first = builder.audit(day, grade=BAD, **filed)
    builder.action(first, 1, day, state="verified", done_at=finalised, done_on=day, verified_at=finalised)
    second = builder.audit(date(2026, 10, 5), grade=BAD, re_audit_of=first)
    assert followed().in_words == (
        "The one child below Good in September 2026 is not yet put right; 1 is on the case file and not better at "
        "re-audit, or with an escalation open."
    ), "it was audited again: nothing of it waits for that"
    third = builder.audit(date(2026, 11, 5), grade=GOOD, re_audit_of=second)
    assert (followed().better, followed().right) == (1, 1)
    Escalation.objects.create(ref="E", audit=third, path="safeguarding", opened=finalised, opened_on=day)
    assert (followed().open, followed().right) == (1, 0), "an escalation of the re-audit is the child's"


def followed() -> FollowedChildren:
    """September's children, in October's report."""
    return (work_out(periods.parse("2026-10"), on=NOW.date()).of(PutRight).followed or [])[1]


def test_last_periods_open_escalation_stands_on_the_tile() -> None:
    stored = figures()
    now, before = ({"period": period, "steps": [0] * 6, "better": 0, "again": 0, "open": 0} for period in "ab")
    now["period"], before["period"] = "2026-11", "2026-10"
    before |= {"steps": [1, 0, 0, 0, 0, 0], "open": 1}
    stored["loop"]["followed"] = [now, before]
    assert story_of(stored)["tiles"][3]["read"] == "Escalation open: 0, and 1 of Oct’s"
    before["open"] = 0
    assert story_of(stored)["tiles"][3]["read"] == "No escalation of theirs is open"


def test_children_put_right_are_counted_and_have_no_true_share() -> None:
    september, october = (FollowedChildren(month, [3, 2, 1, 1, 1, 0], 0, 1, 1) for month in ("2026-09", "2026-10"))
    drawn = put_right_of(october, september).strip
    assert "<title>0 put right of 3 below Good in October.</title>" in drawn
    none = put_right_of(FollowedChildren("2026-10", [0] * 6, 0, 0, 0), september).strip
    assert "<title>None below Good in October.</title>" in none


def test_a_re_audits_actions_are_counted_and_the_report_does_not_deny_it(council: Council) -> None:
    builder = Builder(council)
    first = builder.audit(date(2026, 9, 5), grade=BAD)
    again = builder.audit(date(2026, 9, 20), grade=GOOD, re_audit_of=first)
    builder.action(again, 1, date(2026, 9, 25), state="open")
    counted = work_out(periods.parse("2026-27Q2"), on=NOW.date())
    assert sum(kind.due.count for kind in counted.of(Actions).actions.kinds) == 1
    said = words_printed("2026-27Q2")
    assert "in no other number of this report." not in said
    assert "The actions and escalations of a re-audit are counted with the rest" in said


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (Share(0, 300), "0%"),
        (Share(1, 300), "under 1%"),
        (Share(299, 300), "over 99%"),
        (Share(300, 300), "100%"),
        (Share(3, 300), "1%"),
        (Share(1, 9), "1 of 9"),
    ],
)
def test_some_is_never_none_and_not_all_is_never_all(share: Share, words: str) -> None:
    assert share.percent == words


def test_wider_readers_are_not_told_of_none_or_of_all_either() -> None:
    assert [about(Share(count, 200)) for count in (5, 9, 10, 189, 190, 195)] == [
        *("Under 5%", "Under 5%", "About 10%", "About 90%", "95% or more", "95% or more"),
    ]


def test_an_interval_does_not_seem_to_reach_a_target_that_it_misses() -> None:
    """2 of 5 lies between 5.27% and 85.3%, 8 of 20 ends at 63.9%, which rounds to the 64% that it is below."""
    said = good_enough_in_words(Share(8, 20), 64, "April")
    assert said == "Below target: 40% (8 of 20) since April, may be 19% to 63.9%; the target is 64%."
    assert "5.3% to 85%" in good_enough_in_words(Share(2, 5), 5, "April")


def test_an_audit_that_moved_twice_is_one_audit() -> None:
    audit, other = Audit(pk=1), Audit(pk=2)
    twice = [Revision(audit, REGRADED, NOW), Revision(audit, REGRADED, NOW)]
    assert why_in_words(twice).startswith("The validation panel changed grades of 1 audit since")
    assert moved_in_words(twice, can_correct=True).startswith("1 audit of the period was")
    gone = [*twice, Revision(other, REGRADED, NOW), Revision(audit, SET_ASIDE, NOW)]
    assert why_in_words(gone).startswith("The validation panel changed grades of 1 audit and 1 audit was set aside")


def test_a_version_that_was_never_issued_replaces_nothing_and_does_not_stay_as_it_was_issued() -> None:
    first, second, third = (Report(pk=n, ref=f"R-{n}", period="2026-10", number=n) for n in (1, 2, 3))
    first.issued_at = third.issued_at = NOW
    assert replaced_by(first, [first, third]) is third
    second.state = "superseded"
    card = version_card(second, [third, second], [], to_check=False, can_correct=False, waits="")
    assert card.stays == "This version was never issued."


def test_evidence_beside_a_standard_that_was_not_graded_is_not_none_of_none() -> None:
    assert evidence.good_in_words(0, 0, wide=True) == "None was graded"


@pytest.mark.parametrize(
    ("audits", "decided", "regraded", "words"),
    [
        (1, 0, 0, "The one audit of this period has not been before the validation panel: its grades are not yet"),
        (1, 1, 0, "has been before the validation panel, which left its grade of the case. The grades"),
        (1, 1, 1, "which changed its grade of the case. The grades here are as they stand after that."),
        (3, 2, 0, "which changed the grade of the case in none. The grades here"),
        (3, 2, 1, "which changed the grade of the case in 1. The grades here"),
    ],
)
def test_the_panel_changed_what_is_counted(audits: int, decided: int, regraded: int, words: str) -> None:
    page = PanelPage(audits, audits - decided, decided, regraded, [], None, None, [], "")
    assert words in page.validated_in_words


@pytest.mark.parametrize(
    ("n", "words"), [(0, "No audit has a blind grade of the panel"), (1, "1 of 1 audit has the panel’s grade.")]
)
def test_how_often_the_panel_agreed_is_said_of_one_and_of_none(n: int, words: str) -> None:
    whole = AgreementRow("", agreement([(GOOD, GOOD)] * n), n, n, 0, n)
    assert PanelFigures(whole, (), (), ()).sentence.startswith(words)


@pytest.mark.parametrize(
    ("grades", "words"),
    [
        ([(GOOD, GOOD), (BAD, BAD)] * 20, "Panel and audits agree beyond chance: almost perfect."),
        ([(GOOD, GOOD), (GOOD, BAD), (BAD, GOOD), (BAD, BAD)] * 10, "It cannot be told from chance whether panel and"),
        ([(GOOD, BAD), (BAD, GOOD)] * 20, "Panel and audits agree less than chance gives."),
    ],
)
def test_agreement_beyond_chance_is_claimed_only_where_the_interval_shows_it(
    grades: list[tuple[str, str]], words: str
) -> None:
    whole = AgreementRow("", agreement(grades), 0, 0, 0, len(grades))
    assert PanelFigures(whole, (), (), ()).sentence.startswith(words)


def test_checks_that_were_not_due_are_not_counted_of_none() -> None:
    none = from_json(Changed, {"lasted": {"count": 2, "of": 3}, "due": {"count": 0, "of": 0}})
    assert none.lasted_in_words == (
        "No check “did it last?” was due in the quarter; of those answered in the quarter 2 of 3 lasted."
    )
    one = from_json(Changed, {"due": {"count": 1, "of": 1}})
    assert one.lasted_in_words == "1 of 1 check “did it last?” that was due is answered."


def test_a_few_actions_are_not_said_to_be_of_themselves(council: Council) -> None:
    builder = Builder(council)
    audit = builder.audit(date(2026, 9, 5), grade=GOOD)
    builder.action(audit, 1, date(2026, 9, 25), state="open")
    quarter = periods.parse("2026-27Q2")
    counted = work_out(quarter, on=NOW.date())
    page = counted.of(Actions).page(View(Report(period=str(quarter)), counted))
    assert "Bars of actions due by kind and period: 0 of 1 done on time." in page.svg


def test_workers_of_a_quarter_in_progress_are_not_said_to_be_few() -> None:
    page = WorkersSayPage(WorkersSay(), periods.PeriodKind.QUARTER, so_far=True)
    assert page.lead == "What workers answered is told once the quarter is over."


def test_observations_without_a_planned_number_are_not_more_than_were_planned() -> None:
    work = Work("observation", OCTOBER, 0)
    work.done["in_time"] = 2
    assert (work.begun, work.outcomes(NOW.date()).total()) == (2, 2)


def test_one_audited_child_is_one_and_a_chart_without_a_baseline_has_no_average(council: Council) -> None:
    Builder(council).audit(date(2026, 9, 5), grade=BAD)
    said = words_printed("2026-27Q2")
    assert "1 was audited, 2 are open." in said
    assert "because with 1 audit the table" in said
    counted = work_out(periods.parse("2026-27Q2"), on=NOW.date())
    view = View(Report(period="2026-27Q2"), counted)
    chart = counted.of(Grades).page(view).trend.svg
    assert "too early to say; September 2026 is 0 of 1." in chart
    assert "Of 1 audit below Good in July to September 2026 (2026-27 Q2), 0 are put right." in (
        counted.of(PutRight).followed_funnel
    )


def test_coverage_is_of_the_audits_whose_grades_are_split_and_shows_no_more_of_them(council: Council) -> None:
    audits = a_year_and_a_half(council)
    drawn_for((audit for audit in audits if audit.month == date(2026, 9, 1) and audit.number == 1), "themed")
    assert work_out(periods.parse("2026-27Q2"), on=NOW.date()).of(Coverage).audited == 14

    split = {"rows": [{"name": "Child in need", "audited": "6"}, {"name": "Early help", "audited": "8"}]}
    held_back = {"rows": [{"name": "Child in need", "audits": "<5"}, {"name": "Early help", "audits": "[c]"}]}
    window = Window(periods.parse("2026-27Q2"), NOW.date())
    for printed, cells in ((held_back, ["<5", "[c]"]), ({"rows": []}, [])):
        stored = {"coverage": {"audited": 14, "splits": [split]}, "audits": {"by_category": printed}}
        concluded = Coverage.conclude(window, read_figures(stored))
        assert concluded is not None
        assert [row.audited for row in concluded.splits[0].rows] == cells


def test_of_one_it_is_said_of_one() -> None:
    one = figures(good=series("Graded Good or better", (1, 1)), on_time=series("Actions done on time", (0, 1)))
    assert [tile["of"] for tile in story_of(one)["tiles"][:3:2]] == ["1 of 1 audit", "0 of 1 action due"]


@pytest.mark.usefixtures("council")
def test_nothing_finalised_is_not_all_by_chance() -> None:
    assert "All audits of the period were core audits" not in words_printed("2026-27Q2")
