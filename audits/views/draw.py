"""Draws: looking at the numbers, drawing, the record of a draw, and what changes afterwards."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import allocation, draw, draw_record, replacement, sample
from audits.forms.draw import AgainForm, DrawForm, ReplaceForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock
from qualitycounts.refusals import Refused

A_PAGE = 25


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def draws(request: SignedInRequest) -> HttpResponse:
    """Every draw; the numbers of one to be made (asked by GET); and making it (POST)."""
    asked = request.POST if request.method == "POST" else request.GET if "size" in request.GET else None
    form = DrawForm(asked, today=clock.today(), initial={"activity": request.GET.get("activity")})
    preview, status = None, 200
    if form.is_bound:
        try:
            if not form.is_valid():
                status = 422
            elif request.method == "POST":
                activity, size = form.asked()
                made = draw.run_asked(activity, size=size, by=request.user, at=clock.now())
                return redirect("draw", made.ref)
            else:
                activity, size = form.asked()
                preview = draw_record.preview(activity, size=size, on=clock.today())
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
            status = refusal.status
    page = Paginator(draw.listed(), A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "preview": preview, "page": page, "waiting": allocation.waiting()}
    return render(request, "audits/draws.html", context, status=status)


@requires(Permission.RUN_SELECTION)
@require_safe
def size(request: SignedInRequest) -> HttpResponse:
    """What a number of cases tells."""
    return render(request, "audits/draw_size.html", {"sample": sample.now(on=clock.today())})


@requires(Permission.RUN_SELECTION)
@require_safe
def one(request: SignedInRequest, ref: str) -> HttpResponse:
    """The record of a draw, worked out again while the page is made."""
    found = draw.draw_or_404(ref)
    context = {
        "draw": found,
        "record": draw_record.record(found),
        "now": clock.now(),
        "can_again": draw.can_again(found, by=request.user),
    }
    return render(request, "audits/draw.html", context)


@requires(Permission.RUN_SELECTION)
@require_safe
def frame(request: SignedInRequest, ref: str) -> HttpResponse:
    """The frozen frame, byte for byte."""
    return download(draw.draw_or_404(ref).frame, "frame.csv", "text/csv")


@requires(Permission.RUN_SELECTION)
@require_safe
def tickets(request: SignedInRequest, ref: str) -> HttpResponse:
    """Every ticket in order, as the second line to run writes them."""
    return download(draw_record.every_ticket(draw.draw_or_404(ref)), "tickets.txt", "text/plain")


def download(text: str, name: str, kind: str) -> HttpResponse:
    """Text as a file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text.encode(), content_type=f"{kind}; charset=utf-8", headers=headers)


@requires(Permission.RUN_SELECTION)
@require_POST
def place(request: SignedInRequest) -> HttpResponse:
    """Try again to find auditors for the audits that have none."""
    placed = allocation.place_waiting(by=request.user, at=clock.now())
    if placed:
        messages.success(request, f"{placed} audit{'' if placed == 1 else 's'} now with an auditor.")
    else:
        messages.warning(request, "Still nobody who can take them. Each draw says why.")
    return redirect("draws")


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: SignedInRequest, ref: str) -> HttpResponse:
    """Draw the activity again; only the Head of QA, with a reason."""
    found = draw.draw_or_404(ref)
    draw.check_again(found, by=request.user)
    form = AgainForm(request.POST or None, initial={"size": found.size})
    if request.method == "POST" and form.is_valid():
        made = draw.again(found, **form.cleaned_data, by=request.user, at=clock.now())
        messages.success(request, f"{made.ref} takes the place of {found.ref}.")
        return redirect("draw", made.ref)
    status = 422 if form.errors else 200
    return render(request, "audits/draw_again.html", {"form": form, "draw": found}, status=status)


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponse:
    """Replace a chosen case by the next of its category's reserve."""
    pick = replacement.pick_or_404(ref, audit_ref)
    replacement.check_replace(pick)
    form = ReplaceForm(request.POST or None)
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                called = replacement.replace(pick, **form.cleaned_data, by=request.user, at=clock.now())
                messages.success(request, replacement.words(pick, called))
                return redirect("draw", ref)
            status = 422
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
            status = refusal.status
    return render(request, "audits/draw_replace.html", {"form": form, "pick": pick}, status=status)
