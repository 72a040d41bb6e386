"""Addresses of audits."""

from django.urls import URLPattern, path

from audits.views import register

urlpatterns: list[URLPattern] = [
    path("register/", register.cases, name="register"),
    path("register/cases/<int:pk>/", register.case, name="register-case"),
    path("register/import/", register.take, name="register-import"),
    path("register/import/<int:pk>/", register.look, name="register-import-one"),
    path("register/import/<int:pk>/apply/", register.apply, name="register-import-apply"),
]
