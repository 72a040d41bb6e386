"""A second factor beside the password: an app's codes, passkeys, and recovery codes for the day both are lost."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator

from people import notices, trail
from people.membership import check_other
from people.merging import tell_administrators_of
from people.models import User
from people.notice_texts import SecondFactorChanged
from qualitycounts.base.refusals import NotNow, written

NAMES = {"totp": "an app’s codes", "webauthn": "a passkey", "recovery_codes": "recovery codes"}
"""What each kind is called, in a sentence."""


def keep_record(user: User, kind: str, done: str, *, at: datetime) -> None:
    """Leave an entry in the trail and tell the person that a second factor of theirs was `done`: added or removed."""
    with trail.acting(by=user, at=at) as act:
        act.add(f"user.second_factor_{done}", user, now=kind)
        if kind != "recovery_codes":
            what = f"{NAMES[kind]} {'can' if done == 'added' else 'can no longer'} be used"
            notices.notify(to=[user], text=SecondFactorChanged(what), key=f"factor:{done}:{at.isoformat()}", at=at)


def remove_second_factors(user: User, *, why: str, by: User, at: datetime) -> None:
    """Take all second factors from a person who has lost them: the password alone lets them in, to set up another.

    Refused: not an administrator, or oneself (403); no reason (422); there are none (409).
    """
    check_other(user, by=by)
    reason = written(why, "why", "Say why. It stays in the history.")
    with trail.acting(by=by, at=at) as act:
        removed, _ = Authenticator.objects.filter(user=user).delete()
        if not removed:
            raise NotNow(f"{user.name} has set up no second factor.")
        act.add("user.second_factor_removed", user, why=reason)
        tell_administrators_of(
            user, f"{user.name} signs in without a second factor until they set one up", by=by, at=at
        )
        text = SecondFactorChanged("no second factor stands until you set one up again")
        notices.notify(to=[user], text=text, key=f"factor:taken:{at.isoformat()}", at=at)
