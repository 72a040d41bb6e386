"""The panel's pages: its audits in the order of their tickets, and one audit before and after the reveal.

What may be seen of a ballot is decided here and nowhere else: before the reveal its own member alone reads it, and of
the others that they have finished.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from audits import panel_ballot, panel_decision
from audits.models import CASE_NUMBER, Ballot, Judgement, Panel, Review
from audits.panel import Table, counted, table
from audits.panel_agreement import ORDER
from audits.panel_content import content
from audits.panel_near import NEAR_YOU
from audits.panel_quality import QUESTIONS, Question, Tally, tally
from audits.record import Chapter, Record
from people import access
from people.models import User
from people.roles import Permission

State = Review.State
URGENT = ("Give your grades", "Go on", "Decide")
"""What a line asks for, rather than offers."""


@dataclass(frozen=True, slots=True)
class Line:
    """One audit of the panel for one reader: how it stands, and what they can do."""

    review: Review
    css: str
    text: str
    button: str
    near: str
    main: bool = False


@dataclass(frozen=True, slots=True)
class Sitting:
    """The page of a panel for one reader."""

    panel: Panel
    table: Table
    lines: tuple[Line, ...]
    keeps: bool
    sits: bool

    @property
    def left(self) -> int:
        """How many audits wait for the reader."""
        return sum(line.button in URGENT[:2] for line in self.lines)

    @property
    def deputies(self) -> list[User]:
        """Who may be the deputy."""
        return [member.user for member in self.table.members]


@dataclass(frozen=True, slots=True)
class Cell:
    """One grade's place on a line of the strip: who gave it, and whether it is the signed one, or the panel's since."""

    grade: str
    people: tuple[str, ...]
    signed: bool
    regraded: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """Everyone's grade on one line, worst first, with the one that was signed."""

    number: int
    title: str
    cells: tuple[Cell, ...]
    signed: str
    regraded: str

    @property
    def alike(self) -> int:
        """How many gave the signed grade."""
        return sum(len(cell.people) for cell in self.cells if cell.signed)

    @property
    def of(self) -> int:
        """How many gave one."""
        return sum(len(cell.people) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Sight:
    """One audit before the panel as one reader may see it. Without `strips` nothing of anyone's grades is in it."""

    review: Review
    record: Record
    voters: tuple[tuple[User, bool], ...]
    apart: tuple[tuple[User, str], ...]
    decider: User | None
    grades: bool
    decides: bool
    votes: bool
    own: Ballot | None
    own_grades: dict[int, str] = field(default_factory=dict)
    strips: tuple[Strip, ...] = ()
    ballots: tuple[Ballot, ...] = ()
    quality: tuple[Tally, ...] = ()

    @property
    def finished(self) -> int:
        """How many of those who are there have finished."""
        return sum(done for _, done in self.voters)

    @property
    def votes_for(self) -> int:
        """How many say that the content justifies the grade."""
        return sum(ballot.vote == Review.Answer.YES for ballot in self.ballots)

    @property
    def voted(self) -> int:
        """How many have said."""
        return sum(bool(ballot.vote) for ballot in self.ballots)


def sitting(panel: Panel, user: User, *, at: datetime) -> Sitting:
    """The page of a panel for one reader. The queries do not grow with the sample."""
    seen = table(panel, at=at)
    sits = any(member.user_id == user.pk for member in seen.members)
    done: dict[int, set[int]] = {}
    begun = set()
    for ballot in Ballot.objects.filter(review__panel=panel):
        if ballot.finished_at is not None:
            done.setdefault(ballot.review_id, set()).add(ballot.member_id)
        if ballot.member_id == user.pk:
            begun.add(ballot.review_id)
    keeps = access.sees_all(user, Permission.RUN_PANEL)
    lines = tuple(
        line(review, user, seen, done.get(review.pk, set()), begun=review.pk in begun, sits=sits, keeps=keeps)
        for review in seen.reviews
    )
    first = next((place for place, one in enumerate(lines) if one.button in URGENT), None)
    lines = tuple(replace(one, main=place == first) for place, one in enumerate(lines))
    return Sitting(panel, seen, lines, keeps, sits)


def line(review: Review, user: User, seen: Table, done: set[int], *, begun: bool, sits: bool, keeps: bool) -> Line:
    """One audit in the panel's list."""
    near = NEAR_YOU.get(seen.why(review, user), "")
    closed = seen.panel.state == Panel.State.CLOSED
    if review.state == State.REPLACED:
        return Line(review, "na", f"Taken out: {review.replaced_why}", "", near)
    if review.state == State.DECIDED:
        word = review.get_outcome_display()
        return Line(review, "agreed", word, "" if near or (closed and not keeps) else "Read it", near)
    voters = {one.pk for one in seen.voters(review)}
    if review.state == State.REVEALED:
        decider = seen.decider(review)
        mine = decider is not None and decider.pk == user.pk
        text = f"Revealed: waits for {decider.name if decider else 'a deputy to be named'}"
        return Line(review, "revealed", text, "" if near and not keeps else "Decide" if mine else "Open it", near)
    finished = len(voters & done)
    css, text = ("proposed" if finished else "blank"), f"{finished} of {len(voters)} have finished"
    if near and not keeps:
        return Line(review, css, text, "", near)
    if sits and user.pk in voters:
        button = "See yours" if user.pk in done else "Go on" if begun else "Give your grades"
        return Line(review, css, text, button, near)
    return Line(review, css, text, "Open it" if keeps else "", near)


def sight(review: Review, user: User, *, at: datetime) -> Sight:
    """One audit before the panel as this reader may see it."""
    seen = table(review.panel, at=at, reviews=[review])
    blind = review.state == State.BLIND
    done = set(review.ballots.filter(finished_at__isnull=False).values_list("member", flat=True))
    own = review.ballots.filter(member=user).first()
    ballots = () if blind else tuple(counted(review))
    people = [review.panel.chair, *(member.user for member in seen.members)]
    apart = {one.pk: (one, words) for one in people if (words := seen.why_in_words(review, one))}
    voters = seen.voters(review)
    return Sight(
        review=review,
        record=content(review),
        voters=tuple((one, one.pk in done) for one in voters),
        apart=tuple(apart.values()),
        decider=seen.decider(review),
        grades=panel_ballot.can_ballot(review, by=user, at=at),
        decides=not blind and panel_decision.can_decide(review, by=user, at=at),
        votes=review.state == State.REVEALED and own is not None and own in ballots and user in voters,
        own=own,
        own_grades=dict(own.grades.values_list("number", "grade")) if own else {},
        strips=strips(review, ballots),
        ballots=ballots,
        quality=tally(ballots) if ballots else (),
    )


def strips(review: Review, ballots: tuple[Ballot, ...]) -> tuple[Strip, ...]:
    """Everyone's grades number by number, the case first; none before the reveal."""
    if review.state == State.BLIND:
        return ()
    judgements = review.audit.judgements.filter(applies=True).exclude(grade="").select_related("standard")
    given = {ballot.pk: {one.number: one.grade for one in ballot.grades.all()} for ballot in ballots}
    found = [strip(one, ballots, given) for one in judgements]
    return tuple(sorted(found, key=lambda one: one.number % CASE_NUMBER))


def strip(one: Judgement, ballots: tuple[Ballot, ...], given: dict[int, dict[int, str]]) -> Strip:
    """One line of the strip."""
    cells = []
    for grade in ORDER:
        people = tuple(ballot.member.name for ballot in ballots if given[ballot.pk].get(one.number) == grade)
        cells.append(Cell(str(grade), people, signed=one.grade == grade, regraded=one.regraded == grade))
    return Strip(one.number, one.title, tuple(cells), one.grade, one.regraded)


@dataclass(frozen=True, slots=True)
class Ask:
    """One chapter with the member's own grade of it, and what was refused about it."""

    chapter: Chapter
    name: str
    chosen: str
    error: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about the audit with the member's own answer, and what was refused about it."""

    question: Question
    chosen: str
    error: str


@dataclass(frozen=True, slots=True)
class Given:
    """A ballot as its own member's page shows it: what was typed where something was refused, else what is kept."""

    asks: tuple[Ask, ...]
    asked: tuple[Asked, ...]
    words: str
    version: int

    @property
    def left(self) -> int:
        """How many grades are still to be given."""
        return sum(ask.chapter.applies and not ask.chosen for ask in self.asks)


def given(sight: Sight, typed: Mapping[str, str] | None, errors: Mapping[str, Any]) -> Given:
    """The reader's own ballot."""
    own = sight.own
    kept: dict[str, str] = {f"grade-{number}": grade for number, grade in sight.own_grades.items()}
    if own is not None:
        kept |= own.quality | {"words": own.words}
    said = kept if typed is None else typed

    def error(name: str) -> str:
        return str(next(iter(errors.get(name, [])), ""))

    return Given(
        asks=tuple(
            Ask(one, name := f"grade-{one.number}", said.get(name, ""), error(name)) for one in sight.record.chapters
        ),
        asked=tuple(Asked(one, said.get(one.slug, ""), error(one.slug)) for one in QUESTIONS),
        words=said.get("words", ""),
        version=own.version if own is not None else 0,
    )
