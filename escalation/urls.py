"""Addresses of escalation."""

from django.urls import URLPattern, path, register_converter

from escalation.concerns import views as concerns_views
from escalation.escalations import views as escalations_views
from escalation.hand_over import views as hand_over_views
from escalation.holidays import views as holidays_views
from escalation.patterns import views as patterns_views
from escalation.steps import acts
from escalation.steps import views as steps_views
from qualitycounts.base.day_in_address import DayConverter

register_converter(DayConverter, "day")
STEP = "escalations/<slug:ref>/<slug:slug>"
urlpatterns: list[URLPattern] = [
    path("people/<int:pk>/hand-over/", hand_over_views.hand_over, name="hand-over"),
    path("concerns/", concerns_views.concerns_list, name="concerns"),
    path("concerns/concerns.csv", concerns_views.concerns_export, {"kind": "csv"}, name="concerns-csv"),
    path("concerns/concerns.xlsx", concerns_views.concerns_export, {"kind": "xlsx"}, name="concerns-xlsx"),
    path("audits/<slug:ref>/concern/", concerns_views.new, name="concern-new"),
    path("settings/bank-holidays/", holidays_views.holidays_list, name="bank-holidays"),
    path("settings/bank-holidays/<day:on>/out/", holidays_views.holiday_remove, name="bank-holiday-out"),
    path("escalations/", escalations_views.queue_list, name="escalations"),
    path("patterns/", patterns_views.patterns_list, name="patterns"),
    path("patterns/patterns.csv", patterns_views.patterns_export, {"kind": "csv"}, name="patterns-csv"),
    path("patterns/patterns.xlsx", patterns_views.patterns_export, {"kind": "xlsx"}, name="patterns-xlsx"),
    path("patterns/<slug:ref>/", patterns_views.pattern_detail, name="pattern"),
    path("patterns/<slug:ref>/programme/", patterns_views.plan, name="pattern-programme"),
    path("escalations/monitor/", escalations_views.watched, name="escalations-monitor"),
    path("escalations/acknowledge/", escalations_views.queue_acknowledge, name="escalations-acknowledge"),
    path("escalations/queue.csv", escalations_views.queue_export, {"kind": "csv"}, name="escalations-csv"),
    path("escalations/queue.xlsx", escalations_views.queue_export, {"kind": "xlsx"}, name="escalations-xlsx"),
    path("escalations/monitor.csv", escalations_views.watched_export, {"kind": "csv"}, name="monitor-csv"),
    path("escalations/monitor.xlsx", escalations_views.watched_export, {"kind": "xlsx"}, name="monitor-xlsx"),
    path("escalations/owners/", steps_views.owners_gone, name="escalations-owners"),
    path("escalations/<slug:ref>/end/", escalations_views.escalation_end, name="escalation-end"),
    path("escalations/<slug:ref>/", escalations_views.escalation_detail, name="escalation"),
    *(path(f"{STEP}/{act.slug}/", steps_views.step_act, {"act": act}, name=act.page) for act in acts.IN_WORDS),
    path(f"{STEP}/confirm/", steps_views.step_confirm, {"act": acts.CONFIRM}, name="escalation-confirm"),
    path(f"{STEP}/re-audit/", steps_views.re_audit, name="escalation-re-audit"),
    path(f"{STEP}/ask/", steps_views.step_ask_owner, name="escalation-ask"),
    path(f"{STEP}/pass-up/", steps_views.step_pass_up, name="escalation-pass-up"),
    path(f"{STEP}/more-time/", steps_views.step_extend, name="escalation-extend"),
    path(f"{STEP}/owner/", steps_views.step_hand_over, name="escalation-hand-over"),
]
