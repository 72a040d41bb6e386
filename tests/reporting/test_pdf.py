"""The PDF itself: tagged for screen readers, titled, in English, and fetching nothing from anywhere."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from reporting import one_line_charts, pdf

PAGE = """<!DOCTYPE html><html lang="en-GB"><head><title>Monthly audit report</title>
<link rel="stylesheet" href="packaged:report.css"></head><body class="report"><main><h1>Monthly audit report</h1>
<p>{words}</p>{chart}<table><caption>Counts</caption><thead><tr><th scope="col">Grade</th><th scope="col">Audits</th>
</tr></thead><tbody><tr><th scope="row">Good</th><td>3</td></tr></tbody></table></main></body></html>"""
CHART = one_line_charts.row_bar("Good is three of four audits.", 0.75).replace('aria-hidden="true"', 'role="img"')


def opened(html: str) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(pdf.render(html)))


def elements(document: pikepdf.Pdf) -> Iterator[Any]:
    """Every element of the tag tree."""

    def walk(node: Any) -> Iterator[Any]:
        if isinstance(node, pikepdf.Array):
            for item in node:
                yield from walk(item)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield node
            if "/K" in node:
                yield from walk(node.K)

    return walk(document.Root.StructTreeRoot.K)


def test_it_is_tagged_and_says_so() -> None:
    document = opened(PAGE.format(words="Words.", chart=CHART))
    assert document.Root.MarkInfo.Marked is True
    assert str(document.Root.Lang) == "en-GB"
    assert str(document.docinfo.Title) == "Monthly audit report"
    assert document.Root.ViewerPreferences.DisplayDocTitle is True
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
    kinds = {str(item.S) for item in elements(document)}
    assert {"/H1", "/P", "/Figure", "/Table", "/Caption", "/TH", "/TD"} <= kinds


def test_a_chart_says_in_words_what_it_shows() -> None:
    document = opened(PAGE.format(words="", chart=CHART))
    figures = [item for item in elements(document) if str(item.S) == "/Figure"]
    assert [str(item.Alt) for item in figures] == ["Good is three of four audits."]


def test_each_header_cell_says_what_it_heads() -> None:
    document = opened(PAGE.format(words="", chart=""))
    cells = [item for item in elements(document) if str(item.S) == "/TH"]
    assert [str(item.A.Scope) for item in cells] == ["/Column", "/Column", "/Row"]


def test_the_same_page_gives_the_same_bytes() -> None:
    assert pdf.render(PAGE.format(words="Words.", chart=CHART)) == pdf.render(PAGE.format(words="Words.", chart=CHART))


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A server that notes every connection made to it."""
    heard: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    stop = threading.Event()

    def listen() -> None:
        while not stop.is_set():
            try:
                heard.append(server.accept()[0].recv(200))
            except TimeoutError:
                continue

    thread = threading.Thread(target=listen)
    thread.start()
    yield server.getsockname()[1], heard
    stop.set()
    thread.join()
    server.close()


def test_hostile_markup_fetches_nothing(listener: tuple[int, list[bytes]], caplog: pytest.LogCaptureFixture) -> None:
    port, heard = listener
    address = f"http://127.0.0.1:{port}/x"
    words = f"""
        <img src="{address}.png" alt="x"><img src="file:///etc/passwd" alt="x">
        <link rel="stylesheet" href="{address}.css"><style>@import url({address}.css);
        p {{ background: url({address}.gif) }} @font-face {{ src: url({address}) }}</style>
        <object data="{address}"></object><embed src="{address}"><iframe src="{address}"></iframe>
        <svg xmlns="http://www.w3.org/2000/svg"><image href="{address}.svg"/><use href="{address}#a"/></svg>
        <a rel="attachment" href="file:///etc/passwd">passwords</a><link rel="attachment" href="file:///etc/passwd">
        <img src="packaged:../../etc/passwd" alt="x"><img src="data:text/html,x" alt="x">"""
    document = opened(PAGE.format(words=words, chart=""))
    assert heard == []
    assert len(document.attachments) == 0
    assert [dict(page.get_images()) for page in document.pages] == [{}]


