"""Files that people hand over as evidence: looked at, kept outside the web root, and given back only by a doorway.

What a file says it is (its name, its browser's word) is never believed: the bytes are. Nothing here knows what a file
belongs to: a rule stores it in the transaction of what it is evidence for, and a view gives it back with `reply` once
its own doorway has let the person in.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import socket
import subprocess
import sys
import uuid
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse

from people import inside_files, trail
from people.models import StoredFile, User
from qualitycounts.base.refusals import NotNow, Refused, TooLarge, written

Kind, Scan = StoredFile.Kind, StoredFile.Scan

MOST = 10 * 1024**2
"""Bytes of one file."""
MOST_UNPACKED = 100 * 1024**2
MOST_PARTS = 2_000
"""What a Word document may hold once unpacked: more is no report of supervision."""
TYPES = {
    Kind.PDF: "application/pdf",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.PNG: "image/png",
}
LONGEST_NAME = 150
NO_NAME = re.compile('[\x00-\x1f\x7f<>:"/\\\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')
"""What no file system or header takes in a name, and what turns a name round."""
SCAN_SECONDS = 20
INSIDE_SECONDS = 30
"""How long the process that looks into a file may take, waiting for its turn included."""
ORPHAN = timedelta(days=1)
"""How long bytes without a row are left alone: whoever is storing them may not have come to their row yet."""


def is_pdf(data: bytes) -> bool:
    """Begins and ends as a PDF does."""
    return data.startswith(b"%PDF-") and b"%%EOF" in data[-4096:]


def is_png(data: bytes) -> bool:
    """Begins and ends as a PNG picture does."""
    return data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR" and b"IEND" in data[-64:]


def is_docx(data: bytes) -> bool:
    """A Word document that opens. Refused (422) with macros, a password, or more inside than any document has."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Refused(
                    "That document unpacks to far more than it shows. Save it as a PDF and choose that.", "file"
                )
            names = {part.filename for part in parts}
            if not {"[Content_Types].xml", "word/document.xml"} <= names:
                return False
            kinds = packed.read("[Content_Types].xml")
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError):
        return False
    if b"macroEnabled" in kinds or any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused("That document holds macros, so it was not kept. Save it as a PDF and choose that.", "file")
    return b"wordprocessingml.document.main+xml" in kinds


SNIFF: dict[StoredFile.Kind, Callable[[bytes], bool]] = {Kind.PDF: is_pdf, Kind.PNG: is_png, Kind.DOCX: is_docx}


def kind_of(data: bytes, name: str) -> StoredFile.Kind:
    """What the bytes are. Refused (422): none of the three, or not what the name says."""
    sniffed = next((kind for kind, is_it in SNIFF.items() if is_it(data)), None)
    if sniffed is None:
        raise Refused(
            "That is not a PDF, a Word document (.docx) or a PNG picture that can be opened. Save it as a PDF and "
            "choose that.",
            "file",
        )
    if Path(name).suffix.lower() != f".{sniffed.value}":
        raise Refused(
            f"The file’s name does not fit what is in it: it is a {sniffed.label}. Give it a name that ends in "
            f".{sniffed.value} and choose it again.",
            "file",
        )
    return sniffed


def check_inside(data: bytes, kind: StoredFile.Kind) -> None:
    """Refused (422): a PDF or Word document that would do something by itself (scripts, programs, other files, what is
    fetched from outside), asks for a password, or takes more memory or time to look through than a paper does."""
    if kind == Kind.PNG:
        return
    command = [sys.executable, "-I", inside_files.__file__, kind.value]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=INSIDE_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        said = "takes too long to look through"
    else:
        if not done.returncode:
            return
        said = done.stderr.decode() if done.returncode == 3 else "takes too long to look through"
    raise Refused(f"That {kind.label} {said}, so it was not kept. Print it to a PDF and choose that.", "file")


def check_size(upload: UploadedFile[bytes]) -> None:
    """Refused before it is read: too large (413), or empty (422)."""
    size = upload.size or 0
    if size > MOST:
        raise TooLarge(
            f"That file is {size / 1024**2:.1f} MB, and one file may have {MOST // 1024**2} MB. Send the pages that "
            "matter, or a smaller picture. What you typed is kept.",
            "file",
        )
    if not size:
        raise Refused("That file is empty. Open it to see, then choose it again.", "file")


def plain_name(name: str) -> str:
    """The last part of a name without what it may not hold, at most 150 characters with its ending."""
    parts = Path(NO_NAME.sub("", re.split(r"[/\\]", name)[-1]).strip() or "file")
    return f"{parts.stem.strip()[: LONGEST_NAME - len(parts.suffix)]}{parts.suffix}"[-LONGEST_NAME:]


def scan(data: bytes) -> StoredFile.Scan:
    """Ask the council's virus scanner (setting VIRUS_SCAN, ClamAV's own protocol), where there is one.

    Refused: something harmful in it (422), or the scanner does not answer (409): nothing unscanned is kept then.
    """
    if not settings.VIRUS_SCAN:
        return Scan.NONE
    try:
        said = ask_scanner(urlsplit(settings.VIRUS_SCAN).netloc or urlsplit(settings.VIRUS_SCAN).path, data)
    except OSError as fault:
        raise NotNow(
            "The virus scanner does not answer, so the file was not kept. What you typed is kept: send it without the "
            "file, or try again in a few minutes.",
            "file",
        ) from fault
    if said.endswith("FOUND"):
        raise Refused("The virus scanner found something harmful in that file, so it was not kept. Tell IT.", "file")
    if not said.endswith("OK"):
        raise NotNow("The virus scanner could not look at that file, so it was not kept. Try again later.", "file")
    return Scan.CLEAN


