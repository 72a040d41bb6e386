"""Reports: the list, a draft with its live figures, and what was made and issued."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from people import access
from people.access import SignedInRequest, requires
from people.roles import Permission, Role
from people.step_up import confirmed_for
from qualitycounts import clock
from qualitycounts.refusals import Refused
from reporting import checking, counting, document, drafting, editions, issue, listing, making, response, rows
from reporting.access import file_or_404, report_or_404
from reporting.forms.reports import PeriodForm, WordsForm
from reporting.models import Report

A_PAGE = 24


@requires(Permission.SEE_REPORTS)
@require_safe
def reports(request: SignedInRequest) -> HttpResponse:
    """The list, by period."""
    return _listed(request, PeriodForm())


@requires(Permission.PUBLISH_REPORT)
@require_POST
def start(request: SignedInRequest) -> HttpResponse:
    """Open a period's draft, or the next version of its report."""
    form = PeriodForm(request.POST)
    status = 422
    try:
        if form.is_valid():
            report = drafting.start(period=form.asked_for(), by=request.user, at=clock.now())
            return redirect("report", report.ref)
    except Refused as refusal:
        form.add_error("period", refusal.sentence)
        status = refusal.status
    return _listed(request, form, status=status)


@requires(Permission.SEE_REPORTS)
@require_safe
def report(request: SignedInRequest, ref: str) -> HttpResponse:
    """One report: a draft with its words and live figures, the making of it, or what was made."""
    found = report_or_404(request.user, ref)
    if request.headers.get("HX-Request"):
        return _still_making(request, found)
    if found.state == Report.State.GENERATING:
        stuck = making.given_up(found, clock.now())
        context = {"report": found, "stuck": stuck, "stages": making.stages(found)}
        return render(request, "reporting/making.html", context)
    if found.is_open:
        return _draft(request, found, WordsForm(report=found))
    versions = listing.versions(found, request.user)
    context = document.parts(found, found.figures) | {
        "versions": versions,
        "response": document.response(found) if found.responded_at else None,
        "to_check": checking.needed(found) and not found.issued_at,
        "can_check": checking.can_check(found, request.user),
        "can_answer": response.can_answer(found, request.user),
        "editions": editions.there(found),
        "may_list": access.may(request.user, Permission.PUBLISH_REPORT),
        "lists": rows.slugs(),
        "can_publish": issue.can_publish(found, request.user),
        "says_why": access.holds(request.user, Role.HEAD_OF_QA),
        "can_correct": issue.can_correct(found, versions[0], request.user),
    }
    return render(request, "reporting/report.html", context)


@requires(Permission.PUBLISH_REPORT)
@require_POST
def words(request: SignedInRequest, ref: str) -> HttpResponse:
    """Save a draft's words; with the other button, have the report made from them."""
    found = report_or_404(request.user, ref)
    form = WordsForm(request.POST, report=found)
    status = 422
    try:
        if form.is_valid():
            version, at = form.cleaned_data["version"], clock.now()
            typed = {"words": form.words(), "blocks": form.blocks()}
            drafting.write(report=found, version=version, **typed, by=request.user, at=at)
            if "make" in request.POST:
                making.ask(report=found, by=request.user, at=at)
            else:
                messages.success(request, f"Saved {at.astimezone(clock.LONDON):%H:%M}.")
            return redirect("report", ref)
    except Refused as refusal:
        form.add_error(refusal.field or None, refusal.sentence)
        status = refusal.status
    return _draft(request, found, form, status=status)


@requires(Permission.PUBLISH_REPORT)
@require_POST
def again(request: SignedInRequest, ref: str) -> HttpResponse:
    """Have a report made again whose making failed or stopped."""
    making.ask(report=report_or_404(request.user, ref), by=request.user, at=clock.now())
    return redirect("report", ref)


@requires(Permission.PUBLISH_REPORT)
@require_POST
def recount(request: SignedInRequest, ref: str) -> HttpResponse:
    """Count a draft's figures afresh."""
    drafting.recount(report=report_or_404(request.user, ref), by=request.user, at=clock.now())
    return redirect("report", ref)


@requires(Permission.PUBLISH_REPORT)
@require_POST
def check(request: SignedInRequest, ref: str) -> HttpResponse:
    """Say, as the second person, that every line was read."""
    found, read = report_or_404(request.user, ref), bool(request.POST.get("read"))
    checking.check(report=found, read=read, by=request.user, at=clock.now())
    messages.success(request, "You have checked it. It can be issued.")
    return redirect("report", ref)


@requires(Permission.PUBLISH_REPORT)
@confirmed_for(Role.HEAD_OF_QA)
@require_POST
def publish(request: SignedInRequest, ref: str) -> HttpResponse:
    """Issue a report that was made."""
    found, why = report_or_404(request.user, ref), request.POST.get("why", "")
    issued = issue.publish(report=found, by=request.user, at=clock.now(), why=why)
    messages.success(request, f"{issued.ref} is issued, and its readers are told.")
    return redirect("report", ref)


@requires(Permission.SEE_REPORTS)
@require_safe
def file(request: SignedInRequest, ref: str) -> HttpResponse:
    """The report's PDF, byte for byte as it was made."""
    found = file_or_404(request.user, ref)
    reply = HttpResponse(bytes(found.pdf or b""), content_type="application/pdf")
    reply["Content-Disposition"] = f'inline; filename="{found.ref}.pdf"'
    return reply


def _listed(request: SignedInRequest, form: PeriodForm, *, status: int = 200) -> HttpResponse:
    page = Paginator(listing.lines(request.user, on=clock.today()), A_PAGE).get_page(request.GET.get("page"))
    can_start = access.may(request.user, Permission.PUBLISH_REPORT)
    context = {"page": page, "form": form, "can_start": can_start, "year": listing.year(clock.today())}
    return render(request, "reporting/reports.html", context, status=status)


def _draft(request: SignedInRequest, found: Report, form: WordsForm, *, status: int = 200) -> HttpResponse:
    figures = found.figures or counting.compose(found.about, at=clock.now(), report=found)
    context = document.parts(found, figures) | {
        "form": form,
        "can_write": access.may(request.user, Permission.PUBLISH_REPORT),
    }
    return render(request, "reporting/draft.html", context, status=status)


def _still_making(request: SignedInRequest, found: Report) -> HttpResponse:
    """The answer to a waiting page: how far it is, or that it is done and the page should open itself again."""
    if found.state == Report.State.GENERATING:
        return render(request, "reporting/making.html#stages", {"stages": making.stages(found)})
    reply = HttpResponse(status=204)
    reply["HX-Refresh"] = "true"
    return reply
