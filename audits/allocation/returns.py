"""What the auditors owe the QA Officer: which audits of a month were due, came back, or are late, and who did how many.

Strategy, section 7: completed audits are returned to the QA Officer, who watches over the year.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean
from typing import Any

from django.db.models import Count, Q

from audits.models import Audit, Conflict
from audits.programme import planning
from people.directory import holders
from people.models import User
from people.roles import Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.spreadsheets import Column
from standards.timescales import add_months, is_working_day, working_days_between


def due_on(month: date) -> date:
    """The last working day of a month: by then its audits are met, signed and so returned (ours)."""
    day = add_months(month, 1) - timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


@dataclass(frozen=True, slots=True)
class Return:
    """One audit of a month: when it was due, when it came back, and the working days left (under 0 over)."""

    audit: Audit
    due_on: date
    back_on: date | None
    days_left: int | None
    case_closed: bool = False

    @property
    def group(self) -> str:
        """Which of the groups it is in: a key of `GROUPS`."""
        if self.audit.state in Audit.WITHDRAWN_OR_VOIDED:
            return "gone"
        if self.case_closed:
            return "closed"
        if self.back_on is not None:
            return "back_late" if self.back_on > self.due_on else "back"
        return "late" if self.days_left is not None and self.days_left < 0 else "due"

    @property
    def words(self) -> str:
        """Where it stands, in a few words."""
        return GROUPS[self.group]

    @property
    def tone(self) -> str:
        """The shape beside it."""
        return {"due": "proposed", "closed": "no", "gone": "na"}.get(self.group, "agreed")


GROUPS = {
    "late": "Late",
    "closed": "Case closed: to be replaced",
    "due": "Still to come",
    "back_late": "Came back late",
    "back": "Came back",
    "gone": "Withdrawn",
}
"""The groups in their order, the most urgent first."""


def returns_of_month(month: date, *, on: date) -> list[Return]:
    """The audits of a month (its first day), the latest first; two queries."""
    due = due_on(month)
    audits = Audit.objects.filter(month=month).select_related("auditor", "keyworker", "team", "case")
    rows = [one_return(audit, due, on) for audit in audits.order_by("number")]
    return sorted(rows, key=lambda row: list(GROUPS).index(row.group))


def one_return(audit: Audit, due: date, on: date) -> Return:
    """One audit as it stands on a day."""
    back = day_of(audit.finalised_at) if audit.finalised_at else None
    closed = audit.is_to_replace(on)
    waiting = back is None and audit.state not in Audit.WITHDRAWN_OR_VOIDED and not closed
    return Return(audit, due, back, working_days_between(on, due) if waiting else None, closed)


def returns_counts(rows: list[Return]) -> list[dict[str, Any]]:
    """How many there are in each group, as the strip above the list shows it."""
    counts = Counter(row.group for row in rows)
    return [
        {"number": counts[key], "text": words.lower(), "url": f"#{key}", "over": key == "late" and counts[key] > 0}
        for key, words in GROUPS.items()
        if counts[key]
    ]


COLUMNS: tuple[Column[Return], ...] = (
    Column("Audit", lambda row: row.audit.ref),
    Column("Auditor", lambda row: row.audit.auditor.name if row.audit.auditor else ""),
    Column("Keyworker", lambda row: row.audit.keyworker.name if row.audit.keyworker else ""),
    Column("Team", lambda row: row.audit.team.name if row.audit.team else ""),
    Column("State", lambda row: row.audit.get_state_display()),
    Column("Meeting", lambda row: row.audit.meets),
    Column("Due", lambda row: row.due_on),
    Column("Came back", lambda row: row.back_on),
    Column("Returns", lambda row: row.words),
)
"""What the file of the returns holds. No child's number is in it."""


@dataclass(frozen=True, slots=True)
class AuditorYear:
    """What one auditor did in a year: given, done, late now, and passed on because a conflict was declared."""

    auditor: User
    given: int
    done: int
    late: int
    passed_on: int

    def apart(self, average: float) -> float:
        """How many more (or, under 0, fewer) than the average they were given."""
        return self.given - average


@dataclass(frozen=True, slots=True)
class Fairness:
    """Everyone who may audit, with what the year gave them."""

    year: int
    shares: list[AuditorYear]

    @property
    def words(self) -> str:
        """The year in words."""
        return planning.year_words(self.year)

    @property
    def average(self) -> float:
        """What each was given on average."""
        return mean(share.given for share in self.shares) if self.shares else 0.0

    @property
    def spread(self) -> int:
        """The most that anyone was given less the fewest."""
        given = [share.given for share in self.shares]
        return max(given, default=0) - min(given, default=0)

    @property
    def most(self) -> int:
        """The most that anyone was given."""
        return max((share.given for share in self.shares), default=0)

    @property
    def rows(self) -> list[tuple[AuditorYear, float, int]]:
        """Each with how far from the average, and a bar of 100 at the most, the fullest first."""
        ordered = sorted(self.shares, key=lambda share: (-share.given, share.auditor.name))
        average, most = self.average, self.most or 1
        return [(share, share.apart(average), 100 * share.given // most) for share in ordered]


def fairness(*, on: date) -> Fairness:
    """The audits of the council's year that a day falls in, by auditor; three queries.

    Withdrawn and void audits count for nobody. Whoever audited and no longer may is counted too.
    """
    year = planning.year_of(on)
    first, *_, last = planning.months_of_year(year)
    standing = Audit.objects.standing().filter(month__gte=first, month__lte=last, auditor__isnull=False)
    overdue = [month for month in planning.months_of_year(year) if due_on(month) < on]
    waiting = Q(pk__in=Audit.objects.still_to_meet(on).exclude(state__in=Audit.FINAL).order_by().values("pk"))
    done, late = Q(state__in=Audit.FINAL), Q(month__in=overdue) & waiting
    rows = (
        standing.order_by()
        .values_list("auditor")
        .annotate(given=Count("pk"), done=Count("pk", filter=done), late=Count("pk", filter=late))
    )
    by_auditor = {pk: (given, done, late) for pk, given, done, late in rows}
    declared = Conflict.objects.filter(declared_at__date__gte=first).order_by()
    passed_on = dict(declared.values_list("auditor").annotate(Count("pk")))
    people = {user.pk: user for user in holders(Role.AUDITOR, on=on)}
    missing = by_auditor.keys() - people.keys()
    people |= User.objects.in_bulk(missing) if missing else {}
    return Fairness(
        year,
        [AuditorYear(user, *by_auditor.get(pk, (0, 0, 0)), passed_on.get(pk, 0)) for pk, user in people.items()],
    )
