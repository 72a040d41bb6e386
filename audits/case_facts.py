"""The dates that case extracts give, in words, beside the questions they answer. A fact never marks anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from audits.models import Audit, Case
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import date_in_words
from standards.models import FactKind


@dataclass(frozen=True, slots=True)
class CaseFact:
    """One date of a case: the day, the file that said it (`as_at` None where that was not kept; `source` the mapping
    it was read by, "" for our own columns), and the day of the `meeting` it is counted to, if there is one."""

    kind: FactKind
    on: date
    as_at: date | None
    source: str
    meeting: date | None

    @property
    def what(self) -> str:
        """What the date is of, and the day: "Last visit: 3 November 2026"."""
        return f"{self.kind.label}: {date_in_words(self.on)}"

    @property
    def distance(self) -> str:
        """How far it lies from the meeting, in calendar days; "" without one."""
        days = (self.meeting - self.on).days if self.meeting else None
        if not days:
            return "" if days is None else "the day of this meeting"
        count = f"{abs(days):,} day{'' if abs(days) == 1 else 's'}"
        return f"{count} before this meeting" if days > 0 else f"still to come, {count} after this meeting"

    @property
    def origin(self) -> str:
        """Where it comes from: "register of 28 November 2026", or the list of that day."""
        return f"{self.source or 'register'}{f' of {date_in_words(self.as_at)}' if self.as_at else ''}"

    def __str__(self) -> str:
        """The whole line: "Last visit: 3 November 2026, 26 days before this meeting (register of 28 November 2026)"."""
        return f"{', '.join(filter(None, (self.what, self.distance)))} ({self.origin})"


def facts_of(case: Case, meeting: date | None = None) -> dict[str, CaseFact]:
    """Every date that the register has of a case, by its kind; nothing for one that it has not."""
    facts = {}
    for kind in FactKind:
        on = getattr(case, f"{kind}_on")
        if on is not None:
            as_at, source = case.fact_sources.get(kind, (None, ""))
            facts[kind.value] = CaseFact(kind, on, date.fromisoformat(as_at) if as_at else None, source, meeting)
    return facts


def audit_facts(audit: Audit, on: date | None = None) -> dict[str, CaseFact]:
    """The dates of an audit's case, counted to its meeting: to the day `on` which it is looked at while it lasts, else
    to the day on which it ended or for which it is booked."""
    met = audit.met_on or (day_of(audit.meets) if audit.meets else None)
    return facts_of(audit.case, on if on and audit.state == Audit.State.IN_MEETING else met)


def facts_beside(kinds: Iterable[str], facts: Mapping[str, CaseFact]) -> tuple[CaseFact, ...]:
    """Those of the facts that stand beside a question which names these kinds, in its order."""
    return tuple(facts[kind] for kind in kinds if kind in facts)
