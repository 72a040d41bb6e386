"""The two flow charts for users, drawn as SVG from the tables of states and of steps: so they cannot say otherwise.

Each stands beside the same in words. Attributes only, no style: the content policy forbids it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from django.utils.safestring import SafeString, mark_safe

from audits.models import Audit
from audits.states import AUDIT
from escalation.models import Escalation
from escalation.steps.paths import PATHS, Ladder, by_when
from escalation.steps.step_kind import StepKind
from qualitycounts.base.state_tables import Move
from reporting.charts import INK, SHADE, SOFT, line, rect, text

WIDTH, MIDDLE = 700.0, 300.0
BOX, ROW, GAP = 300.0, 20.0, 46.0
SIZE = 15.0
LANES = (
    ("Before the meeting", Audit.NOT_MET),
    ("The meeting", (Audit.State.IN_MEETING,)),
    ("After the meeting", (Audit.State.AGREED, *Audit.FINAL)),
)


@dataclass(frozen=True, slots=True)
class FlowChart:
    """One chart: its heading, the picture, and the same as lines of words."""

    title: str
    svg: SafeString
    lines: list[str]


def audit_chart() -> FlowChart:
    """The way of an audit: each state it passes, the act that leads on, and what leads back."""
    parts: list[str] = []
    lines: list[str] = []
    boxes: dict[str, float] = {}
    y, lane_end = 30.0, 0.0
    for name, states in LANES:
        top = y - 22
        for state in states:
            way = _onward(state)
            parts.append(_box(MIDDLE, y, [AUDIT.labels[state]], BOX, strong=True))
            boxes[state] = y + _height(1) / 2
            y += _height(1)
            if way is not None:
                parts += _arrow(MIDDLE, y, y + GAP)
                parts.append(text(MIDDLE + 12, y + GAP / 2 + 4, _said(way), size=13, ink=SOFT))
                lines.append(f"{name}: {AUDIT.labels[state]}. {_said(way)}: {AUDIT.labels[way.target]}.")
                y += GAP
        lane_end = y - GAP / 2 if states != LANES[-1][1] else y + 12
        parts.append(_lane(name, top, lane_end - top))
    back = [move for move in AUDIT.moves if move.target in boxes and _leads_back(move, boxes)]
    for place, move in enumerate(back):
        source = max(boxes[state] for state in move.sources if state in boxes)
        parts += _bent(MIDDLE + BOX / 2, source, boxes[move.target], place, _said(move))
        lines.append(f"Back from {AUDIT.labels[_last(move)]} to {AUDIT.labels[move.target]}: {_said(move)}.")
    for move in AUDIT.moves:
        if move.target in Audit.WITHDRAWN_OR_VOIDED:
            sources = ", ".join(AUDIT.labels[state] for state in move.sources)
            lines.append(f"{AUDIT.labels[move.target]}, from {sources}: {_said(move)}.")
    title = "Before, in and after the meeting"
    return FlowChart(title, _svg(title, "The way of an audit from its draw to its close.", parts, lane_end + 8), lines)


def escalation_charts() -> list[FlowChart]:
    """Each path of an escalation: its steps in order, whose each is, and by when, as the council has set it."""
    return [_path_chart(str(Escalation.Path(path).label), ladder) for path, ladder in PATHS.items()]


def _path_chart(title: str, ladder: Ladder) -> FlowChart:
    parts = [_box(WIDTH / 2, 10, [f"{title} opens"], BOX, strong=True)]
    y = 10 + _height(1)
    told_at_once = ", ".join(who.label for who in ladder.told)
    lines = [f"{title} opens. Told at once: {told_at_once}."]
    for row in _rows(ladder.steps):
        width = min(560.0, (WIDTH - 20) / len(row) - 16)
        centres = [WIDTH * (place + 0.5) / len(row) for place in range(len(row))]
        words = [_words(kind, width) for kind in row]
        tallest = max(map(len, words))
        parts.append(line(WIDTH / 2, y, WIDTH / 2, y + GAP / 2, ink=INK, width=1.5))
        if len(row) > 1:
            parts.append(line(centres[0], y + GAP / 2, centres[-1], y + GAP / 2, ink=INK, width=1.5))
        for centre, said in zip(centres, words, strict=True):
            parts += _arrow(centre, y + GAP / 2, y + GAP)
            parts.append(_box(centre, y + GAP, said, width))
            if len(row) > 1 and row[-1] is not ladder.steps[-1]:  # what began together meets again below
                bottom = y + GAP + _height(len(said))
                parts.append(line(centre, bottom, centre, y + GAP + _height(tallest) + 12, ink=INK, width=1.5))
        y += GAP + _height(tallest)
        if len(row) > 1 and row[-1] is not ladder.steps[-1]:
            y += 12
            parts.append(line(centres[0], y, centres[-1], y, ink=INK, width=1.5))
        together = " At the same time as the others so marked." if len(row) > 1 else ""
        lines += [f"{kind.title}. {kind.owner.label}, {_when(kind)}.{together}" for kind in row]
    late = ", ".join(f"{level.who.label} at {level.days}" for level in ladder.late)
    lines.append(f"When a step is late, told once each by working days over: {late}.")
    about = f"The {len(ladder.steps)} steps of this escalation in order, each with whose it is and by when."
    return FlowChart(title, _svg(title, about, parts, y + 10), lines)


def _rows(steps: Sequence[StepKind]) -> list[list[StepKind]]:
    """The steps as rows: those that begin together side by side."""
    together = [kind for kind in steps if kind.together]
    return [*([together] if together else []), *([kind] for kind in steps if not kind.together)]


def _words(kind: StepKind, width: float) -> list[str]:
    """What the box of a step says: its title, whose it is and by when, in lines that fit."""
    owner = f"{kind.owner.label[:1].upper()}{kind.owner.label[1:]}"
    return [*wrap(kind.title, int(width / 8)), owner, *wrap(_when(kind), int(width / 7.4))]


def _when(kind: StepKind) -> str:
    return by_when(kind, as_set=True)


def _onward(state: str) -> Move | None:
    """The move that leads from a state to the next one of the way; None from the last."""
    way: list[str] = [each for _, states in LANES for each in states]
    after = way[way.index(state) + 1 : way.index(state) + 2]
    return next((move for move in AUDIT.moves if state in move.sources and move.target in after), None)


def _leads_back(move: Move, boxes: dict[str, float]) -> bool:
    return any(boxes[state] > boxes[move.target] for state in move.sources if state in boxes)


def _last(move: Move) -> str:
    return list(move.sources)[-1]


def _said(move: Move) -> str:
    return f"{move.act.capitalize()} ({move.who})"


def _height(rows: int) -> float:
    return rows * ROW + 16


def _box(x: float, y: float, words: Sequence[str], width: float, *, strong: bool = False) -> str:
    """Words in a box whose middle is `x` and whose top is `y`."""
    fill, ink = (SHADE, "#ffffff") if strong else ("#ffffff", INK)
    lines = [
        text(
            x, y + 8 + ROW * (place + 0.75), said, size=SIZE if strong else 14, anchor="middle", bold=not place, ink=ink
        )
        for place, said in enumerate(words)
    ]
    return rect(x - width / 2, y, width, _height(len(words)), fill, SHADE) + "".join(lines)


def _arrow(x: float, top: float, bottom: float) -> list[str]:
    head = f'<path d="M{x - 5:.1f} {bottom - 8:.1f}L{x + 5:.1f} {bottom - 8:.1f}L{x:.1f} {bottom:.1f}Z" fill="{INK}"/>'
    return [line(x, top, x, bottom - 6, ink=INK, width=1.5), head]


def _bent(x: float, source: float, target: float, place: int, said: str) -> list[str]:
    """A dashed way back on the right, from one box up to another, with its words beside it."""
    out, end = x + 26, target + 8
    head = f'<path d="M{x + 8:.1f} {end - 5:.1f}L{x + 8:.1f} {end + 5:.1f}L{x:.1f} {end:.1f}Z" fill="{SOFT}"/>'
    rows = wrap(said, 26)
    words = [
        text(out + 8, (source + target) / 2 + 15 * (row - (len(rows) - 1) / 2) + 5, part, size=13, ink=SOFT)
        for row, part in enumerate(rows)
    ]
    ways = ((x, source - 8, out, source - 8), (out, source - 8, out, end), (out, end, x + 6, end))
    return [*(line(*way, ink=SOFT, width=1.5, dash="5 4") for way in ways), head, *words]


def _lane(name: str, top: float, height: float) -> str:
    """What a part of the way is called, with a line down its side."""
    middle = top + height / 2
    words = wrap(name, 10)
    lines = [
        text(12, middle + 18 * (row - (len(words) - 1) / 2), part, size=15, bold=True) for row, part in enumerate(words)
    ]
    return line(110, top + 12, 110, top + height - 12, ink=SHADE, width=3) + "".join(lines)


def _svg(title: str, said: str, parts: Sequence[str], height: float) -> SafeString:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="100%" viewBox="0 0 {WIDTH:g} {height:g}"'
    words = f"<title>{escape(title)}</title><desc>{escape(said)} The same stands below in words.</desc>"
    faces = ' font-family="Arial, Liberation Sans, sans-serif"'
    return mark_safe(f"{head}{faces}>{words}{''.join(parts)}</svg>")
