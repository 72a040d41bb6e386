"""Random months of audits for recounting: rows as they stand after the work, written straight to the tables.

The work itself is walked elsewhere; a report only counts what it left, so every combination must be reachable here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from audits.form_boxes import BOXES, speaks_to
from audits.models import CASE_NUMBER, Action, Audit, Case, Judgement, Mark, Note, Proposal
from escalation.models import Escalation
from people.models import User
from qualitycounts.base import clock
from reporting.sections.record import RECORD
from standards.grades import Grade, usual_path
from standards.models import Criterion, Indicator, Standard, StandardSet
from tests.factories import CaseFactory, Council

GRADES = [grade.value for grade in Grade]
S = Audit.State
STATES = (S.FINALISED, S.FINALISED, S.CLOSED, S.CLOSED, S.CLOSED, S.VOIDED, S.IN_MEETING, S.ALLOCATED, S.WITHDRAWN)


@dataclass
class Builder:
    """Makes audits one by one; the same seed makes the same ones."""

    council: Council
    seed: int = 1
    on: date = date(2026, 11, 23)
    number: int = 0
    random: Random = field(init=False)
    narrowing: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random, self.narrowing = Random(self.seed), Random(self.seed)
        self.set = StandardSet.objects.get()
        self.standards = {standard.number: standard for standard in Standard.objects.filter(standard_set=self.set)}
        self.indicators = list(Indicator.objects.filter(standard_set=self.set))
        self.criteria = list(
            Criterion.objects.filter(section__standard__standard_set=self.set).order_by("position", "pk")[:12]
        )

    def audits(self, count: int, *, first: date = date(2025, 9, 1)) -> list[Audit]:
        """That many audits of every kind, finalised at any hour from the first day to the day of the data."""
        days = (self.on - first).days
        return [self.any_audit(first + timedelta(days=self.random.randrange(days))) for _ in range(count)]

    def any_audit(self, day: date) -> Audit:
        """One audit in any state, with everything that could hang on it."""
        state = self.random.choice(STATES)
        earlier = Audit.objects.filter(state=S.CLOSED, re_audit_of=None).order_by("?").first()
        follows = earlier if earlier and self.random.random() < 0.1 else None
        focus = sorted(self.narrowing.sample(range(1, 8), k=2)) if self.narrowing.random() < 0.2 else []
        audit = self.audit(day, state=state, re_audit_of=follows, focus=focus)
        if audit.finalised_at:
            self.judgements(audit)
            self.marks(audit)
            self.notes(audit)
            self.actions(audit)
            self.escalation(audit)
        return audit

    def audit(self, day: date, *, hour: int | None = None, grade: str | None = None, **fields: Any) -> Audit:
        """An audit finalised on the UK day, or with a state before that."""
        self.number += 1
        worker, team = self.random.choice(
            [(self.council.keyworker, self.council.north), (self.council.other_keyworker, self.council.court)]
        )
        category = self.random.choice(["CIN", "CIN", "CP", "CLA", "CL", "EH"])
        case: Case = CaseFactory.create(keyworker=worker, category=category)
        state = fields.pop("state", S.FINALISED)
        final = state in (S.FINALISED, S.CLOSED, S.VOIDED)
        hours = timedelta(hours=self.random.randrange(24) if hour is None else hour, minutes=30)
        at = self.moment(day) + hours
        found = grade or self.random.choice(GRADES)
        filed = at + timedelta(days=self.random.randrange(60))
        values: dict[str, Any] = {
            "ref": f"QC-{day:%y%m}-{self.number:03}",
            "month": day.replace(day=1),
            "number": self.number,
            "case": case,
            "category": category,
            "standard_set": self.set,
            "state": state,
            "auditor": self.council.auditor,
            "keyworker": worker,
            "team": team,
            "grade": found if final else "",
            "first_grade": found if final else "",
            "escalation_path": usual_path(found) if final else "",
            "finalised_at": at if final else None,
            "finalised_by": self.council.keyworker if final else None,
            "met_on": day if final else None,
        }
        if final and self.random.random() < 0.7 and clock.day_of(filed) <= self.on:
            values |= {"on_file_on": clock.day_of(filed), "on_file_at": filed, "on_file_by": self.council.keyworker}
        if state in (S.VOIDED, S.WITHDRAWN):
            values |= {"ended_at": at, "ended_by": self.council.head_of_qa, "ended_why": "Named the wrong child."}
        return Audit.objects.create(**(values | fields))

    def moment(self, day: date) -> datetime:
        """Midnight in London as the day begins."""
        return clock.start_of(day)

    def judgements(self, audit: Audit) -> None:
        """The grades with their proposals; standard 4 often does not apply."""
        made = []
        for number in (*range(1, 8), CASE_NUMBER):
            applies = number == CASE_NUMBER or self.random.random() > (0.5 if number == 4 else 0.05)
            grade = audit.grade if number == CASE_NUMBER else self.random.choice(GRADES)
            made.append(
                Judgement(
                    audit=audit,
                    number=number,
                    standard=self.standards.get(number),
                    applies=applies,
                    applies_why="" if applies else "Not looked after.",
                    state=self.random.choice(["agreed", "agreed", "ruled"]) if applies else "blank",
                    grade=grade if applies else "",
                )
            )
        made = [one for one in made if audit.looks_at(one.number)]
        chairs = (("auditor", self.council.auditor), ("keyworker", audit.keyworker))
        Proposal.objects.bulk_create(
            self.proposal(judgement, round_number, chair, person)
            for judgement in Judgement.objects.bulk_create(made)
            for round_number in ((1, 2) if judgement.applies else ())
            for chair, person in chairs
            if round_number == 1 or self.random.random() < 0.2
        )

    def proposal(self, judgement: Judgement, number: int, chair: str, person: User | None) -> Proposal:
        """One chair's grade in one round."""
        return Proposal(
            judgement=judgement,
            round=number,
            chair=chair,
            grade=self.random.choice(GRADES),
            proposed_at=self.moment(self.on),
            proposed_by=person,
        )

    def marks(self, audit: Audit) -> None:
        """Marks of the indicators and some criteria, a few of them left blank."""
        values = ["evidenced", "evidenced", "partly", "not_evidenced", "not_applicable", ""]
        saved = {"saved_at": self.moment(self.on), "saved_by": self.council.auditor}
        points: list[dict[str, Any]] = [
            {"indicator": indicator} for indicator in self.indicators if audit.looks_at_any(indicator.standards)
        ]
        points += [
            {"criterion": criterion}
            for criterion in self.criteria
            if audit.looks_at(int(criterion.code.partition(".")[0]))
        ]
        Mark.objects.bulk_create(
            [Mark(audit=audit, value=self.random.choice(values), **point, **saved) for point in points]
        )

    def notes(self, audit: Audit) -> None:
        """The choices made of the child's record and of families' feedback."""
        saved = {"saved_at": self.moment(self.on), "saved_by": self.council.auditor}
        made = []
        for slug in ("feedback", *RECORD):
            if not speaks_to(audit, BOXES[slug]):
                continue
            choices = [*(choice for choice, _ in BOXES[slug].choices), ""]
            made.append(Note(audit=audit, slug=slug, choice=self.random.choice(choices), **saved))
        Note.objects.bulk_create(made)

    def actions(self, audit: Audit) -> None:
        """None to three actions, done or not, in time or not, extended or not, cancelled now and then."""
        for number in range(1, self.random.randrange(4) + 1):
            first_due = clock.day_of(self.moment(self.on)) - timedelta(days=self.random.randrange(-20, 400))
            self.action(audit, number, first_due, state=self.random.choice(["open", "done", "verified", "cancelled"]))

    def action(self, audit: Audit, number: int, first_due: date, *, state: str, **fields: Any) -> Action:
        """One action, done at some hour within three weeks of its date where it is done."""
        done = self.moment(first_due + timedelta(days=self.random.randrange(-10, 11))) + timedelta(
            hours=self.random.randrange(24)
        )
        values: dict[str, Any] = {
            "kind": self.random.choice(["immediate", "supervision"]),
            "what": "Update the genogram",
            "measure": "It shows both parents",
            "outcome": "Her family is known",
            "resources": "The worker",
            "part": "worker",
            "owner": self.council.keyworker,
            "first_due_on": first_due,
            "due_on": first_due + timedelta(days=self.random.choice([0, 0, 0, 14, 40])),
            "ended_why": "No longer needed." if state == "cancelled" else "",
        }
        if state in ("done", "verified"):
            values |= {"done_on": clock.day_of(done), "done_at": done, "done_by": self.council.keyworker}
        if state == "verified":
            values |= {"verified_at": done + timedelta(days=1), "verified_by": self.council.qa_officer}
        return Action.objects.create(audit=audit, number=number, state=state, **(values | fields))

    def escalation(self, audit: Audit) -> None:
        """The escalation that the grade asks for, and sometimes a safeguarding concern's."""
        paths = [audit.grade] if audit.grade in ("inadequate", "requires_improvement") else []
        paths += ["safeguarding"] if self.random.random() < 0.1 else []
        for path in paths:
            finished = self.random.random() < 0.6
            opened = audit.finalised_at or self.moment(self.on)
            Escalation.objects.create(
                ref=f"{audit.ref}-{path[:1].upper()}",
                audit=audit,
                path=path,
                grade="" if path == "safeguarding" else path,
                state="finished" if finished else "open",
                opened=opened,
                opened_on=clock.day_of(opened),
                finished=opened + timedelta(days=3) if finished else None,
            )
