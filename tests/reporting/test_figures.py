"""Every number recounted by plain SQL of our own, on random audits; voided and re-audits apart; UK dates."""

# ruff: noqa: S608  the queries are put together from this file's own words

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from django.test import TestCase

from audits.models import Audit
from reporting.periods import Period, PeriodKind, parse
from reporting.sections.contents import work_out
from tests.factories import Council
from tests.reporting.builder import Builder

ON = date(2026, 11, 23)
PERIODS = ("2026-11", "2026-10", "2026-03", "2026-27Q2", "2025-26")
GRADES = ("outstanding", "good", "requires_improvement", "inadequate")
COUNTED = (
    "a.state IN ('finalised', 'closed') AND a.re_audit_of_id IS NULL AND a.finalised_at >= %s AND a.finalised_at < %s"
)

RANK = "CASE {}.grade WHEN 'outstanding' THEN 4 WHEN 'good' THEN 3 WHEN 'requires_improvement' THEN 2 ELSE 1 END"


def ask(query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of a query written by hand."""
    adapted = [
        connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value for value in values
    ]
    with connection.cursor() as cursor:
        cursor.execute(query, adapted)
        return list(cursor.fetchall())


def number(query: str, *values: Any) -> int:
    return int(ask(query, *values)[0][0] or 0)


def of(figure: dict[str, Any]) -> tuple[Any, Any]:
    return figure["count"], figure["of"]


def as_date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def london(value: Any) -> date:
    """The UK date of a stored moment, by hand: an hour on from UTC from the last Sunday of March to that of October."""
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    plain = at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at

    def last_sunday(month: int) -> datetime:
        end = datetime(plain.year, month, 31, 1)  # noqa: DTZ001
        return end - timedelta(days=(end.weekday() + 1) % 7)

    summer = last_sunday(3) <= plain < last_sunday(10)
    return (plain + timedelta(hours=int(summer))).date()


class TestRecounts(TestCase):
    """The same random audits for every recount."""

    @classmethod
    def setUpTestData(cls) -> None:
        Builder(Council.make()).audits(140)

    def test_audits_and_their_grades(self) -> None:
        for written in PERIODS:
            period = parse(written)
            found = work_out(period, on=ON).to_json()["audits"]
            whole = number(f"SELECT count(*) FROM audits_audit a WHERE {COUNTED}", *period.moments)
            assert found["finalised"]["count"] == whole
            for slug, figure in zip(GRADES, found["grades"], strict=True):
                again = number(
                    f"SELECT count(*) FROM audits_audit a WHERE {COUNTED} AND a.grade = %s", *period.moments, slug
                )
                assert of(figure) == (again, whole)
            assert sum(figure["count"] for figure in found["grades"]) == whole
            assert found["finalised"]["before"] == number(
                f"SELECT count(*) FROM audits_audit a WHERE {COUNTED}", *period.previous.moments
            )

    def test_the_trend_month_by_month(self) -> None:
        for written in PERIODS:
            period = parse(written)
            found = work_out(period, on=ON).to_json()
            for key, grades in (("good", GRADES[:2]), ("inadequate", GRADES[3:])):
                marks = ", ".join(["%s"] * len(grades))
                for place, unit in enumerate(map(parse, found["units"])):
                    part = f"sum(CASE WHEN a.grade IN ({marks}) THEN 1 END)"
                    query = f"SELECT count(*), {part} FROM audits_audit a WHERE {COUNTED}"
                    ((whole, found_good),) = ask(query, *grades, *unit.moments)
                    series = found["audits"][key]
                    assert (series["counts"][place], series["ofs"][place]) == (found_good or 0, whole)
            assert len(found["audits"]["mix"]) == 12
            for month, four in zip(found["audits"]["months"], found["audits"]["mix"], strict=True):
                for slug, count in zip(GRADES, four, strict=True):
                    moments = parse(month).moments
                    assert count == number(
                        f"SELECT count(*) FROM audits_audit a WHERE {COUNTED} AND a.grade = %s", *moments, slug
                    )

    def test_re_audits_and_voided_audits_are_counted_apart(self) -> None:
        for written in PERIODS:
            period = parse(written)
            found = work_out(period, on=ON).to_json()["audits"]
            inside = "a.finalised_at >= %s AND a.finalised_at < %s"
            standing = f"a.state IN ('finalised', 'closed') AND {inside}"
            again = number(
                f"SELECT count(*) FROM audits_audit a WHERE a.re_audit_of_id > 0 AND {standing}", *period.moments
            )
            better = number(
                f"SELECT count(*) FROM audits_audit a JOIN audits_audit b ON b.id = a.re_audit_of_id "
                f"WHERE {standing} AND {RANK.format('a')} > {RANK.format('b')}",
                *period.moments,
            )
            assert found["re_audits"]["count"] == again
            assert of(found["better"]) == (better, again)
            assert found["voided"]["count"] == number(
                f"SELECT count(*) FROM audits_audit a WHERE a.state = 'voided' AND {inside}", *period.moments
            )

    def test_where_the_planned_audits_stand(self) -> None:
        period = parse("2026-11")
        standing = work_out(period, on=ON).to_json()["audits"]["standing"]
        whole = number("SELECT count(*) FROM audits_audit WHERE month = %s", period.first)
        assert whole > 0
        for state, figure in zip(Audit.State, standing, strict=True):
            again = number(
                "SELECT count(*) FROM audits_audit WHERE month = %s AND state = %s", period.first, state.value
            )
            assert of(figure) == (again, whole)

    def test_each_standard_counts_the_audits_that_looked_at_it(self) -> None:
        for written in PERIODS:
            period = parse(written)
            found = work_out(period, on=ON).to_json()
            base = f"""SELECT count(*) FROM audits_judgement j JOIN audits_audit a ON a.id = j.audit_id
                WHERE {COUNTED} AND j.number = %s"""
            query = f"SELECT a.id FROM audits_audit a WHERE {COUNTED}"
            audits = Audit.objects.filter(pk__in=[pk for (pk,) in ask(query, *period.moments)])
            assert period.kind == PeriodKind.MONTH or any(audit.focus for audit in audits)
            for standard in found["standards"]:
                place = standard["number"]
                grades = [number(f"{base} AND j.grade = %s", *period.moments, place, slug) for slug in GRADES]
                assert standard["grades"] == grades
                assert standard["not_applicable"] == number(f"{base} AND NOT j.applies", *period.moments, place)
                looked = sum(audit.looks_at(place) for audit in audits)
                assert sum(grades) + standard["not_applicable"] == looked
                for index, unit in enumerate(map(parse, found["units"])):
                    good = number(f"{base} AND j.grade IN ('outstanding', 'good')", *unit.moments, place)
                    applies = number(f"{base} AND j.applies", *unit.moments, place)
                    assert (standard["good"]["counts"][index], standard["good"]["ofs"][index]) == (good, applies)

    def test_how_grades_were_agreed(self) -> None:
        for written in PERIODS:
            period = parse(written)
            found = work_out(period, on=ON).to_json()["agreement"]
            base = f"""SELECT count(*) FROM audits_judgement j JOIN audits_audit a ON a.id = j.audit_id
                JOIN audits_proposal p ON p.judgement_id = j.id AND p.round = 1 AND p.chair = 'auditor'
                JOIN audits_proposal q ON q.judgement_id = j.id AND q.round = 1 AND q.chair = 'keyworker'
                WHERE {COUNTED} AND j.applies"""
            auditor, worker = RANK.format("p"), RANK.format("q")
            whole = number(base, *period.moments)
            equal = number(f"{base} AND j.state = 'agreed' AND p.grade = q.grade", *period.moments)
            talked = number(f"{base} AND j.state = 'agreed' AND p.grade <> q.grade", *period.moments)
            ruled = number(f"{base} AND j.state = 'ruled'", *period.moments)
            assert [of(figure) for figure in found["ways"]] == [(equal, whole), (talked, whole), (ruled, whole)]
            differ = number(f"{base} AND p.grade <> q.grade", *period.moments)
            higher = number(f"{base} AND {worker} > {auditor}", *period.moments)
            far = number(f"{base} AND abs({worker} - {auditor}) > 1", *period.moments)
            assert [of(figure) for figure in found["leaning"]] == [(higher, differ), (far, whole)]

    def test_indicators_and_criteria(self) -> None:
        for written in PERIODS:
            period = parse(written)
            found = work_out(period, on=ON).to_json()["evidence"]
            base = f"""SELECT count(*), sum(CASE WHEN m.value = 'evidenced' THEN 1 ELSE 0 END)
                FROM audits_mark m JOIN audits_audit a ON a.id = m.audit_id
                WHERE {COUNTED} AND m.value IN ('evidenced', 'partly', 'not_evidenced')"""
            for place, figure in enumerate(found["indicators"], start=1):
                query = f"{base} AND m.indicator_id = (SELECT id FROM standards_indicator WHERE number = %s)"
                for moments, part, whole in (
                    (period.moments, "count", "of"),
                    (period.previous.moments, "before", "before_of"),
                ):
                    ((n, evidenced),) = ask(query, *moments, place)
                    assert (figure[part], figure[whole]) == (evidenced or 0, n)
            query = f"{base} AND m.criterion_id = (SELECT id FROM standards_criterion WHERE code = %s)"
            for figure in (*found["most"], *found["least"]):
                code = figure["name"].split("(")[-1].strip(")")
                ((n, evidenced),) = ask(query, *period.moments, code)
                assert of(figure) == (evidenced or 0, n)
                assert n >= 5
            shares = [figure["count"] / figure["of"] for figure in (*found["most"], *found["least"][::-1])]
            assert shares == sorted(shares, reverse=True)

    def test_feedback_and_the_record(self) -> None:
        for written in PERIODS:
            period = parse(written)
            found = work_out(period, on=ON).to_json()["record"]
            base = f"""SELECT count(*) FROM audits_note n JOIN audits_audit a ON a.id = n.audit_id
                WHERE {COUNTED} AND n.slug = %s AND n.choice """
            answered = number(f"{base} <> ''", *period.moments, "feedback")
            asked = number(f"{base} IN ('given', 'declined', 'asked')", *period.moments, "feedback")
            assert of(found["asked"]) == (asked, answered)
            choices = ("given", "declined", "asked", "not_explored")
            for choice, figure in zip(choices, found["feedback"], strict=True):
                assert of(figure) == (number(f"{base} = %s", *period.moments, "feedback", choice), answered)
            wishes = found["questions"][0]["answers"]
            for choice, figure in zip(("strong", "enough", "weak", "absent"), wishes, strict=True):
                assert figure["count"] == number(f"{base} = %s", *period.moments, "record-wishes", choice)

    def test_actions_due_and_what_became_of_them(self) -> None:
        for written in PERIODS:
            period = parse(written)
            found = work_out(period, on=ON).to_json()["actions"]

            def recount(kind: str, among: Period) -> list[int]:
                rows = ask(
                    """SELECT c.state, c.first_due_on, c.due_on, c.done_at FROM audits_action c
                    JOIN audits_audit a ON a.id = c.audit_id
                    WHERE a.state IN ('finalised', 'closed') AND c.state <> 'cancelled'
                    AND c.kind = %s AND c.first_due_on BETWEEN %s AND %s AND c.first_due_on < %s""",
                    kind,
                    among.first,
                    among.last,
                    ON,
                )
                outcomes = [0, 0, 0, 0]
                for state, first_due, due, done in rows:
                    if state == "open":
                        outcomes[2 if as_date(due) < ON else 3] += 1
                    else:
                        outcomes[0 if london(done) <= as_date(first_due) else 1] += 1
                return outcomes

            for kind, lines in zip(("immediate", "supervision"), found["kinds"], strict=True):
                now, before = recount(kind, period), recount(kind, period.previous)
                assert [figure["count"] for figure in lines["outcomes"]] == now
                assert [figure["before"] for figure in lines["outcomes"]] == before
                assert (lines["due"]["count"], lines["due"]["before"]) == (sum(now), sum(before))
            for place, unit in enumerate(map(parse, work_out(period, on=ON).to_json()["units"])):
                both = [
                    sum(pair) for pair in zip(recount("immediate", unit), recount("supervision", unit), strict=True)
                ]
                assert (found["on_time"]["counts"][place], found["on_time"]["ofs"][place]) == (both[0], sum(both))

    def test_everything_that_is_overdue_now(self) -> None:
        found = work_out(parse("2026-11"), on=ON).to_json()["actions"]
        overdue = """FROM audits_action c JOIN audits_audit a ON a.id = c.audit_id
            WHERE a.state IN ('finalised', 'closed') AND c.state = 'open' AND c.due_on < %s"""
        assert found["overdue"]["count"] == number(f"SELECT count(*) {overdue}", ON) > 0
        since = [(ON - as_date(due)).days for (due,) in ask(f"SELECT c.due_on {overdue}", ON)]
        bands = [
            sum(1 for days in since if low <= days <= high) for low, high in ((1, 7), (8, 14), (15, 28), (29, 999))
        ]
        assert [figure["count"] for figure in found["bands"]] == bands

    def test_escalations_by_path(self) -> None:
        for written in PERIODS:
            period = parse(written)
            found = work_out(period, on=ON).to_json()["escalations"]
            opened = "SELECT count(*) FROM escalation_escalation WHERE path = %s AND opened_on BETWEEN %s AND %s"
            still = "SELECT count(*) FROM escalation_escalation WHERE path = %s AND state = 'open'"
            for path, figure, now in zip(
                ("safeguarding", "inadequate", "requires_improvement"), found["opened"], found["open_now"], strict=True
            ):
                assert figure["count"] == number(opened, path, period.first, period.last)
                assert figure["before"] == number(opened, path, period.previous.first, period.previous.last)
                assert now["count"] == number(still, path)

    def test_the_children_of_the_period_and_of_the_last_are_followed_as_they_stand(self) -> None:
        for written in PERIODS:
            period = parse(written)
            followed = work_out(period, on=ON).to_json()["loop"]["followed"]
            for unit, found in zip((period, period.previous), followed, strict=True):
                rows = ask(
                    f"SELECT a.id, a.grade, a.on_file_at FROM audits_audit a WHERE {COUNTED} "
                    "AND a.grade IN ('requires_improvement', 'inadequate')",
                    *unit.moments,
                )
                steps, better, again, still_open = [0] * 6, 0, 0, 0
                for ident, grade, on_file in rows:
                    actions = ask(
                        "SELECT state, done_at, verified_at FROM audits_action "
                        "WHERE audit_id = %s AND state <> 'cancelled'",
                        ident,
                    )
                    done = all(state != "open" and london(done) <= ON for state, done, _ in actions)
                    checked = all(state == "verified" and london(verified) <= ON for state, _, verified in actions)
                    filed = on_file is not None and london(on_file) <= ON
                    again_of, after = [ident], []
                    for earlier in again_of:
                        for pk, result, at in ask(
                            "SELECT id, grade, finalised_at FROM audits_audit WHERE re_audit_of_id = %s "
                            "AND state NOT IN ('withdrawn', 'voided')",
                            earlier,
                        ):
                            again_of.append(pk)
                            after += [at] if result and result != "inadequate" else []
                    risen = any(london(at) <= ON for at in after)
                    opened = [
                        row
                        for pk in again_of
                        for row in ask("SELECT opened, finished FROM escalation_escalation WHERE audit_id = %s", pk)
                    ]
                    is_open = any(
                        london(begun) <= ON and (finished is None or london(finished) > ON)
                        for begun, finished in opened
                    )
                    inadequate = grade == "inadequate"
                    again, better = again + inadequate, better + (inadequate and risen)
                    still_open += is_open
                    ended = (risen or not inadequate) and not is_open
                    ladder = [True, bool(actions), done, checked, filed, ended]
                    for step in range(6):
                        steps[step] += all(ladder[: step + 1])
                wanted = {"steps": steps, "better": better, "again": again, "open": still_open, "period": str(unit)}
                assert found == wanted

    def test_how_far_the_audits_below_good_had_come(self) -> None:
        for written in PERIODS:
            period = parse(written)
            found = work_out(period, on=ON).to_json()
            for place, unit in enumerate(map(parse, found["units"])):
                rows = ask(
                    f"SELECT a.id, a.on_file_at FROM audits_audit a WHERE {COUNTED} "
                    "AND a.grade IN ('requires_improvement', 'inadequate')",
                    *unit.previous.moments,
                )
                by = min(unit.last, ON)
                steps = [0, 0, 0, 0, 0]
                for ident, on_file in rows:
                    actions = ask(
                        "SELECT state, done_at, verified_at FROM audits_action "
                        "WHERE audit_id = %s AND state <> 'cancelled'",
                        ident,
                    )
                    done = all(state != "open" and london(done) <= by for state, done, _ in actions)
                    checked = all(state == "verified" and london(verified) <= by for state, _, verified in actions)
                    filed = on_file is not None and london(on_file) <= by
                    ladder = [True, bool(actions), done, checked, filed]
                    for step in range(5):
                        steps[step] += all(ladder[: step + 1])
                series = found["loop"]["put_right"]
                assert (series["counts"][place], series["ofs"][place]) == (steps[4], steps[0])
                if place == len(found["units"]) - 1:
                    assert [of(figure) for figure in found["loop"]["steps"]] == [(step, steps[0]) for step in steps]
