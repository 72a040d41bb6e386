"""One invented meeting, from booking to signature, by the rules that the pages call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random

from audits import booking, grading, meeting, plan, signing
from audits.models import CASE_NUMBER, Audit, Judgement
from audits.pack import fits
from audits.sheet import indicators_of, record_boxes
from people.models import User
from qualitycounts.clock import LONDON
from qualitycounts.demo import words
from standards.grades import Grade
from standards.models import Criterion

MIX = (Grade.OUTSTANDING,) * 2 + (Grade.GOOD,) * 11 + (Grade.REQUIRES_IMPROVEMENT,) * 6
BEST_FIRST = list(Grade)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A London time of day."""
    return datetime.combine(day, time(hour, minute), tzinfo=LONDON)


@dataclass(slots=True)
class Meeting:
    """An audit, its two people and the chance that decides what they say."""

    audit: Audit
    chance: Random

    @property
    def auditor(self) -> User:
        """Who leads it."""
        return named(self.audit.auditor)

    @property
    def keyworker(self) -> User:
        """Who holds the case."""
        return named(self.audit.keyworker)

    def book(self, at: datetime, *, meets: datetime) -> None:
        """The auditor books it."""
        booking.book(self.audit, by=self.auditor, at=at, meets=meets, place="Room 4, Civic Offices")

    def prepare(self, at: datetime) -> None:
        """The worker says that the file is ready."""
        booking.prepare(self.audit, by=self.keyworker, at=at)

    def hold(self, at: datetime, *, overall: Grade | None = None, until: int = CASE_NUMBER) -> None:
        """Sit down together; grade as far as the `until`-th grade, and fill in everything if that is the last."""
        self.audit = meeting.open_meeting(self.audit, by=self.auditor, at=at)
        target = overall or self.chance.choice(MIX)
        judgements = list(self.audit.judgements.select_related("standard"))
        for one in judgements:
            if one.applies and one.number <= until:
                self.note(one, at)
                self.mark(one, target, at)
                self.settle(one, target if one.number == CASE_NUMBER else self.near(target), at)
        if until == CASE_NUMBER:
            self.fill(at, target)
            self.add_actions(at)

    def near(self, target: Grade) -> Grade:
        """A standard's grade: mostly the case's, now and then its neighbour, never Inadequate by chance."""
        step = self.chance.choice((0, 0, 0, 0, -1, 1))
        return BEST_FIRST[min(max(BEST_FIRST.index(target) + step, 0), 2 if target != Grade.INADEQUATE else 3)]

    def note(self, one: Judgement, at: datetime) -> None:
        """The headings of one standard."""
        said: list[tuple[str, tuple[str, ...]]] = [("works-well", words.WORKING), ("worried", words.WORRIES)]
        if self.chance.random() < 0.3:
            said.append(("needs", words.NEEDS))
        if one.number != CASE_NUMBER and self.chance.random() < 0.06:
            said.append(("good-practice", words.PRACTICE))
        for slug, choices in said:
            self.write(f"s{one.number}-{slug}", at, text=self.chance.choice(choices))

    def write(self, slug: str, at: datetime, *, text: str = "", choice: str = "") -> None:
        """One box, by either of them."""
        by = self.chance.choice((self.auditor, self.keyworker))
        meeting.record_note(self.audit, by=by, at=at, slug=slug, text=text, choice=choice, version=0)

    def mark(self, one: Judgement, target: Grade, at: datetime) -> None:
        """A handful of the standard's points."""
        if one.standard_id is None:
            return
        asked = Criterion.objects.filter(section__standard=one.standard_id, parent=None)
        points = [point.pk for point in asked if fits(point, self.audit)]
        seen = ("evidenced",) * (2 + 2 * target.rank) + ("partly",) * 3 + ("not_evidenced",) * (4 - target.rank)
        for point in self.chance.sample(points, k=min(3, len(points))):
            meeting.record_mark(
                self.audit,
                by=self.auditor,
                at=at,
                criterion=point,
                value=self.chance.choice(seen),
                seen="",
                version=0,
            )

    def settle(self, one: Judgement, target: Grade, at: datetime) -> None:
        """Both propose unseen; where they differ the auditor enters the grade and the worker confirms."""
        differs = self.chance.random() < 0.25
        theirs = BEST_FIRST[max(BEST_FIRST.index(target) - 1, 0)] if differs else target
        for by, grade in ((self.keyworker, theirs), (self.auditor, target)):
            said = self.chance.choice(words.GOOD_REASONS if grade.good_or_better else words.LOW_REASONS)
            one = grading.propose(self.audit, one.number, by=by, at=at, grade=grade, words=said)
        if not one.grade:
            one = grading.offer(self.audit, one.number, by=self.auditor, at=at, grade=target, clash_why=words.CLASH)
        if not one.grade:
            grading.confirm(self.audit, one.number, by=self.keyworker, at=at, grade=target)

    def fill(self, at: datetime, target: Grade) -> None:
        """The child's record, feedback, the practice model and the headline indicators."""
        for box in record_boxes(self.audit):
            choice = self.chance.choice(box.choices[: 1 + (5 - target.rank)])[0] if box.choices else ""
            text = self.chance.choice(words.EYES) if box.slug == "childs-eye" else ""
            if choice == "given":
                text = self.chance.choice(words.FEEDBACK)
            self.write(box.slug, at, text=text, choice=choice)
        for indicator in indicators_of(self.audit):
            value = "evidenced" if self.chance.random() < 0.35 + 0.15 * target.rank else "partly"
            meeting.record_mark(
                self.audit, by=self.keyworker, at=at, indicator=indicator.pk, value=value, seen="", version=0
            )

    def add_actions(self, at: datetime) -> None:
        """An immediate action for the manager and one or two through supervision, for whatever is below Good."""
        low = [one.number for one in self.audit.judgements.all() if one.grade and Grade(one.grade).escalates]
        if not low:
            return
        kinds = [("immediate", "manager"), ("supervision", "worker")]
        if len(low) > 3:
            kinds.append(("supervision", "manager"))
        for (kind, part), (what, measure, outcome, resources) in zip(
            kinds, self.chance.sample(words.ACTIONS, k=len(kinds)), strict=True
        ):
            plan.add_action(
                self.audit,
                by=self.auditor,
                at=at,
                kind=kind,
                part=part,
                numbers=low,
                what=what,
                measure=measure,
                outcome=outcome,
                resources=resources,
                due_on=plan.latest_date(kind, at.date()),
            )

    def sign(self, at: datetime, *, both: bool = True) -> None:
        """End the meeting and sign: the auditor at once, then the worker."""
        self.audit = meeting.end(self.audit, by=self.auditor, at=at)
        for by in (self.auditor, self.keyworker) if both else (self.auditor,):
            self.audit = signing.sign(self.audit, by=by, at=at, content_hash=self.audit.content_hash)


def named(person: User | None) -> User:
    """The person in a chair that the walk has made sure is filled."""
    if person is None:
        raise ValueError("this audit has an empty chair")
    return person
