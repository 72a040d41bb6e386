"""The QA Officer's month: the board, what is taken away from it, reminding, and the views that are kept."""

from __future__ import annotations

from datetime import date
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.models import Reminder
from audits.month import page as month_page
from audits.month import views_kept
from audits.month.forms import RemindForm
from audits.reminders import chase
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock, spreadsheets
from qualitycounts.base.form_attempt import TAKEN, attempt

TAKE_BACK = "reminders"
"""Under what a session keeps the keys of the reminders that can be taken back."""


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def month_board(request: SignedInRequest) -> HttpResponse:
    """The board. What is looked for comes by POST, so that a case's number stands in no address."""
    today, values = clock.today(), request.POST if request.method == "POST" else request.GET
    month = month_page.month_or_this(values.get("month"), on=today)
    asked, dropped = month_page.asked_of(values, in_address=request.method != "POST")
    if request.method == "POST" and not month_page.A_CASE_NUMBER.search(asked.words):
        return redirect(month_page.month_address(month, asked))
    tick = request.GET.get("tick", "")
    board = month_page.board_page(month, asked, user=request.user, on=today, tick=tick, dropped=dropped)
    can_undo = bool(request.session.get(TAKE_BACK))
    context = {"board": board, "can_undo": can_undo, "now": clock.now()}
    return render(request, "audits/month/board.html", context)


@requires(Permission.RUN_SELECTION)
@require_safe
def month_export(request: SignedInRequest) -> HttpResponseBase:
    """What the board shows as a workbook."""
    today = clock.today()
    month = month_page.month_or_this(request.GET.get("month"), on=today)
    asked, _ = month_page.asked_of(request.GET, in_address=True)
    rows = month_page.take_month_away(month, asked, by=request.user, at=clock.now(), on=today)
    return spreadsheets.download(name=f"audits-{month:%Y-%m}", kind="xlsx", columns=month_page.COLUMNS, rows=rows)


@requires(Permission.RUN_SELECTION)
@require_POST
def month_remind(request: SignedInRequest) -> HttpResponse:
    """Remind of one audit at once; of those ticked after a page with each mail, where a note can be added."""
    today, now = clock.today(), clock.now()
    only, back = request.POST.get("only", ""), request.POST.get("back", "")
    refs = [only] if only else request.POST.getlist("remind")
    form = RemindForm(request.POST if "send" in request.POST else None)
    if not only and not form.is_bound:
        return render(request, "audits/month/remind.html", remind_context(refs, form, back, today=today))
    if only:
        made = chase.remind(refs, note="", by=request.user, at=now)
    else:
        kept: list[Reminder] = []
        rule = partial(chase.remind, refs, by=request.user, at=now)
        status = attempt(form, lambda: kept.extend(rule(**form.cleaned_data)))
        if status != TAKEN:
            context = remind_context(refs, form, back, today=today)
            return render(request, "audits/month/remind.html", context, status=status)
        made = kept
    request.session[TAKE_BACK] = sorted({reminder.key for reminder in made})
    messages.success(request, chase.sent_in_words(made))
    return redirect(month_page.address_back(back, on=today))


def remind_context(refs: list[str], form: RemindForm, back: str, *, today: date) -> dict[str, object]:
    """What the page of the mails shows."""
    waiting = chase.remindables(chase.chosen(refs), on=today)
    rows = [(remindable, remindable.reminded_today(on=today)) for remindable in waiting]
    mails = sum(len(remindable.waits.people) for remindable in waiting)
    return {"rows": rows, "form": form, "back": back, "mails": mails, "again": any(sent for _, sent in rows)}


@requires(Permission.RUN_SELECTION)
@require_POST
def month_remind_undo(request: SignedInRequest) -> HttpResponse:
    """Take the reminders of the last minute back."""
    keys = request.session.pop(TAKE_BACK, [])
    count = chase.take_reminders_back(keys, by=request.user, at=clock.now())
    messages.success(request, f"{count} reminder{' is' if count == 1 else 's are'} taken back. Nothing was sent.")
    return redirect("month")


@requires(Permission.RUN_SELECTION)
@require_POST
def month_view_keep(request: SignedInRequest) -> HttpResponse:
    """Keep the board's filters under a name."""
    asked, _ = month_page.asked_of(request.POST, in_address=True)
    query = month_page.query_of(asked)
    view = views_kept.keep_view(name=request.POST.get("name", ""), query=query, by=request.user)
    messages.success(request, f"Kept as “{view}”. It is among your views, in every month.")
    return redirect(
        month_page.month_address(month_page.month_or_this(request.POST.get("month"), on=clock.today()), asked)
    )


@requires(Permission.RUN_SELECTION)
@require_POST
def month_view_forget(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a view away."""
    messages.success(request, f"“{views_kept.forget_view(pk, by=request.user)}” is taken away.")
    return redirect("month")
