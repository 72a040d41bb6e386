"""The settings refuse what would be unsafe, in a sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps

from audits.duties.owed import PROVIDERS
from people.accounts import WHEN_CLOSED
from people.merging import KEPT_APART
from tests.ground import processes

pytestmark = pytest.mark.once

SECRET = "a-secret-key-for-this-test-only-of-more-than-fifty-characters"


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"SECRET_KEY": ""},
        {"SECRET_KEY": "insecure-for-one-machine-only-however-long-it-may-be"},
        {"SECRET_KEY": "k" * 49},
    ],
)
def test_without_debug_it_does_not_start_on_a_missing_or_default_key(tmp_path: Path, settings: dict[str, str]) -> None:
    done = processes.manage("check", var=tmp_path, **settings)
    assert done.returncode == 1
    assert done.stderr.startswith("Quality Counts will not start. SECRET_KEY is missing, a default or too short.")
    assert "Traceback" not in done.stderr


def test_the_demo_is_refused_with_debug_off(tmp_path: Path) -> None:
    done = processes.manage("check", var=tmp_path, SECRET_KEY=SECRET, DEMO="1")
    assert done.returncode == 1
    assert "DEMO" in done.stderr
    assert "Traceback" not in done.stderr


def test_with_a_key_of_its_own_it_starts_and_passes_djangos_deployment_check(tmp_path: Path) -> None:
    settings = {"SECRET_KEY": SECRET, "HSTS_SUBDOMAINS": "1"}
    done = processes.manage("check", "--deploy", "--fail-level", "ERROR", var=tmp_path, **settings)
    assert done.returncode == 0, done.stderr
    assert not re.findall(r"security\.W00[45]", done.stderr), "a year, with the hosts below"


def test_an_env_file_gives_what_the_environment_does_not(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(f'# ours\nSECRET_KEY="{SECRET}"\nCOUNCIL_NAME=From the file\n')
    ask = "from django.conf import settings; print(settings.COUNCIL_NAME)"
    words = ("shell", "--verbosity", "0", "--command", ask)
    assert processes.manage(*words, var=tmp_path, ENV_FILE=str(file)).stdout == "From the file\n"
    given = processes.manage(*words, var=tmp_path, ENV_FILE=str(file), COUNCIL_NAME="From the environment")
    assert given.stdout == "From the environment\n"


def test_an_app_that_starts_again_is_asked_once() -> None:
    for app in ("audits", "reporting"):
        apps.get_app_config(app).ready()
    assert [len(those) for those in (PROVIDERS, KEPT_APART, WHEN_CLOSED)] == [1, 1, 1]


CLIENT = {"OIDC_ISSUER": "https://sign-in.example", "OIDC_CLIENT_ID": "quality-counts", "OIDC_CLIENT_SECRET": "x" * 20}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"OIDC_ISSUER": "https://sign-in.example"}, "OIDC_ISSUER needs OIDC_CLIENT_ID"),
        (CLIENT | {"OIDC_ISSUER": "http://sign-in.example"}, "OIDC_ISSUER must begin with https://"),
        (CLIENT | {"OIDC_BREAK_GLASS": "a@example.gov.uk"}, "OIDC_BREAK_GLASS needs two other"),
        (
            CLIENT | {"OIDC_BREAK_GLASS": "a@x.uk", "OIDC_BREAK_GLASS_TOLD": "a@x.uk, b@x.uk"},
            "OIDC_BREAK_GLASS needs two other",
        ),
    ],
)
def test_half_a_single_sign_on_does_not_start(tmp_path: Path, settings: dict[str, str], said: str) -> None:
    done = processes.manage("check", var=tmp_path, SECRET_KEY=SECRET, **settings)
    assert done.returncode != 0
    assert said in done.stderr
