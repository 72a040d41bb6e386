"""What the notes say, counted by theme, and the lines that were cleared to be quoted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

from django.db.models import BooleanField, Case, Q, Value, When

from reporting.models import Quotation, Tag, Theme
from reporting.periods import Period
from reporting.sections.bars import BarGroup, bars, figures_table
from reporting.sections.base import Figure, Window, counted, finalised_between
from reporting.sections.section import Figures, Section, Table, View

THEME = "Audits with a note tagged with the theme, as a share of the audits of the period that were read for themes."
READ = "Audits of the period with at least one tag: those that were read for themes."
QUOTED = 6
"""Lines of one report: more would not be read."""


@dataclass(frozen=True)
class Quote:
    """One line as it may be read, with who said it, of which standard, and the two people who saw to it."""

    words: str
    speaker: str
    standard: str
    picked: str
    cleared: str

    @property
    def source(self) -> str:
        """Who said it, of which standard, and who saw to it."""
        standard = f", Standard {self.standard}" if self.standard else ""
        return f"{self.speaker}{standard}. Picked by {self.picked}, cleared by {self.cleared}."


@dataclass(frozen=True)
class Themes(Section):
    """How many audits were read, the themes by side, and the cleared lines of the period."""

    name = "themes"
    key = "themes"
    template = "reports/themes.html"
    beside = ("themes", "Themes")

    read: Figure
    well: list[Figure]
    worried: list[Figure]
    quotes: list[Quote] = field(default_factory=list)

    @classmethod
    def count(cls, window: Window) -> Self:
        """Themes of the period and of the one before, and the lines cleared to be quoted: two queries."""
        period = window.period
        now = Case(
            When(finalised_between(period, period, "audit__"), then=Value(True)),
            default=False,
            output_field=BooleanField(),
        )
        tagged = Tag.objects.filter(counted("audit__"), finalised_between(period.previous, period, "audit__")).annotate(
            now=now
        )
        audits: defaultdict[bool, set[int]] = defaultdict(set)
        seen: defaultdict[tuple[str, int, str, int], defaultdict[bool, set[int]]] = defaultdict(
            lambda: defaultdict(set)
        )
        for side, standard, name, theme, audit, is_now in tagged.values_list(
            "theme__side", "theme__standard", "theme__name", "theme", "audit", "now"
        ):
            audits[is_now].add(audit)
            seen[side, standard or 0, name, theme][is_now].add(audit)
        whole, before = len(audits[True]), len(audits[False])
        by_side: defaultdict[str, list[Figure]] = defaultdict(list)
        for (side, standard, name, theme), sets in seen.items():
            about = f"{name} (S{standard})" if standard else name
            by_side[side].append(Figure(about, THEME, len(sets[True]), whole, len(sets[False]), before, theme))
        for figures in by_side.values():
            figures.sort(key=lambda figure: (-figure.count, figure.name))
        return cls(
            read=Figure("Read for themes", READ, whole, None, before),
            well=by_side[Theme.Side.WELL],
            worried=by_side[Theme.Side.WORRIED],
            quotes=cleared_quotes(period),
        )

    def page(self, view: View) -> Self | None:
        """The themes with their bars, and the lines; nothing where no audit was read for themes."""
        return self if self.read.count else None

    @property
    def definition(self) -> str:
        """What is counted of a theme."""
        return (self.well or self.worried)[0].definition

    @property
    def groups(self) -> list[BarGroup]:
        """Both sides with their bars."""
        sides = (("What is working well", self.well), ("What we are worried about", self.worried))
        return [BarGroup(name, bars(figures)) for name, figures in sides if figures]

    def tables(self, figures: Figures) -> Iterator[Table]:
        """Both sides."""
        yield figures_table("themes-well", "Themes: working well", self.well)
        yield figures_table("themes-worried", "Themes: worries", self.worried)


def _of(prefix: str, period: Period) -> Q:
    """Of an audit that counts and was finalised in the period; `prefix` leads to it."""
    return counted(prefix) & finalised_between(period, period, prefix)


def cleared_quotes(period: Period, speakers: Sequence[str] = Quotation.Speaker.values) -> list[Quote]:
    """The lines of the period's audits that were picked, cleaned and cleared by a second person: one query."""
    cleared = (
        Quotation.objects.filter(
            Q(speaker__in=speakers),
            _of("note__audit__", period) | _of("answer__ask__audit__", period),
            kind=Quotation.Kind.QUOTE,
            state=Quotation.State.CLEARED,
        )
        .select_related("offered_by", "settled_by")
        .order_by("standard", "-pk")[:QUOTED]
    )
    return [
        Quote(
            words=quotation.words,
            speaker=quotation.get_speaker_display(),
            standard=str(quotation.standard or ""),
            picked=str(quotation.offered_by),
            cleared=str(quotation.settled_by),
        )
        for quotation in cleared
    ]
