"""What operators read and copy agrees with the code: settings, processes, and the stream's one address."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from tests.ground.processes import ROOT

pytestmark = pytest.mark.once

COMPOSE = (ROOT / "docker-compose.yml").read_text()
FRONT = (ROOT / "docs" / "deploy" / "front.conf").read_text()
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
UNITS = ROOT / "docs" / "deploy" / "systemd"
PROGRAMS = "/opt/quality-counts/current/.venv/bin/"
FOR_NOBODY_S_HAND = {"TEST_SUFFIX", "PYTEST_XDIST_WORKER", "UP_PID"}


def settings_read() -> set[str]:
    """Every name that is taken from the environment."""
    modules = ("settings.py", "single_sign_on.py", "celery.py")
    source = "".join((ROOT / "qualitycounts" / module).read_text() for module in modules)
    return set(re.findall(r'(?:environ\.get|environment\.[a-z_]+)\(\s*"([A-Z_]+)"', source))


def test_every_setting_is_in_the_operations_guide() -> None:
    assert len(settings_read()) > 15
    assert {name for name in settings_read() - FOR_NOBODY_S_HAND if f"`{name}`" not in OPERATIONS} == set()


def test_the_compose_file_sets_only_what_is_read() -> None:
    given = re.search(r"environment: &environment\n((?:    [A-Z_]+:.*\n)+)", COMPOSE)
    assert given
    names = set(re.findall(r"^ +([A-Z_]+):", given[1], re.MULTILINE))
    assert names
    assert names <= settings_read()


@pytest.mark.parametrize(
    ("address", "streamed"),
    [
        ("/audits/QC-2612-041/meeting/live/events/", True),
        ("/audits/QC-2612-041/meeting/live/", False),
        ("/audits/QC-2612-041/meeting/", False),
        ("/audits/a/b/meeting/live/events/", False),
        ("/", False),
    ],
)
def test_the_front_sends_one_address_to_the_stream(address: str, streamed: bool) -> None:
    pattern = re.search(r"location ~ (\S+) \{\s+proxy_pass http://stream:", FRONT)
    assert pattern
    assert bool(re.search(pattern[1], address)) is streamed


def test_what_a_report_is_drawn_with_is_installed_in_both_places() -> None:
    installed = (ROOT / "Dockerfile").read_text()
    needed = (ROOT / "tests" / "servers.py").read_text()
    for package in ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"):
        assert package in installed
        assert package in needed


def test_nobody_leaves_a_default_secret_in_the_files_for_production() -> None:
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD"):
        assert re.search(rf"\${{{name}:\?", COMPOSE)
    assert not re.search(r"(?:SECRET_KEY|PASSWORD): *[A-Za-z0-9]", COMPOSE)


def settings_of(text: str) -> dict[str, str]:
    """The last value of each setting of a unit."""
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))


def test_the_units_start_what_the_compose_file_starts() -> None:
    """Beside the addresses, which are this machine's own, and the folder of the programs."""
    services = yaml.safe_load(COMPOSE)["services"]
    image = json.loads((ROOT / "Dockerfile").read_text().rpartition("\nCMD ")[2].replace("\\\n", ""))
    there = {"127.0.0.1:8000": "0.0.0.0:8000", "--host=127.0.0.1": "--host=0.0.0.0", "--port=8001": "--port=8000"}
    units = {path.stem.removeprefix("quality-counts-"): path.read_text() for path in UNITS.glob("*.service")}
    assert set(units) == {"web", "stream", "worker", "beat", "backup"}
    for name in set(units) - {"backup"}:
        program, *words = settings_of(units[name])["ExecStart"].split()
        words = [there.get(word, word) for word in words]
        assert [program.removeprefix(PROGRAMS), *words] == services[name].get("command", image), name
    assert "CONN_MAX_AGE=0" in units["stream"]
    assert settings_of(units["worker"])["TimeoutStopSec"] + "s" == services["worker"]["stop_grace_period"]
    assert settings_of((UNITS / "quality-counts-web.socket").read_text())["ListenStream"] in units["web"]
    assert set(re.findall(r"quality-counts-(\w+)\.service", (UNITS / "quality-counts.target").read_text())) == {
        "web",
        "stream",
        "worker",
        "beat",
    }


def test_the_installer_puts_the_fronts_addresses_in() -> None:
    """Each `sed` of it finds what it is to change."""
    script = (ROOT / "docs" / "deploy" / "install.sh").read_text()
    changes = re.findall(r"s/([^/]+)/([^/]+)/'", script)
    front = FRONT
    for there, here in changes:
        assert there in front, there
        front = front.replace(there, here)
    assert re.findall(r"(?:listen|proxy_pass) (.+);", front) == [
        "127.0.0.1:8080",
        "http://127.0.0.1:8001",
        "http://127.0.0.1:8000",
    ]
    for package in ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"):
        assert package in script
