"""What the notice of odd openings says."""

from __future__ import annotations

from people.notice_texts import NoticeText


class OddOpenings(NoticeText):
    """To the Head of QA, once a week: who opened very many children's records within an hour (`many`), and who opened
    records outside their own service while standing in for somebody (`outside`); each by name, "" for none."""

    many: str
    outside: str
    route = "openings"
