"""Social Work England's professional standards, which every registered social worker keeps (strategy, Appendix 1).

Their numbers and subjects are facts; the words are ours and short. Their own text is at `SOURCE`, and is what counts.
"""

from __future__ import annotations

from dataclasses import dataclass

SOURCE = "https://www.socialworkengland.org.uk/standards/professional-standards/"


@dataclass(frozen=True, slots=True)
class ProfessionalStandard:
    """One of the six: its number, what it is about, what it comes to in a sentence, and how many points it has."""

    number: int
    title: str
    words: str
    points: int

    def __str__(self) -> str:
        """The standard as a list names it."""
        return f"{self.number}. {self.title}"


PROFESSIONAL_STANDARDS = (
    ProfessionalStandard(
        1,
        "People’s rights, strengths and wellbeing",
        "See each person and their strengths, work with them and those close to them, take on discrimination, and use "
        "the power of the role no further than is needed.",
        7,
    ),
    ProfessionalStandard(
        2,
        "Trust and confidence",
        "Be honest and dependable, keep what is private, know where the relation with people ends, and name a conflict "
        "of interest.",
        7,
    ),
    ProfessionalStandard(
        3,
        "Answering for practice and decisions",
        "Work within the law, bring facts and views together, weigh risk, act where somebody is in danger, and write "
        "records that are clear, true and up to date.",
        15,
    ),
    ProfessionalStandard(
        4,
        "Learning",
        "Use supervision and feedback, keep knowledge of research and law fresh, think about how values shape the "
        "work, and keep a record of what was learned.",
        8,
    ),
    ProfessionalStandard(
        5,
        "Safe and respectful conduct",
        "Do no harm and abuse no one, do not work while unfit to, and behave, online too, so that the profession can "
        "be trusted.",
        6,
    ),
    ProfessionalStandard(
        6,
        "Ethics and speaking up",
        "Report what is unsafe, be open when something has gone wrong, help those who speak up, and tell the regulator "
        "what bears on one’s fitness.",
        7,
    ),
)
BY_NUMBER = {standard.number: standard for standard in PROFESSIONAL_STANDARDS}
CHOICES = [(standard.number, str(standard)) for standard in PROFESSIONAL_STANDARDS]
