"""The page that ends a meeting: what keeps it from ending, what is only asked for, and where the two still differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audits.form_boxes import BOXES
from audits.meeting.criteria import INDICATORS
from audits.meeting.missing import Missing
from audits.meeting.page import MeetingPage
from audits.meeting.steps import step_address
from audits.meeting.visible_grades import VisibleGrade
from audits.models import Audit
from audits.record.clashes import without_no_reason
from qualitycounts.base.components import Link
from standards.grades import word_of


@dataclass(frozen=True, slots=True)
class StandingGrade:
    """A settled grade that something stands against, with what was typed for it where the page comes back."""

    audit: Audit
    visible: VisibleGrade
    typed: str

    @property
    def clashes(self) -> list[tuple[str, list[Link]]]:
        """What stands against it: a sentence, and each mark or grade that it speaks of, with where that is."""
        return [
            (clash.sentence, [Link(title, self.address(where)) for where, title in clash.about])
            for clash in self.visible.standing
        ]

    def address(self, where: int | str) -> str:
        """A place on the step of a standard; what stands against the case is a step of its own."""
        if self.visible.is_case:
            return step_address(self.audit, str(where))
        return step_address(self.audit, self.visible.slug, str(where))

    @property
    def url(self) -> str:
        """Where a reason is given beside the grade, or another grade is proposed."""
        return step_address(self.audit, self.visible.slug, "a-stands")

    @property
    def ask(self) -> str:
        """What the box for the reason is called."""
        return f"Why {word_of(self.visible.grade)} stands"

    @property
    def reason(self) -> str:
        """The reason that was given; where one is asked for still, the one for what was found before."""
        return without_no_reason(self.visible.stands_why) or self.visible.clash_why


@dataclass(frozen=True, slots=True)
class EndPage:
    """What the page of one chair says of ending the meeting."""

    page: MeetingPage
    typed: Mapping[str, str]

    @property
    def missing_links(self) -> list[Link]:
        """What keeps the meeting from ending, each with where it goes."""
        return self.links_of(gap for gap in self.page.missing if gap.blocks)

    @property
    def standing(self) -> list[StandingGrade]:
        """The settled grades that something stands against, whether somebody said why they stand or not."""
        return [
            StandingGrade(self.page.audit, visible, self.typed.get(f"why-{visible.slug}", ""))
            for visible in self.page.sights
            if visible.standing
        ]

    @property
    def asks_reasons(self) -> bool:
        """Whether this chair writes on this page why a grade stands."""
        return self.page.is_auditor and any(standing.visible.asks_why for standing in self.standing)

    @property
    def standing_in_words(self) -> str:
        """How many of those grades still lack a reason."""
        count = sum(standing.visible.asks_why for standing in self.standing)
        if not count:
            return "A reason stands beside each."
        return f"{count} of {len(self.standing)} {'has' if count == 1 else 'have'} no reason yet."

    @property
    def missed(self) -> list[tuple[Link, str]]:
        """The headline indicators not evidenced, each with where it is marked and what was seen."""
        return [
            (Link(missed.title, step_address(self.page.audit, INDICATORS, missed.place)), missed.seen)
            for missed in self.page.missed
        ]

    @property
    def wordless_links(self) -> list[Link]:
        """The notes in which no word stands, each with its box."""
        return self.links_of(gap for gap in self.page.missing if not gap.blocks and gap.place in BOXES)

    @property
    def missing_in_words(self) -> str:
        """How many things keep the meeting from ending."""
        count = len(self.missing_links)
        return f"{count} thing{'' if count == 1 else 's'} still missing."

    def links_of(self, gaps: Iterable[Missing]) -> list[Link]:
        """What is missing of one kind, each with where it goes."""
        return [Link(gap.sentence, step_address(self.page.audit, gap.step, gap.place)) for gap in gaps]

    @property
    def unresolved_titles(self) -> str:
        """The titles of the grades that the two see differently, in a line."""
        return ", ".join(visible.title for visible in self.page.unresolved)

    @property
    def refer_button(self) -> str:
        """What the button says that puts them all to the QA Team."""
        count = len(self.page.unresolved)
        return f"Ask the QA Team about {count} grade{'' if count == 1 else 's'}"

    @property
    def case_grade(self) -> str:
        """The grade of the case as a whole, once it is agreed."""
        return next((visible.grade for visible in self.page.sights if visible.is_case), "")
