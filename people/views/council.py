"""The council's settings: what each is, and changing one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from people import council
from people.access import SignedInRequest, requires
from people.forms import ChangeSetting
from people.roles import Permission, Role
from people.step_up import confirmed_for
from qualitycounts import clock
from qualitycounts.refusals import Refused


@requires(Permission.SEE_SETTINGS)
@require_safe
def settings(request: SignedInRequest) -> HttpResponse:
    """Every setting with its value, and who set it."""
    return render(request, "people/council.html", {"rows": council.rows()})


@requires(Permission.SEE_SETTINGS)
@confirmed_for(Role.HEAD_OF_QA, to_read=False)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: SignedInRequest, slug: str) -> HttpResponse:
    """One setting: what it governs, how it was changed, and for those who may a form to change it."""
    setting = council.setting_or_404(slug)
    form = ChangeSetting(request.POST if request.method == "POST" else None, setting=setting)
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if form.is_valid():
                council.change(setting, by=request.user, at=clock.now(), **form.cleaned_data)
                messages.success(request, f"{setting.title}: saved. It holds from now on.")
                return redirect("settings")
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
            status = refusal.status
    changes = [(one, setting.words(one.value)) for one in council.changes_of(setting)]
    context = {
        "setting": setting,
        "form": form,
        "now": setting.in_words,
        "default": setting.words(setting.default_text),
        "changes": changes,
        "can_change": council.can_change(by=request.user),
    }
    return render(request, "people/council_setting.html", context, status=status)
