"""What is inside a PDF or a Word document that would do something by itself, looked at by a process with little memory.

`python -I inside_files.py pdf|docx < file` exits 0 where nothing is, and 3 where something is or the file does not
open, its sentence on stderr. The libraries make room for whatever a file claims, so this one is run apart, and must
import nothing of the application.
"""

from __future__ import annotations

import io
import re
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

MEMORY = 768 * 1024**2
SECONDS = 10
ACTIONS = {
    "/JavaScript": "scripts",
    "/Launch": "what starts a program",
    "/ImportData": "what fetches data",
    "/SubmitForm": "what sends data away",
    "/GoToR": "links to other files",
    "/GoToE": "links to other files",
    "/Rendition": "films or sounds",
    "/RichMedia": "films or sounds",
    "/Movie": "films or sounds",
    "/Sound": "films or sounds",
}
"""What the actions and annotations of a PDF do that no paper needs. A link that somebody presses is none of them."""
KEYS = {"/JS": "scripts", "/XFA": "scripts", "/EmbeddedFiles": "other files", "/EF": "other files"}
ORDINARY = ("/hyperlink",)
"""Ends of the kinds of relation by which a document may point outside: a link that somebody presses."""
OTHERS = ("/package", "/oleObject", "/control", "/aFChunk", "/vbaProject")
"""Ends of the kinds of relation to what another program opens."""
FETCHES = re.compile(r"\s*(?:DDE|DDEAUTO|INCLUDEPICTURE|INCLUDETEXT|LINK|IMPORT|DATABASE|RD)\b", re.IGNORECASE)
"""The beginning of a Word document's field that fetches something as it is opened."""


class ActsByItself(Exception):
    """What is inside, in words."""


def look_into_pdf(data: bytes) -> None:
    """Raise for a PDF that does not open, asks for a password, or holds an action or another file."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as paper:
            waiting: list[object] = [*paper.objects]
            while waiting:
                held = waiting.pop()
                if isinstance(held, pikepdf.Array):
                    waiting += [part for part in held if not getattr(part, "is_indirect", False)]
                elif isinstance(held, (pikepdf.Dictionary, pikepdf.Stream)):
                    for name, value in pairs(held):
                        if acts := KEYS.get(name) or (name in ("/S", "/Subtype") and ACTIONS.get(str(value))):
                            raise ActsByItself(f"holds {acts}")
                        if not getattr(value, "is_indirect", False):
                            waiting.append(value)
    except pikepdf.PasswordError:
        raise ActsByItself("asks for a password") from None
    except (pikepdf.PdfError, ValueError):
        raise ActsByItself("does not open") from None


def pairs(held: object) -> Iterator[tuple[str, object]]:
    """The names and values of a dictionary, or of that of a stream."""
    yield from held.items()  # type: ignore[attr-defined]


def look_into_docx(data: bytes) -> None:
    """Raise for a document that fetches something from outside as it is opened, or holds another program's object."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for part in packed.namelist():
            if not part.lower().endswith((".rels", ".xml")):
                continue
            try:
                root = fromstring(packed.read(part))
            except (ParseError, DefusedXmlException, ValueError):
                raise ActsByItself("does not open") from None
            if part.lower().endswith(".rels"):
                look_at_relations(root)
            elif any(FETCHES.match(code) for code in field_codes(root)):
                raise ActsByItself("fetches something from outside as it is opened")


def look_at_relations(root: Iterable[Any]) -> None:
    """Raise for a part that brings another program's object, or fetches something."""
    for relation in root:
        kind = relation.get("Type", "")
        if kind.endswith(OTHERS):
            raise ActsByItself("holds other files")
        if relation.get("TargetMode") == "External" and not kind.endswith(ORDINARY):
            raise ActsByItself("fetches something from outside as it is opened")


def field_codes(root: Any) -> Iterator[str]:
    """What the fields of a part do. A field's code may be written in pieces, from where it begins or a code inside it
    ends."""
    code = ""
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if name == "instrText":
            code += element.text or ""
        elif name == "fldChar":
            yield code
            code = ""
        elif name == "fldSimple":
            yield next((value for key, value in element.items() if key.rpartition("}")[2] == "instr"), "")
    yield code


def main() -> int:
    """Look into what comes in."""
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        try:
            resource.setrlimit(limit, (most, most))
        except (ValueError, OSError):  # a system that does not let a process bound itself
            continue
    try:
        {"pdf": look_into_pdf, "docx": look_into_docx}[sys.argv[1]](sys.stdin.buffer.read())
    except ActsByItself as what:
        sys.stderr.write(str(what))
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
