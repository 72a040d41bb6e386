"""The panel: every panel and the next sample, one panel's table, how its sample was drawn, and its minutes."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.access import panel_or_404, visible_panels
from audits.models import Panel
from audits.panel import minutes as panel_minutes
from audits.panel import page as panel_page
from audits.panel import quality
from audits.panel import sample as panel_sample
from audits.panel import sample_page as panel_sample_page
from audits.panel import sitting as panel_sitting
from audits.panel.forms.panel import DoneForm, PanelActionForm, SampleForm, SummaryForm, ThereForm
from people import access
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, sent
from qualitycounts.base.refusals import allows

A_PAGE = 24
SITS = (Permission.SIT_ON_PANEL, Permission.RUN_PANEL)


@requires(*SITS)
@require_safe
def panels(request: SignedInRequest) -> HttpResponse:
    """Every panel one may open; for the QA Team the form of the next sample."""
    keeps = access.may(request.user, Permission.RUN_PANEL)
    return panels_list(request, sample_form(None) if keeps else None)


def sample_form(data: Any) -> SampleForm:
    """Which month's sample is drawn next, and who sits."""
    return SampleForm(data, on=clock.today(), drawn=panel_sample.drawn_months())


def panels_list(request: SignedInRequest, form: SampleForm | None, *, status: int = 200) -> HttpResponse:
    """The list of panels."""
    page = Paginator(panel_sample.panels_newest_first(visible_panels(request.user)), A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "audits/panel/panels.html", {"page": page, "form": form}, status=status)


@requires(Permission.RUN_PANEL)
@require_POST
def panel_draw(request: SignedInRequest) -> HttpResponse:
    """Draw a month's sample."""
    form, made = sample_form(request.POST), list[Panel]()
    rule = partial(panel_sample.draw_sample, by=request.user, at=clock.now())
    status = attempt(form, lambda: made.append(rule(**form.said())))
    if status != TAKEN:
        return panels_list(request, form, status=status)
    messages.success(request, f"{made[0].ref} is drawn. Its members find it on their own page.")
    return redirect("panel", made[0].ref)


@requires(*SITS)
@require_safe
def panel_detail(request: SignedInRequest, ref: str) -> HttpResponse:
    """One panel: its audits, who is there, and where it stands."""
    return render_panel(request, panel_or_404(request.user, ref))


def render_panel(
    request: SignedInRequest, panel: Panel, *, form: ThereForm | None = None, status: int = 200
) -> HttpResponse:
    """The page of a panel."""
    sitting = panel_page.sitting(panel, request.user, at=clock.now())
    members = [member.user for member in sitting.table.members]
    initial = {
        "here": [str(member.user_id) for member in sitting.table.members if not member.away],
        "chair_away": panel.chair_away,
        "deputy": panel.deputy_id,
    }
    open_now = sitting.keeps and panel.state != Panel.State.CLOSED
    form = form or (ThereForm(initial=initial, people=members) if open_now else None)
    context = {"panel": panel, "sitting": sitting, "form": form}
    return render(request, "audits/panel/panel.html", context, status=status)


@requires(Permission.RUN_PANEL)
@require_POST
def panel_members_set(request: SignedInRequest, ref: str) -> HttpResponse:
    """Say who is at the table."""
    panel = panel_or_404(request.user, ref)
    members = panel_sitting.panel_members(panel)
    form = ThereForm(request.POST, people=members)
    rule = partial(panel_sitting.set_there, panel, by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(**form.said()))
    if status != TAKEN:
        return render_panel(request, panel, form=form, status=status)
    messages.success(request, "Kept: who is here, and who decides where the chair cannot.")
    return redirect("panel", ref)


@requires(Permission.RUN_PANEL)
@require_POST
def panel_begin(request: SignedInRequest, ref: str) -> HttpResponse:
    """The panel sits."""
    panel_sitting.begin_panel(panel_or_404(request.user, ref), by=request.user, at=clock.now())
    messages.success(request, "The panel sits. Grades are revealed once everyone who is here has finished.")
    return redirect("panel", ref)


