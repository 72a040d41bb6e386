"""Draws: looking at the numbers, drawing, the record of a draw, and what changes afterwards."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.allocation import allocate
from audits.draw import draws as draw_draws
from audits.draw import kept_frame, precision, replacement, sending, unsent, who_page
from audits.draw import page as draw_page
from audits.draw import preview as draw_preview
from audits.draw.forms import AgainForm, DrawForm, ReplaceForm, SendForm, UnsentForm
from audits.models import Draw
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock, spreadsheets
from qualitycounts.base.form_attempt import TAKEN, attempt, typed
from qualitycounts.base.refusals import Refused

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
                made = draw_draws.run_asked(activity, size=size, by=request.user, at=clock.now())
                return redirect("draw", made.ref)
            else:
                activity, size = form.asked()
                preview = draw_preview.preview_draw(activity, size=size, on=clock.today(), at=clock.now())
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
            status = refusal.status
    page = Paginator(draw_draws.draws_newest_first(), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "preview": preview,
        "page": page,
        "waiting": allocate.audits_without_auditor(on=clock.today()),
    }
    return render(request, "audits/draw/draws.html", context, status=status)


@requires(Permission.RUN_SELECTION)
@require_safe
def size(request: SignedInRequest) -> HttpResponse:
    """What a number of cases tells."""
    return render(request, "audits/draw/size.html", {"sample": precision.margins_today(on=clock.today())})


@requires(Permission.RUN_SELECTION)
@require_safe
def draw_detail(request: SignedInRequest, ref: str) -> HttpResponse:
    """Who has what, and the box that sends it."""
    return render_who(request, draw_draws.draw_or_404(ref), SendForm())


def render_who(request: SignedInRequest, draw: Draw, form: SendForm, *, status: int = 200) -> HttpResponse:
    """The page of a draw as whoever made it needs it next."""
    page = who_page.who_page(draw, user=request.user, at=clock.now(), on=clock.today())
    context = {"draw": draw, "page": page, "form": form, "tabs": draw_tabs(draw, page.replaced, "draw")}
    return render(request, "audits/draw/draw.html", context, status=status)


def draw_tabs(draw: Draw, replaced: int, current: str) -> list[dict[str, object]]:
    """The pages of a draw, with the one that is open."""
    who, proof = reverse("draw", args=[draw.ref]), reverse("draw-proof", args=[draw.ref])
    return [
        {"text": "Who has what", "url": who, "current": current == "draw"},
        {"text": "The proof", "url": proof, "current": current == "proof"},
        {"text": "Share by team", "url": f"{proof}#coverage", "current": False},
        {"text": f"Changes, {replaced}", "url": f"{proof}#changes", "current": False},
    ]


@requires(Permission.RUN_SELECTION)
@require_safe
def draw_proof(request: SignedInRequest, ref: str) -> HttpResponse:
    """The record of a draw, worked out again while the page is made: to be passed on, with nobody's name in it."""
    draw = draw_draws.draw_or_404(ref)
    record = draw_page.draw_page(draw, on=clock.today())
    tabs = draw_tabs(draw, len(record.changes), "proof")
    return render(request, "audits/draw/proof.html", {"draw": draw, "record": record, "now": clock.now(), "tabs": tabs})


@requires(Permission.RUN_SELECTION)
@require_POST
def draw_send(request: SignedInRequest, ref: str) -> HttpResponse:
    """Send a draw that was looked at: one mail to everyone named on it, with a note."""
    draw, form, counts = draw_draws.draw_or_404(ref), SendForm(request.POST), list[int]()
    rule = partial(sending.send_draw, draw, by=request.user, at=clock.now())
    status = attempt(form, lambda: counts.append(rule(**form.cleaned_data)))
    if status != TAKEN:
        return render_who(request, draw, form, status=status)
    messages.success(request, f"Sent to {counts[0]} people. You have a minute to take it back.")
    return redirect("draw", draw.ref)


@requires(Permission.RUN_SELECTION)
@require_POST
def draw_send_undo(request: SignedInRequest, ref: str) -> HttpResponse:
    """Take a sending back within its minute."""
    draw = sending.take_sending_back(draw_draws.draw_or_404(ref), by=request.user, at=clock.now())
    messages.success(request, "Taken back. Nothing was sent, and nobody knows of it.")
    return redirect("draw", draw.ref)


@requires(Permission.RUN_SELECTION)
@require_safe
def draw_export(request: SignedInRequest, ref: str) -> HttpResponseBase:
    """Who has what as a workbook, with e-mail addresses."""
    draw = draw_draws.draw_or_404(ref)
    rows = who_page.take_who_away(draw, by=request.user, at=clock.now())
    return spreadsheets.download(name=draw.ref.lower(), kind="xlsx", columns=who_page.WHO_COLUMNS, rows=rows)


