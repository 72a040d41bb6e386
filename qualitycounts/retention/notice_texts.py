"""What the notices of the retention schedule say."""

from __future__ import annotations

from audits.models import Disposal
from people.notice_texts import NoticeText


class DisposalToSign(NoticeText):
    """To the Head of QA: what the retention schedule no longer keeps waits for a signature, so many `records`."""

    disposal: Disposal
    records: int
    route = "disposal"
    args = ("disposal.pk",)
