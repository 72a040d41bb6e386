"""The stream of a meeting's revisions, for the page of one chair."""

from __future__ import annotations

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audits.meeting import stream
from audits.meeting.views.meeting import seat
from people.access import SignedInRequest, requires
from people.roles import Permission


@requires(Permission.TAKE_PART)
@never_cache
@require_safe
def events(request: SignedInRequest, ref: str) -> HttpResponseBase:
    """The stream, which holds no connection to the database. Where only pages are served: 204, and the page asks."""
    audit = seat(request, ref)
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=204)
    words = stream.words(audit, by=request.user, session=request.session.session_key or "")
    stream.let_go()
    return StreamingHttpResponse(words, content_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
