"""Who reads what: the audiences of reports, the printing each gets, and those who get it by hand.

The leadership edition is exact for the whole council; wider readers get the report in short
(reporting/reports/summary.py).
"""

from __future__ import annotations

from people import council_settings
from people.roles import Role
from reporting.aims import GROUP

LEADERSHIP = council_settings.Lines(
    "report_leadership",
    "Readers of the leadership edition",
    GROUP,
    "Named in the foot of each page of the full report, which has exact numbers for the whole council (strategy 4.7.5, "
    "5.4, 5.5). A line each.",
    default=("AD", "CSC leadership", "CQAWG", "DMT"),
)
WIDER = council_settings.Lines(
    "report_wider",
    "Readers of the report in short",
    GROUP,
    "Named in the foot of the report in short, which has no small number (strategy 5.1, 5.3, 7). A line each.",
    default=("All staff", "the Safeguarding Board’s QA sub-group", "the Corporate Parenting panel"),
)
TELL_STAFF = council_settings.Choice(
    "report_tell_staff",
    "Mail all staff when a report is out",
    GROUP,
    "A summary of what is recommended goes to all staff (strategy 7). It stands under Learning in any case.",
    choices=(("yes", "Yes, a link by e-mail"), ("no", "No, under Learning alone")),
)
RESPOND_DAYS = council_settings.Number(
    "respond_days",
    "Days for the management response",
    GROUP,
    "When My work asks the Assistant Director for the response to a quarterly report (ours).",
    default=10,
    least=1,
    most=60,
    unit="working days",
)
READERS = (
    Role.ASSISTANT_DIRECTOR,
    Role.EXECUTIVE_DIRECTOR,
    Role.HEAD_OF_SERVICE,
    Role.HEAD_OF_QA,
    Role.REPORT_READER,
    Role.PRINCIPAL_SOCIAL_WORKER,
    Role.ANALYST,
)
"""Who is told that a report is out (strategy 4.4, 4.6, 4.7.5, 5.4, 5.5, 7)."""


def leadership() -> str:
    """What the foot of the full report says of who may have it."""
    return f"Leadership edition ({', '.join(LEADERSHIP.value())}). Do not pass on; wider editions are made separately."


def wider() -> str:
    """What the foot of the report in short says."""
    *first, last = WIDER.value()
    joined = f"{', '.join(first)} and {last}" if first else last
    return f"For {joined if joined[1:2].isupper() else joined[:1].lower() + joined[1:]}."
