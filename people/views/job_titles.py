"""Job titles and the roles each brings: the table, and setting one."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people import job_titles, job_titles_page, new_titles
from people.access import SignedInRequest, requires
from people.forms import NewTitlesForm, RolesOfTitle
from people.roles import Permission, Role
from people.step_up import confirmed_for
from qualitycounts.base import clock
from qualitycounts.base.refusals import Refused, allows


@requires(Permission.MANAGE_USERS, Permission.SEE_SETTINGS)
@require_safe
def job_titles_list(request: SignedInRequest) -> HttpResponse:
    """Every title with its roles, those first that the table does not know."""
    rows = job_titles.titles_with_roles(on=clock.today())
    can_change = job_titles.may_keep(by=request.user)
    table = partial(job_titles_page.titles_table, can_change=can_change)
    unknown = [row for row in rows if not row.known]
    context = {
        "new_titles": new_titles.new_titles(by=request.user, on=clock.today()),
        "unknown": table(unknown, caption="Not in the table yet: staff only", id="unknown"),
        "known": table([row for row in rows if row.known], caption="In the table", id="known"),
        "can_change": can_change,
    }
    return render(request, "people/job_titles.html", context)


@requires(Permission.MANAGE_USERS)
@confirmed_for(Role.ADMINISTRATOR, to_read=False)
@require_POST
def job_titles_settle(request: SignedInRequest) -> HttpResponse:
    """Settle the titles that the table does not know, several at once, then back to the page they were settled on."""
    chosen = NewTitlesForm(request.POST).chosen()
    moved = new_titles.settle_new_titles(chosen, by=request.user, at=clock.now())
    messages.success(request, new_titles.settled_in_words(chosen, moved))
    return redirect("start" if "start" in request.POST else "job-titles")


@requires(Permission.MANAGE_USERS)
@confirmed_for(Role.ADMINISTRATOR, to_read=False)
@require_http_methods(["GET", "HEAD", "POST"])
def job_title_change(request: SignedInRequest) -> HttpResponse:
    """What one title brings, and whoever has it. The title is asked for by the address, as it may hold any letter."""
    title = job_titles.title_of(request.GET.get("title", ""))
    holders = job_titles.holders_of_title(title.title, on=clock.today())
    initial = {"roles": [role.value for role in title.roles], "number": job_titles.number(), "now": not title.known}
    form = RolesOfTitle(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if form.is_valid():
                moved = job_titles.set_roles(title.title, **form.cleaned_data, by=request.user, at=clock.now())
                messages.success(request, job_titles.set_in_words(title.title, moved))
                return redirect("job-titles")
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
            status = refusal.status
    context = {
        "title": title,
        "form": form,
        "holders": holders,
        "default": job_titles.default_of(title.title),
        "changes": job_titles_page.title_changes_table(job_titles.changes_of_title(title.title)),
        "can_set": allows(job_titles.check_set, title.title, by=request.user),
    }
    return render(request, "people/job_title.html", context, status=status)
