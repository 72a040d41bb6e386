"""The panel: every panel and the next sample, one panel's table, how its sample was drawn, and its minutes."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import panel, panel_minutes, panel_page, panel_proof, panel_quality, panel_sample
from audits.access import panel_or_404, visible_panels
from audits.forms.attempt import TAKEN, attempt, sent
from audits.forms.panel import ActionForm, DoneForm, SampleForm, SummaryForm, ThereForm
from audits.models import Panel
from people import access
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock

A_PAGE = 24
SITS = (Permission.SIT_ON_PANEL, Permission.RUN_PANEL)


@requires(*SITS)
@require_safe
def panels(request: SignedInRequest) -> HttpResponse:
    """Every panel one may open; for the QA Team the form of the next sample."""
    keeps = access.may(request.user, Permission.RUN_PANEL)
    return listed(request, sample_form(None) if keeps else None)


def sample_form(data: Any) -> SampleForm:
    """Which month's sample is drawn next, and who sits."""
    return SampleForm(data, on=clock.today(), drawn=panel_sample.drawn_months())


def listed(request: SignedInRequest, form: SampleForm | None, *, status: int = 200) -> HttpResponse:
    """The list of panels."""
    page = Paginator(panel_sample.listed(visible_panels(request.user)), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "audits/panels.html", {"page": page, "form": form}, status=status)


@requires(Permission.RUN_PANEL)
@require_POST
def draw(request: SignedInRequest) -> HttpResponse:
    """Draw a month's sample."""
    form, made = sample_form(request.POST), list[Panel]()
    rule = partial(panel_sample.draw, by=request.user, at=clock.now())
    status = attempt(form, lambda: made.append(rule(**form.said())))
    if status != TAKEN:
        return listed(request, form, status=status)
    messages.success(request, f"{made[0].ref} is drawn. Its members find it on their own page.")
    return redirect("panel", made[0].ref)


@requires(*SITS)
@require_safe
def one(request: SignedInRequest, ref: str) -> HttpResponse:
    """One panel: its audits, who is there, and where it stands."""
    return show(request, panel_or_404(request.user, ref))


def show(request: SignedInRequest, found: Panel, *, form: ThereForm | None = None, status: int = 200) -> HttpResponse:
    """The page of a panel."""
    sitting = panel_page.sitting(found, request.user, at=clock.now())
    members = [member.user for member in sitting.table.members]
    initial = {
        "here": [str(member.user_id) for member in sitting.table.members if not member.away],
        "chair_away": found.chair_away,
        "deputy": found.deputy_id,
    }
    open_now = sitting.keeps and found.state != Panel.State.CLOSED
    form = form or (ThereForm(initial=initial, people=members) if open_now else None)
    context = {"panel": found, "sitting": sitting, "form": form}
    return render(request, "audits/panel.html", context, status=status)


@requires(Permission.RUN_PANEL)
@require_POST
def there(request: SignedInRequest, ref: str) -> HttpResponse:
    """Say who is at the table."""
    found = panel_or_404(request.user, ref)
    members = panel.people(found)
    form = ThereForm(request.POST, people=members)
    rule = partial(panel.set_there, found, by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(**form.said()))
    if status != TAKEN:
        return show(request, found, form=form, status=status)
    messages.success(request, "Kept: who is here, and who decides where the chair cannot.")
    return redirect("panel", ref)


@requires(Permission.RUN_PANEL)
@require_POST
def begin(request: SignedInRequest, ref: str) -> HttpResponse:
    """The panel sits."""
    panel.begin(panel_or_404(request.user, ref), by=request.user, at=clock.now())
    messages.success(request, "The panel sits. Grades are revealed once everyone who is here has finished.")
    return redirect("panel", ref)


@requires(Permission.RUN_PANEL)
@require_safe
def sample(request: SignedInRequest, ref: str) -> HttpResponse:
    """How the sample was drawn, worked out again while the page is made. It tells kinds, so members do not see it."""
    found = panel_or_404(request.user, ref)
    return render(request, "audits/panel_sample.html", {"panel": found, "proof": panel_proof.proof(found)})


@requires(Permission.RUN_PANEL)
@require_safe
def frame(request: SignedInRequest, ref: str) -> HttpResponse:
    """The frozen frame, byte for byte."""
    text = panel_or_404(request.user, ref).frame
    headers = {"Content-Disposition": 'attachment; filename="frame.csv"'}
    return HttpResponse(text.encode(), content_type="text/csv; charset=utf-8", headers=headers)


@requires(*SITS)
@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: SignedInRequest, ref: str) -> HttpResponse:
    """The minutes; the QA Team and the chair write the summary (POST)."""
    found, form, status = panel_or_404(request.user, ref), None, 200
    if request.method == "POST":
        form = SummaryForm(request.POST)
        rule = partial(panel_minutes.write_summary, found, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "The summary is saved.")
            return redirect("panel-minutes", ref)
    return show_minutes(request, found, status=status, form=form)


def show_minutes(request: SignedInRequest, found: Panel, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of the minutes, with any form that was refused."""
    writes = access.may(request.user, Permission.RUN_PANEL)
    opened = writes and found.state != Panel.State.CLOSED
    context = {
        "panel": found,
        "minutes": panel_minutes.minutes(found, at=clock.now()),
        "can_close": panel_minutes.can_close(found, by=request.user),
        "writes": writes,
        "form": forms.get("form")
        or (SummaryForm(initial={"summary": found.summary, "version": found.version}) if opened else None),
        "action_form": forms.get("action_form")
        or (ActionForm(owners=panel_minutes.owners(on=clock.today())) if opened else None),
        "done_form": forms.get("done_form") or DoneForm(),
    }
    return render(request, "audits/panel_minutes.html", context, status=status)


@requires(Permission.RUN_PANEL)
@require_POST
def ask(request: SignedInRequest, ref: str) -> HttpResponse:
    """Ask something of the QA Team."""
    found = panel_or_404(request.user, ref)
    form = ActionForm(request.POST, owners=panel_minutes.owners(on=clock.today()))
    rule = partial(panel_minutes.add_action, found, by=request.user, at=clock.now())
    again = partial(show_minutes, request, found, action_form=form)
    return sent(
        request,
        form,
        rule,
        again=again,
        said="It is in the minutes, and whoever does it is told.",
        to=("panel-minutes", ref),
    )


@requires(Permission.RUN_PANEL)
@require_POST
def done(request: SignedInRequest, ref: str, pk: int) -> HttpResponse:
    """Something the panel asked for is done."""
    found = panel_or_404(request.user, ref)
    action, form = panel_minutes.action_or_404(found, pk), DoneForm(request.POST)
    rule = partial(panel_minutes.done, action, by=request.user, at=clock.now())
    again = partial(show_minutes, request, found, done_form=form)
    return sent(request, form, rule, again=again, said="Kept.", to=("panel-minutes", ref))


@requires(*SITS)
@require_POST
def close(request: SignedInRequest, ref: str) -> HttpResponse:
    """The chair closes the minutes."""
    panel_minutes.close(panel_or_404(request.user, ref), by=request.user, at=clock.now())
    messages.success(request, "The minutes are closed, and the members are told.")
    return redirect("panel-minutes", ref)


@requires(Permission.SEE_AUDIT)
@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """What panels said of the audits that one led."""
    said, picture = panel_quality.to_auditor(request.user), panel_quality.picture(request.user)
    return render(request, "audits/panel_mine.html", {"said": said, "picture": picture})
