"""What was agreed, to be read through: built from the very snapshot whose hash is signed, with names for its codes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from audits.form_boxes import FormBox, boxes_about_record, boxes_in
from audits.models import CASE_NUMBER, Action, Audit, Chair, GradeInLine, Judgement, Mark, with_whom
from audits.record import signed_content
from people import trail
from qualitycounts.base.templatetags import qc
from standards.models import Criterion

HOW = dict(Judgement.State.choices)
MARKS = dict(Mark.Value.choices)
KINDS = dict(Action.Kind.choices)


@dataclass(frozen=True, slots=True)
class RecordedNote:
    """A note or a mark: what was asked, what was chosen, and the words."""

    title: str
    choice: str
    text: str

    @property
    def separator(self) -> str:
        """What stands between the choice and the text."""
        return ". " if self.choice and self.text else ""

    @property
    def is_missed(self) -> bool:
        """Whether it is a mark that says not evidenced."""
        return self.choice == MARKS[Mark.Value.NOT_EVIDENCED]


@dataclass(frozen=True, slots=True)
class Round:
    """Both chairs' proposals of one round."""

    auditor: tuple[str, str]
    keyworker: tuple[str, str]

    @property
    def auditor_in_words(self) -> str:
        """What the auditor proposed."""
        return proposal_in_words(*self.auditor)

    @property
    def keyworker_in_words(self) -> str:
        """What the keyworker proposed."""
        return proposal_in_words(*self.keyworker)


def proposal_in_words(grade: str, words: str) -> str:
    """A grade with what was said for it."""
    return f"{qc.grade_word(grade)} (“{words}”)" if words else qc.grade_word(grade)


@dataclass(frozen=True, slots=True)
class RecordChapter(GradeInLine):
    """One of the grades with everything said under it."""

    number: int
    title: str
    grade: str
    how: str
    applies: bool
    why: str
    stands_why: str
    opened_early: tuple[str, ...]
    advice: str
    rounds: tuple[Round, ...]
    second_worker: tuple[str, ...]
    regraded: str
    marks: tuple[RecordedNote, ...]
    notes: tuple[RecordedNote, ...]

    @property
    def prefix(self) -> str:
        """The number of a standard before its title."""
        return "" if self.is_case else f"{self.number}. "

    @property
    def grades_in_words(self) -> str:
        """After its title: the grade that was signed, and what the panel made of it; "" where there is none."""
        grade = f": {qc.grade_word(self.grade)}" if self.grade else ""
        return grade + (f", regraded {qc.grade_word(self.regraded)}" if self.regraded else "")

    @property
    def missed(self) -> list[str]:
        """The points that were marked not evidenced, which nobody should have to open to see."""
        return [mark.title for mark in self.marks if mark.is_missed]

    @property
    def counts(self) -> str:
        """How often each mark was given, in words."""
        times = Counter(mark.choice for mark in self.marks)
        return ", ".join(f"{times[word]} {word.lower() if word != MARKS['not_applicable'] else word}" for word in times)


@dataclass(frozen=True, slots=True)
class Planned:
    """One action as it was agreed."""

    number: int
    owner: str
    kind: str
    due_on: date
    what: str
    measure: str
    outcome: str
    resources: str
    answers: tuple[int, ...]
    points: tuple[str, ...] = ()
    part: str = ""
    carried_out_by: str = ""

    @property
    def by_whom(self) -> str:
        """The owner, and who else carries it out."""
        return with_whom(self.owner, self.carried_out_by)

    @property
    def answers_in_words(self) -> str:
        """The standards it is for and the points it answers, after its owner and date."""
        standards, points = self.answers, self.points
        words = (
            f", for standard{'' if len(standards) == 1 else 's'} {', '.join(map(str, standards))}" if standards else ""
        )
        return words + (f", point{'' if len(points) == 1 else 's'} {', '.join(points)}" if points else "")


@dataclass(frozen=True, slots=True)
class SignedRecord:
    """The whole of what is signed."""

    chapters: tuple[RecordChapter, ...]
    indicators: tuple[RecordedNote, ...]
    record: tuple[RecordedNote, ...]
    plan: tuple[Planned, ...]
    digest: str

    @property
    def missed(self) -> list[tuple[str, list[str]]]:
        """What was marked not evidenced: the criteria of each standard, and the headline indicators."""
        chapters = [(f"{chapter.prefix}{chapter.title}", chapter.missed) for chapter in self.chapters]
        signs = [indicator.title for indicator in self.indicators if indicator.is_missed]
        return [(title, missed) for title, missed in [*chapters, ("Headline indicators", signs)] if missed]

    @property
    def overall(self) -> RecordChapter:
        """The grade of the case."""
        return self.chapters[-1]


