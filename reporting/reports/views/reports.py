"""Reports: the list, a draft with its live figures, and what was made and issued."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from people import access, heartbeats
from people.access import SignedInRequest, requires
from people.models import User
from people.roles import Permission, Role
from people.step_up import confirmed_for
from qualitycounts.base import clock, spreadsheets
from qualitycounts.base.dates import hour
from qualitycounts.base.refusals import Refused
from reporting.access import file_or_404, report_or_404
from reporting.models import Report
from reporting.plan import response
from reporting.reports import (
    after_panel,
    checking,
    counting,
    document,
    drafting,
    drill_down,
    editions,
    generate,
    issue,
    revisions,
    take_away,
)
from reporting.reports import index as reports_index
from reporting.reports.forms import EventForm, PeriodForm, WordsForm, words_form
from reporting.reports.version_card import version_card
from reporting.sections.contents import read_figures
from reporting.sections.section import Figures

A_PAGE = 24


@requires(Permission.SEE_REPORTS)
@require_safe
def reports(request: SignedInRequest) -> HttpResponse:
    """The list, by period."""
    return _listed(request, PeriodForm())


@requires(Permission.SEE_REPORTS)
@require_safe
def reports_export(request: SignedInRequest, kind: str) -> StreamingHttpResponse:
    """The list as a file to keep."""
    at = clock.now()
    rows = take_away.take_reports_away(by=request.user, at=at, on=clock.day_of(at))
    name = f"reports-{clock.day_of(at)}"
    return spreadsheets.download(name=name, kind=kind, columns=take_away.REPORT_COLUMNS, rows=rows)


@requires(Permission.PUBLISH_REPORT)
@require_POST
def report_start(request: SignedInRequest) -> HttpResponse:
    """Open a period's draft, or the next version of its report."""
    form = PeriodForm(request.POST)
    status = 422
    try:
        if form.is_valid():
            period, why = form.asked_for(), request.POST.get("why", "")
            report = drafting.start_draft(period=period, by=request.user, at=clock.now(), why=why)
            return redirect("report", report.ref)
    except Refused as refusal:
        form.add_error("period", refusal.sentence)
        status = refusal.status
    return _listed(request, form, status=status)


@requires(Permission.SEE_REPORTS)
@require_safe
def report_detail(request: SignedInRequest, ref: str) -> HttpResponse:
    """One report: a draft with its words and live figures, the making of it, or what was made."""
    report = report_or_404(request.user, ref)
    if request.headers.get("HX-Request"):
        return _still_making(request, report)
    if report.state == Report.State.GENERATING:
        stuck = generate.given_up(report, clock.now())
        away = heartbeats.is_worker_away(at=clock.now())
        context = {"report": report, "stuck": stuck, "away": away, "stages": generate.stages(report)}
        return render(request, "reporting/reports/generating.html", context)
    if report.is_open:
        return _draft(request, report, words_form(None, report=report))
    return render(request, "reporting/reports/report.html", _made_context(report, request.user))


@requires(Permission.SEE_REPORTS)
@require_safe
def report_definitions(request: SignedInRequest, ref: str) -> HttpResponse:
    """How a report's figures were come by, and what each of them counts."""
    report = report_or_404(request.user, ref)
    return render(request, "reporting/reports/definitions.html", document.document_context(report, _figures(report)))


@requires(Permission.PUBLISH_REPORT)
@require_POST
def words(request: SignedInRequest, ref: str) -> HttpResponse:
    """Save a draft's words; with the other button, have the report made from them."""
    report = report_or_404(request.user, ref)
    form = words_form(request.POST, report=report)
    status = 422
    try:
        if form.is_valid():
            version, at = form.cleaned_data["version"], clock.now()
            typed = {"words": form.words(), "blocks": form.blocks()}
            drafting.write(report=report, version=version, **typed, by=request.user, at=at)
            if "make" in request.POST:
                generate.request_report(report=report, by=request.user, at=at)
            else:
                messages.success(request, f"Saved {hour(at)}.")
            return redirect("report", ref)
    except Refused as refusal:
        form.add_error(refusal.field or None, refusal.sentence)
        status = refusal.status
    return _draft(request, report, form, status=status)


@requires(Permission.PUBLISH_REPORT)
@require_POST
def again(request: SignedInRequest, ref: str) -> HttpResponse:
    """Have a report made again whose making failed or stopped."""
    generate.request_report(report=report_or_404(request.user, ref), by=request.user, at=clock.now())
    return redirect("report", ref)


