"""The keyworker's own look at the headline indicators before the meeting. Nobody else reads it (App. 2, before)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from audits.booking import check_prepare
from audits.models import Audit, Mark, SelfCheck
from audits.sheet import indicators_of
from people import trail
from people.models import User
from qualitycounts.refusals import Refused, written


def of(audit: Audit, user: User) -> SelfCheck | None:
    """What this person noted for themselves, if they did."""
    return SelfCheck.objects.filter(audit=audit, saved_by=user).first()


def save(audit: Audit, *, answers: Mapping[int, str], words: str, by: User, at: datetime) -> SelfCheck:
    """Keep the keyworker's own answers: a value of a mark for each indicator's number, and a few words.

    The trail says that it was done, and not what was noted. Refused: anybody but the keyworker (403), a meeting that
    has begun (409), no such indicator or value, or too many words (422).
    """
    with trail.acting(by=by, at=at) as act:
        check_prepare(audit, by=by)
        numbers = {one.number for one in indicators_of(audit)}
        kept = {number: value for number, value in answers.items() if value}
        if set(kept) - numbers or set(kept.values()) - set(Mark.Value.values):
            raise Refused("That is not an answer of this page. Open it again.")
        noted = {
            "answers": {str(number): value for number, value in sorted(kept.items())},
            "words": written(words, "words"),
        }
        saved, _ = SelfCheck.objects.update_or_create(audit=audit, saved_by=by, defaults={**noted, "saved_at": at})
        act.add("audit.self_checked", audit, was=audit.state, now=audit.state)
    return saved
