"""Bank holidays: those that are known, one more, and one taken out again."""

from __future__ import annotations

from datetime import date
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from escalation.forms import HolidayForm, WordsForm
from escalation.holidays import holidays
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.KEEP_CALENDAR)
@form_methods
def holidays_list(request: SignedInRequest) -> HttpResponse:
    """The bank holidays from this year on, and a form for one that was announced late."""
    today, status = clock.today(), 200
    form = HolidayForm(typed(request))
    if request.method == "POST":
        moved: list[object] = []
        rule = partial(holidays.add, by=request.user, at=clock.now(), today=today)
        status = attempt(form, lambda: moved.extend(rule(**form.cleaned_data)))
        if status == TAKEN:
            count = f"{len(moved)} open date{'' if len(moved) == 1 else 's'} moved; each owner has been told."
            messages.success(request, f"Added. {count if moved else 'No open date moved.'}")
            return redirect("bank-holidays")
    context = {"form": form, "years": holidays.years(on=today), "today": today}
    return render(request, "escalation/holidays/holidays.html", context, status=status)


@requires(Permission.KEEP_CALENDAR)
@form_methods
def holiday_remove(request: SignedInRequest, on: date) -> HttpResponse:
    """Take out one that was added by mistake."""
    holiday, today, status = holidays.one_or_none(f"{on:%Y-%m-%d}"), clock.today(), 200
    if holiday is None:
        raise Http404
    holidays.check_take_out(holiday, by=request.user, today=today)
    form = WordsForm(typed(request), name="why", label="Why is it taken out?")
    if request.method == "POST":
        rule = partial(holidays.remove_holiday, holiday, by=request.user, at=clock.now(), today=today)
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "Taken out. Dates that it had moved stay as they are.")
            return redirect("bank-holidays")
    return render(request, "escalation/holidays/out.html", {"form": form, "holiday": holiday}, status=status)
