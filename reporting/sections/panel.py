"""How sure the grades are: what the validation panel has made of this period's audits so far (strategy 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from audits.panel import figures as panel_figures
from audits.panel import minutes
from reporting.sections.bars import HALF, Bar, bars, figures_table
from reporting.sections.base import Figure, Window
from reporting.sections.grades import Grades
from reporting.sections.section import Figures, Section, Table, View
from reporting.sections.standards import Standards

NAMES = {
    "exact": "The same grade as was signed",
    "within_one": "Within one grade of it",
    "lower": "The panel lower",
    "higher": "The panel higher",
}
DECIDED = "Audits finalised in the period that a panel has decided on by “data as at”. Panels mostly sit a month later."
REGRADED = "Of these, audits whose grade of the case the panel changed."


@dataclass(frozen=True)
class PanelPage:
    """What the part about the panel shows. `audits` is None where it speaks of the panels that sat in the period, as
    reports did at first."""

    audits: int | None
    waiting: int
    decided: int
    regraded: int
    rows: list[Bar]
    graded: int | None
    kappa: str | float | None
    messages: list[str]
    explained: str

    @property
    def validated_in_words(self) -> str:
        """How many of the period's audits a panel has decided on, and what it changed."""
        as_they_stand = "The grades here are as they stand after that"
        if self.audits is None:
            decided = f"{self.decided} audit{'' if self.decided == 1 else 's'} in the period"
            return f"The validation panel decided on {decided} and regraded {self.regraded}. {as_they_stand}."
        before = "been before the validation panel"
        if self.audits == 1:
            audit, left = "The one audit of this period has", "changed" if self.regraded else "left"
            if not self.decided:
                return f"{audit} not {before}: its grades are not yet validated."
            return f"{audit} {before}, which {left} its grade of the case. {as_they_stand}."
        audits = f"{self.audits} audits of this period"
        if not self.decided:
            return f"None of the {audits} has {before}: the grades here are not yet validated."
        decided = f"{self.decided} {'has' if self.decided == 1 else 'have'}"
        are = "is" if self.waiting == 1 else "are"
        waiting = f"; the other {self.waiting} {are} not yet validated" if self.waiting else ""
        changed = f"changed the grade of the case in {self.regraded or 'none'}"
        return f"Of the {audits} {decided} {before}, which {changed}. {as_they_stand}{waiting}."

    @property
    def kappa_in_words(self) -> str:
        """How far the grades agree beyond chance; "" where there are too few."""
        return "" if self.kappa is None else f"Weighted kappa is {self.kappa}, on {self.graded} audits."


@dataclass(frozen=True)
class Panel(Section):
    """The panel's blind grades of the period's audits beside those that were signed, and its messages to everyone.

    `of_this_period` is false in reports that were frozen while the panels that sat in the period were counted.
    """

    name = "panel"
    key = "moderation"
    template = "reports/panel.html"
    within = Standards

    decided: Figure
    regraded: Figure
    agreement: list[Figure]
    messages: list[str]
    kappa: float | None
    kappa_definition: str
    of_this_period: bool = False
    kappa_words: str = ""

    @classmethod
    def count(cls, window: Window) -> Self:
        """What the panel itself counts, with the period before beside it, and what panels of the period told everyone:
        seven queries."""
        period = window.period
        earlier_decided, earlier_regraded = panel_figures.validated(period.previous.first, period.first)
        decided, regraded = panel_figures.validated(period.first, period.next.first)
        before, now = panel_figures.drift(period.previous.first, period.first, period.next.first)
        kappa = now.found.kappa
        defined = panel_figures.DEFINITIONS
        return cls(
            of_this_period=True,
            decided=Figure("Decided by the panel", DECIDED, decided, None, earlier_decided),
            regraded=Figure("Regraded", REGRADED, regraded, decided, earlier_regraded, earlier_decided),
            agreement=[
                Figure(
                    name, defined[key], getattr(now.found, key), now.found.n, getattr(before.found, key), before.found.n
                )
                for key, name in NAMES.items()
            ],
            messages=[message.text for message in minutes.panel_messages(period.first, period.next.first)],
            kappa=round(kappa.value, 2) if kappa else None,
            kappa_words=str(kappa) if kappa else "",
            kappa_definition=defined["kappa"],
        )

    def page(self, view: View) -> PanelPage | None:
        """What the panel made of the period's grades; nothing where there were none, nor in a report frozen before it
        spoke of the period's own audits and none was decided on."""
        audits = view.figures.of(Grades).finalised.count
        if not (self.decided.count or (self.of_this_period and audits)):
            return None
        return PanelPage(
            audits=audits if self.of_this_period else None,
            waiting=audits - self.decided.count,
            decided=self.decided.count,
            regraded=self.regraded.count,
            rows=bars(self.agreement, width=HALF) if self.agreement[0].of else [],
            graded=self.agreement[0].of,
            kappa=self.kappa_words or self.kappa,
            messages=list(dict.fromkeys(self.messages)),
            explained=" ".join(self._explained(view)),
        )

    def _explained(self, view: View) -> Iterator[str]:
        """What the bars are, and the words under them that fit what is shown."""
        yield self.agreement[0].definition
        if before := self.agreement[0].before_of:
            yield f"Upright tick: {view.period.previous.short}, of {before} audit{'' if before == 1 else 's'}."
        if self.kappa_words or self.kappa is not None:
            yield self.kappa_definition

    def tables(self, figures: Figures) -> Iterator[Table]:
        """What was decided and changed, and the blind grades; nothing before a panel has decided on one."""
        if self.decided.count:
            yield figures_table("panel", "The panel’s blind grades", [self.decided, self.regraded, *self.agreement])
