"""Charts as SVG text: plain functions, no library.

Every chart is an <svg role="img"> with a <title> (one sentence that says what it shows: it becomes the Alt text of the
PDF) and a <desc>, and stands beside its table: nothing is only in the picture. Attributes only, no classes and no
styles: WeasyPrint does not apply the page's sheet inside an <svg>, and the content policy forbids inline style.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from django.utils.safestring import SafeString, mark_safe

from reporting.control_chart import Run, Share

INK, SOFT, GRID, BAND, SHADE = "#0b0c0c", "#484949", "#cecece", "#e4eaf0", "#12436d"
FACES = "Arial, Liberation Sans, sans-serif"
WIDTH, STUB = 657.0, 150.0
CHARACTER = 6.1


@dataclass(frozen=True)
class GradeLook:
    """How one grade (or its cousin in another chart) is drawn; the hatch is a second sign beside colour."""

    word: str
    fill: str
    edge: str
    ink: str
    hatch: bool = False


GRADES = (
    GradeLook("Outstanding", "#12436d", "#12436d", "#ffffff"),
    GradeLook("Good", "#9cc3e6", "#12436d", INK),
    GradeLook("Requires improvement", "#fde3c4", "#8a3c08", INK, hatch=True),
    GradeLook("Inadequate", "#8a3c08", "#5c2704", "#ffffff"),
)
TIMES = (
    GradeLook("Done on time", "#12436d", "#12436d", "#ffffff"),
    GradeLook("Done late", "#fde3c4", "#8a3c08", INK, hatch=True),
    GradeLook("Not done, overdue", "#8a3c08", "#5c2704", "#ffffff"),
    GradeLook("Given a later date", "#ffffff", SOFT, INK),
)


def text(
    x: float, y: float, words: str, *, size: float = 11, anchor: str = "start", bold: bool = False, ink: str = INK
) -> str:
    """Words at a place, escaped."""
    weight = ' font-weight="700"' if bold else ""
    attributes = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" fill="{ink}"{weight}'
    return f"<text {attributes}>{escape(words)}</text>"


def line(x1: float, y1: float, x2: float, y2: float, *, ink: str = GRID, width: float = 1, dash: str = "") -> str:
    """A straight line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{ink}" stroke-width="{width:g}"{dashed}/>'


def rect(x: float, y: float, w: float, h: float, fill: str, edge: str = "none") -> str:
    """A box."""
    box = f'x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}"'
    return f'<rect {box} fill="{fill}" stroke="{edge}" stroke-width="0.8"/>'


