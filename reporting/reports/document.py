"""The report as a reader sees it, from its frozen figures: on a page and in the PDF, the same parts.

No number is counted here: what the sections hold is what is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.template.loader import render_to_string

from people import council_identity
from qualitycounts.base.dates import date_in_words
from reporting.models import Report
from reporting.periods import PeriodKind
from reporting.reports import audiences
from reporting.sections.contents import SECTIONS
from reporting.sections.event import Event
from reporting.sections.section import Figures, Section, View
from reporting.sections.wording import lines_of

AUDITS = "Live case file audits in Children’s Social Care"
TITLES = {
    PeriodKind.MONTH: "Monthly audit report",
    PeriodKind.QUARTER: "Quarterly audit report",
    PeriodKind.HALF: "Learning event pack",
    PeriodKind.YEAR: "Annual audit report",
}


@dataclass(frozen=True)
class PagePart:
    """One section's part of the page: its template, and the parts that stand within it, in order."""

    template: str
    parts: list[PagePart]


@dataclass(frozen=True)
class Ask:
    """One thing that is asked: who, where the line begins with it and a colon, and what."""

    who: str
    what: str

    @classmethod
    def of(cls, line: str) -> Ask:
        """The line in its two halves."""
        who, colon, what = line.partition(":")
        return cls(who.strip(), what.strip()) if colon and len(who) <= 40 else cls("", line)


def render_document(report: Report, figures: Figures, **more: object) -> str:
    """The whole document that becomes the PDF, for a learning event what front-line staff see of it; with `more` of
    what another printing of it needs."""
    context = document_context(report, figures) | {"site": settings.SITE_ADDRESS} | more
    if context["brief"] and not context.get("large"):
        context["turned"] = " report--brief"
    return render_to_string(document_template(figures), context)


def render_annex(report: Report, figures: Figures) -> str:
    """The annex of a month's two pages: how its figures were come by, and what each of them counts."""
    return render_to_string("reports/annex.html", document_context(report, figures))


def document_template(figures: Figures) -> str:
    """What a report is printed by; a learning event that was frozen before it had a pack is printed as a report."""
    return "reports/event_document.html" if figures.get(Event) else "reports/document.html"


def document_context(report: Report, figures: Figures) -> dict[str, object]:
    """What the parts of the report need, from its frozen figures (or a draft's live ones) and its words: what each
    section shows, under its name."""
    period, as_at = report.about, date.fromisoformat(figures.as_at)
    view = View(report, figures)
    shown = {kind.name: section and section.page(view) for kind, section in figures.sections.items()}
    return (
        {kind.name: None for kind in SECTIONS}
        | shown
        | cover(report)
        | {
            "story": figures.story,
            "so_far": view.so_far,
            "baseline": figures.baseline,
            "as_at": as_at,
            "edition": audiences.leadership(),
            "deep": period.kind != PeriodKind.MONTH,
            "beside": report.blocks,
            "said": list(report.blocks.values()),
            "working_well": lines_of(report.working_well),
            "worries": lines_of(report.worries),
            "asks": [Ask.of(line) for line in lines_of(report.recommendations)],
            "parts": page_parts(None),
        }
    )


def page_parts(within: type[Section] | None) -> list[PagePart]:
    """The parts of the page, in the order of the sections; those within another's stand in it."""
    return [PagePart(kind.template, page_parts(kind)) for kind in SECTIONS if kind.template and kind.within is within]


def cover(report: Report) -> dict[str, object]:
    """What stands on the cover of each printing."""
    period = report.about
    return {
        "report": report,
        "council_name": council_identity.NAME.value(),
        "title": TITLES[period.kind],
        "period": period,
        "written": str(period),
        "described": f"{AUDITS}, {period.label}: figures, what was seen and what is asked.",
    }


def response(report: Report) -> dict[str, object]:
    """The written management response, as it was sent."""
    checked = f" Checked by {report.checked_by}." if report.checked_by else ""
    issued, responded = date_in_words(report.issued_at), date_in_words(report.responded_at)
    return {
        "issued": f"Issued {issued} with the Assistant Director’s response of {responded}.{checked}",
        "words": report.response,
        "by": report.responded_by,
        "at": report.responded_at,
        "rows": report.recommended.all(),
    }
