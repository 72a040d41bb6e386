"""The calendar of a month, and each person's own under a secret address."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audits.month import events, subscription
from audits.month import page as month_page
from people.access import SignedInRequest, public, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.components import Link
from qualitycounts.base.dates import month_in_words
from standards.timescales import add_months

ON_PAGE = 3
"""How many months of somebody’s own calendar its page shows; the feed for programs has more."""


@requires(Permission.RUN_SELECTION)
@require_safe
def month_calendar(request: SignedInRequest) -> HttpResponse:
    """Meetings, days by which something is due, and panels of a month."""
    today = clock.today()
    month = month_page.month_or_this(request.GET.get("month"), on=today)
    address, around = reverse("month-calendar"), [add_months(month, step) for step in (-1, 1)]
    months = [Link(month_in_words(other), f"{address}?month={other:%Y-%m}") for other in around]
    weeks = events.weeks_of(month, events.events_of_month(month), on=today)
    context = {"month": month, "weeks": weeks, "months": months}
    return render(request, "audits/month/calendar.html", context)


@requires(Permission.USE)
@require_http_methods(["GET", "HEAD", "POST"])
def own_calendar(request: SignedInRequest) -> HttpResponse:
    """What lies on one's own days, and the address for one's own calendar program; POST makes another address."""
    if request.method == "POST":
        subscription.make_key(by=request.user, at=clock.now())
        messages.success(request, "This is your address. One that you had before opens nothing any more.")
        return redirect("calendar")
    key, today = subscription.key_of(request.user), clock.today()
    path = reverse("calendar-feed", args=[key.key]) if key else ""
    coming = events.events_of_person(request.user, since=today, until=add_months(today, ON_PAGE))
    context = {"key": key, "address": f"{settings.SITE_ADDRESS}{path}", "events": coming}
    return render(request, "audits/month/own_calendar.html", context)


@public
@require_safe
def calendar_feed(request: HttpRequest, key: str) -> HttpResponse:
    """The calendar that a secret address opens, for programs."""
    user = subscription.whose_calendar(key, on=clock.today())
    file = subscription.feed_of(user, at=clock.now())
    return HttpResponse(file, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "no-store"})
