"""What a person chooses for themselves."""

from __future__ import annotations

from datetime import datetime

from people import trail
from people.models import User


def choose_keys(*, by: User, at: datetime, on: bool) -> None:
    """Turn the person's single-key shortcuts on or off (WCAG 2.1.4), until they choose again."""
    with trail.acting(by=by, at=at) as act:
        by.keys_on = on
        by.save(update_fields=["keys_on"])
        act.add("user.keys_chosen", by, content={"on": on})
