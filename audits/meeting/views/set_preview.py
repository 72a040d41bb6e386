"""The meeting and the pack as they would be with a draft of the standards."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audits.meeting.set_preview import preview_or_404
from people.access import SignedInRequest, requires
from people.roles import Permission
from standards.drafting import drafts


@requires(Permission.WRITE_STANDARDS, Permission.PUBLISH_STANDARDS)
@require_safe
def preview_meeting(request: SignedInRequest, pk: int) -> HttpResponse:
    """One step of the meeting with a draft."""
    preview = preview_or_404(drafts.set_draft_or_404(pk), request.GET.get("step", "1"))
    return render(request, "audits/meeting/set_preview.html", {"desk": preview, "draft": preview.draft})


@requires(Permission.WRITE_STANDARDS, Permission.PUBLISH_STANDARDS)
@require_safe
def preview_pack(request: SignedInRequest, pk: int) -> HttpResponse:
    """All that both read beforehand with a draft."""
    draft = drafts.set_draft_or_404(pk)
    return render(request, "audits/meeting/set_preview_pack.html", {"draft": draft, "spec": draft.spec})
