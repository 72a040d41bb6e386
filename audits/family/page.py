"""What the pages about a family's voice show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from audits.family import asking, letter
from audits.family.answers import check_answering
from audits.family.said import family_voice, heading_of
from audits.models import Audit, FamilyAsk
from people import access
from people.models import User
from people.roles import Permission
from qualitycounts.base.dates import date_in_words
from qualitycounts.base.refusals import allows


@dataclass(frozen=True, slots=True)
class AskLine:
    """One person of a family: who asks, how far it is, and what this reader can do about it."""

    ask: FamilyAsk
    standing: str
    shape: str
    can_write: bool


def ask_standing(ask: FamilyAsk, on: date) -> tuple[str, str]:
    """How far an asking is, in words, and its shape."""
    if ask.answered is not None:
        return f"Answered: {heading_of(ask)}", "agreed"
    if ask.consent == FamilyAsk.Consent.NO:
        return "Did not want to be asked", "na"
    if ask.consent == "":
        return f"{ask.asker.name} asks whether they agree", "blank"
    if ask.waits(on) and ask.expires_on:
        return f"Agreed; the link opens until {date_in_words(ask.expires_on)}", "proposed"
    return f"Agreed; {ask.asker.name} has their answers to come", "proposed"


def ask_line(ask: FamilyAsk, *, by: User, on: date) -> AskLine:
    """One asking as this reader sees it."""
    standing, shape = ask_standing(ask, on)
    return AskLine(ask, standing, shape, letter.can_write_letter(ask, by=by))


def family_page(audit: Audit, *, by: User, on: date) -> dict[str, object]:
    """The page of what one audit's family said."""
    voice = family_voice(audit)
    for ask in voice.asks:
        ask.audit = audit
    lines = [ask_line(ask, by=by, on=on) for ask in voice.asks]
    return {"audit": audit, "lines": lines, "can_name": asking.can_name_asker(audit, by=by)} | {
        "can_quote": audit.final and access.may(by, Permission.KEEP_THEMES)
    }


def ask_page(ask: FamilyAsk, *, by: User, on: date) -> dict[str, object]:
    """The page of one asking."""
    return {
        "ask": ask,
        "audit": ask.audit,
        "line": ask_line(ask, by=by, on=on),
        "can_say_consent": allows(asking.check_say_consent, ask, by=by),
        "can_answer": allows(check_answering, ask, by=by),
        "can_take_back": allows(asking.check_consent_taken_back, ask, by=by),
        "sees_audit": asking.family_audits(by).filter(pk=ask.audit_id).exists(),
    }
