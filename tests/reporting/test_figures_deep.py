"""The figures beyond grades, recounted by plain SQL on such a random year; and the rows behind each figure."""

# ruff: noqa: S608  the queries are put together from this file's own words

from __future__ import annotations

from datetime import timedelta
from random import Random
from statistics import median
from typing import Any

from django.test import TestCase

from audits.models import Activity, Audit, Draw, Note, Pick
from escalation.models import Escalation, Step
from qualitycounts.base import clock
from reporting.models import Report, Tag, Theme
from reporting.periods import Period, PeriodKind, parse
from reporting.reports import counting, drill_down
from reporting.sections.contents import work_out
from standards.timescales import one_calendar, working_days_between
from tests.factories import Council
from tests.reporting.builder import Builder
from tests.reporting.test_figures import COUNTED, ON, as_date, ask, london, number, of

PERIODS = ("2026-10", "2026-27Q2", "2026-27H1", "2025-26")
KINDS = ("core", "themed", "flash", None)

CORE = f"""{COUNTED} AND (a.pick_id IS NULL OR a.pick_id IN (SELECT p.id FROM audits_pick p JOIN audits_draw d
    ON d.id = p.draw_id JOIN audits_activity y ON y.id = d.activity_id WHERE y.kind = 'core'))"""


class TestRecounts(TestCase):
    """A random year with draws, themes, steps and notes."""

    found: dict[str, dict[str, Any]]

    @classmethod
    def setUpTestData(cls) -> None:
        council = Council.make()
        builder = Builder(council, seed=9)
        builder.audits(90)
        chance = Random(9)
        cls.draws(council, chance)
        themes = [
            Theme.objects.create(name=f"Theme {place}", side=side, standard=place or None)
            for place, side in enumerate(("well", "worried", "worried"))
        ]
        saved = {"saved_at": clock.start_of(ON), "saved_by": council.auditor}
        for audit in Audit.objects.all():
            for slug in ("s1-worried", "s2-good-practice"):
                text = chance.choice(("", "Something", "Something else"))
                note = Note.objects.create(audit=audit, slug=slug, text=text, **saved)
                for theme in chance.sample(themes, k=chance.choice((0, 0, 1, 2))):
                    Tag.objects.create(
                        note=note, audit=audit, theme=theme, tagged_at=saved["saved_at"], tagged_by=council.qa_officer
                    )
            case = audit.case
            case.gender, case.ethnicity = chance.choice("FMX"), chance.choice(("WBRI", "ABAN", "NOBT", ""))
            case.disability, case.age = chance.choice(("Y", "N", "")), chance.choice((None, *range(20)))
            case.closed_on = chance.choice((None, None, ON, ON + timedelta(days=1)))
            case.save()
        cls.steps(council, chance)
        cls.found = {written: work_out(parse(written), on=ON).to_json() for written in PERIODS}

    @staticmethod
    def draws(council: Council, chance: Random) -> None:
        """Each audit from a draw of some kind, or from none."""
        made: dict[tuple[Any, Any], Draw] = {}
        for audit in Audit.objects.filter(re_audit_of=None):
            kind = chance.choice(KINDS)
            if kind is None:
                continue
            key = (kind, audit.month)
            if key not in made:
                activity = Activity.objects.create(kind=kind, month=audit.month, title=kind)
                made[key] = Draw.objects.create(
                    ref=f"D-{len(made)}",
                    activity=activity,
                    on=audit.month,
                    drawn_at=clock.start_of(audit.month),
                    size=1,
                    seed="",
                    frame="",
                    frame_hash="",
                    frame_size=1,
                )
            audit.pick = Pick.objects.create(
                draw=made[key], case=audit.case, category=audit.category, ticket="", place=audit.pk
            )
            audit.month = (audit.month - timedelta(days=chance.choice((0, 0, 20)))).replace(day=1)
            audit.save()

    @staticmethod
    def steps(council: Council, chance: Random) -> None:
        """Steps of every escalation, done at some hour or waiting."""
        slugs = {
            "inadequate": ("acknowledge", "supervision", "qa_check"),
            "requires_improvement": ("actions", "qa_check"),
        }
        for one in Escalation.objects.all():
            for position, slug in enumerate(slugs.get(one.path, ("acknowledge",)), 1):
                due = one.opened_on + timedelta(days=chance.randrange(1, 40))
                values: dict[str, Any] = {"state": chance.choice(("waiting", "dropped"))}
                if chance.random() < 0.75:
                    done = one.opened + timedelta(days=chance.randrange(60), hours=chance.randrange(24))
                    values = {"state": "done", "done_at": done, "done_by": council.qa_officer}
                    due = chance.choice((due, clock.day_of(done)))
                elif chance.random() < 0.7:
                    values = {"state": "open"}
                    due = chance.choice((due, ON))
                owner = {"owner": council.manager, "due_on": due, "first_due_on": due}
                Step.objects.create(escalation=one, slug=slug, position=position, **owner, **values)

    def test_the_programme_by_kind(self) -> None:
        for written in PERIODS:
            period, found = parse(written), self.found[written]["programme"]
            base = """SELECT {} FROM audits_audit a LEFT JOIN audits_pick p ON p.id = a.pick_id
                LEFT JOIN audits_draw d ON d.id = p.draw_id LEFT JOIN audits_activity y ON y.id = d.activity_id
                WHERE a.month BETWEEN %s AND %s AND a.re_audit_of_id IS NULL
                AND a.state NOT IN ('withdrawn', 'voided')"""
            counted = ask(base.format("y.kind, a.state, a.month, a.finalised_at"), period.first, period.last)
            assert found["whole"]["planned"]["count"] == len(counted)
            outcomes: dict[tuple[Any, str], int] = {}
            for kind, state, month, at in counted:
                first = as_date(month)
                if state in ("finalised", "closed"):
                    done = london(at)
                    outcome = "late" if (done.year, done.month) > (first.year, first.month) else "in_time"
                else:
                    outcome = "missed" if first < ON.replace(day=1) else "ahead"
                outcomes[kind, outcome] = outcomes.get((kind, outcome), 0) + 1
            names = {
                "Core live audits": "core",
                "Themed audits": "themed",
                "Flash audits": "flash",
                "Not from a draw": None,
            }
            for line in found["lines"]:
                kind = names[line["name"]]
                again = [outcomes.get((kind, key), 0) for key in ("in_time", "late", "missed", "ahead")]
                assert [one["count"] for one in line["outcomes"]] == again
            totals = [
                sum(n for (_, key), n in outcomes.items() if key == one)
                for one in ("in_time", "late", "missed", "ahead")
            ]
            assert [one["count"] for one in found["whole"]["outcomes"]] == totals

    def test_grades_by_kind_of_audit_add_up(self) -> None:
        for written in PERIODS:
            period, audits = parse(written), self.found[written]["audits"]
            if period.kind == PeriodKind.MONTH:
                splits = [audits[f"by_{name}"] for name in ("category", "service")]
                assert not any(split["rows"] or split["audits"] for split in splits), "a quarter less two months"
            counted = [
                number(f"SELECT count(*) FROM audits_audit a WHERE {COUNTED} AND a.grade = %s", *period.moments, grade)
                for grade in ("outstanding", "good", "requires_improvement", "inadequate")
            ]
            assert [figure["count"] for figure in audits["grades"]] == counted
            assert [sum(of) for of in zip(*(kind["grades"] for kind in audits["by_kind"]), strict=True)] in (
                counted,
                [],
            )
            assert sum(kind["audits"] for kind in audits["by_kind"]) == sum(counted)

    def test_median_working_days_of_actions(self) -> None:
        for written in PERIODS:
            period, found = parse(written), self.found[written]["taken"]
            for line, kinds in zip(found, (["immediate"], ["supervision"], ["immediate", "supervision"]), strict=True):
                for which, key in ((period, "median"), (period.previous, "before")):
                    assert line[key] == self.taken(which, kinds)

    def taken(self, among: Period, kinds: list[str]) -> float | None:
        marks = ", ".join(["%s"] * len(kinds))
        done = ask(
            f"""SELECT a.met_on, c.done_at FROM audits_action c JOIN audits_audit a ON a.id = c.audit_id
            WHERE a.state IN ('finalised', 'closed') AND c.state IN ('done', 'verified') AND c.kind IN ({marks})
            AND c.first_due_on BETWEEN %s AND %s AND c.first_due_on < %s""",
            *kinds,
            among.first,
            among.last,
            ON,
        )
        with one_calendar():
            days = [
                working_days_between(as_date(met), london(at)) if london(at) > as_date(met) else 0 for met, at in done
            ]
        return float(median(days)) if days else None

    def test_steps_of_escalations(self) -> None:
        paths = {
            "Inadequate": "inadequate",
            "Requires improvement": "requires_improvement",
            "Safeguarding": "safeguarding",
        }
        titles = {"Acknowledge": "acknowledge", "Supervision": "supervision", "QA check": "qa_check"}
        titles |= {"Actions and supervision": "actions"}
        seen = on_the_day = 0
        for written in PERIODS[1:]:
            period = parse(written)
            for one in self.found[written]["steps"]:
                if one["name"] not in titles:
                    continue
                base = """FROM escalation_step s JOIN escalation_escalation e ON e.id = s.escalation_id
                    WHERE e.path = %s AND s.slug = %s AND s.state = %s"""
                key = (paths[one["path"]], titles[one["name"]])
                done = [
                    (london(at), as_date(due))
                    for at, due in ask(f"SELECT s.done_at, s.first_due_on {base}", *key, "done")
                    if london(at) in period
                ]
                assert of(one["on_time"]) == (sum(at <= due for at, due in done), len(done))
                waits = [as_date(due) for (due,) in ask(f"SELECT s.due_on {base} AND e.state = 'open'", *key, "open")]
                assert of(one["late_now"]) == (sum(due < ON for due in waits), len(waits))
                seen += len(done) + len(waits)
                on_the_day += sum(at == due for at, due in done) and waits.count(ON)
        assert seen > 20
        assert on_the_day, "without a step on its very day, done and open, this could not tell < from <="

    def test_themes_and_good_practice(self) -> None:
        for written in PERIODS:
            period, figures = parse(written), self.found[written]
            found = figures["themes"]
            tagged = f"FROM reporting_tag t JOIN audits_audit a ON a.id = t.audit_id WHERE {COUNTED}"
            read = number(f"SELECT count(DISTINCT t.audit_id) {tagged}", *period.moments)
            assert found["read"]["count"] == read
            for figure in found["well"] + found["worried"]:
                name = figure["name"].split(" (")[0]
                theme = Theme.objects.get(name=name).pk
                for part, which in (("count", period), ("before", period.previous)):
                    again = number(
                        f"SELECT count(DISTINCT t.audit_id) {tagged} AND t.theme_id = %s", *which.moments, theme
                    )
                    assert figure[part] == again
                assert figure["of"] == read
            practice = f"""SELECT count(*) FROM audits_note n JOIN audits_audit a ON a.id = n.audit_id
                WHERE {COUNTED} AND n.slug = 's2-good-practice' AND n.text <> ''"""
            assert figures["practice"][1]["count"] == number(practice, *period.moments)

    def test_better_at_re_audit(self) -> None:
        period = parse("2026-27Q2")
        found = self.found["2026-27Q2"]["loop"]["better"]
        low = ask(
            f"SELECT a.id FROM audits_audit a WHERE {COUNTED} AND a.grade = 'inadequate'", *period.previous.moments
        )
        better = 0
        for (ident,) in low:
            again = ask(
                """SELECT finalised_at FROM audits_audit WHERE re_audit_of_id = %s AND grade <> 'inadequate'
                AND state IN ('finalised', 'closed')""",
                ident,
            )
            better += any(london(at) <= min(period.last, ON) for (at,) in again)
        assert of(found) == (better, len(low))

    def test_coverage_adds_up_where_nothing_is_masked_and_never_shows_a_small_number(self) -> None:
        period = parse("2025-26")
        found = self.found["2025-26"]["coverage"]
        assert found["audited"] == number(f"SELECT count(*) FROM audits_audit a WHERE {CORE}", *period.moments)
        opened = "SELECT count(*) FROM audits_case WHERE opened_on <= %s AND (closed_on IS NULL OR closed_on > %s)"
        assert found["open"] == number(opened, ON, ON)
        girls = f"""SELECT count(*) FROM audits_audit a JOIN audits_case c ON c.id = a.case_id
            WHERE {CORE} AND c.gender = 'F'"""
        gender = next(split for split in found["splits"] if split["name"] == "Gender")
        shown = [row["audited"] for row in gender["rows"] if row["name"] == "Girls"]
        assert shown in ([], [str(number(girls, *period.moments))], ["[c]"]), "left out where it is of too few"
        assert gender["left_out"] is not bool(shown)
        for split in found["splits"]:
            for row in split["rows"]:
                for cell in (row["audited"], row["open"]):
                    assert not cell.isdigit() or int(cell) == 0 or int(cell) >= 5

    def test_each_figure_has_exactly_its_rows(self) -> None:
        for written in ("2026-10", "2026-27Q2"):
            period, at = parse(written), clock.start_of(ON) + timedelta(hours=10)
            figures = counting.compose(period, at=at).to_json()
            report = Report(
                period=written, figures=figures, rows=counting.freeze_rows(period, at=at), state="generated"
            )

            def many(slug: str, report: Report = report) -> int:
                found = drill_down.of(report, slug)
                assert found is not None
                assert len({row[0] for row in found.rows}) == len(found.rows)
                return len(found.rows)

            audits, actions = figures["audits"], figures["actions"]
            assert many("finalised") == audits["finalised"]["count"]
            for grade, figure in zip(
                ("outstanding", "good", "requires-improvement", "inadequate"), audits["grades"], strict=True
            ):
                assert many(f"grade-{grade}") == figure["count"]
            assert many("good-or-better") == audits["good"]["counts"][-1]
            assert many("re-audits") == audits["re_audits"]["count"]
            assert many("better") == audits["better"]["count"]
            assert many("voided") == audits["voided"]["count"]
            for standard in figures["standards"]:
                assert many(f"standard-{standard['number']}") == standard["good"]["counts"][-1]
            assert many("due") == sum(kind["due"]["count"] for kind in actions["kinds"])
            assert many("overdue") == actions["overdue"]["count"]
            assert many("on-time") == sum(kind["outcomes"][0]["count"] for kind in actions["kinds"])
            assert drill_down.of(report, "nothing-of-the-kind") is None
