"""The council's settings: what each is, and changing one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from people import access, council_page, council_settings
from people.access import SignedInRequest, requires
from people.forms import ChangeSetting
from people.roles import Permission, Role
from people.step_up import confirmed_for
from qualitycounts.base import clock
from qualitycounts.base.refusals import Refused


@requires(Permission.SEE_SETTINGS)
@require_safe
def settings(request: SignedInRequest) -> HttpResponse:
    """Every setting with its value, and who set it."""
    context = {
        "tables": council_page.settings_tables(),
        "keeps_calendar": access.may(request.user, Permission.KEEP_CALENDAR),
        "keeps_feed": access.holds(request.user, Role.HEAD_OF_QA, Role.ADMINISTRATOR),
    }
    return render(request, "people/council.html", context)


@requires(Permission.SEE_SETTINGS)
@confirmed_for(Role.HEAD_OF_QA, Role.ADMINISTRATOR, to_read=False)
@require_http_methods(["GET", "HEAD", "POST"])
def setting_detail(request: SignedInRequest, slug: str) -> HttpResponse:
    """One setting: what it governs, how it was changed, and for those who may a form to change it."""
    setting = council_settings.setting_or_404(slug)
    form = ChangeSetting(request.POST if request.method == "POST" else None, setting=setting)
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if form.is_valid():
                council_settings.change(setting, by=request.user, at=clock.now(), **form.cleaned_data)
                messages.success(request, f"{setting.title}: saved. It holds from now on.")
                return redirect("settings")
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
            status = refusal.status
    context = {
        "setting": setting,
        "form": form,
        "now": setting.in_words,
        "default": setting.words(setting.default_text),
        "changes": council_page.changes_table(setting),
        "can_change": council_settings.can_change_setting(setting, by=request.user),
    }
    return render(request, "people/council_setting.html", context, status=status)
