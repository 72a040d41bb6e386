"""What is told of requests for subject access."""

from __future__ import annotations

from people.models import User
from people.notice_texts import NoticeText


class CopyOfYourRecords(NoticeText):
    """To a worker: a copy of all that is held about them was made."""

    by: User
    urgent = True
    route = "privacy"
