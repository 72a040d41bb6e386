"""Static files under names of their content, the scripts that a script imports too, kept for a while after an upgrade.

A page that was opened on the version before still asks for that version's files, among them scripts that it loads late.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

KEPT = 30 * 24 * 3600
"""Seconds for which the files of a version stay once another has replaced it."""
COMPRESSED = (".gz", ".br")
IMPORTS = (
    r"""(?P<matched>(?P<word>\b(?:from |import |import\())"(?P<url>\.{1,2}/[^"]+\.js)")""",
    '%(word)s"%(url)s"',
)
"""What a script imports by a relative address, and how that is written with the hashed name."""


class KeptStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """`collectstatic` adds the files of its version, and throws away what no version has used for a month."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("*.js", (IMPORTS,)))
    max_post_process_passes = 20  # as long as the longest way from one script over those it imports

    def post_process(self, *args: Any, **options: Any) -> Iterator[Any]:
        """Name, link and compress the files; the version before had its own in use until now."""
        before = set(self.hashed_files.values())
        yield from super().post_process(*args, **options)
        if not options.get("dry_run"):
            self.throw_away_old(before, now=time.time())

    def throw_away_old(self, before: set[str], *, now: float) -> None:
        """Remove each file that this version does not name and that was last used longer ago than `KEPT`."""
        root = Path(self.location)
        named = {*self.hashed_files, *self.hashed_files.values(), self.manifest_name}
        for path in filter(Path.is_file, root.rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.suffix in COMPRESSED:
                name = name.removesuffix(path.suffix)
            if name in before:
                os.utime(path, (now, now))
            elif name not in named and path.stat().st_mtime < now - KEPT:
                path.unlink()
