"""Audits and a concern walked to their end by pages alone, and who was told what on which day.

Over Christmas, a month's end, and Easter with the clock change, against tables written by hand beside a calendar.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.models import Action, Audit
from escalation.sweep import sweep_deadlines
from people.models import Notice, User
from qualitycounts.base import clock
from qualitycounts.base.clock import LONDON
from standards.grades import Grade
from tests.audits.meeting.pages import signed_in, text
from tests.escalation.build import finalised_audit
from tests.factories import Council

WORDS = "Chronology on Mosaic, entry of the visit, seen with Niamh."
Row = tuple[date, str, str]
"""The day, the first name and the subject of one notice."""


def morning(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 9, 0, tzinfo=LONDON)


class Walk:
    """A council that lives day by day: each day is swept, and what people do they do by pages."""

    def __init__(self, council: Council, settings: Any) -> None:
        self.council, self.settings, self.client = council, settings, Client()

    def to(self, on: date) -> None:
        """Go on to a day, sweeping each one on the way."""
        while on > self.settings.TODAY:
            self.settings.TODAY += timedelta(days=1)
            sweep_deadlines(on=self.settings.TODAY, at=clock.now())

    def press(self, user: User, address: str, **typed: Any) -> None:
        """What a person sends from a page, which it takes."""
        reply = signed_in(self.client, user).post(address, typed)
        assert reply.status_code == 302, (address, reply.status_code, text(reply)[-1500:])

    def does(self, audit: Audit) -> None:
        """Each owner says that their action is done."""
        for action in audit.actions.filter(state=Action.State.OPEN).select_related("owner"):
            assert action.owner is not None
            self.press(
                action.owner, f"/actions/{audit.ref}-{action.number}/done/", version=action.version, evidence=WORDS
            )

    def follows_up(self, audit: Audit) -> None:
        """The manager records supervision, and the keyworker puts the entry on the file."""
        day = dict(zip(("on_0", "on_1", "on_2"), f"{self.settings.TODAY:%d %m %Y}".split(), strict=True))
        page = f"/audits/{audit.ref}"
        self.press(
            self.council.manager, f"{page}/follow-up/supervision/", discussed="What the move meant to him.", **day
        )
        self.press(self.council.keyworker, f"{page}/follow-up/on-file/", **day)

    def checks(self, audit: Audit) -> None:
        """Whoever checks each action does."""
        for action in audit.actions.filter(state=Action.State.DONE):
            by = self.council.manager if action.part == Action.Part.WORKER else self.council.qa_officer
            self.press(by, f"/actions/{audit.ref}-{action.number}/check/", version=action.version)

    def acts(self, user: User, audit: Audit, act: str, **typed: Any) -> None:
        """An act on a step of the audit's escalation, such as "acknowledge/acknowledge"."""
        self.press(user, f"/escalations/{audit.ref}/{act}/", **typed)


@pytest.fixture
def walk(council: Council, settings: Any) -> Walk:
    return Walk(council, settings)


def told(audit: Audit, since: date) -> list[Row]:
    """Every notice about an audit since a day, as the table has them."""
    about = Notice.objects.filter(key__contains=audit.ref, made__gte=morning(since) - timedelta(hours=9))
    rows = {(clock.day_of(notice.made), notice.to.first_name, notice.subject) for notice in about.select_related("to")}
    return sorted(rows)


def table(ref: str, *days: tuple[tuple[int, int, int], str]) -> list[Row]:
    """A table written by hand: a day, then "Name, Name: subject" a line, with REF for the reference."""
    rows = []
    for day, lines in days:
        for line in filter(None, map(str.strip, lines.splitlines())):
            names, _, subject = line.partition(": ")
            rows += [(date(*day), name.strip(), subject.replace("REF", ref)) for name in names.split(",")]
    return sorted(rows)


def made(council: Council, walk: Walk, on: date, **more: Any) -> Audit:
    walk.settings.TODAY = on
    return finalised_audit(council, at=morning(on), **more)


def test_an_inadequate_over_christmas(council: Council, walk: Walk) -> None:
    audit = made(council, walk, date(2026, 12, 23), grade=Grade.INADEQUATE)
    walk.to(date(2026, 12, 29))  # the 24th is the working day to acknowledge; 25 and 28 are holidays
    walk.acts(council.head_of_service, audit, "acknowledge/acknowledge", words="Read with Devinder.")
    walk.to(date(2027, 1, 4))  # the fifth working day
    walk.does(audit)
    walk.to(date(2027, 1, 6))
    walk.acts(council.head_of_service, audit, "immediate_actions/sign", words="")
    walk.follows_up(audit)
    walk.checks(audit)
    walk.acts(council.manager, audit, "supervision/complete", words="")
    walk.to(date(2027, 1, 7))
    walk.acts(council.qa_officer, audit, "qa_check/confirm", words="Each entry read on Mosaic.")
    walk.to(date(2027, 1, 8))
    walk.acts(council.assistant_director, audit, "re_audit/decide", why="He lives with his aunt and is safe there.")
    opened = "Inadequate: REF is open"
    by_hand = table(
        audit.ref,
        (
            (2026, 12, 23),
            f"""Marguerite, Devinder: {opened}, and part of it is yours
            Niamh, Leona, Amara: {opened}
            Tomasz, Niamh, Devinder: Audit REF is final""",
        ),
        (
            (2026, 12, 29),
            "Amara: Inadequate, 1 working day late, with Marguerite Osei: Acknowledge of REF",
        ),
        (
            (2027, 1, 4),
            """Marguerite: Action REF-1 is done and waits for you
            Devinder: Action REF-2 is done and waits for you""",
        ),
        (
            (2027, 1, 5),
            "Amara: Inadequate, 1 working day late, with Marguerite Osei: Immediate actions of REF",
        ),
        (
            (2027, 1, 6),
            """Amara: REF: 1 immediate action signed, to be checked
            Amara: Inadequate: QA check of REF begins""",
        ),
        ((2027, 1, 7), "Amara: Inadequate: Re-audit of REF begins"),
        ((2027, 1, 8), "Marguerite, Devinder, Niamh, Amara, Leona: Escalation REF is finished"),
    )
    assert told(audit, date(2026, 12, 23)) == by_hand


