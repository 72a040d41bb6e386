"""The categories of cases: all of them, adding one, and changing one."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.categories import change, page
from audits.categories.forms import CategoryForm, InUseForm
from people.access import SignedInRequest, requires
from people.roles import Permission, Role
from people.step_up import confirmed_for
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed
from standards.categories import CaseCategory

IN_USE = "in-use"
"""What the names of the second form of a page begin with."""
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.SEE_SETTINGS)
@require_safe
def categories_list(request: SignedInRequest) -> HttpResponse:
    """Every category as it stands, and how they were changed."""
    can_change = change.can_keep_categories(by=request.user)
    context = {
        "table": page.categories_table(can_change=can_change),
        "changes": page.changes_table(),
        "can_change": can_change,
    }
    return render(request, "audits/categories/categories.html", context)


@requires(Permission.CHANGE_SETTINGS)
@confirmed_for(Role.HEAD_OF_QA, to_read=False)
@form_methods
def category_add(request: SignedInRequest) -> HttpResponse:
    """Add one of the council's own."""
    form, status = CategoryForm(typed(request)), 200
    if request.method == "POST":
        rule = partial(change.add_category, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "Added. It is in draws from the next one on, once an import brings its cases.")
            return redirect("categories")
    return render(request, "audits/categories/category_add.html", {"form": form}, status=status)


@requires(Permission.CHANGE_SETTINGS)
@confirmed_for(Role.HEAD_OF_QA, to_read=False)
@form_methods
def category_detail(request: SignedInRequest, code: str) -> HttpResponse:
    """Give one another name or place, and what follows from it."""
    category = change.category_or_404(code)
    form, status = CategoryForm(typed(request), category=category), 200
    if request.method == "POST":
        rule = partial(change.change_category, code, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "Saved. It holds from now on; what is printed already keeps its words.")
            return redirect("categories")
    return detail_page(request, category, form, InUseForm(prefix=IN_USE), status)


@requires(Permission.CHANGE_SETTINGS)
@confirmed_for(Role.HEAD_OF_QA, to_read=False)
@require_POST
def category_in_use(request: SignedInRequest, code: str) -> HttpResponse:
    """Take one out of use, or use it again."""
    category, form = change.category_or_404(code), InUseForm(request.POST, prefix=IN_USE)
    rule = partial(change.set_in_use, code, in_use=not category.in_use, by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(**form.cleaned_data))
    if status == TAKEN:
        done = "not in use any more. What was of it stays" if category.in_use else "in use again"
        messages.success(request, f"{category.name}: {done}.")
        return redirect("categories")
    return detail_page(request, category, CategoryForm(category=category), form, status)


def detail_page(
    request: SignedInRequest, category: CaseCategory, form: CategoryForm, in_use: InUseForm, status: int
) -> HttpResponse:
    """The page of one category with its two forms."""
    context = {"category": category, "form": form, "in_use": in_use}
    return render(request, "audits/categories/category.html", context, status=status)
