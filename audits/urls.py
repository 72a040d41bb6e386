"""Addresses of audits."""

from django.urls import URLPattern, path

from audits.views import draw, register

urlpatterns: list[URLPattern] = [
    path("register/", register.cases, name="register"),
    path("register/cases/<int:pk>/", register.case, name="register-case"),
    path("register/import/", register.take, name="register-import"),
    path("register/import/<int:pk>/", register.look, name="register-import-one"),
    path("register/import/<int:pk>/apply/", register.apply, name="register-import-apply"),
    path("draws/", draw.draws, name="draws"),
    path("draws/<slug:ref>/", draw.one, name="draw"),
    path("draws/<slug:ref>/frame.csv", draw.frame, name="draw-frame"),
    path("draws/<slug:ref>/tickets.txt", draw.tickets, name="draw-tickets"),
    path("draws/<slug:ref>/place/", draw.place, name="draw-place"),
    path("draws/<slug:ref>/again/", draw.again, name="draw-again"),
    path("draws/<slug:ref>/replace/<slug:audit_ref>/", draw.replace, name="draw-replace"),
    path("audits/<slug:ref>/conflict/", draw.conflict, name="audit-conflict"),
]