def test_a_requires_improvement_over_easter_and_the_clock_change(council: Council, walk: Walk) -> None:
    """Met on Wednesday 24 March 2027; Good Friday is the 26th, the clocks change on the 28th, Easter Monday is next."""
    audit = made(council, walk, date(2027, 3, 24), grade=Grade.REQUIRES_IMPROVEMENT)
    walk.to(date(2027, 3, 31))  # the 25th and the 30th are its two working days to acknowledge
    walk.acts(council.manager, audit, "acknowledge/acknowledge", words="")
    walk.to(date(2027, 4, 2))  # the fifth working day of the immediate action
    walk.does(audit)
    walk.to(date(2027, 4, 6))
    walk.follows_up(audit)
    walk.acts(council.manager, audit, "actions/complete", words="")
    walk.checks(audit)
    walk.acts(council.qa_officer, audit, "qa_check/reopen", why="The visit of 29 March is not on Mosaic.")
    walk.acts(council.manager, audit, "actions/complete", words="It is there now.")
    walk.to(date(2027, 4, 7))
    walk.acts(council.qa_officer, audit, "qa_check/confirm", words="Each entry read on Mosaic.")
    walk.press(council.qa_officer, f"/audits/{audit.ref}/follow-up/close/")
    by_hand = table(
        audit.ref,
        (
            (2027, 3, 24),
            """Devinder: Requires improvement: REF is open, and part of it is yours
            Niamh, Marguerite, Amara: Requires improvement: REF is open
            Tomasz, Niamh, Devinder: Audit REF is final""",
        ),
        ((2027, 3, 31), "Amara: Requires improvement, 1 working day late, with Devinder Halloran: Acknowledge of REF"),
        (
            (2027, 4, 2),
            """Amara: Action REF-1 is done and waits for you
            Devinder: Action REF-2 is done and waits for you""",
        ),
        (
            (2027, 4, 6),
            """Amara: Requires improvement: QA check of REF begins
            Devinder: Requires improvement: REF has come back to you""",
        ),
        (
            (2027, 4, 7),
            """Devinder, Niamh, Amara, Marguerite: Escalation REF is finished
            Devinder, Niamh, Tomasz: Audit REF is closed""",
        ),
    )
    assert told(audit, date(2027, 3, 24)) == by_hand


def test_a_good_audit_over_a_month_s_end(council: Council, walk: Walk) -> None:
    """Met on Friday 29 January 2027: its month ends on the last day of February, a Sunday."""
    audit = made(council, walk, date(2027, 1, 29))
    walk.to(date(2027, 3, 8))
    walk.follows_up(audit)
    walk.press(council.qa_officer, f"/audits/{audit.ref}/follow-up/close/")
    walk.to(date(2027, 3, 31))
    names = "with Devinder Halloran and Niamh Okonkwo: what follows audit REF"
    by_hand = table(
        audit.ref,
        ((2027, 1, 29), "Tomasz, Niamh, Devinder: Audit REF is final"),
        ((2027, 2, 28), f"Devinder, Niamh: Due today, {names}"),
        ((2027, 3, 5), f"Amara: 5 working days late, {names}"),
        ((2027, 3, 8), "Tomasz, Niamh, Devinder: Audit REF is closed"),
    )
    assert told(audit, date(2027, 1, 29)) == by_hand


def test_a_concern_over_a_weekend(council: Council, walk: Walk) -> None:
    """Raised on Friday 30 October 2026: made safe by Monday, and late on Tuesday."""
    audit = made(council, walk, date(2026, 10, 29))
    walk.to(date(2026, 10, 30))
    spoke = {"spoken_on_0": "30", "spoken_on_1": "10", "spoken_on_2": "2026", "spoken_time": "00:00"}
    page = f"/audits/{audit.ref}/concern/"
    walk.press(council.auditor, page, why="He was alone at home.", spoken_to=council.manager.pk, **spoke)
    walk.acts(council.manager, audit, "acknowledge/acknowledge", words="")
    walk.to(date(2026, 11, 3))
    walk.acts(council.manager, audit, "make_safe/record", acted="I saw him at his aunt’s on Monday, with Niamh.")
    walk.acts(council.head_of_service, audit, "make_safe/sign", words="I rang the aunt.")
    by_hand = table(
        audit.ref,
        (
            (2026, 10, 30),
            """Devinder: Safeguarding: REF is open, and part of it is yours
            Amara: Safeguarding: REF is open
            Tomasz: The concern REF is acknowledged""",
        ),
        (
            (2026, 11, 3),
            """Leona: Safeguarding, 1 working day late, with Devinder Halloran: Child made safe of REF
            Marguerite: Safeguarding, REF: is the child safe?
            Devinder, Niamh, Amara, Leona, Tomasz, Marguerite: Escalation REF is finished""",
        ),
    )
    assert told(audit, date(2026, 10, 30)) == by_hand
