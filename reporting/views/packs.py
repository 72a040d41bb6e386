"""The auditor's pack as a file to take to the meeting. The page of it is the audit's own (audits/views/booking.py)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from audits import pack
from audits.access import meeting_or_404
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock
from reporting import pdf


@requires(Permission.TAKE_PART)
@require_safe
def auditors_pack(request: SignedInRequest, ref: str) -> HttpResponse:
    """The pack as PDF/UA, made as it is asked for: it is never kept."""
    audit = meeting_or_404(request.user, ref)
    pack.check_auditors(audit, by=request.user)
    context = pack.auditors(audit) | {"on": clock.today(), "council_name": settings.COUNCIL_NAME}
    file = pdf.render(render_to_string("reports/pack.html", context))
    headers = {"Content-Disposition": f'attachment; filename="{audit.ref}-pack.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(file, content_type="application/pdf", headers=headers)
