"""The list of reports: a line a period, newest first, with where its report stands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from people import access
from people.models import User
from people.roles import Permission
from qualitycounts.base.components import Link, Value
from qualitycounts.base.dates import moment_in_words, short_date
from reporting import periods
from reporting.access import visible_reports
from reporting.models import Report
from reporting.periods import Period, PeriodKind, month_of

MONTHS_OFFERED = 12
TONES = {
    Report.State.ISSUED: "agreed",
    Report.State.RESPONDED: "agreed",
    Report.State.GENERATED: "revealed",
    Report.State.FAILED: "no",
}
"""The tone of each state; the others are under way."""


@dataclass(frozen=True)
class PeriodLine:
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
        return next((version for version in self.versions[1:] if version.out), None)

    @property
    def stands(self) -> Value:
        """Where the newest version stands and since when; and which one readers have, where it is another."""
        latest, issued = self.latest, self.issued
        if latest is None:
            return Value("Not started", tone="blank")
        when = f", data as at {short_date(latest.as_at)}" if latest.as_at else ""
        when = f", {moment_in_words(latest.issued_at)}" if latest.issued_at else when
        below = Link(f"Readers have {issued.ref}", reverse("report", args=[issued.ref])) if issued else None
        tone = TONES.get(Report.State(latest.state), "proposed")
        return Value(latest.get_state_display(), f"{latest.ref}{when}", tone=tone, below=below)


def period_lines(user: User, *, on: date) -> list[PeriodLine]:
    """The periods whose report the person may open; for those who publish, the last twelve months too: one query."""
    versions_of: defaultdict[Period, list[Report]] = defaultdict(list)
    for report in visible_reports(user).light().order_by("-number"):
        versions_of[periods.parse(report.period)].append(report)
    offered = month_of(on).back(MONTHS_OFFERED) if access.may(user, Permission.PUBLISH_REPORT) else ()
    lengths = {PeriodKind.YEAR: 0, PeriodKind.HALF: 1, PeriodKind.QUARTER: 2, PeriodKind.MONTH: 3}
    ordered = sorted({*versions_of, *offered}, key=lambda period: (period.last, -lengths[period.kind]), reverse=True)
    return [PeriodLine(period, versions_of.get(period, [])) for period in ordered]


def versions(report: Report, user: User) -> list[Report]:
    """Every version of the same period that the person may open, the newest first: one query."""
    return list(visible_reports(user).light().filter(period=report.period).order_by("-number"))


def year_of(on: date) -> str:
    """The council's year of a day, as it is written."""
    return month_of(on).council_year
