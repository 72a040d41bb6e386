"""A report while it is a draft: started for a period, its words written. Its figures are live until it is made."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import IntegrityError, transaction

from people import trail
from people.models import User
from qualitycounts.base import clock
from qualitycounts.base.dates import date_in_words
from qualitycounts.base.refusals import NotNow, Refused, Stale, written
from reporting.models import Recommendation, Report
from reporting.periods import Period, PeriodKind
from reporting.reports.counting import compose
from reporting.sections import event
from reporting.sections.contents import SECTIONS
from reporting.states import REPORT

KINDS = {
    PeriodKind.MONTH: Report.Kind.MONTHLY,
    PeriodKind.QUARTER: Report.Kind.QUARTERLY,
    PeriodKind.HALF: Report.Kind.LEARNING,
    PeriodKind.YEAR: Report.Kind.ANNUAL,
}
WORDS = ("working_well", "worries", "recommendations")
BLOCKS = dict(kind.beside for kind in SECTIONS if kind.beside)
"""What may be written beside the figures, by the part of the report it stands in."""
IN_SHORT = "staff"
"""The block that everyone reads in short, of every report longer than a month."""
WRITTEN = ("blocks", "written_at", "written_by")
CARRIED = (
    *("number", "kind", "words", "because", "standard"),
    *("answer", "what", "owner_id", "by_on", "priority", "joins_id", "answered_at", "answered_by_id"),
)
LONGEST = 4000
ROOM = {"working_well": (3, 240), "worries": (3, 240), "recommendations": (5, 500)}
"""The lines and characters that a month's two pages have room for."""
ROOM_BESIDE = 300
"""The characters there are for what is written beside its figures, all boxes together."""
NAMES_A_CASE = re.compile(r"\b(QC-\d{4}-\d+\S*|\d{6,})\b", re.IGNORECASE)
MOST_AT_ONCE = 20
WHY = "{} was issued. Open it, and write in a line why it is corrected: its readers are told."


def start_draft(*, period: Period, by: User | None, at: datetime, why: str = "") -> Report:
    """Open the period's next version as a draft, with the words of the one before; the open one where there is one.
    `why` says why what was issued is corrected, and is printed.

    Refuses (`Refused`, 422) a period that has not begun (strategy 4.7.5, 7: monthly and quarterly reports), and a
    correction without its reason.
    """
    check_begun(period, at)
    with trail.acting(by=by, at=at) as act:
        newest = newest_locked(period)
        if newest is not None and not newest.frozen:
            return newest
        is_correction = newest is not None and newest.issued_at
        why = fit(written(why, "period", WHY.format(newest and newest.ref)), "period") if is_correction else ""
        report = add_version(period, newest, by=by, at=at, why=why)
        _count(report, at)
        act.add("report.start", report, now=report.state)
    return report


def check_begun(period: Period, at: datetime) -> None:
    """Refuse (`Refused`, 422) a period that is still to come."""
    if period.first > clock.day_of(at):
        begins = date_in_words(period.first)
        raise Refused(f"{period.label} has not begun. Start its report on or after {begins}.", "period")


def write(
    *, report: Report, version: int, words: dict[str, str], blocks: dict[str, str] | None = None, by: User, at: datetime
) -> Report:
    """Save the words of a draft: what works well, what worries us, what we ask, and what stands beside the figures,
    which are counted afresh. `version` is the page's.

    Refuses (`NotNow`, 409) once it is made; (`Stale`, 409) when someone saved in between; (`Refused`, 422) words that
    are too long, for a month's two pages above all, or name an audit or a case: a report goes to people who may not
    know which child it is.
    """
    with trail.acting(by=by, at=at) as act:
        report = locked(report)
        was = report.state
        if not REPORT.can(was, "write"):
            raise NotNow("This report was made, so its words are fixed. Start a correction to change them.")
        if report.version != version:
            raise Stale("Someone else saved this draft since you opened it. Open it again, then add your words.")
        for slug in WORDS:
            setattr(report, slug, fit(words.get(slug, ""), slug))
        said = {slug: fit((blocks or {}).get(slug, ""), f"block_{slug}") for slug in blocks_of(report)}
        report.blocks = {slug: text for slug, text in said.items() if text}
        if report.about.kind == PeriodKind.MONTH:
            check_room(report)
        report.state = REPORT.check(was, "write")
        report.version += 1
        if report.has_words:
            report.written_at, report.written_by = at, by
        report.save(update_fields=[*WORDS, "blocks", "version", "state", "written_at", "written_by"])
        _count(report, at)
        act.add("report.write", report, was=was, now=report.state, content=words | {"blocks": report.blocks})
    return report


