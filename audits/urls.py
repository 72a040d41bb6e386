"""Addresses of audits."""

from django.urls import URLPattern, path, register_converter

from audits.allocation.views import auditors, conflict, returns
from audits.allocation.views import reassign as reassign_views
from audits.booking import views as booking_views
from audits.draw import views as draw_views
from audits.duties import views as duties_views
from audits.follow_up.views import actions, attachments, follow_up
from audits.meeting.views import (
    advice,
    asked_criteria,
    end,
    grading,
    meeting,
    observers,
    own_marks,
    pause,
    pins,
    stream,
    together,
)
from audits.models import CASE_SLUG, number_of, slug_of
from audits.month.views import board as month_views
from audits.month.views import calendars as calendar_views
from audits.overview.views import audits as audits_views
from audits.overview.views import spot_views
from audits.panel.views import ballot, calibration, decision, panel
from audits.panel.views import figures as figures_views
from audits.panel.views import terms as terms_views
from audits.plan import views as plan_views
from audits.programme.views import findings as findings_views
from audits.programme.views import programme as programme_views
from audits.record.views import comparison, retention_hold, signing, withdrawal
from audits.register.mapping import views as mapping_views
from audits.register.views import exemption, import_part, register
from audits.register.views import merge_cases as merge_views
from audits.register.views import same as same_views
from audits.register.views import take_back as take_back_views


class GradeConverter:
    """A grade in an address: the number of its standard, or "case"."""

    regex = rf"[0-9]{{1,2}}|{CASE_SLUG}"
    to_python = staticmethod(number_of)
    to_url = staticmethod(slug_of)


register_converter(GradeConverter, "grade")