def build_record(audit: Audit) -> SignedRecord:
    """The record as it stands in the database, for reading and for signing."""
    taken = signed_content.meeting_content(audit)
    titles = {
        judgement.number: (judgement.title, judgement.regraded)
        for judgement in audit.judgements.select_related("standard")
    }
    marks = {code: (value, seen_with(seen, *why)) for code, value, seen, *why in taken["marks"]}
    notes = {slug: (choice, text) for slug, choice, text in taken["notes"]}
    criteria = Criterion.objects.filter(section__standard__standard_set=audit.standard_set_id).order_by(
        "section__standard__number", "section__position", "position"
    )
    asked: dict[int, list[tuple[str, str]]] = {}
    for code, title in criteria.values_list("code", "title"):
        asked.setdefault(int(code.partition(".")[0]), []).append((code, title))
    return SignedRecord(
        chapters=tuple(
            chapter(audit, grade, titles, asked.get(grade["number"], []), marks, notes) for grade in taken["grades"]
        ),
        indicators=tuple(
            RecordedNote(indicator.title, *mark_words(marks[f"indicator {indicator.number}"]))
            for indicator in audit.standard_set.indicators.all()
            if f"indicator {indicator.number}" in marks
        ),
        record=notes_with_words(boxes_about_record(audit.standard_set), notes),
        plan=tuple(planned(audit, action) for action in taken["plan"]),
        digest=trail.digest(trail.canonical(signed_content.as_signed(audit, taken))),
    )


def chapter(
    audit: Audit,
    grade: dict[str, Any],
    titles: dict[int, tuple[str, str]],
    asked: list[tuple[str, str]],
    marks: dict[str, tuple[str, str]],
    notes: dict[str, tuple[str, str]],
) -> RecordChapter:
    """One grade of the snapshot with its marks and notes, and what a panel changed it to since."""
    number = grade["number"]
    return RecordChapter(
        number=number,
        title=titles[number][0],
        grade=grade["grade"],
        how=HOW.get(grade["how"], ""),
        applies=grade["applies"],
        why=grade["clash_why"] if grade["applies"] else grade["applies_why"],
        stands_why=grade.get("stands_why", ""),
        opened_early=tuple(grade.get("opened_early", ())),
        advice=grade["advice"],
        rounds=rounds(grade["proposals"]),
        second_worker=tuple(proposal_in_words(*said) for _, *said in grade.get("second_worker", ())),
        regraded=titles[number][1],
        marks=tuple(
            RecordedNote(f"{code.partition('.')[2].replace('.', '')}. {title}", *mark_words(marks[code]))
            for code, title in asked
            if code in marks
        ),
        notes=notes_with_words(boxes_in(audit, number), notes),
    )


def rounds(proposals: list[tuple[int, str, str, str]]) -> tuple[Round, ...]:
    """The rounds in which both proposed; a single proposal was never revealed, and is not shown."""
    by_round: dict[int, dict[str, tuple[str, str]]] = {}
    for number, chair, grade, words in proposals:
        by_round.setdefault(number, {})[chair] = (grade, words)
    return tuple(
        Round(both[Chair.AUDITOR], both[Chair.KEYWORKER]) for both in by_round.values() if len(both) == len(Chair)
    )


def seen_with(seen: str, why: str = "") -> str:
    """What was seen, with why a question of other children was asked."""
    return " ".join(filter(None, (seen, f"(Asked of this child, too: {why})" if why else "")))


def mark_words(mark: tuple[str, str]) -> tuple[str, str]:
    """A mark in words, and what was seen."""
    return MARKS.get(mark[0], "Not marked"), mark[1]


def notes_with_words(boxes: tuple[FormBox, ...], notes: dict[str, tuple[str, str]]) -> tuple[RecordedNote, ...]:
    """The boxes that say something."""
    answers = ((box, *notes.get(box.slug, ("", ""))) for box in boxes)
    return tuple(
        RecordedNote(box.title, dict(box.choices).get(choice, ""), text)
        for box, choice, text in answers
        if choice or text
    )


def planned(audit: Audit, action: dict[str, Any]) -> Planned:
    """One action of the snapshot; its owner is named as the audit stands."""
    owner = audit.responsible_manager if action["part"] == Action.Part.MANAGER else audit.keyworker
    return Planned(
        number=action["number"],
        owner=owner.name if owner else "the responsible manager",
        kind=KINDS[action["kind"]],
        due_on=action["due_on"],
        what=action["what"],
        measure=action["measure"],
        outcome=action["outcome"],
        resources=action["resources"],
        answers=tuple(number for number in action["for"] if number != CASE_NUMBER),
        points=tuple(action.get("points", ())),
        part=str(Action.Part(action["part"]).label),
        carried_out_by=action.get("carried_out_by", ""),
    )
