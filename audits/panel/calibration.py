"""A calibration exercise: one invented case, everyone grades it alone, and the room sees the spread.

Nothing of it counts in any figure, and nobody's grade is shown with a name: it is for talking about what a grade means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from audits import states
from audits.meeting.grading import check_grade
from audits.models import CASE_NUMBER, Exercise, ExerciseGrade, GradeInLine, grade_field, standard_or_case
from audits.panel.agreement import ORDER
from audits.panel.notice_texts import CalibrationOpened
from people import access, notices, trail
from people.directory import holders
from people.models import User
from people.roles import Permission, Role
from people.sent_twice import AGAIN, same_row
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotNow, Refused, written
from standards import standard_sets
from standards.models import StandardSet

FEWEST = 3
"""Grades from which the spread may be shown: with fewer, one would know whose is whose (ours)."""
INVITED = (Role.AUDITOR, Role.HEAD_OF_SERVICE, Role.PRINCIPAL_SOCIAL_WORKER, Role.PANEL_MEMBER)
TITLE = "A boy of nine, and a plan that stood still"
CASE = """## Who he is

A boy of nine lives with his mother and a baby sister. He has been on a child protection plan for seven months, for \
neglect. His father lives in another town and sees him most weekends. All of them are invented.

## History and chronology

The chronology was begun at the first referral and kept to March. Two moves of school and the months in which his \
grandmother had him are told in case notes only. A reader who asks why he stopped speaking in school has to look for it.

## Assessment

The assessment is from May. It names the cold flat, the missed meals and his mother’s low mood, and it weighs what his \
grandmother brings. It says little of his father, who was asked once, by letter. There is a danger statement in plain \
words; the safety goal is “for him to be safe”.

## The plan

Nine actions. Five name who does what by when. Two are “ongoing”. The heating was mended within a week; the referral \
to the adult mental health worker was made in the fourth month.

## Reviews

Both review conferences were on time. Core groups were held in five of seven months; two have no minutes.

## Partnership, and his voice

He was seen alone in six of nine visits. His Three Houses is on file: in the House of Worries he drew the door of the \
flat, open. His worker asked him about it and wrote down what he said. The plan does not mention it. The school and \
the health visitor came to most meetings; his father came to none and was sent the minutes.

## Difference made

He eats before school now, the flat is warm, and his attendance rose from 71 to 88 in a hundred. His teacher says that \
he speaks to one friend. He told his worker: “It is better, but nobody locks the door.”

## Supervision

Supervision is recorded in five of seven months. The records ask what is done and by when; in two of them the door is \
named as the thing to settle, and in the next it is not taken up again."""


@dataclass(frozen=True, slots=True)
class GradeCount:
    """How many gave one grade."""

    grade: str
    count: int

    @property
    def dots(self) -> range:
        """A dot for each."""
        return range(self.count)


@dataclass(frozen=True, slots=True)
class Spread(GradeInLine):
    """How the grades of one number fell, worst grade first. `yours` is the reader's own."""

    number: int
    title: str
    counts: tuple[GradeCount, ...]
    yours: str
    n: int

    @property
    def widest(self) -> int:
        """How many grades lie between the lowest and the highest given."""
        given = [place for place, fell in enumerate(self.counts) if fell.count]
        return given[-1] - given[0] if given else 0


def exercises_newest_first() -> QuerySet[Exercise]:
    """Every exercise, the latest first."""
    return Exercise.objects.select_related("opened_by").defer("case")


def exercise_or_404(ref: str) -> Exercise:
    """The exercise of this reference. There is no real child in it: whoever grades or runs one may open every one."""
    return get_object_or_404(Exercise.objects.select_related("opened_by", "revealed_by"), ref=ref)


def set_of(exercise: Exercise) -> StandardSet:
    """The set by which an exercise is graded: the one that was in force when it was opened."""
    return standard_sets.in_force(day_of(exercise.opened_at))


def titles(exercise: Exercise) -> dict[int, str]:
    """What is graded in an exercise: the standards of its set, then the case."""
    short_titles = {standard.number: standard.short_title for standard in set_of(exercise).standards.all()}
    return short_titles | {CASE_NUMBER: "The case as a whole"}


