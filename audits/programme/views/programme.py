"""The annual programme: the year, one activity, planning and changing it, and who agrees."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.models import Activity
from audits.programme import activity_page, agreement, planning
from audits.programme import page as programme_page
from audits.programme.forms.programme import ActivityForm, AgreeForm, AskForm, DropForm, LayOutForm, initial
from people.access import SignedInRequest, may, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed


def year_asked(request: SignedInRequest) -> int:
    """The year in the address, else today's."""
    this = planning.year_of(clock.today())
    asked = request.GET.get("year", "")
    return int(asked) if asked.isdecimal() and this - 10 <= int(asked) <= this + 1 else this


def the_year(request: SignedInRequest, *, status: int = 200, **forms: object) -> HttpResponse:
    """The page of a year, with the form that was not taken, if one was not."""
    year, today = year_asked(request), clock.today()
    year_page = programme_page.programme_year(year, user=request.user, on=today)
    this = planning.year_of(today)
    context = {
        "found": year_page,
        "years": [(offered_year, planning.year_words(offered_year)) for offered_year in range(this + 1, this - 3, -1)],
        "this_month": today.replace(day=1),
        "plans": may(request.user, Permission.RUN_SELECTION),
        "ask_form": AskForm(
            today=today, initial={"who": [year_agreement.manager_id for year_agreement, _ in year_page.agreements]}
        ),
        "agree_form": AgreeForm(initial={"content_hash": year_page.digest}),
        "lay_out_form": LayOutForm(),
        **forms,
    }
    return render(
        request, "audits/programme/programme.html", context | {"form": next(iter(forms.values()), None)}, status=status
    )


def to_year(request: SignedInRequest) -> HttpResponse:
    """Back to the page of the year."""
    return redirect(f"{reverse('programme')}?year={year_asked(request)}")


@requires(Permission.SEE_PROGRAMME)
@require_safe
def programme_list(request: SignedInRequest) -> HttpResponse:
    """A year of the programme, this one unless another is asked for."""
    return the_year(request)


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def programme_lay_out(request: SignedInRequest) -> HttpResponse:
    """Plan core live audits in each month that has none."""
    form = LayOutForm(typed(request))
    if request.method != "POST":
        return to_year(request)
    rule = partial(planning.plan_core_months, year_asked(request), by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(size=form.cleaned_data["size"]))
    return to_year(request) if status == TAKEN else the_year(request, status=status, lay_out_form=form)


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def programme_ask_managers(request: SignedInRequest) -> HttpResponse:
    """Ask managers by name to agree."""
    form = AskForm(typed(request), today=clock.today())
    if request.method != "POST":
        return to_year(request)
    rule = partial(agreement.ask_managers, year_asked(request), by=request.user, at=clock.now())
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
    rule = partial(agreement.agree_to_programme, year_asked(request), by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(**form.cleaned_data))
    if status == TAKEN:
        messages.success(request, "Thank you. Your agreement stands on the page with your name and the date.")
    return to_year(request) if status == TAKEN else the_year(request, status=status, agree_form=form)


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def activity_new(request: SignedInRequest) -> HttpResponse:
    """Plan an activity."""
    today = clock.today()
    start = {"month": request.GET.get("month", f"{today:%Y-%m}"), "kind": request.GET.get("kind", "themed")}
    form = ActivityForm(typed(request), today=today, initial=start)
    status = 200
    if request.method == "POST":
        rule = partial(planning.plan_activity, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.asked()))
        if status == TAKEN:
            messages.success(request, "It is on the programme.")
            return redirect(f"{reverse('programme')}?year={planning.year_of(form.cleaned_data['month'])}")
    context = {"form": form, "title": "Plan an activity", "kinds": kinds_offered(request, form)}
    return render(request, "audits/programme/change.html", context, status=status)


def kinds_offered(request: SignedInRequest, form: ActivityForm) -> list[tuple[Activity.Kind, str]]:
    """Each kind with the address of the form for it; "" for the one that is open."""
    query = {"month": request.GET["month"]} if "month" in request.GET else {}
    addresses = {kind: f"{request.path}?{urlencode({**query, 'kind': kind.value})}" for kind in Activity.Kind}
    return [(kind, "" if kind == form.of_kind else address) for kind, address in addresses.items()]


@requires(Permission.SEE_PROGRAMME)
@require_safe
def activity_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One activity: what is planned, what came of it, and what was changed."""
    activity = planning.activity_or_404(pk)
    page = activity_page.activity_page(activity, user=request.user, on=clock.today())
    plans = may(request.user, Permission.RUN_SELECTION)
    context = {"activity": activity, "page": page, "year": planning.year_of(activity.month), "plans": plans}
    return render(request, "audits/programme/activity.html", context)


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def activity_change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change what is planned."""
    activity = planning.activity_or_404(pk)
    asked = {"kind": request.GET["kind"]} if "kind" in request.GET else {}
    form = ActivityForm(typed(request), today=clock.today(), changes=activity, initial=initial(activity) | asked)
    status = 200
    if request.method == "POST":
        rule = partial(planning.change_activity, activity, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.asked(), why=form.cleaned_data["why"]))
        if status == TAKEN:
            return redirect("programme-activity", pk)
    kinds = kinds_offered(request, form)
    context = {"form": form, "activity": activity, "title": f"Change {activity}", "kinds": kinds}
    return render(request, "audits/programme/change.html", context, status=status)


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def activity_drop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an activity off the programme."""
    activity = planning.activity_or_404(pk)
    planning.check_drop(activity, by=request.user)
    form = DropForm(typed(request))
    status = 200
    if request.method == "POST":
        rule = partial(planning.drop_activity, activity, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(why=form.cleaned_data["why"]))
        if status == TAKEN:
            return redirect("programme-activity", pk)
    return render(request, "audits/programme/drop.html", {"form": form, "activity": activity}, status=status)


@requires(Permission.RUN_SELECTION)
@require_POST
def activity_carry_out(request: SignedInRequest, pk: int) -> HttpResponse:
    """Move a late activity to this month, and go on to the draw of its cases."""
    planning.carry_out_now(planning.activity_or_404(pk), by=request.user, at=clock.now())
    messages.success(request, "It is planned for this month now. Draw its cases.")
    return redirect(f"{reverse('draws')}?activity={pk}")
