"""Files as evidence: what is taken, what is refused and how, where it lies, and what a scanner says."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from pikepdf import Name

from people import files
from people.models import StoredFile, User
from qualitycounts.base.refusals import NotNow, Refused, TooLarge
from tests.conftest import NOW
from tests.factories import Council
from tests.people.handed import MACRO_WORD, PDF, acting_pdf, docx, locked_pdf, pdf, png

SCRIPT = {"/S": Name.JavaScript, "/JS": "app.alert(1)"}
RELATION = (
    b'<Relationships><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s"'
    b' Target="http://far.example/a" TargetMode="External"/></Relationships>'
)
FIELD = b'<w:p xmlns:w="w"><w:instrText> %s</w:instrText><w:instrText>%s http://far.example/a </w:instrText></w:p>'
GOOD = {
    "link.docx": docx(
        **{"word/_rels/document.xml.rels": RELATION % b"hyperlink", "word/footer1.xml": FIELD % (b"HYPER", b"LINK")}
    ),
    "link.pdf": acting_pdf(Link={"/S": Name.URI, "/URI": "https://example.gov.uk"}),
    "a.pdf": PDF,
    "b.PNG": png(),
    "c.docx": docx(),
}
BAD = {
    "text.pdf": (b"Not a PDF at all", "not a PDF, a Word document"),
    "cut.pdf": (PDF[:20], "not a PDF, a Word document"),
    "page.png": (b"<html><script>alert(1)</script>", "not a PDF, a Word document"),
    "picture.pdf": (png(), "does not fit what is in it: it is a Picture"),
    "bare": (PDF, "does not fit what is in it"),
    "macros.docx": (docx(MACRO_WORD), "holds macros"),
    "hidden.docx": (docx(**{"word/vbaProject.bin": b"x"}), "holds macros"),
    "bomb.docx": (docx(big=bytes(files.MOST_UNPACKED + 1)), "unpacks to far more"),
    "parts.docx": (docx(**{f"p{n}": b"" for n in range(files.MOST_PARTS)}), "unpacks to far more"),
    "book.docx": (docx(b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"), "not a PDF"),
    "broken.docx": (docx()[:60], "not a PDF, a Word document"),
    "damaged.docx": (docx()[:49] + b"\xff" * 3 + docx()[52:], "not a PDF, a Word document"),
    "empty.pdf": (b"", "That file is empty"),
    "script.pdf": (acting_pdf(OpenAction=SCRIPT), "That PDF holds scripts"),
    "named.pdf": (acting_pdf(Names={"/JavaScript": {"/Names": ["a", SCRIPT]}}), "holds scripts"),
    "button.pdf": (acting_pdf(AA={"/WC": {"/S": Name.Launch, "/F": "calc.exe"}}), "holds what starts a program"),
    "far.pdf": (acting_pdf(OpenAction={"/S": Name.GoToR, "/F": "//far/a.pdf"}), "holds links to other files"),
    "filled.pdf": (acting_pdf(AcroForm={"/XFA": "x"}), "holds scripts"),
    "inside.pdf": (acting_pdf(Names={"/EmbeddedFiles": {"/Names": []}}), "holds other files"),
    "locked.pdf": (locked_pdf(), "asks for a password"),
    "no-pages.pdf": (b"%PDF-1.7\nnothing\n%%EOF\n", "That PDF does not open"),
    "template.docx": (docx(**{"word/_rels/settings.xml.rels": RELATION % b"attachedTemplate"}), "fetches something"),
    "declared.docx": (docx(**{"word/_rels/a.xml.rels": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), "does not open"),
    "object.docx": (docx(**{"word/_rels/document.xml.rels": RELATION % b"oleObject"}), "holds other files"),
    "field.docx": (docx(**{"word/header1.xml": FIELD % (b"Include", b"PICTURE")}), "fetches something from outside"),
}


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_DIR = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def by(council: Council) -> User:
    return council.manager


def test_each_kind_is_kept_as_it_was_and_given_back_as_a_download_only(by: User, folder: Path) -> None:
    for name, data in GOOD.items():
        stored = files.store(pdf(name, data), by=by, at=NOW)
        path = files.path_of(stored.key)
        assert path.read_bytes() == data
        assert folder in path.parents
        assert (path.stat().st_mode & 0o077, path.parent.stat().st_mode & 0o077) == (0, 0)
        answer = files.reply(stored)
        assert answer.content == data
        assert answer["Content-Disposition"].startswith("attachment;")
        assert (answer["Cache-Control"], "sandbox" in answer["Content-Security-Policy"]) == ("private, no-store", True)
    assert sorted(StoredFile.objects.values_list("kind", flat=True)) == ["docx", "docx", "pdf", "pdf", "png"]


def test_what_the_bytes_are_not_is_refused_whatever_the_name_says(by: User, folder: Path) -> None:
    for name, (data, said) in BAD.items():
        with pytest.raises(Refused, match=said) as refused:
            files.store(pdf(name, data), by=by, at=NOW)
        assert (refused.value.status, refused.value.field) == (422, "file"), name
    assert not StoredFile.objects.exists()
    assert not folder.exists()


def test_ten_megabytes_are_taken_and_a_byte_more_is_not(by: User) -> None:
    most = PDF[:-6] + bytes(files.MOST - len(PDF)) + PDF[-6:]
    assert files.store(pdf("most.pdf", most), by=by, at=NOW).size == files.MOST
    with pytest.raises(TooLarge, match="What you typed is kept") as refused:
        files.store(pdf("more.pdf", most + b"x"), by=by, at=NOW)
    assert refused.value.status == 413


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\plan.pdf", "plan.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("exe\u202efdp.pdf", "exefdp.pdf"),
        ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
        (".pdf", ".pdf"),
    ],
)
def test_a_name_is_made_plain(sent: str, kept: str) -> None:
    assert files.plain_name(sent) == kept


def test_a_name_in_any_script_goes_through_the_header(by: User) -> None:
    answer = files.reply(files.store(pdf("Ewa Łącka “żółw”.pdf"), by=by, at=NOW))
    assert "filename*=UTF-8''Ewa%20%C5%81%C4%85cka" in answer["Content-Disposition"]
    assert answer["Content-Disposition"].isascii()


def test_a_transaction_that_fails_keeps_no_row_and_its_bytes_go_a_day_later(by: User, folder: Path) -> None:
    kept = files.store(pdf(), by=by, at=NOW)
    with transaction.atomic():
        files.store(pdf("lost.pdf"), by=by, at=NOW)
        transaction.set_rollback(True)
    assert StoredFile.objects.get() == kept
    orphan = next(path for path in folder.glob("??/*") if path.name != kept.key)
    os.utime(orphan, (NOW.timestamp(), NOW.timestamp()))
    assert files.delete_orphaned_files(at=NOW + files.ORPHAN) == 0
    os.utime(orphan, (NOW.timestamp() - 1, NOW.timestamp() - 1))
    assert files.delete_orphaned_files(at=NOW + files.ORPHAN) == 1
    assert files.reply(kept).content == PDF


def test_taken_out_its_bytes_go_once_that_is_saved_and_its_reason_stays(
    by: User, django_capture_on_commit_callbacks: Any
) -> None:
    kept = files.store(pdf(), by=by, at=NOW)
    with pytest.raises(Refused, match="Say why"):
        files.remove(kept, by=by, at=NOW, why=" ")
    with django_capture_on_commit_callbacks(execute=True):
        gone = files.remove(kept, by=by, at=NOW, why="Another child’s paper.")
        assert files.path_of(kept.key).exists()
    assert not files.path_of(kept.key).exists()
    with pytest.raises(NotNow, match="Another child’s paper"):
        files.reply(gone)
    with pytest.raises(NotNow, match="already"):
        files.remove(kept, by=by, at=NOW, why="Again.")


def test_a_file_that_is_missing_or_was_changed_is_not_given_out(by: User) -> None:
    kept = files.store(pdf(), by=by, at=NOW)
    files.path_of(kept.key).write_bytes(PDF + b"more")
    with pytest.raises(NotNow, match="not as it was handed over"):
        files.reply(kept)
    files.path_of(kept.key).unlink()
    with pytest.raises(NotNow, match="not where it was kept"):
        files.reply(kept)


@contextmanager
def scanner(says: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A clamd that takes one stream, keeps it, and answers."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            line, _ = server.accept()
            with line, line.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                while size := int.from_bytes(stream.read(4), "big"):
                    heard.append(stream.read(size))
                line.sendall(says)

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}", heard
        thread.join(5)


def test_the_scanner_hears_every_byte_and_its_word_decides(by: User, settings: Any) -> None:
    with scanner(b"stream: OK\0") as (settings.VIRUS_SCAN, heard):
        assert files.store(pdf(), by=by, at=NOW).scan == "clean"
    assert b"".join(heard) == PDF
    with (
        scanner(b"stream: Eicar-Test-Signature FOUND\0") as (settings.VIRUS_SCAN, _),
        pytest.raises(Refused, match="IT"),
    ):
        files.store(pdf(), by=by, at=NOW)
    with scanner(b"INSTREAM size limit exceeded. ERROR\0") as (settings.VIRUS_SCAN, _), pytest.raises(NotNow):
        files.store(pdf(), by=by, at=NOW)
    settings.VIRUS_SCAN = "tcp://127.0.0.1:9"
    with pytest.raises(NotNow, match="does not answer"):
        files.store(pdf(), by=by, at=NOW)
    settings.VIRUS_SCAN = "unix:///nowhere/clamd.sock"
    with pytest.raises(NotNow, match="does not answer"):
        files.store(pdf(), by=by, at=NOW)
    assert StoredFile.objects.count() == 1
