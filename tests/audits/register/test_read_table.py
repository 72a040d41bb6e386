"""A file becomes a table: whatever its encoding, separator, order and dress; and a hostile one is refused at once."""

from __future__ import annotations

import csv
import io
import re
import resource
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import openpyxl
import pytest

from audits.register import read_table
from audits.register.case_fields import FIELDS
from qualitycounts.base.refusals import Refused, TooLarge
from tests.audits.register import tables
from tests.conftest import FIXTURES

NOVEMBER = FIXTURES / "2026-11" / "cases.csv"
TWO = ("Person ID", "Category")
OURS = [field.heading for field in FIELDS if not field.extra]
PLAIN = "Person ID,Category\r\n562578,CLA\r\n626272,CIN\r\n"
ROWS = [(2, ("562578", "CLA")), (3, ("626272", "CIN"))]


def read(data: bytes | str, name: str = "cases.csv", **limits: int) -> read_table.ReadTable:
    """Read the two columns of a small file."""
    return tables.read_table(data.encode() if isinstance(data, str) else data, name, TWO, read_table.Limits(**limits))


def processor_seconds() -> float:
    """What this process and its children have used of the processor: a busy machine is no fault of a file's."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def most_memory() -> int:
    """The most kilobytes that this process or a child of it has had: a child begins as large as what starts it."""
    return max(resource.getrusage(each).ru_maxrss for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def refusal(data: bytes | str, name: str = "cases.csv", **limits: int) -> Refused:
    """The refusal of a bad file; it must take little of the processor's time and end as a sentence."""
    before = processor_seconds()
    with pytest.raises(Refused) as caught:
        read(data, name, **limits)
    assert processor_seconds() - before < 3
    assert caught.value.sentence.endswith(".")
    return caught.value


