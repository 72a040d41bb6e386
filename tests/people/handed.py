"""Files as people hand them over, made in a few bytes, and the password again before what few may do."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories import PASSWORD

PDF = (
    b"%PDF-1.7\n1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj"
    b"\n3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99]>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
)
WORD = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACRO_WORD = b"application/vnd.ms-word.document.macroEnabled.main+xml"


def pdf(name: str = "supervision.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    """A PDF, or whatever else is called one."""
    return SimpleUploadedFile(name, data)


def acting_pdf(**root: Any) -> bytes:
    """A PDF whose root does something by itself, kept in a compressed stream as programs write it."""
    out = io.BytesIO()
    with pikepdf.new() as paper:
        paper.add_blank_page()
        for name, value in root.items():
            paper.Root[f"/{name}"] = paper.make_indirect(value)
        paper.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def locked_pdf() -> bytes:
    """A PDF that asks for a password."""
    out = io.BytesIO()
    with pikepdf.new() as paper:
        paper.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


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
        packed.writestr("word/document.xml", b'<w:document xmlns:w="w"/>')
        for name, data in parts.items():
            packed.writestr(name, data)
    return out.getvalue()


def confirm(client: Client) -> None:
    """Give the password again: what needs a fresh one is open for five minutes."""
    assert client.post("/accounts/confirm/", {"password": PASSWORD}).status_code == 302
