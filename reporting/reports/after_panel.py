"""A month's report and the panel on that month: the report waits for the panel, else members may know its grades."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from audits.duties.monthly_duties import Duty, Kept, last_month
from audits.models import Panel, Review, SetAside
from audits.panel.sample import audits_finalised_in, usual_day
from people import council_settings
from people.models import User
from qualitycounts.base.dates import date_in_words, month_in_words
from reporting.aims import GROUP
from reporting.models import Report
from reporting.periods import month_of
from standards.timescales import add_working_days

AFTER_PANEL = council_settings.Choice(
    "monthly_after_panel",
    "Issue a month’s report only after its panel has sat",
    GROUP,
    "The grades are then those that the validation panel left, a correction is rare, and no member reads how many of "
    "which grade there are before giving their own (strategy 4.7.5 and 7 fix neither order). A month whose panel is "
    "set aside, or that has no audits, does not wait. Ours.",
    choices=(("yes", "Yes, after the panel"), ("no", "No, as soon as it is made")),
)
AFTER_DAYS = 5
"""Working days from the panel to the report, which it is owed by."""
SMALL_SAMPLE = 10
"""Of fewer audits, how many of each grade a month has can tell which grade one of them has."""


@dataclass(frozen=True)
class ToldGrades:
    """An issued monthly report that counts the few audits a panel has before it, whose grades are not given yet."""

    report: Report
    month: str
    audits: int
    sampled: int


def waits_for_panel(report: Report, *, versions: Iterable[Report] | None = None) -> str:
    """What a month's report waits for before it is issued, as a sentence; "" where it does not. A correction of what
    was issued never waits: at most four queries, three with all `versions` of the report at hand."""
    if report.kind != Report.Kind.MONTHLY or AFTER_PANEL.value() != "yes":
        return ""
    month = report.about.first
    panel = Panel.objects.filter(month=month).first()
    undecided = Q(state=Review.State.BLIND) | Q(state=Review.State.REVEALED)
    if panel is not None and panel.state != Panel.State.SAMPLED and not panel.reviews.filter(undecided).exists():
        return ""
    if versions is None:
        versions = Report.objects.light().filter(period=report.period)
    if any(version.issued_at for version in versions):
        return ""
    if panel is None:
        aside = SetAside.objects.filter(duty=Duty.PANEL, month=month).exists()
        if aside or not audits_finalised_in(month).exists():
            return ""
    when = f"which sits on {date_in_words(panel.meets_on)}" if panel else "whose sample is not drawn yet"
    return (
        f"It waits for the panel on {month_in_words(month)}, {when}: issue it once the panel has decided on every "
        "audit before it. Whether reports wait is a setting of the council."
    )


def has_panel(kept: Kept, month: date, *, on: date) -> bool:
    """Whether a panel sits on a month, as far as its duties tell: it was not set aside, and last month had audits."""
    nothing = month == last_month(on) and kept.last != month
    return not nothing and (Duty.PANEL.value, month) not in kept.set_aside


def owed_by(month: date, usual: date) -> date:
    """The day by which a month's report is owed: the usual one, or some days after its panel where it waits for it."""
    if AFTER_PANEL.value() != "yes":
        return usual
    return max(usual, add_working_days(usual_day(month), AFTER_DAYS))


def grades_told(panel: Panel, user: User) -> ToldGrades | None:
    """The report that may tell a member the grades of a small sample while some are still to be given; None where it
    tells nobody anything: at most four queries."""
    sampled = _small_sample(panel) if panel.members.filter(user=user).exists() else 0
    if not sampled:
        return None
    month = month_of(panel.month)
    issued = Report.objects.light().filter(period=str(month), issued_at__isnull=False).order_by("-number").first()
    return ToldGrades(issued, month.label, audits_finalised_in(panel.month).count(), sampled) if issued else None


def grades_told_by(report: Report, user: User) -> ToldGrades | None:
    """The same on the page of the report itself, of a month that was issued: at most five queries."""
    panel = _panel_on(report) if report.issued_at else None
    return grades_told(panel, user) if panel else None


def members_told(report: Report) -> list[User]:
    """Whom a month's report may tell the grades of a small sample that they still have to grade: at most three
    queries."""
    panel = _panel_on(report)
    if panel is None or not _small_sample(panel):
        return []
    return list(User.objects.filter(panels__panel=panel))


def _panel_on(report: Report) -> Panel | None:
    """The panel on the month that a report is of; none for what is longer."""
    if report.kind != Report.Kind.MONTHLY:
        return None
    return Panel.objects.filter(month=report.about.first).first()


def _small_sample(panel: Panel) -> int:
    """How many audits a panel has before it, where they are few and grades of some are still to be given; else 0."""
    if panel.state == Panel.State.CLOSED:
        return 0
    stand = list(panel.reviews.exclude(state=Review.State.REPLACED).values_list("state", flat=True))
    return len(stand) if Review.State.BLIND in stand and len(stand) < SMALL_SAMPLE else 0
