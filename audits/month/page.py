"""What the board of a month shows around its rows: its duties, the counts as links, the filters and the kept views."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from audits.booking.book_by import by_month
from audits.duties import owed
from audits.duties.monthly_duties import read_duties
from audits.duties.owed import OwedDuty
from audits.models import Chair, SavedView
from audits.month.board import GROUPS, LATE, Asked, BoardRow, board_rows, counted, moment_of, seat_of
from audits.record import signing
from audits.reminders import chase
from people import trail
from people.models import User
from qualitycounts.base.components import Link
from qualitycounts.base.dates import month_name, short_day
from qualitycounts.base.spreadsheets import Column
from standards.grades import Grade, word_of, words_to_count
from standards.timescales import add_months, working_days_between

MONTHS_BACK, MONTHS_AHEAD = 24, 12
A_CASE_NUMBER = re.compile(r"(?<![\w-])\d{5,}(?!\w)")
"""What looks like a child’s number: it is looked for by POST and stands in no address."""


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty as the board shows it: how late it is, who was told of it and when, and how its button looks."""

    duty: OwedDuty
    days_left: int
    told: str
    look: str

    @property
    def tone(self) -> str:
        """Its mark: late, or to do."""
        return "no" if self.days_left < 0 else "revealed"

    @property
    def since(self) -> str:
        """Since when it is late, or until when there is time; and who was told of it."""
        since = f"{'since' if self.days_left < 0 else 'by'} {short_day(self.duty.due_on)}"
        return f"{since}. {self.told}" if self.told else since


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter of the board: what it is called, what it offers, and what is chosen."""

    label: str
    name: str
    options: list[tuple[str, str]]
    chosen: str


@dataclass(frozen=True, slots=True)
class BoardPage:
    """All that the board shows."""

    month: date
    rows: list[BoardRow]
    asked: Asked
    duties: list[DutyRow]
    counts: list[dict[str, Any]]
    views: list[SavedView]
    kinds: list[tuple[str, str]]
    teams: list[tuple[str, str]]
    summary: str
    late: int
    ticked: frozenset[str]
    dropped: bool
    on: date

    @property
    def months(self) -> list[Link]:
        """The month before and the one after."""
        ways = ((-1, "‹ {}"), (1, "{} ›"))
        return [
            Link(words.format(month_name(add_months(self.month, step))), month_address(add_months(self.month, step)))
            for step, words in ways
        ]

    @property
    def choices(self) -> list[Choice]:
        """The filters that offer a list."""
        given = {str(row.audit.grade): row.audit.grade for row in self.rows if row.audit.grade}
        grades = [(str(grade.value), word_of(given.get(grade.value, grade))) for grade in Grade]
        return [
            Choice("Kind", "kind", self.kinds, self.asked.kind),
            Choice("Team", "team", self.teams, self.asked.team),
            Choice("Grade", "grade", grades, self.asked.grade),
        ]

    @property
    def query(self) -> str:
        """The filters as they stand in an address, without the month."""
        return query_of(self.asked)

    @property
    def kept_values(self) -> list[tuple[str, str]]:
        """The filters, as the form that keeps them under a name sends them."""
        return [(name, value) for name, value in address_values(self.month, self.asked).items() if name != "month"]

    @property
    def back(self) -> str:
        """The board as it is narrowed, for the way back from reminding."""
        return urlencode(address_values(self.month, self.asked))

    @property
    def here(self) -> str:
        """The address of the board as it is narrowed now."""
        return month_address(self.month, self.asked)

    @property
    def xlsx(self) -> str:
        """The address of what is shown as a workbook."""
        return reverse("month-xlsx", query=address_values(self.month, self.asked))

    @property
    def tick_late(self) -> str:
        """The address that shows the board with the late ones ticked."""
        return month_address(self.month, self.asked, tick=LATE)

    @property
    def foot(self) -> str:
        """By when the month’s meetings are booked and signed, and what goes by itself."""
        every = chase.EVERY.value()
        by_itself = (
            f"what is late is also asked for by itself, every {chase.ordinal(every)} working day"
            if every
            else "nothing is asked for by itself"
        )
        return (
            f"Days are working days. Book by {short_day(by_month(self.month))}; sign within "
            f"{signing.SIGN_DAYS.in_words} of the meeting; {by_itself}."
        )


def asked_of(values: Mapping[str, Any], *, in_address: bool) -> tuple[Asked, bool]:
    """What the board is narrowed to, and whether a case’s number was left out: none is taken from an address."""
    words = str(values.get("q", "")).strip()[:100]
    dropped = in_address and A_CASE_NUMBER.search(words) is not None
    asked = Asked(
        show=str(values.get("show", "")),
        words="" if dropped else words,
        kind=str(values.get("kind", "")),
        team=str(values.get("team", "")),
        grade=str(values.get("grade", "")),
    )
    return asked, dropped


def address_values(month: date, asked: Asked, **more: str) -> dict[str, str]:
    """The month and the filters as an address has them: no case’s number."""
    named = {"show": asked.show, "kind": asked.kind, "team": asked.team, "grade": asked.grade, **more}
    if not A_CASE_NUMBER.search(asked.words):
        named["q"] = asked.words
    return {"month": f"{month:%Y-%m}"} | {name: value for name, value in named.items() if value}


def month_address(month: date, asked: Asked | None = None, **more: str) -> str:
    """The address of a month’s board, narrowed."""
    return reverse("month", query=address_values(month, asked or Asked(), **more))


def query_of(asked: Asked) -> str:
    """The filters alone, as a kept view holds them."""
    return urlencode({name: value for name, value in address_values(date.min, asked).items() if name != "month"})


def address_back(query: str, *, on: date) -> str:
    """The address of the board that a form came from: only its month and filters are read out of it."""
    values = QueryDict(query).dict()
    asked, _ = asked_of(values, in_address=True)
    return month_address(month_or_this(str(values.get("month", "")), on=on), asked)


def month_or_this(text: str | None, *, on: date) -> date:
    """The month of an address such as 2026-12, within two years back and one ahead; else this month."""
    first = on.replace(day=1)
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return first
    return month if add_months(first, -MONTHS_BACK) <= month <= add_months(first, MONTHS_AHEAD) else first


def board_page(month: date, asked: Asked, *, user: User, on: date, tick: str = "", dropped: bool = False) -> BoardPage:
    """The board of a month as it is narrowed; the number of queries does not depend on the number of audits."""
    every = board_rows(month, on=on)
    narrowed = [row for row in every if asked.lets_in(row)]
    numbers = counted(narrowed)
    rows = [row for row in narrowed if asked.shows(row)]
    late = [row.audit.ref for row in rows if row.days_late and row.remindable]
    return BoardPage(
        month=month,
        rows=rows,
        asked=asked,
        duties=duty_rows(user, on=on),
        counts=count_links(month, asked, numbers),
        views=list(SavedView.objects.filter(user=user)),
        kinds=[(kind, f"{words}, {count}") for (kind, words), count in kinds_of(every).items()],
        teams=sorted({(str(row.audit.team_id), str(row.audit.team)) for row in every if row.audit.team}, key=by_name),
        summary=in_words(every),
        late=len(late),
        ticked=frozenset(late) if tick == LATE else frozenset(),
        dropped=dropped,
        on=on,
    )


def by_name(team: tuple[str, str]) -> str:
    """A team’s name, to sort by."""
    return team[1]


def duty_rows(user: User, *, on: date) -> list[DutyRow]:
    """What the months owe up to today, the latest first: what is due later stands on My work alone."""
    owed_now = [duty for duty in owed.owed_duties(read_duties(on=on), user=user, on=on) if not duty.waits]
    due = [duty for duty in owed_now if duty.due_on <= on]
    notices = owed.told_of(due)
    return [
        DutyRow(
            duty,
            working_days_between(on, duty.due_on),
            f"{notices[duty.key].to} was told on {short_day(notices[duty.key].made)}" if duty.key in notices else "",
            "small" if place == 0 else "secondary small",
        )
        for place, duty in enumerate(due)
    ]


def count_links(month: date, asked: Asked, numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    """How many there are in all, late, and in each group that has any: each leads to its rows."""
    words = {"": "all", LATE: "late", **GROUPS}
    return [
        {
            "number": numbers[show],
            "text": text,
            "url": month_address(month, Asked(show, asked.words, asked.kind, asked.team, asked.grade)),
            "over": show == LATE and numbers[show] > 0,
            "current": asked.show == show,
        }
        for show, text in words.items()
        if numbers[show] or show in ("", LATE)
    ]


def kinds_of(rows: Sequence[BoardRow]) -> dict[tuple[str, str], int]:
    """How many of each activity there are, but for what is gone; the most first."""
    counts = Counter((row.kind, row.kind_words) for row in rows if row.group != "gone")
    return dict(counts.most_common())


def in_words(rows: Sequence[BoardRow]) -> str:
    """How many audits the month has, by activity."""
    kinds = kinds_of(rows)
    total = sum(kinds.values())
    parts = ", ".join(f"{count} {words[0].lower() + words[1:]}" for (_, words), count in kinds.items())
    return f"{total} audit{'' if total == 1 else 's'}: {parts}" if total else "No audit yet"


COLUMNS: tuple[Column[BoardRow], ...] = (
    Column("Audit", lambda row: row.audit.ref),
    Column("Kind", lambda row: row.kind_words),
    Column("Category", lambda row: row.audit.get_category_display()),
    Column("Person number", lambda row: str(row.audit.case)),
    Column("Auditor", lambda row: str(row.audit.auditor or "")),
    Column("Auditor’s e-mail", lambda row: seat_of(row.audit, Chair.AUDITOR)),
    Column("Keyworker", lambda row: str(row.audit.keyworker or "")),
    Column("Keyworker’s e-mail", lambda row: seat_of(row.audit, Chair.KEYWORKER)),
    Column("Team", lambda row: str(row.audit.team or "")),
    Column("State", lambda row: row.audit.get_state_display()),
    Column("Meeting", lambda row: row.audit.meets),
    Column("Where", lambda row: row.audit.place),
    Column("Prepared", lambda row: row.audit.checked_on),
    Column("Met", lambda row: row.audit.met_on),
    Column("Signed by both", lambda row: row.audit.finalised_at),
    Column("Grade", lambda row: words_to_count(row.audit.grade)),
    Column("Waits for", lambda row: str(row.waits.stage.label) if row.waits else ""),
    Column("Of whom", lambda row: row.waits.names if row.waits else ""),
    Column("By", lambda row: row.waits.due_on if row.waits else None),
    Column("Working days late", lambda row: row.days_late or None),
    Column("Last reminder", moment_of),
)
"""What the workbook of the board holds: enough for a mail merge."""


def take_month_away(month: date, asked: Asked, *, by: User, at: datetime, on: date) -> list[BoardRow]:
    """The rows that are shown, to be taken away; the trail says by whom and how they were narrowed."""
    with trail.acting(by=by, at=at) as act:
        rows = [row for row in board_rows(month, on=on) if asked.lets_in(row) and asked.shows(row)]
        content = {"asked": query_of(asked), "rows": len(rows)}
        act.add_by_ref("month.taken_away", "month", f"{month:%Y-%m}", content=content)
    return rows