def ask_scanner(address: str, data: bytes) -> str:
    """What clamd says of the bytes; `address` is host:port or the path of a socket."""
    host, _, port = address.rpartition(":")
    family = socket.AF_UNIX if address.startswith("/") else socket.AF_INET
    with closing(socket.socket(family)) as line:
        line.settimeout(SCAN_SECONDS)
        line.connect(address if family == socket.AF_UNIX else (host, int(port)))
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), 65_536):
            part = data[start : start + 65_536]
            line.sendall(len(part).to_bytes(4, "big") + part)
        line.sendall(bytes(4))
        said = b""
        while not said.endswith(b"\0") and (more := line.recv(4096)):
            said += more
    return said.strip(b"\0\n ").decode(errors="replace")


def path_of(key: str) -> Path:
    """Where the bytes of a key lie."""
    return Path(settings.FILES_DIR) / key[:2] / key


def store(upload: UploadedFile[bytes], *, by: User, at: datetime) -> StoredFile:
    """Look at a file and keep it: bytes first, safe on the disk, then its row in the transaction of the caller.

    Refused: over 10 MB (413); empty, not a PDF, Word document or PNG by its bytes, macros, what would do something by
    itself, harmful (422); the scanner silent (409). Nothing is kept of a refused file, nor where the caller's
    transaction fails.
    """
    check_size(upload)
    data = upload.read()
    name = plain_name(upload.name or "file")
    kind, key = kind_of(data, name), uuid.uuid4().hex
    scanned = scan(data)
    check_inside(data, kind)
    with trail.acting(by=by, at=at) as act:
        put(path_of(key), data)
        stored = StoredFile.objects.create(
            key=key,
            name=name,
            kind=kind,
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            scan=scanned,
            stored_at=at,
            stored_by=by,
        )
        act.add("file.stored", stored, content={"kind": kind, "size": len(data), "sha256": stored.sha256})
    return stored


def put(path: Path, data: bytes) -> None:
    """Write the bytes so that the file is there whole or not at all, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = path.with_suffix(".half")
    with half.open("wb") as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    half.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def remove(stored: StoredFile, *, by: User, at: datetime, why: str) -> StoredFile:
    """Take a file out, with a reason: its row says who and why, and its bytes go once that is saved.

    Whether `by` may is the caller's to ask. Refused: no reason (422), taken out already (409).
    """
    why = written(why, "why", "Say why it is taken out.")
    with trail.acting(by=by, at=at) as act:
        fresh = StoredFile.objects.select_for_update().get(pk=stored.pk)
        if fresh.removed_at is not None:
            raise NotNow("That file is taken out already.")
        fresh.removed_at, fresh.removed_by, fresh.removed_why = at, by, why
        fresh.save(update_fields=["removed_at", "removed_by", "removed_why"])
        act.add("file.removed", fresh, why=why)
        transaction.on_commit(lambda: path_of(fresh.key).unlink(missing_ok=True))
    return fresh


def expire(stored: StoredFile, *, at: datetime) -> None:
    """Retention: the bytes go for good once that is saved, and the name, which somebody chose, with them."""
    stored.expired, stored.name = at, "Removed"
    if stored.removed_why:
        stored.removed_why = "Removed under the retention schedule."
    stored.save(update_fields=["expired", "name", "removed_why"])
    transaction.on_commit(lambda: path_of(stored.key).unlink(missing_ok=True))


def reply(stored: StoredFile) -> HttpResponse:
    """The file for whoever the caller's doorway let in: as a download that no browser opens as a page of ours.

    Refused (409) where it was taken out, is missing, or is not what was handed over.
    """
    if stored.expired is not None:
        raise NotNow("This file was removed under the retention schedule.")
    if stored.removed_at is not None:
        raise NotNow(f"“{stored.name}” was taken out: {stored.removed_why}")
    try:
        data = path_of(stored.key).read_bytes()
    except FileNotFoundError as gone:
        raise NotNow(
            f"“{stored.name}” is not where it was kept. Tell your system administrator: it may be in the backup."
        ) from gone
    if hashlib.sha256(data).hexdigest() != stored.sha256:
        raise NotNow(f"“{stored.name}” is not as it was handed over, so it is not given out. Tell your administrator.")
    answer = HttpResponse(data, content_type=TYPES[Kind(stored.kind)])
    ascii_name = stored.name.encode("ascii", "replace").decode().replace("?", "_")
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(stored.name, safe='')}"
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def compare_files() -> tuple[int, list[str]]:
    """How many files their rows name, and a sentence for each whose bytes are missing or are others."""
    kept = StoredFile.objects.filter(removed_at=None, expired=None).order_by("pk").values_list("pk", "key", "sha256")
    amiss = []
    for pk, key, sealed in kept:
        path = path_of(key)
        if not path.is_file():
            amiss.append(f"File {pk} is not where its row says: {path}.")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != sealed:
            amiss.append(f"File {pk} is not as it was handed over: {path}.")
    return len(kept), amiss


def delete_orphaned_files(*, at: datetime) -> int:
    """Delete bytes a day old that no row owns, left by a transaction that failed. How many there were."""
    deleted = 0
    known = set(StoredFile.objects.filter(removed_at=None).values_list("key", flat=True))
    for path in Path(settings.FILES_DIR).glob("??/*"):
        old = path.stat().st_mtime < (at - ORPHAN).timestamp()
        if old and path.name not in known:
            path.unlink(missing_ok=True)
            deleted += 1
    return deleted
