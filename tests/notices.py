"""A notice whose words a test says outright, for tests of how notices are sent and shown."""

from __future__ import annotations

from people.notice_texts import NoticeText


class PlainText(NoticeText, abstract=True):
    """Words without a template and a link without a route."""

    subject: str
    body: str = "."
    path: str = "/"
    urgent = True

    def link(self) -> str:
        return self.path

    def words(self) -> tuple[str, str]:
        return self.subject, self.body
