"""Files as people hand them over, made in a few bytes, and the password again before what few may do."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories import PASSWORD

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
WORD = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACRO_WORD = b"application/vnd.ms-word.document.macroEnabled.main+xml"


def pdf(name: str = "supervision.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    """A PDF, or whatever else is called one."""
    return SimpleUploadedFile(name, data)


def png() -> bytes:
    """A picture of one point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def docx(kind: bytes = WORD, **parts: bytes) -> bytes:
    """A Word document; `kind` is what it says it is, `parts` what else is in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", b'<Override ContentType="' + kind + b'"/>')
        packed.writestr("word/document.xml", b"<w:document/>")
        for name, data in parts.items():
            packed.writestr(name, data)
    return out.getvalue()


def confirm(client: Client) -> None:
    """Give the password again: what needs a fresh one is open for five minutes."""
    assert client.post("/accounts/confirm/", {"password": PASSWORD}).status_code == 302
