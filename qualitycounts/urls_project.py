"""My work, the plain pages and health, and a page of an audit that is made where PDFs are."""

from django.urls import path

from qualitycounts import gallery, health, metrics, pages
from qualitycounts.retention import views as retention_views
from qualitycounts.subject_access import views as subject_access_views
from qualitycounts.views import find, start, work
from reporting.papers.views import pack

urlpatterns = [
    path("", work.work, name="work"),
    path("start/", start.start, name="start"),
    path("start/mail/", start.test_mail_send, name="start-mail"),
    path("start/mail/arrived/", start.test_mail_arrived, name="start-mail-arrived"),
    path("start/<slug:slug>/aside/", start.step_set_aside, name="start-aside"),
    path("start/<slug:slug>/again/", start.step_take_up_again, name="start-again"),
    path("audits/<slug:ref>/pack.pdf", pack.auditors_pack, name="audit-pack-pdf"),
    path("disposals/", retention_views.disposals_list, name="disposals"),
    path("disposals/<int:pk>/", retention_views.disposal_detail, name="disposal"),
    path("find/", find.find, name="find"),
    path("subject-access/", subject_access_views.subject_access, name="subject-access"),
    path("help/", pages.help_page, name="help"),
    path("help/flow/", pages.flow, name="help-flow"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("privacy/<slug:slug>/", pages.privacy_document, name="privacy-document"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("brand.css", pages.brand, name="brand"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", metrics.metrics, name="metrics"),
]
