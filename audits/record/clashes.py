"""What was found that speaks against a grade: it asks for a reason, and never blocks and never computes a grade.

The warnings are those of the lifecycle (Warnings), in both directions: a high grade against what is missing, a low one
against what is all there. They are asked as a grade is agreed, and again of what stands when the meeting ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.db.models import QuerySet

from audits.form_boxes import indicators_of
from audits.models import CASE_NUMBER, Audit, Hold, Judgement, Mark, SecondWorkerProposal
from people import trail
from standards import standard_sets
from standards.grades import Grade, word_of

NO_REASON = "No reason was given."
"""What the record says of a grade that something stands against, where nobody said why it stands."""
SINCE = "Of what was found since: "
"""What stands before it where a reason was given for something else before."""
Marked = tuple[str, str, str]
"""One point: where it is on the page, what it is called, and its mark ("" while it has none)."""


@dataclass(frozen=True, slots=True)
class Clash:
    """One warning: its kind, its sentence, and the marks or grades it speaks of (as titles, with where they are)."""

    kind: str
    sentence: str
    about: tuple[tuple[int | str, str], ...] = ()

    @property
    def titles(self) -> str:
        """What it speaks of, in a line."""
        return "; ".join(title for _, title in self.about)

    @property
    def keys(self) -> frozenset[str]:
        """What a reason is given for: each thing it speaks of by itself, so that one more asks again."""
        said = (title if self.kind == "indicators" else where for where, title in self.about)
        return frozenset(f"{self.kind}:{subject}" for subject in said) or frozenset((self.kind,))


def clashes(judgement: Judgement, grade: str) -> list[Clash]:
    """What in the audit does not sit easily with this grade, as it stands now; empty when nothing does."""
    judgements = [judgement]
    if judgement.number == CASE_NUMBER:
        others = Judgement.objects.filter(audit=judgement.audit_id).exclude(number=CASE_NUMBER)
        judgements = list(others.select_related("standard"))
    marks = list(Mark.objects.filter(audit=judgement.audit_id).exclude(value=""))
    return clashes_among(judgement.audit, judgement, grade, judgements, marks)


def clashes_among(
    audit: Audit,
    judgement: Judgement,
    grade: str,
    judgements: Iterable[Judgement],
    marks: Iterable[Mark],
    concerns: int | None = None,
) -> list[Clash]:
    """The same, of what has been read already: the audit's judgements, its marks and how many concerns were raised."""
    second = second_worker_clash(audit, judgement, grade)
    if judgement.number != CASE_NUMBER:
        return standard_clashes(grade, marked_points(audit, judgement, marks)) + second
    values = {mark.indicator_id: mark.value for mark in marks if mark.indicator_id}
    return (
        case_clashes(
            grade,
            standards=[other for other in judgements if other.number != CASE_NUMBER],
            indicators=[("", indicator.title, values.get(indicator.pk, "")) for indicator in indicators_of(audit)],
            concerns=(concerns_of(audit) if concerns is None else concerns) if Grade(grade).good_or_better else 0,
        )
        + second
    )


def second_worker_clash(audit: Audit, judgement: Judgement, grade: str) -> list[Clash]:
    """What the second worker proposed in this round, where it is another grade; nothing before the reveal."""
    if audit.second_worker is None or judgement.state in Judgement.UNREVEALED:
        return []
    theirs = SecondWorkerProposal.of_this_round(judgement)
    if theirs is None or theirs.grade == grade:
        return []
    said = f"{audit.second_worker}, who holds the case too, proposed {word_of(theirs.grade)}."
    return [Clash(f"second worker {Grade(theirs.grade).rank}", said)]


def concerns_of(audit: Audit) -> int:
    """How many safeguarding concerns were raised in this audit."""
    return concern_holds(audit).count()


def concern_holds(audit: Audit) -> QuerySet[Hold]:
    """What the safeguarding concerns raised in this audit hold it by, the first one first."""
    return audit.holds.filter(cause__startswith="safeguarding").order_by("placed", "pk")


def marked_points(audit: Audit, judgement: Judgement, marks: Iterable[Mark]) -> list[Marked]:
    """The criteria of a standard that have a mark, in their order."""
    values = {mark.criterion_id: mark.value for mark in marks if mark.criterion_id and mark.value}
    headed = standard_sets.criteria(audit.standard_set.pk, audit.standard_set.file_hash)[judgement.standard_id or 0]
    return [
        (
            f"c{criterion.pk}",
            f"{criterion.code.partition('.')[2].replace('.', '')}. {criterion.title}",
            values[criterion.pk],
        )
        for _, criteria in headed
        for criterion in criteria
        if criterion.pk in values
    ]


