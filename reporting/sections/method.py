"""Method and definitions: how the cases were chosen, what was counted apart, and what every number means."""

from __future__ import annotations

from dataclasses import dataclass

from qualitycounts.base.templatetags import qc
from reporting.odds import interval
from reporting.sections.actions import Actions
from reporting.sections.agreement import Agreement
from reporting.sections.bars import counts_in_words
from reporting.sections.base import Figure
from reporting.sections.grades import Grades
from reporting.sections.put_right import PutRight
from reporting.sections.section import Section, View
from reporting.sections.story import Tile
from reporting.sections.themes import Themes


@dataclass(frozen=True)
class MethodPage:
    """What the part about method shows. `between` is where the true share of Good or better lies, 95 times in 100."""

    standing: str
    standing_definition: str
    between: tuple[str, str] | None
    core_audits: int
    defined: list[Tile | Figure]

    @property
    def between_in_words(self) -> str:
        """How sure the headline is; "" where nothing was graded."""
        if self.between is None:
            return ""
        audits, they = f"{qc.thousands(self.core_audits)} audits", "they"
        if self.core_audits == 1:
            audits, they = "1 audit", "it"
        least, most = self.between
        return (
            f"{audits} can place the share of all files that are Good or better only between {least} and {most} (exact "
            f"95% interval, as for a simple random sample); {they} cannot be used to compare teams."
        )


@dataclass(frozen=True)
class Method(Section):
    """How the figures were come by: it stores nothing of its own."""

    name = "method"
    template = "reports/method.html"

    def page(self, view: View) -> MethodPage:
        """Where the planned audits stand, how sure the headline is, and the definitions in the order of the report."""
        figures = view.figures
        grades = figures.of(Grades)
        good = grades.good_row(figures)
        standing = counts_in_words(figure for figure in grades.standing if figure.count)
        return MethodPage(
            standing=f"{standing}." if standing else "None were planned.",
            standing_definition=grades.standing[0].definition if grades.standing else "",
            between=interval(good.now),
            core_audits=good.now.of,
            defined=[*figures.story.tiles, *self._defined(view)],
        )

    def _defined(self, view: View) -> list[Figure]:
        figures = view.figures
        grades, loop, agreement = figures.of(Grades), figures.of(PutRight), figures.of(Agreement)
        actions, themes = figures.of(Actions).actions, figures.of(Themes)
        return [
            *loop.steps[1:],
            *actions.kinds[0].outcomes[1:],
            actions.overdue,
            *agreement.ways,
            *agreement.leaning,
            grades.re_audits,
            grades.better,
            grades.voided,
            *([loop.better] if loop.better else []),
            *([themes.read] if themes.read.count else []),
        ]
