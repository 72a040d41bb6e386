"""How a draw's numbers come about: which rule took how many cases out, and how the places fell to the categories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from audits.draw import frame, tickets
from standards import categories


@dataclass(frozen=True, slots=True)
class Excluded:
    """One rule's line of the subtraction."""

    title: str
    meaning: str
    n: int


@dataclass(frozen=True, slots=True)
class Places:
    """One category's line of the arithmetic. `rank` is its place among the largest remainders, 0 if it got none."""

    share: tickets.StratumShare
    title: str
    product: int
    rank: int

    @property
    def moved_in_words(self) -> str:
        """The places that passed to it from others, or that it had too many; "" for none."""
        moved = self.share.moved
        return f"+ {moved} passed on" if moved > 0 else f"− {-moved} too many" if moved < 0 else ""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How the places of a draw of `size` fell to the categories, the largest first."""

    size: int
    frame_size: int
    lines: list[Places]

    @property
    def shared(self) -> int:
        """The places shared by size, after one for each category; 0 where nothing had to be shared."""
        shared = self.size - len(self.lines)
        return shared if shared > 0 and self.size < self.frame_size else 0

    @property
    def drawn(self) -> int:
        """How many cases are drawn in all."""
        return sum(line.share.drawn for line in self.lines)

    @property
    def moved(self) -> bool:
        """Whether a category had fewer cases than places, so that some passed to others."""
        return any(line.share.moved for line in self.lines)

    @property
    def totals(self) -> dict[str, int]:
        """The sums under the columns."""
        shares = [line.share for line in self.lines]
        left = sum(share.left_over for share in shares)
        return {
            "first": sum(share.first for share in shares),
            "product": self.shared * self.frame_size,
            "whole": sum(share.whole for share in shares),
            "remainder": left * self.frame_size,
            "left": left,
        }


def subtraction(on: date, excluded: dict[str, int]) -> list[Excluded]:
    """The rules of a day in their order, each with how many cases it took out."""
    return [Excluded(rule.title, rule.meaning, excluded[rule.key]) for rule in frame.rules(on)]


def arithmetic(size: int, shares: list[tickets.StratumShare]) -> Arithmetic:
    """The places of a draw as they are shown, the largest category first."""
    lucky = sorted((share for share in shares if share.left_over), key=lambda share: (-share.remainder, share.category))
    spare = size - len(shares)
    return Arithmetic(
        size,
        sum(share.size for share in shares),
        [
            Places(
                share,
                categories.name_of(share.category),
                product=spare * share.size,
                rank=lucky.index(share) + 1 if share.left_over else 0,
            )
            for share in sorted(shares, key=lambda share: (-share.size, share.category))
        ],
    )