def blocks_of(report: Report) -> dict[str, str]:
    """What is written in a report beside its own three texts, with its label: for a learning event the parts of its
    pack, and what everyone reads in short."""
    if report.kind != Report.Kind.LEARNING:
        return BLOCKS
    return {slug: label for slug, (label, _) in event.WRITTEN.items()} | {IN_SHORT: BLOCKS[IN_SHORT]}


def recount_draft(*, report: Report, by: User, at: datetime) -> Report:
    """Count the figures of a draft afresh, its words untouched. Refuses (`NotNow`, 409) once it is made."""
    with trail.acting(by=by, at=at) as act:
        report = locked(report)
        if not REPORT.can(report.state, "write"):
            raise NotNow("This report was made, so its numbers are fixed. Start a correction to count them again.")
        _count(report, at)
        act.add("report.recount", report)
    return report


def _count(report: Report, at: datetime) -> None:
    """The figures that the draft shows until it is saved, counted again or made."""
    report.figures, report.as_at = compose(report.about, at=at, report=report).to_json(), clock.day_of(at)
    report.save(update_fields=["figures", "as_at"])


def fit(words: str, slug: str) -> str:
    """The words as they may be printed. Refuses what is too long or points to a case."""
    words = words.replace("\r\n", "\n").strip()
    if len(words) > LONGEST:
        raise Refused(f"Write at most {LONGEST:,} characters here; this has {len(words):,}.", slug)
    if number := NAMES_A_CASE.search(words):
        raise Refused(
            f"“{number[0]}” points to one child’s case. Say it without the number: many people read this.", slug
        )
    return words


def check_room(report: Report) -> None:
    """Refuse (`Refused`, 422) words that a month's two pages have no room for."""
    for slug, (lines, characters) in ROOM.items():
        text = getattr(report, slug)
        points = len([line for line in text.splitlines() if line.strip()])
        if points > lines or len(text) > characters:
            raise Refused(
                f"A monthly report is two pages. Keep this to {lines} lines and {characters} characters; it has "
                f"{points} and {len(text):,}. What needs more room can go into the quarterly report.",
                slug,
            )
    if (length := sum(len(text) for text in report.blocks.values())) > ROOM_BESIDE:
        raise Refused(
            f"A monthly report is two pages. Keep what you make of it to {ROOM_BESIDE} characters; it has {length:,}.",
            f"block_{next(iter(report.blocks))}",
        )


def newest_locked(period: Period) -> Report | None:
    """The newest version, its row locked."""
    return Report.objects.light().select_for_update().filter(period=str(period)).order_by("-number").first()


def locked(report: Report) -> Report:
    """The report as it is now, its row locked."""
    return Report.objects.light().select_for_update().get(pk=report.pk)


def add_version(period: Period, newest: Report | None, *, by: User | None, at: datetime, why: str = "") -> Report:
    """The next version; it keeps the reason of a correction that was not issued. Of two that add at once the second
    finds its number taken and takes the one after."""
    first = newest.number + 1 if newest else 1
    words = {slug: getattr(newest, slug) for slug in (*WORDS, *WRITTEN)} if newest else {}
    for number in range(first, first + MOST_AT_ONCE):
        try:
            with transaction.atomic():
                report = Report.objects.create(
                    ref=f"REP-{period.code}-{number}",
                    period=str(period),
                    kind=KINDS[period.kind],
                    number=number,
                    made_at=at,
                    made_by=by,
                    why=why or (newest.why if newest and not newest.issued_at else ""),
                    **words,
                )
                _carry(newest, report)
                return report
        except IntegrityError:
            continue
    raise NotNow("Others are starting this report just now. Open the list of reports again.")


def _carry(newest: Report | None, report: Report) -> None:
    """Take the recommendations of the version before along, with the answers that were given to them."""
    if newest is not None:
        Recommendation.objects.bulk_create(
            Recommendation(**{name: getattr(recommendation, name) for name in CARRIED}, report=report)
            for recommendation in Recommendation.objects.filter(report=newest)
        )
