"""Every address. Each view says who may open it (`people.access`); what says nothing is refused."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("people.urls_accounts")),
    path("", include("people.urls")),
    path("standards/", include("standards.urls")),
    path("panel/", include("reporting.urls_panel")),
    path("", include("audits.urls")),
    path("", include("escalation.urls")),
    path("", include("reporting.urls")),
    path("", include("qualitycounts.urls_project")),
]
handler400 = "qualitycounts.pages.bad_request"
handler403 = "qualitycounts.pages.permission_denied"
handler404 = "qualitycounts.pages.not_found"
handler429 = "qualitycounts.pages.too_many"
handler500 = "qualitycounts.pages.server_error"
