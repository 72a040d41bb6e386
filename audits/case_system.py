"""Where the council keeps its case files, by the name that its people call it."""

from __future__ import annotations

from typing import cast

from django.utils.functional import lazy
from django.utils.text import format_lazy

from people import council_settings
from people.council_identity import KEEPERS

CASE_SYSTEM = council_settings.Name(
    "case_system",
    "What your case system is called",
    "The council",
    "The system that holds the children’s files, as people say it: “bring the file on Mosaic up to date”. This product "
    "only points to it. The words of the standards are their own. Ours.",
    kept_by=KEEPERS,
    default="Mosaic",
)


def naming_it(words: str) -> str:
    """Words of a form with the name in place of {}, as it is at the moment they are shown."""
    return cast("str", format_lazy(words, lazy(CASE_SYSTEM.value, str)()))
