"""Charts of one line: a share with where it may lie, and a whole in its parts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

from reporting.charts import (
    CHARACTER,
    FACES,
    GRID,
    INK,
    SHADE,
    SOFT,
    WIDTH,
    GradeLook,
    block,
    legend,
    line,
    rect,
    svg,
    text,
)

WARN = "#8a3c08"
HEARD = (
    GradeLook("Gave their view", "#12436d", "#12436d", "#ffffff"),
    GradeLook("Said no", "#9cc3e6", "#12436d", INK),
    GradeLook("No answer yet", "#ffffff", SOFT, INK),
    GradeLook("Not asked", "#8a3c08", "#5c2704", "#ffffff"),
)


def whom_we_heard(ident: str, counts: Sequence[int], title: str, desc: str, width: float = WIDTH) -> SafeString:
    """One bar of the whole in the parts of `HEARD`, each wide enough with its count."""
    out, x, whole = [legend(HEARD, 0, 12)], 0.5, sum(counts)
    for look, count in zip(HEARD, counts, strict=True):
        w = (width - 1) * count / whole if whole else 0
        if count:
            out.append(block(look, x, 22, w, 26))
        if count and w >= CHARACTER * len(str(count)) + 4:
            out += [rect(x + w / 2 - 10, 28, 20, 14, look.fill)] if look.hatch and w >= 22 else []
            out.append(text(x + w / 2, 40, str(count), size=14, bold=True, anchor="middle", ink=look.ink))
        x += w
    return svg(ident, width, 50, title, desc, out)


def strip(
    words: str,
    rate: float | None,
    between: tuple[float, float] | None,
    expected: tuple[float, float] | None = None,
    target: int | None = None,
    width: float = 150,
) -> SafeString:
    """One share on a line from 0 to 100%: the bar is where the true share may lie, the dot the share itself, the thin
    line under it what chance gives, the upright mark the target in percent. `words` become its Alt text in the PDF."""

    def x(share: float) -> float:
        return 4 + (width - 8) * share

    out = [line(4, 8, width - 4, 8, ink="#b1b4b6")]
    if between is not None:
        out.append(rect(x(between[0]), 4.5, x(between[1]) - x(between[0]), 7, "#9cc3e6", SHADE))
    if expected is not None:
        out.append(line(x(expected[0]), 15, max(x(expected[1]), x(expected[0]) + 1.5), 15, ink=INK, width=1.6))
    if rate is not None:
        out.append(f'<circle cx="{x(rate):.1f}" cy="8" r="3" fill="{INK}"/>')
    labels = [(0.0, "0%", SOFT), (1.0, "100%", SOFT)]
    if target is not None:
        out.append(line(x(target / 100), 0, x(target / 100), 16, ink=WARN, width=2))
        far = labels[0] if target >= 50 else labels[1]
        labels = [far, (target / 100, f"target {target}%" if target else "expected 0", WARN)]
    for share, said, ink in labels:
        anchor = "start" if share < 0.25 else "end" if share > 0.75 else "middle"
        out.append(text(x(share), 26, said, size=8, anchor=anchor, ink=ink))
    box = f'viewBox="0 0 {width:g} 28" width="{width:g}" height="28"'
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img" font-family="{FACES}">'
        f"<title>{escape(words)}</title>{''.join(out)}</svg>"
    )


def row_bar(words: str, share: float | None, before: float | None = None, width: float = 190) -> SafeString:
    """A bar inside its own table row, for ranked lists: the table is the twin. The tick is the period before.

    The number stands in the next cell, so screen readers skip the bar; the <title> is its Alt text in the PDF.
    """
    out = [rect(0.5, 2, width - 1, 12, "#ffffff", GRID)]
    if share:
        out.append(rect(0.5, 2, (width - 1) * share, 12, "#9cc3e6", SHADE))
    if before is not None:
        x = 1.6 + (width - 3.2) * before
        out.append(line(x, 0, x, 16, ink=INK, width=2.2))
    size = f'viewBox="0 0 {width:g} 16" width="{width:g}" height="16"'
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} aria-hidden="true" focusable="false">'
        f"<title>{escape(words)}</title>{''.join(out)}</svg>"
    )
