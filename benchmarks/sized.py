"""One part of the table, on all of the data or on a share of it: `python -m benchmarks.sized SHARE MODULE WORDS…`."""

from __future__ import annotations

import sys
from importlib import import_module

CASES, AUDITS = 4_000, 2_500
"""What lies behind the pages."""
LEAST = 300
"""Cases without which two hundred meetings cannot be held."""
SIZES = {"work": ("CASES", "GRADES", "OPEN", "EXPORTED"), "importing": ("PAGE", "COMMAND", "FEW"), "papers": ()}
"""The constants of a module that are a count of rows."""


def behind_the_pages(share: int) -> tuple[int, int]:
    """How many cases and finished audits there are at one in `share`."""
    return max(CASES // share, LEAST), AUDITS // share


def main(share: int, name: str, words: list[str]) -> None:
    """Measure one part at one in `share` of its rows, and print the lines for the run to read."""
    module = import_module(f"benchmarks.{name}")
    for constant in SIZES[name]:
        setattr(module, constant, getattr(module, constant) // share)
    module.run(*words)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
