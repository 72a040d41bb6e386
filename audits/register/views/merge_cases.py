"""Making two rows of one child one."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audits.register import case_list, merge_cases
from audits.register.forms.merge_cases import MergeCasesForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def case_merge(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say which other row is the same child. The number is sent by POST, so that it stands in no address."""
    case = case_list.case_by_key_or_404(request.user, pk)
    form, status = MergeCasesForm(typed(request)), TAKEN
    if form.is_bound:
        rule = partial(merge_cases.merge_cases, case, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "The two rows are one case now. Files that name either number mean it.")
            return redirect("register-case", pk)
    return render(request, "audits/register/merge_cases.html", {"form": form, "case": case}, status=status)
