"""What a case extract changes on the register: cases new, changed, closed and left as they are, with their history.

Strategy, App. 2, before the meeting: the draw is made from this register, and a keyworker follows it until they meet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from audits import following
from audits.case_rows import CaseRow, CaseRows
from audits.models import Case, CaseChange, Import
from audits.workers import Workers
from people import staff
from people.models import Team, User
from people.problems import Problem
from people.trail import Act

AS_WRITTEN = (
    "category",
    "age",
    "gender",
    "ethnicity",
    "disability",
    "worker_name",
    "worker_email",
    "opened_on",
    "closed_on",
    "last_supervision_on",
    "last_audited_on",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """All that an extract decides about a case; the team by name and the keyworker by e-mail, "" for none."""

    category: str
    age: int | None
    gender: str
    ethnicity: str
    disability: str
    worker_name: str
    worker_email: str
    opened_on: date
    closed_on: date | None
    last_supervision_on: date | None
    last_audited_on: date | None
    team: str
    keyworker: str

    @property
    def worker(self) -> str:
        """Who has the case, in words: an e-mail, or what the extract says of somebody not on the staff list."""
        unknown = self.worker_email or self.worker_name
        return self.keyworker or (f"{unknown} (not on the staff list)" if unknown else "nobody")

    @property
    def state(self) -> str:
        """Open, or closed on a day."""
        return f"closed {self.closed_on:%-d %B %Y}" if self.closed_on else "open"


@dataclass(frozen=True, slots=True)
class Change:
    """One case as it would stand, and as it stood: None for one that is new. `row` is None where no row names it."""

    case: Case
    now: Standing
    was: Standing | None
    row: int | None

    @property
    def differences(self) -> dict[str, tuple[str, str]]:
        """What is kept as the case's history, each as it was and as it would be."""
        was, now = self.was, self.now
        if was is None:
            return {}
        pairs = {name: (getattr(was, name), getattr(now, name)) for name in ("category", "team", "worker")}
        if bool(was.closed_on) != bool(now.closed_on):
            pairs["state"] = was.state, now.state
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@dataclass(slots=True)
class Plan:
    """What an extract would change. Making one changes nothing.

    `changed` have another worker, team or category, or are open again. `refreshed` differ only in dates and details
    that have no history: they count as unchanged, with those that are wholly the same.
    """

    teams: dict[str, str]
    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    closed: list[Change] = field(default_factory=list)
    refreshed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)


def plan(rows: CaseRows, *, as_at: date) -> Plan:
    """Compare an extract with the register.

    A case that an earlier extract brought in and this one does not name, not even in an unused row, is closed `as_at`;
    the demonstration's own cases stay. A case whose worker is not on the staff list is kept without a keyworker.
    """
    problems = list(rows.problems)
    cases = {case.person_id: case for case in Case.objects.select_related("team", "keyworker")}
    known = set(Team.objects.values_list("name", flat=True))
    found = Plan(teams=new_teams(rows.used.values(), known, problems))
    workers = Workers(as_at, problems)
    for row in rows.used.values():
        case = cases.get(row.person_id)
        now = standing_of_row(row, workers.holder(row), row.team if row.team in known | found.teams.keys() else "")
        if case is None:
            found.added.append(Change(Case(person_id=row.person_id), now, None, row.row))
            continue
        place(found, Change(case, now, standing_of_case(case), row.row))
    for case in cases.values():
        if case.source == Case.Source.FILE and case.closed_on is None and case.person_id not in rows.named:
            was = standing_of_case(case)
            found.closed.append(Change(case, replace(was, closed_on=as_at), was, None))
    found.problems = sorted(problems)
    return found


def place(found: Plan, change: Change) -> None:
    """Put a case that is known already where it belongs in the plan."""
    if "state" in change.differences and change.now.closed_on:
        found.closed.append(change)
    elif change.differences:
        found.changed.append(change)
    else:
        found.unchanged += 1
        if change.now != change.was:
            found.refreshed.append(change)


def standing_of_case(case: Case) -> Standing:
    """A case as the register has it."""
    return Standing(
        **{name: getattr(case, name) for name in AS_WRITTEN},
        team=case.team.name if case.team else "",
        keyworker=case.keyworker.email if case.keyworker else "",
    )


def standing_of_row(row: CaseRow, keyworker: User | None, team: str) -> Standing:
    """A case as the extract has it."""
    return Standing(
        **{name: getattr(row, name) for name in AS_WRITTEN}, team=team, keyworker=keyworker.email if keyworker else ""
    )


def new_teams(rows: Iterable[CaseRow], known: set[str], problems: list[Problem]) -> dict[str, str]:
    """Teams that no staff extract has named, with their service; each is said once, and so is one without a service."""
    found: dict[str, str] = {}
    said: set[str] = set()
    for row in rows:
        if not row.team:
            problems.append(Problem(row.row, "Team", "There is no team. The case is kept; no team manager sees it."))
        elif row.team not in known | said:
            said.add(row.team)
            if row.service:
                found[row.team] = row.service
                why = f"“{row.team}” is not in the staff list. It was added to the service “{row.service}”."
            else:
                why = f"“{row.team}” is not in the staff list and has no service, so its cases are kept without a team."
            problems.append(Problem(row.row, "Team", why))
    return found


def lock() -> None:
    """Hold every case until the transaction ends, so that a plan made now is still true when it is applied.

    `no_key`: others may go on writing what points at a case, else an extract and a conflict wait for each other.
    """
    list(Case.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def apply(found: Plan, *, made_by: Import, act: Act) -> None:
    """Make the changes of a plan, in as many statements for one case as for all.

    Joins the transaction of `act`, in which `lock` was called before the plan was made.
    """
    on = made_by.as_at
    _, teams = staff.make_teams(found.teams, set(found.teams.values()))
    people = dict(User.objects.values_list("email", "pk"))
    touched = [*found.added, *found.changed, *found.closed, *found.refreshed]
    for change in touched:
        for name in AS_WRITTEN:
            setattr(change.case, name, getattr(change.now, name))
        change.case.team_id = teams.get(change.now.team)
        change.case.keyworker_id = people.get(change.now.keyworker)
    Case.objects.bulk_create(
        [change.case for change in touched],
        update_conflicts=True,
        unique_fields=["person_id"],
        update_fields=[*AS_WRITTEN, "team", "keyworker"],
    )
    staff.grant_keyworkers({change.case.keyworker_id for change in touched if change.case.keyworker_id}, on=on)
    CaseChange.objects.bulk_create(
        [
            CaseChange(case=change.case, made_by=made_by, on=on, field=name, was=was[:254], now=now[:254])
            for change in (*found.changed, *found.closed)
            for name, (was, now) in change.differences.items()
        ]
    )
    following.cases_moved([change.case for change in found.changed], act)
    record(found, act)


def record(found: Plan, act: Act) -> None:
    """One trail entry a case that is new, changed, or closed."""
    for change in found.added:
        act.add("case.added", change.case, now=change.now.state)
    for change in found.changed:
        was = change.was.state if change.was else ""
        act.add("case.changed", change.case, was=was, now=change.now.state, content=change.differences)
    for change in found.closed:
        act.add("case.closed", change.case, was="open", now=change.now.state, content=change.differences)
