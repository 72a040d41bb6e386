"""Whether every file that was made and sealed is still the one that was: after a restore, and whenever asked."""

from __future__ import annotations

import hashlib

from reporting.models import Edition, Report

A_FEW = 20
"""Files in memory at once."""


def changed_files() -> tuple[int, list[str]]:
    """How many files of reports and of their printings there are, and which of them are not as they were sealed."""
    reports = Report.objects.exclude(sha256="").values_list("ref", "pdf", "sha256")
    editions = Edition.objects.values_list("report__ref", "kind", "pdf", "sha256")
    held = [(ref, digest(file) == sealed) for ref, file, sealed in reports.iterator(A_FEW)]
    held += [(f"{ref} {kind}", digest(file) == sealed) for ref, kind, file, sealed in editions.iterator(A_FEW)]
    return len(held), [name for name, whole in held if not whole]


def digest(file: bytes | memoryview | None) -> str:
    """The sha256 of a file as it lies in the database."""
    return hashlib.sha256(bytes(file or b"")).hexdigest()
