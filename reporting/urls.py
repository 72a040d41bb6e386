"""Addresses of reporting."""

from django.urls import path

from reporting.views import reports

urlpatterns = [
    path("", reports.reports, name="reports"),
    path("start/", reports.start, name="report-start"),
    path("<slug:ref>/", reports.report, name="report"),
    path("<slug:ref>/words/", reports.words, name="report-words"),
    path("<slug:ref>/again/", reports.again, name="report-again"),
    path("<slug:ref>/issue/", reports.publish, name="report-issue"),
    path("<slug:ref>/pdf", reports.file, name="report-pdf"),
]
