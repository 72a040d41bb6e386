"""Addresses of standards."""

from django.urls import path

from standards.views import guide

urlpatterns = [
    path("", guide.contents, name="standards"),
    path("whole/", guide.guide_whole, name="standards-whole"),
    path("professional/", guide.professional_standards, name="standards-professional"),
    path("themes/<slug:slug>/", guide.theme, name="standards-theme"),
    path("<int:number>/", guide.standard, name="standard"),
]
