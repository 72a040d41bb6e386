"""The page on which a request for subject access is answered."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

from people.access import SignedInRequest, requires
from people.roles import Permission
from people.step_up import confirmed
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import typed
from qualitycounts.base.refusals import Refused
from qualitycounts.subject_access.answer import SubjectCopy, answer_request
from qualitycounts.subject_access.forms import SubjectAccessForm
from qualitycounts.subject_access.values import by_kind


@requires(Permission.ANSWER_SUBJECT_ACCESS)
@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def subject_access(request: SignedInRequest) -> HttpResponse:
    """Ask whose records, and hand over the copy as a file. No number stands in an address or a file's name."""
    form, status = SubjectAccessForm(typed(request)), 200
    if request.method == "POST":
        status = 422
        try:
            if form.is_valid():
                asked = dict(form.cleaned_data)
                black_out = asked.pop("others") == "black_out"
                copied = answer_request(**asked, black_out=black_out, by=request.user, at=clock.now())
                name = f"subject-access-{clock.today():%Y-%m-%d}.html"
                headers = {"Content-Disposition": f'attachment; filename="{name}"'}
                return HttpResponse(page_of(copied), headers=headers)
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
            status = refusal.status
    return render(request, "subject_access/ask.html", {"form": form}, status=status)


def page_of(copied: SubjectCopy) -> str:
    """The copy as one file that any browser opens and prints."""
    context = {"copied": copied, "kinds": by_kind(copied.records), "mentions": by_kind(copied.mentions)}
    return render_to_string("subject_access/copy.html", context)
