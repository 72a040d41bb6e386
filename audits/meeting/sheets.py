"""Both chairs' own marks as one of them may see them, beside the meeting's.

Only here are the other's marks read for a page. They leave for the standards alone that are open to the chair
(`audits.meeting.visible_grades.marks_open`); of all others nothing leaves but the whole audit's number to talk about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, F, QuerySet, TextField, Value, When

from audits.meeting.criteria import CriteriaSection, CriterionRow
from audits.meeting.pace import NextStep
from audits.meeting.pairs import NOTHING, Pair, Said, Sheet, left_aside, shared_marks
from audits.meeting.seats import Seat
from audits.meeting.visible_grades import VisibleGrade
from audits.models import Audit, Mark, OwnMark
from audits.record.clashes import asked_criteria
from qualitycounts.base.kept_query import kept_query
from standards import standard_sets

MOST_LISTED = 30
"""Criteria to talk about that are listed on one page with their marks; with more, each standard has them on its own."""


@dataclass(frozen=True, slots=True)
class Sheets:
    """Your own marks; the other's where you may see them; how many criteria of the whole audit need talk, if that may
    be said."""

    yours: Sheet
    theirs: Sheet
    to_talk: int | None
    asked: int
    nested: frozenset[int]

    def paired(
        self, sections: Sequence[CriteriaSection], sight: VisibleGrade, other: str
    ) -> tuple[CriteriaSection, ...]:
        """The sections of a standard with both own marks beside each criterion, what needs talk first.

        As they are where the standard is not open to you, or neither came with marks.
        """
        criteria = [point.pk for section in sections for point in section.points]
        came = any(sheet.get(pk, NOTHING).value for sheet in (self.yours, self.theirs) for pk in criteria)
        if not sight.marks_open or not came:
            return tuple(sections)
        shared = shared_marks(self.yours, self.theirs, criteria)

        def pair(point: CriterionRow) -> CriterionRow:
            if left_aside(self.yours, self.theirs, point.pk, self.nested):
                return point
            yours, theirs = self.yours.get(point.pk, NOTHING), self.theirs.get(point.pk, NOTHING)
            return replace(point, pair=Pair(yours, theirs, other, shared.get(point.pk, "")))

        return tuple(
            replace(section, points=tuple(sorted(map(pair, section.points), key=lambda point: not point.needs_talk)))
            for section in sections
        )

    def own_of(self, sections: Iterable[CriteriaSection]) -> OwnCounts:
        """Your own marks of a standard, counted."""
        points = [point for section in sections for point in section.points]
        said = [(point, self.yours[point.pk]) for point in points if point.pk in self.yours]
        asked = sum(not point.nested for point in points)
        return OwnCounts(asked, tuple((point, each) for point, each in said if each.value))


@dataclass(frozen=True, slots=True)
class OwnCounts:
    """Your own marks of one standard: how many criteria are asked, and each that you marked."""

    asked: int
    said: tuple[tuple[CriterionRow, Said], ...]

    @property
    def in_words(self) -> str:
        """How often you gave each mark."""
        times = Counter(said.word for _, said in self.said)
        words = [f"{times[label]} {in_sentence(label)}" for _, label in Mark.Value.choices if times[label]]
        return ", ".join([*words, *([f"{self.blank} blank"] if self.blank else [])])

    @property
    def blank(self) -> int:
        """How many you left blank."""
        return self.asked - sum(not point.nested for point, _ in self.said)

    @property
    def weak(self) -> list[tuple[CriterionRow, Said]]:
        """Those that you did not, or only partly, find."""
        return [(point, said) for point, said in self.said if said.value in ("partly", "not_evidenced")]

    @property
    def weak_marks(self) -> list[tuple[str, Said]]:
        """The same, each by the key of its criterion."""
        return [(point.key, said) for point, said in self.weak]


@dataclass(frozen=True, slots=True)
class SharedSection:
    """The criteria of one section that need no talk: those not taken into the meeting yet, and how many are."""

    number: int
    heading: str
    left: tuple[CriterionRow, ...]
    taken: int
    whose: str

    @property
    def in_words(self) -> str:
        """What is left to take, counted."""
        times = Counter(str(Mark.Value(point.pair.shared).label) for point in self.left if point.pair)
        return ", ".join(f"{count} {in_sentence(word)}" for word, count in times.items())

    @property
    def button(self) -> str:
        """What the button says that takes them."""
        count = len(self.left)
        if self.whose:
            return f"Take {self.whose} {count} mark{'' if count == 1 else 's'}"
        same = {point.pair.shared for point in self.left if point.pair}
        if len(same) == 1:
            word = in_sentence(str(Mark.Value(same.pop()).label))
            return f"Both say {word}: take {'it' if count == 1 else f'all {count}'}"
        return f"Take these {count} as you both marked them"

    @property
    def shown(self) -> str:
        """What the page shows of it, to be sent back: each criterion with its mark."""
        return " ".join(f"{point.pk}:{point.pair.shared}" for point in self.left if point.pair)


@dataclass(frozen=True, slots=True)
class OpenStandard:
    """A standard whose own marks are open to you, with the criteria that need talk and those that do not."""

    sight: VisibleGrade
    sections: tuple[CriteriaSection, ...]

    @property
    def talk(self) -> list[CriterionRow]:
        """The criteria to talk about."""
        return [point for section in self.sections for point in section.points if point.needs_talk]

    @property
    def unsettled(self) -> int:
        """How many of those have no mark of the meeting yet."""
        return sum(not point.value for point in self.talk)

    @property
    def shared(self) -> list[SharedSection]:
        """What needs no talk, by section."""
        sections = []
        for section in self.sections:
            points = [point for point in section.points if point.pair and not point.needs_talk]
            left = tuple(point for point in points if not point.value)
            if points:
                heading = section.heading or self.sight.title
                sections.append(SharedSection(self.sight.number, heading, left, len(points) - len(left), self.whose))
        return sections

    @property
    def whose(self) -> str:
        """Whose marks they are, where the other came without any; else ""."""
        pairs = [point.pair for section in self.sections for point in section.points if point.pair]
        if not any(pair.theirs.value for pair in pairs):
            return "your"
        return "" if any(pair.yours.value for pair in pairs) else f"{pairs[0].other}’s"


def sheets_of(audit: Audit, you: Seat, other: Seat, sights: Iterable[VisibleGrade], marks: Iterable[Mark]) -> Sheets:
    """Both sheets as one chair may see them: one query, which never reads the other's private notes."""
    sheets: dict[int, dict[int, Said]] = {you.pk: {}, other.pk: {}}
    for owner, criterion, value, seen, note in own_marks_query.ask(audit.pk, you.pk, other.pk):
        sheets[owner][criterion] = Said(value, seen, note)
    yours, theirs = sheets[you.pk], sheets[other.pk]
    counted = [sight for sight in sights if not sight.is_case and sight.next_step != NextStep.ASIDE]
    asked = asked_criteria(audit, marks)
    each = [asked.get(sight.number, set()) for sight in counted]
    open_to_you = {sight.number for sight in counted if sight.marks_open}
    nested = standard_sets.nested(audit.standard_set.pk, audit.standard_set.file_hash)
    talk = sum(
        pk not in shared and not left_aside(yours, theirs, pk, nested)
        for keys in each
        for shared in [shared_marks(yours, theirs, keys)]
        for pk in keys
    )
    # With one standard closed the total would tell how many of that one need talk.
    may_say = bool(yours) and len(counted) - len(open_to_you) != 1
    return Sheets(
        yours=yours,
        theirs={pk: theirs[pk] for number in open_to_you for pk in asked.get(number, ()) if pk in theirs},
        to_talk=talk if may_say else None,
        asked=sum(len(keys - nested) for keys in each),
        nested=nested,
    )


@kept_query(int, int, int)
def own_marks_query(audit: int, you: int, other: int) -> QuerySet[Any, tuple[int, int, str, str, str]]:
    """Who marked which criterion how and where it was seen, of two people in an audit, with your own private notes."""
    private = Case(When(saved_by=you, then=F("note")), default=Value(""), output_field=TextField())
    rows = OwnMark.objects.filter(audit=audit, saved_by__in=(you, other)).annotate(private=private)
    return rows.values_list("saved_by", "criterion", "value", "seen", "private")


def in_sentence(word: str) -> str:
    """A mark's word inside a sentence."""
    return word if word == "N/A" else word.lower()