@requires(Permission.RUN_PANEL)
@require_safe
def sample(request: SignedInRequest, ref: str) -> HttpResponse:
    """How the sample was drawn, worked out again while the page is made. It tells kinds, so members do not see it."""
    panel = panel_or_404(request.user, ref)
    return render(request, "audits/panel/sample.html", {"panel": panel, "proof": panel_sample_page.sample_page(panel)})


@requires(Permission.RUN_PANEL)
@require_safe
def panel_frame(request: SignedInRequest, ref: str) -> HttpResponse:
    """The frozen frame, byte for byte."""
    text = panel_or_404(request.user, ref).frame
    headers = {"Content-Disposition": 'attachment; filename="frame.csv"'}
    return HttpResponse(text.encode(), content_type="text/csv; charset=utf-8", headers=headers)


@requires(*SITS)
@require_http_methods(["GET", "HEAD", "POST"])
def panel_minutes_page(request: SignedInRequest, ref: str) -> HttpResponse:
    """The minutes; the QA Team and the chair write the summary (POST)."""
    panel, form, status = panel_or_404(request.user, ref), None, 200
    if request.method == "POST":
        form = SummaryForm(request.POST)
        rule = partial(panel_minutes.write_summary, panel, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "The summary is saved.")
            return redirect("panel-minutes", ref)
    return show_minutes(request, panel, status=status, form=form)


def show_minutes(request: SignedInRequest, panel: Panel, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of the minutes, with any form that was refused."""
    writes = access.may(request.user, Permission.RUN_PANEL)
    opened = writes and panel.state != Panel.State.CLOSED
    context = {
        "panel": panel,
        "minutes": panel_minutes.build_minutes(panel, at=clock.now()),
        "can_close": allows(panel_minutes.check_close_minutes, panel, by=request.user),
        "writes": writes,
        "form": forms.get("form")
        or (SummaryForm(initial={"summary": panel.summary, "version": panel.version}) if opened else None),
        "action_form": forms.get("action_form")
        or (PanelActionForm(owners=panel_minutes.panel_action_owners(on=clock.today())) if opened else None),
        "done_form": forms.get("done_form") or DoneForm(),
    }
    return render(request, "audits/panel/minutes.html", context, status=status)


@requires(Permission.RUN_PANEL)
@require_POST
def panel_ask(request: SignedInRequest, ref: str) -> HttpResponse:
    """Ask something of the QA Team."""
    panel = panel_or_404(request.user, ref)
    form = PanelActionForm(request.POST, owners=panel_minutes.panel_action_owners(on=clock.today()))
    rule = partial(panel_minutes.ask_qa_action, panel, by=request.user, at=clock.now())
    again = partial(show_minutes, request, panel, action_form=form)
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
def panel_action_done(request: SignedInRequest, ref: str, pk: int) -> HttpResponse:
    """Complete an action of the panel."""
    panel = panel_or_404(request.user, ref)
    action, form = panel_minutes.panel_action_or_404(panel, pk), DoneForm(request.POST)
    rule = partial(panel_minutes.complete_panel_action, action, by=request.user, at=clock.now())
    again = partial(show_minutes, request, panel, done_form=form)
    return sent(request, form, rule, again=again, said="Kept.", to=("panel-minutes", ref))


@requires(*SITS)
@require_POST
def panel_close(request: SignedInRequest, ref: str) -> HttpResponse:
    """The chair closes the minutes."""
    panel_minutes.close_minutes(panel_or_404(request.user, ref), by=request.user, at=clock.now())
    messages.success(request, "The minutes are closed, and the members are told.")
    return redirect("panel-minutes", ref)


@requires(Permission.SEE_AUDIT)
@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """What panels said of the audits that the person led."""
    said, picture = quality.to_auditor(request.user), quality.picture(request.user)
    return render(request, "audits/panel/mine.html", {"said": said, "picture": picture})
