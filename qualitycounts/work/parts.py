"""What the page of My work is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from people import access
from people.models import User
from standards.grades import EscalationPath
from standards.timescales import working_days_between

RANKS = {EscalationPath.INADEQUATE.value: 1, EscalationPath.REQUIRES_IMPROVEMENT.value: 2}
"""The escalation paths that come before the rest, the graver first."""
SHOWN = 8
"""Lines of a card before it says how many more there are."""
MOST = 50
"""Rows of a group that the page shows: what is due first."""
ORDER = ("safeguarding", "month", "others", "to-replace", "no-auditor", "to-close", "reports", "mail", "notices")
"""The cards, from the top."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: by when, what, about which record, with whom, and the button that opens it.

    `more` and `grade` stand under the words; `who_more` says what part the other person plays. `safety`: a child may
    not be safe.
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
    path: str = ""
    safety: bool = False

    @property
    def rank(self) -> int:
        """Where it stands among what is due as soon: a child's safety, the graver path, the other, the rest."""
        return 0 if self.safety else RANKS.get(self.path, len(RANKS) + 1)


@dataclass(frozen=True, slots=True)
class Row:
    """An item on one day, with its clock: working days left, or over as a negative number."""

    item: Item
    days_left: int
    first: bool = False

    @property
    def look(self) -> str:
        """How its button looks: the first of the page is the green one."""
        return "small" if self.first else "secondary small"


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are late, due today, this week, or later. `slug` is their anchor."""

    slug: str
    title: str
    count: str
    rows: list[Row]
    most: int = MOST

    @property
    def shown(self) -> list[Row]:
        """The rows there is room for."""
        return self.rows[: self.most]

    @property
    def more(self) -> int:
        """How many there is no room for: all of them are a page away."""
        return max(len(self.rows) - self.most, 0)


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

    @property
    def rest(self) -> list[Line]:
        """The lines there is no room for, behind the count of them."""
        return self.lines[SHOWN:]

    @property
    def more_words(self) -> str:
        """How many there is no room for, as the line that opens them says it."""
        return f"and {self.more:,} more"


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
    `alarms`: safeguarding concerns that are overdue, above everything. `begun`: it has seen that the council's first
    cases are drawn.
    """

    items: list[Item] = field(default_factory=list)
    waiting: list[tuple[date, Line]] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    meetings: list[tuple[datetime, Meeting]] = field(default_factory=list)
    hopes: list[str] = field(default_factory=list)
    banner: str = ""
    alarms: list[Line] = field(default_factory=list)
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """The whole page."""

    groups: list[Group]
    meetings: list[Meeting]
    cards: list[Card]
    hopes: list[str]
    banner: str
    alarms: list[Line]

    @classmethod
    def of(cls, parts: Iterable[Part], *, on: date) -> Work:
        """The page of one day, from its parts."""
        parts = list(parts)
        meetings = sorted((timed for part in parts for timed in part.meetings), key=lambda timed: timed[0])
        waiting = sorted((dated for part in parts for dated in part.waiting), key=lambda dated: dated[0])
        cards = [card for part in parts for card in part.cards]
        if waiting:
            cards.append(Card("others", "Waiting on others", [line for _, line in waiting]))
        return cls(
            groups=grouped([item for part in parts for item in part.items], on=on, free=not meetings),
            meetings=[meeting for _, meeting in meetings],
            cards=sorted(cards, key=lambda card: ORDER.index(card.slug)),
            hopes=[hope for part in parts for hope in part.hopes],
            banner=" ".join(part.banner for part in parts if part.banner),
            alarms=[alarm for part in parts for alarm in part.alarms],
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
    """A child's safety, then the items by how soon they are due; in each the worst first, then the clock, but what is
    due later goes by its day first; empty groups are left out. The queue of escalations has the same order.

    `free`: no other green button is on the page, so the first row has it.
    """
    sunday = on + timedelta(days=6 - on.weekday())
    groups = {
        "safety": Group("safety", "A child’s safety", "for a child’s safety", []),
        "late": Group("late", "Late", "late", []),
        "today": Group("today", "Today", "due today", []),
        "week": Group("week", "This week", "this week", []),
        "later": Group("later", "Later", "later", []),
    }
    for item in sorted(items, key=lambda item: (item.rank, item.due_on, item.about, item.what)):
        slug = (
            "late"
            if item.due_on < on
            else "today"
            if item.due_on == on
            else "week"
            if item.due_on <= sunday
            else "later"
        )
        groups["safety" if item.safety else slug].rows.append(Row(item, working_days_between(on, item.due_on)))
    groups["later"].rows.sort(key=lambda row: row.item.due_on)
    filled = [group for group in groups.values() if group.rows]
    if free and filled:
        filled[0].rows[0] = replace(filled[0].rows[0], first=True)
    return filled


def in_place_of(owner: User | None, user: User) -> str:
    """What a row adds where it is another's, whose deputy the person is today."""
    return f" · for {owner}, who is away" if owner is not None and access.stands_in(user, owner.pk) else ""
