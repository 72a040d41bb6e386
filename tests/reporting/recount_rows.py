"""The rows of the tables behind a report, by SQL of our own: nothing of the reports' own counting is asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.test import TestCase

from reporting import periods
from reporting.periods import Period
from reporting.reports.tidy import TidyRow, tidy_rows
from reporting.sections.contents import work_out
from tests.reporting.recount_data import RecountData
from tests.reporting.test_figures import ON, as_date, ask, london
from tests.reporting.test_recount import SEVEN

REPORTS = (*SEVEN, "2026-27H1")
STANDING = ("finalised", "closed")
BELOW = ("requires_improvement", "inadequate")
Found = tuple[float | None, int | None]
Recount = Callable[[TidyRow, Period], Found]


@dataclass(frozen=True)
class One:
    """One audit that was finalised at some time, as its row has it."""

    pk: int
    at: datetime | str
    state: str
    grade: str
    again: bool
    kind: str
    filed: date | None
    met: date | None

    @property
    def on(self) -> date:
        """The UK day on which it was finalised."""
        return london(self.at)

    @property
    def counts(self) -> bool:
        """Whether reports count it: it stands, and is no re-audit."""
        return self.state in STANDING and not self.again

    @property
    def core(self) -> bool:
        """Whether it was chosen by chance."""
        return self.counts and self.kind in ("", "core")


def a_day(value: Any) -> date | None:
    return None if value is None else as_date(value)


def its_day(value: Any) -> date | None:
    return None if value is None else london(value)


def share(of: Iterable[Any], holds: Callable[[Any], object]) -> Found:
    """How many of some, of all of them."""
    some = list(of)
    return sum(bool(holds(each)) for each in some), len(some)


class RecountCase(TestCase):
    """The same data for each recount, read once."""

    audits: dict[int, One]
    free: set[date]
    rows: list[TidyRow]

    @classmethod
    def setUpTestData(cls) -> None:
        RecountData.make()
        cls.read_rows()

    @classmethod
    def read_rows(cls) -> None:
        """Every row that is counted, by queries of our own."""
        cls.audits = {
            row[0]: One(*row[:4], again=row[4] is not None, kind=row[5] or "", filed=its_day(row[6]), met=a_day(row[7]))
            for row in ask(
                "SELECT a.id, a.finalised_at, a.state, a.grade, a.re_audit_of_id, y.kind, a.on_file_at, a.met_on "
                "FROM audits_audit a LEFT JOIN audits_pick p ON p.id = a.pick_id LEFT JOIN audits_draw d "
                "ON d.id = p.draw_id LEFT JOIN audits_activity y ON y.id = d.activity_id "
                "WHERE a.finalised_at IS NOT NULL"
            )
        }
        cls.free = {as_date(on) for (on,) in ask('SELECT "on" FROM standards_bankholiday')}
        cls.actions = [
            (audit, kind, state, as_date(first), as_date(due), a_day(done_on), its_day(done_at), its_day(verified))
            for audit, kind, state, first, due, done_on, done_at, verified in ask(
                "SELECT audit_id, kind, state, first_due_on, due_on, done_on, done_at, verified_at FROM audits_action"
            )
        ]
        cls.escalations = ask(
            "SELECT audit_id, path, state, opened_on, opened, finished, id FROM escalation_escalation"
        )
        cls.steps = ask(
            "SELECT s.escalation_id, s.slug, s.state, s.due_on, s.first_due_on, s.done_at, e.path, e.state, "
            "e.opened_on FROM escalation_step s JOIN escalation_escalation e ON e.id = s.escalation_id "
            "ORDER BY s.escalation_id, s.position"
        )
        cls.notes = ask("SELECT audit_id, slug, choice, text FROM audits_note")
        cls.marks = ask(
            "SELECT m.audit_id, m.value, i.title, c.title, c.code FROM audits_mark m "
            "LEFT JOIN standards_indicator i ON i.id = m.indicator_id "
            "LEFT JOIN standards_criterion c ON c.id = m.criterion_id"
        )
        cls.tags = ask(
            "SELECT t.audit_id, h.name, h.standard, n.slug, n.choice FROM reporting_tag t "
            "JOIN reporting_theme h ON h.id = t.theme_id JOIN audits_note n ON n.id = t.note_id"
        )
        cls.held = {
            pk: held
            for pk, *held in ask(
                "SELECT a.id, a.category, c.gender, c.ethnicity, c.disability, c.age FROM audits_audit a "
                "JOIN audits_case c ON c.id = a.case_id"
            )
        }
        cls.places = {
            pk: (service, f"{service}, {team}")
            for pk, team, service in ask(
                "SELECT a.id, t.name, s.name FROM audits_audit a JOIN people_team t ON t.id = a.team_id "
                "JOIN people_service s ON s.id = t.service_id"
            )
        }
        cls.titles = dict(
            ask(
                "SELECT a.id, y.title FROM audits_audit a JOIN audits_pick p ON p.id = a.pick_id JOIN audits_draw d "
                "ON d.id = p.draw_id JOIN audits_activity y ON y.id = d.activity_id"
            )
        )
        cls.again = ask("SELECT re_audit_of_id, state, grade, finalised_at FROM audits_audit WHERE re_audit_of_id > 0")

    def counted(self, period: Period, *, core: bool = False) -> dict[int, One]:
        """The audits that a report of the period counts, or its core audits alone."""
        every = self.audits.items()
        return {pk: one for pk, one in every if one.on in period and (one.core if core else one.counts)}

    def working_days(self, since: date, until: date) -> int:
        """Days from Monday to Friday that are no bank holiday, after a day and up to a later one."""
        days = (since + timedelta(days=step) for step in range(1, (until - since).days + 1))
        return sum(day.weekday() < 5 and day not in self.free for day in days)

    def chosen(self, slug: str, period: Period) -> Counter[str]:
        """The answers to one question in core audits."""
        inside = self.counted(period, core=True)
        return Counter(choice for audit, of, choice, _ in self.notes if audit in inside and of == slug and choice)

    def recount(self, parts: Mapping[str, Recount]) -> tuple[Counter[str], Counter[str]]:
        """Hold every row of these parts of all reports against their recount; how many there were of each part, and of
        each kind of mask. What is masked must be as the mask says."""
        recounted: Counter[str] = Counter()
        masked: Counter[str] = Counter()
        seen: defaultdict[tuple[str, str], bool] = defaultdict(bool)
        wrong = []
        for written in REPORTS:
            of = periods.parse(written)
            self.rows = list(tidy_rows(work_out(of, on=ON)))
            for row in self.rows:
                if row.part not in parts:
                    continue
                expected = parts[row.part](row, of)
                recounted[row.part] += 1
                seen[row.part, row.figure] |= bool(row.count or row.masked)
                if row.masked:
                    masked[row.masked] += 1
                    fits = 1 <= (expected[0] or 0) <= 4 if row.masked == "<5" else (expected[0] or 0) >= 5
                    assert (row.count, row.of, fits) == (None, None, True), (written, row, expected)
                elif (row.count, row.of) != expected and not (
                    row.group.startswith("By ") and row.of is None and row.count == expected[0]
                ):
                    wrong.append(
                        (written, row.part, row.group, row.figure, str(row.period), (row.count, row.of), expected)
                    )
        assert not wrong, "\n".join(map(str, wrong))
        assert set(recounted) == set(parts), "every part has rows"
        never = {key for key, some in seen.items() if not some}
        assert never == set(), "a number that is nowhere more than 0 shows nothing"
        return recounted, masked
