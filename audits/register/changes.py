"""What an extract would change, a line for each, to be read before it is applied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from audits.models import Audit, Import
from audits.register import cases, extracts, reallocation
from audits.register.closing_guard import Closing, closing_of
from audits.register.oddities import Numbers, group_problems, person_numbers
from audits.register.reading import Reading
from people import staff
from qualitycounts.base.dates import date_in_words
from qualitycounts.base.problems import Problem
from qualitycounts.base.refusals import NotNow
from standards import categories

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
class ChangeLine:
    """One person or case: where it stands in the file, who it is, and what would happen; of problems, how many cells
    of one column are of one kind, and what that is."""

    row: int | None
    who: str
    what: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """All that the page of one extract shows. `why_not` says why it cannot be applied, if it cannot; `closing` is what
    it would close while it can."""

    counts: Mapping[str, int]
    group: str
    tabs: list[dict[str, object]]
    lines: list[ChangeLine]
    warnings: list[str]
    why_not: str = ""
    closing: Closing | None = None
    reading: Reading | None = None
    to_replace: Sequence[Audit] = ()
    moved: Sequence[Audit] = ()
    covers: str = ""
    without_worker: int = 0
    """Cases, or people, whose worker or manager nobody on the staff list is for certain; somebody may be meant."""

    @property
    def asks_first(self) -> bool:
        """Whether the page opens on what would close: the number and a reason are asked for before anything else."""
        return self.closing is not None and self.closing.asks and self.group in ("closed", "left")

    @property
    def title(self) -> str:
        """What the lines are, in a word."""
        return GROUPS[self.group].capitalize()

    @property
    def of_cells(self) -> bool:
        """Whether the lines are about cells of the file rather than people or cases."""
        return self.group in ("refused", "odd", "problems")


def preview_import(looked_at: Import, *, group: str, on: date) -> ImportPreview:
    """What an extract would change now or, once it cannot be applied any more, what was said of it then.

    `group` names the lines wanted. Where it names none, they are what the file closes if that has to be confirmed,
    else the first group that has any. `on` is today.
    """
    try:
        reading = extracts.read_again(looked_at)
    except NotNow as refusal:
        return told_then(looked_at, group=group, why_not=refusal.sentence)
    sizes = reading.counts | {
        "refused": len({(each.sheet, each.row) for each in problems_of(reading, used=False)}),
        "odd": len(problems_of(reading, used=True)),
    }
    closing = closing_of(reading)
    first = "left" if closing.of_people else "closed"
    tabs = tabs_of(sizes, group or (first if closing.asks else ""))
    group = chosen_tab(tabs)
    to_replace, moved = reading.drawn
    return ImportPreview(
        counts=reading.counts,
        group=group,
        tabs=tabs,
        lines=lines(reading, group),
        warnings=warnings(kind=looked_at.kind, as_at=looked_at.as_at, on=on),
        why_not="The register is already as this file has it, so there is nothing to apply."
        if reading.changes_nothing
        else "",
        closing=closing,
        reading=reading,
        to_replace=to_replace,
        moved=moved,
        covers=reading.answers.part_in_words,
        without_worker=without_certain_name(reading),
    )


def warnings(*, kind: str, as_at: date, on: date) -> list[str]:
    """What is odd about the date a file is said to be of: it is still to come, or a later file was applied before."""
    sentences = []
    if as_at > on:
        sentences.append(f"{date_in_words(as_at)} is still to come. An extract is as at the day it was taken.")
    latest = extracts.latest_applied(kind)
    if latest is not None and latest.as_at > as_at:
        sentences.append(
            f"The last of these extracts to be applied was as at {date_in_words(latest.as_at)}, later than this one. "
            "Applying this one takes the register back."
        )
    return sentences


def without_certain_name(reading: Reading) -> int:
    """How many cases a list would leave without a keyworker though it names a worker; of a staff list, how many people
    without a line manager though it names one."""
    if isinstance(reading.plan, staff.Plan):
        return reading.plan.managers_unknown
    changes = (*reading.plan.added, *reading.plan.changed, *reading.plan.refreshed)
    return sum(bool(change.now.worker_name) and not change.now.keyworker for change in changes)


def told_then(looked_at: Import, *, group: str, why_not: str) -> ImportPreview:
    """What was said of an extract when it was looked at, and what it changed if it was applied; its file is gone."""
    said = [Problem(**each) for each in looked_at.problems]
    lines_by_tab = {"problems": group_lines(said, {})}
    if looked_at.applied and looked_at.kind == Import.Kind.CASES:
        made = looked_at.changes.select_related("case").order_by("case__person_id", "pk")
        lines_by_tab["changes"] = [
            ChangeLine(
                None,
                each.case.person_id,
                differences_in_words({each.field: (each.was, each.now)}),
                "Put back" if each.taken_back else "",
            )
            for each in made
        ]
    sizes = {key: len(lines) for key, lines in lines_by_tab.items()} | {"problems": len(said)}
    tabs = tabs_of(sizes, group)
    group = chosen_tab(tabs)
    return ImportPreview(
        looked_at.counts,
        group,
        tabs,
        lines_by_tab[group],
        [],
        why_not,
        to_replace=reallocation.closed_by(looked_at),
        moved=reallocation.moved_by(looked_at) if looked_at.state == Import.State.APPLIED else (),
    )


def tabs_of(sizes: Mapping[str, int], group: str) -> list[dict[str, object]]:
    """A count for each group, each a link to its lines; the one asked for, else the first with any, is current."""
    shown = [key for key in GROUPS if key in sizes]
    if group not in shown:
        group = next((key for key in shown if sizes[key]), shown[-1])
    return [
        {"key": key, "number": sizes[key], "text": GROUPS[key], "url": f"?show={key}", "current": key == group}
        for key in shown
    ]


def chosen_tab(tabs: list[dict[str, object]]) -> str:
    """The group whose tab is current."""
    return next(str(tab["key"]) for tab in tabs if tab["current"])


def group_lines(problems: Iterable[Problem], numbers: Numbers) -> list[ChangeLine]:
    """The problems as lines, one a column and kind, each with the rows it is in."""
    groups = group_problems(problems, numbers)
    return [ChangeLine(len(group.problems), group.column or "The whole row", group.why, group.rows) for group in groups]


def lines(reading: Reading, group: str) -> list[ChangeLine]:
    """The lines of a group, in the order of the file: "refused" is what is wrong with the rows not used, "odd" what was
    used all the same, both a line a column and kind."""
    if group in ("odd", "refused"):
        return group_lines(problems_of(reading, used=group == "odd"), person_numbers(reading))
    if isinstance(reading.plan, staff.Plan):
        return list(people_lines(reading.plan, group))
    return list(children(reading.plan, group))


def problems_of(reading: Reading, *, used: bool) -> list[Problem]:
    """What is said of the rows that are used, or of those that are not."""
    return [each for each in reading.plan.problems if ((each.sheet, each.row) in reading.used) == used]


def people_lines(plan: staff.Plan, group: str) -> Iterable[ChangeLine]:
    """Staff who are new, changed or left."""
    if group == "added":
        for new in plan.added:
            now = new.now
            where = ", ".join(part for part in (now.team, now.service) if part)
            roles = f"Roles: {staff.in_words(new.given)}"
            waits = f". Waits for an administrator: {staff.in_words(new.waits)}" if new.waits else ""
            yield ChangeLine(
                new.row.row, now.name, now.job_title or "No job title", f"{where}. {roles}{waits}".lstrip(". ")
            )
    elif group == "changed":
        for change in plan.changed:
            yield ChangeLine(change.row.row, change.now.name, differences_in_words(change.differences))
    elif group == "left":
        for user in plan.left:
            yield ChangeLine(None, user.name, "Not in this extract: has left", user.job_title)


def children(plan: cases.RegisterChanges, group: str) -> Iterable[ChangeLine]:
    """Cases that are new, changed or closed."""
    changes = {"added": plan.added, "changed": plan.changed, "closed": plan.closed}.get(group, [])
    for change in changes:
        now = change.now
        where = f"{now.team or 'No team'}. Worker: {now.worker}"
        if group == "added":
            category = categories.name_of(now.category)
            yield ChangeLine(
                change.row, change.now.person_id, category + (f", {now.state}" if now.closed_on else ""), where
            )
        elif change.row is None:
            yield ChangeLine(None, change.now.person_id, f"Not in this extract: {now.state}", where)
        else:
            yield ChangeLine(change.row, change.now.person_id, differences_in_words(change.differences), where)


def differences_in_words(differences: Mapping[str, tuple[str, str]]) -> str:
    """Each difference as "Worker: a → b"."""
    pairs = ((name.capitalize(), was or "none", now or "none") for name, (was, now) in differences.items())
    return "; ".join(f"{name}: {was} → {now}" for name, was, now in pairs)


def import_in_words(applied: Import) -> str:
    """What applying an extract did, in one sentence."""
    gone = "left" if applied.kind == Import.Kind.STAFF else "closed"
    did = ", ".join(f"{applied.counts[key]:,} {key}" for key in ("added", "changed", gone))
    return f"{applied.get_kind_display()}: {did}."
