"""Which roles a job title brings: the council's table, as set on its page, over the one the product comes with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from people import council_settings
from people.roles import ROLES_BY_TITLE, Role

SLUG = "job_titles"
"""Under which the council's table is kept, with every change of it, beside its other settings."""
NOT_BY_TITLE = (Role.STAFF, Role.KEYWORKER, Role.ADMINISTRATOR)
"""Everyone on the list is staff, whoever holds a case is a keyworker, and no title makes an administrator."""
BY_TITLE = tuple(role for role in Role if role not in NOT_BY_TITLE)
"""The roles that a title may bring, in their order."""


def fold(title: str) -> str:
    """Return a job title in the form in which titles are compared: without case, one space between words."""
    return " ".join(title.split()).casefold()


def council_table() -> dict[str, tuple[Role, ...]]:
    """Return the roles that the council set for each job title, by the title as it was written."""
    return read_table(council_settings.in_force().get(SLUG, "{}"))


def read_table(text: str) -> dict[str, tuple[Role, ...]]:
    """A kept table. A role that there is no longer is left out."""
    kept: dict[str, list[str]] = json.loads(text)
    return {title: tuple(role for role in BY_TITLE if role in slugs) for title, slugs in kept.items()}


def write_table(table: Mapping[str, tuple[Role, ...]]) -> str:
    """Return a table of job titles as the council's setting stores it."""
    slugs: dict[str, Any] = {title: [role.value for role in roles] for title, roles in sorted(table.items())}
    return json.dumps(slugs, ensure_ascii=False)


def titles_in_force() -> dict[str, tuple[str, tuple[Role, ...]]]:
    """Every title that is known, folded: the title as it is written, and its roles."""
    known = {fold(title): (title, roles) for title, roles in ROLES_BY_TITLE.items()}
    return known | {fold(title): (title, roles) for title, roles in council_table().items()}
