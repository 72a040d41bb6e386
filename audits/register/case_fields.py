"""The table of fields: every column of a case extract, one line each, with all that the import knows of it.

To add a column, add its line here and its field to `audits.models.Case` (with the migration). What reads a file, keeps
it, compares it with the register, lists it, maps it and hands it out as a template goes by this table.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, get_type_hints

from audits.register import cell_readers
from audits.register.case_field import UNKNOWN, CaseField, fact_field
from qualitycounts.base.spreadsheets import Column
from standards.models import FactKind


@dataclass(slots=True, kw_only=True)
class CaseDetails:
    """What an extract decides about a case; each field is a line of the table, in the order of the template."""

    person_id: Annotated[
        str,
        CaseField(
            "Person ID",
            cell_readers.read_person_id,
            "The child’s number in the case system, never the name.",
            "562578",
            made="The number, without the “.0” of a spreadsheet.",
            required=True,
            stored=False,
            shown=(Column("Person ID", lambda case: case.person_id),),
        ),
    ]
    category: Annotated[
        str,
        CaseField(
            "Category",
            cell_readers.read_category,
            "The code of a category that is in use.",
            "CIN",
            required=True,
            shown=(Column("Category", lambda case: case.category),),
        ),
    ]
    age: Annotated[
        int | None,
        CaseField(
            "Age",
            cell_readers.read_age,
            "Whole years, 0 to 25.",
            "9",
            made="Cut to whole years; “unborn” is 0.",
            keeps=True,
            absent=UNKNOWN,
            shown=(Column("Age", lambda case: case.age),),
        ),
    ]
    gender: Annotated[
        str,
        CaseField(
            "Gender",
            cell_readers.read_code,
            "A code such as F.",
            "F",
            made="A code: “b) Female” is F.",
            keeps=True,
            absent=UNKNOWN,
        ),
    ]
    ethnicity: Annotated[
        str,
        CaseField(
            "Ethnicity",
            cell_readers.read_code,
            "A code such as WBRI.",
            "WBRI",
            made="The code alone: “a) WBRI” is WBRI.",
            keeps=True,
            absent=UNKNOWN,
        ),
    ]
    disability: Annotated[
        str,
        CaseField(
            "Disability",
            cell_readers.read_code,
            "Y or N.",
            "N",
            made="Y or N; blank on lists without it.",
            keeps=True,
            absent=UNKNOWN,
        ),
    ]
    service: Annotated[
        str,
        CaseField(
            "Service",
            cell_readers.read_text,
            "The service of the team.",
            "Family Safeguarding",
            stored=False,
            longest=120,
            absent="From the team, by our list of teams.",
            shown=(Column("Service", lambda case: case.team.service.name if case.team else ""),),
        ),
    ]
    team: Annotated[
        str,
        CaseField(
            "Team",
            cell_readers.read_text,
            "The team that holds the case.",
            "Family Safeguarding South",
            stored=False,
            longest=120,
            absent="The case is kept without a team; no team manager sees it.",
            shown=(Column("Team", lambda case: case.team.name if case.team else ""),),
        ),
    ]
    worker_name: Annotated[
        str,
        CaseField(
            "Allocated Worker",
            cell_readers.read_worker_name,
            "The worker, surname first or last.",
            "BEGUM, Oisín",
            made="Surname first or last; accents and titles folded.",
            longest=150,
            absent="The worker is told by e-mail or number alone.",
            shown=(Column("Worker", lambda case: case.keyworker.name if case.keyworker else case.worker_name),),
        ),
    ]
    worker_email: Annotated[
        str,
        CaseField(
            "Worker Email",
            cell_readers.read_email,
            "The worker’s e-mail, as on the staff list.",
            "oisin.begum@example.gov.uk",
            longest=254,
            absent="From the staff list, by number, else by name.",
            shown=(
                Column("Worker e-mail", lambda case: case.keyworker.email if case.keyworker else case.worker_email),
                Column("On the staff list", lambda case: case.keyworker_id is not None),
            ),
        ),
    ]
    worker_number: Annotated[
        str,
        CaseField(
            "Worker Staff Number",
            cell_readers.read_worker_number,
            "The worker’s number in the council’s staff system.",
            "104417",
            keeps=True,
            extra=True,
            longest=40,
            absent="The worker is told by e-mail or name.",
        ),
    ] = ""
    worker_registration: Annotated[
        str,
        CaseField(
            "Worker Registration Number",
            cell_readers.read_worker_number,
            "The worker’s number with Social Work England.",
            "SW12345",
            keeps=True,
            extra=True,
            longest=40,
            absent="The worker is told by e-mail or name.",
        ),
    ] = ""
    second_worker: Annotated[
        str,
        CaseField(
            "Second Worker",
            cell_readers.read_worker_name,
            "Who holds the case beside the allocated worker, such as a lead child protection practitioner.",
            "PEMBERTON, Asa",
            keeps=True,
            extra=True,
            longest=150,
            absent="What the register has, else nobody.",
        ),
    ] = ""
    opened_on: Annotated[
        date | None,
        CaseField(
            "Date Opened",
            cell_readers.read_opened_on,
            "The day it opened.",
            "05/03/2026",
            required=True,
            shown=(Column("Opened", lambda case: case.opened_on),),
        ),
    ]
    closed_on: Annotated[
        date | None,
        CaseField(
            "Date Closed",
            cell_readers.read_closed_on,
            "The day it closed; blank while it is open.",
            "",
            absent="Every case in the file is open.",
            shown=(Column("Closed", lambda case: case.closed_on),),
        ),
    ]
    last_supervision_on: Annotated[
        date | None,
        CaseField(
            "Last Supervision",
            cell_readers.read_past_day,
            "The last time the worker’s manager went through the case with them.",
            "04/11/2026",
            keeps=True,
            absent="The date on our own record, else “not known”.",
            shown=(Column("Last supervision", lambda case: case.last_supervision_on),),
        ),
    ]
    last_audited_on: Annotated[
        date | None,
        CaseField(
            "Last Audited",
            cell_readers.read_past_day,
            "The last audit, where there was one.",
            "",
            keeps=True,
            absent="Our own record of audits.",
            shown=(
                Column("Last audited", lambda case: case.audited_on),
                Column("Left out of draws until", lambda case: case.exempt_until),
            ),
        ),
    ]
    last_oversight_on: Annotated[
        date | None,
        fact_field(
            FactKind.LAST_OVERSIGHT,
            "Management Oversight",
            "The last time a manager looked at the case on the file.",
            "10/11/2026",
        ),
    ] = None
    last_assessment_on: Annotated[
        date | None,
        fact_field(
            FactKind.LAST_ASSESSMENT, "Last Assessment", "The day the latest assessment was finished.", "02/09/2026"
        ),
    ] = None
    last_plan_on: Annotated[
        date | None,
        fact_field(FactKind.LAST_PLAN, "Plan Updated", "The day the plan was last written or changed.", "16/09/2026"),
    ] = None
    last_review_on: Annotated[
        date | None,
        fact_field(
            FactKind.LAST_REVIEW, "Last Review", "The last review or review conference that was held.", "21/10/2026"
        ),
    ] = None
    next_review_on: Annotated[
        date | None,
        fact_field(
            FactKind.NEXT_REVIEW,
            "Next Review",
            "The day the next one is due or booked.",
            "20/01/2027",
            cell_readers.read_day,
        ),
    ] = None
    last_visit_on: Annotated[
        date | None,
        fact_field(FactKind.LAST_VISIT, "Last Visit", "The last visit that had to be made.", "18/11/2026"),
    ] = None
    last_seen_on: Annotated[
        date | None,
        fact_field(FactKind.LAST_SEEN, "Child Last Seen", "The last time a worker saw the child.", "18/11/2026"),
    ] = None
    fact_sources: dict[str, list[str]] = field(default_factory=dict)
    """Of each kind of fact, the day and the mapping of the file that said it last."""


FIELDS: tuple[CaseField, ...] = tuple(
    replace(hint.__metadata__[0], name=name)
    for name, hint in get_type_hints(CaseDetails, include_extras=True).items()
    if hasattr(hint, "__metadata__")
)
"""The table: a field a column of the extract, in the order of the template."""
COLUMNS = tuple(each.heading for each in FIELDS)
STORED = (*(each.name for each in FIELDS if each.stored), "fact_sources")
"""The columns of `Case` that are kept as an extract writes them."""
FACTS = tuple((each.name.removesuffix("_on"), each.name) for each in FIELDS if each.is_fact)
"""Each kind of fact with its column."""
LAST_DAYS = tuple(each.name for each in FIELDS if each.is_day and each.keeps)
"""The dates of which, of two rows of one child, the later holds."""
DAY_FIELDS = frozenset(each.name for each in FIELDS if each.is_day)
HEADINGS = {each.name: each.heading for each in FIELDS}
BY_HEADING = {each.heading: each for each in FIELDS}
READ_FIRST = tuple(sorted(FIELDS, key=lambda each: not each.required))
"""The fields in the order of reading: those without which a row is not used come first, and the closing date after
the opening it is compared with."""
EXPORT = tuple(shown for each in FIELDS for shown in each.shown)
"""What the file of the register's list holds: what the list shows, and no more of the child."""
