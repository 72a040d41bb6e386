"""Addresses of escalation."""

from django.urls import URLPattern, path, register_converter

from escalation.day_in_address import DayConverter
from escalation.views import concern, holidays, patterns, queue, steps

register_converter(DayConverter, "day")
urlpatterns: list[URLPattern] = [
    path("concerns/", concern.listed, name="concerns"),
    path("audits/<slug:ref>/concern/", concern.new, name="concern-new"),
    path("settings/bank-holidays/", holidays.listed, name="bank-holidays"),
    path("settings/bank-holidays/<day:on>/out/", holidays.take_out, name="bank-holiday-out"),
    path("escalations/", queue.listed, name="escalations"),
    path("patterns/", patterns.listed, name="patterns"),
    path("patterns/<slug:ref>/", patterns.one, name="pattern"),
    path("patterns/<slug:ref>/programme/", patterns.plan, name="pattern-programme"),
    path("escalations/monitor/", queue.watched, name="escalations-monitor"),
    path("escalations/acknowledge/", queue.acknowledge, name="escalations-acknowledge"),
    path("escalations/<slug:ref>/", queue.one, name="escalation"),
    path("escalations/<slug:ref>/<slug:slug>/acknowledge/", steps.acknowledge, name="escalation-acknowledge"),
    path("escalations/<slug:ref>/<slug:slug>/record/", steps.record, name="escalation-record"),
    path("escalations/<slug:ref>/<slug:slug>/sign/", steps.sign, name="escalation-sign"),
    path("escalations/<slug:ref>/<slug:slug>/complete/", steps.complete, name="escalation-complete"),
    path("escalations/<slug:ref>/<slug:slug>/confirm/", steps.confirm, name="escalation-confirm"),
    path("escalations/<slug:ref>/<slug:slug>/reopen/", steps.reopen, name="escalation-reopen"),
    path("escalations/<slug:ref>/<slug:slug>/decide/", steps.decide, name="escalation-decide"),
    path("escalations/<slug:ref>/<slug:slug>/re-audit/", steps.re_audit, name="escalation-re-audit"),
    path("escalations/<slug:ref>/<slug:slug>/ask/", steps.ask, name="escalation-ask"),
    path("escalations/<slug:ref>/<slug:slug>/pass-up/", steps.pass_up, name="escalation-pass-up"),
    path("escalations/<slug:ref>/<slug:slug>/more-time/", steps.extend, name="escalation-extend"),
    path("escalations/<slug:ref>/<slug:slug>/owner/", steps.hand_over, name="escalation-hand-over"),
]
