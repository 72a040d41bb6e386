"""The table of fields is the only place that knows the columns of a case extract."""

from __future__ import annotations

import re

from audits.models import Case
from audits.register import case_fields, case_rows, cases
from tests.shape import modules, place


def test_every_stored_field_is_a_column_of_the_case_and_in_its_standing() -> None:
    columns = {column.name for column in Case._meta.get_fields()}
    assert set(case_fields.STORED) < columns
    for holder in (case_rows.CaseRow, cases.Standing):
        assert {field.name for field in case_fields.FIELDS} < set(holder.__dataclass_fields__)


def test_no_other_module_of_the_product_spells_a_column_out() -> None:
    """So a column is added in two files: a line of the table, and the model with its migration."""
    others = [path for path in modules("audits") if place(path) != "audits/register/case_fields.py"]
    spelt = {
        (place(path), field.heading)
        for path in others
        for field in case_fields.FIELDS
        if " " in field.heading and re.search(f"[\"']{field.heading}[\"']", path.read_text())
    }
    assert spelt == set()


def test_the_closing_date_is_read_after_the_opening_it_is_compared_with() -> None:
    order = [field.name for field in case_fields.READ_FIRST]
    assert order.index("opened_on") < order.index("closed_on")
    assert order[:2] == ["person_id", "category"]
