"""The page of a file that closes many: what would close, what hangs on it, and what the file may be a part of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse

from audits.models import Audit, Case, Hold, Import
from audits.register import cases, extracts
from audits.register.case_fields import HEADINGS
from audits.register.changes import ChangeLine, ImportPreview, children, people_lines
from audits.register.closing_guard import Closing, ClosingGroup, closing_of
from audits.register.reading import Reading
from people import staff, trail
from people.list_answers import WHOLE_LIST, ListAnswers
from people.models import User
from qualitycounts.base.components import KeyFigure, Link, Note
from qualitycounts.base.spreadsheets import Column
from standards import categories

KINDS = {"team": "By team", "category": "By category", "service": "By service"}


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on what would close: how many of what, what becomes of them, and the audits among them."""

    number: int
    what: str
    then: str
    audits: tuple[Audit, ...] = ()

    @property
    def note(self) -> Note:
        """It in words, with the pages of its audits."""
        links = [Link(audit.ref, reverse("audit", args=[audit.ref])) for audit in self.audits]
        return Note(f"{self.number:,} {self.what}", f"{self.then}{':' if links else '.'}", links)


@dataclass(frozen=True, slots=True)
class PartChoice:
    """One thing that a file may be said to be."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class GuardWords:
    """What the page says of a list of cases, or of people."""

    what: str
    would: str
    title: str
    now: str
    stay: str
    button: str
    does: str


OF_CASES = GuardWords(
    what="open cases",
    would="Would close",
    title="What would close",
    now="Open now",
    stay="Stay open",
    button="Close them and apply the file",
    does="close",
)
OF_PEOPLE = GuardWords(
    what="people",
    would="Would leave",
    title="Who would leave",
    now="Here now",
    stay="Would stay",
    button="Let them leave and apply the file",
    does="take away",
)


@dataclass(frozen=True, slots=True)
class GuardPage:
    """All that the page shows beside the counts of its preview."""

    closing: Closing
    by: str
    tabs: list[dict[str, object]]
    groups: list[ClosingGroup]
    lines: list[ChangeLine]
    hanging: list[Note]
    rows_before: int | None
    parts: dict[str, list[str]]
    as_found: Closing | None
    answers: ListAnswers

    @property
    def ticks(self) -> list[tuple[str, list[tuple[str, bool]]]]:
        """The teams, and the categories, that may be ticked, each with whether it is."""
        ticked = {"teams": self.answers.teams, "categories": self.answers.categories}
        lists = [(name, [(each, each in ticked[name]) for each in self.parts[name]]) for name in ticked]
        return [(name, choices) for name, choices in lists if choices]

    @property
    def choices(self) -> list[PartChoice]:
        """What the file may be said to be: the teams found in it, what is ticked, or the whole list after all."""
        in_file, is_part = self.parts["found"], self.answers.is_part
        choices = [PartChoice("ticked", "What I tick below", is_part or not in_file)]
        if in_file:
            teams = f"The {len(in_file)} team{'' if len(in_file) == 1 else 's'} found in it"
            choices.insert(0, PartChoice("teams", teams, not is_part))
        return [*choices, PartChoice("whole", "The whole list", False)] if is_part else choices

    @property
    def words(self) -> GuardWords:
        """The words of a list of this kind."""
        return OF_PEOPLE if self.closing.of_people else OF_CASES

    @property
    def title(self) -> str:
        """What the file would do, as the page is called."""
        closing = self.closing
        if closing.of_people:
            return f"This file would take {closing.number:,} of {closing.base:,} people away"
        return f"This file would close {closing.number:,} of {closing.base:,} open cases"

    @property
    def heading(self) -> str:
        """The same as its first heading, with the share."""
        closing = self.closing
        if closing.of_people:
            return f"After this file {closing.number:,} of {closing.base:,} people would have left: {closing.share} %"
        return f"{self.title}: {closing.share} %"

    @property
    def caption(self) -> str:
        """What the table of groups holds."""
        return f"{self.words.what.capitalize()} by {self.by}, most missing first"

    def figures(self, preview: ImportPreview) -> list[KeyFigure]:
        """The counts of the file, what would close among them."""
        counts, before = preview.counts, self.rows_before
        numbers = [(tab, tab["number"]) for tab in preview.tabs if tab["key"] not in ("closed", "left")]
        others = [
            KeyFigure(str(tab["text"]).capitalize(), number, url=str(tab["url"]))
            for tab, number in numbers
            if isinstance(number, int) and number
        ]
        return [
            KeyFigure("Rows in this file", counts["rows"], f"the last one had {before:,}" if before else ""),
            KeyFigure(self.words.would, self.closing.number),
            *others,
            KeyFigure("Unchanged", counts["unchanged"]),
        ]


def guard_page(looked_at: Import, reading: Reading, *, by: str = "", name: str = "") -> GuardPage:
    """What the page shows: `by` is the kind of groups, or "all" for the lines, of one group where `name` is given."""
    closing = closing_of(reading)
    kinds = ["team", "service"] if closing.of_people else ["team", "category"]
    by = by if by in (*kinds, "all") else kinds[0]
    tabs: list[dict[str, object]] = [{"key": kind, "text": KINDS[kind], "current": kind == by} for kind in kinds]
    tabs.append({"key": "all", "text": f"All {closing.number:,}, one by one", "current": by == "all"})
    latest = extracts.latest_applied(looked_at.kind)
    parts = parts_of(reading)
    as_found = closing_with(reading, ListAnswers(teams=tuple(parts["found"])))
    return GuardPage(
        closing=closing,
        by=by,
        tabs=tabs,
        groups=closing.of_kind(by),
        lines=closing_lines(reading, name),
        hanging=[each.note for each in hanging_on(reading.plan) if each.number],
        rows_before=latest.counts.get("rows") if latest else None,
        parts=parts,
        as_found=as_found if parts["found"] and not reading.answers.is_part else None,
        answers=reading.answers,
    )


def teams_in(reading: Reading) -> list[str]:
    """The teams that the rows of a file name."""
    return sorted({row.team for row in reading.cleaned.used.values() if row.team})


def parts_of(reading: Reading) -> dict[str, list[str]]:
    """What a file may be said to cover: the teams that its rows name, every team that has open cases or people, and
    the categories."""
    closing = closing_of(replace(reading, answers=WHOLE_LIST))
    named_teams, teams = teams_in(reading), {group.name for group in closing.of_kind("team")}
    codes = [] if closing.of_people else [row.code for row in categories.case_categories().in_use]
    return {"found": sorted(teams.intersection(named_teams)), "teams": sorted(teams), "categories": codes}


def closing_with(reading: Reading, answers: ListAnswers) -> Closing:
    """What the file would close if it covered only a part of the list."""
    plan = reading.plan
    if isinstance(plan, staff.Plan):
        left = [user for user in plan.left if answers.covers(str(user.team or ""))]
        return closing_of(replace(reading, plan=replace(plan, left=left), answers=answers))
    closed = [
        each for each in plan.closed if each.row or (each.was and answers.covers(each.was.team, each.was.category))
    ]
    return closing_of(replace(reading, plan=replace(plan, closed=closed), answers=answers))


def closing_lines(reading: Reading, name: str) -> list[ChangeLine]:
    """Each case or person that would close or leave as a line; those of one team, service or category by its name."""
    plan = reading.plan
    if isinstance(plan, staff.Plan):
        left = [user for user in plan.left if not name or name in (str(user.team or ""), str(user.service or ""))]
        return list(people_lines(replace(plan, left=left), "left"))
    names = categories.case_categories().names
    closed = [
        each for each in plan.closed if not name or (each.was and name in (each.was.team, names[each.was.category]))
    ]
    return list(children(replace(plan, closed=closed), "closed"))


def hanging_on(plan: cases.RegisterChanges | staff.Plan) -> Iterator[Hanging]:
    """What would stand on cases that close, or wait for people who have left."""
    if isinstance(plan, staff.Plan):
        waiting = Audit.objects.filter(state__in=Audit.NOT_MET, auditor__in=plan.left).order_by("month", "number")
        held = Case.objects.filter(closed_on=None, keyworker__in=plan.left).count()
        yield Hanging(len(waiting), "audits", "would go to other auditors, their meetings cancelled", tuple(waiting))
        yield Hanging(held, "open cases", "would have a worker who has left, and could not be drawn")
        return
    closing = [each.case.pk for each in plan.closed]
    audits = Audit.objects.filter(case__in=closing).order_by("month", "number")
    waiting = audits.filter(state__in=Audit.NOT_MET)
    yield Hanging(len(waiting), "audits", "already drawn would stand on closed cases, to be replaced", tuple(waiting))
    held = Hold.objects.filter(audit__in=audits, lifted=None).values("audit").distinct().count()
    yield Hanging(held, "escalations", "run on: their steps would ask for work on a closed case")
    workers = {each.case.keyworker_id for each in plan.closed if each.case.keyworker_id}
    busy = Case.objects.filter(closed_on=None, keyworker__in=workers).exclude(pk__in=closing).values("keyworker")
    idle = len(workers) - busy.distinct().count()
    yield Hanging(idle, "workers", "would hold no open case any more")


CLOSING_CASES: tuple[Column[Any], ...] = (
    Column(HEADINGS["person_id"], lambda change: change.case.person_id),
    Column("Category", lambda change: change.was.category),
    Column("Team", lambda change: change.was.team),
    Column("Worker", lambda change: change.was.worker),
    Column("Opened", lambda change: change.was.opened_on),
    Column("In the file", lambda change: change.row is not None),
)
LEAVING_PEOPLE: tuple[Column[Any], ...] = (
    Column("Name", lambda user: user.name),
    Column("Email", lambda user: user.email),
    Column("Job title", lambda user: user.job_title),
    Column("Team", lambda user: str(user.team or "")),
)


def take_closing_away(
    looked_at: Import, reading: Reading, *, by: User, at: datetime
) -> tuple[tuple[Column[Any], ...], list[Any]]:
    """What would close as the columns and rows of a file, to be sent to whoever made the list; the trail keeps who."""
    plan = reading.plan
    columns, rows = (
        (LEAVING_PEOPLE, list(plan.left)) if isinstance(plan, staff.Plan) else (CLOSING_CASES, list(plan.closed))
    )
    with trail.acting(by=by, at=at) as act:
        act.add("import.closing_exported", looked_at, content={"rows": len(rows)})
    return columns, rows
