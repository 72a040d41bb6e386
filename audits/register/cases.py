"""What a case extract changes on the register: cases new, changed, closed and left as they are, with their history.

Strategy, App. 2, before the meeting: the draw is made from this register, and a keyworker follows it until they meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import Exists, OuterRef

from audits.models import Case, CaseChange, Import
from audits.register import reallocation
from audits.register.case_fields import HEADINGS, STORED
from audits.register.case_rows import CaseRow, CaseRows, fold_number
from audits.register.standing import (
    KnownCase,
    Names,
    Register,
    Standing,
    facts_of_row,
    stand,
    stored_of,
    with_known_number,
)
from audits.register.workers import Workers
from people import staff_roles, staff_teams
from people.list_answers import WHOLE_LIST, ListAnswers
from people.models import Membership, Team, User
from people.roles import Role
from people.trail import Act
from qualitycounts.base import progress
from qualitycounts.base.bulk import write_rows
from qualitycounts.base.problems import Problem
from qualitycounts.base.refusals import NotNow
from standards import categories


@dataclass(slots=True)
class ChangedCase:
    """One case as it would stand, and as it stood: None for one that is new. `row` is None where no row names it."""

    known: Case | None
    now: Standing
    was: Standing | None
    row: int | None

    @property
    def case(self) -> Case:
        """The case itself, which is on the register already."""
        if self.known is None:
            raise ValueError(f"{self.now.person_id} is new")
        return self.known

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
class RegisterChanges:
    """What an extract would change. Making one changes nothing.

    `changed` have another worker, team or category, or are open again. `refreshed` differ only in dates and details
    that have no history: they count as unchanged, with those that are wholly the same. `teams` are new, each with its
    service; `services` is the service of every team there then is.
    """

    teams: dict[str, str]
    services: dict[str, str] = field(default_factory=dict)
    added: list[ChangedCase] = field(default_factory=list)
    changed: list[ChangedCase] = field(default_factory=list)
    closed: list[ChangedCase] = field(default_factory=list)
    refreshed: list[ChangedCase] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def touched(self) -> list[ChangedCase]:
        """The cases that were there and are written."""
        return [*self.changed, *self.closed, *self.refreshed]


def plan_changes(rows: CaseRows, *, as_at: date, answers: ListAnswers = WHOLE_LIST) -> RegisterChanges:
    """Compare an extract with the register.

    A case that an earlier extract brought in and this one does not name, not even in an unused row, is closed `as_at`,
    if it is of the part that the extract covers; the demonstration's own cases stay. A case whose worker is not on the
    staff list is kept without a keyworker.
    """
    problems = list(rows.problems)
    register = Register.at_hand()
    cases, merged = register.cases, register.merged
    places = list(Team.objects.values_list("pk", "name", "service__name"))
    known = {answers.team_now(name): answers.service_now(service) for _, name, service in places}
    again = named_anew(rows, register, answers)
    problems.extend(alike_numbers(row for row in rows.used.values() if row.person_id not in merged))
    teams = new_teams(rows.used.values(), set(known), problems)
    register_changes = RegisterChanges(teams=teams, services=known | teams)
    workers = Workers(as_at, problems)
    names = Names({key: answers.team_now(name) for key, name, _ in places}, workers.emails)
    for row in progress.counted(rows.used.values(), "cases compared with the register", len(rows.used)):
        case = cases.get(row.person_id) or again.get(row.person_id)
        if case is None and row.person_id in merged:
            problems.append(twice_in_file(row, merged[row.person_id]))
            continue
        team = row.team if row.team in register_changes.services else ""
        facts = facts_of_row(row, case, as_at)
        holder = workers.holder(with_known_number(row, facts))
        email, key = (holder.email, holder.pk) if holder else ("", None)
        if case is None:
            register_changes.added.append(ChangedCase(None, stand(row.person_id, facts, team, email), None, row.row))
        elif (facts, team, key) == (case.facts, names.team_of(case), case.keyworker_id):
            register_changes.unchanged += 1
        else:
            now, was = stand(case.person_id, facts, team, email), names.standing_of(case)
            place_known_case(register_changes, ChangedCase(case.as_case(), now, was, row.row))
    named = rows.named | {case.person_id for case in again.values()}
    for case in cases.values():
        if case.can_close and case.person_id not in named:
            was = names.standing_of(case)
            if answers.covers(was.team, was.category):
                now = replace(was, closed_on=as_at)
                register_changes.closed.append(ChangedCase(case.as_case(), now, was, None))
    register_changes.problems = sorted(problems)
    return register_changes


def alike_numbers(rows: Iterable[CaseRow]) -> Iterator[Problem]:
    """Numbers of a file that differ only in capitals, or in zeros in front: taken as two children, and said."""
    first: dict[str, CaseRow] = {}
    for row in rows:
        other = first.setdefault(fold_number(row.person_id), row)
        if other is not row:
            why = (
                f"This number differs from that of row {other.row} only in capitals or in zeros in front. They were "
                "taken as two children; if they are one, merge them on the page of one of the two."
            )
            yield Problem(row.row, HEADINGS["person_id"], why, row.sheet)


def twice_in_file(row: CaseRow, number: str) -> Problem:
    """What to say of a row whose case was merged with another that is in the file too."""
    why = f"“{row.person_id}” was merged with “{number}”, which is in this file too. That row was used, this one not."
    return Problem(row.row, HEADINGS["person_id"], why, row.sheet)


def place_known_case(register_changes: RegisterChanges, change: ChangedCase) -> None:
    """Put a case that is known already where it belongs in the plan."""
    if "state" in change.differences and change.now.closed_on:
        register_changes.closed.append(change)
    elif change.differences:
        register_changes.changed.append(change)
    else:
        register_changes.unchanged += 1
        register_changes.refreshed.append(change)


def named_anew(rows: CaseRows, register: Register, answers: ListAnswers) -> dict[str, KnownCase]:
    """The cases that an extract names by another number than the register: one that was said to be the same child, or
    whose row was merged with this one.

    Where the extract has the register's own number too, they are two children.
    """
    cases = register.cases
    numbers = {number: case for case in cases.values() for number in case.other_numbers}
    others = (*register.merged.items(), *answers.same.items())
    numbers |= {new: cases[known] for new, known in others if known in cases}
    return {
        number: case
        for number, case in numbers.items()
        if number in rows.used and number not in cases and case.person_id not in rows.named
    }


def take_numbers(answers: ListAnswers, act: Act) -> None:
    """Keep the other numbers of cases that a file names anew, so that the next file is understood without asking."""
    known = {case.person_id: case for case in Case.objects.filter(person_id__in=answers.same.values())}
    for number, person_id in answers.same.items():
        case = known.get(person_id)
        if case is not None and number not in case.other_numbers:
            case.other_numbers = [*case.other_numbers, number]
            case.save(update_fields=["other_numbers"])
            act.add("case.named_anew", case, content={"number": number})


def new_teams(rows: Iterable[CaseRow], known: set[str], problems: list[Problem]) -> dict[str, str]:
    """Teams that no staff extract has named, with their service; each is said once, and so is one without a service."""
    services_by_team: dict[str, str] = {}
    said: set[str] = set()
    for row in rows:
        if not row.team:
            problems.append(
                Problem(row.row, "Team", "There is no team. The case is kept; no team manager sees it.", row.sheet)
            )
        elif row.team not in known | said:
            said.add(row.team)
            if row.service:
                services_by_team[row.team] = row.service
                why = f"“{row.team}” is not in the staff list. It was added to the service “{row.service}”."
            else:
                why = f"“{row.team}” is not in the staff list and has no service, so its cases are kept without a team."
            problems.append(Problem(row.row, "Team", why, row.sheet))
    return services_by_team


def lock() -> None:
    """Hold every case until the transaction ends, so that a plan made now is still true when it is applied.

    `no_key`: others may go on writing what points at a case, else an extract and a conflict wait for each other.
    """
    list(Case.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def check_categories_in_use() -> None:
    """Refuse (409) where an open case has a category that is not in use: it was taken out while a file was looked at.

    The register is locked (`extracts.lock_register`).
    """
    codes = [row.code for row in categories.case_categories_now().in_use]
    open_cases = Case.objects.filter(closed_on=None, merged_into=None).exclude(category__in=codes)
    code = open_cases.order_by("category").values_list("category", flat=True).first()
    if code is not None:
        number = open_cases.filter(category=code).count()
        raise NotNow(
            f"{number:,} open case{'' if number == 1 else 's'} would be of “{categories.name_of(code)}”, which is not "
            "in use any more. Nothing was changed. Use it again under Settings, or import a list without it."
        )


def apply_changes(register_changes: RegisterChanges, *, made_by: Import, act: Act) -> None:
    """Make the changes of a plan, in as many statements for one case as for all.

    Joins the transaction of `act`, in which `lock` was called before the plan was made.
    """
    on = made_by.as_at
    _, teams = staff_teams.make_teams(register_changes.teams, set(register_changes.teams.values()))
    people = dict(User.objects.values_list("email", "pk"))
    for change in register_changes.touched:
        change.case.team_id, change.case.keyworker_id = teams.get(change.now.team), people.get(change.now.keyworker)
        for name, value in zip(STORED, stored_of(change.now), strict=True):
            setattr(change.case, name, value)
    changes = (*register_changes.added, *register_changes.touched)
    rows = (
        (
            change.now.person_id,
            Case.Source.FILE.value if change.known is None else change.known.source,
            [] if change.known is None else change.known.other_numbers,
            teams.get(change.now.team),
            people.get(change.now.keyworker),
            *stored_of(change.now),
        )
        for change in progress.counted(changes, "cases written", len(changes))
    )
    written = ("team_id", "keyworker_id", *STORED)
    write_rows(Case, ("person_id", "source", "other_numbers", *written), rows, over="person_id", anew=written)
    grant_keyworkers(on=on)
    CaseChange.objects.bulk_create(
        [
            CaseChange(case=change.case, made_by=made_by, on=on, field=name, was=was[:254], now=now[:254])
            for change in (*register_changes.changed, *register_changes.closed)
            for name, (was, now) in change.differences.items()
        ]
    )
    reallocation.cases_moved([change.case for change in register_changes.changed], act)
    record_changes(register_changes, act)


def grant_keyworkers(*, on: date) -> list[int]:
    """Make everyone who works here and holds an open case a keyworker: their role follows their cases. Returns who was
    none.

    Asked of every open case, not of those that a file changes: somebody who was missing from one staff list lost the
    role, and their cases may stand in the next extract as they stood before.
    """
    held = Case.objects.filter(closed_on=None, keyworker__is_active=True, keyworker__left_on=None)
    return staff_roles.grant_keyworkers(set(held.order_by().values_list("keyworker", flat=True).distinct()), on=on)


def mend_keyworkers(act: Act, *, on: date) -> None:
    """Make sure, in the sweep, that whoever holds an open case is a keyworker: else their audits are shut to them."""
    already = Membership.objects.filter(role=Role.KEYWORKER, ends_on=None).values("user")
    others = User.objects.filter(is_active=True, left_on=None).exclude(pk__in=already)
    if not others.filter(Exists(Case.objects.filter(closed_on=None, keyworker=OuterRef("pk")))).exists():
        return
    for key in grant_keyworkers(on=on):
        act.add_by_ref("person.role_given", "user", str(key), now=Role.KEYWORKER, why="Holds an open case.")


def find_workers(*, made_by: Import, act: Act) -> None:
    """After a staff extract: give the open cases whose worker was not on the staff list to whom their extract names.

    So it does not matter which of the two files comes last. Whoever holds an open case is a keyworker again.
    """
    waiting = Case.objects.filter(source=Case.Source.FILE, closed_on=None, keyworker=None)
    workers, changes = Workers(made_by.as_at, []), []
    names = Names(dict(Team.objects.values_list("pk", "name")), workers.emails)
    for case in Register.at_hand(waiting).cases.values():
        was = names.standing_of(case)
        holder = workers.holder_of(was)
        if holder is not None:
            changes.append(ChangedCase(case.as_case(), replace(was, keyworker=holder.email), was, None))
    apply_changes(RegisterChanges({}, changed=changes), made_by=made_by, act=act)


def record_changes(register_changes: RegisterChanges, act: Act) -> None:
    """One trail entry a case that is new, changed, or closed."""
    for change in register_changes.added:
        act.add_by_ref("case.added", "case", change.now.person_id, now=change.now.state)
    for change in register_changes.changed:
        was = change.was.state if change.was else ""
        act.add("case.changed", change.case, was=was, now=change.now.state, content=change.differences)
    for change in register_changes.closed:
        act.add("case.closed", change.case, was="open", now=change.now.state, content=change.differences)
