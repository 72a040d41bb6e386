"""Families that are asked, walked the real path."""

from __future__ import annotations

from datetime import datetime

from audits.family import answers, asking
from audits.models import Audit, FamilyAsk
from people.models import User
from tests.conftest import NOW
from tests.factories import Council

SAID = "He comes when he says he will."


def named(audit: Audit, asker: User, *, by: User, speaker: str = "parent", at: datetime = NOW) -> FamilyAsk:
    """Somebody is named to ask."""
    return asking.name_asker(audit, speaker=speaker, asker=asker, by=by, at=at)


def agreed(audit: Audit, council: Council, *, speaker: str = "parent", at: datetime = NOW) -> FamilyAsk:
    """The QA Officer asks, and they agree."""
    ask = named(audit, council.qa_officer, by=council.qa_officer, speaker=speaker, at=at)
    return asking.say_consent(ask, consent="yes", by=council.qa_officer, at=at)


def answers_to(ask: FamilyAsk, *, choice: int | None = 1, words: str = SAID) -> dict[int, tuple[int | None, str]]:
    """The first scale answered with a choice, the first question in words with some; the rest left out."""
    questions = [answer.question for answer in ask.answers.select_related("question")]
    scaled = next(question for question in questions if question.scale)
    free = next(question for question in questions if not question.scale)
    return {scaled.pk: (choice, ""), free.pk: (None, words)}


def answered(
    audit: Audit,
    council: Council,
    *,
    speaker: str = "parent",
    choice: int | None = 1,
    words: str = SAID,
    at: datetime = NOW,
) -> FamilyAsk:
    """They agreed, and said something by telephone."""
    ask = agreed(audit, council, speaker=speaker, at=at)
    said = answers_to(ask, choice=choice, words=words)
    return answers.record_answers(ask, way="telephone", answers=said, by=council.qa_officer, at=at)
