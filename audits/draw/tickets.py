"""The arithmetic of a draw: the frame, the tickets, the quotas and who is chosen.

Nothing here reads a clock or a table, so a draw can be worked out again from its frame, its seed and its size alone
(strategy, Appendix 2: cases are chosen at random a month before the audit).
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from heapq import nsmallest
from itertools import cycle


@dataclass(frozen=True, slots=True)
class StratumShare:
    """One category's part of a draw, with the arithmetic that gave it; all are counts of cases.

    `whole` and `remainder` are the quotient and remainder of (size of the draw − categories) × `size` ÷ frame;
    `left_over` is a place got by a large remainder; `moved` are places that came (+) because another category had
    fewer cases than its places, or went (−) because this one had.
    """

    category: str
    size: int
    drawn: int
    first: int = 0
    whole: int = 0
    remainder: int = 0
    left_over: int = 0
    moved: int = 0


A_PART = 1000
"""Lines of a frame that are put together at a time, so that not all of them are held beside their text."""
Ticketed = tuple[str, str]
"""A ticket and the person number of its case. A plain tuple, so that a large frame sorts quickly."""


def seed_new() -> str:
    """A fresh seed: 16 random bytes as 32 hex characters."""
    return secrets.token_hex(16)


def frame_text(cases: Iterable[tuple[str, str]]) -> str:
    """The frame as it is frozen: a line "person_id,category" a case, sorted by person_id as text, no final newline."""
    rows = sorted(cases)
    parts = (rows[at : at + A_PART] for at in range(0, len(rows), A_PART))
    return "\n".join("\n".join(map(",".join, part)) for part in parts)


def frame_cases(text: str) -> list[tuple[str, str]]:
    """The (person_id, category) pairs of a frozen frame: the inverse of `frame_text`."""
    split = (line.partition(",") for line in text.split("\n") if line)
    return [(person_id, category) for person_id, _, category in split]


def frame_hash(text: str) -> str:
    """The sha256 of the frame's UTF-8 bytes, in hex: what `sha256sum frame.csv` prints."""
    return sha256(text.encode()).hexdigest()


def ticket(seed: str, person_id: str) -> str:
    """A case's ticket: sha256 of "seed:person_id" in hex. The lower goes first."""
    return sha256(f"{seed}:{person_id}".encode()).hexdigest()


def sizes(cases: Iterable[tuple[str, str]]) -> dict[str, int]:
    """How many cases of the frame each category has."""
    return dict(sorted(Counter(category for _, category in cases).items()))


def stratum_shares(strata: Mapping[str, int], n: int) -> list[StratumShare]:
    """How `n` places fall to the categories, in order of code; categories without a case have no share.

    Every category gets one place, the rest are shared by size in whole numbers, the places still left go to the largest
    remainders (ties by code). A category never has more places than cases: what is over goes one at a time, in the
    order of the remainders, round those with room. With no more places than categories, the largest get one each.
    """
    present = {category: size for category, size in sorted(strata.items()) if size}
    total, k = sum(present.values()), len(present)
    if n >= total:
        return [StratumShare(category, size, drawn=size) for category, size in present.items()]
    if n <= k:
        largest = sorted(present, key=lambda category: (-present[category], category))[:n]
        return [StratumShare(c, size, drawn=int(c in largest), first=int(c in largest)) for c, size in present.items()]
    parts = {category: divmod((n - k) * size, total) for category, size in present.items()}
    order = sorted(present, key=lambda category: (-parts[category][1], category))
    lucky = order[: n - k - sum(whole for whole, _ in parts.values())]
    places = {category: 1 + parts[category][0] + (category in lucky) for category in present}
    drawn = {category: min(places[category], size) for category, size in present.items()}
    over = n - sum(drawn.values())
    for category in cycle(order):
        if not over:
            break
        if drawn[category] < present[category]:
            drawn[category] += 1
            over -= 1
    return [
        StratumShare(
            category,
            size,
            drawn=drawn[category],
            first=1,
            whole=parts[category][0],
            remainder=parts[category][1],
            left_over=int(category in lucky),
            moved=drawn[category] - places[category],
        )
        for category, size in present.items()
    ]


def quotas(strata: Mapping[str, int], n: int) -> dict[str, int]:
    """How many cases each category gives to a draw of `n`, by code; a category that gives none is left out."""
    return {share.category: share.drawn for share in stratum_shares(strata, n) if share.drawn}


def choose(seed: str, cases: Iterable[tuple[str, str]], places: Mapping[str, int]) -> dict[str, list[Ticketed]]:
    """The lowest tickets of each category, as many as it has `places`, in order.

    With its quota these are the chosen; the next ones up are its reserve.
    """
    people: dict[str, list[str]] = {category: [] for category in sorted(places)}
    for person_id, category in cases:
        if category in people:
            people[category].append(person_id)
    return {  # one ticket at a time: those of a large frame together take half of a draw's memory
        category: nsmallest(places[category], ((ticket(seed, person_id), person_id) for person_id in each))
        for category, each in people.items()
    }
