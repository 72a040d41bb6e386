"""The PDF itself: tagged for screen readers, titled, in English, and fetching nothing from anywhere."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from reporting import charts, pdf

PAGE = """<!DOCTYPE html><html lang="en-GB"><head><title>Monthly audit report</title>
<link rel="stylesheet" href="packaged:report.css"></head><body class="report"><main><h1>Monthly audit report</h1>
<p>{words}</p>{chart}<table><caption>Counts</caption><thead><tr><th scope="col">Grade</th><th scope="col">Audits</th>
</tr></thead><tbody><tr><th scope="row">Good</th><td>3</td></tr></tbody></table></main></body></html>"""
CHART = charts.row_bar("Good is three of four audits.", 0.75).replace('aria-hidden="true"', 'role="img"')


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


def test_this_machine_can_make_pdfs() -> None:
    assert pdf.available()
