"""What the council is called, and its colour: as the server's settings have them until they are set on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError

from people import council_settings
from people.roles import Permission
from qualitycounts.base.refusals import Refused

KEEPERS = (Permission.MANAGE_USERS, Permission.CHANGE_SETTINGS)
"""Who sets what belongs to the council as a whole: an administrator on the first day, the Head of QA later."""


@dataclass(frozen=True)
class ServerText(council_settings.Setting):
    """One line that the server's settings give under the name `environment`, until somebody sets it on the page."""

    environment: str = ""
    pattern: str = ".*"
    ask: str = ""

    def value(self) -> str:
        """What is in force; where the database does not answer, as on a page that says so, what the server has."""
        try:
            return self.text
        except DatabaseError:
            return self.default_text

    @property
    def default_text(self) -> str:
        """What the server's settings say."""
        return str(getattr(settings, self.environment))

    def read(self, typed: str) -> str:
        """Refused (422) unless it is of the pattern."""
        text = " ".join(typed.split())
        if not re.fullmatch(self.pattern, text):
            raise Refused(self.ask, "value")
        return text


NAME = ServerText(
    "council_name",
    "The council’s name",
    "The council",
    "It stands on every page, under every mail and on every report. A report that is issued keeps the name it had.",
    kept_by=KEEPERS,
    environment="COUNCIL_NAME",
    pattern=r"(?=.*\w)[^<>\x00-\x1f]{2,80}",
    ask="Enter the council’s name, in 2 to 80 characters.",
)
COLOUR = ServerText(
    "council_colour",
    "The council’s colour",
    "The council",
    "The bar above every page. Its words turn black or white, whichever reads better on it.",
    kept_by=KEEPERS,
    environment="COUNCIL_COLOUR",
    pattern="#[0-9a-fA-F]{6}",
    ask="Enter the colour as # and six letters or figures, such as #12436d.",
)
ACCESS_CONTACT = council_settings.Lines(
    "access_contact",
    "Whom to ask about accessibility",
    "The council",
    "A name or a role, an e-mail address and a telephone number, a line each. Everybody can read them, signed in or "
    "not, on the accessibility statement.",
    kept_by=KEEPERS,
    default=("The Quality Assurance team",),
)


def is_named() -> bool:
    """Whether somebody said what the council is called, on the page or on the server: else the name is our example."""
    return settings.COUNCIL_NAMED or NAME.slug in council_settings.in_force()
