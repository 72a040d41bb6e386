"""Learning: what every worker may read, good practice, and what is to be learned."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.models import number_of
from people import access
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock, spreadsheets
from qualitycounts.base.form_attempt import TAKEN, attempt, typed
from reporting.learning import learning, take_away
from reporting.learning.forms import AnswerForm, NeedForm
from reporting.models import Edition, Report
from reporting.reports import document, editions, summary
from reporting.reports.views.editions import printing_reply
from reporting.sections.event import Event
from standards.standard_sets import all_numbers

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.READ_LEARNING)
@require_safe
def learning_page(request: SignedInRequest) -> HttpResponse:
    """What the reports recommend, in short, and good practice to share."""
    wanted = request.GET.get("standard", "")
    numbers = all_numbers()
    number = number_of(wanted) if number_of(wanted) in numbers else None
    context = {
        "reports": learning.summaries(),
        "shelves": learning.library(number),
        "standard": number,
        "standards": numbers,
        "keeps": access.may(request.user, Permission.KEEP_LEARNING),
    }
    return render(request, "reporting/learning/learning.html", context)


@requires(Permission.READ_LEARNING)
@require_safe
def learning_report(request: SignedInRequest, ref: str) -> HttpResponse:
    """One report in short."""
    report = learning.summary_or_404(ref)
    has_pack = report.kind == Report.Kind.LEARNING and bool(report.figures.get(Event.key))
    context = document.cover(report) | {
        "summary": summary.compose_summary(report),
        "has_pack": has_pack,
        "has_slides": has_pack and Edition.Kind.SLIDES not in editions.editions_missing(report),
    }
    return render(request, "reporting/learning/report.html", context)


@requires(Permission.READ_LEARNING)
@require_safe
def event_pack(request: SignedInRequest, ref: str) -> HttpResponse:
    """The pack of a learning event as PDF, byte for byte as it was made."""
    report = learning.pack_or_404(ref)
    name = f'inline; filename="{report.ref}.pdf"'
    return HttpResponse(bytes(report.pdf or b""), content_type="application/pdf", headers={"Content-Disposition": name})


@requires(Permission.READ_LEARNING)
@require_safe
def event_slides(request: SignedInRequest, ref: str) -> HttpResponse:
    """Its slides."""
    return printing_reply(learning.slides_or_404(ref), ref)


@requires(Permission.KEEP_LEARNING)
@form_methods
def learning_needs_list(request: SignedInRequest) -> HttpResponse:
    """What is to be learned, those without an answer first; write one down."""
    form = NeedForm(typed(request))
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: learning.raise_need(**form.cleaned_data, by=request.user, at=clock.now()))
        if status == TAKEN:
            messages.success(request, "It is written down.")
            return redirect("needs")
    context = {"form": form, "needs": learning.learning_needs()}
    return render(request, "reporting/learning/needs.html", context, status=status)


@requires(Permission.KEEP_LEARNING)
@require_safe
def learning_needs_export(request: SignedInRequest, kind: str) -> StreamingHttpResponse:
    """What is to be learned as a file to keep."""
    at = clock.now()
    rows = take_away.take_needs_away(by=request.user, at=at)
    name = f"learning-needs-{clock.day_of(at)}"
    return spreadsheets.download(name=name, kind=kind, columns=take_away.NEED_COLUMNS, rows=rows)


@requires(Permission.KEEP_LEARNING)
@require_POST
def learning_need_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say what is offered for a need."""
    form = AnswerForm(request.POST)
    words = form.cleaned_data["answer"] if form.is_valid() else ""
    learning.answer_need(need=learning.need_or_404(pk), words=words, by=request.user, at=clock.now())
    messages.success(request, "It is saved.")
    return redirect("needs")
