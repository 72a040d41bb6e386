"""A year of invented validation panels, and one that sits today: by the rules that the pages call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from audits import panel, panel_ballot, panel_decision, panel_minutes, panel_sample, panel_terms
from audits.models import CASE_NUMBER, Panel, PanelAction, Review
from audits.panel_decision import Asked, Decision
from audits.panel_quality import QUESTIONS
from people.models import User
from qualitycounts.clock import day_of
from qualitycounts.demo import words
from qualitycounts.demo.diary import Diary
from qualitycounts.demo.meetings import BEST_FIRST, moment
from standards.grades import Grade
from standards.timescales import add_months, add_working_days

SITS = ("head.of.service", "head.of.service2", "psw", "panel")
MONTHS = 11
"""How many months back there are panels."""
DOWN, UP = 2, 6
"""How many months back one audit was graded down, and one up."""


@dataclass(slots=True)
class Panels:
    """The panels of the year; the newest waits for its members."""

    people: dict[str, User]
    diary: Diary
    chance: Random
    today: date

    def write(self) -> None:
        """A sample early in each month of the month before, and a sitting on its last working day."""
        chair = self.people["head.of.qa"]
        reviewed = moment(add_working_days(add_months(self.today, -10), 1), 11)
        self.diary.write(reviewed, partial(self.review_terms, chair))
        for back in range(MONTHS, 1, -1):
            month = add_months(self.today.replace(day=1), -back)
            drawn_at = moment(add_working_days(add_months(month, 1), 2), 14)
            self.diary.write(drawn_at, partial(self.draw, month, panel_sample.usual_day(month)))
            self.diary.write(moment(panel_sample.usual_day(month), 10), partial(self.sit, month, back))

    def review_terms(self, chair: User, at: datetime) -> None:
        """The yearly review."""
        panel_terms.review(
            text=panel_terms.FIRST,
            note="Read through with the panel; nothing had to change.",
            version=0,
            by=chair,
            at=at,
        )

    def draw(self, month: date, meets_on: date, at: datetime) -> None:
        """The sample of a month in which anything was finalised."""
        if panel_sample.finalised_in(month):
            panel_sample.draw(
                month=month,
                meets_on=meets_on,
                members=[self.people[name] for name in SITS],
                deputy=self.people["psw"],
                by=self.people["qa.officer"],
                at=at,
                seed=self.chance.randbytes(16).hex(),
            )

    def leave_one_open(self, at: datetime) -> None:
        """Last month's panel sits today: two members have read ahead, the others and the chair are still to come."""
        month = add_months(self.today.replace(day=1), -1)
        self.draw(month, self.today, at)
        for review in self.reviews(month):
            for name in ("panel", "head.of.service"):
                self.give(review, self.people[name], at)

    def reviews(self, month: date) -> list[Review]:
        """The audits before a month's panel, as they are now."""
        found = Review.objects.filter(panel__month=month).exclude(state=Review.State.REPLACED)
        return list(found.select_related("panel__chair", "panel__deputy", "audit__case__team", "audit__team"))

    def give(self, review: Review, user: User, at: datetime) -> None:
        """One member's grades: mostly those that were agreed. Whoever is too near gives none."""
        if not panel_ballot.can_ballot(review, by=user, at=at):
            return
        signed = dict(review.audit.judgements.filter(applies=True).values_list("number", "grade"))
        panel_ballot.give(
            review,
            by=user,
            at=at,
            grades={number: self.near(grade) for number, grade in signed.items()},
            quality={
                question.slug: self.chance.choice(("yes", "yes", "yes", "partly", "no")) for question in QUESTIONS
            },
            words="",
            version=0,
            finish=True,
        )

    def near(self, grade: str) -> str:
        """The same grade, or now and then its neighbour, the lower a little oftener."""
        step = self.chance.choice((0, 0, 0, 0, 0, 1, 1, -1))
        return str(BEST_FIRST[min(max(BEST_FIRST.index(Grade(grade)) + step, 0), 3)])

    def sit(self, month: date, back: int, at: datetime) -> None:
        """The whole sitting: grades, reveal, decisions, minutes."""
        held = Panel.objects.filter(month=month).first()
        if held is None:
            return
        panel.begin(held, by=self.people["qa.officer"], at=at)
        change = {DOWN: Grade.GOOD, UP: Grade.REQUIRES_IMPROVEMENT}.get(back)
        for review in self.reviews(month):
            for name in SITS:
                self.give(review, self.people[name], at + timedelta(minutes=20))
        decided_at = at + timedelta(minutes=60)
        for review in self.reviews(month):
            decider = panel.table(review.panel, at=decided_at, reviews=[review]).decider(review)
            if decider is None or review.state != Review.State.REVEALED:
                why = "Everyone who was there was too near this case."
                panel_sample.take_out(review, why=why, by=self.people["qa.officer"], at=decided_at)
                continue
            chosen = change is not None and review.audit.grade == change
            self.decide(review, decider, decided_at, change=chosen)
            change = None if chosen else change
        self.minute(month, at + timedelta(minutes=90))

    def decide(self, review: Review, decider: User, at: datetime, *, change: bool) -> None:
        """Upheld, but for the one that changes."""
        said: dict[str, object] = {
            "outcome": "upheld",
            "justified": self.chance.choice(("yes", "yes", "yes", "partly")),
        }
        if change and review.audit.grade == Grade.GOOD:
            said |= {
                "outcome": "regraded",
                "justified": "no",
                "reason": words.REGRADED_DOWN,
                "grades": {CASE_NUMBER: Grade.REQUIRES_IMPROVEMENT},
                "actions": [self.action()],
            }
        elif change:
            said |= {"outcome": "regraded", "reason": words.REGRADED_UP, "grades": {CASE_NUMBER: Grade.GOOD}}
        planned = review.audit.actions.exists()
        decision = Decision(
            smart="yes" if planned else "none",
            answers=self.chance.choice(("yes", "partly")) if planned else "none",
            to_auditor=self.chance.choice(words.TO_AUDITOR),
            to_worker=self.chance.choice(words.TO_WORKER),
            message=self.chance.choice(words.LEARNED),
            **said,  # type: ignore[arg-type]
        )
        panel_decision.decide(review, decision=decision, version=review.version, by=decider, at=at)

    def action(self) -> Asked:
        """What the panel adds where it grades down."""
        what, measure, outcome, resources = words.ACTIONS[0]
        return Asked("supervision", "worker", (CASE_NUMBER,), what, measure, outcome, resources)

    def minute(self, month: date, at: datetime) -> None:
        """The chair's summary, now and then something for the QA Team, and the end."""
        held, chair = Panel.objects.get(month=month), self.people["head.of.qa"]
        panel_minutes.write_summary(
            held, summary=self.chance.choice(words.SUMMARIES), version=held.version, by=chair, at=at
        )
        if month.month % 3 == 0:
            due_on = add_working_days(day_of(at), 20)
            officer = self.people["qa.officer"]
            asked = panel_minutes.add_action(
                held,
                what="Show auditors one audit that names its evidence well.",
                owner=officer,
                due_on=due_on,
                by=chair,
                at=at,
            )
            self.diary.write(moment(due_on, 12), partial(self.done, asked))
        if not held.reviews.filter(state__in=(Review.State.BLIND, Review.State.REVEALED)).exists():
            panel_minutes.close(held, by=chair, at=at)

    def done(self, asked: PanelAction, at: datetime) -> None:
        """What the panel asked for is done."""
        panel_minutes.done(asked, outcome="Shown at the auditors’ meeting.", by=self.people["qa.officer"], at=at)
