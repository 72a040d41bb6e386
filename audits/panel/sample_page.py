"""How a panel's sample was drawn, fit to be checked by anyone: from what was frozen, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from audits.models import Panel, Review
from audits.panel.sample import Sample, recomputes, worked_out

Kind = Review.Kind
RESERVES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class SamplePage:
    """How a sample was drawn, for its page: each kind with its audits, the tickets of chance, and the check."""

    sample: Sample
    kinds: tuple[tuple[str, int, int], ...]
    recomputes: bool
    lines: tuple[str, ...]
    above: tuple[tuple[str, str], ...]
    below: tuple[tuple[str, str], ...]
    taken_out: tuple[Review, ...]

    @property
    def all(self) -> int:
        """How many audits were finalised in the month."""
        return sum(self.sample.counts.values())


def sample_page(panel: Panel) -> SamplePage:
    """The page of the sample, worked out from what was frozen alone."""
    sampled = worked_out(panel)
    kinds = []
    for kind in Kind:
        there = sampled.counts[kind]
        kinds.append((str(kind.label), there, sampled.by_chance if kind == Kind.CHANCE else there))
    out = panel.reviews.filter(state=Review.State.REPLACED).select_related("audit", "replaced_with__audit")
    return SamplePage(
        sample=sampled,
        kinds=tuple(kinds),
        recomputes=recomputes(panel),
        lines=tuple(check_lines(panel).split("\n")),
        above=tuple((ticket, ref) for ticket, ref, kind in sampled.chosen if kind == Kind.CHANCE),
        below=tuple(sampled.reserve[:RESERVES_SHOWN]),
        taken_out=tuple(out),
    )


def check_lines(panel: Panel) -> str:
    """Three shell lines that work the part of chance out again from frame.csv, the frozen frame."""
    places = worked_out(panel).by_chance
    read = 'while IFS=, read -r ref kind || [ -n "$ref" ]; do'
    ticket = f'printf "%s %s\\n" "$(printf "%s" "{panel.seed}:$ref" | sha256sum | cut -d" " -f1)" "$ref"'
    return (
        "sha256sum frame.csv\n"
        f'{read} [ "$kind" = chance ] && {ticket}; done < frame.csv > tickets.txt\n'
        f"LC_ALL=C sort tickets.txt | head -n {places}"
    )
