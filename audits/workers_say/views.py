"""The worker's say: the form after an audit, and what the QA Team reads of it."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audits.access import audit_or_404
from audits.models import WorkerSay
from audits.workers_say import say
from audits.workers_say.forms import SayForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed


@requires(Permission.TAKE_PART)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def audit_say(request: SignedInRequest, ref: str) -> HttpResponse:
    """Two questions to the keyworker, once the audit is final."""
    audit = audit_or_404(request.user, ref)
    say.check_say(audit, by=request.user, on=clock.today())
    form, status = SayForm(typed(request)), 200
    if request.method == "POST":
        rule = partial(say.give_say, audit, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "Thank you. Your answers are kept without your name.")
            return redirect("audit", audit.ref)
    return render(
        request, "audits/workers_say/say.html", {"audit": audit, "form": form, "least": say.LEAST}, status=status
    )


@requires(Permission.READ_SAY)
@require_safe
def workers_say(request: SignedInRequest) -> HttpResponse:
    """What workers said of their audits, by quarter: totals and words, never who."""
    today = clock.today()
    quarters = [(quarter, say.said_in(quarter, on=today)) for quarter in say.quarters_over(on=today)]
    context = {"quarters": quarters, "answers": WorkerSay.Answer.choices, "least": say.LEAST}
    return render(request, "audits/workers_say/workers_say.html", context)
