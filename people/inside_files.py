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
from collections.abc import Iterator

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
FETCHES = re.compile(r"\b(?:DDE|DDEAUTO|INCLUDEPICTURE|INCLUDETEXT|LINK|IMPORT)\b")
"""Fields of a Word document that fetch something as it is opened."""
FIELDS = re.compile(r"<w:instrText[^<>]*>([^<]*)|w:instr=[\"']([^\"']*)", re.ASCII)


class ActsByItself(Exception):
    """What is inside, in words."""


def look_into_pdf(data: bytes) -> None:
    """Raise for a PDF that does not open, asks for a password, or holds an action or another file."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as paper:
            waiting: list[object] = [*paper.objects]
            while waiting:
                one = waiting.pop()
                if isinstance(one, pikepdf.Array):
                    waiting += [part for part in one if not getattr(part, "is_indirect", False)]
                elif isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
                    for name, value in pairs(one):
                        if found := KEYS.get(name) or (name in ("/S", "/Subtype") and ACTIONS.get(str(value))):
                            raise ActsByItself(f"holds {found}")
                        if not getattr(value, "is_indirect", False):
                            waiting.append(value)
    except pikepdf.PasswordError:
        raise ActsByItself("asks for a password") from None
    except (pikepdf.PdfError, ValueError):
        raise ActsByItself("does not open") from None


def pairs(one: object) -> Iterator[tuple[str, object]]:
    """The names and values of a dictionary, or of that of a stream."""
    yield from one.items()  # type: ignore[attr-defined]


def look_into_docx(data: bytes) -> None:
    """Raise for a document that fetches something from outside as it is opened, or holds another program's object."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for part in packed.namelist():
            if "/embeddings/" in f"/{part.lower()}" or "/activex/" in f"/{part.lower()}":
                raise ActsByItself("holds other files")
            if part.endswith(".rels"):
                try:
                    relations = list(fromstring(packed.read(part)))
                except (ParseError, DefusedXmlException, ValueError):
                    raise ActsByItself("does not open") from None
                for relation in relations:
                    if relation.get("TargetMode") == "External" and not relation.get("Type", "").endswith(ORDINARY):
                        raise ActsByItself("fetches something from outside as it is opened")
            elif part.startswith("word/") and part.endswith(".xml"):
                words = "".join(a or f" {b} " for a, b in FIELDS.findall(packed.read(part).decode(errors="replace")))
                if FETCHES.search(words):
                    raise ActsByItself("fetches something from outside as it is opened")


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