def workbook(*rows: list[object]) -> bytes:
    """An Excel workbook of these rows, as a program that only writes would leave it: formulas have no result."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def changed(data: bytes, change: Callable[[str, bytes], bytes], **more: bytes) -> bytes:
    """A workbook with each part passed through `change`, and further parts."""
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, part in more.items():
            new.writestr(name, part)
    return saved.getvalue()


GOOD = workbook(["Person ID", "Category"], [562578, "CLA"], [626272, "CIN"])


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.replace("\r\n", "\n").encode(),
        PLAIN.replace("\r\n", "\r").encode(),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        b"CATEGORY , person_id\nCLA,562578\nCIN,626272",
        '"Person  ID","Category"\n"562578","CLA"\n" 626272\u200b","\u00a0CIN "\n'.encode(),
        (PLAIN + ",\r\n,,\r\n\r\n").encode(),
        GOOD,
        workbook(["Category", "Person ID"], ["CLA", "562578"], ["CIN", 626272.0]),
    ],
)
def test_the_same_table_however_it_was_saved(data: bytes) -> None:
    assert read(data).rows == ROWS


def test_windows_1252_is_read_when_it_is_not_utf_8() -> None:
    table = read("Person ID,Category\n1,Zoë’s\n".encode("cp1252"))
    assert (table.rows, table.encoding) == ([(2, ("1", "Zoë’s"))], "Windows-1252")


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    table = read('Person ID,Category\n\n1,"CLA\nin care"\n,\n2,CIN\n')
    assert [number for number, _ in table.rows] == [3, 5]


def test_columns_nobody_asked_for_are_dropped_and_said_the_name_above_all() -> None:
    table = read("Name,Person ID,Diagnosis,Category\nA Child,1,x,CLA\n")
    assert table.rows == [(2, ("1", "CLA"))]
    assert table.dropped == ["Name", "Diagnosis"]
    assert [(problem.row, problem.column) for problem in table.problems] == [(1, "Name"), (1, "Diagnosis")]
    assert "A Child" not in repr(table)


def test_a_column_without_a_heading_is_dropped_and_blank_headings_at_the_end_are_nothing() -> None:
    assert read("Person ID,,Category,,\n1,x,CLA,,\n").dropped == ["(no heading)"]


def test_a_row_with_more_cells_than_headings_is_left_out_but_its_cells_are_remembered() -> None:
    table = read("Person ID,Category\n1,CLA,,\n2,BEGUM, Tariq\n3,CIN\n")
    assert [cells for _, cells in table.rows] == [("1", "CLA"), ("3", "CIN")]
    assert table.unused == [["2", "BEGUM", "Tariq"]]
    assert table.size == 3
    assert [problem.row for problem in table.problems] == [3]


def test_a_short_row_has_blank_cells_at_its_end() -> None:
    assert read("Person ID,Category\n1\n").rows == [(2, ("1", ""))]


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.csv", "is empty"),
        (b" \r\n ", "a.csv", "is empty"),
        (b"Person ID,Category\n", "a.csv", "no rows"),
        (b"Person ID,Team\n1,North\n", "a.csv", "no column called “Category”"),
        (b"hello\nworld\n", "a.csv", "no column called “Person ID” or “Category”"),
        (b"Person ID,Category,person id\n1,CLA,2\n", "a.csv", "more than one column called “Person ID”"),
        (b'Person ID,Category\n1,"CLA\n2,CIN\n', "a.csv", "stray quotation mark"),
        (b'Person ID,Category\n1,"CLA"x\n', "a.csv", "stray quotation mark"),
        (b"Person ID,Category\n1,CL\0A\n", "a.csv", "not a table of text"),
        ("Person ID,Category\n1,CLA\n".encode("utf-16-le"), "a.csv", "not a table of text"),
        (b"%PDF-1.7 \x9d\x81", "a.csv", "not a table of text"),
        (b"<html><table><tr><td>Person ID", "report.xls", "not a table of text"),
        (bytes(range(1, 256)), "a.csv", "not a table of text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "cases.xls", "old Excel workbook, or one with a password"),
        (b"Person ID,Category\n1," + b"x" * 200_000, "a.csv", "stops being a table at line 2"),
        (b"PK\x03\x04" + bytes(100), "cases.xlsx", "not an Excel workbook"),
        (GOOD[: len(GOOD) // 2], "cases.xlsx", "not an Excel workbook"),
        (GOOD, "cases.xlsm", "holds macros"),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence(data: bytes, name: str, says: str) -> None:
    refused = refusal(data, name)
    assert says in refused.sentence
    assert refused.status == 422


def test_a_cell_that_no_database_keeps_is_refused_with_its_row() -> None:
    book = workbook(["Person ID", "Category"], [562578, "CLA"], [626272, "CHILD"])
    refused = refusal(changed(book, lambda _, part: part.replace(b"CHILD", b"C_x0000_N")), "cases.xlsx")
    assert (refused.status, "Row 3 of the workbook" in refused.sentence) == (422, True)


def test_too_large_is_413_on_one_side_of_each_limit_and_read_on_the_other() -> None:
    assert read(PLAIN, size=len(PLAIN), rows=2).rows == ROWS
    for refused in (refusal(PLAIN, size=len(PLAIN) - 1), refusal(PLAIN, rows=1)):
        assert isinstance(refused, TooLarge)
        assert refused.status == 413


def test_ids_in_a_workbook_are_text_and_dates_are_dates() -> None:
    columns = ("Id", "Day", "Moment", "Flag")
    midnight = datetime.fromisoformat("2026-02-02T00:00")
    data = workbook(list(columns), [562578, date(2026, 2, 2), midnight, True], ["007", "02/02/2026", "", 1.5])
    table = tables.read_table(data, "x.xlsx", columns)
    assert table.rows == [(2, ("562578", "2026-02-02", "2026-02-02", "True")), (3, ("007", "02/02/2026", "", "1.5"))]


def test_a_formula_is_kept_as_text_in_csv_and_in_a_workbook() -> None:
    formula = '=HYPERLINK("http://evil.example","x")'
    quoted = formula.replace('"', '""')
    assert read(f'Person ID,Category\n1,"{quoted}"\n').rows == [(2, ("1", formula))]
    assert read(workbook(["Person ID", "Category"], [1, formula]), "x.xlsx").rows == [(2, ("1", formula))]


def test_a_formula_with_its_result_gives_the_result() -> None:
    data = changed(
        GOOD,
        lambda name, part: part.replace(b"<v>562578</v>", b"<f>A9+1</f><v>562579</v>") if "sheet1" in name else part,
    )
    assert read(data, "x.xlsx").rows[0] == (2, ("562579", "CLA"))


def test_the_first_sheet_one_can_see_is_read() -> None:
    book = openpyxl.load_workbook(io.BytesIO(GOOD))
    hidden = book.create_sheet("Notes", 0)
    hidden["A1"] = "not this one"
    hidden.sheet_state = "hidden"
    saved = io.BytesIO()
    book.save(saved)
    assert read(saved.getvalue(), "x.xlsx").rows == ROWS


def test_the_real_extract_reads_the_same_as_csv_and_as_a_workbook() -> None:
    text = NOVEMBER.read_text(encoding="utf-8-sig")
    as_csv = tables.read_table(NOVEMBER.read_bytes(), "cases.csv", OURS)
    as_xlsx = tables.read_table(workbook(*csv.reader(io.StringIO(text))), "cases.xlsx", OURS)
    assert len(as_csv.rows) == 1150
    assert as_csv.rows == as_xlsx.rows
    assert (as_csv.problems, as_csv.dropped, as_csv.encoding) == ([], [], "UTF-8")


def sheet(change: Callable[[bytes], bytes]) -> bytes:
    """The good workbook with its sheet changed."""
    return changed(GOOD, lambda name, part: change(part) if name == "xl/worksheets/sheet1.xml" else part)


LAUGHS = b"<!DOCTYPE x [<!ENTITY l0 'lol'>%s]>" % b"".join(
    b"<!ENTITY l%d '%s'>" % (place, b"&l%d;" % (place - 1) * 10) for place in range(1, 10)
)
OUTSIDE = b"<!DOCTYPE x [<!ENTITY outside SYSTEM 'file:///etc/hostname'>]>"
HOSTILE = {
    "zip bomb": changed(GOOD, lambda _, part: part, **{"xl/worksheets/sheet2.xml": b" " * 120_000_000}),
    "many parts": changed(GOOD, lambda _, part: part, **{f"xl/media/{n}.png": b"" for n in range(2_000)}),
    "macros": changed(GOOD, lambda _, part: part, **{"xl/vbaProject.bin": b"Sub AutoOpen()"}),
    "macro type": changed(GOOD, lambda _, part: part.replace(b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main")),
    "entities": sheet(lambda part: b'<!DOCTYPE x [<!ENTITY a "lol">]>' + part),
    "billion laughs": changed(
        GOOD,
        lambda name, part: LAUGHS + part.partition(b"?>")[2] if name == "xl/styles.xml" else part,
    ),
    "external entity": changed(
        GOOD,
        lambda name, part: OUTSIDE + part.partition(b"?>")[2] if name == "xl/workbook.xml" else part,
    ),
    "a cell far away": sheet(lambda part: part.replace(b'r="B3"', b'r="XFD1048576"')),
    "a row far away": sheet(lambda part: part.replace(b'r="B3"', b'r="B4000000000"')),
    "billions of strings": changed(
        GOOD,
        lambda _, part: part.replace(
            b"</Types>",
            b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            b'spreadsheetml.sharedStrings+xml"/></Types>',
        ),
        **{
            "xl/sharedStrings.xml": b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            b'count="4000000000" uniqueCount="4000000000"><si><t>a</t></si></sst>'
        },
    ),
    "another kind of zip": changed(GOOD, lambda _, part: part).replace(b"xl/workbook.xml", b"xl/workbook.bin"),
}


@pytest.mark.parametrize("which", HOSTILE)
def test_a_hostile_workbook_is_refused_quickly(which: str) -> None:
    refused = refusal(HOSTILE[which], "cases.xlsx")
    assert refused.status == 422
    assert "CSV" in refused.sentence


def test_a_zip_that_lies_about_its_size_is_not_believed() -> None:
    """The directory says that a sheet unpacks to 100 bytes; it unpacks to far more. Only what was said is read."""
    bomb = changed(GOOD, lambda _, part: part, **{"xl/worksheets/sheet2.xml": b" " * 3_000_000})
    size, lie = (3_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little")
    assert size in bomb
    refusal(bomb.replace(size, lie), "cases.xlsx")


@pytest.mark.once
def test_a_million_rows_are_refused_in_little_time_and_memory() -> None:
    """As CSV and as a workbook of a few kilobytes. The time is the processor's, so that a busy machine is no fault."""
    rows = b"<row><c><v>1</v></c></row>" * 1_000_000
    data = sheet(lambda part: part.replace(b"</sheetData>", rows + b"</sheetData>"))
    before, had = processor_seconds(), most_memory()
    for many, name in ((data, "cases.xlsx"), (b"Person ID,Category\n" + b"1,CLA\n" * 1_000_000, "cases.csv")):
        with pytest.raises(TooLarge, match="more than 10") as caught:
            read(many, name)
        assert caught.value.status == 413
    assert processor_seconds() - before < 10
    assert most_memory() < max(512 * 1024, had + 64 * 1024)


