"""The panel's papers as PDFs."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from reporting.papers import panel_papers

SITS = (Permission.SIT_ON_PANEL, Permission.RUN_PANEL)


@requires(*SITS)
@never_cache
@require_safe
def panel_pack(request: SignedInRequest, ref: str) -> HttpResponse:
    """The pack for whoever asks."""
    return pdf_reply(panel_papers.panel_pack_pdf(request.user, ref, at=clock.now()), f"{ref}-pack")


@requires(*SITS)
@never_cache
@require_safe
def panel_minutes(request: SignedInRequest, ref: str) -> HttpResponse:
    """The minutes."""
    return pdf_reply(panel_papers.panel_minutes_pdf(request.user, ref, at=clock.now()), f"{ref}-minutes")


def pdf_reply(made: bytes, name: str) -> HttpResponse:
    """A PDF to look at or keep."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)
