"""What one chair may see of a grade. Only here are proposals read for a page: an unrevealed one of the other chair
stays here, and what leaves is that there is one (lifecycle: Grades)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from audits.models import Audit, Chair, Judgement, Proposal
from standards.grades import Grade

State = Judgement.State


class Way(StrEnum):
    """What this chair can do about the grade now; the page has one form for each."""

    ASIDE = "aside"
    PROPOSE = "propose"
    WAIT = "wait"
    OFFER = "offer"
    REASON = "reason"
    OFFERED = "offered"
    TALK = "talk"
    CONFIRM = "confirm"
    REFERRED = "referred"
    AGREED = "agreed"
    RULED = "ruled"


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sits in a chair: for the bar of names, and for sentences."""

    chair: Chair
    pk: int
    name: str
    first: str


@dataclass(frozen=True, slots=True)
class View:
    """One proposal as this chair may see it. Without `shown` there is no grade and there are no words in it."""

    who: str
    there: bool
    shown: bool = False
    grade: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """One of the eight grades as one chair may see it. `css` and `text` are its line among the steps; so many of its
    points are `marked`, of those `asked` of this child."""

    number: int
    title: str
    state: str
    way: Way
    css: str
    text: str
    you: View
    they: View
    apart: int = 0
    applies_why: str = ""
    offered: str = ""
    grade: str = ""
    clash_why: str = ""
    advice: str = ""
    earlier: tuple[tuple[View, View], ...] = ()
    marked: int = 0
    asked: int = 0

    @property
    def revealed(self) -> bool:
        """Whether both proposals of this round may be seen."""
        return self.they.shown

    @property
    def chooses(self) -> bool:
        """Whether this chair picks a grade on the page as it stands."""
        return self.way in (Way.PROPOSE, Way.WAIT, Way.OFFER, Way.OFFERED, Way.REASON)

    @property
    def gives_reason(self) -> bool:
        """Whether this chair says why a grade stands against what was found."""
        return self.way in (Way.OFFER, Way.OFFERED, Way.REASON)

    @property
    def takes_proposals(self) -> bool:
        """Whether this chair may still propose, or propose again."""
        return self.way not in (Way.ASIDE, Way.RULED)


def seats(audit: Audit, chair: Chair) -> tuple[Seat, Seat]:
    """Your own seat, then the other one."""
    people = {Chair.AUDITOR: audit.auditor, Chair.KEYWORKER: audit.keyworker}
    pair = {
        place: Seat(place, person.pk, person.name, person.first_name)
        for place, person in people.items()
        if person is not None
    }
    return pair[chair], pair[Chair.KEYWORKER if chair == Chair.AUDITOR else Chair.AUDITOR]


def look(one: Judgement, chair: Chair, other: Seat) -> Sight:
    """The grade as `chair` sees it. Reads the judgement's proposals, which the caller has prefetched."""
    rounds: dict[int, dict[str, Proposal]] = {}
    for proposal in one.proposals.all():
        rounds.setdefault(proposal.round, {})[proposal.chair] = proposal
    now = rounds.pop(one.round, {})
    you, they = views(now, chair, other)
    ranks = [Grade(proposal.grade).rank for proposal in now.values()]
    apart = abs(ranks[0] - ranks[1]) if they.shown else 0
    way = way_of(one, chair, proposed=you.there, equal=they.shown and not apart)
    css, text = line(one, way, you, they, other)
    return Sight(
        number=one.number,
        title=one.title,
        state=one.state,
        way=way,
        css=css,
        text=text,
        you=you,
        they=they,
        apart=apart,
        applies_why=one.applies_why,
        offered=one.offered,
        grade=one.grade,
        clash_why=one.clash_why,
        advice=one.advice,
        earlier=tuple(views(found, chair, other) for found in rounds.values() if len(found) == len(Chair)),
    )


def views(found: dict[str, Proposal], chair: Chair, other: Seat) -> tuple[View, View]:
    """Your proposal, always yours to see; and theirs, its grade and words only once both are in."""
    mine, theirs = found.get(chair), found.get(other.chair)
    you = View("You", True, True, mine.grade, mine.words) if mine else View("You", False)
    if theirs is None:
        return you, View(other.first, False)
    if mine is None:
        return you, View(other.first, True)
    return you, View(other.first, True, True, theirs.grade, theirs.words)


def both(one: Judgement, audit: Audit) -> tuple[View, View]:
    """Both proposals of this round by name, auditor first, for whoever may read them; hidden until both are in."""
    now = {proposal.chair: proposal for proposal in one.proposals.all() if proposal.round == one.round}
    shown = len(now) == len(Chair)

    def view(chair: Chair, who: str) -> View:
        found = now.get(chair)
        if found is None or not shown:
            return View(who, found is not None)
        return View(who, True, True, found.grade, found.words)

    return view(Chair.AUDITOR, str(audit.auditor)), view(Chair.KEYWORKER, str(audit.keyworker))


def way_of(one: Judgement, chair: Chair, *, proposed: bool, equal: bool) -> Way:
    """What this chair can do about the grade as it stands."""
    if not one.applies:
        return Way.ASIDE
    if one.state == State.REVEALED:
        if chair == Chair.AUDITOR:
            return Way.OFFERED if one.offered else Way.REASON if equal else Way.OFFER
        return Way.CONFIRM if one.offered else Way.TALK
    if one.state in (State.BLANK, State.PROPOSED):
        return Way.WAIT if proposed else Way.PROPOSE
    return Way(one.state)


def line(one: Judgement, way: Way, you: View, they: View, other: Seat) -> tuple[str, str]:
    """How the grade stands among the steps: the shape, and its word."""
    if way in (Way.AGREED, Way.RULED):
        return "agreed", f"{one.get_state_display()}: {Grade(one.grade).label}"
    if way == Way.ASIDE:
        return "na", "Does not apply"
    if way == Way.REFERRED:
        return "open", "QA advice is in" if one.advice else "With the QA Team"
    if way == Way.OFFERED:
        return "revealed", f"{other.first} has to confirm {Grade(one.offered).label}"
    if way == Way.CONFIRM:
        return "revealed", f"Yours to confirm: {Grade(one.offered).label}"
    if one.state == State.REVEALED:
        same = you.grade == they.grade
        return "revealed", "Revealed: say why" if same else "Revealed: you differ"
    if you.there or they.there:
        return "proposed", "You have proposed" if you.there else f"{other.first} has proposed"
    return "blank", "Not started"
