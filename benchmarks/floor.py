"""The floors: what the same server, framework and database need for the least that a page of each kind can do.

No session, no sign-in, no access rules, no compression: a product page is held against these with all of its own.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from audits.models import Audit
from standards.grades import Grade

A_PAGE = 25


class Grades(forms.Form):
    """Seven grades, in the fields that the framework gives to a choice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, 8):
            self.fields[f"grade{number}"] = forms.ChoiceField(choices=Grade.choices)


def reply(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """A rendered page that says how long it is, so that its connection is kept."""
    page = render(request, template, context)
    page["Content-Length"] = str(len(page.content))
    return page


def one(request: HttpRequest, pk: int) -> HttpResponse:
    """F: one indexed query and a template of twelve lines."""
    return reply(request, "floor_one.html", audit=Audit.objects.get(pk=pk))


def many(request: HttpRequest) -> HttpResponse:
    """L: twenty-five rows with what they point at, and a count."""
    found = Audit.objects.select_related("case", "auditor", "keyworker", "team").order_by("-month", "number")
    return reply(request, "floor_list.html", page=Paginator(found, A_PAGE).get_page(1))


def form(request: HttpRequest, pk: int) -> HttpResponse:
    """M: a form of seven grades, with one indexed query."""
    return reply(request, "floor_form.html", audit=Audit.objects.get(pk=pk), form=Grades())


def hashes(seed: str, count: int) -> str:
    """The lowest of so many tickets: what a draw cannot do without."""
    return min(sha256(f"{seed}:SYN-{number:07}".encode()).hexdigest() for number in range(count))


def grades_by_index(first: str, last: str) -> list[Any]:
    """A: the grades of the audits finalised between two days, counted in the database by one bare query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT j.number, j.grade, count(*) FROM audits_audit a JOIN audits_judgement j ON j.audit_id = a.id "
            "WHERE a.finalised_at >= %s AND a.finalised_at < %s GROUP BY j.number, j.grade",
            [first, last],
        )
        return list(cursor.fetchall())


def two_queries(count: int) -> list[Any]:
    """X: so many audits and their grades, by two bare queries: what a table of them cannot do without."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audits_audit ORDER BY id LIMIT %s", [count])
        audits = cursor.fetchall()
        cursor.execute(
            "SELECT j.audit_id, j.number, j.grade FROM audits_judgement j "
            "WHERE j.audit_id IN (SELECT id FROM audits_audit ORDER BY id LIMIT %s)",
            [count],
        )
        return [*audits, *cursor.fetchall()]


urlpatterns = [
    path("one/<int:pk>/", one),
    path("list/", many),
    path("form/<int:pk>/", form),
]
