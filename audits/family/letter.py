"""What we did about it: a letter to print, back to the person of the family who answered (strategy 6.2.3).

A person picks what is said back and writes in plain words what was done. No name is held, so it is written in by hand.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from audits.family.asking import check_open, lock_ask
from audits.family.said import said_only
from audits.models import Action, FamilyAnswer, FamilyAsk, FamilyLetter
from people import access, trail
from people.models import User
from people.roles import Permission
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, allows, written

LONGEST_LETTER = 3_000


def check_write_letter(ask: FamilyAsk, *, by: User) -> None:
    """Refuse whoever is neither a chair of the audit nor of QA (403); an ended audit, and no answer to write back to
    (409)."""
    if ask.audit.chair_of(by) is None and not access.may(by, Permission.RUN_SELECTION):
        raise NotAllowed("The auditor, the keyworker or the QA Team write back to the family. Ask one of them.")
    check_open(ask.audit)
    if ask.answered is None:
        raise NotNow("They have not answered yet, so there is nothing to write back about.")


def can_write_letter(ask: FamilyAsk, *, by: User) -> bool:
    """Whether the person may write it."""
    return allows(check_write_letter, ask, by=by)


def answers_to_pick(ask: FamilyAsk) -> list[FamilyAnswer]:
    """What was said, to be picked from."""
    return said_only(ask.answers.all())


def actions_done(ask: FamilyAsk) -> list[Action]:
    """What was done of the audit's plan, to write from: in the plan's words, which are not yet a family's."""
    return list(ask.audit.actions.filter(state=Action.State.VERIFIED).order_by("number"))


def write_letter(ask: FamilyAsk, *, picked: Collection[int], done: str, by: User, at: datetime) -> FamilyLetter:
    """Write the letter, or write it again. Refused as `check_write_letter`, and (422) without anything picked that was
    said, or without words."""
    with trail.acting(by=by, at=at) as act:
        ask = lock_ask(ask)
        check_write_letter(ask, by=by)
        offered = [answer.pk for answer in answers_to_pick(ask)]
        if not picked or set(picked) - set(offered):
            raise Refused("Pick at least one thing that they told us.", "picked")
        words = written(done, "done", "Say in plain words what was done about it.", most=LONGEST_LETTER)
        values = {"picked": sorted(picked), "done": words, "written_at": at, "written_by": by}
        letter, _ = FamilyLetter.objects.update_or_create(ask=ask, defaults=values)
        act.add("family.letter_written", letter, content={"done": words})
    return letter


def letter_of(ask: FamilyAsk) -> FamilyLetter | None:
    """The letter, if one was written."""
    return FamilyLetter.objects.filter(ask=ask).first()


def said_back(ask: FamilyAsk, letter: FamilyLetter) -> list[FamilyAnswer]:
    """The answers that the letter says back."""
    return [answer for answer in answers_to_pick(ask) if answer.pk in letter.picked]
