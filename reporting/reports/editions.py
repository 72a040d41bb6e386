"""Other printings of a report that was made: in large print, for wider readers, with the response, and as slides.

Each is drawn by the worker from what is frozen, kept once, and never changes (reporting/triggers.py).
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.http import Http404
from django.template.loader import render_to_string

from people import trail
from people.models import User
from qualitycounts import redis_away
from reporting import pdf
from reporting.access import visible_reports
from reporting.models import Edition, Report
from reporting.papers.event_slides import event_as_pptx
from reporting.reports import audiences, document, summary
from reporting.sections.brief import Brief
from reporting.sections.contents import read_figures
from reporting.sections.event import Event
from reporting.sections.section import View

K = Edition.Kind


def editions_wanted(report: Report) -> list[Edition.Kind]:
    """The printings a report has: none before it is out; with its response once that was sent."""
    if report.issued_at is None:
        return []
    kinds = [K.LARGE] if report.kind == Report.Kind.MONTHLY else [K.LARGE, K.WIDER]
    if report.figures.get(Brief.key):
        kinds.append(K.ANNEX)
    kinds += [K.SLIDES] if report.kind == Report.Kind.LEARNING and report.figures.get(Event.key) else []
    return [*kinds, K.RESPONSE] if report.responded_at else kinds


def editions_missing(report: Report) -> list[Edition.Kind]:
    """The printings that are not drawn yet: one query."""
    there = set(Edition.objects.filter(report=report).values_list("kind", flat=True))
    return [kind for kind in editions_wanted(report) if kind not in there]


def editions_of(report: Report) -> list[tuple[str, str, bool]]:
    """Each printing that a report has: its kind, its name, and whether it is drawn: one query."""
    waiting = editions_missing(report)
    return [(kind.value, str(kind.label), kind not in waiting) for kind in editions_wanted(report)]


def request_editions(*, report: Report, by: User, at: datetime) -> None:
    """Have the worker draw what is missing; asking again does no harm."""
    with trail.acting(by=by, at=at):
        redis_away.enqueue_on_commit("reporting.tasks.print_editions", report.pk)


def make_editions(*, report: Report, at: datetime) -> list[Edition]:
    """Render the missing printings. Idempotent: where another worker stored one first, that one stays."""
    made = []
    for kind in editions_missing(report):
        file = draw_slides(report) if kind == K.SLIDES else pdf.render(render_edition(report, kind))
        edition, _ = Edition.objects.get_or_create(
            report=report,
            kind=kind,
            defaults={"pdf": file, "sha256": hashlib.sha256(file).hexdigest(), "made": at},
        )
        made.append(edition)
    return made


def render_edition(report: Report, kind: Edition.Kind) -> str:
    """The document that becomes one printing."""
    if kind == K.WIDER:
        context = {"summary": summary.compose_summary(report), "edition": audiences.wider()} | document.cover(report)
        return render_to_string("reports/wider.html", context)
    figures = read_figures(report.figures)
    if kind == K.ANNEX:
        return document.render_annex(report, figures)
    response = document.response(report) if kind == K.RESPONSE else None
    return document.render_document(report, figures, large=kind == K.LARGE, response=response)


def draw_slides(report: Report) -> bytes:
    """The slides of a learning event, from what is frozen and written."""
    figures = read_figures(report.figures)
    page, cover = figures.of(Event).page(View(report, figures)), document.cover(report)
    named = {"title": str(cover["title"]), "council": str(cover["council_name"])}
    return event_as_pptx(page, period=report.about.label, **named)


def edition_or_404(user: User, ref: str, kind: str) -> Edition:
    """One printing of a report that the person may see; else 404."""
    reports = visible_reports(user).filter(ref=ref).values("pk")
    edition = (
        Edition.objects.select_related("report")
        .defer("report__pdf", "report__rows")
        .filter(kind=kind, report__in=reports)
        .first()
    )
    if edition is None:
        raise Http404
    return edition
