"""Static files of the version before an upgrade: there as long as a page of it may be open, and thrown away after."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qualitycounts.static_files import KEPT, KeptStaticFiles

PAGE = 'import "./late.js";\nimport { a } from "./shared/most.js";\nexport const load = () => import("./late.js");\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "shared").mkdir()
    return tmp_path


def gather(root: Path, **files: str) -> dict[str, str]:
    """What `collectstatic` does with these files; the name that each has got."""
    storage = KeptStaticFiles(location=root, base_url="/static/")
    names = {"page.js": PAGE, "late.js": files["late"], "shared/most.js": "export const a = 1;\n"}
    for name, text in names.items():
        (root / name).write_text(text)
    list(storage.post_process({name: (storage, name) for name in names}))
    return dict(storage.hashed_files)


def grow_older(root: Path, seconds: float) -> None:
    for path in filter(Path.is_file, root.rglob("*")):
        stat = path.stat()
        os.utime(path, (stat.st_atime, stat.st_mtime - seconds))


def test_a_script_imports_the_files_of_its_own_version(root: Path) -> None:
    names = gather(root, late="first")
    words = (root / names["page.js"]).read_text()
    late, most = names["late.js"], names["shared/most.js"]
    assert words == PAGE.replace("./late.js", f"./{late}").replace("./shared/most.js", f"./{most}")


def test_an_older_page_finds_its_files_for_a_month_after_the_upgrade(root: Path) -> None:
    before = gather(root, late="first")
    grow_older(root, 2 * KEPT)
    after = gather(root, late="second")
    assert before["page.js"] != after["page.js"], "what imports another file is another"
    for name in (before["page.js"], before["late.js"]):
        assert (root / name).exists(), "in use until the upgrade, however long ago it was gathered"
    grow_older(root, KEPT - 60)
    gather(root, late="second")
    assert (root / before["late.js"]).read_text() == "first"
    grow_older(root, 120)
    gather(root, late="second")
    left = {path.name for path in root.rglob("late*")}
    assert not [name for name in left if name.startswith(before["late.js"])], "nor what was compressed of it"
    for name, hashed in after.items():
        assert (root / name).exists()
        assert (root / hashed).exists()
