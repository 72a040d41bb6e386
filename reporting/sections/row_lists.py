"""The rows behind the figures of a report: audits and actions as they were frozen, and the lists that count them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from audits.models import Activity, Audit
from reporting.sections.base import KINDS, NO_DRAW
from standards.grades import words_to_count


@dataclass(frozen=True)
class AuditRow:
    """One audit as it was counted. Rows that were frozen before audits had a kind are of none."""

    ref: str
    on: str
    state: str
    grade: str
    category: str
    team: str
    before: str
    kind: str = NO_DRAW
    set: str = ""
    grades: dict[str, str] = field(default_factory=dict)
    """By the number of the standard; "-" where it does not apply."""

    @property
    def re_audited(self) -> bool:
        """Whether it stands and is a re-audit."""
        return self.state in Audit.FINAL and bool(self.before)

    @property
    def stands(self) -> bool:
        """Whether it is one that the grades count: it stands, and is no re-audit."""
        return self.state in Audit.FINAL and not self.before

    @property
    def core(self) -> bool:
        """Whether it is one of those that the headline counts."""
        return self.stands and self.kind in (Activity.Kind.CORE, NO_DRAW)

    @property
    def cells(self) -> list[str]:
        """Its row in a list."""
        return [self.ref, self.on, words_to_count(self.grade), self.category, self.team, KINDS[self.kind]]


@dataclass(frozen=True)
class ActionRow:
    """One action that fell due in the period or was overdue, as it was counted."""

    ref: str
    kind: str
    first: str
    due: str
    done: str
    fell_due: bool
    overdue: bool

    @property
    def cells(self) -> list[str]:
        """Its row in a list."""
        return [self.ref, self.kind, self.first, self.due, self.done]


@dataclass(frozen=True)
class RowsBehind:
    """Every audit and action that the figures of a report count."""

    audits: list[AuditRow]
    actions: list[ActionRow]


@dataclass(frozen=True)
class AuditList:
    """The audits that one figure counts. `standard` is the number of the standard that it is of, where it is of one."""

    slug: str
    title: str
    counts: Callable[[AuditRow], bool]
    standard: int = 0
    heads = ("Audit", "Finalised", "Case grade", "Category", "Team then", "Kind")
    route = "audit"

    def rows(self, behind: RowsBehind) -> list[list[str]]:
        """The rows that it counts."""
        return [row.cells for row in behind.audits if self.counts(row)]


@dataclass(frozen=True)
class ActionList:
    """The actions that one figure counts."""

    slug: str
    title: str
    counts: Callable[[ActionRow], bool]
    standard: int = 0
    heads = ("Action", "Kind", "First date", "Date now", "Done")
    route = "action"

    def rows(self, behind: RowsBehind) -> list[list[str]]:
        """The rows that it counts."""
        return [row.cells for row in behind.actions if self.counts(row)]


RowList = AuditList | ActionList
