"""The third sentence of a report: which standard is the lowest, or which share that place, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from reporting.control_chart import Share, in_words
from reporting.periods import UNITS
from reporting.sections.rows import Rows
from reporting.sections.shares import Row
from reporting.sections.wording import joined


def weakest(rows: Rows, overdue: int) -> tuple[str, str]:
    """The third sentence: the standard with the lowest share, or those that share it, and for how long; else what is
    late."""
    graded = [row for row in rows.standards if 2 * row.now.of >= rows.audits > 0]
    if not graded:
        are = "action is" if overdue == 1 else "actions are"
        return "Follow-up:", f"{in_words(overdue)} {are} overdue."
    graded = [row for row in graded if row.set == graded[-1].set]
    low, of = _lowest(graded, -1), _which(graded, rows.standards)
    called = joined([row.name.split(" ", 1)[1] for row in low])
    if len(graded) == 1:
        return f"{called} is the one standard{of}:" if of else f"{called}:", f"{_each(low)}."
    if len(low) == len(graded):
        every = "Both" if len(graded) == 2 else f"All {in_words(len(graded))}"
        return f"{every} standards{of} stand level:", f"{_each(low)}. None is the lowest."
    every = f"{in_words(len(graded))}{of}"
    if len(low) > 1:
        return f"{called} are the lowest of the {every}:", f"{_each(low)}."
    (lowest,) = low
    return f"{called} is the lowest of the {every}:", f"{_each(low)}; {_lasting(lowest, graded, _unit(rows))}."


def _which(graded: Sequence[Row], standards: Sequence[Row]) -> str:
    """Which standards are held against each other, where these are not all that the report has."""
    used = list(dict.fromkeys(row.set for row in standards))
    of_set = " of the newer set" if graded[-1].set == used[-1] else " of the earlier set"
    few = len(graded) < sum(row.set == graded[-1].set for row in standards)
    return (of_set if len(used) > 1 else "") + (" graded in half of the audits or more" if few else "")


def _each(low: Sequence[Row]) -> str:
    """What those that share a place have: 9 of 15 each were Good or better (60%)."""
    counts = list(dict.fromkeys(row.now.counts for row in low))
    each = " each" if len(low) > 1 and len(counts) == 1 else ""
    were = "was" if {row.now.of for row in low} == {1} else "were"
    return f"{joined(counts)}{each} {were} Good or better{_percent(low[0].now)}"


def _lasting(lowest: Row, graded: Sequence[Row], unit: str) -> str:
    """In how many of the periods with audits it was the lowest, alone and with others."""
    alone = joint = audited = 0
    for place in range(len(lowest.run.shares)):
        low = _lowest(graded, place)
        audited += bool(low)
        alone += low == [lowest]
        joint += lowest in low and len(low) > 1
    if audited < 2:
        return f"there is no earlier {unit} to compare"
    said = f"it was the lowest in {in_words(alone)} of the last {in_words(audited)} {unit}s with audits"
    return f"{said}, and shared the lowest place in {in_words(joint)} more" if joint else said


def _lowest(standards: Sequence[Row], place: int) -> list[Row]:
    """The standards with the lowest share in one of the units, all that share it; none where nothing was graded."""
    shares = [(row.run.shares[place], row) for row in standards]
    rates = [(Fraction(share.count, share.of), row) for share, row in shares if share.of]
    least = min((rate for rate, _ in rates), default=None)
    return [row for rate, row in rates if rate == least]


def _percent(share: Share) -> str:
    return f" ({share.percent})" if share.percent.endswith("%") else ""


def _unit(rows: Rows) -> str:
    return UNITS[rows.period.kind]
