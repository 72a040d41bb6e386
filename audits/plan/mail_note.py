"""A note of a person's own that goes out with mails: short, and without a number that could be a child's."""

from __future__ import annotations

import re

from qualitycounts.base.refusals import Refused, written

LONGEST_NOTE = 1000
A_NUMBER = re.compile(r"\d{5,}")


def check_mail_note(note: str, field: str = "note") -> str:
    """The note as it may go by mail. Refused (422): too long, or with a number that could be a child’s."""
    words = written(note, field, most=LONGEST_NOTE)
    if number := A_NUMBER.search(words):
        raise Refused(f"“{number[0]}” could be a child’s number, and this goes by mail. Say it without it.", field)
    return words
