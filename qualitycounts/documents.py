"""The governance documents of docs/governance, shown as pages: what a council publishes beside its privacy notice.

They are written in a small part of Markdown: headings, paragraphs, lists, tables, **bold**, `code` and links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from django.conf import settings
from django.http import Http404
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

FOLDER = settings.BASE_DIR / "docs" / "governance"
DOCUMENTS = {
    "privacy-notice": "The privacy notice in full",
    "young-people": "For children and young people",
    "what-is-held": "Everything that is held, record by record",
    "record-of-processing": "Record of processing activities (Article 30)",
    "dpia": "Data protection impact assessment",
    "subject-access": "How a request for one’s own data is answered",
}
"""Each document by its file's name, in the order in which the privacy page links them."""
INLINE = (
    (re.compile(r"\*\*(.+?)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"`(.+?)`"), r"<code>\1</code>"),
    (re.compile(r"\[(.+?)\]\(([a-z-]+)\.md\)"), r'<a class="govuk-link" href="../\2/">\1</a>'),
    (re.compile(r"\[(.+?)\]\((https://[^)\s]+)\)"), r'<a class="govuk-link" href="\2">\1</a>'),
)
HEADINGS = {"# ": ("h1", "l"), "## ": ("h2", "m"), "### ": ("h3", "s")}


def document_or_404(slug: str) -> SafeString:
    """A document as HTML."""
    if slug not in DOCUMENTS:
        raise Http404
    return as_html((FOLDER / f"{slug}.md").read_text(encoding="utf-8"))


def as_html(text: str) -> SafeString:
    """A document's text as HTML; everything in it is escaped first."""
    blocks = re.split(r"\n\s*\n", text.strip())
    return mark_safe("\n".join(part for block in blocks for part in block_html(block.splitlines())))


def block_html(lines: list[str]) -> Iterator[str]:
    """One block: its lines by what they are."""
    for kind, group in groupby(lines, key=kind_of):
        rows = list(group)
        if kind == "table":
            yield table_html(rows)
        elif kind == "list":
            yield '<ul class="govuk-list govuk-list--bullet">' + "".join(list_items(rows)) + "</ul>"
        elif kind in HEADINGS:
            tag, size = HEADINGS[kind]
            yield from (f'<{tag} class="govuk-heading-{size}">{inline(row[len(kind) :])}</{tag}>' for row in rows)
        else:
            yield f'<p class="govuk-body">{inline(" ".join(rows))}</p>'


def kind_of(line: str) -> str:
    """What a line is part of; a line that begins with a space goes on with its list."""
    if line.startswith("|"):
        return "table"
    if line.startswith(("- ", "  ")):
        return "list"
    return next((mark for mark in HEADINGS if line.startswith(mark)), "words")


def list_items(rows: Iterable[str]) -> Iterator[str]:
    """The entries of a list."""
    for entry in "\n".join(rows).removeprefix("- ").split("\n- "):
        yield f"<li>{inline(' '.join(entry.split()))}</li>"


def table_html(rows: list[str]) -> str:
    """A table: its first line is its head, its second the rule below it."""
    head, *body = ([inline(cell.strip()) for cell in row.strip("|").split("|")] for row in rows if row.strip("|-: "))
    cells = "".join(f'<th scope="col" class="govuk-table__header">{cell}</th>' for cell in head)
    lines = "".join(
        "<tr>" + "".join(f'<td class="govuk-table__cell">{cell}</td>' for cell in row) + "</tr>" for row in body
    )
    return (
        f'<div class="qc-scroll" tabindex="0" role="region" aria-label="Table: {re.sub("<.*?>", "", head[0])}">'
        f'<table class="govuk-table"><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table></div>'
    )


def inline(text: str) -> str:
    """A line's words, with what is bold, code or a link."""
    html = str(escape(text))
    for mark, tag in INLINE:
        html = mark.sub(tag, html)
    return html
