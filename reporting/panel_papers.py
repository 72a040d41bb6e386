"""The panel's papers as PDFs: the pack for one reader, without grades until they are revealed, and the minutes."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import Http404
from django.template.loader import render_to_string

from audits import panel_content, panel_minutes
from audits.access import panel_or_404
from audits.models import Panel, Review
from audits.panel import table
from people import access
from people.models import User
from people.roles import Permission
from qualitycounts.clock import day_of
from reporting import pdf

SHOWN = ("audit__case__team", "audit__team", "audit__auditor", "audit__keyworker", "audit__standard_set")


def pack(user: User, ref: str, *, at: datetime) -> bytes:
    """What this reader may read of the panel's audits now, each on a new page.

    404 for a panel that is not theirs, and for members once its minutes are closed.
    """
    return pdf.render(pack_html(user, ref, at=at))


def pack_html(user: User, ref: str, *, at: datetime) -> str:
    """The pack before it is drawn. An audit that the reader is too near is not in it."""
    found = panel_or_404(user, ref)
    keeps = access.sees_all(user, Permission.RUN_PANEL)
    if found.state == Panel.State.CLOSED and not keeps:
        raise Http404
    reviews = found.reviews.exclude(state=Review.State.REPLACED).select_related(*SHOWN, "audit__responsible_manager")
    seen = table(found, at=at, reviews=reviews)
    readable = [review for review in seen.reviews if keeps or not seen.why(review, user)]
    for review in readable:
        review.panel = found
    papers = [(review, panel_content.content(review)) for review in readable]
    context = {"panel": found, "papers": papers, "reader": user, "as_at": day_of(at), **council()}
    return render_to_string("reports/panel_pack.html", context)


def minutes(user: User, ref: str, *, at: datetime) -> bytes:
    """The minutes as they stand. 404 for a panel that is not theirs."""
    found = panel_or_404(user, ref)
    context = {"panel": found, "minutes": panel_minutes.minutes(found, at=at), "as_at": day_of(at), **council()}
    return pdf.render(render_to_string("reports/panel_minutes.html", context))


def council() -> dict[str, str]:
    """What every paper names."""
    return {"council_name": settings.COUNCIL_NAME}
