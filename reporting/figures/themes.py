"""What the notes say, counted by theme; good practice; and what other sources say of the same standards."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Count, Value, When

from audits.models import Note
from audits.sheet import HEADINGS
from reporting.figures.base import Figure, Window, counted, finalised_between
from reporting.models import Evidence, Quotation, Tag, Theme
from reporting.periods import Kind, Period

THEME = "Audits with a note tagged with the theme, as a share of the audits of the period that were read for themes."
READ = "Audits of the period with at least one tag: those that were read for themes."
PRACTICE = "Audits of the period in which good practice was written down under the standard."
SHARED = HEADINGS[-1][0]
QUOTED = 6
"""Lines of one report: more would not be read."""


@dataclass(frozen=True)
class Themes:
    """How many audits were read, the themes by side, and the cleared lines of the period."""

    read: Figure
    well: list[Figure]
    worried: list[Figure]
    quotes: list[dict[str, str]]


@dataclass(frozen=True)
class Said:
    """One finding from elsewhere, as its owner entered it."""

    source: str
    quarter: str
    standard: int | None
    says: str
    title: str
    words: str
    number: str


def themes(window: Window) -> Themes:
    """Themes of the period and of the one before, and the lines cleared to be quoted: two queries."""
    period = window.period
    now = Case(
        When(finalised_between(period, period, "audit__"), then=Value(True)), default=False, output_field=BooleanField()
    )
    tagged = Tag.objects.filter(counted("audit__"), finalised_between(period.previous, period, "audit__")).annotate(
        now=now
    )
    audits: defaultdict[bool, set[int]] = defaultdict(set)
    seen: defaultdict[tuple[str, int, str], defaultdict[bool, set[int]]] = defaultdict(lambda: defaultdict(set))
    for side, standard, name, audit, is_now in tagged.values_list(
        "theme__side", "theme__standard", "theme__name", "audit", "now"
    ):
        audits[is_now].add(audit)
        seen[side, standard or 0, name][is_now].add(audit)
    whole, before = len(audits[True]), len(audits[False])
    found: defaultdict[str, list[Figure]] = defaultdict(list)
    for (side, standard, name), sets in seen.items():
        about = f"{name} (S{standard})" if standard else name
        found[side].append(Figure(about, THEME, len(sets[True]), whole, len(sets[False]), before))
    for figures in found.values():
        figures.sort(key=lambda figure: (-figure.count, figure.name))
    return Themes(
        read=Figure("Read for themes", READ, whole, None, before),
        well=found[Theme.Side.WELL],
        worried=found[Theme.Side.WORRIED],
        quotes=quotes(period, Quotation.Kind.QUOTE),
    )


def quotes(period: Period, kind: Quotation.Kind) -> list[dict[str, str]]:
    """The lines of the period's audits that were picked, cleaned and cleared by a second person: one query."""
    cleared = (
        Quotation.objects.filter(
            counted("note__audit__"),
            finalised_between(period, period, "note__audit__"),
            kind=kind,
            state=Quotation.State.CLEARED,
        )
        .select_related("offered_by", "settled_by")
        .order_by("standard", "-pk")[:QUOTED]
    )
    return [
        {
            "words": one.words,
            "speaker": one.get_speaker_display(),
            "standard": str(one.standard or ""),
            "picked": str(one.offered_by),
            "cleared": str(one.settled_by),
        }
        for one in cleared
    ]


def practice(window: Window) -> list[Figure]:
    """Audits with good practice to share, by standard: one query."""
    slugs = {f"s{number}-{SHARED}": number for number in range(1, 8)}
    rows = (
        Note.objects.filter(
            counted("audit__"), finalised_between(window.period, window.period, "audit__"), slug__in=slugs
        )
        .exclude(text="")
        .order_by()
        .values_list("slug")
        .annotate(n=Count("pk"))
    )
    counts: Counter[int] = Counter({slugs[slug]: n for slug, n in rows})
    return [Figure(f"Standard {number}", PRACTICE, counts[number]) for number in range(1, 8)]


def elsewhere(window: Window) -> list[Said]:
    """What other sources say of the quarters of the period: one query. None for a month."""
    if window.period.kind == Kind.MONTH:
        return []
    quarters = {str(Period(month.first, Kind.QUARTER)) for month in window.period.months[::3]}
    rows = Evidence.objects.filter(quarter__in=quarters, withdrawn=False).order_by("standard", "source", "pk")
    return [
        Said(
            source=one.get_source_display(),
            quarter=one.quarter,
            standard=one.standard,
            says=one.get_says_display(),
            title=one.title,
            words=one.words,
            number=one.number,
        )
        for one in rows
    ]
