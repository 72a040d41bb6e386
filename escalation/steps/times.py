"""How long each step has and when each level is told: the council's, where the strategy does not fix it.

Immediate actions in 5 working days and supervision in a month are the strategy's (App. 2, after) and stand with their
kinds of steps. A change holds for dates worked out from then on; a date that was given stays.
"""

from __future__ import annotations

from people import council_settings

GROUP = "Escalation"


def days(slug: str, title: str, why: str, default: int, *, least: int = 1, most: int = 30) -> council_settings.Number:
    """So many working days."""
    return council_settings.Number(
        slug, title, GROUP, why, default=default, least=least, most=most, unit="working days"
    )


MAKE_SAFE = days("make_safe_days", "Days to make a child safe", "After a safeguarding concern is raised. Ours.", 1)
INADEQUATE_ACKNOWLEDGE = days(
    "inadequate_acknowledge_days",
    "Days for the Head of Service to acknowledge an Inadequate",
    "After the path of Inadequate opens. From the practice of other councils.",
    1,
)
RI_ACKNOWLEDGE = days(
    "ri_acknowledge_days",
    "Days for the manager to acknowledge a Requires improvement",
    "After the path of Requires improvement opens. Ours.",
    2,
)
QA_CHECK = days(
    "qa_check_days",
    "Days for the QA check of an Inadequate",
    "After the steps before it, on the path of Inadequate; on that of Requires improvement by the next panel. Ours.",
    5,
)
REOPENED = days(
    "reopened_days",
    "Days once the QA Officer sends work back",
    "After it was sent back, where the work does not have longer already. Ours.",
    5,
)
RE_AUDIT = council_settings.Number(
    "re_audit_months",
    "Months to the re-audit of an Inadequate",
    GROUP,
    "After the meeting, on the path of Inadequate. From the practice of other councils.",
    default=3,
    least=1,
    most=12,
    unit="months",
)
SAMPLE = council_settings.Number(
    "ri_check_percent",
    "Requires improvement that QA checks on the record",
    GROUP,
    "All on that path, or at least 1 in 4: which ones is settled by a hash of the reference, not by anybody. Ours.",
    default=100,
    least=25,
    most=100,
    unit="per cent",
)
LATE = tuple(
    days(
        f"late_{number}_days",
        f"Days late at which the {who} is told",
        "A step or an action that is still open so many working days after its date. From other councils’ practice.",
        default,
        most=90,
    )
    for number, who, default in (
        (1, "QA Officer", 1),
        (2, "Head of Service", 5),
        (3, "Assistant Director", 10),
        (4, "Executive Director", 20),
    )
)
LATE_FOR_SAFETY = tuple(
    days(
        f"late_safety_{number}_days",
        f"Days late at which the {who} is told of a child’s safety",
        "A step of a safeguarding concern that is still open after its date. From other councils’ practice.",
        default,
        most=10,
    )
    for number, who, default in ((1, "Assistant Director", 1), (2, "Executive Director", 2))
)
MONTH_OWNER = days(
    "month_owner_days",
    "Days late at which the owner is reminded of what no escalation chases",
    "Supervision and the entry on the file after any audit, and what is done and waits to be checked. Ours.",
    0,
    least=0,
)
MONTH_QA = days(
    "month_qa_days",
    "Days late at which the QA Officer is told of it",
    "Supervision and the entry on the file after any audit, and what is done and waits to be checked. Ours.",
    5,
    most=90,
)
CHECK = days("check_days", "Days to check what is done", "After it was written down that an action is done. Ours.", 5)
PATTERN_TEAM = council_settings.Number(
    "pattern_team",
    "Inadequate audits of one team in a quarter that make a pattern",
    GROUP,
    "A pattern goes to the Head of Service and the Head of QA, and to CQAWG (strategy 5.5, 7).",
    default=2,
    least=2,
    most=20,
    unit="audits",
)
PATTERN_STANDARD = council_settings.Number(
    "pattern_standard",
    "Audits with one standard Inadequate in a quarter that make a pattern",
    GROUP,
    "A pattern goes to the Heads of Service and the Head of QA, and to CQAWG (strategy 5.5, 7).",
    default=3,
    least=2,
    most=20,
    unit="audits",
)
CQAWG = days(
    "pattern_days",
    "Days in which a pattern is decided on",
    "By the next meeting of the group, which meets about monthly. Ours.",
    20,
    most=60,
)
