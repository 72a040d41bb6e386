"""The annual programme: the year, one activity, planning and changing it, findings, and who agrees."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audits import agreement, finding, programme, programme_page
from audits.forms.attempt import TAKEN, attempt, typed
from audits.forms.programme import ActivityForm, AgreeForm, AskForm, DropForm, FindingForm, LayOutForm, initial
from people.access import SignedInRequest, may, requires
from people.roles import Permission
from qualitycounts import clock


def year_asked(request: SignedInRequest) -> int:
    """The year in the address, else today's."""
    this = programme.year_of(clock.today())
    asked = request.GET.get("year", "")
    return int(asked) if asked.isdecimal() and this - 10 <= int(asked) <= this + 1 else this


def the_year(request: SignedInRequest, *, status: int = 200, **forms: object) -> HttpResponse:
    """The page of a year, with the form that was not taken, if one was not."""
    year, today = year_asked(request), clock.today()
    found = programme_page.year(year, user=request.user, on=today)
    this = programme.year_of(today)
    context = {
        "found": found,
        "years": [(one, programme.year_words(one)) for one in range(this + 1, this - 3, -1)],
        "this_month": today.replace(day=1),
        "plans": may(request.user, Permission.RUN_SELECTION),
        "ask_form": AskForm(today=today, initial={"who": [one.manager_id for one, _ in found.agreements]}),
        "agree_form": AgreeForm(initial={"content_hash": found.digest}),
        "lay_out_form": LayOutForm(),
        **forms,
    }
    return render(request, "audits/programme.html", context | {"form": next(iter(forms.values()), None)}, status=status)


def to_year(request: SignedInRequest) -> HttpResponse:
    """Back to the page of the year."""
    return redirect(f"{reverse('programme')}?year={year_asked(request)}")


@requires(Permission.SEE_PROGRAMME)
@require_safe
def year(request: SignedInRequest) -> HttpResponse:
    """A year of the programme, this one unless another is asked for."""
    return the_year(request)


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def lay_out(request: SignedInRequest) -> HttpResponse:
    """Plan core live audits in each month that has none."""
    form = LayOutForm(typed(request))
    if request.method != "POST":
        return to_year(request)
    rule = partial(programme.lay_out, year_asked(request), by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(size=form.cleaned_data["size"]))
    return to_year(request) if status == TAKEN else the_year(request, status=status, lay_out_form=form)


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def ask_managers(request: SignedInRequest) -> HttpResponse:
    """Ask managers by name to agree."""
    form = AskForm(typed(request), today=clock.today())
    if request.method != "POST":
        return to_year(request)
    rule = partial(agreement.ask, year_asked(request), by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(who=form.cleaned_data["who"]))
    if status == TAKEN:
        messages.success(request, "Whoever has not agreed to the programme as it stands is asked, and told by e-mail.")
    return to_year(request) if status == TAKEN else the_year(request, status=status, ask_form=form)


@requires(Permission.AGREE_PROGRAMME)
@require_http_methods(["GET", "HEAD", "POST"])
def give_agreement(request: SignedInRequest) -> HttpResponse:
    """Agree to the programme as the page showed it."""
    form = AgreeForm(typed(request))
    if request.method != "POST":
        return to_year(request)
    rule = partial(agreement.agree, year_asked(request), by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(**form.cleaned_data))
    if status == TAKEN:
        messages.success(request, "Thank you. Your agreement stands on the page with your name and the date.")
    return to_year(request) if status == TAKEN else the_year(request, status=status, agree_form=form)


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Plan an activity."""
    today = clock.today()
    start = {"month": request.GET.get("month", f"{today:%Y-%m}"), "kind": request.GET.get("kind", "themed")}
    form = ActivityForm(typed(request), today=today, initial=start)
    status = 200
    if request.method == "POST":
        rule = partial(programme.plan, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.asked()))
        if status == TAKEN:
            messages.success(request, "It is on the programme.")
            return redirect(f"{reverse('programme')}?year={programme.year_of(form.cleaned_data['month'])}")
    return render(request, "audits/programme_change.html", {"form": form}, status=status)


@requires(Permission.SEE_PROGRAMME)
@require_safe
def activity(request: SignedInRequest, pk: int) -> HttpResponse:
    """One activity: what is planned, what came of it, and what was changed."""
    found = programme.activity_or_404(pk)
    page = programme_page.page(found, user=request.user, on=clock.today())
    plans = may(request.user, Permission.RUN_SELECTION)
    context = {"activity": found, "page": page, "year": programme.year_of(found.month), "plans": plans}
    return render(request, "audits/programme_activity.html", context)


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change what is planned."""
    found = programme.activity_or_404(pk)
    form = ActivityForm(typed(request), today=clock.today(), changes=found, initial=initial(found))
    status = 200
    if request.method == "POST":
        rule = partial(programme.change, found, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.asked(), why=form.cleaned_data["why"]))
        if status == TAKEN:
            return redirect("programme-activity", pk)
    return render(request, "audits/programme_change.html", {"form": form, "activity": found}, status=status)


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an activity off the programme."""
    found = programme.activity_or_404(pk)
    programme.check_drop(found, by=request.user)
    form = DropForm(typed(request))
    status = 200
    if request.method == "POST":
        rule = partial(programme.drop, found, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(why=form.cleaned_data["why"]))
        if status == TAKEN:
            return redirect("programme-activity", pk)
    return render(request, "audits/programme_drop.html", {"form": form, "activity": found}, status=status)


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write down what a partner found or an observer saw."""
    found = programme.activity_or_404(pk)
    finding.check_record(found, by=request.user)
    form = FindingForm(typed(request), activity=found)
    status = 200
    if request.method == "POST":
        rule = partial(finding.record, found, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            return redirect("programme-activity", pk)
    return render(request, "audits/programme_finding.html", {"form": form, "activity": found}, status=status)