@requires(Permission.RUN_SELECTION)
@require_POST
def draw_spread(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponse:
    """Call the next ticket for a case whose worker would sit in too many audits of the month."""
    pick = replacement.pick_or_404(ref, audit_ref)
    called = replacement.replace_case(pick, reason="spread", why="", by=request.user, at=clock.now())
    messages.success(request, replacement.replacement_in_words(pick, called))
    return redirect("draw", ref)


@requires(Permission.RUN_SELECTION)
@require_safe
def draw_frame(request: SignedInRequest, ref: str) -> HttpResponse:
    """The frozen frame, byte for byte."""
    return download(kept_frame.frame_text_of(draw_draws.draw_or_404(ref)), "frame.csv", "text/csv")


@requires(Permission.RUN_SELECTION)
@require_safe
def tickets(request: SignedInRequest, ref: str) -> HttpResponse:
    """Every ticket in order, as the second line to run writes them."""
    return download(kept_frame.every_ticket(draw_draws.draw_or_404(ref)), "tickets.txt", "text/plain")


def download(text: str, name: str, kind: str) -> HttpResponse:
    """Text as a file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text.encode(), content_type=f"{kind}; charset=utf-8", headers=headers)


@requires(Permission.RUN_SELECTION)
@require_POST
def draw_place_auditors(request: SignedInRequest) -> HttpResponse:
    """Try again to find auditors for the audits that have none."""
    placed = allocate.place_waiting(by=request.user, at=clock.now())
    if placed:
        messages.success(request, f"{placed} audit{'' if placed == 1 else 's'} now with an auditor.")
    else:
        messages.warning(request, "Still nobody who can take them. Each draw says why.")
    return redirect("draws")


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def draw_again(request: SignedInRequest, ref: str) -> HttpResponse:
    """Draw the activity again; only the Head of QA, with a reason."""
    draw = draw_draws.draw_or_404(ref)
    draw_draws.check_again(draw, by=request.user)
    form, status, made = AgainForm(typed(request), initial={"size": draw.size}), 200, list[Draw]()
    if request.method == "POST":
        rule = partial(draw_draws.redraw, draw, by=request.user, at=clock.now(), send=False)
        status = attempt(form, lambda: made.append(rule(**form.cleaned_data)))
        if status == TAKEN:
            messages.success(request, f"{made[0].ref} takes the place of {draw.ref}.")
            return redirect("draw", made[0].ref)
    return render(request, "audits/draw/again.html", {"form": form, "draw": draw}, status=status)


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def draw_leave(request: SignedInRequest, ref: str) -> HttpResponse:
    """Leave a draw unsent for good, with a reason."""
    draw = draw_draws.draw_or_404(ref)
    unsent.check_leave_unsent(draw, by=request.user)
    return say_why_unsent(request, draw, unsent.leave_unsent, "Leave it unsent")


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def draw_ask_again(request: SignedInRequest, ref: str) -> HttpResponse:
    """Ask the Head of QA to have a draw made again, with a reason."""
    draw = draw_draws.draw_or_404(ref)
    unsent.check_ask_redraw(draw, by=request.user)
    return say_why_unsent(request, draw, unsent.ask_redraw, "Ask for a redraw")


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def draw_decline_again(request: SignedInRequest, ref: str) -> HttpResponse:
    """The Head of QA says that a draw is not made again, with a reason."""
    draw = draw_draws.draw_or_404(ref)
    unsent.check_decline_redraw(draw, by=request.user)
    return say_why_unsent(request, draw, unsent.decline_redraw, "Do not draw it again")


def say_why_unsent(request: SignedInRequest, draw: Draw, rule: Callable[..., object], words: str) -> HttpResponse:
    """The page that asks for the reason, and calls the rule with it."""
    form, status = UnsentForm(typed(request)), 200
    if request.method == "POST":
        status = attempt(form, lambda: rule(draw, **form.cleaned_data, by=request.user, at=clock.now()))
        if status == TAKEN:
            messages.success(request, "Written down with the draw.")
            return redirect("draw", draw.ref)
    context = {"form": form, "draw": draw, "words": words}
    return render(request, "audits/draw/unsent.html", context, status=status)


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def draw_replace(request: SignedInRequest, ref: str, audit_ref: str) -> HttpResponse:
    """Replace a chosen case by the next of its category's reserve."""
    pick = replacement.pick_or_404(ref, audit_ref)
    replacement.check_replace(pick)
    closed = pick.audit.is_to_replace(clock.today())
    form = ReplaceForm(request.POST or None, initial={"reason": "closed"} if closed else {})
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                called = replacement.replace_case(pick, **form.cleaned_data, by=request.user, at=clock.now())
                messages.success(request, replacement.replacement_in_words(pick, called))
                return redirect("draw", ref)
            status = 422
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
            status = refusal.status
    return render(request, "audits/draw/replace.html", {"form": form, "pick": pick}, status=status)
