"""The arithmetic of the table, and the table itself."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Line:
    """One gate and what was measured: `measured` is never to be more than `limit`, both in `unit`.

    A unit that is the letter of a floor says that the number is a ratio to it. Without a limit it is information.
    """

    row: str
    what: str
    measured: float
    limit: float | None
    unit: str = ""
    info: str = ""

    @property
    def verdict(self) -> str:
        """Whether it is within its gate."""
        if self.limit is None:
            return ""
        return "ok" if self.measured <= self.limit else "OVER"

    def cells(self) -> list[str]:
        """The line's cells, for the table."""
        gate = "" if self.limit is None else f"≤ {number(self.limit)} {self.unit}".strip()
        return [self.row, self.what, gate, f"{number(self.measured)} {self.unit}".strip(), self.verdict, self.info]

    def with_time(self) -> str:
        """What was measured, and for a ratio the milliseconds: its floor grows with the data, too."""
        time_of_it = re.match(r"p50 ([^,]+),", self.info)
        return ", ".join(filter(None, [self.cells()[3], time_of_it and time_of_it[1]]))

    @property
    def kind(self) -> tuple[str, str]:
        """What the same line of another size of data has, too: its row and its words without their numbers."""
        return self.row, re.sub(r"[\d.,]+", "#", self.what)


HEADS = ["row", "what", "gate", "measured", "", "for information"]
BESIDE = 4
"""The place of the column that says what the same came to on less of the data."""


def timed(work: Callable[[], object], *, times: int) -> list[float]:
    """Seconds of each of so many runs."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return found


def p50(seconds: Sequence[float]) -> float:
    """The middle one: half were as quick."""
    return median(seconds)


def p95(seconds: Sequence[float]) -> float:
    """All but one in twenty were as quick."""
    return sorted(seconds)[max(0, -(-95 * len(seconds) // 100) - 1)]


def slower(row: str, what: str, own: Sequence[float], floor: Sequence[float], name: str, limit: float | None) -> Line:
    """How many times the floor's p50 a p50 is."""
    info = f"p50 {ms(p50(own))}, p95 {ms(p95(own))}; {name} {ms(p50(floor))}"
    return Line(row, what, p50(own) / p50(floor), limit, name, info)


def fewer(row: str, what: str, rate: float, floor: float, name: str, limit: float) -> Line:
    """How many times as many answers a second the floor gives."""
    return Line(row, what, floor / rate, limit, "times fewer", f"{rate:,.0f} a second; {name} {floor:,.0f}")


def ms(seconds: float) -> str:
    """Seconds as milliseconds."""
    return f"{1000 * seconds:.1f} ms"


def number(value: float) -> str:
    """A number with as many places as it deserves."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def markdown(lines: Sequence[Line], small: Sequence[Line] = (), share: str = "") -> str:
    """The lines as a table of Markdown; with `small`, what each came to on a share of the data beside it."""
    rows = [HEADS, ["---"] * len(HEADS), *(line.cells() for line in lines)]
    if small:
        cells = {line.kind: line.with_time() for line in small}
        column = [f"at {share}", "---", *(cells.get(line.kind, "") for line in lines)]
        rows = [[*row[:BESIDE], cell, *row[BESIDE:]] for row, cell in zip(rows, column, strict=True)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def summary(lines: Sequence[Line]) -> str:
    """How many gates are held, and which are not."""
    gates = [line for line in lines if line.limit is not None]
    over = [line for line in gates if line.verdict == "OVER"]
    names = "".join(f"\n  {line.row} {line.what}: {line.cells()[3]}, gate {line.cells()[2]}" for line in over)
    return f"{len(gates) - len(over)} of {len(gates)} gates held{names}"


def dump(lines: Sequence[Line]) -> str:
    """The lines for another process to read."""
    return json.dumps([asdict(line) for line in lines])


def load(text: str) -> list[Line]:
    """The lines that another process has written."""
    return [Line(**row) for row in json.loads(text)]
