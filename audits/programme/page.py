"""The programme as its pages show it: month by month, what was planned beside what was done, and who agreed to it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from audits.models import Activity, Agreement, Audit, Draw, Finding
from audits.programme import agreement, planning
from audits.programme import findings as programme_findings
from people import access
from people.models import TrailEntry, User
from people.roles import Permission
from qualitycounts.base.components import Value
from qualitycounts.base.dates import month_in_words
from qualitycounts.base.templatetags import qc
from standards import categories

LATEST = 12
"""Changes shown beside the year."""
FIELDS = {
    "kind": "Kind",
    "month": "Month",
    "title": "Title",
    "planned": "How many",
    "origin": "Where it came from",
    "origin_words": "Which finding it was",
    "focus": "Standards",
    "narrow": "Cases from",
    "agencies": "Agencies",
    "lead": "Led by",
    "questions": "Questions",
    "tool": "Tool",
}
WORDS = {
    "activity.planned": "planned it",
    "activity.changed": "changed it",
    "activity.dropped": "dropped it",
    "activity.finding": "wrote down a finding",
    "activity.contributors": "named who writes for the agencies",
    "activity.concluded": "wrote the conclusion",
}


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one activity: cases drawn that stand, audits final, and findings written down."""

    drawn: int = 0
    final: int = 0
    findings: int = 0


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """One activity of the year, beside what came of it."""

    activity: Activity
    counts: Counts
    draw: Draw | None
    past: bool
    can_draw: bool

    @property
    def done(self) -> int:
        """How many are done: audits final; observations, and what partners found where nothing was drawn."""
        apart = self.activity.kind == Activity.Kind.MULTI_AGENCY and not self.counts.drawn
        return self.counts.findings if self.activity.kind == Activity.Kind.OBSERVATION or apart else self.counts.final

    @property
    def behind(self) -> int:
        """How many of a month that is over are still to be done."""
        dropped = self.activity.state == Activity.State.DROPPED
        return max(self.activity.planned - self.done, 0) if self.past and not dropped else 0

    @property
    def bar(self) -> int:
        """What is done, of 100 planned."""
        return min(100 * self.done // self.activity.planned, 100) if self.activity.planned else 0

    @property
    def now(self) -> Value:
        """How it stands."""
        if self.activity.state == Activity.State.DROPPED:
            return Value("Dropped")
        if self.behind:
            return Value(f"{self.behind} still to do", tone="no")
        if self.activity.planned and self.done >= self.activity.planned:
            return Value("Done", tone="agreed")
        return Value("Drawn" if self.draw else "Planned")

    @property
    def draw_address(self) -> str:
        """The page on which its cases are drawn, with what is planned filled in."""
        activity = self.activity
        core = activity.kind == Activity.Kind.CORE
        query = {"activity": f"{activity.month:%Y-%m}" if core else str(activity.pk)}
        size = {"size": str(activity.planned)} if activity.planned else {}
        return reverse("draws", query=query | size)

    @property
    def scope(self) -> list[str]:
        """What it looks at, in words: standards, categories, teams, agencies, questions."""
        return scope(self.activity)


@dataclass(frozen=True, slots=True)
class ProgrammeChange:
    """One change of the programme: when, who, what was done to which activity, and why."""

    at: datetime
    who: str
    did: str
    about: str
    pk: int
    differences: list[tuple[str, str, str]]
    why: str


def agreement_state(agreement: Agreement, *, stands: bool) -> tuple[str, str]:
    """How a manager's word stands: whether they agreed, and whether to the programme as it is now."""
    if not agreement.agreed_at:
        return "blank", f"Asked {qc.short_date(agreement.asked_at)}"
    agreed = f"Agreed {qc.short_date(agreement.agreed_at)}"
    return ("agreed", agreed) if stands else ("proposed", f"{agreed}, before the latest changes")


@dataclass(frozen=True, slots=True)
class Year:
    """All that the page of a year shows."""

    year: int
    months: list[tuple[date, list[ProgrammeRow]]]
    agreements: list[tuple[Agreement, bool]]
    changes: list[ProgrammeChange]
    digest: str
    yours: Agreement | None
    agreed_by_you: bool

    @property
    def agreements_in_words(self) -> list[tuple[Agreement, str, str]]:
        """Who was asked, each with how their word stands: its shape, and the sentence."""
        return [(agreement, *agreement_state(agreement, stands=stands)) for agreement, stands in self.agreements]

    @property
    def words(self) -> str:
        """The year in words."""
        return planning.year_words(self.year)

    @property
    def rows(self) -> list[ProgrammeRow]:
        """Every activity that was not dropped."""
        every = (row for _, rows in self.months for row in rows)
        return [row for row in every if row.activity.state == Activity.State.PLANNED]

    @property
    def totals(self) -> dict[str, int]:
        """Planned, drawn and done in the year, and what is behind."""
        rows = self.rows
        return {
            "planned": sum(row.activity.planned for row in rows),
            "drawn": sum(row.counts.drawn for row in rows),
            "done": sum(row.done for row in rows),
            "behind": sum(row.behind for row in rows),
        }

    @property
    def by_kind(self) -> list[tuple[str, int, int]]:
        """Each kind that is planned, with how many are planned and done."""
        planned: Counter[str] = Counter()
        done: Counter[str] = Counter()
        for row in self.rows:
            planned[row.activity.kind] += row.activity.planned
            done[row.activity.kind] += row.done
        return [(label, planned[kind], done[kind]) for kind, label in Activity.Kind.choices if kind in planned]


def scope(activity: Activity) -> list[str]:
    """What an activity looks at, in words."""
    focus = ", ".join(str(number) for number in activity.focus)
    names = ", ".join(categories.name_of(code) for code in activity.narrow.get("categories", []))
    teams = ", ".join(activity.narrow.get("teams", []))
    standards = f"Standard{'' if len(activity.focus) == 1 else 's'} {focus} only" if focus else ""
    with_whom = f"With {', '.join(activity.agencies)}" if activity.agencies else ""
    asks = [f"Asks: {question}" for question in activity.questions]
    return [words for words in (standards, names, teams, with_whom, *asks) if words]


def programme_year(of: int, *, user: User, on: date) -> Year:
    """The year's page as this person sees it. The number of queries does not depend on how much is planned."""
    activities = list(planning.of_year(of))
    digest = agreement.programme_digest(activities)
    agreements = list(Agreement.objects.filter(year=of).select_related("manager", "asked_by"))
    rows = list(rows_of(activities, user=user, on=on))
    yours = next((year_agreement for year_agreement in agreements if year_agreement.manager_id == user.pk), None)
    return Year(
        year=of,
        months=[(month, [row for row in rows if row.activity.month == month]) for month in planning.months_of_year(of)],
        agreements=[(year_agreement, stands(year_agreement, digest)) for year_agreement in agreements],
        changes=programme_changes({activity.ref: activity for activity in activities}, user=user)[:LATEST],
        digest=digest,
        yours=yours,
        agreed_by_you=yours is not None and stands(yours, digest),
    )


def stands(agreement: Agreement, digest: str) -> bool:
    """Whether what was agreed to is what is planned now."""
    return agreement.agreed_at is not None and agreement.content_hash == digest


def rows_of(activities: list[Activity], *, user: User, on: date) -> Iterator[ProgrammeRow]:
    """Each activity with its counts; four queries for all of them."""
    counts = counts_of(activities)
    draws = {
        draw.activity_id: draw
        for draw in Draw.objects.filter(activity__in=activities, state=Draw.State.DRAWN).defer(
            "frame", "allocation", "coverage"
        )
    }
    plans, this_month = access.may(user, Permission.RUN_SELECTION), on.replace(day=1)
    for activity in activities:
        open_now = activity.state == Activity.State.PLANNED and activity.month >= this_month
        yield ProgrammeRow(
            activity=activity,
            counts=counts.get(activity.pk, Counts()),
            draw=draws.get(activity.pk),
            past=activity.month < this_month,
            can_draw=plans and open_now and activity.draws_cases and activity.pk not in draws,
        )


def counts_of(activities: list[Activity]) -> dict[int, Counts]:
    """What came of each activity."""
    standing = ~Q(state__in=Audit.WITHDRAWN_OR_VOIDED)
    audits = Audit.objects.filter(pick__draw__activity__in=activities).order_by().values_list("pick__draw__activity")
    drawn = {
        pk: (drawn, final)
        for pk, drawn, final in audits.annotate(
            standing=Count("pk", filter=standing), done=Count("pk", filter=Q(state__in=Audit.FINAL))
        )
    }
    findings = dict(
        Finding.objects.filter(activity__in=activities).order_by().values_list("activity").annotate(Count("pk"))
    )
    return {pk: Counts(*drawn.get(pk, (0, 0)), findings.get(pk, 0)) for pk in drawn.keys() | findings.keys()}


def came_of(activity: Activity) -> Counts:
    """What came of one activity."""
    return counts_of([activity]).get(activity.pk, Counts())


def programme_changes(activities: dict[str, Activity], *, user: User) -> list[ProgrammeChange]:
    """What was done to these activities, the latest first, from the trail."""
    about = TrailEntry.objects.filter(kind="activity", ref__in=activities, act__in=WORDS)
    entries = about.select_related("by").order_by("-seq")
    return [change_in_words(entry, activities[entry.ref], reads=programme_findings.reads(user)) for entry in entries]


def change_in_words(entry: TrailEntry, activity: Activity, *, reads: bool) -> ProgrammeChange:
    """One entry in words. A finding's own words are for those who read findings, and stand with it."""
    content = json.loads(entry.content or "{}")
    pairs = content.items() if entry.act == "activity.changed" else ()
    return ProgrammeChange(
        at=entry.at,
        who=entry.by.name if entry.by else "Quality Counts",
        did=WORDS[entry.act],
        about=str(activity),
        pk=activity.pk,
        differences=[
            (FIELDS[name], plan_part_in_words(name, was), plan_part_in_words(name, now)) for name, (was, now) in pairs
        ],
        why=entry.why if reads or entry.act != "activity.finding" else "",
    )


def plan_part_in_words(name: str, value: Any) -> str:
    """A part of a plan as one line."""
    if name == "kind":
        return str(Activity.Kind(value).label)
    if name == "origin":
        return str(Activity.Origin(value).label)
    if name == "month":
        return month_in_words(date.fromisoformat(value))
    if name == "focus":
        return ", ".join(map(str, value)) or "all"
    if name == "narrow":
        names = [categories.name_of(code) for code in value.get("categories", [])]
        return ", ".join([*names, *value.get("teams", [])]) or "every case"
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return str(value) or "nothing"