def standard_clashes(chosen: str, points: Sequence[Marked]) -> list[Clash]:
    """A standard's grade against its criteria: not evidenced under a high one, or all evidenced under a low one."""
    if Grade(chosen).good_or_better:
        missed = tuple((where, title) for where, title, value in points if value == Mark.Value.NOT_EVIDENCED)
        said = f"{word_of(chosen)} asks for these, and you marked them not evidenced."
        against = [Clash("not evidenced", said, missed)] if missed else []
        counted = [value for _, _, value in points if value not in ("", Mark.Value.NOT_APPLICABLE)]
        partly = counted.count(Mark.Value.PARTLY)
        if 2 * partly > len(counted):
            said = f"{word_of(chosen)}, and {partly} of the {len(counted)} points marked are only partly evidenced."
            against.append(Clash(f"partly {partly}", said))
        return against + mostly_not_applicable(chosen, points, "points")
    seen = {value for _, _, value in points} - {"", Mark.Value.NOT_APPLICABLE}
    if seen == {Mark.Value.EVIDENCED}:
        return [Clash("all evidenced", f"{word_of(chosen)}, and every point that you marked is evidenced.")]
    return []


def mostly_not_applicable(chosen: str, points: Sequence[Marked], called: str) -> list[Clash]:
    """A high grade over marks of which more than half say that it does not apply."""
    marked = [value for _, _, value in points if value]
    left_out = marked.count(Mark.Value.NOT_APPLICABLE)
    said = f"{word_of(chosen)}, and {left_out} of the {len(marked)} {called} marked do not apply."
    return [Clash(f"not applicable {left_out}", said)] if 2 * left_out > len(marked) else []


def case_clashes(
    chosen: str, *, standards: Iterable[Judgement], indicators: Sequence[Marked], concerns: int
) -> list[Clash]:
    """The case's grade against its standards, its headline indicators and any safeguarding concern."""
    named = [judgement for judgement in standards if judgement.grade]
    graded = {judgement: Grade(judgement.grade) for judgement in named}
    against = against_standards(chosen, graded)
    if not Grade(chosen).good_or_better:
        return against
    inadequate = graded_so(graded, Grade.INADEQUATE.rank)
    if inadequate:
        lowest = next(word_of(judgement.grade) for judgement in named if judgement.grade == Grade.INADEQUATE)
        said = f"{word_of(chosen)} overall, with a standard graded {lowest}."
        against.append(Clash("inadequate", said, inadequate))
    if concerns:
        said = f"{word_of(chosen)} overall, with a safeguarding concern raised in this audit."
        against.append(Clash(f"concern {concerns}", said))
    about = tuple(("indicators", title) for _, title, value in indicators if value == Mark.Value.NOT_EVIDENCED)
    if about:
        against.append(
            Clash("indicators", f"{word_of(chosen)} overall, with headline indicators not evidenced.", about)
        )
    return against + mostly_not_applicable(chosen, indicators, "headline indicators")


def against_standards(chosen: str, graded: Mapping[Judgement, Grade]) -> list[Clash]:
    """The case's grade against its lowest and highest standard: further than one grade from either, or below all."""
    rank = Grade(chosen).rank
    ranks = [grade.rank for grade in graded.values()] or [rank]
    low, high = min(ranks), max(ranks)
    if rank > low + 1:
        said = f"{word_of(chosen)} is more than one grade above the lowest standard."
        return [Clash("above the lowest", said, graded_so(graded, low))]
    if rank < high - 1:
        said = f"{word_of(chosen)} is more than one grade below the highest standard."
        return [Clash("below the highest", said, graded_so(graded, high))]
    if rank < low:
        return [Clash("below all", f"{word_of(chosen)} is below the grade of every standard.")]
    return []


def graded_so(graded: Mapping[Judgement, Grade], rank: int) -> tuple[tuple[int | str, str], ...]:
    """The standards of one grade, each with the step it is on."""
    return tuple((judgement.number, judgement.title) for judgement, grade in graded.items() if grade.rank == rank)


