"""Templates as they are sent: without the indentation that helps only whoever reads the template."""

from __future__ import annotations

import re

from django.template import Origin
from django.template.loaders import filesystem

INDENTATION = re.compile(r"\n[ \t]+")
CONTROL = r"(?:if|elif|else|endif|for|empty|endfor|with|endwith)"
CONTROL_LINE = re.compile(rf"(\n(?:\{{% {CONTROL}\b(?:(?!%\}})[^\n])*%\}})+)\n")


class Loader(filesystem.Loader):
    """Loads a page's template without the indentation of its lines, and without lines that only decide or repeat.

    Only the template's own text is touched, never what is put into it, and between two words a line's end stays.
    Mails and pages with preformatted text are left as they are.
    """

    def get_contents(self, origin: Origin) -> str:
        """The template's text."""
        source = super().get_contents(origin)
        if not origin.name.endswith(".html") or "<pre" in source:
            return source
        return CONTROL_LINE.sub(r"\1", INDENTATION.sub("\n", source))
