"""What follows an invented audit: actions, supervision, the entry on the file, and the escalation to its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from audits import actions, follow_up, parts
from audits.models import Action, Audit
from escalation import re_audits, steps
from escalation.models import Escalation, Step
from people.models import User
from qualitycounts.clock import day_of
from qualitycounts.demo import words
from qualitycounts.demo.diary import Diary
from qualitycounts.demo.meetings import Meeting, moment, named
from qualitycounts.demo.oversight import paper
from standards.grades import Grade
from standards.timescales import add_working_days

CHECKED = "Opened each entry on Mosaic beside the plan: what was agreed is there."


@dataclass(slots=True)
class Follow:
    """One final audit and the diary in which what follows is written; `leaves`: all but the worker's own part."""

    diary: Diary
    one: Meeting
    people: dict[str, User]
    leaves: bool = False

    @property
    def audit(self) -> Audit:
        """The audit as it is now."""
        return Audit.objects.select_related("responsible_manager", "keyworker", "case__team__service").get(
            pk=self.one.audit.pk
        )

    @property
    def manager(self) -> User:
        """The responsible manager."""
        return named(self.audit.responsible_manager)

    @property
    def head(self) -> User:
        """The Head of Service of the case."""
        team = self.audit.case.team
        two = team is not None and team.service.name == "Specialist Services"
        return self.people["head.of.service2" if two else "head.of.service"]

    def write(self, days: int, hour: int, event: Callable[..., None], *more: object) -> None:
        """Something happens so many working days after the meeting."""
        day = add_working_days(self.audit.met_on or date.min, days)
        self.diary.write(moment(day, hour, self.one.chance.randint(0, 55)), partial(event, *more))

    def begin(self) -> None:
        """Write down all that will follow, as the audit's grade asks."""
        audit, chance = self.audit, self.one.chance
        late = chance.choice((0, 0, 0, 0, 3, 8))
        if audit.grade == Grade.INADEQUATE:
            self.write(1, 10, self.acknowledge, self.head)
        elif audit.grade == Grade.REQUIRES_IMPROVEMENT:
            self.write(2, 10, self.acknowledge, self.manager)
        for number in audit.actions.filter(kind=Action.Kind.IMMEDIATE).values_list("number", flat=True):
            self.write(3 + late, 15, self.do, number)
            self.write(6 + late, 11, self.check, number)
        self.write(12, 14, self.supervise)
        later = audit.actions.filter(kind=Action.Kind.SUPERVISION)
        if self.leaves:
            later = later.exclude(part=Action.Part.WORKER)
        for number in later.values_list("number", flat=True):
            self.write(15 + late, 10, self.do, number)
            self.write(17 + late, 10, self.check, number)
        self.write(18 + late, 9, self.tick)
        self.write(19 + late, 9, self.complete)
        self.write(22 + late, 9, self.close)

    def step(self, *slugs: str) -> Step | None:
        """The open step of one of these kinds, if there is one."""
        return (
            Step.objects.open()
            .filter(escalation__audit=self.one.audit, slug__in=slugs)
            .exclude(escalation__path=Escalation.Path.SAFEGUARDING)
            .select_related("escalation__audit__case__team", "owner")
            .first()
        )

    def action(self, number: int) -> Action:
        """One action as it is now."""
        return Action.objects.select_related("audit__case__team", "audit__responsible_manager", "owner").get(
            audit=self.one.audit, number=number
        )

    def acknowledge(self, by: User, at: datetime) -> None:
        """Say that one has it."""
        step = self.step("acknowledge")
        if step is not None:
            steps.acknowledge(step, by=by, at=at, words="Read with the worker. We start with the visits.")

    def do(self, number: int, at: datetime) -> None:
        """The owner says that it is done, and where to see it."""
        action = self.action(number)
        evidence = self.one.chance.choice(words.EVIDENCE)
        file = paper() if parts.asks_head(action) else None
        actions.do(action, by=named(action.owner), at=at, evidence=evidence, version=action.version, file=file)

    def check(self, number: int, at: datetime) -> None:
        """Whoever checks it does: the Head of Service signs first where the audit is Inadequate."""
        step = self.step("immediate_actions")
        if step is not None:
            steps.sign(step, by=self.head, at=at, words="Seen on the file.")
        action = self.action(number)
        by = self.manager if parts.asks_manager(action) else self.people["qa.officer"]
        actions.verify(action, by=by, at=at, version=action.version)

    def supervise(self, at: datetime) -> None:
        """Talk the audit through in supervision."""
        follow_up.record_supervision(self.audit, by=self.manager, at=at, on=day_of(at), discussed=words.SUPERVISION)

    def tick(self, at: datetime) -> None:
        """The entry is on the child's file."""
        follow_up.put_on_file(self.audit, by=named(self.audit.keyworker), at=at, on=day_of(at))

    def complete(self, at: datetime) -> None:
        """The manager says that all is done; the QA Officer looks on the last day for it."""
        step = self.step("supervision", "actions")
        if step is not None and not follow_up.undone(self.audit):
            steps.complete(step, by=self.manager, at=at)
            check = self.step("qa_check")
            if check is not None and check.due_on is not None:
                self.diary.write(moment(check.due_on, 14), self.confirm)

    def confirm(self, at: datetime) -> None:
        """The QA Officer finds it on the record; an Inadequate audit then waits for its re-audit."""
        step = self.step("qa_check")
        if step is not None:
            steps.confirm(step, by=self.people["qa.officer"], at=at, words=CHECKED)
            waits = self.step("re_audit")
            if waits is not None and waits.due_on is not None:
                first = max(day_of(at), waits.due_on.replace(day=1))
                self.diary.write(moment(add_working_days(first, 1), 9), self.audit_again)
            self.diary.write(moment(add_working_days(day_of(at), 2), 9), self.close)

    def audit_again(self, at: datetime) -> None:
        """The re-audit: begun, booked and held, and better than before."""
        step = self.step("re_audit")
        if step is None:
            return
        again = Meeting(re_audits.begin(step, by=self.people["qa.officer"], at=at), self.one.chance)
        day = add_working_days(day_of(at), 8)
        again.book(at, meets=moment(day, 10))
        self.diary.write(moment(day, 10, 5), partial(self.hold_again, again))

    def hold_again(self, again: Meeting, at: datetime) -> None:
        """Sit down again, and find it good."""
        again.hold(at, overall=Grade.GOOD)
        again.sign(at)
        Follow(self.diary, again, self.people).begin()
        self.diary.write(moment(add_working_days(day_of(at), 1), 9), self.close)

    def close(self, at: datetime) -> None:
        """The QA Officer closes it once nothing is missing."""
        if follow_up.can_close(self.audit, by=self.people["qa.officer"]):
            follow_up.close(self.audit, by=self.people["qa.officer"], at=at)
