"""Reading through what was agreed, and signing exactly that."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audits.access import meeting_or_404
from audits.models import Audit
from audits.record import signing
from audits.record.clashes import concern_holds, explained
from audits.record.forms.signing import KeyworkerSignForm, ReopenForm, SignForm
from audits.record.identifying_words import identifying_words
from audits.record.signed_record import build_record
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed


@requires(Permission.TAKE_PART)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def record_sign(request: SignedInRequest, ref: str) -> HttpResponse:
    """Read the whole record and sign it. The second signature makes it final."""
    audit = meeting_or_404(request.user, ref)
    kind = KeyworkerSignForm if request.user.pk == audit.keyworker_id else SignForm
    form = kind(typed(request), initial={"content_hash": audit.content_hash})
    status = 200
    if request.method == "POST":
        rule = partial(signing.sign_record, audit, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.said()))
        if status == TAKEN:
            messages.success(request, "Signed. Thank you.")
            return redirect("audit", audit.ref)
    if audit.state != Audit.State.AGREED and request.method == "POST":
        return render(request, "audits/record/sign_later.html", {"audit": audit, "form": form}, status=status)
    if audit.state != Audit.State.AGREED:
        return redirect("audit-meeting" if audit.state == Audit.State.IN_MEETING else "audit", audit.ref)
    signatures, record = signing.signatures(audit), build_record(audit)
    context = {
        "audit": audit,
        "record": record,
        "explained": explained(audit),
        "concerns": concern_holds(audit),
        "identifying": identifying_words(record),
        "signatures": signatures,
        "signed": any(signature and person == request.user for _, person, signature in signatures),
        "form": form,
        "sign_as": f"Sign as {request.user}",
        "reopen": ReopenForm(prefix=None),
    }
    return render(request, "audits/record/sign.html", context, status=status)
