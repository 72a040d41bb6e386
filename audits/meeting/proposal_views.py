"""The proposals of a grade as each chair may see them: only here are they read for a page. An unrevealed one of another
chair stays here, and what leaves is that there is one (lifecycle: Grades)."""

from __future__ import annotations

from dataclasses import dataclass

from audits.meeting.seats import Seat
from audits.models import Audit, Chair, Judgement, Proposal, SecondWorkerProposal
from standards.grades import word_of


@dataclass(frozen=True, slots=True)
class View:
    """One proposal as this chair may see it. Without `shown` there is no grade and there are no words in it."""

    who: str
    there: bool
    shown: bool = False
    grade: str = ""
    words: str = ""

    @property
    def in_words(self) -> str:
        """The grade with what was said for it."""
        words = f" (“{self.words}”)" if self.words else ""
        return f"{word_of(self.grade)}{words}" if self.grade else ""

    @property
    def hidden(self) -> tuple[str, str]:
        """What stands in the place of a grade that is not shown: the shape, and its word."""
        return ("proposed", "Proposed, hidden") if self.there else ("blank", "Not proposed yet")


def views(proposals: dict[str, Proposal], chair: Chair, other: Seat) -> tuple[View, View]:
    """Your proposal, always yours to see; and theirs, its grade and words only once both are in."""
    mine, theirs = proposals.get(chair), proposals.get(other.chair)
    you = View("You", True, True, mine.grade, mine.words) if mine else View("You", False)
    if theirs is None:
        return you, View(other.first, False)
    if mine is None:
        return you, View(other.first, True)
    return you, View(other.first, True, True, theirs.grade, theirs.words)


def third_view(judgement: Judgement, *, shown: bool) -> View | None:
    """What the second worker proposed in this round, its grade and words once both chairs' are shown; None where the
    third chair is empty."""
    who = judgement.audit.second_worker
    if who is None:
        return None
    theirs = SecondWorkerProposal.of_this_round(judgement)
    if theirs is None or not shown:
        return View(who.name, theirs is not None)
    return View(who.name, True, True, theirs.grade, theirs.words)


def both(judgement: Judgement, audit: Audit) -> tuple[View, View]:
    """Both proposals of this round by name, auditor first, for whoever may read them; hidden until both are in."""
    now = {proposal.chair: proposal for proposal in judgement.proposals.all() if proposal.round == judgement.round}
    shown = len(now) == len(Chair)

    def view(chair: Chair, who: str) -> View:
        proposal = now.get(chair)
        if proposal is None or not shown:
            return View(who, proposal is not None)
        return View(who, True, True, proposal.grade, proposal.words)

    return view(Chair.AUDITOR, str(audit.auditor)), view(Chair.KEYWORKER, str(audit.keyworker))
