"""The page that ends a meeting: what keeps it from ending, what is only asked for, and where the two still differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from audits.meeting.missing import Missing
from audits.meeting.page import MeetingPage
from audits.meeting.steps import step_address
from qualitycounts.base.components import Link


@dataclass(frozen=True, slots=True)
class EndPage:
    """What the page of one chair says of ending the meeting."""

    page: MeetingPage

    @property
    def missing_links(self) -> list[Link]:
        """What keeps the meeting from ending, each with where it goes."""
        return self.links_of(gap for gap in self.page.missing if gap.blocks)

    @property
    def asked_links(self) -> list[Link]:
        """The reasons that are asked for and keep nothing from ending, each with where it is given."""
        return self.links_of(gap for gap in self.page.missing if not gap.blocks and gap.place == "a-stands")

    @property
    def wordless_links(self) -> list[Link]:
        """The notes in which no word stands, each with its box."""
        return self.links_of(gap for gap in self.page.missing if not gap.blocks and gap.place != "a-stands")

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
