"""The panel's pages: its audits in the order of their tickets, and one audit before and after the reveal.

What may be seen of a ballot is decided here and nowhere else: before the reveal its own member alone reads it, and of
the others that they have finished.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from audits.models import CASE_NUMBER, Ballot, GradeInLine, Judgement, Panel, Review, grade_field
from audits.panel import ballot as panel_ballot
from audits.panel import decision
from audits.panel.agreement import ORDER
from audits.panel.conflicts import CONFLICTS_TO_READER
from audits.panel.content import content
from audits.panel.quality import QUESTIONS, QualityQuestion, Tally, tally_answers
from audits.panel.sitting import PanelTable, counted_ballots, finished_in_words, panel_table
from audits.record.signed_record import RecordChapter, SignedRecord
from people import access
from people.models import User
from people.roles import Permission
from qualitycounts.base.components import SummaryRow, Value
from qualitycounts.base.refusals import allows
from qualitycounts.base.templatetags import qc
from standards import standard_sets

State = Review.State
URGENT = ("Give your grades", "Go on", "Decide")
"""What a line asks for, rather than offers."""


@dataclass(frozen=True, slots=True)
class PanelLine:
    """One audit of the panel for one reader: how it stands, and what they can do."""

    review: Review
    css: str
    text: str
    button: str
    near: str
    main: bool = False

    @property
    def look(self) -> str:
        """How its button looks: the first that is urgent is the green one."""
        return "small" if self.main else "secondary small"


@dataclass(frozen=True, slots=True)
class Sitting:
    """The page of a panel for one reader."""

    panel: Panel
    table: PanelTable
    lines: tuple[PanelLine, ...]
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
class Strip(GradeInLine):
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
class ReviewPage:
    """One audit before the panel as one reader may see it. Without `strips` nothing of anyone's grades is in it."""

    review: Review
    record: SignedRecord
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

    def ballot_open(self, *, changes: bool) -> bool:
        """Whether the reader gives grades on the page: none are finished yet, or they `changes` them."""
        return self.grades and (changes or self.own is None or self.own.finished_at is None)

    @property
    def finished(self) -> str:
        """How many of those who are there have finished, in words."""
        return finished_in_words(sum(done for _, done in self.voters), len(self.voters))

    @property
    def votes_for(self) -> int:
        """How many say that the content justifies the grade."""
        return sum(ballot.vote == Review.Answer.YES for ballot in self.ballots)

    @property
    def voted(self) -> int:
        """How many have said."""
        return sum(bool(ballot.vote) for ballot in self.ballots)


def reader_context(sight: ReviewPage, user: User, *, changes: bool) -> dict[str, Any]:
    """What the page shows to this reader; who keeps the panel, or decides, sees what auditor and keyworker read."""
    keeps = access.may(user, Permission.RUN_PANEL)
    return {
        "sight": sight,
        "keeps": keeps,
        "outcome": outcome(sight.review, shows_feedback=keeps or sight.decider == user),
        "changes": changes,
        "ballot_open": sight.ballot_open(changes=changes),
    }


def outcome(review: Review, *, shows_feedback: bool) -> list[SummaryRow]:
    """What the panel decided, row by row; `shows_feedback`: with what auditor and keyworker are told."""
    regrades = [
        SummaryRow(each.judgement.title, Value(grade=each.grade, more=f"{qc.grade_word(each.was)} before"))
        for each in review.regrades.all()
    ]
    rows = [
        SummaryRow("Why", review.reason),
        SummaryRow("Decided without everybody’s answer", review.unheard_why),
        SummaryRow("Why the changed grade stands", review.clash_why),
        SummaryRow("The content justifies the grade", review.get_justified_display()),
        SummaryRow("Actions are SMART", review.get_smart_display()),
        SummaryRow("They answer what was found", review.get_answers_display()),
        SummaryRow("What was missing", review.missing),
        SummaryRow("Message for learning", review.message),
        SummaryRow("To the auditor", review.to_auditor if shows_feedback else ""),
        SummaryRow("To the keyworker", review.to_worker if shows_feedback else ""),
    ]
    return regrades + [row for row in rows if row.value]


def sitting(panel: Panel, user: User, *, at: datetime) -> Sitting:
    """The page of a panel for one reader. The queries do not grow with the sample."""
    seen = panel_table(panel, at=at)
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
        panel_line(review, user, seen, done.get(review.pk, set()), begun=review.pk in begun, sits=sits, keeps=keeps)
        for review in seen.reviews
    )
    first = next((place for place, line in enumerate(lines) if line.button in URGENT), None)
    lines = tuple(replace(line, main=place == first) for place, line in enumerate(lines))
    return Sitting(panel, seen, lines, keeps, sits)


