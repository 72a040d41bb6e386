"""What the page of My work is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from people import access
from people.models import User
from standards.timescales import working_days_between

SHOWN = 8
"""Lines of a card before it says how many more there are."""
MOST = 50
"""Rows of a group that the page shows: what is due first."""
ORDER = ("safeguarding", "month", "others", "no-auditor", "to-close", "reports", "mail", "notices")
"""The cards, from the top."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: by when, what, about which record, with whom, and the button that opens it.

    `more` and `grade` stand under the words; `who_more` says what part the other person plays.
    """

    due_on: date
    what: str
    about: str
    button: str
    url: str
    who: str = ""
    who_more: str = ""
    more: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An item on one day, with its clock: working days left, or over as a negative number."""

    item: Item
    days_left: int
    first: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are late, due today, this week, or later. `slug` is their anchor."""

    slug: str
    title: str
    count: str
    rows: list[Row]

    @property
    def shown(self) -> list[Row]:
        """The rows there is room for."""
        return self.rows[:MOST]

    @property
    def more(self) -> int:
        """How many there is no room for."""
        return max(len(self.rows) - MOST, 0)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card: a link and a quiet word under it, or a number beside it."""

    text: str
    url: str = ""
    more: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A card beside the list; `empty` says what will come here and when. `slug` is its anchor."""

    slug: str
    title: str
    lines: list[Line]
    empty: str = ""
    url: str = ""
    link: str = ""

    @property
    def shown(self) -> list[Line]:
        """The lines there is room for."""
        return self.lines[:SHOWN]

    @property
    def more(self) -> int:
        """How many there is no room for."""
        return max(len(self.lines) - SHOWN, 0)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of today, above everything else."""

    when: str
    title: str
    facts: list[str]
    ready: list[tuple[str, str]]
    button: str
    url: str
    links: list[Line]


@dataclass(slots=True)
class Part:
    """What one room of the work has for a person: things to do, what they wait for, cards, and a meeting of today.

    `hopes` are sentences of what will come to this person and when, for a page on which there is nothing to do.
    """

    items: list[Item] = field(default_factory=list)
    waiting: list[tuple[date, Line]] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    meetings: list[tuple[datetime, Meeting]] = field(default_factory=list)
    hopes: list[str] = field(default_factory=list)
    banner: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """The whole page."""

    groups: list[Group]
    meetings: list[Meeting]
    cards: list[Card]
    hopes: list[str]
    banner: str

    @classmethod
    def of(cls, parts: Iterable[Part], *, on: date) -> Work:
        """The page of one day, from its parts."""
        parts = list(parts)
        meetings = sorted((one for part in parts for one in part.meetings), key=lambda one: one[0])
        waiting = sorted((one for part in parts for one in part.waiting), key=lambda one: one[0])
        cards = [card for part in parts for card in part.cards]
        if waiting:
            cards.append(Card("others", "Waiting on others", [line for _, line in waiting]))
        return cls(
            groups=grouped([item for part in parts for item in part.items], on=on, free=not meetings),
            meetings=[meeting for _, meeting in meetings],
            cards=sorted(cards, key=lambda card: ORDER.index(card.slug)),
            hopes=[hope for part in parts for hope in part.hopes],
            banner=" ".join(part.banner for part in parts if part.banner),
        )

    @property
    def counts(self) -> list[dict[str, object]]:
        """What there is of each, linking to it; nothing is counted that is not on the page."""
        counts: list[dict[str, object]] = [
            {"number": len(group.rows), "text": group.count, "url": f"#{group.slug}", "over": group.slug == "late"}
            for group in self.groups
        ]
        counts += [
            {"number": len(card.lines), "text": "waiting on others", "url": "#others"}
            for card in self.cards
            if card.slug == "others"
        ]
        return counts


def grouped(items: list[Item], *, on: date, free: bool) -> list[Group]:
    """The items by how soon they are due, most urgent first; empty groups are left out.

    `free`: no other green button is on the page, so the first row has it.
    """
    sunday = on + timedelta(days=6 - on.weekday())
    groups = {
        "late": Group("late", "Late", "late", []),
        "today": Group("today", "Today", "due today", []),
        "week": Group("week", "This week", "this week", []),
        "later": Group("later", "Later", "later", []),
    }
    ordered = sorted(items, key=lambda item: (item.due_on, item.about, item.what))
    for place, item in enumerate(ordered):
        row = Row(item, working_days_between(on, item.due_on), first=free and place == 0)
        if item.due_on < on:
            groups["late"].rows.append(row)
        elif item.due_on == on:
            groups["today"].rows.append(row)
        else:
            groups["week" if item.due_on <= sunday else "later"].rows.append(row)
    return [group for group in groups.values() if group.rows]


def in_place_of(owner: User | None, user: User) -> str:
    """What a row adds where it is another's, whose deputy the person is today."""
    return f" · for {owner}, who is away" if owner is not None and access.stands_in(user, owner.pk) else ""
