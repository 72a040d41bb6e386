"""Addresses of the panel's papers."""

from django.urls import path

from reporting.papers.views import panel_papers

urlpatterns = [
    path("<slug:ref>/pack.pdf", panel_papers.panel_pack, name="panel-pack"),
    path("<slug:ref>/minutes.pdf", panel_papers.panel_minutes, name="panel-minutes-pdf"),
]
