"""The panel's papers as PDFs: the pack for one reader, without grades until they are revealed, and the minutes."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404
from django.template.loader import render_to_string

from audits.access import panel_or_404
from audits.models import Panel, Review
from audits.panel import content as panel_content
from audits.panel import minutes as panel_minutes
from audits.panel.sitting import panel_table
from people import access, council_identity
from people.models import User
from people.roles import Permission
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import day_in_words
from reporting import pdf

SHOWN = ("audit__case__team", "audit__team", "audit__auditor", "audit__keyworker", "audit__standard_set")


def panel_pack_pdf(user: User, ref: str, *, at: datetime) -> bytes:
    """What this reader may read of the panel's audits now, each on a new page.

    404 for a panel that is not theirs, and for members once its minutes are closed.
    """
    return pdf.render(pack_html(user, ref, at=at))


def pack_html(user: User, ref: str, *, at: datetime) -> str:
    """The pack before it is drawn. An audit that the reader is too near is not in it."""
    panel = panel_or_404(user, ref)
    keeps = access.sees_all(user, Permission.RUN_PANEL)
    if panel.state == Panel.State.CLOSED and not keeps:
        raise Http404
    reviews = panel.reviews.exclude(state=Review.State.REPLACED).select_related(*SHOWN, "audit__responsible_manager")
    seen = panel_table(panel, at=at, reviews=reviews)
    readable = [review for review in seen.reviews if keeps or not seen.why(review, user)]
    for review in readable:
        review.panel = panel
    papers = [(review, panel_content.content(review)) for review in readable]
    context = {"panel": panel, "papers": papers, "reader": user, "as_at": day_of(at), **council()}
    return render_to_string("reports/panel_pack.html", context)


def panel_minutes_pdf(user: User, ref: str, *, at: datetime) -> bytes:
    """The minutes as they stand. 404 for a panel that is not theirs."""
    panel = panel_or_404(user, ref)
    closed_by = f"Closed by {panel.closed_by}" if panel.closed_at else ""
    context = {
        "panel": panel,
        "minutes": panel_minutes.build_minutes(panel, at=at),
        "as_at": day_of(at),
        "edition": closed_by or "Draft: the minutes are still open",
        "closed": f"{closed_by} on {day_in_words(panel.closed_at)}." if closed_by else "These minutes are not closed.",
        **council(),
    }
    return pdf.render(render_to_string("reports/panel_minutes.html", context))


def council() -> dict[str, str]:
    """What every paper names."""
    return {"council_name": council_identity.NAME.value()}
