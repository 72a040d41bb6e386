"""Where the council keeps its case files, by the name that its people call it."""

from __future__ import annotations

from people import council_settings

CASE_SYSTEM = council_settings.Name(
    "case_system",
    "What your case system is called",
    "Words",
    "The system that holds the children’s files, as people say it: “bring the file on Mosaic up to date”. This product "
    "only points to it. The words of the standards are their own. Ours.",
    default="Mosaic",
)
