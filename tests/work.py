"""How a test reads My work: as rows, as the lines of a card, or as the page itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.test import Client

from audits.booking import book as booking_book
from audits.models import Audit
from people.models import User
from qualitycounts.work.page import my_work
from qualitycounts.work.parts import Work
from tests.conftest import NOW
from tests.factories import (
    MET,
)

DAY = timedelta(days=1)


def work(user: User, at: datetime = NOW) -> Work:
    return my_work(User.objects.get(pk=user.pk), at=at)


def rows(user: User, at: datetime = NOW) -> list[tuple[str, str, date]]:
    """Each row as its words, its record and its date."""
    return [(row.item.what, row.item.about, row.item.due_on) for group in work(user, at).groups for row in group.rows]


def card(user: User, slug: str, at: datetime = NOW) -> list[str]:
    """The lines of a card, as the words of the link and under it."""
    found = {card.slug: card for card in work(user, at).cards}
    return [f"{line.text} {line.number or line.more}".strip() for line in found[slug].lines] if slug in found else []


def page(user: User) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def book(audit: Audit, meets: datetime) -> Audit:
    return booking_book.book_meeting(audit, by=audit.auditor, at=MET - 7 * DAY, meets=meets, place="Room 4")  # type: ignore[arg-type]


def green(html: str) -> list[str]:
    """The words on the green buttons of a page."""
    parts = html.split('class="govuk-button')[1:]
    return [part.split(">")[1].split("<")[0] for part in parts if "--secondary" not in part.split(">")[0]]
