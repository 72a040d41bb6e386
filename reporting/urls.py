"""Addresses of reporting."""

from django.urls import path

from reporting.family import views as family_views
from reporting.feed import views as feed_views
from reporting.learning.views import evidence, learning
from reporting.plan.views import plan, response
from reporting.reports.views import editions, reports
from reporting.themes import views as themes_views

urlpatterns = [
    path("feed/figures.csv", feed_views.figures_feed, {"kind": "csv"}, name="feed-csv"),
    path("feed/figures.json", feed_views.figures_feed, {"kind": "json"}, name="feed-json"),
    path("settings/feed/", feed_views.feed_tokens, name="feed"),
    path("settings/feed/<int:pk>/revoke/", feed_views.feed_token_revoke, name="feed-revoke"),
    path("reports/", reports.reports, name="reports"),
    path("reports/start/", reports.report_start, name="report-start"),
    path("reports/year.zip", editions.year_archive, name="report-year"),
    path("reports/families/", family_views.family_year, name="report-families"),
    path("reports/<slug:ref>/", reports.report_detail, name="report"),
    path("reports/<slug:ref>/definitions/", reports.report_definitions, name="report-definitions"),
    path("reports/<slug:ref>/words/", reports.words, name="report-words"),
    path("reports/<slug:ref>/again/", reports.again, name="report-again"),
    path("reports/<slug:ref>/recount/", reports.report_recount, name="report-recount"),
    path("reports/<slug:ref>/check/", reports.report_check, name="report-check"),
    path("reports/<slug:ref>/recommendations/", response.recommendations, name="report-recommendations"),
    path("reports/<slug:ref>/recommendations/<int:number>/", response.recommendation, name="report-recommendation"),
    path("reports/<slug:ref>/response/", response.report_respond, name="report-response"),
    path("reports/<slug:ref>/editions/", editions.print_again, name="report-print"),
    path("reports/<slug:ref>/editions/slides.pptx", editions.slides, name="report-slides"),
    path("reports/<slug:ref>/editions/<slug:kind>.pdf", editions.edition, name="report-edition"),
    path("reports/<slug:ref>/figures.csv", editions.figures_export, {"kind": "csv"}, name="report-figures-csv"),
    path("reports/<slug:ref>/figures.xlsx", editions.figures_export, {"kind": "xlsx"}, name="report-figures-xlsx"),
    path("reports/<slug:ref>/tables/", editions.tables_list, name="report-tables"),
    path("reports/<slug:ref>/tables/<slug:slug>.<slug:kind>", editions.table, name="report-table"),
    path("reports/<slug:ref>/rows/<slug:slug>/", editions.figure_drill_down, name="report-rows"),
    path("reports/<slug:ref>/issue/", reports.report_issue, name="report-issue"),
    path("reports/<slug:ref>/pdf", reports.report_pdf, name="report-pdf"),
    path("audits/<slug:ref>/themes/<slug:step>/", themes_views.at_meeting, name="audit-themes"),
    path("themes/", themes_views.notes_list, name="themes"),
    path("themes/vocabulary/", themes_views.theme_vocabulary, name="theme-vocabulary"),
    path("themes/vocabulary/<int:pk>/", themes_views.theme_retire, name="theme-retire"),
    path("themes/notes/<int:pk>/", themes_views.note, name="theme-note"),
    path("themes/notes/<int:pk>/pick/", themes_views.quotation_pick, name="theme-pick"),
    path("themes/answers/<int:pk>/", themes_views.family_answer, name="theme-answer"),
    path("themes/quotations/", themes_views.quotations_list, name="theme-quotations"),
    path("themes/quotations/<int:pk>/", themes_views.quotation_settle, name="theme-settle"),
    path("evidence/", evidence.evidence_list, name="evidence"),
    path("evidence/<int:pk>/", evidence.evidence_detail, name="evidence-one"),
    path("evidence/<int:pk>/out/", evidence.out, name="evidence-out"),
    path("evidence/<int:pk>/file/", evidence.evidence_file, name="evidence-file"),
    path("plan/", plan.plan_list, name="plan"),
    path("plan/add/", plan.plan_add, name="plan-add"),
    path("plan/plan.csv", plan.plan_export, {"kind": "csv"}, name="plan-csv"),
    path("plan/plan.pdf", plan.plan_pdf, name="plan-pdf"),
    path("plan/plan.xlsx", plan.plan_export, {"kind": "xlsx"}, name="plan-xlsx"),
    path("plan/<slug:ref>/", plan.plan_item_detail, name="plan-item"),
    path("plan/<slug:ref>/end/", plan.plan_item_end, name="plan-end"),
    path("learning/", learning.learning_page, name="learning"),
    path("learning/<slug:ref>/", learning.learning_report, name="learning-report"),
    path("learning/<slug:ref>/pack.pdf", learning.event_pack, name="event-pack"),
    path("learning/<slug:ref>/slides.pptx", learning.event_slides, name="event-slides"),
    path("needs/", learning.learning_needs_list, name="needs"),
    path("needs/<int:pk>/", learning.learning_need_answer, name="need-answer"),
]
