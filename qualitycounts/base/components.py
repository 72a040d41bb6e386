"""What a page object hands to a component: rows of a summary list, and tables with their cells.

A page decides words, tone and address in Python; the template under `templates/components/` only writes them, and
escapes every text. Each component is shown on the gallery page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere. `aloud`: what is read out after them and not shown, such as which record."""

    text: str
    url: str
    aloud: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """What one row of a summary list or one cell of a table says; a text of several lines keeps them.

    `grade`: a grade's slug, shown as its tag after the words. `tone`: the words are a state's (see state.html).
    `flag`: a warning beside the words. `days_left`: a clock beside them, `short` for a column of clocks. `more`:
    quiet lines under them, and `below` a link under those. `url`: where the words lead. `when`: they are a date, which
    stays in one line.
    """

    text: object = ""
    more: str | Sequence[str] = ()
    url: str = ""
    grade: str = ""
    tone: str = ""
    flag: str = ""
    days_left: int | None = None
    short: bool = False
    below: Link | None = None
    strong: bool = False
    quiet: bool = False
    when: bool = False

    @property
    def lines(self) -> list[str]:
        """The quiet lines that say something."""
        return [line for line in ([self.more] if isinstance(self.more, str) else self.more) if line]


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One row of a summary list. `url` and `act`: a link at its end to change it, read out with its key."""

    key: str
    value: Value | str
    url: str = ""
    act: str = "Change"

    @property
    def says(self) -> Value:
        """What the row says, also where it was given as a plain text."""
        return self.value if isinstance(self.value, Value) else Value(self.value)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table. `label`: its column's name, shown where the table is narrow; `css`: a class of its own.

    `button`: a link that looks like a button in place of words; `main`: the green one of the page.
    """

    value: Value | str = ""
    label: str = ""
    css: str = ""
    button: Link | None = None
    main: bool = False

    @property
    def button_look(self) -> str:
        """How its button looks, in the words of the tag link_button."""
        return "small" if self.main else "secondary small"

    @property
    def says(self) -> Value:
        """What the cell says, also where it was given as a plain text."""
        return self.value if isinstance(self.value, Value) else Value(self.value)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One record of a table; `id`: where a link to it lands."""

    cells: Sequence[Cell]
    id: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A big number under its name. `more`: quiet words after it; `url`: the list that it counts."""

    name: str
    number: int
    more: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know before one goes on: a `lead` in bold, a text, the records that it is about, and what follows.

    `items` stand under it, one a line.
    """

    lead: str
    text: str = ""
    links: Sequence[Link] = ()
    after: str = ""
    items: Sequence[Value] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table of records: its caption, the names of its columns, a row for each record.

    `hidden`: the name of a last column that is only read out, such as a button's. `quiet`: the caption, too, is only
    read out. `wide`: the table turns into blocks on a wider screen already. `id`: where a link to it lands. `look`:
    a class of its own, such as for the widths of its columns.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[TableRow]
    hidden: str = ""
    quiet: bool = False
    wide: bool = False
    id: str = ""
    look: str = ""

    @property
    def css(self) -> str:
        """The classes of its own."""
        return " ".join(filter(None, ("qc-table--wide" if self.wide else "", self.look)))

    @property
    def caption_css(self) -> str:
        """The classes of its caption."""
        return "govuk-visually-hidden" if self.quiet else "govuk-table__caption govuk-table__caption--m"