def start_exercise(*, title: str, case: str, by: User, at: datetime) -> Exercise:
    """Open an exercise and invite everyone who audits or sits on panels.

    Refused: not QA (403), no title or no case (422).
    """
    with trail.acting(by=by, at=at) as act:
        access.check(by, Permission.RUN_PANEL)
        on = day_of(at)
        values = {
            "title": written(title, "title", "Give the exercise a title.", most=120),
            "case": written(
                case.replace("\r\n", "\n"), "case", "Write the invented case, or keep the one that is there."
            ),
            "opened_by": by,
        }
        there = same_row(Exercise.objects.all(), by=by, **values, opened_at__gt=at - AGAIN)
        if there is not None:
            return there
        Exercise.objects.select_for_update().order_by(
            "pk"
        ).first()  # whoever opens another one waits: each has a number
        ref = f"CAL-{Exercise.objects.count() + 1}"
        exercise = Exercise.objects.create(ref=ref, **values, opened_at=at)
        act.add("exercise.opened", exercise, now=exercise.state)
        notices.notify(
            to={user.pk: user for role in INVITED for user in holders(role, on=on)}.values(),
            text=CalibrationOpened(exercise),
            key=f"{exercise.ref}:opened",
            at=at,
        )
    return exercise


def give_exercise_grades(exercise: Exercise, *, grades: Mapping[int, str], by: User, at: datetime) -> None:
    """Give one's grades, or change them, until the spread is shown. They are shown to nobody with one's name.

    Refused: the spread is shown already (409), a grade missing or none (422, naming the field).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = Exercise.objects.select_for_update().get(pk=exercise.pk)
        if fresh.state != Exercise.State.OPEN:
            raise NotNow("The spread is shown already, so grades can no longer be given.")
        asked = titles(fresh)
        for number in asked:
            if not grades.get(number):
                raise Refused(f"Give your grade for {standard_or_case(number)}.", grade_field(number))
        by_set = set_of(fresh)
        rows = [
            ExerciseGrade(
                exercise=fresh,
                user=by,
                number=number,
                grade=check_grade(grades[number], by_set),
                saved_at=at,
                saved_by=by,
            )
            for number in asked
        ]
        fresh.grades.filter(user=by).delete()
        ExerciseGrade.objects.bulk_create(rows)
        act.add("exercise.graded", fresh, was=fresh.state, now=fresh.state)


def own(exercise: Exercise, user: User) -> dict[int, str]:
    """The person's own grades, by number."""
    return dict(exercise.grades.filter(user=user).values_list("number", "grade"))


def count_exercise_ballots(exercise: Exercise) -> int:
    """How many people have graded."""
    return exercise.grades.values("user").distinct().count()


def check_reveal_spread(exercise: Exercise, *, by: User) -> None:
    """Refused: not QA (403); shown already, or too few have graded (409)."""
    access.check(by, Permission.RUN_PANEL)
    states.EXERCISE.check(exercise.state, "reveal")
    if count_exercise_ballots(exercise) < FEWEST:
        raise NotNow(f"Fewer than {FEWEST} people have graded, so one would know whose grade is whose. Wait for more.")


def reveal_spread(exercise: Exercise, *, by: User, at: datetime) -> Exercise:
    """Show the spread to everyone. Refused as `check_reveal` does."""
    with trail.acting(by=by, at=at) as act:
        fresh = Exercise.objects.select_for_update().get(pk=exercise.pk)
        check_reveal_spread(fresh, by=by)
        was, fresh.state = fresh.state, states.EXERCISE.check(fresh.state, "reveal")
        fresh.revealed_at, fresh.revealed_by = at, by
        fresh.save(update_fields=["state", "revealed_at", "revealed_by"])
        act.add("exercise.revealed", fresh, was=was, now=fresh.state)
    return fresh


def record_learning(exercise: Exercise, *, learned: str, by: User, at: datetime) -> Exercise:
    """Keep what the room took from it. Refused: not QA (403), not shown yet (409), no words (422)."""
    with trail.acting(by=by, at=at) as act:
        access.check(by, Permission.RUN_PANEL)
        fresh = Exercise.objects.select_for_update().get(pk=exercise.pk)
        if fresh.state != Exercise.State.REVEALED:
            raise NotNow("Show the spread first.")
        fresh.learned = written(learned, "learned", "Write down what the room took from it.", most=3000)
        fresh.save(update_fields=["learned"])
        act.add("exercise.learned", fresh, was=fresh.state, now=fresh.state, content={"learned": fresh.learned})
    return fresh


def spread(exercise: Exercise, user: User) -> list[Spread]:
    """How everyone's grades fell, the case first. Empty until it is shown."""
    if exercise.state != Exercise.State.REVEALED:
        return []
    mine, called, by_set = own(exercise, user), titles(exercise), set_of(exercise)
    counts = Counter(exercise.grades.values_list("number", "grade"))
    rows = []
    for number in sorted(called, key=lambda number: number % CASE_NUMBER):
        fell = tuple(GradeCount(standard_sets.grade_in(by_set, grade), counts[number, grade]) for grade in ORDER)
        graded = sum(grade_count.count for grade_count in fell)
        rows.append(Spread(number, called[number], fell, mine.get(number, ""), graded))
    return rows
