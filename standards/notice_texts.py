"""What the notices say about a set of standards, or a tool, on its way to being published."""

from __future__ import annotations

from datetime import date

from people.models import User
from people.notice_texts import NoticeText
from standards.models import SetDraft


class AboutSet(NoticeText, abstract=True):
    """A notice about a draft of the standards or of a tool: it opens the draft."""

    draft: SetDraft
    by: User
    route = "standards-draft"
    args = ("draft.pk",)


class SetToPublish(AboutSet):
    """To those who may publish a set and wrote nothing in it: one is ready for them to read."""

    urgent = True


class SetSentBack(AboutSet):
    """To whoever sent it: a draft comes back. What should change first is on its page."""

    urgent = True


class SetPublished(AboutSet):
    """To whoever sent it: it is published, and in force from a day."""

    begins: date


class ToolPublished(AboutSet):
    """To whoever sent it: a tool is published, and activities may be planned with it."""
