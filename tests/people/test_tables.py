"""A table that leaves: nothing in it runs, nothing in it is lost, and it is sent as it is read."""

from __future__ import annotations

import csv
import io
import tempfile
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from operator import itemgetter
from pathlib import Path
from unittest.mock import patch

import openpyxl
import pytest
from django.http import Http404
from hypothesis import given
from hypothesis import strategies as st

from qualitycounts.base import spreadsheets
from qualitycounts.base.spreadsheets import Cell, Column

ROWS: list[list[Cell]] = [
    ["007", "=1+1", date(2026, 11, 30), datetime(2026, 7, 1, 9, 5, tzinfo=UTC), 3, None, True],
    ["1e5", "A <b>&\r\n“no”\x07", date(1999, 12, 31), datetime(2026, 12, 1, 9, 5, tzinfo=UTC), -2.5, "", False],
]
COLUMNS: list[Column[list[Cell]]] = [Column(title, itemgetter(n)) for n, title in enumerate("ABCDEFG")]


def body(kind: str, rows: list[list[Cell]] = ROWS) -> bytes:
    response = spreadsheets.download(name="cases", kind=kind, columns=COLUMNS, rows=rows)
    assert response["Content-Disposition"] == f'attachment; filename="cases.{kind}"'
    return b"".join(response)  # type: ignore[arg-type]


def test_a_csv_has_text_as_text_days_as_days_and_no_formula() -> None:
    written = body("csv")
    assert written.startswith(b"\xef\xbb\xbfA,B,")
    assert list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))[1:] == [
        ["007", "'=1+1", "2026-11-30", "2026-07-01 10:05", "3", "", "Yes"],
        ["1e5", "A <b>&\r\n“no”\x07", "1999-12-31", "2026-12-01 09:05", "-2.5", "", "No"],
    ]


def test_a_workbook_opens_with_the_same_cells_and_no_formula() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(body("xlsx"))).active
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[1]] == list("ABCDEFG")
    assert [cell.data_type for cell in sheet[2]] == ["s", "s", "d", "d", "n", "n", "s"]
    assert [str(cell.value) for cell in sheet[2]] == [
        "007",
        "'=1+1",
        "2026-11-30 00:00:00",
        "2026-07-01 10:05:00",
        "3",
        "None",
        "Yes",
    ]
    assert [cell.value for cell in sheet[3]][:2] == ["1e5", "A <b>&\n“no”\ufffd"]
    longest = openpyxl.load_workbook(io.BytesIO(body("xlsx", [["x" * 40_000, *[None] * 6]]))).active["A2"].value
    assert len(longest) == spreadsheets.LONGEST_CELL
    assert longest.endswith("holds no more)")


@given(st.text(max_size=12), st.sampled_from(["", " ", "\ufeff"]), st.sampled_from(["", *spreadsheets.DANGEROUS]))
def test_whatever_is_stored_comes_back_exact_and_never_begins_a_formula(text: str, blank: str, begins: str) -> None:
    stored = blank + begins + text
    safe = spreadsheets.harmless(stored)
    assert safe in (stored, f"'{stored}")
    assert not safe.lstrip(" \ufeff").startswith(spreadsheets.DANGEROUS)
    if begins:
        assert safe == f"'{stored}"


def many(number: int) -> Iterator[list[Cell]]:
    for row in range(number):
        yield [f"{row:07}", "Some words of a row", date(2026, 11, 30), None, row, None, False]


def test_a_csv_is_sent_while_it_is_read_and_another_kind_is_not_there() -> None:
    read = 0

    def rows() -> Iterator[list[Cell]]:
        nonlocal read
        for row in many(2_000):
            read += 1
            yield row

    parts = iter(spreadsheets.download(name="cases", kind="csv", columns=COLUMNS, rows=rows()))
    next(parts)
    assert read < 400
    assert len(list(parts)) > 5
    with pytest.raises(Http404):
        spreadsheets.download(name="cases", kind="xlsm", columns=COLUMNS, rows=[])


def test_a_long_workbook_takes_no_more_memory_than_a_short_one_and_leaves_nothing_behind(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        tracemalloc.start()
        for _ in spreadsheets.download(name="cases", kind="xlsx", columns=COLUMNS, rows=many(rows)):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    def broken() -> Iterator[list[Cell]]:
        yield from many(3)
        raise ZeroDivisionError

    with patch.object(tempfile, "tempdir", str(tmp_path)):
        peak(10)
        assert peak(4_000) < peak(400) + 500_000
        with pytest.raises(ZeroDivisionError):
            list(spreadsheets.download(name="cases", kind="xlsx", columns=COLUMNS, rows=broken()))
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-", "@home", "#N/A", "TRUE", "12", "2026-11-30", "1e5"])
def test_text_in_a_workbook_stays_text_whatever_it_looks_like(text: str) -> None:
    cell = openpyxl.load_workbook(io.BytesIO(body("xlsx", [[text, *[None] * 6]]))).active["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == (spreadsheets.harmless(text), "s", "@")
