"""Where the council keeps its case files, by the name that its people call it."""

from __future__ import annotations

from typing import cast

from django.utils.functional import lazy
from django.utils.text import format_lazy

from audits.models import Case
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
CASE_SYSTEM_NOW = lazy(CASE_SYSTEM.value, str)()
"""The name, as it is at the moment it is shown."""
SECOND_WORKER = council_settings.Name(
    "second_worker",
    "What a second worker on a case is called",
    "The council",
    "Where the extract names one. They hold the case with the keyworker, are asked to the meeting and stand in its "
    "record. Ours.",
    kept_by=KEEPERS,
    default="Lead child protection practitioner",
)
PROPOSES = "proposes"
SECOND_WORKER_PART = council_settings.Choice(
    "second_worker_part",
    "What a second worker does in the meeting",
    "The council",
    "In the third chair they read along, and propose a grade that the other two see once both have proposed. Where it "
    "is not the grade agreed, the auditor says why, and the record has both. They do not sign. Ours.",
    kept_by=KEEPERS,
    choices=(
        ("attends", "Is there, and named in the record"),
        (PROPOSES, "Has the third chair: reads along, and proposes grades"),
    ),
)


def second_worker(case: Case) -> list[tuple[str, str]]:
    """Who holds a case beside the keyworker: what they are called, and their name; empty where nobody does."""
    return [(SECOND_WORKER.value(), case.second_worker)] if case.second_worker else []


def naming_it(words: str) -> str:
    """Words of a form with the name in place of {}, as it is at the moment they are shown."""
    return cast("str", format_lazy(words, CASE_SYSTEM_NOW))