NAMES = (
    *("محمد عبد الله", "فاطمہ ٹھاکر", "ښاغلی", "אברהם", "प्रिया क्षत्रिय", "রহিম উদ্দিন", "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ", "કૃષ્ણ પટેલ"),
    *("முருகன்", "శ్రీనివాస్", "ಕೃಷ್ಣ", "കൃഷ്ണൻ", "ශ්‍රී ලාල්", "สมชาย", "ສົມໃຈ", "សុខា", "အောင်ဆန်း", "አበበ ቢቂላ", "ተስፋይ"),
    *(
        "გიორგი",
        "Հայկ",
        "Γιώργος",
        "Наталья Щёкина",
        "Їжакевич Ґ",
        "陳大文",
        "王伟 欧阳娜",
        "佐藤 さとう",
        "김민준",
    ),
    *("Nguyễn Thị Hương", "Ọlá Ṣadé", "Łukasz Żółć", "Ștefan Țurcanu", "Işıl Ğ İ", "བསྟན་འཛིན", "އަހުމަދު", "ߒߞߏ", "ⵉⵎⴰⵣⵉⵖⵏ"),
    *("ܐܒܪܗܡ", "ଓଡ଼ିଆ", "Ələkbər", "Ŋmɛ Ɔkɔ", "Þórður", "○ ▼ ▲ ✓ ■ ◆ ● ≤ ≥"),
)
SHIPPED = {"-".join(path.stem.split("-")[:-1]).replace("CJKsc", "CJK") for path in pdf.FONTS.parent.glob("*.[to]tf")}


def faces(document: pikepdf.Pdf) -> set[str]:
    """The families of the typefaces in a file, without spaces and weights."""
    fonts = [each for each in document.objects if isinstance(each, pikepdf.Dictionary) and "/BaseFont" in each]
    names = {str(each.BaseFont).partition("+")[2] for each in fonts}
    return {name.removesuffix("-Bold").removesuffix("-SC").replace("-", "") for name in names}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_any_script_is_printed_in_a_face_of_ours(name: str, caplog: pytest.LogCaptureFixture) -> None:
    document = opened(PAGE.format(words=f"{name}, <b>{name}</b>", chart=CHART))
    assert not [record for record in caplog.records if "notdef" in record.message]
    assert faces(document) <= SHIPPED


def test_the_file_is_the_same_whatever_the_machine_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = PAGE.format(words="Plans, " + ", ".join(NAMES), chart=CHART)
    here = pdf.render(page)
    (tmp_path / "none.conf").write_text("<fontconfig><dir>/nowhere</dir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "none.conf"))
    assert pdf.render(page) == here
    assert os.environ["FONTCONFIG_FILE"] == str(tmp_path / "none.conf"), "what is started later sees the machine's own"


def test_every_face_has_its_licence_beside_it() -> None:
    licence = (pdf.FONTS.parent / "LICENSE").read_text()
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    for file in pdf.FONTS.parent.glob("*.[to]tf"):
        family = next(
            name
            for name in ("Liberation Sans", "Noto Sans CJK", "Noto Sans", "Noto Serif Tibetan")
            if file.stem.startswith(name.replace(" ", ""))
        )
        assert family in licence


ADDRESS = "https://example.org/" + "a-very-long-part/" * 20 + "x" * 300


@pytest.mark.parametrize(
    "place",
    [
        "<p>{}</p>",
        "<table><thead><tr><th scope='col'>A</th><th scope='col'>B</th></tr></thead><tbody><tr>"
        "<th scope='row'>Who</th><td>{}</td></tr></tbody></table>",
        "<ul><li>{}</li></ul>",
        "<h2>{}</h2>",
    ],
)
def test_a_long_address_never_runs_off_the_page(place: str, tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(pdf.render(PAGE.format(words="</p>" + place.format(ADDRESS) + "<p>", chart="")))
    boxes = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True).stdout
    width = float(re.search(r'<page width="([\d.]+)"', boxes)[1])  # type: ignore[index]
    right = [float(edge) for edge in re.findall(r'xMax="([\d.]+)"', boxes)]
    assert max(right) <= width - 40


def test_words_are_broken_only_where_nobody_sees_it() -> None:
    svg = f"<svg><title>{ADDRESS}</title></svg>"
    html = f"<head><title>{ADDRESS}</title></head><p class='{'c' * 40}'>Short words stay. {'&amp;' * 40}</p>{svg}"
    broken = pdf.break_long_words(html)
    assert broken.replace("<wbr>", "") == html
    assert broken.count("<wbr>") == 2
    assert f"<head><title>{ADDRESS}</title></head>" in broken
    assert svg in broken


def test_this_machine_can_make_pdfs() -> None:
    assert pdf.available()
