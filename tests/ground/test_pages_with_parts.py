"""Pages that ask for their own parts bring htmx with them, and no other page waits for it."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
INCLUDED = re.compile(r'{% (?:include|extends) "([^"]+)"')
BRINGS = "components/htmx.html"


def reached(name: str, seen: set[str]) -> set[str]:
    """A template and every one that it is made of."""
    if name not in seen and (TEMPLATES / name).exists():
        seen.add(name)
        for other in INCLUDED.findall((TEMPLATES / name).read_text()):
            reached(other, seen)
    return seen


def pages() -> list[str]:
    """The templates that are whole pages."""
    paths = (path for path in TEMPLATES.rglob("*.html") if '{% extends "' in path.read_text())
    return sorted(str(path.relative_to(TEMPLATES)) for path in paths)


def test_a_page_brings_htmx_exactly_where_a_part_of_it_asks_for_itself() -> None:
    wrong = []
    for page in pages():
        made_of = reached(page, set())
        asks = any(re.search(r"\shx-(get|post)=", (TEMPLATES / name).read_text()) for name in made_of)
        if asks != (BRINGS in made_of):
            wrong.append(page)
    assert wrong == [], f"Include {BRINGS} in their scripts, or leave it out."
