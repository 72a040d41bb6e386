"""The auditor's pack as a file. The page of it is the audit's own (audits/booking/views.py)."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from audits.access import meeting_or_404
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from reporting.papers import pack


@requires(Permission.TAKE_PART)
@require_safe
def auditors_pack(request: SignedInRequest, ref: str) -> HttpResponse:
    """The pack as PDF."""
    audit = meeting_or_404(request.user, ref)
    file = pack.auditor_pack_pdf(audit, by=request.user, on=clock.today())
    headers = {"Content-Disposition": f'attachment; filename="{audit.ref}-pack.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(file, content_type="application/pdf", headers=headers)