def polyline(points: Sequence[tuple[float, float]], *, ink: str, width: float, dash: str = "") -> str:
    """A line through points; nothing where there are none."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{ink}" stroke-width="{width:g}"{dashed}/>' if points else ""


def svg(ident: str, w: float, h: float, title: str, desc: str, body: Sequence[str]) -> SafeString:
    """The picture, safe to put in a page: every word in it went through `escape`, every number through a format."""
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w:g} {h:g}" width="{w:g}" height="{h:g}" role="img" '
        f'aria-labelledby="{ident}-t {ident}-d" font-family="{FACES}">'
        f'<title id="{ident}-t">{escape(title)}</title><desc id="{ident}-d">{escape(desc)}</desc>{"".join(body)}</svg>'
    )


def block(look: GradeLook, x: float, y: float, w: float, h: float, step: float = 5) -> str:
    """A piece of a bar in its colour, with the hatch cut to the box by arithmetic (no pattern, no clip)."""
    out = [rect(x, y, w, h, look.fill, look.edge)]
    along = step
    while look.hatch and along < w + h:
        x1, x2 = x + max(0.0, along - h), x + min(w, along)
        out.append(line(x1, y + (along - (x1 - x)), x2, y + (along - (x2 - x)), ink="#d99a5b", width=0.7))
        along += step
    return "".join(out)


def legend(looks: Sequence[GradeLook], x: float, y: float) -> str:
    """What each look stands for, in a row."""
    out = []
    for look in looks:
        out += [block(look, x, y - 9, 12, 10), text(x + 18, y, look.word)]
        x += 18 + CHARACTER * len(look.word) + 18
    return "".join(out)


def legend_rows(looks: Sequence[GradeLook], width: float) -> list[Sequence[GradeLook]]:
    """The looks of a legend in rows: all in one, or two or one in each, as fits the width."""
    wide = [36 + CHARACTER * len(look.word) for look in looks]
    fitting = (
        many
        for many in (len(looks), 2)
        if all(sum(wide[start : start + many]) <= width + 18 for start in range(0, len(looks), many))
    )
    many = next(fitting, 1)
    return [looks[start : start + many] for start in range(0, len(looks), many)]


def ticks(most: int) -> range:
    """Round steps from 0 to just above the largest count, four to six of them."""
    size = 1
    while most > 5 * size:
        size = size * 5 // 2 if str(size)[0] == "2" else size * 2
    top = max(1, -(-most // size)) * size
    return range(0, top + 1, size)


def percent_axis(x0: float, x1: float, top: float, bottom: float, steps: Sequence[int] = (0, 25, 50, 75, 100)) -> str:
    """Lines across at some percentages, with their figures at the left."""
    out = []
    for value in steps:
        y = bottom - (bottom - top) * value / 100
        out += [line(x0, y, x1, y, ink=INK if value == 0 else GRID, width=1 if value == 0 else 0.6)]
        out += [text(x0 - 5, y + 3.5, f"{value}%", size=10, anchor="end", ink=SOFT)]
    return "".join(out)


def apart(levels: Sequence[float], least: float = 11) -> list[float]:
    """The same heights in the same order, pushed down where two labels would touch; given from the top down."""
    out: list[float] = []
    for level in levels:
        out.append(max(level, out[-1] + least) if out else level)
    return out


def grade_mix(
    ident: str, counts: Sequence[Sequence[int]], title: str, desc: str, names: Sequence[str] = (), width: float = WIDTH
) -> SafeString:
    """Stacked columns of counts (each best grade first), the worst at the foot so that it shares a baseline.

    The columns of the table beneath stand under them: the stub is as wide as `STUB`.
    """
    looks = [replace(look, word=name) for look, name in zip(GRADES, names, strict=True)] if names else GRADES
    rows = legend_rows(looks, width)
    top, bottom = 28.0 + 16 * (len(rows) - 1), 190.0 + 16 * (len(rows) - 1)
    axis, col = ticks(max((sum(four) for four in counts), default=0)), (width - STUB) / max(1, len(counts))
    out, unit = [legend(row, 0, 12 + 16 * place) for place, row in enumerate(rows)], (bottom - top) / axis[-1]
    for tick in axis:
        y = bottom - unit * tick
        out += [line(STUB - 4, y, width, y, ink=INK if tick == 0 else GRID, width=0.6)]
        out += [text(STUB - 9, y + 3.5, str(tick), size=10, anchor="end", ink=SOFT)]
    out.append(text(0, top + 3.5, "Audits", size=10, ink=SOFT))
    for index, four in enumerate(counts):
        y, x = bottom, STUB + index * col + 5
        for look, count in zip(reversed(GRADES), reversed(four), strict=True):
            h = unit * count
            y -= h
            if count:
                out.append(block(look, x, y, col - 10, h))
            if h >= 11:
                out += [rect(x + col / 2 - 14, y + h / 2 - 6, 18, 12, look.fill)] if look.hatch else []
                out.append(text(x + col / 2 - 5, y + h / 2 + 4, str(count), anchor="middle", ink=look.ink))
    return svg(ident, width, bottom + 4, title, desc, out)


def _plot(
    run: Run, left: float, col: float, top: float, bottom: float
) -> tuple[list[str], list[tuple[float, float] | None]]:
    """The band of the limits, and where each period's dot goes (None where it has nothing)."""

    def y(share: float) -> float:
        return bottom - (bottom - top) * share

    bands, dots = [], []
    for index, (share, limits) in enumerate(zip(run.shares, run.band, strict=True)):
        x = left + index * col
        if limits is not None:
            bands.append(rect(x, y(limits[1]), col + 0.3, y(limits[0]) - y(limits[1]), BAND))
        dots.append(None if share.rate is None else (x + col / 2, y(share.rate)))
    return bands, dots


def _dots(run: Run, dots: Sequence[tuple[float, float] | None], small: float) -> list[str]:
    """A dot for each period; a ring, larger, where it is a signal."""
    out = []
    for index, dot in enumerate(dots):
        if dot is not None:
            radius, fill = (5.0, "#ffffff") if run.outside(index) else (small, INK)
            place = f'cx="{dot[0]:.1f}" cy="{dot[1]:.1f}" r="{radius:g}"'
            out.append(f'<circle {place} fill="{fill}" stroke="{INK}" stroke-width="2"/>')
    return out


def control_chart(ident: str, run: Run, title: str, desc: str, width: float = WIDTH) -> SafeString:
    """A p-chart, 0 to 100%: the band of the limits, the average, a dot a period, the last one said."""
    top, bottom = 14.0, 196.0
    col = (width - STUB) / len(run.shares)
    bands, dots = _plot(run, STUB, col, top, bottom)
    out = [*bands, percent_axis(STUB, width, top, bottom)]
    first = next((limits for limits in run.band if limits is not None), None)
    if first is not None:
        for side in (0, 1):
            for begins, ends in _stretches([limits is not None for limits in run.band]):
                steps = [(STUB + (i + e) * col, run.band[i]) for i in range(begins, ends) for e in (0, 1)]
                points = [(x, bottom - (bottom - top) * limits[side]) for x, limits in steps if limits is not None]
                out.append(polyline(points, ink=SOFT, width=0.9, dash="4 2"))
        mean = bottom - (bottom - top) * run.mean
        out.append(line(STUB, mean, width, mean, ink=SHADE, width=1.2))
        levels = apart([bottom - (bottom - top) * level for level in (first[1], run.mean, first[0])])
        for words, level in zip(("Upper limit", f"Average {run.mean:.0%}", "Lower limit"), levels, strict=True):
            bold = words.startswith("Average")
            out.append(text(0, level + 3.5, words, size=10, bold=bold, ink=SHADE if bold else SOFT))
    for begins, ends in _stretches([dot is not None for dot in dots]):
        out.append(polyline([dot for dot in dots[begins:ends] if dot is not None], ink=INK, width=1.4))
    out += _dots(run, dots, 3.4)
    if (at := dots[-1]) is not None:
        words = run.shares[-1].percent
        half, x = CHARACTER * len(words) / 2 + 4, at[0]
        x, y = min(x, width - half), at[1] - 9 if at[1] > top + 16 else at[1] + 18
        out.append(rect(x - half, y - 11, 2 * half, 13, BAND if run.band[-1] else "#ffffff"))
        out.append(text(x, y, words, bold=True, anchor="middle"))
    return svg(ident, width, bottom + 4, title, desc, out)


