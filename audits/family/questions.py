"""The council's own questions to children, parents and carers: a few short ones, kept by the Head of QA."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.http import Http404

from audits.models import FamilyAnswer, FamilyQuestion
from people import access, trail
from people.models import User
from people.roles import Permission
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, allows, written
from standards import standard_sets
from standards.models import Standard

HOW_MUCH = ("Yes, a lot", "Yes, mostly", "Not much", "Not at all")
DEFAULTS: tuple[tuple[str, Sequence[str], Sequence[str]], ...] = (
    ("Do people listen to you?", HOW_MUCH, ["partnership"]),
    ("Do you know what the plan is, and did you help to make it?", HOW_MUCH, ["plan"]),
    ("Have things got better because of the help?", HOW_MUCH, ["impact"]),
    ("What has helped the most?", (), ["impact"]),
    ("What should we do differently?", (), ["partnership"]),
)
"""What is asked until the Head of QA changes it: the question, its scale, the standards it speaks to by key. Ours."""
LONGEST_QUESTION, LONGEST_SCALE_WORD = 200, 40
MOST_QUESTIONS = 10
"""A form that takes a few minutes."""


def check_keep_questions(*, by: User) -> None:
    """Refuse (`NotAllowed`, 403) whoever does not keep the questions."""
    if not access.may(by, Permission.CHANGE_SETTINGS):
        raise NotAllowed("The Head of QA keeps the questions. Ask them to change one.")


def can_keep_questions(*, by: User) -> bool:
    """Whether the person keeps the questions."""
    return allows(check_keep_questions, by=by)


def questions_in_force() -> list[FamilyQuestion]:
    """The questions that are asked now, in order; those we came with, not saved, until anybody is asked."""
    return list(FamilyQuestion.objects.filter(retired_at=None)) or (
        [] if FamilyQuestion.objects.exists() else [default_question(place) for place in range(len(DEFAULTS))]
    )


def default_question(place: int) -> FamilyQuestion:
    """One of the questions we came with, not saved."""
    text, scale, standards = DEFAULTS[place]
    return FamilyQuestion(text=text, scale=list(scale), standards=list(standards), position=place + 1)


def questions_saved() -> list[FamilyQuestion]:
    """The questions that are asked now, saved: the first time those we came with are written down."""
    if not FamilyQuestion.objects.exists():
        for place in range(len(DEFAULTS)):
            question = default_question(place)
            values = {name: getattr(question, name) for name in ("scale", "standards", "position")}
            FamilyQuestion.objects.get_or_create(text=question.text, retired_at=None, defaults=values)
    return list(FamilyQuestion.objects.filter(retired_at=None))


def all_questions() -> QuerySet[FamilyQuestion]:
    """Every question there is or was, with whether it was asked already (`was_asked`)."""
    asked = Exists(FamilyAnswer.objects.filter(question=OuterRef("pk")))
    return FamilyQuestion.objects.annotate(was_asked=asked)


def question_or_404(pk: int) -> FamilyQuestion:
    """One question, with `was_asked`; else 404."""
    question = all_questions().filter(pk=pk).first()
    if question is None:
        raise Http404
    return question


def lock_question(pk: int) -> FamilyQuestion:
    """Lock the row: nobody is asked it in between."""
    FamilyQuestion.objects.select_for_update().filter(pk=pk).first()
    return question_or_404(pk)


def add_question(
    *, text: str, scale: Sequence[str], standards: Collection[str], by: User, at: datetime
) -> FamilyQuestion:
    """Add a question after the others. Refuses whoever does not keep them (403), one that is there, a scale of one
    answer or with two alike, a standard there is not (422), and more than `MOST_QUESTIONS` (409)."""
    check_keep_questions(by=by)
    with trail.acting(by=by, at=at) as act:
        if len(questions_saved()) >= MOST_QUESTIONS:
            raise NotNow(
                f"There are {MOST_QUESTIONS} questions already, and a form takes a few minutes. Retire one first."
            )
        last = FamilyQuestion.objects.aggregate(last=Max("position"))["last"] or 0
        question = FamilyQuestion(position=last + 1, added_at=at, added_by=by)
        fill_in_question(question, text=text, scale=scale, standards=standards, at=at)
        act.add("family_question.added", question, content=words_of_question(question))
    return question


def change_question(
    *, pk: int, text: str, scale: Sequence[str], standards: Collection[str], by: User, at: datetime
) -> FamilyQuestion:
    """Change a question. Refuses as `add_question` does, and (409) other words or another scale once it was asked:
    what was answered would mean something else. The standards it speaks to may change at any time."""
    check_keep_questions(by=by)
    with trail.acting(by=by, at=at) as act:
        question = lock_question(pk)
        was = (question.text, question.scale)
        fill_in_question(question, text=text, scale=scale, standards=standards, at=at)
        if question.was_asked and was != (question.text, question.scale):  # type: ignore[attr-defined]
            raise NotNow("Families have been asked this already, so its words stay. Retire it and add another one.")
        act.add("family_question.changed", question, content=words_of_question(question))
    return question


def retire_question(*, pk: int, by: User, at: datetime) -> FamilyQuestion:
    """Ask a question no more. What was answered stays. Refuses whoever does not keep them (403), the last one, and one
    that is retired (409)."""
    check_keep_questions(by=by)
    with trail.acting(by=by, at=at) as act:
        question = lock_question(pk)
        if question.retired_at is not None:
            raise NotNow("This question is not asked any more.")
        if FamilyQuestion.objects.filter(retired_at=None).count() == 1:
            raise NotNow("This is the only question. Add another one first.")
        question.retired_at, question.retired_by = at, by
        question.save(update_fields=["retired_at", "retired_by"])
        act.add("family_question.retired", question)
    return question


def fill_in_question(
    question: FamilyQuestion, *, text: str, scale: Sequence[str], standards: Collection[str], at: datetime
) -> None:
    """Check everything and save the question."""
    question.text = written(" ".join(text.split()), "text", "Write the question.", most=LONGEST_QUESTION)
    question.scale = [words for line in scale if (words := " ".join(line.split()))]
    if len(question.scale) == 1 or len(question.scale) > 6:
        raise Refused("Give two to six answers to choose from, one a line, or none for words alone.", "scale")
    if len({words.lower() for words in question.scale}) < len(question.scale):
        raise Refused("Two of the answers are the same. Change one.", "scale")
    if any(len(words) > LONGEST_SCALE_WORD for words in question.scale):
        raise Refused(f"Keep each answer to {LONGEST_SCALE_WORD} characters.", "scale")
    keys = [standard.key for standard in standards_in_force(at)]
    if set(standards) - set(keys):
        raise Refused("Choose standards of the guide that is in force.", "standards")
    question.standards = [key for key in keys if key in standards]
    try:
        with transaction.atomic():
            question.save()
    except IntegrityError as twice:
        raise Refused("This question is asked already. Change that one, or write another.", "text") from twice


def standards_in_force(at: datetime) -> list[Standard]:
    """The standards of the guide that is in force."""
    return list(standard_sets.in_force(day_of(at)).standards.all())


def with_standards(asked: Iterable[FamilyQuestion], *, at: datetime) -> list[tuple[FamilyQuestion, str]]:
    """Questions, each with the standards of the guide in force that it speaks to: "Standard 3, 5", or "" for none."""
    numbers = {standard.key: str(standard.number) for standard in standards_in_force(at)}
    spoken_to = [(question, [numbers[key] for key in question.standards if key in numbers]) for question in asked]
    return [(question, f"Standard {', '.join(some)}" if some else "") for question, some in spoken_to]


def words_of_question(question: FamilyQuestion) -> dict[str, object]:
    """What the trail keeps of a question."""
    return {"text": question.text, "scale": question.scale, "standards": question.standards}
