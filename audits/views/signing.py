"""Reading through what was agreed, and signing exactly that."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audits import overview, signing
from audits.access import meeting_or_404
from audits.forms.attempt import TAKEN, attempt, typed
from audits.forms.signing import KeyworkerSignForm, ReopenForm, SignForm
from audits.models import Audit
from audits.record import record
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock


@requires(Permission.TAKE_PART)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: SignedInRequest, ref: str) -> HttpResponse:
    """The whole record, then one's own signature. The second signature makes it final."""
    audit = meeting_or_404(request.user, ref)
    kind = KeyworkerSignForm if request.user.pk == audit.keyworker_id else SignForm
    form = kind(typed(request), initial={"content_hash": audit.content_hash})
    status = 200
    if request.method == "POST":
        rule = partial(signing.sign, audit, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.said()))
        if status == TAKEN:
            messages.success(request, "Signed. Thank you.")
            return redirect("audit", audit.ref)
    if audit.state != Audit.State.AGREED:
        return redirect("audit-meeting" if audit.state == Audit.State.IN_MEETING else "audit", audit.ref)
    signatures = overview.signatures(audit)
    context = {
        "audit": audit,
        "record": record(audit),
        "signatures": signatures,
        "signed": any(signature and person == request.user for _, person, signature in signatures),
        "form": form,
        "reopen": ReopenForm(prefix=None),
    }
    return render(request, "audits/sign.html", context, status=status)
