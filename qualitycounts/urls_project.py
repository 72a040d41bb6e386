"""My work, the plain pages and health, and a page of an audit that is made where PDFs are."""

from django.urls import path

from qualitycounts import gallery, health, pages
from qualitycounts.views import work
from reporting.views import pack

urlpatterns = [
    path("", work.work, name="work"),
    path("audits/<slug:ref>/pack.pdf", pack.auditors_pack, name="audit-pack-pdf"),
    path("help/", pages.help_page, name="help"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("brand.css", pages.brand, name="brand"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
]
