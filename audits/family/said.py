"""What a family said, as the packs and the meeting show it, and how far they were asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch

from audits.models import Audit, FamilyAnswer, FamilyAsk
from qualitycounts.base.dates import date_in_words
from standards import standard_sets

GIVEN, DECLINED, ASKED, NOT_EXPLORED = "given", "declined", "asked", "not_explored"
"""The choices of the box “feedback” (`audits.form_boxes.FEEDBACK`)."""


@dataclass(frozen=True)
class FamilyVoice:
    """All askings of one audit with their answers, in order."""

    asks: Sequence[FamilyAsk]

    @cached_property
    def answered(self) -> list[FamilyAsk]:
        """Those that were answered."""
        return [ask for ask in self.asks if ask.answered is not None]

    @property
    def choice(self) -> str:
        """Which choice of the box “feedback” fits."""
        if self.answered:
            return GIVEN
        if any(ask.consent == FamilyAsk.Consent.YES for ask in self.asks):
            return ASKED
        return DECLINED if any(ask.consent == FamilyAsk.Consent.NO for ask in self.asks) else NOT_EXPLORED

    @property
    def is_unasked(self) -> bool:
        """Whether nobody was asked, agreeing or not."""
        return self.choice == NOT_EXPLORED

    @cached_property
    def lines(self) -> list[FamilyAnswer]:
        """Everything that was said, in order; each answer knows its asking."""
        return [answer for ask in self.answered for answer in said_only(ask.answers.all())]

    @property
    def text(self) -> str:
        """What was said as a text for the record's box, without a name."""
        return "\n\n".join(ask_in_words(ask) for ask in self.answered)


def family_voice(audit: Audit) -> FamilyVoice:
    """What the family of an audit said, and how far it was asked: two queries."""
    answers = Prefetch("answers", FamilyAnswer.objects.select_related("question", "ask"))
    return FamilyVoice(tuple(audit.family_asks.select_related("asker").prefetch_related(answers)))


def answers_beside(audit: Audit, number: int) -> list[FamilyAnswer]:
    """What was said that speaks to the audit's standard of a number, each with who spoke: one query."""
    rows = FamilyAnswer.objects.filter(ask__audit=audit, ask__answered__isnull=False)
    rows = rows.order_by("ask__number", "question__position").select_related("question", "ask")
    return [
        answer
        for answer in said_only(rows)
        if number in standard_sets.numbers_of(audit.standard_set, answer.question.standards)
    ]


def heading_of(ask: FamilyAsk) -> str:
    """Who spoke, how and when: "Parent, by telephone, 3 November 2026"."""
    when = date_in_words(ask.answered) if ask.answered else ""
    return ", ".join(part for part in (ask.get_speaker_display(), ask.get_way_display().lower(), when) if part)


def said_only(answers: Iterable[FamilyAnswer]) -> list[FamilyAnswer]:
    """Without the questions that were left out."""
    return [answer for answer in answers if answer.said]


def ask_in_words(ask: FamilyAsk) -> str:
    """One person's answers, a question a line."""
    lines = [f"{answer.question.text} {answer.said}" for answer in said_only(ask.answers.all())]
    return "\n".join([f"{heading_of(ask)}:", *lines])
