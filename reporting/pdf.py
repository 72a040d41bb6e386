"""A page of ours as a tagged PDF (PDF/UA-1). The only place that knows WeasyPrint, and only once it is needed."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

PACKAGED = {"packaged:report.css": (Path(settings.BASE_DIR) / "static" / "report.css", "text/css")}
BLOCKS = "p|li|dd|dt|td|th|h[1-6]|caption|figcaption|footer"
EDGES = re.compile(rf"(<(?:{BLOCKS})\b[^>]*>)\s+|\s+(</(?:{BLOCKS})>)")
"""White space at a block's edges: a line that fits but for it would break after its first word."""
LONGEST_WORD = 30
"""A word of more characters than this, such as an address, may be broken anywhere, so that it never runs off."""
TEXTS = re.compile(r"<head\b.*?</head>|<svg\b.*?</svg>|<[^>]*>|(?P<text>[^<]+)", re.DOTALL)
LONG_WORDS = re.compile(rf"(?:&[#\w]+;|[^\s&]){{{LONGEST_WORD + 1},}}")
PIECES = re.compile(r"(?:&[#\w]+;|[^\s&]){1,15}")
FONTS = Path(__file__).parent / "fonts" / "fonts.conf"
_READING_FONTS = Lock()
SCOPES = {"/THead": "/Column", "/TBody": "/Row"}


def render(html: str) -> bytes:
    """The PDF of a whole HTML document, tagged for screen readers.

    Nothing is fetched but the sheets named in `PACKAGED`: not the network, not a file, not a `data:` address, whatever
    the words in the document are.
    """
    from weasyprint import HTML

    markup = break_long_words(EDGES.sub(r"\1\2", html))
    document = HTML(string=markup, base_url="packaged:", url_fetcher=_fetcher())
    return bytes(document.write_pdf(pdf_variant="pdf/ua-1", font_config=_own_fonts(), finisher=_add_scopes))


def break_long_words(html: str) -> str:
    """The same page, with places in every very long word at which a line may break; they cannot be seen."""

    def broken(word: re.Match[str]) -> str:
        return "<wbr>".join(PIECES.findall(word[0]))

    return TEXTS.sub(lambda found: LONG_WORDS.sub(broken, found[0]) if found["text"] else found[0], html)


def _own_fonts() -> FontConfiguration:
    """The typefaces in `fonts/`, and none that the machine has.

    Fontconfig takes the name of its file from the environment alone. It is put back at once: a program that is started
    later is to see the machine's own.
    """
    from weasyprint.text.fonts import FontConfiguration

    with _READING_FONTS:
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = str(FONTS)
        try:
            return FontConfiguration()
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


def available() -> bool:
    """Whether this machine can make PDFs: WeasyPrint needs Pango, which pip does not bring."""
    try:
        import weasyprint
    except (ImportError, OSError):
        return False
    return bool(weasyprint.__version__)


@cache
def _fetcher() -> URLFetcher:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Packaged(URLFetcher):  # type: ignore[misc]
        """Serves the sheets that are part of the product, and refuses every other address before it is opened."""

        def fetch(self, url: str, _headers: dict[str, str] | None = None) -> URLFetcherResponse:
            if url not in PACKAGED:
                raise ValueError("Only the product's own sheets may be read.")
            path, kind = PACKAGED[url]
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return Packaged()


def _add_scopes(_document: Any, pdf: Any) -> None:
    """Say of each header cell whether it heads its column or its row, which WeasyPrint leaves out.

    A cell in the head of a table heads its column, one in its body heads its row.
    """
    elements: dict[Any, Any] = {}
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("S") in {"/TH", "/TR", *SCOPES}:
            elements[item.reference] = item  # type: ignore[attr-defined]
    for cell in elements.values():
        row = elements.get(cell["P"], {})
        part = elements.get(row.get("P"), {})
        if cell["S"] == "/TH" and "A" in cell:
            cell["A"]["Scope"] = SCOPES.get(part.get("S"), "/Row")
