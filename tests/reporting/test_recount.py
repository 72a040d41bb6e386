"""Seven reports recounted from the rows of the tables: every number about grades and standards that they print, read
off the tidy table, with audits in the last minute of each period and in the first of the next.

The rows are read by SQL of our own and counted here; nothing of the reports' own counting is asked. The other parts are
recounted in test_figures.py and test_figures_deep.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.test import TestCase

from qualitycounts.base import clock
from reporting import periods
from reporting.periods import Period
from reporting.reports.tidy import TidyRow, tidy_rows
from reporting.sections.contents import work_out
from standards.grades import Grade
from tests.factories import Council
from tests.reporting.builder import Builder
from tests.reporting.test_figures import ON, ask, london

SEVEN = ("2026-11", "2026-10", "2026-03", "2026-27Q2", "2025-26Q4", "2026-27", "2025-26")
SLUGS = {str(grade.label): grade.value for grade in Grade}
WORTH = {"outstanding": 4, "good": 3, "requires_improvement": 2, "inadequate": 1}
GOOD = ("outstanding", "good")
Found = tuple[int, int | None]


@dataclass(frozen=True)
class Counted:
    """One audit as its row has it, with the grade of each standard; "-" where it does not apply."""

    on: date
    state: str
    grade: str
    before: str
    standards: dict[int, str]

    @property
    def stands(self) -> bool:
        return self.state in ("finalised", "closed") and not self.before


def audits_by_hand() -> list[Counted]:
    """Every audit that was finalised at some time: two queries."""
    standards: dict[int, dict[int, str]] = {}
    for audit, number, applies, grade in ask("SELECT audit_id, number, applies, grade FROM audits_judgement"):
        standards.setdefault(audit, {})[number] = grade if applies else "-"
    rows = ask(
        "SELECT a.id, a.finalised_at, a.state, a.grade, b.grade FROM audits_audit a "
        "LEFT JOIN audits_audit b ON b.id = a.re_audit_of_id WHERE a.finalised_at IS NOT NULL"
    )
    return [Counted(london(at), state, grade, was or "", standards.get(pk, {})) for pk, at, state, grade, was in rows]


def edges() -> list[date]:
    """The first days of months about which the seven reports begin and end, both sides of a clock change among them."""
    return [date(2025, 4, 1), date(2026, 1, 1), date(2026, 3, 1), *(date(2026, n, 1) for n in (4, 7, 10, 11))]


class TestRecount(TestCase):
    """Random audits of fourteen months, and two about each edge of a period."""

    @classmethod
    def setUpTestData(cls) -> None:
        builder = Builder(Council.make(), seed=7)
        builder.audits(120, first=date(2025, 3, 1))
        for day in edges():
            for grade, at in (
                ("inadequate", clock.start_of(day) - timedelta(minutes=1)),
                ("good", clock.start_of(day)),
            ):
                builder.judgements(builder.audit(clock.day_of(at), grade=grade, finalised_at=at))
        cls.audits = audits_by_hand()

    audits: list[Counted]

    def within(self, period: Period) -> list[Counted]:
        return [audit for audit in self.audits if period.first <= audit.on <= period.last]

    def of_grades(self, row: TidyRow) -> Found | None:
        """What a row of the part about grades must be; None for one that is recounted elsewhere."""
        inside = self.within(row.period)
        standing = [audit for audit in inside if audit.stands]
        again = [audit for audit in inside if audit.before and audit.state in ("finalised", "closed")]
        better = [audit for audit in again if WORTH[audit.grade] > WORTH[audit.before]]
        by_name: dict[str, Found] = {
            "Audits finalised": (len(standing), None),
            "Core audits finalised": (len(standing), None),
            "Audits": (len(standing), None),
            "Graded Good or better": (sum(audit.grade in GOOD for audit in standing), len(standing)),
            "Graded Inadequate": (sum(audit.grade == "inadequate" for audit in standing), len(standing)),
            "Re-audits": (len(again), None),
            "Better at re-audit": (len(better), len(again)),
            "Voided": (sum(audit.state == "voided" for audit in inside), None),
        }
        by_grade = {
            label: (sum(audit.grade == slug for audit in standing), len(standing)) for label, slug in SLUGS.items()
        }
        split = row.group.startswith(("Standing", "By category", "By service"))
        return None if split else (by_name | by_grade)[row.figure]

    def of_standards(self, row: TidyRow) -> Found | None:
        """What a row of the part about standards must be."""
        number = int(row.group.split(" ")[1].strip(","))
        grades = [
            audit.standards[number] for audit in self.within(row.period) if audit.stands and number in audit.standards
        ]
        applies = [grade for grade in grades if grade != "-"]
        by_name: dict[str, Found] = {
            "Does not apply": (len(grades) - len(applies), None),
            "Good or better": (sum(grade in GOOD for grade in applies), len(applies)),
        }
        by_grade = {label: (applies.count(slug), len(applies)) for label, slug in SLUGS.items()}
        return (by_name | by_grade)[row.figure]

    def test_every_number_of_seven_reports(self) -> None:
        recounted = 0
        for written in SEVEN:
            rows = list(tidy_rows(work_out(periods.parse(written), on=ON)))
            for part, recount in (("Grades", self.of_grades), ("Standards", self.of_standards)):
                mine = [
                    row
                    for row in rows
                    if row.part == part and not (row.part == "Standards" and "Standard" not in row.group)
                ]
                assert mine, f"{written} has rows of {part}"
                for row in mine:
                    expected = recount(row)
                    if expected is not None:
                        assert (row.count, row.of) == expected, (written, row)
                        recounted += 1
        assert recounted > 2_000

    def test_the_minute_before_belongs_to_the_period_before(self) -> None:
        for day in edges():
            before = clock.day_of(clock.start_of(day) - timedelta(minutes=1))
            assert before == day - timedelta(days=1)
            assert [audit.on for audit in self.audits].count(before) >= 1
            assert [audit.on for audit in self.audits].count(day) >= 1
