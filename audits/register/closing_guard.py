"""How many cases or people one file closes, and when it has to be said that this is meant.

The commonest accident is a list that was filtered or cut short: whatever it does not name would be closed, or have
left. So a file that closes more than a share of what is open, or a whole team, service or category, is applied only
with the number given and a reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count

from audits.models import Case
from audits.register import cases
from audits.register.case_rows import CaseRows
from audits.register.reading import FileRefused, Reading
from people import council_settings, staff
from people.models import User
from people.staff import Profile
from standards import categories

FEW = 3
"""Closings that are never asked about: in a register of a few dozen, a tenth is an ordinary month."""
CLOSED_UNASKED = council_settings.Number(
    "closed_unasked",
    "Share of open cases, or of people, that one file closes unasked",
    "Register",
    "A file that closes more of the cases, or takes away more of the people, that earlier files brought in is applied "
    f"only once their number is typed, with a reason. Up to {FEW} are never asked about. Ours.",
    default=10,
    least=0,
    most=50,
    unit="in a hundred",
)
OUTSIDE = "outside"
Groups = Counter[tuple[str, str]]
"""How many cases or people there are of each ("team", its name), ("service", …) and ("category", …)."""


@dataclass(frozen=True, slots=True)
class ClosingGroup:
    """A team, service or category: how many are open, and how many of them a file closes. `vanishes`: none is left."""

    kind: str
    name: str
    open: int
    closes: int
    vanishes: bool

    @property
    def stays(self) -> int:
        """How many of those open now the file leaves open."""
        return self.open - self.closes

    @property
    def share(self) -> int:
        """The share that closes, of a hundred."""
        return round(self.closes * 100 / self.open)


@dataclass(frozen=True, slots=True)
class Closing:
    """What a file closes: `number` cases or people out of `base`; `asks` says whether the number has to be given."""

    of_people: bool
    number: int
    base: int
    asks: bool
    groups: list[ClosingGroup] = field(default_factory=list)
    nameless: int = 0
    """Rows that look like a child's and have no number: whose they are cannot be told, and those may close."""
    outside: int = 0
    """How many open cases are of a part of the list that the file does not cover: they stay as they are."""

    @property
    def stays(self) -> int:
        """How many stay."""
        return self.base - self.number

    @property
    def share(self) -> int:
        """The share that closes, of a hundred."""
        return round(self.number * 100 / max(self.base, 1))

    @property
    def sentence(self) -> str:
        """The number and what it is out of, as the page and the command say it."""
        if self.of_people:
            return (
                f"After this file {self.number:,} of the {self.base:,} people whom earlier lists brought in "
                f"({self.share}%) have left, and can no longer sign in.{self.missing}"
            )
        return (
            f"This file closes {self.number:,} of the {self.base:,} open cases that earlier files brought in "
            f"({self.share}%).{self.missing}{self.unnamed}"
        )

    @property
    def unnamed(self) -> str:
        """That rows have no number, as a sentence after another; "" where none or few have none."""
        if self.nameless <= FEW:
            return ""
        return f" {self.nameless:,} rows have no person number: some of these cases may be theirs, and still be open."

    @property
    def missing(self) -> str:
        """Which whole teams, services and categories vanish, as a sentence after another; "" for none."""
        gone: dict[str, list[str]] = {}
        for group in self.groups:
            if group.vanishes:
                gone.setdefault(group.kind, []).append(group.name)
        return "".join(f" Whole {kind} missing: {', '.join(names)}." for kind, names in gone.items())

    def of_kind(self, kind: str) -> list[ClosingGroup]:
        """The groups of a kind, those that vanish first, then by how many close."""
        groups = [group for group in self.groups if group.kind == kind]
        return sorted(groups, key=lambda group: (not group.vanishes, -group.closes, group.name))


