"""What all staff and wider readers get: no count at all, so that nothing can be worked out by subtraction.

A share is said to the nearest ten in a hundred, and only where at least five audits lie on either side of it; how many
audits there were is said to the nearest ten. Many counts fit each of these, within a report and across reports.
"""

from __future__ import annotations

from typing import Any

from reporting import story
from reporting.chance import Share
from reporting.models import Recommendation, Report

SMALL = 5
STEP = 10
TOO_FEW = "Too few audits to say"
FEWEST = 25
"""Audits of a share that is said at all: of fewer, many would fit one count alone."""


def about(share: Share) -> str:
    """A share as wider readers get it: about 65%, or that there are too few to say."""
    other = share.of - share.count
    if share.of < FEWEST or min(share.count, other) < SMALL:
        return TOO_FEW
    return f"About {STEP * ((100 * share.count // share.of + STEP // 2) // STEP)}%"


def roughly(count: int) -> str:
    """How many audits, to the nearest ten."""
    if count < STEP:
        return "Fewer than ten"
    return f"About {10 * ((count + 5) // 10)}"


def tell(report: Report) -> dict[str, Any]:
    """What the summary of a report says, from its frozen figures and its recommendations."""
    rows = story.rows_of(report.figures)
    themes = report.figures.get("themes") or {"well": [], "worried": [], "quotes": []}
    return {
        "audits": roughly(rows.audits),
        "good": about(rows.good.now),
        "reading": rows.overall.reading.short,
        "standards": [
            {"name": row.name, "about": about(row.now), "reading": row.reading.short} for row in rows.standards
        ],
        "well": [figure["name"] for figure in themes["well"] if figure["count"] >= SMALL],
        "worried": [figure["name"] for figure in themes["worried"] if figure["count"] >= SMALL],
        "quotes": [{"words": one["words"], "speaker": one["speaker"]} for one in themes["quotes"]],
        "recommended": [recommended(one) for one in report.recommended.all()],
        "words": report.blocks.get("staff", ""),
    }


def recommended(one: Recommendation) -> dict[str, Any]:
    """A recommendation with its answer, for those who are not to be pointed at: no owner's name, their part alone."""
    return {
        "number": one.number,
        "kind": one.get_kind_display(),
        "words": one.words,
        "answer": one.get_answer_display() if one.report.responded_at and one.answer else "",
        "what": one.what if one.report.responded_at else "",
        "by_on": one.by_on if one.report.responded_at else None,
    }
