"""The lock files: every package by its hash, and nothing of the machine that made them."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.ground.processes import ROOT

LOCKS = ["requirements.txt", "requirements-dev.txt"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def locked(name: str) -> dict[str, str]:
    """Package and version of each entry."""
    return dict(re.findall(r"^([\w.-]+)(?:\[.*\])?==([^ ;]+)", (ROOT / name).read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_records_no_address_and_no_path(name: str) -> None:
    text = (ROOT / name).read_text()
    assert not re.findall(r"://|^-|--(?:extra-)?index|--find-links|(?:^|\s)/\w", text, re.MULTILINE)


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_its_hashes(name: str) -> None:
    entries = re.split(r"^(?=[\w.-]+(?:\[.*\])?==)", (ROOT / name).read_text(), flags=re.MULTILINE)[1:]
    assert entries
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_locks_hold_what_the_project_asks_for() -> None:
    asked = {
        "requirements.txt": PROJECT["dependencies"],
        "requirements-dev.txt": PROJECT["optional-dependencies"]["dev"],
    }
    for name, wanted in asked.items():
        pins = dict(re.fullmatch(r"([\w.-]+)(?:\[.*\])?==(.+)", want).groups() for want in wanted)  # type: ignore[union-attr]
        assert pins.items() <= locked(name).items()


def test_every_extra_that_a_package_asks_for_is_locked_with_it() -> None:
    """Else pip, once a newer release is out, looks for the package with its extra at any version, and has no hash."""
    text = (ROOT / "requirements-dev.txt").read_text()
    extras = {
        name.lower(): set(words.split(", ")) for name, words in re.findall(r"^([\w.-]+)\[(.*)\]==", text, re.MULTILINE)
    }
    lacking = []
    for package in importlib.metadata.distributions():
        for asked in map(Requirement, package.requires or ()):
            name = canonicalize_name(asked.name)
            here = asked.marker is None or asked.marker.evaluate({"extra": ""})
            if here and name in locked("requirements-dev.txt") and not asked.extras <= extras.get(name, set()):
                lacking.append(f"{package.name} asks for {asked}")
    assert lacking == []
    assert {"coverage", "fonttools"} <= extras.keys()


def test_what_is_tested_is_what_runs() -> None:
    assert locked("requirements.txt").items() <= locked("requirements-dev.txt").items()


def test_each_dependency_says_what_it_is_for() -> None:
    lines = [line.strip() for line in (ROOT / "pyproject.toml").read_text().splitlines()]
    pins = [place for place, line in enumerate(lines) if re.match(r'"[\w\[\],.-]+==', line)]
    assert len(pins) > 30
    for place in pins:
        above = place
        while above in pins:
            above -= 1
        assert lines[above].startswith("# "), lines[place]
