"""What a family answers: typed in by whoever asked, or sent by the family from a link that opens once and takes no
name."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from audits.family.asking import check_asker, check_open, lock_ask
from audits.family.notice_texts import FamilyAnswered
from audits.models import Audit, FamilyAsk
from people import council_settings, notices, trail
from people.models import User
from qualitycounts.base.clock import day_of
from qualitycounts.base.hourly import count_within_hour
from qualitycounts.base.refusals import NotNow, Refused, written

LINK_DAYS = council_settings.Number(
    "family_link_days",
    "Days a family’s link opens",
    "What families say",
    "A link to the council’s questions opens once, and no longer than this. Ours.",
    default=14,
    least=1,
    most=60,
    unit="days",
)
BYTES = 24
"""Of chance in a link: too many to guess."""
MARK_LETTERS, MARK_LENGTH = "ACDEFHJKMNPRTWXY", 6
"""What a paper form is told by: letters that are not taken for one another."""
MOST_AN_HOUR = 60
"""Openings and sendings from one address of the network."""
LONGEST_ANSWER = 2_000
Answers = Mapping[int, tuple[int | None, str]]
"""By the key of a question: which of its scale (from 1, None for none), and the words."""
OVER = "These questions were answered already, or the time for them is over. To tell us more, ask for a new link."


def token_digest(token: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def check_answering(ask: FamilyAsk, *, by: User) -> None:
    """Refuse whoever was not named (403); an ended audit, no consent, or answers that are there (409)."""
    check_asker(ask, by=by)
    check_open(ask.audit)
    if ask.consent != FamilyAsk.Consent.YES:
        raise NotNow("Write down first whether they agree to be asked.")
    if ask.answered is not None:
        raise NotNow("Their answers are here already.")


def make_link(ask: FamilyAsk, *, by: User, at: datetime) -> str:
    """Make the link's token, which nothing keeps; one made before opens no more. Refused as `check_answering`."""
    token = secrets.token_urlsafe(BYTES)
    with trail.acting(by=by, at=at) as act:
        ask = lock_ask(ask)
        check_answering(ask, by=by)
        ask.digest, ask.linked_at, ask.linked_by = token_digest(token), at, by
        ask.expires_on = day_of(at) + timedelta(days=LINK_DAYS.value())
        ask.save(update_fields=["digest", "linked_at", "linked_by", "expires_on"])
        act.add("family.link_made", ask, content={"expires_on": ask.expires_on})
    return token


def mark_paper(ask: FamilyAsk, *, by: User, at: datetime) -> FamilyAsk:
    """Give the paper form a mark by which it is told when it comes back, once. Refused as `check_answering`."""
    with trail.acting(by=by, at=at) as act:
        ask = lock_ask(ask)
        check_answering(ask, by=by)
        if not ask.mark:
            ask.mark = "".join(secrets.choice(MARK_LETTERS) for _ in range(MARK_LENGTH))
            ask.save(update_fields=["mark"])
            act.add("family.paper_made", ask)
    return ask


def count_opening(address: str, *, at: datetime) -> None:
    """Count an opening from an address of the network. Refuses (`TooMany`, 429) beyond `MOST_AN_HOUR`."""
    sentence = "Too many forms were opened from where you are. Please wait an hour and open the link again."
    count_within_hour(f"family:{address}", at, most=MOST_AN_HOUR, sentence=sentence)


def ask_of_token(token: str, *, at: datetime) -> FamilyAsk | None:
    """The asking that a link opens now; None once it was used or its time is over, and for what never was one."""
    return (
        FamilyAsk.objects.filter(digest=token_digest(token), answered=None, expires_on__gt=day_of(at))
        .exclude(audit__state__in=Audit.WITHDRAWN_OR_VOIDED)
        .filter(audit__words_removed_on=None)
        .prefetch_related("answers__question")
        .first()
    )


def record_answers(ask: FamilyAsk, *, way: str, answers: Answers, by: User, at: datetime) -> FamilyAsk:
    """Whoever asked writes down what was said by telephone, on a visit or on paper; a link that is out opens no more.

    Refused as `check_answering`, and (422) no such way, or as `keep_family_answers`.
    """
    with trail.acting(by=by, at=at) as act:
        ask = lock_ask(ask)
        check_answering(ask, by=by)
        if way not in FamilyAsk.Way.values or way == FamilyAsk.Way.LINK:
            raise Refused("Say how they answered.", "way")
        keep_family_answers(ask, answers=answers, way=way, act=act)
    return ask


def send_answers(token: str, *, answers: Answers, at: datetime) -> None:
    """The family sends its answers from the link, which opens no more after that. The trail names nobody.

    Refused (409) where it was used in between or is over, and (422) as `keep_family_answers`.
    """
    with trail.acting(by=None, at=at) as act:
        ask = ask_of_token(token, at=at)
        if ask is None or (ask := lock_ask(ask)).answered is not None or ask.digest != token_digest(token):
            raise NotNow(OVER)
        keep_family_answers(ask, answers=answers, way=FamilyAsk.Way.LINK, act=act)


def keep_family_answers(ask: FamilyAsk, *, answers: Answers, way: str, act: trail.Act) -> None:
    """Keep the answers to the questions that were put, and tell the auditor and whoever asked. The trail says how many
    were answered, and not what was said.

    Refused (422): nothing answered at all, an answer that is not of the scale, or too many words.
    """
    rows = list(ask.answers.select_related("question"))
    for row in rows:
        choice, words = answers.get(row.question_id, (None, ""))
        if choice is not None and not 1 <= choice <= len(row.question.scale):
            raise Refused("Choose one of the answers offered.", f"c{row.question_id}")
        row.choice = choice
        row.words = written(words, f"w{row.question_id}", most=LONGEST_ANSWER)
        row.save(update_fields=["choice", "words"])
    answered = [row for row in rows if row.said]
    if not answered:
        raise Refused("Answer at least one of the questions.", next((f"w{row.question_id}" for row in rows), ""))
    ask.answered, ask.recorder, ask.way, ask.digest = act.at, act.by, way, ""
    ask.save(update_fields=["answered", "recorder", "way", "digest"])
    act.add("family.answered", ask, content={"way": way, "answered": len(answered), "asked": len(rows)})
    readers = [person for person in (ask.audit.auditor, ask.asker) if person is not None and person != act.by]
    notices.notify(to=dict.fromkeys(readers), text=FamilyAnswered(ask.audit, ask), key=f"{ask.ref}:answered", at=act.at)