def standing(
    audit: Audit, judgements: Sequence[Judgement], marks: Sequence[Mark], concerns: int | None = None
) -> dict[int, list[Clash]]:
    """What stands against each settled grade now, with a standard of which fewer than half the points are marked."""
    counts = progress(audit, marks)
    by_number: dict[int, list[Clash]] = {}
    for judgement in judgements:
        if not judgement.applies or not judgement.grade:
            continue
        against = clashes_among(audit, judgement, judgement.grade, judgements, marks, concerns)
        marked, asked = counts.get(judgement.number, (0, 0))
        if 2 * marked < asked:
            said = f"{marked} of its {asked} points {'is' if marked == 1 else 'are'} marked, fewer than half."
            against.append(Clash("unmarked", said))
        if against:
            by_number[judgement.number] = against
    return by_number


def standing_of(judgement: Judgement) -> list[Clash]:
    """What stands against one settled grade now, read afresh."""
    audit = judgement.audit
    judgements = list(audit.judgements.select_related("standard"))
    return standing(audit, judgements, list(audit.marks.all())).get(judgement.number, [])


def write_no_reason(act: trail.Act, audit: Audit) -> None:
    """Write on each settled grade that something stands against, and nobody said why, that no reason was given."""
    judgements = list(audit.judgements.select_related("standard"))
    against = standing(audit, judgements, list(audit.marks.all()))
    for judgement in judgements:
        if unanswered(judgement, against.get(judgement.number, ())):
            given = without_no_reason(judgement.stands_why)
            judgement.stands_why = f"{given} {SINCE}{NO_REASON}" if given else NO_REASON
            judgement.save(update_fields=["stands_why"])
            act.add("grade.no_reason", judgement, was=judgement.state, now=judgement.state)


def without_no_reason(stands_why: str) -> str:
    """The reason that somebody gave, without what the record says where nobody gave one."""
    return stands_why.removesuffix(NO_REASON).removesuffix(SINCE).strip()


def reason_of(judgement: Judgement, against: Iterable[Clash]) -> str:
    """The reason by which a settled grade stands, with what the record says of anything it was not given for."""
    given = without_no_reason(judgement.stands_why) or judgement.clash_why
    if not unanswered(judgement, against):
        return given
    return f"{given} {SINCE}{NO_REASON}" if given else NO_REASON


@dataclass(frozen=True, slots=True)
class Explained:
    """What stands against one settled grade, as it is signed: the grade, each warning, and the reason given, if any."""

    title: str
    grade: str
    against: tuple[Clash, ...]
    why: str


def explained(audit: Audit) -> list[Explained]:
    """Every grade that something stands against now, with the reason that it stands by."""
    judgements = list(audit.judgements.select_related("standard"))
    against = standing(audit, judgements, list(audit.marks.all()))
    return [
        Explained(
            judgement.title,
            judgement.grade,
            tuple(against[judgement.number]),
            reason_of(judgement, against[judgement.number]),
        )
        for judgement in judgements
        if judgement.number in against
    ]


def digest(against: Iterable[Clash]) -> str:
    """A few letters that tell whether a page showed just this."""
    return sha256("|".join(keys_of(against)).encode()).hexdigest()[:12]


def unanswered(judgement: Judgement, against: Iterable[Clash]) -> list[Clash]:
    """Those for which no reason was given: one given for less than stands now does not answer."""
    answered = {*judgement.clash_of, *judgement.stands_of}
    return [clash for clash in against if not clash.keys <= answered]


def keys_of(against: Iterable[Clash]) -> list[str]:
    """What a reason for all of these is given for."""
    return sorted({key for clash in against for key in clash.keys})


def progress(audit: Audit, marks: Iterable[Mark]) -> dict[int, tuple[int, int]]:
    """For each standard how many of its questions are marked, and how many are asked of this child."""
    marks = list(marks)
    marked = {mark.criterion_id for mark in marks if mark.criterion_id and mark.value}
    return {number: (len(marked & keys), len(keys)) for number, keys in asked_criteria(audit, marks).items()}


def asked_criteria(audit: Audit, marks: Iterable[Mark] = ()) -> dict[int, set[int]]:
    """For each standard the keys of its criteria that are asked of this child: those meant for it or brought in."""
    brought_in = {mark.criterion_id for mark in marks if mark.criterion_id and (mark.asked_why or mark.value)}
    asked: dict[int, set[int]] = {}
    criteria = standard_sets.criteria_of_set(audit.standard_set.pk, audit.standard_set.file_hash)
    asked_as = audit.asked_as
    for pk, (number, categories) in criteria.items():
        if not categories or asked_as in categories or pk in brought_in:
            asked.setdefault(number, set()).add(pk)
    return asked
