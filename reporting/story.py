"""The front page in words: three sentences, four numbers with what they were, and a reading of every row of figures.

All of it follows from the figures alone, is frozen with them, and never says better or worse without a signal.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from reporting import periods
from reporting.chance import Reading, Run, Share, in_words
from reporting.periods import UNITS, Kind, Period

WHOLE_CASE = 8
"""What stands for the case as a whole where a standard is named by its number."""


@dataclass(frozen=True)
class Row:
    """One row of shares with its reading."""

    name: str
    definition: str
    run: Run
    reading: Reading

    @property
    def now(self) -> Share:
        """The share of the period itself."""
        return self.run.shares[-1]

    @property
    def before(self) -> Share:
        """The share of the period before it."""
        return self.run.shares[-2]


@dataclass(frozen=True)
class Rows:
    """Every row that has a reading, and the period they end with. `monthly` is Good or better by the month, which
    has limits long before there are quarters or years enough."""

    period: Period
    good: Row
    monthly: Row
    inadequate: Row
    on_time: Row
    put_right: Row
    standards: list[Row]

    @property
    def overall(self) -> Row:
        """The row to read Good or better from: the period's own where it has limits, else the months'."""
        return self.good if self.good.run.enough else self.monthly

    @property
    def audits(self) -> int:
        """How many audits the period has."""
        return self.good.now.of


def rows_of(figures: dict[str, Any]) -> Rows:
    """The rows of shares that the figures hold, each with its reading."""
    units = [periods.parse(written) for written in figures["units"]]
    names = [unit.label if unit.kind == Kind.MONTH else unit.short for unit in units]
    unit, ahead = UNITS[units[-1].kind], [units[-1].shifted(step).label for step in range(1, 4)]

    def row(series: dict[str, Any]) -> Row:
        shares = tuple(Share(*pair) for pair in zip(series["counts"], series["ofs"], strict=True))
        run = Run(tuple(names), shares)
        return Row(series["name"], series["definition"], run, run.read(unit, ahead))

    good = row(figures["audits"]["good"])
    return Rows(
        period=units[-1],
        good=good,
        monthly=_monthly(good, figures["audits"]) if units[-1].kind != Kind.MONTH else good,
        inadequate=row(figures["audits"]["inadequate"]),
        on_time=row(figures["actions"]["on_time"]),
        put_right=row(figures["loop"]["put_right"]),
        standards=[row(standard["good"]) for standard in figures["standards"]],
    )


def _monthly(good: Row, audits: dict[str, Any]) -> Row:
    """Good or better by the month, from the grades of each."""
    months = [periods.parse(written) for written in audits["months"]]
    shares = tuple(Share(sum(four[:2]), sum(four)) for four in audits["mix"])
    run = Run(tuple(month.label for month in months), shares)
    ahead = [months[-1].shifted(step).label for step in range(1, 4)]
    return Row(f"{good.name}, by month", good.definition, run, run.read("month", ahead))


def tell(figures: dict[str, Any]) -> dict[str, Any]:
    """The sentences, the four numbers and the readings, as data to be frozen with the figures."""
    rows = rows_of(figures)
    return {
        "sentences": [
            dict(zip(("lead", "rest"), sentence, strict=True))
            for sentence in (_overall(rows), _changed(rows), _weakest(rows, figures["actions"]["overdue"]["count"]))
        ],
        "tiles": [
            _tile(rows.good, rows.good.now.percent, "audits", rows.period.previous)
            | {"read": rows.overall.reading.short, "signal": rows.overall.reading.signal},
            _tile(rows.inadequate, str(rows.inadequate.now.count), "audits", rows.period.previous),
            _tile(rows.on_time, rows.on_time.now.percent, "actions due", rows.period.previous),
            _tile(
                rows.put_right,
                rows.put_right.now.percent,
                f"below Good in {brief(rows.period.previous)}",
                rows.period.previous,
            ),
        ],
        "good": asdict(rows.monthly.reading),
        "on_time": asdict(rows.on_time.reading),
        "put_right": asdict(rows.put_right.reading),
        "standards": _standards(rows.standards),
        "readings": [asdict(row.reading) for row in rows.standards],
    }


def brief(period: Period) -> str:
    """The period in as few letters as a tile has room for: Oct, Q3, 2026-27."""
    return f"{period.first:%b}" if period.kind == Kind.MONTH else period.part or period.council_year


def _tile(row: Row, value: str, noun: str, previous: Period) -> dict[str, Any]:
    """One of the four numbers: what, how many, of how many, what it was, and whether that is a signal."""
    counts = row.now.counts if row.now.of else "none"
    of = f"{counts} {noun}" if row.now.of else f"no {noun}"
    if row.name == "Graded Inadequate" and row.now.of:
        of = f"of {row.now.of:,} {noun}" + (f", {row.now.percent}" if row.now.percent.endswith("%") else "")
    was = f"was {row.before}".replace(" (", ", ").replace(")", ",")
    return {
        "name": row.name,
        "definition": row.definition,
        "value": value,
        "of": of,
        "was": f"{was} in {brief(previous)}" if row.before.of else f"none in {brief(previous)}",
        "read": row.reading.short,
        "signal": row.reading.signal,
    }


def _overall(rows: Rows) -> tuple[str, str]:
    """The first sentence: how practice is overall."""
    now, before, reading = rows.good.now, rows.good.before, rows.overall.reading
    if not now.of:
        return "No audits were finalised", f"in {rows.period.label}: there are no grades to report."
    said = f"{now.counts} audits were graded Good or better" + (f" ({now.percent})" if now.of >= 10 else "")
    if reading.signal:
        more = "more" if reading.direction > 0 else "fewer"
        return "Practice overall has moved:", f"{said}, {more} than chance explains; ask what is different."
    if reading.short != "No signal":
        return "It is too early to say how practice is moving:", f"{said}, with too few {_unit(rows)}s to compare."
    if rows.overall is not rows.good:
        every = "the latest" if any(map(rows.monthly.run.outside, range(len(rows.monthly.run.shares)))) else "every"
        return "Practice overall is steady:", f"{said}; {every} month is inside the limits that chance gives."
    return "Practice overall is steady:", f"{said}{_against(now, before, rows.period.previous)}."


def _against(now: Share, before: Share, previous: Period) -> str:
    """How a share stands to the one before it where neither is a signal."""
    if not before.of or before.rate is None or now.rate is None:
        return ""
    if now.percent == before.percent:
        return f", as in {previous.label}"
    rose = now.rate > before.rate
    step, verdict = ("rise", "an improvement") if rose else ("fall", "a decline")
    chance = f"the {step} from {before.percent} in {previous.label} is the size that chance alone gives"
    return f"; {chance}, so it is not yet {verdict}"


def _changed(rows: Rows) -> tuple[str, str]:
    """The second sentence: the strongest signal outside the overall grade, or that there is none."""
    others = [rows.inadequate, rows.on_time, rows.put_right]
    moved = sorted((row for row in rows.standards if row.reading.signal), key=_distance, reverse=True)
    moved += [row for row in others if row.reading.signal]
    if moved:
        row, way = moved[0], "rose" if moved[0].reading.direction > 0 else "fell"
        what = f"Standard {row.name.replace(' ', ', ', 1)}," if row in rows.standards else row.name
        also = f" {_names(moved[1:])} moved as well." if moved[1:] else ""
        return f"{what} has changed:", f"it {way} to {row.now}, more than chance explains; ask what did it.{also}"
    if not any(row.run.enough for row in [*rows.standards, *others]):
        return "Nothing can be called a change yet:", f"limits need six {_unit(rows)}s with audits."
    return (
        "Nothing else has changed more than chance allows:",
        "every standard, the actions done on time and what was put right are inside their limits.",
    )


def _weakest(rows: Rows, overdue: int) -> tuple[str, str]:
    """The third sentence: the standard with the lowest share, and for how long it has been that; else what is late."""
    graded = [row for row in rows.standards if 2 * row.now.of >= rows.audits > 0]
    if not graded:
        are = "action is" if overdue == 1 else "actions are"
        return "Follow-up goes on:", f"{in_words(overdue)} {are} overdue."
    lowest = min(graded, key=lambda row: row.now.rate or 0)
    often = sum(_lowest_at(graded, place) is lowest for place in range(len(lowest.run.shares)))
    said = f"{lowest.now.counts} were Good or better" + (f" ({lowest.now.percent})" if lowest.now.of >= 10 else "")
    lasting = f"it was the lowest in {in_words(often)} of the last {in_words(len(lowest.run.shares))} {_unit(rows)}s"
    return f"{lowest.name.split(' ', 1)[1]} is the lowest of the seven:", f"{said}; {lasting}."


def _lowest_at(standards: list[Row], place: int) -> Row | None:
    """The standard with the lowest share in one of the units."""
    graded = [row for row in standards if row.run.shares[place].of]
    return min(graded, key=lambda row: row.run.shares[place].rate or 0, default=None)


def _standards(standards: list[Row]) -> str:
    """The verdict under the seven: which moved, and that the others did not."""
    moved = [row for row in standards if row.reading.signal]
    if not any(row.run.enough for row in standards):
        return "Too early to say: limits need six periods with audits."
    if not moved:
        none = f"No signal in any of the {in_words(len(standards))}."
        return f"{none} What is low and steady stays low: waiting does not raise it."
    said = " ".join(f"{row.name}: {row.reading.words}" for row in moved)
    rest = len(standards) - len(moved)
    return f"{said} No signal in the other {in_words(rest)}." if rest else said


def _distance(row: Row) -> float:
    """How far the last share lies from the row's average."""
    return abs((row.now.rate or 0) - row.run.mean)


def _names(rows: list[Row]) -> str:
    """One, two and three."""
    names = [row.name for row in rows]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _unit(rows: Rows) -> str:
    return UNITS[rows.period.kind]


def moved(rows: Rows, standard: int | None) -> str:
    """Whether the figure that a recommendation was meant to move did: a signal, or the size that chance gives."""
    if standard is None:
        return "No figure was named"
    row = row_of(rows, standard)
    if row is None:
        return f"Too early to say: Standard {standard}"
    name = f"Standard {standard}" if row is not rows.good else "Good or better"
    said = f"{name}, {row.before.percent} to {row.now.percent}"
    if not row.before.of or not row.now.of:
        return f"Too early to say: {name}"
    return f"Yes, {row.reading.short.removeprefix('Signal, ')}: {said}" if row.reading.signal else f"No signal: {said}"


def row_of(rows: Rows, standard: int | None) -> Row | None:
    """The row of a standard by its number; 8 is the case as a whole."""
    if standard == WHOLE_CASE:
        return rows.good
    return next((row for row in rows.standards if row.name.split(" ")[0] == str(standard)), None)
