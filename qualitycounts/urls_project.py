"""My work, the plain pages and health."""

from django.urls import path

from qualitycounts import gallery, health, pages
from qualitycounts.views import work

urlpatterns = [
    path("", work.work, name="work"),
    path("help/", pages.help_page, name="help"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("brand.css", pages.brand, name="brand"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
]
