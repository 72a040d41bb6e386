"""What mkdocs does beside building: adds the repository's own papers and every decision, and drops drawings as text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[2]
PAPERS = ("CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
"""Papers that stand beside docs/, where a repository's readers look for them."""
BOOST = {"guide": 4, "adr": 0.5}
"""How far up the search finds the pages of a folder."""
DECISIONS = "Decisions"
"""The heading of the menu under which every file of docs/adr stands by its number."""


def on_config(config: Any) -> Any:
    """List the decisions in the menu, so that a new one needs no line there."""
    numbered = sorted(f"adr/{path.name}" for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
    for section in config.nav:
        for entry in (entry for entries in section.values() for entry in entries if isinstance(entry, dict)):
            if DECISIONS in entry:
                entry[DECISIONS] = ["adr/README.md", *numbered]
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the papers beside docs/, their links pointing into it."""
    for name in PAPERS:
        text = (ROOT / name).read_text(encoding="utf-8").replace("](docs/adr/)", "](docs/adr/README.md)")
        files.append(File.generated(config, name, content=text.replace("](docs/", "](")))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Find guides before decisions, point at the papers, and drop drawings that only a network would draw.

    The table under each drawing says the same.
    """
    page.meta.setdefault("search", {"boost": BOOST.get(page.file.src_uri.partition("/")[0], 1)})
    return re.sub(r"```mermaid\n.*?```\n", "", markdown.replace("](../SECURITY.md", "](SECURITY.md"), flags=re.DOTALL)
