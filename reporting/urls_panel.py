"""Addresses of the panel's papers."""

from django.urls import path

from reporting.views import panel_papers

urlpatterns = [
    path("<slug:ref>/pack.pdf", panel_papers.pack, name="panel-pack"),
    path("<slug:ref>/minutes.pdf", panel_papers.minutes, name="panel-minutes-pdf"),
]