def test_a_cell_longer_than_excel_has_them_is_refused_with_its_row_in_little_time_and_memory() -> None:
    longest = "A" * 32_767
    for data, name in (
        (f"Person ID,Category\n1,CLA\n2,{longest}\n".encode(), "a.csv"),
        (workbook(["Person ID", "Category"], [1, "CLA"], [2, longest]), "a.xlsx"),
    ):
        assert read(data, name).rows[1] == (3, ("2", longest))
        refused = refusal(data.replace(b"A" * 32_767, b"A" * 32_768) if name == "a.csv" else huge(32_768), name)
        assert (refused.status, refused.sentence[:47]) == (422, "Row 3 has a cell of more than 32,767 characters")
    assert "Row 3 has a cell of more than 32,767" in refusal(huge(90_000_000), "a.xlsx").sentence
    heading = f"Person ID,Category,{longest}A\n1,CLA,\n"
    assert "Row 1 has a cell of more than 32,767" in refusal(heading, "a.csv").sentence
    unwanted = f"Person ID,Category,Notes\n1,CLA,{longest}A\n"
    assert "Row 2 has a cell of more than 32,767" in refusal(unwanted, "a.csv").sentence


def huge(characters: int) -> bytes:
    """A workbook whose third row holds a cell of so many characters, as only another program than Excel writes it."""
    cell = b'<c r="B3" t="inlineStr"><is><t>' + b"A" * characters + b"</t></is></c>"
    return sheet(lambda part: re.sub(rb'<c r="B3".*?</c>', lambda _: cell, part, flags=re.DOTALL))
