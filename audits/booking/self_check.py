"""The workers' own look at the headline indicators before the meeting. Nobody else reads theirs (App. 2, before)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from audits.booking.book import check_case_open, check_looks_ahead
from audits.form_boxes import indicators_of
from audits.models import Audit, Mark, SelfCheck
from people import trail
from people.models import User
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import Refused, written


def self_check_of(audit: Audit, user: User) -> SelfCheck | None:
    """What this person noted for themselves, if they did."""
    return SelfCheck.objects.filter(audit=audit, saved_by=user).first()


def save_self_check(audit: Audit, *, answers: Mapping[int, str], words: str, by: User, at: datetime) -> SelfCheck:
    """Keep a worker's own answers: a value of a mark for each indicator's number, and a few words.

    The trail says that it was done, and not what was noted. Refused: anybody but the keyworker and the second worker
    (403), a meeting that has begun or a case that has closed (409), no such indicator or value, too many words (422).
    """
    with trail.acting(by=by, at=at) as act:
        check_looks_ahead(audit, by=by)
        check_case_open(audit, on=day_of(at))
        numbers = {indicator.number for indicator in indicators_of(audit)}
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
