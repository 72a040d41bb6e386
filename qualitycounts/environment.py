"""The environment, each setting read as what it is for: a wrong value is refused in a sentence that says what it takes.

Every refusal is `ImproperlyConfigured` and names its setting. A blank value is as good as none.
"""

from __future__ import annotations

import logging
import os
import re
from contextlib import suppress
from datetime import date
from email.utils import parseaddr
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

ON, OFF = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}
HOST = re.compile(r"\*|\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]", re.IGNORECASE)


def read_env_file(path: Path) -> None:
    """Take NAME=value lines of a `.env` file as defaults; what the environment already says wins."""
    if path.is_file():
        for line in path.read_text("utf-8-sig").splitlines():
            name, sign, value = line.strip().removeprefix("export ").partition("=")
            if sign and not name.startswith("#"):
                os.environ.setdefault(name.strip(), value.strip().strip("\"'"))


def refuse(name: str, takes: str) -> NoReturn:
    """Say what a setting takes, as it has something else."""
    raise ImproperlyConfigured(f"{name} must be {takes}.")


def text(name: str, otherwise: str = "") -> str:
    """What a setting says, without the blanks around it."""
    return os.environ.get(name, "").strip() or otherwise


def flag(name: str) -> bool:
    """Whether a setting is on: 1, true, yes or on. Refused: a word that says neither on nor off."""
    word = text(name).lower()
    if word not in ON | OFF:
        refuse(name, "1 or 0")
    return word in ON


def number(name: str, otherwise: int, *, least: int = 0, most: int = 10**9) -> int:
    """A whole number. Refused: anything else, and one out of its bounds."""
    words = text(name, str(otherwise))
    if not re.fullmatch(r"[0-9]{1,9}", words) or not least <= int(words) <= most:
        refuse(name, f"a whole number from {least} to {most}" if most < 10**9 else f"a whole number, {least} or more")
    return int(words)


def day(name: str) -> date | None:
    """A date, None without one. Refused: what is none."""
    try:
        return date.fromisoformat(text(name)) if text(name) else None
    except ValueError:
        refuse(name, "a date such as 2026-10-31")


def log_level(name: str, otherwise: str) -> str:
    """From which level on something is logged. Refused: a word that is no level."""
    word = text(name, otherwise).upper()
    if word not in logging.getLevelNamesMapping():
        refuse(name, "INFO, WARNING or ERROR")
    return word


def several(name: str) -> list[str]:
    """What stands between commas."""
    return [each.strip() for each in text(name).split(",") if each.strip()]


def address(name: str, otherwise: str, *, begins: tuple[str, ...], such_as: str) -> str:
    """An address that begins with one of the schemes and goes on with "//". Refused: any other.

    It is not repeated, as a password may stand in it.
    """
    words = text(name, otherwise)
    try:
        parts = urlsplit(words)
        good = not words or (parts.scheme in begins and "//" in words and (parts.port or 1) > 0)
    except ValueError:
        good = False
    if not good:
        hint = "; a sign such as @, #, / or % in its password is written %40, %23, %2F or %25" if "@" in words else ""
        refuse(name, f"an address such as {such_as}{hint}")
    return words


def site_address(name: str, otherwise: str) -> str:
    """The address that links in mail begin with. Refused: one without a host, or with a path of its own."""
    such_as = "https://quality.council.example"
    words = address(name, otherwise, begins=("http", "https"), such_as=such_as).rstrip("/")
    if not urlsplit(words).hostname or words.count("/") > 2 or "?" in words:
        refuse(name, f"https:// and a host name alone, such as {such_as}")
    return words


def host_names(name: str) -> list[str]:
    """The names that a browser may ask for. Refused: an address, or a name with its port."""
    names = several(name)
    if not all(HOST.fullmatch(each) for each in names):
        refuse(name, "host names alone, comma between, without https:// and without a port")
    return names


def mail_addresses(name: str, otherwise: str = "") -> list[str]:
    """Mail addresses, comma between. Refused: one without its @."""
    addresses = text(name, otherwise).replace(",", " ").split()
    if not all(re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", each) for each in addresses):
        refuse(name, "e-mail addresses, comma between")
    return addresses


def sender(name: str, otherwise: str) -> str:
    """Whom a mail comes from. Refused: no address in it."""
    if "@" not in parseaddr(text(name, otherwise))[1]:
        refuse(name, "an e-mail address, such as Quality Counts <quality@council.example>")
    return text(name, otherwise)


def folder(name: str, otherwise: Path) -> Path:
    """A folder, made where it is not there. Refused: one that cannot be made."""
    path = Path(text(name, str(otherwise)))
    with suppress(OSError):
        path.mkdir(parents=True, exist_ok=True)
    if not (path.is_dir() and os.access(path, os.W_OK)):
        refuse(name, f"a folder that this account may make and write in; {path} is none")
    return path
