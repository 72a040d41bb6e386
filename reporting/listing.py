"""The list of reports: a line a period, newest first, with where its report stands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from people import access
from people.models import User
from people.roles import Permission
from reporting import periods
from reporting.access import visible_reports
from reporting.models import Report
from reporting.periods import Kind, Period, month_of

MONTHS_OFFERED = 12


@dataclass(frozen=True)
class Line:
    """A period with the versions of its report, the newest first; none yet where it waits to be started."""

    period: Period
    versions: list[Report]

    @property
    def latest(self) -> Report | None:
        """The newest version."""
        return self.versions[0] if self.versions else None

    @property
    def issued(self) -> Report | None:
        """The version that readers have now, where it is not the newest."""
        return next((one for one in self.versions[1:] if one.out), None)


def lines(user: User, *, on: date) -> list[Line]:
    """The periods whose report the person may open; for those who publish, the last twelve months too: one query."""
    found: defaultdict[Period, list[Report]] = defaultdict(list)
    for report in visible_reports(user).light().order_by("-number"):
        found[periods.parse(report.period)].append(report)
    offered = month_of(on).back(MONTHS_OFFERED) if access.may(user, Permission.PUBLISH_REPORT) else ()
    lengths = {Kind.YEAR: 0, Kind.HALF: 1, Kind.QUARTER: 2, Kind.MONTH: 3}
    ordered = sorted({*found, *offered}, key=lambda period: (period.last, -lengths[period.kind]), reverse=True)
    return [Line(period, found.get(period, [])) for period in ordered]


def versions(report: Report, user: User) -> list[Report]:
    """Every version of the same period that the person may open, the newest first: one query."""
    return list(visible_reports(user).light().filter(period=report.period).order_by("-number"))


def year(on: date) -> str:
    """The council's year of a day, as it is written."""
    return month_of(on).council_year
