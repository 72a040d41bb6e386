"""The learning event pack: what front-line staff see of a half-year. Nothing in it was not picked or written for them.

Lines come from audits, each picked by one person and cleared by another; the rest is written for the pack and read by
a second person before it is issued (strategy 4.7.5, 5.6). It holds no counts (docs/adr/0013).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Self

from django.db.models import Q

from reporting.models import Quotation
from reporting.periods import PeriodKind
from reporting.sections.base import Window, counted, finalised_between
from reporting.sections.section import Section, View
from reporting.sections.wording import lines_of

PROUD, VOICES = 4, 6
"""Lines of good practice, and of children and families: more would not be read out."""
MESSAGES = (1, 2, 3)
WRITTEN = {
    "event_proud": (
        "What we are proud of",
        "A line each. Each with an example; the lines picked as good practice follow it.",
    ),
    **{
        f"event_message_{number}": (
            f"Message {number}",
            "One sentence that begins with what to do: “Say what is different for the child.” Its story is the lines "
            "that were picked for it.",
        )
        for number in MESSAGES
    },
    "event_complaints": ("What people complained about, and what we did about it", "A few sentences."),
    "event_questions": ("Questions for the tables", "A line each, three at most: they have twenty minutes."),
    "event_try": ("What we ask you to try", "One thing, small enough for this week."),
    "event_since": (
        "What changed since last time",
        "A line each, beginning with what was asked and a colon: “A shorter form: done, in June.”",
    ),
}
"""What is written for the pack, by its slug among a report's blocks: its label, and how to write it."""
CHILD_OR_FAMILY = (Quotation.Speaker.CHILD, Quotation.Speaker.FAMILY)


@dataclass(frozen=True)
class PickedLine:
    """A line as it may be read, with who said it and of which standard."""

    words: str
    speaker: str
    standard: int | None


@dataclass(frozen=True)
class AuditStory:
    """The story of one audit behind a message, line by line, with the people who picked and cleared its lines."""

    message: int
    lines: list[str]
    picked: str
    cleared: str

    @property
    def source(self) -> str:
        """Who saw to it."""
        return f"Picked line by line by {self.picked}, checked by {self.cleared}, without what could tell who it is."


@dataclass(frozen=True)
class Message:
    """One of the three messages, with the story behind it where there is one."""

    number: int
    words: str
    story: AuditStory | None


@dataclass(frozen=True)
class Since:
    """A line in its two halves: what it is about, where it begins with that and a colon, and the rest."""

    about: str
    words: str

    @classmethod
    def of(cls, line: str) -> Since:
        """The line in its two halves."""
        about, colon, words = line.partition(":")
        return cls(about.strip(), words.strip()) if colon and len(about) <= 60 else cls("", line)


@dataclass(frozen=True)
class EventPage:
    """All that the pack shows, on its page, in the PDF and on the slides."""

    proud: list[str]
    practice: list[PickedLine]
    voices: list[PickedLine]
    messages: list[Message]
    complaints: list[str]
    questions: list[str]
    tries: list[str]
    since: list[Since]

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it yet."""
        return not any(vars(self).values())


@dataclass(frozen=True)
class Event(Section):
    """The cleared lines of the half-year's audits: good practice, children and families, and the stories."""

    name = "event"
    key = "event"

    practice: list[PickedLine] = field(default_factory=list)
    voices: list[PickedLine] = field(default_factory=list)
    stories: list[AuditStory] = field(default_factory=list)

    @classmethod
    def count(cls, window: Window) -> Self | None:
        """The lines of the half-year's audits that a second person cleared: one query; nothing of other periods."""
        period = window.period
        if period.kind != PeriodKind.HALF:
            return None
        wanted = ~Q(kind=Quotation.Kind.QUOTE) | Q(speaker__in=CHILD_OR_FAMILY)
        cleared = (
            Quotation.objects.filter(
                wanted,
                counted("note__audit__"),
                finalised_between(period, period, "note__audit__"),
                state=Quotation.State.CLEARED,
            )
            .select_related("offered_by", "settled_by")
            .order_by("message", "pk")
        )
        lines = list(cleared)
        stories = [line for line in lines if line.kind == Quotation.Kind.STORY]
        return cls(
            practice=_picked(lines, Quotation.Kind.PRACTICE)[:PROUD],
            voices=_picked(lines, Quotation.Kind.QUOTE)[:VOICES],
            stories=[
                _story(number or 0, list(group)) for number, group in groupby(stories, key=lambda one: one.message)
            ],
        )

    def page(self, view: View) -> EventPage:
        """The lines, with what is written for the pack."""
        blocks = view.report.blocks

        def written(slug: str) -> list[str]:
            return lines_of(blocks.get(f"event_{slug}", ""))

        stories = {story.message: story for story in self.stories}
        messages = [
            Message(number, blocks.get(f"event_message_{number}", "").strip(), stories.get(number))
            for number in MESSAGES
        ]
        return EventPage(
            proud=written("proud"),
            practice=self.practice,
            voices=self.voices,
            messages=[message for message in messages if message.words or message.story],
            complaints=written("complaints"),
            questions=written("questions"),
            tries=written("try"),
            since=[Since.of(line) for line in written("since")],
        )


def _picked(lines: list[Quotation], kind: Quotation.Kind) -> list[PickedLine]:
    """The lines of a kind, each once and without the marks of a quotation, which stand around it on the page."""
    of_kind = [each for each in lines if each.kind == kind]
    once = {each.words.strip('“”" '): each for each in of_kind}
    return [PickedLine(words, each.get_speaker_display(), each.standard) for words, each in once.items()]


def _story(number: int, lines: list[Quotation]) -> AuditStory:
    """The lines of one story in the order in which they were picked."""
    return AuditStory(
        message=number,
        lines=[line.words for line in lines],
        picked=" and ".join(dict.fromkeys(_names(line.offered_by for line in lines))),
        cleared=" and ".join(dict.fromkeys(_names(line.settled_by for line in lines))),
    )


def _names(people: Iterator[object]) -> list[str]:
    return [str(person) for person in people if person is not None]
