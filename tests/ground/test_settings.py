"""The settings refuse what would be unsafe, in a sentence."""

from __future__ import annotations

import os
import re
import runpy
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from audits.duties.owed import PROVIDERS
from people.accounts import WHEN_CLOSED
from people.merging import KEPT_APART
from qualitycounts import settings as settings_file
from tests.ground import processes

pytestmark = pytest.mark.once

SETTINGS = Path(settings_file.__file__)
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


@pytest.mark.parametrize(
    ("name", "value", "takes"),
    [
        ("DEBUG", "ture", "1 or 0"),
        ("MFA_REQUIRED", "required", "1 or 0"),
        ("ALLOWED_HOSTS", "https://quality.council.example", "host names alone, comma between"),
        ("ALLOWED_HOSTS", "quality.council.example:443", "without a port"),
        ("ALLOWED_HOSTS", "a.council.example b.council.example", "comma between"),
        ("SITE_ADDRESS", "quality.council.example", "an address such as https://"),
        ("SITE_ADDRESS", "https://quality.council.example/audits", "a host name alone"),
        ("DATABASE_URL", "localhost/quality", "an address such as postgres://"),
        ("DATABASE_URL", "mysql://localhost/quality", "an address such as postgres://"),
        ("DATABASE_URL", "postgres://quality:p#1@localhost/quality", "written %40, %23"),
        ("REDIS_URL", "localhost:6379", "an address such as redis://"),
        ("EMAIL_URL", "smpt://mail.council.example:25", "an address such as smtp+tls://"),
        ("EMAIL_URL", "mail.council.example", "an address such as smtp+tls://"),
        ("EMAIL_URL", "smtp+tls://name:pass/word@mail.council.example:587", "written %40, %23"),
        ("DEFAULT_FROM_EMAIL", "Quality Counts", "an e-mail address"),
        ("TRAIL_WATCHERS", "the auditors", "e-mail addresses, comma between"),
        ("VIRUS_SCAN", "clamd:3310", "an address such as tcp://"),
        ("CONN_MAX_AGE", "ten", "a whole number, 0 or more"),
        ("SESSION_IDLE_MINUTES", "0", "a whole number from 5 to 600"),
        ("TRUSTED_PROXIES", "10.0.0.1", "a whole number, 0 or more"),
        ("LOG_LEVEL", "LOUD", "INFO, WARNING or ERROR"),
        ("VAR_DIR", os.devnull, "a folder that this account may make and write in"),
    ],
)
def test_a_setting_that_is_wrong_is_refused_by_its_name_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, takes: str
) -> None:
    """Wrongly typed, none is taken for another: mail would go to files, every page answer 400."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=rf"^{name} must be .*{re.escape(takes)}") as refusal:
        runpy.run_path(str(SETTINGS))
    assert "pass" not in str(refusal.value).split("; a sign")[0].replace("password@", "")


def test_the_site_s_own_name_is_answered_where_no_host_is_named(tmp_path: Path) -> None:
    ask = "from django.conf import settings; print(settings.ALLOWED_HOSTS)"
    live = {"SECRET_KEY": SECRET, "SITE_ADDRESS": "https://quality.council.example"}
    words = ("shell", "--verbosity", "0", "--command", ask)
    assert processes.manage(*words, var=tmp_path, **live).stdout == "['quality.council.example']\n"
    given = processes.manage(*words, var=tmp_path, ALLOWED_HOSTS=" a.example, b.example ", **live)
    assert given.stdout == "['a.example', 'b.example']\n"


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
