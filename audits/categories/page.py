"""What the pages of the categories show: each with its code, what it is asked and its open cases, and their history."""

from __future__ import annotations

from django.db.models import Count
from django.urls import reverse

from audits.categories.change import category_in_words
from audits.models import Case
from people.models import CouncilSetting
from qualitycounts.base.components import Cell, Table, TableRow, Value
from qualitycounts.base.templatetags import qc
from standards import categories
from standards.categories import SLUG, CaseCategory
from standards.review_intervals import review_interval

COLUMNS = ("Category", "Code", "Asked and reviewed", "Open cases")


def categories_table(*, can_change: bool) -> Table:
    """Every category in order, those out of use among them; with a link for whoever `can_change` them."""
    held = Case.objects.filter(closed_on=None, merged_into=None).order_by().values_list("category")
    open_cases = dict(held.annotate(Count("pk")))
    rows = categories.case_categories().rows
    return Table("All categories", COLUMNS, [category_row(row, open_cases, can_change=can_change) for row in rows])


def category_row(category: CaseCategory, open_cases: dict[str, int], *, can_change: bool) -> TableRow:
    """One category; `open_cases` is how many each code has."""
    url = reverse("category", args=[category.code]) if can_change else ""
    former = f"was {', '.join(category.former)}" if category.former else ""
    interval = review_interval(category.code)
    asked = f"At first as {categories.name_of(category.likes)}" if category.is_own else "As itself"
    return TableRow(
        [
            Cell(Value(category.name, ["" if category.in_use else "Not in use", former], url=url)),
            Cell(category.code, "Code"),
            Cell(Value(asked, str(interval or "No law speaks of reviews of its plans")), "Asked and reviewed"),
            Cell(qc.thousands(open_cases.get(category.code, 0)), "Open cases"),
        ]
    )


def changes_table() -> Table:
    """Every change of the categories, the latest first: when, of what to what, by whom and why."""
    rows, before = [], categories.FIVE
    for change in CouncilSetting.objects.filter(slug=SLUG).select_related("set_by").order_by("number"):
        now = categories.read_categories(change.value)
        changed = [f"{row.code}: {category_in_words(row)}" for row in now.rows if row != before.by_code.get(row.code)]
        cells = [
            Cell(Value(qc.short_date(change.set_at), when=True), css="qc-col-when"),
            Cell("; ".join(changed) or "Another order", "To"),
            Cell(Value(change.set_by), "By"),
            Cell(change.why, "Why"),
        ]
        rows.append(TableRow(cells))
        before = now
    return Table("How they were changed", ["When", "To", "By", "Why"], rows[::-1])
