"""What the tests of an audit's pages share."""

from __future__ import annotations

import html
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audits.booking.pack import fits
from audits.form_boxes import BOXES, box_asked
from audits.meeting import lifecycle
from audits.models import Audit
from people.models import User
from standards.models import Criterion
from tests.factories import MET, auditor_of

SCRIPT = {"HTTP_ACCEPT": "application/json", "HTTP_HX_REQUEST": "true"}
"""How the meeting's script asks."""
CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


def signed_in(client: Client, user: User) -> Client:
    """The client, signed in as the person."""
    client.force_login(user)
    return client


def text(response: Any) -> str:
    """The page's text as a browser has it, on one line."""
    return html.unescape(" ".join(response.content.decode().split()))


@contextmanager
def at_most(most: int) -> Iterator[None]:
    """No more queries than this, transaction control apart and the opening, which a meeting has once an hour."""
    with CaptureQueriesContext(connection) as caught:
        yield
    asked = [one["sql"] for one in caught.captured_queries if not one["sql"].startswith(CONTROL)]
    opened = [sql for sql in asked if 'INTO "audits_opening"' in sql]
    assert len(opened) <= 1
    asked = [sql for sql in asked if sql not in opened]
    assert len(asked) <= most, f"{len(asked)} queries, at most {most}:\n" + "\n".join(one[:160] for one in asked)


def fill(audit: Audit) -> None:
    """Mark every point with what was seen, and write in every box."""
    by = auditor_of(audit)
    for point in Criterion.objects.filter(section__standard__standard_set=audit.standard_set):
        if not fits(point, audit):
            continue
        lifecycle.record_mark(
            audit, by=by, at=MET, criterion=point.pk, value="partly", seen="Seen in the notes.", version=0
        )
    for indicator in audit.standard_set.indicators.all():
        lifecycle.record_mark(audit, by=by, at=MET, indicator=indicator.pk, value="not_evidenced", seen="", version=0)
    for slug, box in BOXES.items():
        if box_asked(audit, slug) is None:
            continue
        choice = box.choices[0][0] if box.choices else ""
        lifecycle.record_note(
            audit, by=by, at=MET, slug=slug, choice=choice, text="Visits are on time. " * 8, version=0
        )