@requires(Permission.PUBLISH_REPORT)
@require_POST
def report_recount(request: SignedInRequest, ref: str) -> HttpResponse:
    """Count a draft's figures afresh."""
    drafting.recount_draft(report=report_or_404(request.user, ref), by=request.user, at=clock.now())
    return redirect("report", ref)


@requires(Permission.PUBLISH_REPORT)
@require_POST
def report_check(request: SignedInRequest, ref: str) -> HttpResponse:
    """Say, as the second person, that every line was read."""
    report, read = report_or_404(request.user, ref), bool(request.POST.get("read"))
    checking.check_every_line(report=report, read=read, by=request.user, at=clock.now())
    messages.success(request, "You have checked it. It can be issued.")
    return redirect("report", ref)


@requires(Permission.PUBLISH_REPORT)
@confirmed_for(Role.HEAD_OF_QA)
@require_POST
def report_issue(request: SignedInRequest, ref: str) -> HttpResponse:
    """Issue a report that was made."""
    report, why = report_or_404(request.user, ref), request.POST.get("why", "")
    issued = issue.issue_report(report=report, by=request.user, at=clock.now(), why=why)
    messages.success(request, f"{issued.ref} is issued, and its readers are told.")
    return redirect("report", ref)


@requires(Permission.SEE_REPORTS)
@require_safe
def report_pdf(request: SignedInRequest, ref: str) -> HttpResponse:
    """The report's PDF, byte for byte as it was made."""
    file = file_or_404(request.user, ref)
    reply = HttpResponse(bytes(file.pdf or b""), content_type="application/pdf")
    reply["Content-Disposition"] = f'inline; filename="{file.ref}.pdf"'
    return reply


def _listed(request: SignedInRequest, form: PeriodForm, *, status: int = 200) -> HttpResponse:
    page = Paginator(reports_index.period_lines(request.user, on=clock.today()), A_PAGE).get_page(
        request.GET.get("page")
    )
    can_start = access.may(request.user, Permission.PUBLISH_REPORT)
    context = {"page": page, "form": form, "can_start": can_start, "year": reports_index.year_of(clock.today())}
    return render(request, "reporting/reports/reports.html", context, status=status)


def _made_context(report: Report, user: User) -> dict[str, object]:
    """What the page of a report that was made shows to one reader."""
    versions = reports_index.versions(report, user)
    to_check = checking.needed(report) and not report.issued_at
    can_correct = issue.can_correct(report, versions[0], user)
    moved = revisions.revisions(report)
    made = report.state == Report.State.GENERATED
    waits = after_panel.waits_for_panel(report, versions=versions) if made else ""
    return document.document_context(report, read_figures(report.figures)) | {
        "card": version_card(report, versions, moved, to_check=to_check, can_correct=can_correct, waits=waits),
        "told": after_panel.grades_told_by(report, user),
        "proposed": revisions.propose_correction(report, moved, at=clock.now()),
        "response": document.response(report) if report.responded_at else None,
        "to_check": to_check,
        "can_check": checking.can_check(report, user),
        "can_answer": response.can_answer(report, user),
        "editions": editions.editions_of(report),
        "may_list": access.may(user, Permission.PUBLISH_REPORT),
        "lists": drill_down.row_lists(report),
        "can_publish": issue.can_publish(report, user, waits=waits),
        "says_why": access.holds(user, Role.HEAD_OF_QA),
        "can_correct": can_correct,
    }


def _draft(request: SignedInRequest, report: Report, form: WordsForm | EventForm, *, status: int = 200) -> HttpResponse:
    context = document.document_context(report, _figures(report)) | {
        "form": form,
        "can_write": access.may(request.user, Permission.PUBLISH_REPORT),
    }
    return render(request, "reporting/reports/draft.html", context, status=status)


def _figures(report: Report) -> Figures:
    """Those that a report holds; of a draft that was never counted, as they are now."""
    if report.figures:
        return read_figures(report.figures)
    return counting.compose(report.about, at=clock.now(), report=report)


def _still_making(request: SignedInRequest, report: Report) -> HttpResponse:
    """The answer to a waiting page: how far it is, or that it is done and the page should open itself again."""
    if report.state == Report.State.GENERATING:
        return render(request, "reporting/reports/generating.html#stages", {"stages": generate.stages(report)})
    reply = HttpResponse(status=204)
    reply["HX-Refresh"] = "true"
    return reply