@council_settings.read_once()
def closing_of(reading: Reading) -> Closing:
    """Count what a file closes, and decide whether that is asked about.

    The base is what a file can close: open cases, or people who work here, that an earlier file brought in, of the part
    that it covers. The demonstration's own and people made by hand are not in it, as no file that leaves them out
    closes them (one that gives a case of the demonstration a closing date adds it to both numbers).
    """
    plan = reading.plan
    of_people = isinstance(plan, staff.Plan)
    if isinstance(plan, staff.Plan):
        number, (before, closed, after) = len(plan.left), people_by_group(reading, plan)
    else:
        number, (before, closed, after) = len(plan.closed), cases_by_group(reading, plan)
    base = sum(count for (kind, _), count in before.items() if kind == "all")
    groups = [
        ClosingGroup(kind, name, count, closed[kind, name], vanishes(count, closed[kind, name], after[kind, name]))
        for (kind, name), count in before.items()
        if kind not in ("all", OUTSIDE) and name
    ]
    too_many = number * 100 > base * CLOSED_UNASKED.value()
    nameless = len(reading.cleaned.nameless) if isinstance(reading.cleaned, CaseRows) else 0
    asks = number > FEW and (too_many or nameless > FEW or any(group.vanishes for group in groups))
    return Closing(of_people, number, base, asks, groups, nameless, before[OUTSIDE, ""])


def vanishes(open_now: int, closes: int, left: int) -> bool:
    """Whether a group is gone after a file because its cases close, or its people leave: not one that was renamed."""
    return left == 0 and closes > FEW and closes * 2 > open_now


def cases_by_group(reading: Reading, plan: cases.RegisterChanges) -> tuple[Groups, Groups, Groups]:
    """The open cases of each group before a file, those that it closes, and those that are open after it."""
    services = plan.services
    before, closed, after = Groups(), Groups(), Groups()
    held = Case.objects.filter(source=Case.Source.FILE, closed_on=None).order_by()
    for team, category, count in held.values_list("team__name", "category").annotate(Count("pk")):
        if reading.answers.covers(team or "", category):
            count_case(before, services, team or "", category, count)
        else:
            before[OUTSIDE, ""] += count
    for change in plan.closed:
        if change.was is not None:
            count_case(closed, services, change.was.team, change.was.category)
            if change.case.source != Case.Source.FILE:
                count_case(before, services, change.was.team, change.was.category)
    after.update(before)
    after.subtract(closed)
    for change in (*plan.changed, *plan.added):
        if change.was is not None and change.was.closed_on is None:
            count_case(after, services, change.was.team, change.was.category, -1)
        if change.now.closed_on is None:
            count_case(after, services, change.now.team, change.now.category)
    return before, closed, after


def count_case(groups: Groups, services: Mapping[str, str], team: str, category: str, count: int = 1) -> None:
    """Count cases under all that they belong to."""
    name = categories.name_of(category)
    for key in (("all", ""), ("team", team), ("service", services.get(team, "")), ("category", name)):
        groups[key] += count


def people_by_group(reading: Reading, plan: staff.Plan) -> tuple[Groups, Groups, Groups]:
    """The people of each group before a file, those who leave, and those who are there after it."""
    held = User.objects.filter(source=User.Source.FILE, left_on=None).select_related("team", "service")
    covered = [user for user in held if reading.answers.covers(user.team.name if user.team else "")]
    before, closed = Groups(groups_of_people(covered)), Groups(groups_of_people(plan.left))
    after = before.copy()
    after.subtract(closed)
    was = [each.was for each in plan.changed if each.was is not None and each.was.left_on is None]
    after.subtract(groups_of_people(was))
    after.update(groups_of_people(change.now for change in plan.people))
    return before, closed, after


def groups_of_people(people: Iterable[User | Profile]) -> Iterable[tuple[str, str]]:
    """Every group that each of these people belongs to."""
    for person in people:
        yield "all", ""
        yield "team", str(person.team or "")
        yield "service", str(person.service or "")


def check_closing(reading: Reading, given: int | None) -> None:
    """Refuse (`FileRefused`, 422) a file that closes another number than the one given, or too many with none given."""
    closing = closing_of(reading)
    if given == closing.number or (given is None and not closing.asks):
        return
    said = "" if given is None else f"You gave the number {given:,}. "
    raise FileRefused(
        f"{said}{closing.sentence} Nothing was changed. If all of them are meant, give the number: "
        f"{closing.number:,}. If not, export the whole list again, without a filter.",
        reading,
        "closing",
    )


def check_closing_why(reading: Reading, why: str, *, by: User | None) -> str:
    """Give back the reason for a file that closes many. Refused (`FileRefused`, 422): a person gives none."""
    reason = why.strip()
    if by is not None and not reason and closing_of(reading).asks:
        raise FileRefused(
            "Say why so many close, for example “Youth Justice has its own system now”. It stays with the import.",
            reading,
            "why",
        )
    return reason
