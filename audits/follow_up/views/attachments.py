"""Files as evidence of an action: adding one, opening one, taking one out."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audits.access import action_or_404
from audits.follow_up import action_page, attachments
from audits.follow_up.forms.actions import ActionReasonForm, FileForm
from audits.follow_up.views.actions import turn
from people import files
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.COMPLETE_ACTION)
@form_methods
def add(request: SignedInRequest, ref: str) -> HttpResponse:
    """Add a file to an action."""
    action = action_or_404(request.user, ref)
    attachments.check_attach(action, by=request.user, on=clock.today())
    form = FileForm(typed(request), request.FILES or None)
    return turn(request, action, "attach", form, attachments.attach, "The file is with the evidence.")


@requires(Permission.SEE_ACTION)
@never_cache
@require_safe
def attachment_detail(request: SignedInRequest, ref: str, pk: int) -> HttpResponse:
    """The file itself, for whoever may open the action."""
    return files.reply(attachments.file_or_404(action_or_404(request.user, ref), pk).file)


@requires(Permission.SEE_ACTION)
@form_methods
def attachment_remove(request: SignedInRequest, ref: str, pk: int) -> HttpResponse:
    """Take a file out, with a reason."""
    action, status = action_or_404(request.user, ref), 200
    file = attachments.file_or_404(action, pk)
    attachments.check_remove_attachment(file, by=request.user)
    form = ActionReasonForm(typed(request), label="Why is it taken out?")
    if request.method == "POST":
        rule = partial(attachments.remove_attachment, file, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "Taken out. Its name and your reason stay.")
            return redirect("action", ref)
    context = action_page.context(action_or_404(request.user, ref), by=request.user, on=clock.today())
    return render(request, "audits/follow_up/attachment_out.html", context | {"form": form, "one": file}, status=status)
