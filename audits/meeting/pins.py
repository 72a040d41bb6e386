"""The PIN of one chair: one screen is passed between two people without a full sign-in each time.

Whoever passes the screen is signed out, and only that browser then asks for the other's PIN. A session that a PIN
opened reaches the pages of that meeting and nothing else, and ends with the PIN.
"""

from __future__ import annotations

import re
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password

from audits.locking import chair_of, check_going_on, lock_audit
from audits.models import Audit, MeetingPin
from people import trail
from people.models import User
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotNow, Refused

TRIES = 5
"""Wrong tries after which a PIN opens nothing any more."""
EASY = "01234567890 09876543210"


def set_pin(audit: Audit, *, by: User, at: datetime, digits: str) -> MeetingPin:
    """Set the PIN of one's own chair for this meeting, or a new one in its place, with its tries from the start.

    Refused: not 4 to 6 digits, or too easy to guess (422), outside the meeting (409), not in a chair (403).
    """
    if not re.fullmatch(r"[0-9]{4,6}", digits):
        raise Refused("Enter 4 to 6 digits.", "digits")
    if digits in EASY or len(set(digits)) == 1:
        raise Refused("That is too easy to guess. Choose digits that are not in a row and not all the same.", "digits")
    secret = make_password(digits)
    with trail.acting(by=by, at=at) as act:
        fresh = lock_audit(audit)
        chair = chair_of(fresh, by)
        check_going_on(fresh)
        values = {"secret": secret, "tries": 0, "set_at": at}
        pin, _ = MeetingPin.objects.update_or_create(audit=fresh, set_by=by, defaults=values)
        act.add("audit.pin_set", fresh, content={"chair": chair})
    return pin


def pin_of(audit: Audit, person: int, *, at: datetime) -> MeetingPin | None:
    """The PIN that lets this person in now: set today for this meeting, with a try left."""
    pin = audit.pins.filter(set_by=person, tries__lt=TRIES).select_related("set_by").first()
    return pin if pin and day_of(pin.set_at) == day_of(at) and pin.set_by.works_here(day_of(at)) else None


def try_pin(audit: Audit, person: int, *, at: datetime, digits: str) -> MeetingPin | None:
    """Whose PIN it is, if the digits are right; None for a wrong try, which is counted.

    The audit's row is locked, so that tries made at once stand in line and none is left uncounted. Refused (409): no
    PIN of today, no try left, or outside the meeting; then only a full sign-in helps.
    """
    with trail.acting(by=None, at=at) as act:
        fresh = lock_audit(audit)
        check_going_on(fresh)
        pin = pin_of(fresh, person, at=at)
        chair = fresh.chair_of(pin.set_by) if pin else None
        if pin is None or chair is None:
            raise NotNow("This PIN opens nothing any more. Sign in with your e-mail address and password.")
        if check_password(digits, pin.secret):
            act.add("audit.pin_used", fresh, content={"chair": chair})
            return pin
        pin.tries += 1
        pin.save(update_fields=["tries"])
        act.add("audit.pin_wrong", fresh, content={"chair": chair, "try": pin.tries})
        if pin.tries == TRIES:
            act.add("audit.pin_locked", fresh, content={"chair": chair})
    return None


def ref_of_pin(pin: int) -> str | None:
    """The reference of the audit that a PIN is for; None once it is gone."""
    return MeetingPin.objects.filter(pk=pin).values_list("audit__ref", flat=True).first()


def audit_passed(pk: int, ref: str) -> Audit | None:
    """The audit whose screen was passed, if this address is its own."""
    return Audit.objects.filter(pk=pk, ref=ref).first()
