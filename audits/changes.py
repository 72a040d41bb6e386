"""What an extract would change, a line for each, to be read before it is applied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

from audits import cases, register
from audits.models import Import
from audits.register import Reading
from people import staff
from people.problems import Problem
from qualitycounts.refusals import NotNow
from standards.models import Category

GROUPS = {
    "added": "new",
    "changed": "changed",
    "closed": "closed",
    "left": "left",
    "changes": "changed or closed",
    "refused": "not used",
    "odd": "used, but odd",
    "problems": "problems",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One person or case: where it stands in the file, who it is, and what would happen."""

    row: int | None
    who: str
    what: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """All that the page of one extract shows. `why_not` says why it cannot be applied, if it cannot."""

    counts: Mapping[str, int]
    group: str
    tabs: list[dict[str, object]]
    lines: list[Line]
    warnings: list[str]
    why_not: str = ""

    @property
    def title(self) -> str:
        """What the lines are, in a word."""
        return GROUPS[self.group].capitalize()

    @property
    def of_cells(self) -> bool:
        """Whether the lines are about cells of the file rather than people or cases."""
        return self.group in ("refused", "odd", "problems")


def preview(looked_at: Import, *, group: str, on: date) -> Preview:
    """What an extract would change now or, once it cannot be applied any more, what was said of it then.

    `group` names the lines wanted; the first group that has any, where it names none. `on` is today.
    """
    try:
        reading = register.read_again(looked_at)
    except NotNow as refusal:
        return told(looked_at, group=group, why_not=refusal.sentence)
    sizes = reading.counts | {key: len(lines(reading, key)) for key in ("refused", "odd")}
    tabs = tabs_of(sizes, group)
    group = chosen(tabs)
    return Preview(
        counts=reading.counts,
        group=group,
        tabs=tabs,
        lines=lines(reading, group),
        warnings=register.warnings(kind=looked_at.kind, as_at=looked_at.as_at, on=on),
        why_not="The register is already as this file has it, so there is nothing to apply."
        if reading.changes_nothing
        else "",
    )


def told(looked_at: Import, *, group: str, why_not: str) -> Preview:
    """What was said of an extract when it was looked at, and what it changed if it was applied; its file is gone."""
    found = {"problems": [line_of(each["row"], each["column"], each["why"]) for each in looked_at.problems]}
    if looked_at.applied and looked_at.kind == Import.Kind.CASES:
        made = looked_at.changes.select_related("case").order_by("case__person_id", "pk")
        found["changes"] = [
            Line(None, each.case.person_id, in_words({each.field: (each.was, each.now)})) for each in made
        ]
    tabs = tabs_of({key: len(lines) for key, lines in found.items()}, group)
    group = chosen(tabs)
    return Preview(looked_at.counts, group, tabs, found[group], [], why_not)


def tabs_of(sizes: Mapping[str, int], group: str) -> list[dict[str, object]]:
    """A count for each group, each a link to its lines; the one asked for, else the first with any, is current."""
    shown = [key for key in GROUPS if key in sizes]
    if group not in shown:
        group = next((key for key in shown if sizes[key]), shown[-1])
    return [
        {"key": key, "number": sizes[key], "text": GROUPS[key], "url": f"?show={key}", "current": key == group}
        for key in shown
    ]


def chosen(tabs: list[dict[str, object]]) -> str:
    """The group whose tab is current."""
    return next(str(tab["key"]) for tab in tabs if tab["current"])


def line_of(row: int, column: str, why: str) -> Line:
    """A problem as a line."""
    return Line(row, column or "The whole row", why)


def whole_row(row: int, said: Sequence[Problem]) -> Line:
    """All that is said of one row as a line."""
    columns = dict.fromkeys(each.column or "The whole row" for each in said)
    return Line(row, ", ".join(columns), " ".join(each.why for each in said))


def lines(reading: Reading, group: str) -> list[Line]:
    """The lines of a group, in the order of the file: "refused" are the rows not used, each once with all that is said
    of it; "odd" what was used all the same, cell by cell."""
    if group == "odd":
        return [line_of(*each) for each in reading.plan.problems if each.row in reading.used]
    if group == "refused":
        refused = (each for each in reading.plan.problems if each.row not in reading.used)
        return [whole_row(row, list(some)) for row, some in groupby(refused, key=attrgetter("row"))]
    if isinstance(reading.plan, staff.Plan):
        return list(people(reading.plan, group))
    return list(children(reading.plan, group))


def people(plan: staff.Plan, group: str) -> Iterable[Line]:
    """Staff who are new, changed or left."""
    if group == "added":
        for new in plan.added:
            now = new.now
            where = ", ".join(part for part in (now.team, now.service) if part)
            roles = staff.in_words(now.roles)
            yield Line(new.row.row, now.name, now.job_title or "No job title", f"{where}. Roles: {roles}".lstrip(". "))
    elif group == "changed":
        for change in plan.changed:
            yield Line(change.row.row, change.now.name, in_words(change.differences))
    elif group == "left":
        for user in plan.left:
            yield Line(None, user.name, "Not in this extract: has left", user.job_title)


def children(plan: cases.Plan, group: str) -> Iterable[Line]:
    """Cases that are new, changed or closed."""
    changes = {"added": plan.added, "changed": plan.changed, "closed": plan.closed}.get(group, [])
    for change in changes:
        now = change.now
        where = f"{now.team or 'No team'}. Worker: {now.worker}"
        if group == "added":
            category = Category(now.category).label
            yield Line(change.row, change.case.person_id, category + (f", {now.state}" if now.closed_on else ""), where)
        elif change.row is None:
            yield Line(None, change.case.person_id, f"Not in this extract: {now.state}", where)
        else:
            yield Line(change.row, change.case.person_id, in_words(change.differences), where)


def in_words(differences: Mapping[str, tuple[str, str]]) -> str:
    """Each difference as "Worker: a → b"."""
    pairs = ((name.capitalize(), was or "none", now or "none") for name, (was, now) in differences.items())
    return "; ".join(f"{name}: {was} → {now}" for name, was, now in pairs)


def done(applied: Import) -> str:
    """What applying an extract did, in one sentence."""
    gone = "left" if applied.kind == Import.Kind.STAFF else "closed"
    did = ", ".join(f"{applied.counts[key]:,} {key}" for key in ("added", "changed", gone))
    return f"{applied.get_kind_display()}: {did}."
