"""The parts about what was done: actions, escalations, the programme, what came of it, each number recounted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from itertools import takewhile
from statistics import median
from typing import Any

from reporting import periods
from reporting.periods import Period
from reporting.reports.tidy import TidyRow
from tests.reporting.recount_rows import BELOW, STANDING, Found, One, RecountCase, its_day, share
from tests.reporting.test_figures import ON, as_date, ask, london

ACTIONS = {"Immediate": ("immediate",), "Supervision": ("supervision",), "All": ("immediate", "supervision")}
PATHS = {"Safeguarding": "safeguarding", "Inadequate": "inadequate", "Requires improvement": "requires_improvement"}
STEPS = {
    "Acknowledge": "acknowledge",
    "Immediate actions": "immediate_actions",
    "Supervision": "supervision",
    "QA check": "qa_check",
    "Re-audit": "re_audit",
    "Actions and supervision": "actions",
    "Child made safe": "make_safe",
}
ONE_AFTER_ANOTHER = ("qa_check", "re_audit")
"""Steps that open when those before them are done; the others open with their path."""
KINDS = {
    "Core live audits": "core",
    "Themed audits": "themed",
    "Flash audits": "flash",
    "Observations of practice": "observation",
    "Not from a draw": "",
}
OUTCOMES = ("Done in its month", "Done later", "Not done, month over", "Still to come")


class TestRecountOfWork(RecountCase):
    """Each function is what one part must have in a row."""

    def ladder(self, one: One, by: date) -> list[bool]:
        """How far an audit below Good had come by the end of a day."""
        live = [each for each in self.actions if each[0] == one.pk and each[2] != "cancelled"]
        done = all(state in ("done", "verified") and at and at <= by for _, _, state, _, _, _, at, _ in live)
        checked = all(state == "verified" and at and at <= by for _, _, state, _, _, _, _, at in live)
        return [True, bool(live), done, checked, one.filed is not None and one.filed <= by]

    def better(self, one: One, by: date) -> bool:
        """Whether an audit's case was audited again by the end of a day, and graded better than Inadequate."""
        return any(
            pk == one.pk and state in STANDING and grade != "inadequate" and london(at) <= by
            for pk, state, grade, at in self.again
        )

    def is_open(self, one: One) -> bool:
        """Whether an escalation of it was open at the end of the day of the data."""
        return any(
            pk == one.pk and london(opened) <= ON and (finished is None or london(finished) > ON)
            for pk, _, _, _, opened, finished, _ in self.escalations
        )

    def put_right(self, row: TidyRow, of: Period) -> Found:
        if row.group.startswith("Followed"):
            return self.followed(row)
        months = len(of.months)
        if len(row.period.months) == months:
            cohort, by = row.period.previous, min(row.period.last, ON)
        else:
            cohort, unit = row.period.shifted(-months), of
            while row.period.first < unit.first:
                unit = unit.previous
            by = min(unit.last, ON)
        below = [one for one in self.counted(cohort).values() if one.grade in BELOW]
        if row.figure == "Better at re-audit":
            low = [one for one in below if one.grade == "inadequate"]
            return share(low, lambda one: self.better(one, by))
        ladders = [self.ladder(one, by) for one in below]
        steps = ("Below Good", "Plan agreed", "Actions done", "Verified", "On the case file")
        last = steps.index(row.figure) if row.figure in steps else 4
        return share(ladders, lambda ladder: all(ladder[: last + 1]))

    def followed(self, row: TidyRow) -> Found:
        """The children of a period as they stand on the day of the data."""
        below = [one for one in self.counted(row.period).values() if one.grade in BELOW]
        low = [one for one in below if one.grade == "inadequate"]
        if row.figure == "Better at re-audit":
            return share(low, lambda one: self.better(one, ON))
        if row.figure == "Escalation open":
            return share(below, self.is_open)
        steps = ("Below Good", "Plan agreed", "Actions done", "Verified", "On the case file", "Put right")
        ended = {one.pk: (one not in low or self.better(one, ON)) and not self.is_open(one) for one in below}
        reached = [len(list(takewhile(bool, [*self.ladder(one, ON), ended[one.pk]]))) for one in below]
        return share(reached, lambda many: many > steps.index(row.figure))

    def of_actions(self, row: TidyRow, _: Period) -> Found:
        standing = [each for each in self.actions if self.audits[each[0]].state in STANDING and each[2] != "cancelled"]
        if row.group == "Bands" or row.figure == "Overdue now":
            late = [(ON - due).days for _, _, state, _, due, *_ in standing if state == "open" and due < ON]
            bands = {"Up to a week late": (1, 7), "One to two weeks": (8, 14), "Two to four weeks": (15, 28)}
            low, high = bands.get(row.figure, (29, 9999))
            if row.figure == "Overdue now":
                return len(late), None
            return share(late, lambda days: low <= days <= high)
        kinds = (
            ACTIONS["All"]
            if row.figure == "Actions done on time"
            else ACTIONS[row.figure if row.group == "Median" else row.group.split(",")[0]]
        )
        due = [each for each in standing if each[1] in kinds and each[3] in row.period and each[3] < ON]
        if row.group == "Median":
            days = [
                self.working_days(self.audits[audit].met or done, done)
                for audit, _, state, _, _, done, *_ in due
                if state != "open" and done
            ]
            return (float(median(days)) if days else None), None
        outcomes: Counter[str] = Counter()
        for _, _, state, first, now, done, *_ in due:
            if state == "open":
                outcomes["Not done, overdue" if now < ON else "Given a later date"] += 1
            else:
                outcomes["Done on time" if done and done <= first else "Done late"] += 1
        if row.figure == "Due":
            return len(due), None
        return outcomes["Done on time" if row.figure == "Actions done on time" else row.figure], len(due)

    def of_escalations(self, row: TidyRow, _: Period) -> Found:
        if row.group == "Opened":
            return sum(
                path == PATHS[row.figure] and as_date(on) in row.period for _, path, _, on, *_ in self.escalations
            ), None
        if row.group == "Open now":
            return sum(path == PATHS[row.figure] and state == "open" for _, path, state, *_ in self.escalations), None
        path, step = row.group.split(", ")
        done, waiting, days = [], [], []
        opened: dict[int, date] = {}
        for key, slug, state, due, first_due, at, of, whole, since in self.steps:
            latest = opened.setdefault(key, as_date(since))
            begins = latest if slug in ONE_AFTER_ANOTHER else as_date(since)
            if of == PATHS[path] and slug == STEPS[step]:
                if state == "done" and london(at) in row.period:
                    done.append(london(at) <= as_date(first_due))
                    days.append(self.working_days(begins, london(at)))
                if state == "open" and whole == "open":
                    waiting.append(as_date(due) < ON)
            if at is not None:
                opened[key] = max(latest, london(at))
        by_name: dict[str, Found] = {
            "Done": (len(done), None),
            "On time": (sum(done), len(done)),
            "Open now": (len(waiting), None),
            "Late now": (sum(waiting), len(waiting)),
            "Median": (float(median(days)) if days else None, None),
        }
        return by_name[row.figure]

    def of_programme(self, row: TidyRow, _: Period) -> Found:
        planned: Counter[str] = Counter()
        done: defaultdict[str, Counter[str]] = defaultdict(Counter)
        drawn: defaultdict[tuple[Any, date], list[str]] = defaultdict(list)
        about: dict[Any, tuple[str, int]] = {None: ("", 0)}
        held: set[tuple[Any, date]] = set()
        for pk, kind, month, many, state in ask("SELECT id, kind, month, planned, state FROM audits_activity"):
            about[pk] = (kind, many)
            if state == "planned" and as_date(month) in row.period:
                held.add((pk, as_date(month)))
        for pk, month, state, at, again in ask(
            "SELECT d.activity_id, a.month, a.state, a.finalised_at, a.re_audit_of_id FROM audits_audit a "
            "LEFT JOIN audits_pick p ON p.id = a.pick_id LEFT JOIN audits_draw d ON d.id = p.draw_id "
            "WHERE a.state NOT IN ('withdrawn', 'voided')"
        ):
            if again is None and as_date(month) in row.period:
                late = state in STANDING and london(at).replace(day=1) > as_date(month)
                drawn[pk, as_date(month)].append("late" if late else "in time" if state in STANDING else "")
        for pk, on, month in ask(
            'SELECT f.activity_id, f."on", y.month FROM audits_finding f '
            "JOIN audits_activity y ON y.id = f.activity_id "
            "WHERE y.kind = 'observation'"
        ):
            if as_date(month) in row.period:
                drawn[pk, as_date(month)].append("late" if as_date(on).replace(day=1) > as_date(month) else "in time")
        for pk, month in held | set(drawn):
            kind, many = about[pk]
            became = drawn[pk, month]
            many = many or (len(became) if kind != "observation" else 0)
            planned[kind] += many
            done[kind][OUTCOMES[0]] += became.count("in time")
            done[kind][OUTCOMES[1]] += became.count("late")
            undone = max(0, many - became.count("in time") - became.count("late"))
            done[kind][OUTCOMES[2] if month < ON.replace(day=1) else OUTCOMES[3]] += undone
        name = row.group.removesuffix(", Outcomes")
        kinds = [KINDS[name]] if name in KINDS else list(planned) if name == "All audits" else ["multi_agency"]
        whole = sum(planned[kind] for kind in kinds)
        return (whole, None) if row.figure == "Planned" else (sum(done[kind][row.figure] for kind in kinds), whole)

    def spot_views(self, row: TidyRow, _: Period) -> Found:
        rows = ask("SELECT kind, held_on, recorded_at, opened_at, by_chance, on_file_on FROM audits_viewing")
        if row.figure == "Not written down yet":
            return sum(written is None and london(opened) in row.period for _, _, written, opened, *_ in rows), None
        held = [each for each in rows if each[2] is not None and as_date(each[1]) in row.period]
        by_name: dict[str, Callable[[Any], object]] = {
            "Spot view of a case file": lambda each: each[0] == "spot",
            "Case presentation": lambda each: each[0] == "presentation",
            "Chosen by chance": lambda each: each[4],
            "Note on the case file": lambda each: each[5] is not None and as_date(each[5]) <= ON,
        }
        return share(held, by_name.get(row.figure, bool))

    def workers_say(self, row: TidyRow, _: Period) -> Found:
        answers = [
            (as_date(month), fair, helped)
            for month, fair, helped in ask("SELECT month, fair, helped FROM audits_workersay")
        ]
        told: list[str] = []
        for first in (month.first for month in row.period.months[::3]):
            quarter = periods.parse(f"{first:%Y-%m}").back(1)[0].shifted(2)
            within = [each for each in answers if first <= each[0] <= quarter.last]
            if len(within) >= 5 and quarter.last < ON:
                told += [fair if row.group == "Fair" else helped for _, fair, helped in within]
        return told.count({"Yes": "yes", "In part": "partly", "No": "no"}[row.figure]), len(told)

    def conclusions(self, row: TidyRow, _: Period) -> Found:
        *_, title, month = row.group.split(", ")
        rows = [
            (about, learning)
            for of, planned, about, learning, on in ask(
                "SELECT y.title, y.month, CASE WHEN f.agency <> '' THEN f.agency "
                "WHEN f.question <> '' THEN f.question ELSE f.seen END, "
                'f.learning, f."on" FROM audits_finding f JOIN audits_activity y ON y.id = f.activity_id'
            )
            if of == title and f"{as_date(planned):%B %Y}" == month and as_date(on) in row.period
        ]
        if row.figure == "With learning":
            return sum(learning != "" for _, learning in rows), None
        return sum(about == row.figure for about, _ in rows), None

    def changed(self, row: TidyRow, _: Period) -> Found:
        rows = [
            (as_date(due), lasted, its_day(answered), agrees, its_day(checked))
            for due, lasted, answered, agrees, checked, state in ask(
                "SELECT l.due_on, l.lasted, l.answered_at, l.agrees, l.checked_at, a.state FROM audits_lastingcheck l "
                "JOIN audits_action c ON c.id = l.action_id JOIN audits_audit a ON a.id = c.audit_id"
            )
            if state in STANDING
        ]
        if row.figure == "Answered":
            return share([each for each in rows if each[0] in row.period and each[0] <= ON], lambda each: each[2])
        if row.figure == "Lasted":
            return share([each for each in rows if each[2] and each[2] in row.period], lambda each: each[1] == "yes")
        return share([each for each in rows if each[4] and each[4] in row.period], lambda each: each[3])

    def test_every_number(self) -> None:
        parts = {
            "Put right": self.put_right,
            "Actions": self.of_actions,
            "Escalations": self.of_escalations,
            "Programme": self.of_programme,
            "Spot views": self.spot_views,
            "Workers say": self.workers_say,
            "Conclusions": self.conclusions,
            "Changed": self.changed,
        }
        recounted, masked = self.recount(parts)
        assert recounted.total() > 1_500
        assert not masked
