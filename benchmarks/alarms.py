"""How often a report calls a change that is none, and how soon one that is: `python -m benchmarks.alarms`.

A thousand invented councils audit 24 months, after a year that is their baseline, in which 70 in 100 are Good or
better. In some nothing changes; in some the true share falls to 45 in the first month, or by two in each. Beside the
rule of the reports stands a plain p-chart: three standard errors around the average of the last twelve months, or eight
in a row.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from math import sqrt

from reporting import periods
from reporting.baseline import baseline_run
from reporting.control_chart import RUN_FOR_SIGNAL, Run, Share

COUNCILS, MONTHS, YEAR = 1000, 24, 12
WITHIN = (6, 12, 24)
SHAPES: dict[str, Callable[[int], float]] = {
    "nothing changes": lambda month: 0.7,
    "falls to 45%": lambda month: 0.45 if month else 0.7,
    "falls 2% a month": lambda month: max(0.3, 0.7 - 0.02 * month),
}
ROW = periods.parse("2028-03").back(YEAR + MONTHS)
NAMES = tuple(month.label for month in ROW)


def by_baseline(shares: tuple[Share, ...], last: int) -> int:
    """What the report of one month shows: 1 a rise, -1 a fall, else 0."""
    first = (last // YEAR - 1) * YEAR
    months, run = ROW[first : last + 1], Run(NAMES[first : last + 1], shares[first : last + 1])
    year = periods.council_year_of(ROW[last].first).previous
    return baseline_run(months, run, year=year, period=ROW[last]).read().direction


def by_p_chart(shares: tuple[Share, ...], last: int) -> int:
    """What a plain p-chart of twelve months shows."""
    run = Run(NAMES[last + 1 - YEAR : last + 1], shares[last + 1 - YEAR : last + 1])
    share, mean = shares[last], run.mean
    off = share.count / share.of - mean
    if abs(off) > 3 * sqrt(mean * (1 - mean) / share.of) + 1e-9:
        return 1 if off > 0 else -1
    return (run.at_end > 0) - (run.at_end < 0) if abs(run.at_end) >= RUN_FOR_SIGNAL else 0


def alarms(audits: int, shape: Callable[[int], float], chance: random.Random) -> list[list[int]]:
    """Of the councils, how many had an alarm within so many months, by the two rules; where there is a fall, of a
    fall."""
    falls = shape(MONTHS) < shape(0)
    had = [[0] * len(WITHIN), [0] * len(WITHIN)]
    for _ in range(COUNCILS):
        rates = [0.7] * YEAR + [shape(month) for month in range(1, MONTHS + 1)]
        shares = tuple(Share(sum(chance.random() < rate for _ in range(audits)), audits) for rate in rates)
        for rule, reads in enumerate((by_baseline, by_p_chart)):
            said = [reads(shares, last) for last in range(YEAR, YEAR + MONTHS)]
            first = next((place for place, side in enumerate(said, 1) if (side < 0 if falls else side)), MONTHS + 1)
            had[rule] = [count + (first <= months) for count, months in zip(had[rule], WITHIN, strict=True)]
    return had


def main() -> None:
    """Print, in councils of a hundred, how many had an alarm."""
    print(f"{'audits a month':>14}  {'':18}  {'reports, within 6, 12, 24 months':34}  p-chart")
    for audits in (5, 15, 60):
        for name, shape in SHAPES.items():
            ours, plain = alarms(audits, shape, random.Random(audits))
            said = ["  ".join(f"{100 * count / COUNCILS:5.1f}%" for count in counts) for counts in (ours, plain)]
            print(f"{audits:>14}  {name:18}  {said[0]:34}  {said[1]}")


if __name__ == "__main__":
    main()
