"""Synthetic finished audits with everything that hangs on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from django.db.models import Max

from audits import numbering
from audits.models import CASE_NUMBER, Action, Audit, Case, Chair, Hold, Judgement, Mark, Note, Proposal, Signature
from audits.models import Supervision as Talk
from audits.sheet import RECORD_BOXES
from escalation.models import Escalation, Step
from escalation.paths import PATHS
from people.roles import Role
from qualitycounts.clock import LONDON
from qualitycounts.scale.register import synthetic
from qualitycounts.scale.rows import SEED, WORDS, Rows
from standards import standard_sets
from standards.grades import Grade
from standards.models import Criterion, Indicator, Standard
from standards.timescales import add_months

A_BATCH = 500
A_MONTH, FEWEST_MONTHS, MOST_MONTHS = 60, 12, 120
"""Audits of a month, unless they would then reach back too little or too far."""
FOLLOWED = timedelta(days=42)
"""How long after its meeting all that an audit asks for is done."""
LATER = timedelta(days=31)
GRADES = [Grade.OUTSTANDING] * 2 + [Grade.GOOD] * 11 + [Grade.REQUIRES_IMPROVEMENT] * 6 + [Grade.INADEQUATE]
POINTS_OF_A_STANDARD = 2
Links = Action.judgements.through


class Audits:
    """Makes finished audits with all that hangs on them, evenly over the months before `today`."""

    def __init__(self, rows: Rows, today: date) -> None:
        self.rows, self.today = rows, today
        self.chance = Random(SEED)  # noqa: S311 -- as above
        self.set = standard_sets.in_force(today)
        self.standards = list(Standard.objects.filter(standard_set=self.set))
        self.indicators = list(Indicator.objects.filter(standard_set=self.set))
        self.points: dict[int, list[Criterion]] = defaultdict(list)
        for point in Criterion.objects.filter(section__standard__standard_set=self.set).select_related("section"):
            self.points[point.section.standard_id].append(point)
        self.auditors = list(synthetic(Role.AUDITOR))
        self.managers = {person.team_id: person for person in synthetic(Role.TEAM_MANAGER)}
        self.officer = synthetic(Role.QA_OFFICER).get()

    def make(self, count: int) -> None:
        """So many, each of the next synthetic case; a month's numbers go on from its last."""
        months = min(max(count // A_MONTH, FEWEST_MONTHS), MOST_MONTHS)
        numbers = dict(Audit.objects.order_by().values_list("month").annotate(Max("number")))
        cases = list(Case.objects.filter(person_id__startswith="SYN-").select_related("keyworker", "team")[:count])
        for place in range(count):
            back, of_month = months - place * months // count, place % A_MONTH
            month = add_months(self.today.replace(day=1), -back)
            numbers[month] = numbers.get(month, 0) + 1
            met = datetime.combine(month + timedelta(days=of_month % 28), time(10), tzinfo=LONDON)
            self.audit(cases[place % len(cases)], month, numbers[month], met)
            if place % A_BATCH == A_BATCH - 1:
                self.rows.write()
        self.rows.write()

    def audit(self, case: Case, month: date, number: int, met: datetime) -> None:
        """One audit, signed the day after its meeting; all that it asked for is done six weeks after, else open."""
        at, done, chance = met + timedelta(days=1), met + FOLLOWED, self.chance
        over = done.date() < self.today
        auditor = chance.choice([person for person in self.auditors if person.team_id != case.team_id])
        grade = chance.choice(GRADES)
        audit = self.rows.add(
            Audit(
                ref=numbering.reference(month, number),
                month=month,
                number=number,
                case=case,
                category=case.category,
                standard_set=self.set,
                state=Audit.State.CLOSED if over else Audit.State.FINALISED,
                auditor=auditor,
                keyworker=case.keyworker,
                team=case.team,
                responsible_manager=self.managers.get(case.team_id),
                revision=60,
                meets=met,
                place="Synthetic room",
                booked_at=met - timedelta(days=7),
                booked_by=auditor,
                met_on=met.date(),
                agreed_at=met,
                agreed_by=auditor,
                content_hash="0" * 64,
                finalised_at=at,
                finalised_by=case.keyworker,
                grade=grade,
                first_grade=grade,
                on_file_on=done.date() if over else None,
                on_file_at=done if over else None,
                on_file_by=case.keyworker if over else None,
                closed_at=done if over else None,
                closed_by=self.officer if over else None,
            )
        )
        judgements = self.judgements(audit, met)
        self.marks_and_notes(audit, met)
        for chair, person in ((Chair.AUDITOR, auditor), (Chair.KEYWORKER, case.keyworker)):
            self.rows.add(
                Signature(audit=audit, chair=chair, content_hash=audit.content_hash, signed_at=at, signed_by=person)
            )
        low = [one for one in judgements if one.grade and Grade(one.grade).escalates]
        if low:
            self.actions(audit, low, met, over=over)
        if grade.escalates:
            self.escalation(audit, at, over=over)

    def judgements(self, audit: Audit, met: datetime) -> list[Judgement]:
        """The eight grades, each with what the two proposed."""
        found = []
        for number in range(1, CASE_NUMBER + 1):
            standard = self.standards[number - 1] if number < CASE_NUMBER else None
            fits = standard is None or audit.category in standard.applies_to
            near = self.chance.choice((audit.grade, audit.grade, audit.grade, self.chance.choice(GRADES)))
            grade = audit.grade if standard is None else near
            one = Judgement(
                audit=audit,
                standard=standard,
                number=number,
                state=Judgement.State.AGREED if fits else Judgement.State.BLANK,
                applies=fits,
                applies_why="" if fits else WORDS,
                grade=grade if fits else "",
            )
            found.append(self.rows.add(one))
            theirs = grade if self.chance.random() < 0.75 else Grade.GOOD
            for chair, person, said in (
                (Chair.AUDITOR, audit.auditor, grade),
                (Chair.KEYWORKER, audit.keyworker, theirs),
            ):
                if fits:
                    self.rows.add(
                        Proposal(
                            judgement=one,
                            round=1,
                            chair=chair,
                            grade=said,
                            words=WORDS,
                            proposed_at=met,
                            proposed_by=person,
                        )
                    )
        return found

    def marks_and_notes(self, audit: Audit, met: datetime) -> None:
        """Every headline indicator, a few points of each standard, a note to each grade and the record's boxes."""
        values = (Mark.Value.EVIDENCED, Mark.Value.EVIDENCED, Mark.Value.PARTLY, Mark.Value.NOT_EVIDENCED)
        seen = [(None, indicator) for indicator in self.indicators] + [
            (point, None)
            for standard in self.standards
            for point in self.chance.sample(self.points[standard.pk], k=POINTS_OF_A_STANDARD)
        ]
        for criterion, indicator in seen:
            value = self.chance.choice(values)
            self.rows.add(
                Mark(
                    audit=audit,
                    criterion=criterion,
                    indicator=indicator,
                    value=value,
                    saved_at=met,
                    saved_by=audit.auditor,
                )
            )
        boxes = [(f"s{number}-works-well", "") for number in range(1, CASE_NUMBER + 1)] + [
            (box.slug, self.chance.choice(box.choices)[0] if box.choices else "") for box in RECORD_BOXES
        ]
        for slug, choice in boxes:
            self.rows.add(
                Note(audit=audit, slug=slug, choice=choice, text=WORDS, saved_at=met, saved_by=audit.keyworker)
            )

    def actions(self, audit: Audit, low: Sequence[Judgement], met: datetime, *, over: bool) -> None:
        """One action to do at once and one through supervision, checked if the audit is over, else open."""
        for number, (kind, part, owner, days) in enumerate(
            (
                (Action.Kind.IMMEDIATE, Action.Part.MANAGER, audit.responsible_manager, timedelta(days=7)),
                (Action.Kind.SUPERVISION, Action.Part.WORKER, audit.keyworker, LATER),
            ),
            1,
        ):
            due = met + days
            action = self.rows.add(
                Action(
                    audit=audit,
                    number=number,
                    kind=kind,
                    state=Action.State.VERIFIED if over else Action.State.OPEN,
                    what=WORDS,
                    measure=WORDS,
                    outcome=WORDS,
                    resources=WORDS,
                    part=part,
                    owner=owner,
                    due_on=due.date(),
                    first_due_on=due.date(),
                    evidence=WORDS if over else "",
                    done_at=due if over else None,
                    done_by=owner if over else None,
                    verified_at=due if over else None,
                    verified_by=self.officer if over else None,
                )
            )
            for one in low:
                self.rows.add(Links(action=action, judgement=one))
        if over:
            by = audit.responsible_manager
            self.rows.add(Talk(audit=audit, on=met.date() + LATER, discussed=WORDS, recorded_at=met, recorded_by=by))

    def escalation(self, audit: Audit, at: datetime, *, over: bool) -> None:
        """The path of its grade: every step done if the audit is over, else the first done and the second open."""
        found = self.rows.add(
            Escalation(
                ref=audit.ref,
                audit=audit,
                path=audit.grade,
                state=Escalation.State.FINISHED if over else Escalation.State.OPEN,
                opened_on=at.date(),
                opened=at,
                finished=at + FOLLOWED if over else None,
                finished_why=WORDS if over else "",
            )
        )
        if not over:
            self.rows.add(Hold(audit=audit, cause=f"{found.path}:{found.ref}", placed=at))
        for place, rung in enumerate(PATHS[audit.grade].rungs):
            done = over or place == 0
            due = at.date() + timedelta(days=1) if place == 0 else at.date() + LATER
            self.rows.add(
                Step(
                    escalation=found,
                    slug=rung.slug,
                    position=place,
                    state=Step.State.DONE if done else Step.State.OPEN if place == 1 else Step.State.WAITING,
                    owner=audit.responsible_manager,
                    due_on=due,
                    first_due_on=due,
                    words=WORDS if done else "",
                    done_at=at if done else None,
                    done_by=audit.responsible_manager if done else None,
                )
            )
