"""Addresses of people."""

from django.urls import path

from people.views import absence, council, directory, history, inbox, membership, undelivered

urlpatterns = [
    path("people/", directory.people, name="people"),
    path("people/<int:pk>/", directory.person, name="person"),
    path("people/<int:pk>/roles/", membership.give, name="person-role"),
    path("people/<int:pk>/roles/<int:held>/end/", membership.end, name="person-role-end"),
    path("settings/", council.settings, name="settings"),
    path("settings/<slug:slug>/change/", council.one, name="setting"),
    path("away/", absence.listed, name="away"),
    path("away/<int:pk>/end/", absence.end, name="away-end"),
    path("history/", history.entries, name="history"),
    path("notices/", inbox.notices, name="notices"),
    path("notices/undelivered/", undelivered.listed, name="undelivered"),
    path("notices/undelivered/again/", undelivered.try_again, name="undelivered-again"),
    path("notices/read/", inbox.mark_all_read, name="notices-read"),
    path("notices/<int:pk>/read/", inbox.mark_read, name="notice-read"),
]