def small_multiple(
    ident: str,
    run: Run,
    ends: tuple[str, str],
    title: str,
    desc: str,
    width: float = 154,
    last: Share | None = None,
    revised: Sequence[bool] = (),
) -> SafeString:
    """One standard in a small picture: the same chart without words, the period's own share said in full above it. A
    period that was revised has (r) over it."""
    top, bottom, left = 24.0, 92.0, 30.0
    step = (width - left) / len(run.shares)
    bands, dots = _plot(run, left, step, top, bottom)
    out = [*bands, percent_axis(left, width, top, bottom, (0, 50, 100))]
    if run.enough:
        mean = bottom - (bottom - top) * run.mean
        out.append(line(left, mean, width, mean, ink=SHADE, width=0.9))
    for begins, finish in _stretches([dot is not None for dot in dots]):
        out.append(polyline([dot for dot in dots[begins:finish] if dot is not None], ink=INK, width=1.2))
    out += _dots(run, dots, 1.6)
    places = [place for place, was in enumerate(revised) if was]
    out += [text(left + step * (place + 0.5), top - 3, "(r)", size=8, anchor="middle", ink=SOFT) for place in places]
    last = last or run.shares[-1]
    out.append(text(0, 10, last.percent, size=13, bold=True))
    if last.percent.endswith("%"):
        out.append(text(8.2 * len(last.percent) + 8, 10, last.counts, size=11, ink=SOFT))
    out.append(text(left, bottom + 13, ends[0], size=10, ink=SOFT))
    out.append(text(width, bottom + 13, ends[1], size=10, anchor="end", ink=SOFT))
    return svg(ident, width, bottom + 18, title, desc, out)


def _stretches(there: Sequence[bool]) -> list[tuple[int, int]]:
    """Where a line may run without a break: (first, one past the last) of each stretch that is there."""
    out, begins = [], None
    for index, yes in enumerate([*there, False]):
        if yes and begins is None:
            begins = index
        elif not yes and begins is not None:
            out.append((begins, index))
            begins = None
    return out


def funnel(
    ident: str, steps: Sequence[tuple[str, Share, str]], title: str, desc: str, width: float = WIDTH
) -> SafeString:
    """(step, how many of how many, what fell out). One zero and one scale; a step with another base stands apart."""
    y, base = 6.0, steps[0][1].of
    unit = 178 / max(1, base)
    out: list[str] = []
    for name, share, lost in steps:
        if share.of != base:
            out.append(line(0, y + 1, width, y + 1, ink=SOFT, dash="2 3"))
            y, base = y + 10, share.of
        out += [
            text(STUB - 10, y + 13, name, anchor="end", bold=True),
            rect(STUB, y, unit * share.of, 18, "#ffffff", SOFT),
        ]
        out.append(rect(STUB, y, unit * share.count, 18, SHADE))
        out.append(text(STUB + unit * share.of + 8, y + 13, share.counts, bold=True))
        out.append(text(STUB + unit * steps[0][1].of + 66, y + 13, lost, ink=SOFT))
        y += 22
    return svg(ident, width, y, title, desc, out)


def timeliness(
    ident: str, rows: Sequence[tuple[str, Sequence[int]]], title: str, desc: str, width: float = WIDTH
) -> SafeString:
    """(label, on time, late, overdue, not yet due) as bars of the whole; each piece wide enough carries its count."""
    y, out = 30.0, [legend(TIMES, STUB, 12)]
    for label, counts in rows:
        out.append(text(STUB - 10, y + 13, label, anchor="end", bold=True))
        x, whole = STUB, sum(counts)
        for look, count in zip(TIMES, counts, strict=True):
            w = (width - STUB - 1) * count / whole if whole else 0
            if count:
                out.append(block(look, x, y, w, 18))
            if count and w >= CHARACTER * len(str(count)) + 2:
                out += [rect(x + w / 2 - 9, y + 3, 18, 12, look.fill)] if look.hatch and w >= 20 else []
                out.append(text(x + w / 2, y + 13, str(count), anchor="middle", ink=look.ink))
            x += w
        if not whole:
            out.append(text(STUB, y + 13, "None were due", ink=SOFT))
        y += 22
    return svg(ident, width, y, title, desc, out)