urlpatterns: list[URLPattern] = [
    path("register/", register.cases_list, name="register"),
    path("register/cases.csv", register.cases_export, {"kind": "csv"}, name="register-csv"),
    path("register/cases.xlsx", register.cases_export, {"kind": "xlsx"}, name="register-xlsx"),
    path("register/cases/<int:pk>/", register.case_detail, name="register-case"),
    path("register/cases/<int:pk>/merge/", merge_views.case_merge, name="register-case-merge"),
    path("register/cases/<int:pk>/exempt/", exemption.case_exempt, name="register-case-exempt"),
    path("register/cases/<int:pk>/exempt/end/", exemption.case_exempt_end, name="register-case-exempt-end"),
    path("register/import/", register.import_new, name="register-import"),
    path("register/import/<int:pk>/", register.import_detail, name="register-import-one"),
    path("register/import/progress/<slug:token>/", register.import_progress, name="register-import-progress"),
    path("register/import/columns/", mapping_views.wanted_list, name="register-wanted"),
    path("register/import/template/<str:what>.<str:kind>", mapping_views.import_template, name="register-template"),
    path("register/import/mappings/", mapping_views.mappings_list, name="register-mappings"),
    path("register/import/mappings/<int:pk>/remove/", mapping_views.mapping_remove, name="register-mapping-remove"),
    path("register/import/<int:pk>/columns/", mapping_views.import_columns, name="register-import-columns"),
    path("register/import/<int:pk>/names/", mapping_views.import_names, name="register-import-names"),
    path("register/import/<int:pk>/odd.csv", register.import_oddities, {"kind": "csv"}, name="register-import-odd-csv"),
    path("register/import/<int:pk>/odd.xlsx", register.import_oddities, {"kind": "xlsx"}, name="register-import-odd"),
    path("register/import/<int:pk>/apply/", register.import_apply, name="register-import-apply"),
    path("register/import/<int:pk>/part/", import_part.import_part, name="register-import-part"),
    path("register/import/<int:pk>/closing.<slug:kind>", import_part.import_closing, name="register-import-closing"),
    path("register/import/<int:pk>/same/", same_views.import_same, name="register-import-same"),
    path("register/import/<int:pk>/take-back/", take_back_views.import_take_back, name="register-import-take-back"),
    path("month/", month_views.month_board, name="month"),
    path("month/board.xlsx", month_views.month_export, name="month-xlsx"),
    path("month/remind/", month_views.month_remind, name="month-remind"),
    path("month/remind/undo/", month_views.month_remind_undo, name="month-remind-undo"),
    path("month/views/", month_views.month_view_keep, name="month-view-keep"),
    path("month/views/<int:pk>/forget/", month_views.month_view_forget, name="month-view-forget"),
    path("month/calendar/", calendar_views.month_calendar, name="month-calendar"),
    path("calendar/", calendar_views.own_calendar, name="calendar"),
    path("calendar/<str:key>.ics", calendar_views.calendar_feed, name="calendar-feed"),
    path("programme/", programme_views.programme_list, name="programme"),
    path("programme/new/", programme_views.activity_new, name="programme-new"),
    path("programme/lay-out/", programme_views.programme_lay_out, name="programme-lay-out"),
    path("programme/ask/", programme_views.programme_ask_managers, name="programme-ask"),
    path("programme/agree/", programme_views.give_agreement, name="programme-agree"),
    path("programme/duties/", duties_views.duties_set_aside, name="duties"),
    path("programme/duties/<int:pk>/again/", duties_views.duty_take_up_again, name="duty-again"),
    path("programme/<int:pk>/", programme_views.activity_detail, name="programme-activity"),
    path("programme/<int:pk>/change/", programme_views.activity_change, name="programme-change"),
    path("programme/<int:pk>/drop/", programme_views.activity_drop, name="programme-drop"),
    path("programme/<int:pk>/now/", programme_views.activity_carry_out, name="programme-carry-out"),
    path("programme/<int:pk>/finding/", findings_views.finding_record, name="programme-finding"),
    path("programme/<int:pk>/contributors/", findings_views.contributors_name, name="programme-contributors"),
    path("programme/<int:pk>/conclusion/", findings_views.activity_conclude, name="programme-conclusion"),
    path("draws/", draw_views.draws, name="draws"),
    path("draws/size/", draw_views.size, name="draws-size"),
    path("draws/place/", draw_views.draw_place_auditors, name="draws-place"),
    path("draws/auditors/", auditors.auditors_month, name="auditors"),
    path("draws/auditors/capacity/", auditors.capacity, name="auditors-capacity"),
    path("draws/shares/", returns.auditor_shares, name="shares"),
    path("draws/returns/", returns.returns_list, name="returns"),
    path("draws/returns/returns.xlsx", returns.returns_export, name="returns-xlsx"),
    path("draws/auditors/leave/<int:pk>/end/", auditors.leave_end, name="auditors-back"),
    path("draws/<slug:ref>/", draw_views.draw_detail, name="draw"),
    path("draws/<slug:ref>/proof/", draw_views.draw_proof, name="draw-proof"),
    path("draws/<slug:ref>/send/", draw_views.draw_send, name="draw-send"),
    path("draws/<slug:ref>/send/undo/", draw_views.draw_send_undo, name="draw-send-undo"),
    path("draws/<slug:ref>/who.xlsx", draw_views.draw_export, name="draw-xlsx"),
    path("draws/<slug:ref>/spread/<slug:audit_ref>/", draw_views.draw_spread, name="draw-spread"),
    path("draws/<slug:ref>/frame.csv", draw_views.draw_frame, name="draw-frame"),
    path("draws/<slug:ref>/tickets.txt", draw_views.tickets, name="draw-tickets"),
    path("draws/<slug:ref>/leave/", draw_views.draw_leave, name="draw-leave"),
    path("draws/<slug:ref>/ask-again/", draw_views.draw_ask_again, name="draw-ask-again"),
    path("draws/<slug:ref>/decline-again/", draw_views.draw_decline_again, name="draw-decline-again"),
    path("draws/<slug:ref>/again/", draw_views.draw_again, name="draw-again"),
    path("draws/<slug:ref>/replace/<slug:audit_ref>/", draw_views.draw_replace, name="draw-replace"),
    path("audits/<slug:ref>/conflict/", conflict.conflict_declare, name="audit-conflict"),
    path("audits/", audits_views.audits_list, name="audits"),
    path("audits/audits.csv", audits_views.audits_export, {"kind": "csv"}, name="audits-csv"),
    path("audits/audits.xlsx", audits_views.audits_export, {"kind": "xlsx"}, name="audits-xlsx"),
    path("audits/<slug:ref>/", audits_views.audit_detail, name="audit"),
    path("audits/<slug:ref>/give/", reassign_views.audit_reassign, name="audit-give"),
    path("audits/<slug:ref>/give/leave/", reassign_views.leave, name="audit-give-leave"),
    path("audits/<slug:ref>/book/", booking_views.meeting_book, name="audit-book"),
    path("audits/<slug:ref>/invitation.ics", booking_views.calendar, name="audit-invitation"),
    path("audits/<slug:ref>/prepare/", booking_views.meeting_prepare, name="audit-prepare"),
    path("audits/<slug:ref>/prepare/own/", booking_views.self_check, name="audit-self-check"),
    path("audits/<slug:ref>/pack/", booking_views.auditors_pack, name="audit-pack"),
    path("audits/<slug:ref>/own/", own_marks.own_sheet_step, name="audit-own"),
    path("audits/<slug:ref>/own/live/", own_marks.own_sheet_live, name="audit-own-live"),
    path("audits/<slug:ref>/own/mark/<int:criterion>/", own_marks.own_sheet_mark, name="audit-own-mark"),
    path("audits/<slug:ref>/own/notes/<slug:slug>/", own_marks.own_sheet_note, name="audit-own-note"),
    path("audits/<slug:ref>/own/step/<slug:step>/", own_marks.own_sheet_save, name="audit-own-step"),
    path("audits/<slug:ref>/meeting/", meeting.meeting_step, name="audit-meeting"),
    path("audits/<slug:ref>/meeting/marks/propose/", together.sheets_propose, name="audit-marks-propose"),
    path("audits/<slug:ref>/meeting/marks/<int:number>/take/", together.sheets_take, name="audit-marks-take"),
    path("audits/<slug:ref>/meeting/marks/<int:number>/open/", together.sheets_open_early, name="audit-marks-open"),
    path("audits/<slug:ref>/meeting/open/", meeting.meeting_open, name="audit-open"),
    path("audits/<slug:ref>/meeting/live/", meeting.meeting_live, name="audit-live"),
    path("audits/<slug:ref>/meeting/live/events/", stream.events, name="audit-events"),
    path("audits/<slug:ref>/meeting/mark/<int:criterion>/", meeting.mark, name="audit-mark"),
    path("audits/<slug:ref>/meeting/indicator/<int:indicator>/", meeting.indicator, name="audit-indicator"),
    path(
        "audits/<slug:ref>/meeting/bring-in/<int:criterion>/", asked_criteria.criterion_bring_in, name="audit-question"
    ),
    path(
        "audits/<slug:ref>/meeting/leave-out/<int:criterion>/",
        asked_criteria.criterion_leave_out,
        name="audit-question-out",
    ),
    path("audits/<slug:ref>/meeting/pause/", pause.meeting_pause, name="audit-pause"),
    path("audits/<slug:ref>/meeting/go-on/", pause.meeting_resume, name="audit-resume"),
    path("audits/<slug:ref>/watch/", observers.watch, name="audit-watch"),
    path("audits/<slug:ref>/meeting/watching/", observers.observer_ask, name="audit-watching"),
    path(
        "audits/<slug:ref>/meeting/watching/<int:watch>/agree/", observers.observer_agree, name="audit-watching-agree"
    ),
    path("audits/<slug:ref>/meeting/watching/<int:watch>/end/", observers.observer_end, name="audit-watching-end"),
    path("audits/<slug:ref>/meeting/notes/<slug:slug>/", meeting.notes, name="audit-notes"),
    path("audits/<slug:ref>/meeting/replaced/<slug:slug>/", meeting.replaced_answer, name="audit-replaced"),
    path("audits/<slug:ref>/meeting/step/<slug:step>/", meeting.step, name="audit-step"),
    path("audits/<slug:ref>/meeting/pass/", pins.pass_screen, name="audit-pass"),
    path("audits/<slug:ref>/meeting/pin/", pins.pin_set, name="audit-pin"),
    path("audits/<slug:ref>/meeting/pin/enter/", pins.pin_enter, name="pin-enter"),
    path("audits/<slug:ref>/meeting/keys/", meeting.keys, name="audit-keys"),
    path("audits/<slug:ref>/meeting/end/", end.meeting_end, name="audit-end"),
    path("audits/<slug:ref>/meeting/ask/", grading.grades_refer_unresolved, name="audit-refer-unresolved"),
    path("audits/<slug:ref>/meeting/reopen/", end.meeting_reopen, name="audit-reopen"),
    path("audits/<slug:ref>/meeting/grades/<grade:number>/propose/", grading.grade_propose, name="audit-propose"),
    path("audits/<slug:ref>/meeting/grades/<grade:number>/offer/", grading.grade_offer, name="audit-offer"),
    path("audits/<slug:ref>/meeting/grades/<grade:number>/confirm/", grading.grade_confirm, name="audit-confirm"),
    path(
        "audits/<slug:ref>/meeting/grades/<grade:number>/set-aside/", grading.standard_set_aside, name="audit-set-aside"
    ),
    path(
        "audits/<slug:ref>/meeting/grades/<grade:number>/set-aside/confirm/",
        grading.standard_confirm_aside,
        name="audit-aside-confirm",
    ),
    path(
        "audits/<slug:ref>/meeting/grades/<grade:number>/set-aside/decline/",
        grading.standard_decline_aside,
        name="audit-aside-decline",
    ),
    path("audits/<slug:ref>/meeting/grades/<grade:number>/why/", grading.grade_say_why, name="audit-grade-why"),
    path(
        "audits/<slug:ref>/meeting/grades/<grade:number>/bring-back/",
        grading.standard_bring_back,
        name="audit-bring-back",
    ),
    path("audits/<slug:ref>/meeting/grades/<grade:number>/refer/", grading.grade_refer, name="audit-refer"),
    path("audits/<slug:ref>/advice/<grade:number>/", advice.advice_give, name="audit-advice"),
    path("audits/<slug:ref>/advice/<grade:number>/rule/", advice.advice_rule, name="audit-rule"),
    path("audits/<slug:ref>/plan/", plan_views.plan_detail, name="audit-plan"),
    path("audits/<slug:ref>/plan/check/", plan_views.plan_check_action, name="audit-plan-check"),
    path("audits/<slug:ref>/plan/clear/", plan_views.clear, name="audit-plan-clear"),
    path("audits/<slug:ref>/plan/rows/", plan_views.plan_rows, name="audit-plan-rows"),
    path("audits/<slug:ref>/plan/<int:number>/", plan_views.plan_change_action, name="audit-plan-change"),
    path("audits/<slug:ref>/plan/<int:number>/remove/", plan_views.remove, name="audit-plan-remove"),
    path("audits/<slug:ref>/sign/", signing.record_sign, name="audit-sign"),
    path("audits/<slug:ref>/finalise/", audits_views.audit_finalise, name="audit-finalise"),
    path("audits/<slug:ref>/note/", audits_views.audit_note, name="audit-note"),
    path("audits/<slug:ref>/history/", audits_views.past, name="audit-history"),
    path("audits/<slug:ref>/keep/", retention_hold.retention_hold_place, name="audit-keep"),
    path("audits/<slug:ref>/keep/end/", retention_hold.retention_hold_end, name="audit-keep-end"),
    path("audits/<slug:ref>/withdraw/", withdrawal.audit_withdraw, name="audit-withdraw"),
    path("audits/<slug:ref>/void/", withdrawal.audit_void, name="audit-void"),
    path("audits/<slug:ref>/compare/", comparison.comparison_detail, name="audit-compare"),
    path("audits/<slug:ref>/follow-up/", follow_up.follow_up_detail, name="audit-follow-up"),
    path("audits/<slug:ref>/follow-up/supervision/", follow_up.supervision, name="audit-supervision"),
    path("audits/<slug:ref>/follow-up/on-file/", follow_up.follow_up_on_file, name="audit-on-file"),
    path("audits/<slug:ref>/follow-up/take-back/", follow_up.follow_up_take_back, name="audit-take-back"),
    path("audits/<slug:ref>/follow-up/chronology/", follow_up.chronology, name="audit-chronology"),
    path("audits/<slug:ref>/follow-up/action/", follow_up.follow_up_add_action, name="audit-action-new"),
    path("audits/<slug:ref>/follow-up/close/", follow_up.audit_close, name="audit-close"),
    path("views/", spot_views.spot_views_list, name="viewings"),
    path("views/new/", spot_views.spot_view_new, name="viewing-new"),
    path("views/<int:pk>/", spot_views.spot_view_detail, name="viewing"),
    path("views/<int:pk>/on-file/", spot_views.spot_view_on_file, name="viewing-on-file"),
    path("views/<int:pk>/chronology/", spot_views.spot_view_chronology, name="viewing-chronology"),
    path("actions/", actions.actions_list, name="actions"),
    path("actions/actions.csv", actions.actions_export, {"kind": "csv"}, name="actions-csv"),
    path("actions/actions.xlsx", actions.actions_export, {"kind": "xlsx"}, name="actions-xlsx"),
    path("actions/<slug:ref>/", actions.action_detail, name="action"),
    path("actions/<slug:ref>/done/", actions.action_complete, name="action-do"),
    path("actions/<slug:ref>/file/", attachments.add, name="action-file-new"),
    path("actions/<slug:ref>/files/<int:pk>/", attachments.attachment_detail, name="action-file"),
    path("actions/<slug:ref>/files/<int:pk>/out/", attachments.attachment_remove, name="action-file-out"),
    path("actions/<slug:ref>/sign/", actions.action_countersign, name="action-countersign"),
    path("actions/<slug:ref>/check/", actions.action_verify, name="action-verify"),
    path("actions/<slug:ref>/return/", actions.action_send_back, name="action-return"),
    path("actions/<slug:ref>/more-time/", actions.action_extend, name="action-extend"),
    path("actions/<slug:ref>/owner/", actions.action_reassign, name="action-reassign"),
    path("actions/<slug:ref>/cancel/", actions.action_cancel, name="action-cancel"),
    path("panel/", panel.panels, name="panels"),
    path("panel/draw/", panel.panel_draw, name="panel-draw"),
    path("panel/terms/", terms_views.panel_terms_page, name="panel-terms"),
    path("panel/figures/", figures_views.panel_figures_page, name="panel-figures"),
    path("panel/mine/", panel.mine, name="panel-mine"),
    path("panel/calibration/", calibration.exercises, name="calibration"),
    path("panel/calibration/start/", calibration.calibration_start, name="calibration-start"),
    path("panel/calibration/<slug:ref>/", calibration.calibration_detail, name="calibration-one"),
    path("panel/calibration/<slug:ref>/reveal/", calibration.calibration_reveal, name="calibration-reveal"),
    path("panel/calibration/<slug:ref>/learned/", calibration.calibration_learn, name="calibration-learned"),
    path("panel/<slug:ref>/", panel.panel_detail, name="panel"),
    path("panel/<slug:ref>/there/", panel.panel_members_set, name="panel-there"),
    path("panel/<slug:ref>/begin/", panel.panel_begin, name="panel-begin"),
    path("panel/<slug:ref>/sample/", panel.sample, name="panel-sample"),
    path("panel/<slug:ref>/frame.csv", panel.panel_frame, name="panel-frame"),
    path("panel/<slug:ref>/minutes/", panel.panel_minutes_page, name="panel-minutes"),
    path("panel/<slug:ref>/minutes/ask/", panel.panel_ask, name="panel-ask"),
    path("panel/<slug:ref>/minutes/<int:pk>/done/", panel.panel_action_done, name="panel-done"),
    path("panel/<slug:ref>/close/", panel.panel_close, name="panel-close"),
    path("panel/<slug:ref>/<slug:audit_ref>/", ballot.review_detail, name="panel-review"),
    path("panel/<slug:ref>/<slug:audit_ref>/grades/", ballot.ballot_give, name="panel-grades"),
    path("panel/<slug:ref>/<slug:audit_ref>/live/", ballot.review_live, name="panel-live"),
    path("panel/<slug:ref>/<slug:audit_ref>/reveal/", ballot.review_reveal, name="panel-reveal"),
    path("panel/<slug:ref>/<slug:audit_ref>/vote/", ballot.review_vote, name="panel-vote"),
    path("panel/<slug:ref>/<slug:audit_ref>/near/", ballot.review_declare_near, name="panel-near"),
    path("panel/<slug:ref>/<slug:audit_ref>/take-out/", ballot.review_take_out, name="panel-take-out"),
    path("panel/<slug:ref>/<slug:audit_ref>/keep/", decision.decision_keep, name="panel-keep"),
    path("panel/<slug:ref>/<slug:audit_ref>/decide/", decision.decision_record, name="panel-decide"),
]