def panel_line(
    review: Review, user: User, seen: PanelTable, done: set[int], *, begun: bool, sits: bool, keeps: bool
) -> PanelLine:
    """One audit in the panel's list."""
    conflict = CONFLICTS_TO_READER.get(seen.why(review, user), "")
    closed = seen.panel.state == Panel.State.CLOSED
    if review.state == State.REPLACED:
        return PanelLine(review, "na", f"Taken out: {review.replaced_why}", "", conflict)
    if review.state == State.DECIDED:
        word = review.get_outcome_display()
        return PanelLine(review, "agreed", word, "" if conflict or (closed and not keeps) else "Read it", conflict)
    voters = {voter.pk for voter in seen.voters(review)}
    if review.state == State.REVEALED:
        decider = seen.decider(review)
        mine = decider is not None and decider.pk == user.pk
        text = f"Revealed: waits for {decider.name if decider else 'a deputy to be named'}"
        return PanelLine(
            review, "revealed", text, "" if conflict and not keeps else "Decide" if mine else "Open it", conflict
        )
    finished = len(voters & done)
    css, text = ("proposed" if finished else "blank"), finished_in_words(finished, len(voters))
    if sits and user.pk in voters and (keeps or not conflict):
        button = "See yours" if user.pk in done else "Go on" if begun else "Give your grades"
        return PanelLine(review, css, text, button, conflict)
    return PanelLine(review, css, text, "Open it" if keeps else "", conflict)


def review_page(review: Review, user: User, *, at: datetime) -> ReviewPage:
    """One audit before the panel as this reader may see it."""
    seen = panel_table(review.panel, at=at, reviews=[review])
    blind = review.state == State.BLIND
    done = set(review.ballots.filter(finished_at__isnull=False).values_list("member", flat=True))
    own = review.ballots.filter(member=user).first()
    ballots = () if blind else tuple(counted_ballots(review))
    people = [review.panel.chair, *(member.user for member in seen.members)]
    apart = {person.pk: (person, words) for person in people if (words := seen.why_in_words(review, person))}
    voters = seen.voters(review)
    return ReviewPage(
        review=review,
        record=content(review),
        voters=tuple((voter, voter.pk in done) for voter in voters),
        apart=tuple(apart.values()),
        decider=seen.decider(review),
        grades=allows(panel_ballot.check_ballot, review, by=user, at=at),
        decides=not blind and allows(decision.check_decide, review, by=user, at=at),
        votes=review.state == State.REVEALED and own is not None and own in ballots and user in voters,
        own=own,
        own_grades=dict(own.grades.values_list("number", "grade")) if own else {},
        strips=strips(review, ballots),
        ballots=ballots,
        quality=tally_answers(ballots) if ballots else (),
    )


def strips(review: Review, ballots: tuple[Ballot, ...]) -> tuple[Strip, ...]:
    """Everyone's grades number by number, the case first; none before the reveal."""
    if review.state == State.BLIND:
        return ()
    judgements = review.audit.judgements.filter(applies=True).exclude(grade="").select_related("standard")
    given = {ballot.pk: {graded.number: graded.grade for graded in ballot.grades.all()} for ballot in ballots}
    grade_strips = [grade_strip(judgement, ballots, given) for judgement in judgements]
    return tuple(sorted(grade_strips, key=lambda strip: strip.number % CASE_NUMBER))


def grade_strip(judgement: Judgement, ballots: tuple[Ballot, ...], given: dict[int, dict[int, str]]) -> Strip:
    """One line of the strip."""
    cells = []
    for grade in (standard_sets.grade_in(judgement.audit.standard_set, level) for level in ORDER):
        people = tuple(ballot.member.name for ballot in ballots if given[ballot.pk].get(judgement.number) == grade)
        cells.append(Cell(grade, people, signed=judgement.grade == grade, regraded=judgement.regraded == grade))
    return Strip(judgement.number, judgement.title, tuple(cells), judgement.grade, judgement.regraded)


@dataclass(frozen=True, slots=True)
class Ask:
    """One chapter with the member's own grade of it, and what was refused about it."""

    chapter: RecordChapter
    name: str
    chosen: str
    error: str


@dataclass(frozen=True, slots=True)
class BallotQuestion:
    """One question about the audit with the member's own answer, and what was refused about it."""

    question: QualityQuestion
    chosen: str
    error: str

    @property
    def name(self) -> str:
        """What the form calls it."""
        return self.question.slug


@dataclass(frozen=True, slots=True)
class Given:
    """A ballot as its own member's page shows it: what was typed where something was refused, else what is kept."""

    asks: tuple[Ask, ...]
    asked: tuple[BallotQuestion, ...]
    words: str
    version: int

    @property
    def left(self) -> int:
        """How many grades are still to be given."""
        return sum(ask.chapter.applies and not ask.chosen for ask in self.asks)


def ballot_of_reader(sight: ReviewPage, typed: Mapping[str, str] | None, errors: Mapping[str, Any]) -> Given:
    """The reader's own ballot."""
    own = sight.own
    kept: dict[str, str] = {grade_field(number): grade for number, grade in sight.own_grades.items()}
    if own is not None:
        kept |= own.quality | {"words": own.words}
    said = kept if typed is None else typed

    def error(name: str) -> str:
        return str(next(iter(errors.get(name, [])), ""))

    return Given(
        asks=tuple(
            Ask(chapter, name := grade_field(chapter.number), said.get(name, ""), error(name))
            for chapter in sight.record.chapters
        ),
        asked=tuple(
            BallotQuestion(question, said.get(question.slug, ""), error(question.slug)) for question in QUESTIONS
        ),
        words=said.get("words", ""),
        version=own.version if own is not None else 0,
    )
